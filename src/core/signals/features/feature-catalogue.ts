/** Every feature and every feature set by name (FE-1, FE-10); a set's hash travels with its vectors and models. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { invariant } from '#core/base/invariant.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import { CALENDAR_FEATURES } from './calendar-features.ts';
import { CANDLE_FEATURES } from './candle-features.ts';
import { CONTEXT_FEATURES } from './context-features.ts';
import type { FeatureDefinition, FeatureInput } from './feature.ts';
import { MOMENTUM_FEATURES } from './momentum-features.ts';
import { PAST_FEATURES } from './past-features.ts';
import { STRUCTURE_FEATURES } from './structure-features.ts';
import { VOLATILITY_FEATURES } from './volatility-features.ts';

export interface FeatureSet {
  readonly id: string;
  /** In the order of a vector's values. */
  readonly features: readonly FeatureDefinition[];
  readonly names: readonly string[];
  /** SHA-256 (hex) over `name@version` of each feature in order, one per line. */
  readonly hash: string;
}

/** All features, by family. Features of bars look at the signal's own timeframe unless their meaning names one. */
export const FEATURES: readonly FeatureDefinition[] = [
  ...STRUCTURE_FEATURES,
  ...MOMENTUM_FEATURES,
  ...VOLATILITY_FEATURES,
  ...CANDLE_FEATURES,
  ...CONTEXT_FEATURES,
  ...CALENDAR_FEATURES,
  ...PAST_FEATURES,
];

/** FE-10, in the order of the specification; `side` is added so that a model can read what is signed by the market. */
const TREND_NAMES = [
  'atr_pct',
  'break_dist_atr',
  'retrace_depth_atr',
  'confirm_candles',
  'ema_stack_score',
  'range_expansion',
  'div_ok',
  'div_score',
  'div_rsi_delta',
  'div_tsi_delta',
  'protective_pivot_present',
  'tp1_rate_past',
  'be_rate_past',
  'runner_rate_past',
  'median_time_to_tp1_past',
  'median_time_to_exit_past',
  'session',
  'symbol_cluster',
  'volatility_regime',
  'ts15',
  'ts60',
  'rc15',
  'rc60',
  'qscore',
  'slope',
  'adx',
  'rsi',
  'tsi',
  'bb_width_pct',
  'bb_position',
  'volume_ratio',
  'body_ratio',
  'upper_wick_ratio',
  'lower_wick_ratio',
  'vwap_dist_atr',
  'stop_dist_atr',
  'planned_rr',
  'hour_sin',
  'hour_cos',
  'weekday_sin',
  'weekday_cos',
  'leader_correlation',
  'recent_win_rate',
  'side',
] as const;

export const FEATURE_SETS: readonly FeatureSet[] = [featureSet('trend', TREND_NAMES)];

export function findFeatureSet(id: string): FeatureSet | null {
  return FEATURE_SETS.find((set) => set.id === id) ?? null;
}

/** The names of a set in the order of its values; empty for an unknown set. */
export function featureNames(setId: string): readonly string[] {
  return findFeatureSet(setId)?.names ?? [];
}

/** Where a feature stands in a set's vectors; -1 when the set does not hold it. */
export function featureIndex(setId: string, name: string): number {
  return findFeatureSet(setId)?.names.indexOf(name) ?? -1;
}

/** The recorded vector of a set: values in its order, NaN where missing (FE-4). */
export function featureVector(set: FeatureSet, input: FeatureInput): FeatureVector {
  const values = new Float64Array(set.features.length);
  for (const [index, feature] of set.features.entries()) {
    const value = feature.compute(input);
    // A quotient by a zero ATR is no number either.
    values[index] = Number.isFinite(value) ? value : Number.NaN;
  }
  return { setId: set.id, setHash: set.hash, values };
}

export function featureSetHash(features: readonly Pick<FeatureDefinition, 'name' | 'version'>[]): string {
  const text = features.map(({ name, version }) => `${name}@${version}\n`).join('');
  // Names are ASCII: one byte per character.
  return bytesToHex(sha256(Uint8Array.from(text, (character) => character.charCodeAt(0))));
}

function featureSet(id: string, names: readonly string[]): FeatureSet {
  const features = names.map((name) => {
    const feature = FEATURES.find((candidate) => candidate.name === name);
    invariant(feature !== undefined, `feature ${name} of set ${id} is in the catalogue`);
    return feature;
  });
  return { id, features, names, hash: featureSetHash(features) };
}
