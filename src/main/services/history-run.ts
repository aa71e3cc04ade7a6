/**
 * Stored history through the engine at full speed, into the record (PL-11). Where a model falls due, simulated time
 * waits for its fit, and what was promoted scores from the next base bar on: so a run repeats exactly, and every figure
 * that comes of it is out of sample.
 */
import { setImmediate } from 'node:timers/promises';
import type { JobProgress } from '#contract/areas/session.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';
import type { EngineEvent, EngineInput } from '#core/engine/messages.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import { type CandleFolder, storedInputs } from './research/stored-market.ts';
import { WorkMeter } from './work-meter.ts';

/** Batches per transaction; also how long the event loop is held between two looks at sockets and window. */
const BATCHES_PER_TURN = 400;

/** Learns from what the run resolves. */
export interface HistoryLearner {
  /** A fit is due, and time must wait for it. */
  readonly isDue: boolean;
  /** Hears every step's events in order. */
  observe(events: readonly EngineEvent[]): void;
  /** Fits what is due; resolves to the inputs that put to work what was promoted. `report` names what is fitted. */
  fit(report: (what: string) => void, signal: AbortSignal): Promise<readonly EngineInput[]>;
}

export interface HistoryRunOptions {
  readonly store: CandleFolder;
  readonly keeper: EngineKeeper;
  readonly instruments: readonly Instrument[];
  /** Null: the heuristics score all of it. */
  readonly learner: HistoryLearner | null;
  readonly signal: AbortSignal;
  readonly progress: (progress: JobProgress) => void;
  /** Monotonic real time, ms. */
  readonly monotonic: () => number;
}

export interface HistoryRunReport {
  /** Base bars worked. */
  readonly candles: number;
  readonly signals: number;
  readonly resolved: number;
}

/**
 * Works every stored bar that the engine has not worked yet, as far as nobody aborts. Called again it goes on where it
 * stopped (MK-31).
 */
export async function runHistory(options: HistoryRunOptions): Promise<HistoryRunReport> {
  const { keeper, store, instruments, learner, signal } = options;
  const durationMs = timeframeMs(instruments[0]?.baseTimeframe ?? '1m');
  // By bars worked, not by the engine's clock: a changed setting moves the clock on before any bar is in.
  const from = Math.min(...instruments.map(({ id }) => keeper.engine.instrument(id)?.lastOpenTime ?? -1)) + durationMs;
  const total = instruments.reduce((sum, i) => {
    const last = store.candles.last(i.id, i.baseTimeframe)?.openTime ?? from - durationMs;
    const ahead = Math.max(0, (last - from) / durationMs + 1);
    return sum + Math.min(store.candles.count(i.id, i.baseTimeframe), ahead);
  }, 0);
  const { progress, monotonic } = options;
  const meter = new WorkMeter({
    stage: 'running the strategies over it',
    unit: 'candles',
    total,
    progress,
    monotonic,
  });
  const tally = { candles: 0, signals: 0, resolved: 0 };
  let inputs: EngineInput[] = [];

  const pauseAfter = (events: readonly EngineEvent[]): boolean => {
    learner?.observe(events);
    return learner?.isDue ?? false;
  };
  const fitWhatIsDue = async (): Promise<void> => {
    if (learner?.isDue !== true || signal.aborted) return;
    inputs.unshift(...(await learner.fit((what) => meter.pause(what), signal)));
  };
  const work = async (): Promise<void> => {
    while (inputs.length > 0 && !signal.aborted) {
      const { worked, events } = keeper.applyBulk(inputs, pauseAfter);
      if (worked === 0) return;
      const bars = barsIn(inputs, worked);
      tally.candles += bars;
      count(tally, events);
      meter.add(bars, `${tally.signals} signals, ${tally.resolved} resolved`);
      inputs = inputs.slice(worked);
      await fitWhatIsDue();
      await setImmediate();
    }
  };

  // A run that was cut off while it waited for a fit begins with it.
  await fitWhatIsDue();
  for (const input of storedInputs(store, instruments, { from, to: null })) {
    inputs.push(input.kind === 'bars' ? { ...input, origin: 'bootstrap' } : input);
    if (inputs.length >= BATCHES_PER_TURN) await work();
    if (signal.aborted) break;
  }
  await work();
  keeper.snapshotAll();
  return tally;
}

function barsIn(inputs: readonly EngineInput[], worked: number): number {
  let bars = 0;
  for (let index = 0; index < worked; index++) {
    const input = inputs[index];
    if (input?.kind === 'bars') bars += input.bars.length;
  }
  return bars;
}

function count(tally: { signals: number; resolved: number }, events: readonly EngineEvent[]): void {
  for (const event of events) {
    if (event.kind === 'phantom-opened') tally.signals++;
    else if (event.kind === 'phantom-closed') tally.resolved++;
  }
}
