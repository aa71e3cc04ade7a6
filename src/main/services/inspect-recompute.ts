/** FE-6: recomputes recorded feature vectors from stored candles and market facts, and names every difference. */
import { type Fault, ok, type Result } from '#core/base/result.ts';
import { type InstrumentId, instrumentId } from '#core/domain/instrument.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { FeatureVector, SignalId } from '#core/domain/signal.ts';
import { FEATURE_SETS, type FeatureSet } from '#core/signals/features/feature-catalogue.ts';
import type { ProfileReader } from '#main/store/database.ts';
import { withExternals } from './external/external-inputs.ts';
import { type ResearchSettings, researchEngine, researchStrategies } from './research/research-engine.ts';
import { withFills } from './research/stored-fills.ts';
import { type BarRange, storedInputs, storedInstruments } from './research/stored-market.ts';
import type { ParameterSettings } from './strategy-settings.ts';

export interface RecomputeRequest extends BarRange {
  readonly exchange: string;
  readonly symbol: string;
  /** Symbols that ran beside it: leader, clusters and batches hang on them. Null: all of the exchange that are stored. */
  readonly peers: readonly string[] | null;
  /** What strategies are to use instead of their own defaults; none unless given. */
  readonly parameters?: ParameterSettings;
}

export interface FeatureDifference {
  readonly signalId: SignalId;
  readonly set: string;
  readonly feature: string;
  /** Null: missing. */
  readonly recorded: number | null;
  readonly recomputed: number | null;
}

export interface RecomputeReport {
  /** Recorded signals in the range. */
  readonly signals: number;
  /** Vectors and single values that were held against each other, to the bit. */
  readonly vectors: number;
  readonly values: number;
  /** The first thousand. */
  readonly differences: readonly FeatureDifference[];
  readonly differing: number;
  /** Recorded signals that the stored candles do not give; the first thousand. */
  readonly notFound: readonly SignalId[];
  /** Vectors of another version of their set: they cannot be compared. */
  readonly otherVersions: number;
  /** Vectors that were recorded and not computed now, or the other way round. */
  readonly onlyOnOneSide: number;
}

const SHOWN = 1_000;

/**
 * Works all stored bars from the first one on, as a replay does, and compares each signal that is in the record. What
 * the past knows (FE-2) is only the same where the record began with the stored candles.
 */
export function recompute(
  profile: Pick<ProfileReader, 'candles' | 'notes' | 'history' | 'externals' | 'fills' | 'exportPhantoms'>,
  request: RecomputeRequest,
  settings: ResearchSettings,
): Result<RecomputeReport, Fault> {
  const { exchange, symbol, to } = request;
  const id = instrumentId(exchange, symbol);
  const own = storedInstruments(profile, exchange, [symbol], profile.notes.instrument(id)?.baseTimeframe ?? null);
  if (!own.ok) return own;
  const base = own.value[0]?.baseTimeframe ?? null;
  const peers = request.peers ?? storedSymbols(profile, exchange, base);
  const instruments = storedInstruments(profile, exchange, [symbol, ...peers], base);
  if (!instruments.ok) return instruments;
  const strategies = researchStrategies(null, request.parameters);
  if (!strategies.ok) return strategies;
  const recorded = recordedIds(profile, id, request);
  const engine = researchEngine(instruments.value, strategies.value, settings, profile.notes.sentiment.book());
  const comparison = new Comparison();
  const bars = withFills(storedInputs(profile, instruments.value, { from: null, to }), profile.fills());
  for (const input of withExternals(bars, profile.externals.taken())) {
    for (const event of engine.step(input)) {
      if (event.kind !== 'phantom-opened' || !recorded.delete(event.phantom.id)) continue;
      const stored = profile.history.detail(event.phantom.id)?.phantom;
      if (stored !== undefined) comparison.compare(stored, event.phantom);
    }
    if (recorded.size === 0) break;
  }
  return ok(comparison.report([...recorded]));
}

function storedSymbols(
  { candles }: Pick<ProfileReader, 'candles'>,
  exchange: string,
  timeframe: string | null,
): readonly string[] {
  return candles
    .series()
    .filter((series) => series.timeframe === timeframe && series.instrumentId.startsWith(`${exchange}:`))
    .map((series) => series.instrumentId.slice(exchange.length + 1));
}

function recordedIds(
  profile: Pick<ProfileReader, 'exportPhantoms'>,
  id: InstrumentId,
  { from, to }: BarRange,
): Set<SignalId> {
  const filter = { instrumentIds: [id], from: from ?? undefined, to: to ?? undefined };
  const ids = new Set<SignalId>();
  for (const { row } of profile.exportPhantoms(filter, { by: 'openedAt', direction: 'ascending' })) {
    // What came from somebody's file was never judged live (WS-21).
    if (row.disposition !== 'imported') ids.add(row.id);
  }
  return ids;
}

/** Gathers what two tellings of the same signals differ in. */
class Comparison {
  readonly #differences: FeatureDifference[] = [];
  #signals = 0;
  #vectors = 0;
  #values = 0;
  #differing = 0;
  #otherVersions = 0;
  #onlyOnOneSide = 0;

  compare(stored: Phantom, fresh: Phantom): void {
    this.#signals++;
    const recorded = vectorsOf(stored);
    const recomputed = vectorsOf(fresh);
    for (const set of FEATURE_SETS) {
      const [one, other] = [recorded.get(set.id), recomputed.get(set.id)];
      if (one === undefined && other === undefined) continue;
      if (one === undefined || other === undefined) this.#onlyOnOneSide++;
      else if (one.setHash !== other.setHash) this.#otherVersions++;
      else this.#compareVectors(stored.id, set, one, other);
    }
  }

  report(notFound: readonly SignalId[]): RecomputeReport {
    return {
      signals: this.#signals + notFound.length,
      vectors: this.#vectors,
      values: this.#values,
      differences: this.#differences,
      differing: this.#differing,
      notFound: notFound.slice(0, SHOWN),
      otherVersions: this.#otherVersions,
      onlyOnOneSide: this.#onlyOnOneSide,
    };
  }

  #compareVectors(signalId: SignalId, set: FeatureSet, recorded: FeatureVector, recomputed: FeatureVector): void {
    this.#vectors++;
    for (const [index, feature] of set.names.entries()) {
      this.#values++;
      const [one, other] = [recorded.values[index] as number, recomputed.values[index] as number];
      if (Object.is(one, other)) continue;
      this.#differing++;
      if (this.#differences.length >= SHOWN) continue;
      const difference = { signalId, set: set.id, feature, recorded: orNull(one), recomputed: orNull(other) };
      this.#differences.push(difference);
    }
  }
}

function vectorsOf({ features, besideFeatures }: Phantom): ReadonlyMap<string, FeatureVector> {
  const vectors = features === null ? besideFeatures : [features, ...besideFeatures];
  return new Map(vectors.map((vector) => [vector.setId, vector]));
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
