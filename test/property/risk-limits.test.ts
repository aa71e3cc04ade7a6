/** RE-22: however clicks, prices, settings and restarts fall together, no limit is breached, across UTC midnight too. */
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { invariant } from '#core/base/invariant.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import { DEFAULT_RISK, type RiskReport, type RiskSettings } from '#core/domain/risk.ts';
import { DAY_MS, MINUTE_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount } from '#core/domain/trading.ts';
import { Engine } from '#core/engine/engine.ts';
import type { BaseBar, EngineEvent, EngineInput, EngineSettings } from '#core/engine/messages.ts';
import type { RestoredBook } from '#core/engine/restored-book.ts';
import { EngineKeeper } from '#main/services/engine-keeper.ts';
import { openProfile } from '#main/store/database.ts';
import { seededRandom } from '#test/support/fake-desk/fake-market.ts';
import { BTC, draftAround, SETTINGS, scriptedStrategy } from '#test/support/scripted-desk.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const RUNS = 25;
const INTENTS_PER_RUN = 4_000;
const WARM_MINUTES = 360;

const INSTRUMENTS: readonly Instrument[] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((name) => ({
  ...BTC,
  id: `binance:${name}/USDT`,
}));

const RISK: RiskSettings = {
  ...DEFAULT_RISK,
  volatilitySizing: false,
  maximumPositions: 5,
  positionsPerCluster: 4,
  dailyLossLimit: 0.006,
  ordersPerMinute: 3,
  // Breakers would end most runs after a few minutes: here the limits are tried.
  breakerLosses: 1_000,
  breakerWinRate: 0,
  breakerDrawdown: 1,
};

/** Every strategy proposes on every quarter of an hour: far more than may be entered. */
const STRATEGIES = ['trend_pullback', 'range_fade'].map((id) => ({
  strategy: scriptedStrategy((now, close) => draftAround(close, { structureKey: `${now}` }), id),
  parameters: {},
}));

/** Where a trial's engine lives: in memory, or over a record of its own. */
interface Home {
  engine(): Engine;
  step(input: EngineInput): readonly EngineEvent[];
  /** Before the engine works them. */
  bars(bars: readonly BaseBar[]): void;
  restart(): void;
}

/** The market and the trader, and the limits re-computed beside the engine from its events alone. */
class Trial {
  readonly #random: () => number;
  readonly #prices = new Map<InstrumentId, number>();
  readonly #open = new Map<string, { readonly id: InstrumentId; readonly notional: number }>();
  #entries: UnixMs[] = [];
  readonly #tickets: string[] = [];
  readonly #home: Home;
  #time: UnixMs = Date.UTC(2025, 0, 6, 16);
  entered = 0;
  refused = 0;
  midnights = 0;
  restarts = 0;

  constructor(seed: number, home: (settings: EngineSettings) => Home) {
    this.#random = seededRandom(seed);
    const stage = this.#random() < 0.2 ? 'auto' : 'advisory';
    for (const { id } of INSTRUMENTS) this.#prices.set(id, 100);
    this.#home = home({ ...SETTINGS, stage, riskPerTrade: 0.004, risk: RISK });
    for (let minute = 0; minute < WARM_MINUTES; minute++) this.#minute('gap');
  }

  get #engine(): Engine {
    return this.#home.engine();
  }

  run(intents: number, perMinute = 24): void {
    for (let done = 0; done < intents; ) {
      if (this.#random() < 0.04) this.#restart();
      for (let burst = 0; burst < perMinute; burst++, done++) this.#intent();
      this.#minute('live');
    }
  }

  #restart(): void {
    const before = this.#remembered();
    this.#home.restart();
    expect(this.#remembered()).toEqual(before);
    this.restarts++;
  }

  /** A day that began without a position is not written: it begins again from the account. */
  #remembered() {
    const { day, ...risk } = this.#engine.riskState;
    return [...this.#engine.openPositions()].length > 0 ? { ...risk, day } : risk;
  }

  #intent(): void {
    this.#time += Math.floor(this.#random() * 2_000);
    if (this.#random() < 0.2) this.#quote();
    const open = [...this.#engine.openTickets()].map(({ id }) => id);
    // Mostly on what is open; now and then on what is decided already.
    const tickets = open.length === 0 || this.#random() < 0.1 ? this.#tickets.slice(-20) : open;
    const ticketId = tickets[Math.floor(this.#random() * tickets.length)] ?? 'never|there';
    if (this.#random() < 0.02) return this.#feed({ kind: 'skip', time: this.#time, ticketId, reason: null });
    const amount = this.#random() < 0.5 ? null : this.#random() * 150;
    this.#feed({ kind: 'approve', time: this.#time, ticketId, amount });
  }

  #quote(): void {
    const { id } = INSTRUMENTS[Math.floor(this.#random() * INSTRUMENTS.length)] ?? BTC;
    const price = (this.#prices.get(id) ?? 100) * (1 + (this.#random() - 0.5) * 0.006);
    this.#feed({ kind: 'quote', time: this.#time, instrumentId: id, price });
  }

  #minute(origin: 'live' | 'gap'): void {
    const closeTime = Math.floor(this.#time / MINUTE_MS + 1) * MINUTE_MS;
    if (Math.floor(this.#time / DAY_MS) !== Math.floor(closeTime / DAY_MS)) this.midnights++;
    this.#time = closeTime;
    const bars = INSTRUMENTS.map(({ id }): BaseBar => {
      const open = this.#prices.get(id) ?? 100;
      const close = origin === 'gap' ? 100 : Math.max(60, open + (this.#random() - 0.5) * 2);
      this.#prices.set(id, close);
      const candle = {
        openTime: closeTime - MINUTE_MS,
        open,
        high: Math.max(open, close) + 1,
        low: Math.min(open, close) - 1,
        close,
        volume: 1,
      };
      return { instrumentId: id, candle };
    });
    this.#home.bars(bars);
    this.#feed({ kind: 'bars', closeTime, bars, origin });
  }

  #feed(input: EngineInput): void {
    // The day may begin with the input: what a click met is known once the clock has come to it.
    if (input.kind !== 'bars')
      for (const event of this.#home.step({ kind: 'heartbeat', time: this.#time })) this.#check(event, null);
    const before = input.kind === 'bars' ? null : this.#engine.riskReport();
    for (const event of this.#home.step(input)) this.#check(event, before);
  }

  /** `before`: null for what auto entered on a bar; the report behind the step then holds the costs of the entry as well. */
  #check(event: EngineEvent, before: RiskReport | null): void {
    if (event.kind === 'intent-refused') this.refused++;
    if (event.kind === 'ticket-opened') this.#tickets.push(event.ticket.id);
    if (event.kind === 'position-closed') this.#open.delete(event.position.id);
    if (event.kind !== 'position-opened') return;
    const { position, time } = event;
    this.entered++;
    const { equity, dayStartEquity } = before ?? this.#engine.riskReport();
    const entryCosts = before === null ? 0.001 : 0;
    expect(equity).not.toBeNull();
    expect(((dayStartEquity ?? 0) - (equity ?? 0)) / (dayStartEquity ?? 1)).toBeLessThan(
      RISK.dailyLossLimit + entryCosts,
    );
    this.#open.set(position.id, { id: position.instrumentId, notional: position.amount * position.terms.entry });
    const open = [...this.#open.values()];
    expect(open.length).toBeLessThanOrEqual(RISK.maximumPositions);
    expect(open.filter(({ id }) => id === position.instrumentId)).toHaveLength(1);
    const clusters = open.map(({ id }) => this.#engine.instrument(id)?.signals.cluster() ?? null);
    for (const group of Map.groupBy(clusters, (cluster) => cluster).values()) {
      expect(group.length).toBeLessThanOrEqual(RISK.positionsPerCluster);
    }
    expect(open.reduce((sum, { notional }) => sum + notional, 0)).toBeLessThanOrEqual(
      (equity ?? 0) * (1 + 1e-6 + entryCosts),
    );
    this.#entries = [...this.#entries.filter((one) => one > time - MINUTE_MS), time];
    expect(this.#entries.length).toBeLessThanOrEqual(RISK.ordersPerMinute);
  }
}

const ACCOUNT = { currency: 'USDT', startingEquity: 10_000, equity: 10_000 };

/** Everything that a restart brings back, as plain JSON, and the bars behind it. */
function inMemory(settings: EngineSettings): Home {
  const made = (account: PaperAccount) =>
    new Engine({ instruments: INSTRUMENTS, strategies: STRATEGIES, settings, account });
  const worked: (readonly BaseBar[])[] = [];
  let engine = made(ACCOUNT);
  return {
    engine: () => engine,
    step: (input) => engine.step(input),
    bars: (bars) => worked.push(bars),
    restart() {
      const before = engine;
      const book: RestoredBook = JSON.parse(
        JSON.stringify({
          clock: before.clock,
          phantoms: [...before.openPhantoms.all()].map(({ phantom, walk }) => ({ phantom, state: walk.state() })),
          tickets: [...before.openTickets()],
          positions: [...before.openPositions()].map(({ position, walk }) => ({ position, state: walk.state() })),
          lives: [],
          risk: before.riskState,
        }),
      );
      engine = made(before.account);
      for (const bars of worked.slice(-WARM_MINUTES)) engine.warm(bars);
      engine.restoreBook(book);
    },
  };
}

/** As the desk runs: each step in a transaction, a restart from the files alone. */
function onRecord(settings: EngineSettings): Home {
  const folder = temporaryFolder();
  const open = () => {
    const opened = openProfile(folder);
    invariant(opened.ok, 'the profile opens');
    const profile = opened.value;
    const keeper = EngineKeeper.restore({
      ...{ profile, instruments: INSTRUMENTS, strategies: STRATEGIES, settings, account: ACCOUNT },
    });
    return { profile, keeper };
  };
  let desk = open();
  onTestFinished(() => desk.profile.close());
  return {
    engine: () => desk.keeper.engine,
    step: (input) => desk.keeper.apply(input),
    bars: (bars) => {
      for (const { instrumentId, candle } of bars) {
        const written = desk.profile.candles.write(instrumentId, '1m', [candle], candle.openTime);
        invariant(written.ok, 'the bar is stored');
      }
    },
    restart() {
      desk.profile.close();
      desk = open();
    },
  };
}

describe('random intents', () => {
  it('RE-22: 100,000 of them breach no limit, across restarts and UTC midnight', () => {
    const seen = { entered: 0, refused: 0, midnights: 0, restarts: 0 };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const trial = new Trial(seed, inMemory);
        trial.run(INTENTS_PER_RUN);
        seen.entered += trial.entered;
        seen.refused += trial.refused;
        seen.midnights += trial.midnights;
        seen.restarts += trial.restarts;
      }),
      { numRuns: RUNS },
    );
    // A run in which nothing was entered or refused would prove nothing.
    expect(seen.entered).toBeGreaterThan(RUNS * 5);
    expect(seen.refused).toBeGreaterThan(RUNS * 100);
    expect(seen.midnights).toBeGreaterThan(0);
    expect(seen.restarts).toBeGreaterThan(RUNS);
  });

  it('RE-22, PL-6: nor do they where every restart goes through the files, over UTC midnight', () => {
    const trial = new Trial(20_250_106, onRecord);
    trial.run(520, 4);
    expect(trial.midnights).toBe(1);
    expect(trial.restarts).toBeGreaterThan(2);
    expect(trial.entered).toBeGreaterThan(5);
    expect(trial.refused).toBeGreaterThan(50);
  });
});
