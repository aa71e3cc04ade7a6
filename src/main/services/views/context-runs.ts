/**
 * Session and regime of an instrument over time, for the chart's background: stored bars through the engine's own state,
 * so that what is shaded is what signals were decided in (FE-3).
 */
import { setImmediate } from 'node:timers/promises';
import type { ContextRun, MarketContexts } from '#contract/areas/market.ts';
import { type Regime, type Session, sessionAt } from '#core/domain/context.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { DAY_MS, HOUR_MS, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { InstrumentState } from '#core/engine/instrument-state.ts';
import type { CandleStore } from '#main/store/candle-store.ts';

/** The regime looks back 30 days (FE-3), and its ATR forgets within two more. */
const WARM_UP_MS = 32 * DAY_MS;
/** Bars worked between two looks at sockets and window: about 20 ms. */
const BARS_PER_TURN = 4_000;

const NO_PEERS = { leader15m: () => null };

interface Walk {
  /** Regimes are right from here on. */
  readonly from: UnixMs;
  readonly state: InstrumentState;
  readonly runs: ContextRun<Regime | null>[];
}

export class ContextRuns {
  readonly #candles: CandleStore;
  readonly #walks = new Map<string, Walk>();
  /** Requests work one behind the other: they share the walks. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(candles: CandleStore) {
    this.#candles = candles;
  }

  /** `to` beyond the newest stored bar ends there; an earlier request's work is gone on with. */
  read(instrument: Instrument, from: UnixMs, to: UnixMs): Promise<MarketContexts> {
    const answer = this.#queue.then(() => this.#read(instrument, from, to));
    this.#queue = answer.catch(() => undefined);
    return answer;
  }

  /** Stored bars may have changed below what was walked. */
  forget(): void {
    this.#walks.clear();
  }

  async #read(instrument: Instrument, from: UnixMs, to: UnixMs): Promise<MarketContexts> {
    const { id, baseTimeframe } = instrument;
    const first = this.#candles.first(id, baseTimeframe);
    const last = this.#candles.last(id, baseTimeframe);
    if (first === null || last === null) return { sessions: [], regimes: [] };
    const start = Math.max(from, first.openTime);
    const end = Math.min(to, last.openTime + timeframeMs(baseTimeframe));
    if (end <= start) return { sessions: [], regimes: [] };
    const walk = await this.#walk(instrument, start, end);
    return { sessions: sessionRuns(start, end), regimes: clipped(walk.runs, start, end) };
  }

  async #walk(instrument: Instrument, from: UnixMs, to: UnixMs): Promise<Walk> {
    const known = this.#walks.get(instrument.id);
    const isUsable =
      known !== undefined && known.from <= from && known.state.instrument.baseTimeframe === instrument.baseTimeframe;
    const walk = isUsable ? known : { from, state: new InstrumentState(instrument, [], NO_PEERS), runs: [] };
    this.#walks.set(instrument.id, walk);
    const { state, runs } = walk;
    const durationMs = state.durationMs;
    let next = state.lastOpenTime < 0 ? from - WARM_UP_MS : state.lastOpenTime + durationMs;
    while (next < to) {
      const until = Math.min(to, next + BARS_PER_TURN * durationMs);
      for (const candle of this.#candles.read(instrument.id, instrument.baseTimeframe, next, until)) {
        state.onBar(candle);
        note(runs, candle.openTime, candle.openTime + durationMs, state.signals.context().regime);
      }
      next = until;
      await setImmediate();
    }
    return walk;
  }
}

/** A bar is lived in the regime that was known at its open; at its close the new one begins. */
function note(runs: ContextRun<Regime | null>[], openTime: UnixMs, closeTime: UnixMs, regime: Regime | null): void {
  const last = runs.at(-1);
  if (last === undefined) {
    runs.push({ from: openTime, to: closeTime, value: null }, { from: closeTime, to: closeTime, value: regime });
    return;
  }
  runs[runs.length - 1] = { ...last, to: closeTime };
  if (regime !== last.value) runs.push({ from: closeTime, to: closeTime, value: regime });
}

function clipped(
  runs: readonly ContextRun<Regime | null>[],
  from: UnixMs,
  to: UnixMs,
): readonly ContextRun<Regime | null>[] {
  return runs
    .map((run) => ({ ...run, from: Math.max(run.from, from), to: Math.min(run.to, to) }))
    .filter((run) => run.to > run.from);
}

/** Sessions change on the hour only. */
function sessionRuns(from: UnixMs, to: UnixMs): readonly ContextRun<Session>[] {
  const runs: ContextRun<Session>[] = [];
  for (let time = from; time < to; time = Math.floor(time / HOUR_MS) * HOUR_MS + HOUR_MS) {
    const value = sessionAt(time);
    const end = Math.min(to, Math.floor(time / HOUR_MS) * HOUR_MS + HOUR_MS);
    const last = runs.at(-1);
    if (last?.value === value) runs[runs.length - 1] = { ...last, to: end };
    else runs.push({ from: time, to: end, value });
  }
  return runs;
}
