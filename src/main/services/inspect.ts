/** Looks inside the engine on stored candles: its signals, their features, the indicators behind them (PL-10). */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { Phantom, PhantomResult } from '#core/domain/phantom.ts';
import { type BaseTimeframe, type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { RollUp } from '#core/market/roll-up.ts';
import { FEATURE_SETS, featureNames } from '#core/signals/features/feature-catalogue.ts';
import { InstrumentSignals, type PeerReader } from '#core/signals/instrument-signals.ts';
import { type ResearchSettings, researchEngine, researchStrategies } from './research/research-engine.ts';
import { type BarRange, type CandleFolder, storedInputs, storedInstruments } from './research/stored-market.ts';
import type { ParameterSettings } from './strategy-settings.ts';

/** `time`: ISO-8601 UTC, close time of the row's bar. */
export type InspectRow = { readonly time: string } & Readonly<Record<string, unknown>>;

export interface InspectRequest extends BarRange {
  readonly exchange: string;
  readonly symbol: string;
  /** Columns to keep; null: all. */
  readonly names: readonly string[] | null;
  /** Null: all. */
  readonly strategies: readonly string[] | null;
  /** Over those the strategies came with; none unless said. */
  readonly parameters?: ParameterSettings;
  /** Null: the finest stored one. */
  readonly baseTimeframe: BaseTimeframe | null;
}

export type InspectFault = Fault<'no-candles' | 'unknown-strategy' | 'unknown-name' | 'no-indicators'>;
export type InspectAnswer = Result<{ readonly rows: readonly InspectRow[] }, InspectFault>;

/** Columns of a signal's row beside `time`. */
const SIGNAL_COLUMNS = [
  'id',
  'strategy',
  'timeframe',
  'side',
  'entry',
  'stop',
  'tp1',
  'tp1Fraction',
  'target',
  'plannedRr',
  'plannedNetRr',
  'qscore',
  'score',
  'scoreKind',
  'threshold',
  'disposition',
  'dispositionReason',
  'session',
  'regime',
  'structureKey',
  'reasons',
  'outcome',
  'exitReason',
  'exitPrice',
  'exitTime',
  'netR',
] as const;

/** Every signal with what the resolver made of it on the stored candles up to `to`. */
export function inspectSignals(
  store: CandleFolder,
  request: InspectRequest,
  settings: ResearchSettings,
): InspectAnswer {
  const columns = chosen(request.names, SIGNAL_COLUMNS);
  if (!columns.ok) return columns;
  return eachSignal(store, request, settings, (phantom, result) => ({
    time: iso(phantom.signal.time),
    ...pick(signalRow(phantom, result), columns.value),
  }));
}

/** One row per signal with the recorded vector by feature name; null where a feature is missing (FE-4). */
export function inspectFeatures(
  store: CandleFolder,
  request: InspectRequest,
  settings: ResearchSettings,
): InspectAnswer {
  const known = ['id', 'strategy', ...new Set(FEATURE_SETS.flatMap((set) => set.names))];
  const columns = chosen(request.names, known);
  if (!columns.ok) return columns;
  return eachSignal(store, request, settings, (phantom) => {
    const { id, strategyId: strategy, time } = phantom.signal;
    const values = phantom.features?.values;
    const names = phantom.features === null ? [] : featureNames(phantom.features.setId);
    const features = Object.fromEntries(names.map((name, index) => [name, orNull(values?.[index])]));
    return { time: iso(time), ...pick({ id, strategy, ...features }, columns.value) };
  });
}

/** One row per closed bar of `timeframe` with its indicators, null before their warm-up. */
export function inspectIndicators(store: CandleFolder, request: InspectRequest, timeframe: Timeframe): InspectAnswer {
  const instruments = storedInstruments(store, request.exchange, [request.symbol], request.baseTimeframe);
  if (!instruments.ok) return instruments;
  const strategies = researchStrategies(request.strategies, request.parameters);
  if (!strategies.ok) return strategies;
  const instrument = instruments.value[0];
  if (instrument === undefined) return ok({ rows: [] });
  const signals = new InstrumentSignals({ instrument, strategies: strategies.value, peers: NO_PEERS });
  const suffix = `_${timeframe}`;
  const names = Object.keys(signals.indicatorValues())
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length));
  if (names.length === 0) {
    return err({
      kind: 'no-indicators',
      message: `No indicators run on ${timeframe}.`,
      remedy: 'Take 15m, 1h or the timeframe of a strategy.',
    });
  }
  const columns = chosen(request.names, ['complete', 'open', 'high', 'low', 'close', 'volume', ...names]);
  if (!columns.ok) return columns;
  const rows: InspectRow[] = [];
  const inRange = rangeFilter(request);
  const onBar = (of: Timeframe, bar: Parameters<RollUp['onBar']>[0], complete: boolean) => {
    signals.onBar(of, bar, complete);
    const time = bar.openTime + timeframeMs(of);
    if (of !== timeframe || !inRange(time)) return;
    const values = signals.indicatorValues();
    const indicators = Object.fromEntries(names.map((name) => [name, orNull(values[name + suffix])]));
    const { open, high, low, close, volume } = bar;
    const row = { complete, open, high, low, close, volume, ...indicators };
    rows.push({ time: iso(time), ...pick(row, columns.value) });
  };
  const rollUp = new RollUp(instrument.baseTimeframe, onBar);
  for (const input of storedInputs(store, instruments.value, { from: null, to: request.to })) {
    for (const { candle } of input.kind === 'bars' ? input.bars : []) {
      onBar(instrument.baseTimeframe, candle, true);
      rollUp.onBar(candle);
    }
  }
  return ok({ rows });
}

/**
 * The series is always worked from its first bar, so that a row never depends on `from`: averages are as warm, and what
 * the past knows is as much, as in a replay of everything.
 */
function eachSignal(
  store: CandleFolder,
  request: InspectRequest,
  settings: ResearchSettings,
  row: (phantom: Phantom, result: PhantomResult) => InspectRow,
): InspectAnswer {
  const instruments = storedInstruments(store, request.exchange, [request.symbol], request.baseTimeframe);
  if (!instruments.ok) return instruments;
  const strategies = researchStrategies(request.strategies, request.parameters);
  if (!strategies.ok) return strategies;
  const engine = researchEngine(instruments.value, strategies.value, settings, store.notes.sentiment.book());
  const inRange = rangeFilter(request);
  const found: Phantom[] = [];
  const results = new Map<string, PhantomResult>();
  for (const input of storedInputs(store, instruments.value, { from: null, to: request.to })) {
    for (const event of engine.step(input)) {
      if (event.kind === 'phantom-opened' && inRange(event.phantom.signal.time)) found.push(event.phantom);
      else if (event.kind === 'phantom-closed') results.set(event.phantomId, event.result);
    }
  }
  const result = (phantom: Phantom) =>
    results.get(phantom.id) ?? engine.openPhantoms.get(phantom.id)?.walk.result() ?? phantom.result;
  return ok({ rows: found.map((phantom) => row(phantom, result(phantom))) });
}

function signalRow(
  { signal, decision }: Phantom,
  result: PhantomResult,
): Readonly<Record<(typeof SIGNAL_COLUMNS)[number], unknown>> {
  return {
    id: signal.id,
    strategy: signal.strategyId,
    timeframe: signal.timeframe,
    side: signal.side,
    entry: signal.entry,
    stop: signal.stop,
    tp1: signal.tp1,
    tp1Fraction: signal.tp1Fraction,
    target: signal.target,
    plannedRr: signal.plannedRr,
    plannedNetRr: signal.plannedNetRr,
    qscore: signal.qscore,
    score: decision.score.value,
    scoreKind: decision.score.kind,
    threshold: decision.threshold.value,
    disposition: decision.disposition,
    dispositionReason: decision.reason,
    session: signal.context.session,
    regime: signal.context.regime,
    structureKey: signal.structureKey,
    reasons: signal.reasons,
    outcome: result.outcome,
    exitReason: result.exitReason,
    exitPrice: result.exitPrice,
    exitTime: result.exitTime === null ? null : iso(result.exitTime),
    netR: result.netR,
  };
}

const NO_PEERS: PeerReader = { leader15m: () => null };

/** Bars that open in [from, to) close after `from` and at the latest at `to`. */
function rangeFilter({ from, to }: BarRange): (closeTime: UnixMs) => boolean {
  const after = from ?? Number.NEGATIVE_INFINITY;
  const until = to ?? Number.POSITIVE_INFINITY;
  return (closeTime) => closeTime > after && closeTime <= until;
}

function chosen(
  names: readonly string[] | null,
  known: readonly string[],
): Result<readonly string[] | null, Fault<'unknown-name'>> {
  const unknown = names?.find((name) => name !== 'time' && !known.includes(name));
  if (unknown === undefined) return ok(names?.filter((name) => name !== 'time') ?? null);
  return err({
    kind: 'unknown-name',
    message: `There is no column ${unknown} here.`,
    remedy: `Names: ${known.join(', ')}.`,
  });
}

function pick(row: Readonly<Record<string, unknown>>, columns: readonly string[] | null): Record<string, unknown> {
  if (columns === null) return { ...row };
  return Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));
}

function orNull(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function iso(time: UnixMs): string {
  return new Date(time).toISOString();
}
