/** MK-13, MK-14: the exchange's clock and list, looked after beside its bars. */

import { describe, expect, it, onTestFinished } from 'vitest';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import type { ExchangeConnection, ExchangeFault } from '#main/exchange/feed.ts';
import { DeskLog } from '#main/services/desk-log.ts';
import { ExchangeWatch } from '#main/services/exchange-watch.ts';
import { openProfile } from '#main/store/database.ts';
import { BTC, ETH } from '#test/support/scripted-desk.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const OFFLINE: ExchangeFault = { kind: 'network', message: 'unreachable', remedy: 'check the network' };

function watch(answers: { skew: Result<number, ExchangeFault>; list: Result<readonly Instrument[], ExchangeFault> }) {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  const log = new DeskLog(opened.value.desk, () => 0);
  const gone: string[] = [];
  const connection: ExchangeConnection = {
    exchange: 'binance',
    simulated: false,
    live: 'socket',
    clock: { now: () => 0, speed: () => 1, skewMs: () => null },
    loadInstruments: async () => answers.list,
    marketFacts: async () => NO_MARKET_FACTS,
    marketFactsCostMs: () => null,
    measureSkew: async () => answers.skew,
    history: async function* () {},
    watch: () => ({ close: async () => undefined }),
    close: async () => undefined,
  };
  const watcher = new ExchangeWatch({ connection, instruments: [BTC, ETH], log, onGone: ({ id }) => gone.push(id) });
  onTestFinished(() => watcher.close());
  return { watcher, gone, warnings: () => log.tail().filter((entry) => entry.level === 'warning') };
}

describe('ExchangeWatch', () => {
  it('MK-13: a clock more than a second off is said, a smaller or unknown difference is not', async () => {
    for (const [skew, warnings] of [
      [ok(-3_500), 1],
      [ok(1_200), 1],
      [ok(900), 0],
      [err(OFFLINE), 0],
    ] as const) {
      const { watcher, warnings: said } = watch({ skew, list: ok([BTC, ETH]) });
      await watcher.checkSkew();
      expect(said()).toHaveLength(warnings);
    }
  });

  it('MK-14: an instrument that a loaded list has lost is gone, once', async () => {
    const { watcher, gone } = watch({ skew: ok(0), list: ok([ETH]) });
    await watcher.checkList();
    await watcher.checkList();
    expect(gone).toEqual([BTC.id]);
    expect(watcher.isGone(BTC.id)).toBe(true);
    expect(watcher.isGone(ETH.id)).toBe(false);
  });

  it('MK-14: a list that cannot be loaded, or is empty, says nothing about any instrument', async () => {
    for (const list of [err(OFFLINE), ok([])] as const) {
      const { watcher, gone } = watch({ skew: ok(0), list });
      await watcher.checkList();
      expect(gone).toEqual([]);
    }
  });
});
