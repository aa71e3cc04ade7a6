/** Late bars of a catch-up: a replay works them in the order in which they were worked live (PL-4, PL-8). */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { DeskLog } from '#main/services/desk-log.ts';
import { startLiveFeed } from '#main/services/live-feed.ts';
import { storedInputs } from '#main/services/research/stored-market.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { answeringExchange, MINUTE, smallDesk, smallInstrument } from '#test/support/small-desk.ts';

const INSTRUMENTS = ['AAA', 'BBB'].map(smallInstrument);
const CANDLES = syntheticCandles({ count: 20, stepMs: MINUTE });
const openTimeOf = (bar: number) => SYNTHETIC_START + bar * MINUTE;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('late bars of a catch-up', () => {
  it('PL-4, PL-8: are repeated by a replay where they were worked, however far the clock had gone on', async () => {
    const { profile, keeper } = smallDesk(INSTRUMENTS);
    const [first] = CANDLES as [Candle];
    for (const { id } of INSTRUMENTS) profile.candles.write(id, '1m', [first], 0);
    const bars = INSTRUMENTS.map(({ id }) => ({ instrumentId: id, candle: first }));
    keeper.apply({ kind: 'bars', closeTime: openTimeOf(1), bars, origin: 'live' });

    // Bar 6 has just begun; the exchange has only bar 1 of BBB yet. Then time goes on to bar 9 while it is asked again.
    let now = openTimeOf(6) + 10_000;
    let lagging = true;
    const { connection, hear } = answeringExchange(
      () => now,
      ({ symbol, from, to }) => {
        const upTo = symbol === 'BBB/USDT' && lagging ? openTimeOf(2) : to;
        if (symbol === 'BBB/USDT' && lagging) {
          lagging = false;
          now = openTimeOf(9) + 10_000;
        }
        return CANDLES.filter(({ openTime }) => openTime >= from && openTime < upTo);
      },
    );
    const worked: string[] = ['1 AAA,BBB'];
    keeper.stepped.on(({ input }) => {
      if (input.kind === 'bars') worked.push(lineOf(input));
    });
    const market = startLiveFeed({
      connection,
      keeper,
      profile,
      log: new DeskLog(profile.desk, () => 0),
      instruments: INSTRUMENTS,
      baseTimeframe: '1m',
      monotonic: () => 0,
      onState: () => {},
      onStoreFault: (fault) => expect.fail(fault.message),
      onFinal: () => {},
      onForming: () => {},
      onProgress: () => {},
    });
    hear({ kind: 'connected', attempt: 1 });
    await vi.advanceTimersByTimeAsync(5_000);
    await market.close();

    expect(market.state).toBe('closed');
    expect(worked).toContain('3 BBB');
    expect(worked.at(-1)).toBe('9 AAA,BBB');
    const repeated = [...storedInputs(profile, INSTRUMENTS, { from: null, to: null })].map(lineOf);
    expect(repeated).toEqual(worked);
  });
});

/** Close time in bars, then who is in the batch. */
function lineOf({
  closeTime,
  bars,
}: {
  readonly closeTime: number;
  readonly bars: readonly { readonly instrumentId: string }[];
}) {
  const names = bars.map(({ instrumentId }) => instrumentId.split(':')[1]?.split('/')[0]);
  return `${(closeTime - SYNTHETIC_START) / MINUTE} ${names.join(',')}`;
}
