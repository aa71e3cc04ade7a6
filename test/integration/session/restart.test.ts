/** PL-6, PL-7: an engine that is cut off anywhere and brought back from the record goes on as if nothing had happened. */
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import { Engine, type EngineOptions } from '#core/engine/engine.ts';
import type { EngineEvent, EngineInput } from '#core/engine/messages.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { DEMO_DEFAULTS } from '#main/exchange/demo/demo-defaults.ts';
import { createGeneratedSource } from '#main/exchange/demo/market-generator.ts';
import { EngineKeeper } from '#main/services/engine-keeper.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { demoInstruments } from '#test/support/demo-tickets.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const MINUTE = 60_000;
const DAYS = 4;
const FROM = DEMO_DEFAULTS.epoch + 20 * 86_400_000;

const source = createGeneratedSource({ seed: DEMO_DEFAULTS.seed, epoch: DEMO_DEFAULTS.epoch });
const instruments: readonly Instrument[] = demoInstruments(source).slice(0, 3);

const OPTIONS: EngineOptions = {
  instruments,
  strategies: STRATEGIES.map((strategy) => ({ strategy, parameters: strategyParameters(strategy) })),
  settings: { stage: 'advisory', riskPerTrade: 0.005, fixedMinimumScore: 50, slippageBps: 2, disabledStrategies: [] },
  account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
};

/** What the market is fed to. */
interface Desk {
  readonly engine: Engine;
  store(id: InstrumentId, candle: Candle): void;
  apply(input: EngineInput): readonly EngineEvent[];
}

interface RecordedDesk extends Desk {
  readonly profile: Profile;
}

function openDesk(folder: string): RecordedDesk {
  const opened = openProfile(folder);
  if (!opened.ok) throw new Error(opened.error.message);
  const profile = opened.value;
  const keeper = EngineKeeper.restore({ profile, ...OPTIONS });
  return {
    engine: keeper.engine,
    store: (id, candle) => void profile.candles.write(id, '1m', [candle], candle.openTime),
    apply: (input) => keeper.apply(input),
    profile,
  };
}

/** Never cut off, and without a record: what it gives is what recording and restoring must not change. */
function wholeDesk(): Desk {
  const engine = new Engine(OPTIONS);
  return { engine, store: () => undefined, apply: (input) => engine.step(input) };
}

interface Traded {
  readonly events: readonly EngineEvent[];
  readonly equity: number;
}

/** Feeds the market minute by minute; every second ticket is approved, every third skipped. `after` may change the desk. */
function trade(desk: Desk, after: (minute: number, desk: Desk) => Desk = (_, same) => same): Traded {
  const events: EngineEvent[] = [];
  let tickets = 0;
  const apply = (input: EngineInput) => {
    const happened = desk.apply(input);
    events.push(...happened);
    return happened;
  };
  for (let minute = 0; minute < DAYS * 1440; minute++) {
    const openTime = FROM + minute * MINUTE;
    const bars = instruments.map(({ id, symbol }) => {
      const index = source.instruments.findIndex((demo) => demo.symbol === symbol);
      const { open, high, low, close, volume } = source.bar(index, openTime) as NonNullable<
        ReturnType<typeof source.bar>
      >;
      const candle = { openTime, open, high, low, close, volume };
      desk.store(id, candle);
      return { instrumentId: id, candle };
    });
    for (const event of apply({ kind: 'bars', closeTime: openTime + MINUTE, bars, origin: 'live' })) {
      if (event.kind !== 'ticket-opened') continue;
      tickets++;
      const time = event.time + 1_000;
      if (tickets % 2 === 0) apply({ kind: 'approve', time, ticketId: event.ticket.id, amount: null });
      else if (tickets % 3 === 0) apply({ kind: 'skip', time, ticketId: event.ticket.id, reason: 'every third' });
    }
    desk = after(minute, desk);
  }
  return { events, equity: desk.engine.account.equity };
}

/** As `trade`, on a record, cut off at the given minutes. */
function tradeWithCuts(cuts: ReadonlySet<number>): Traded {
  const folder = temporaryFolder();
  let { profile, ...desk } = openDesk(folder);
  const traded = trade(desk, (minute, same) => {
    if (!cuts.has(minute)) return same;
    // As a kill would leave it: nothing is said goodbye to, only the file is let go.
    profile.close();
    ({ profile, ...desk } = openDesk(folder));
    return desk;
  });
  expect(profile.check()).toEqual([]);
  profile.close();
  return traded;
}

describe('a restart', () => {
  it('PL-6, PL-7: gives the same events to the byte, open phantoms, tickets, positions and adaptive minimums included', () => {
    const whole = trade(wholeDesk());
    const kinds = new Set(whole.events.map((event) => event.kind));
    for (const kind of [
      ...(['phantom-closed', 'ticket-updated', 'position-opened', 'position-closed'] as const),
      'minimum-adapted' as const,
    ]) {
      expect(kinds, `the run has a ${kind}`).toContain(kind);
    }
    const ticketMinute = whole.events.find((event) => event.kind === 'ticket-opened')?.time ?? 0;
    const first = (ticketMinute - FROM) / MINUTE;
    // Right at a ticket, inside its life, before and after a snapshot, in the middle of a 15m bar.
    const cut = tradeWithCuts(new Set([100, first - 1, first + 3, 239, 240, 1007, 2880, 4000, 5000]));
    expect(JSON.stringify(cut.events)).toBe(JSON.stringify(whole.events));
    expect(cut.equity).toBe(whole.equity);
  });
});
