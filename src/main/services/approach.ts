/**
 * From a connection to the moment before live: instruments, lost candles, history (PL-8, PL-11, RE-33). It says how far
 * it came; what that means for the desk is the session's.
 */
import type { HistoryWay, JobProgress } from '#contract/areas/session.ts';
import type { Fault } from '#core/base/result.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { ExchangeConnection } from '#main/exchange/feed.ts';
import { bootstrap } from './bootstrap.ts';
import { refillLostCandles } from './candle-refill.ts';
import { chosenInstruments, missingSymbols, sameInstruments } from './chosen-instruments.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import { type HistoryControl, isHistoryDone, noteHistoryDone } from './history-control.ts';
import type { SessionOptions } from './session-parts.ts';

/** On the shortest way to going live: enough for regimes (FE-3) and for the averages that strategies read. */
const SHORTEST_HISTORY_DAYS = 7;

export type Arrival =
  | { readonly kind: 'caught-up'; readonly keeper: EngineKeeper }
  /** Somebody closed or reopened the desk meanwhile: nothing is to be done. */
  | { readonly kind: 'given-up' }
  | { readonly kind: 'history-stopped' }
  /** Worth trying again by itself. */
  | { readonly kind: 'offline'; readonly fault: Fault }
  | { readonly kind: 'failed'; readonly fault: Fault };

/** What the approach asks of the session it works for. */
export interface ApproachHost {
  readonly history: HistoryControl;
  keeper(): EngineKeeper | null;
  instruments(): readonly Instrument[];
  storedInstruments(): readonly Instrument[];
  /** Builds the engine for these instruments from the record. */
  wake(instruments: readonly Instrument[]): void;
  now(): UnixMs;
  progress(progress: JobProgress): void;
}

const GIVEN_UP: Arrival = { kind: 'given-up' };

export async function approachLive(
  connection: ExchangeConnection,
  host: ApproachHost,
  options: SessionOptions,
  way: HistoryWay,
  signal: AbortSignal,
): Promise<Arrival> {
  const { profile, settings, log } = options;
  const loaded = await connection.loadInstruments();
  if (signal.aborted) return GIVEN_UP;
  if (!loaded.ok) {
    if (host.keeper() === null) host.wake(host.storedInstruments());
    return { kind: 'offline', fault: loaded.error };
  }
  const instruments = chosenInstruments(loaded.value, settings.current);
  const unknown = missingSymbols(instruments, settings.current);
  if (unknown.length > 0) {
    log.write('warning', 'exchange', `${unknown.join(', ')}: not offered by ${connection.exchange}; left out`);
  }
  if (instruments.length === 0) {
    const fault: Fault = {
      kind: 'not-found',
      message: `None of your instruments is offered by ${connection.exchange}.`,
      remedy: 'Choose instruments in the settings.',
    };
    return { kind: 'failed', fault };
  }
  profile.notes.putInstruments(instruments);
  if (host.keeper() === null || !sameInstruments(host.instruments(), instruments)) host.wake(instruments);
  const fault = await refill(connection, host, options, signal);
  if (fault !== null) return { kind: 'offline', fault };
  return signal.aborted ? GIVEN_UP : catchUpHistory(connection, host, options, way, signal);
}

/** Null when the stored candles reach as far as the engine has worked. */
async function refill(
  connection: ExchangeConnection,
  host: ApproachHost,
  { profile, log }: SessionOptions,
  signal: AbortSignal,
): Promise<Fault | null> {
  const engine = host.keeper()?.engine;
  if (engine === undefined) return null;
  const instruments = host.instruments();
  const refilled = await refillLostCandles({ connection, candles: profile.candles, engine, instruments, signal });
  if (!refilled.ok) return refilled.error;
  if (refilled.value > 0) {
    log.write('notice', 'store', `${refilled.value} candles that were lost were fetched again`, host.now());
    host.wake(instruments);
  }
  return null;
}

async function catchUpHistory(
  connection: ExchangeConnection,
  host: ApproachHost,
  { profile, settings, log, monotonic, historyLearner }: SessionOptions,
  way: HistoryWay,
  signal: AbortSignal,
): Promise<Arrival> {
  const keeper = host.keeper();
  if (keeper === null) return GIVEN_UP;
  const fresh = host.instruments().filter((i) => keeper.engine.instrument(i.id)?.lastOpenTime === -1);
  const unfinished = !isHistoryDone(profile.desk, connection.exchange);
  if (fresh.length > 0 || unfinished) {
    const hold = host.history.begin();
    const done = await bootstrap({
      connection,
      store: profile,
      keeper,
      instruments: host.instruments(),
      historyDays: settings.current.historyDays,
      ...(way === 'shortest' ? { atMostDays: SHORTEST_HISTORY_DAYS } : {}),
      learner: way === 'shortest' ? null : (historyLearner?.(keeper.engine) ?? null),
      signal: AbortSignal.any([signal, hold.signal]),
      progress: (progress) => host.progress(progress),
      monotonic,
    }).finally(hold.end);
    if (signal.aborted) return GIVEN_UP;
    if (hold.signal.aborted) return { kind: 'history-stopped' };
    if (!done.ok) return { kind: 'offline', fault: done.error };
    noteHistoryDone(profile.desk, connection.exchange);
    log.write('notice', 'session', `history of ${settings.current.historyDays} days is in; going live`, host.now());
  }
  return { kind: 'caught-up', keeper };
}
