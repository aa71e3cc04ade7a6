/** Every feature and every feature set by name (FE-1, FE-10); a set's hash travels with its vectors and models. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { invariant } from '#core/base/invariant.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import { CALENDAR_FEATURES } from './calendar-features.ts';
import { CANDLE_FEATURES } from './candle-features.ts';
import { CONTEXT_FEATURES } from './context-features.ts';
import type { FeatureDefinition, FeatureInput } from './feature.ts';
import { HOURLY_FEATURES } from './hourly-features.ts';
import { IMMEDIATE_FEATURES } from './immediate-features.ts';
import { IMPULSE_FEATURES } from './impulse-features.ts';
import { MARKET_FEATURES } from './market-features.ts';
import { MOMENTUM_FEATURES } from './momentum-features.ts';
import { OPENING_FEATURES } from './opening-features.ts';
import { PAST_FEATURES } from './past-features.ts';
import { PATTERN_FEATURES } from './pattern-features.ts';
import { QUALITY_FEATURES } from './quality-features.ts';
import { RANGE_FEATURES } from './range-features.ts';
import { SESSION_WINDOW_FEATURES } from './session-window-features.ts';
import { STRUCTURE_FEATURES } from './structure-features.ts';
import { VOLATILITY_FEATURES } from './volatility-features.ts';

export type FeatureScope = 'signal' | 'instrument';

export interface FeatureSet {
  readonly id: string;
  /** `instrument`: the same for every signal of one instrument's bar, so that a vector serves all of them (FE-13). */
  readonly scope: FeatureScope;
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
  ...RANGE_FEATURES,
  ...IMPULSE_FEATURES,
  ...QUALITY_FEATURES,
  ...IMMEDIATE_FEATURES,
  ...MARKET_FEATURES,
  ...HOURLY_FEATURES,
  ...OPENING_FEATURES,
  ...SESSION_WINDOW_FEATURES,
  ...PATTERN_FEATURES,
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

/** FE-14. */
const QUALITY_NAMES = [
  'rsi',
  'volume_ratio',
  'momentum',
  'volatility_percentile',
  'trend_strength',
  'hour_of_day',
  'recent_win_rate',
  'risk_reward',
] as const;

/** FE-17. */
const IMMEDIATE_NAMES = [
  'trend_strength',
  'higher_timeframe_alignment',
  'ema_distance_ratio',
  'support_resistance_strength',
  'volume_ratio',
  'volatility',
  'momentum',
  'rsi',
  'planned_rr',
  'body_ratio',
  'distance_to_round_number',
  'session',
  'hour',
] as const;

/** FE-11, in the order of the specification; `side` is added as in the trend set. */
const RANGE_NAMES = [
  'range_width_atr',
  'touches_low',
  'touches_high',
  'range_age_bars',
  'edge_dist_atr',
  'mid_dist_atr',
  'rejection_wick_ratio',
  'rc15',
  'rc60',
  'ts60',
  'adx',
  'bb_width_pct',
  'volume_ratio',
  'rsi',
  'atr_pct',
  'session',
  'symbol_cluster',
  'volatility_regime',
  'planned_rr',
  'qscore',
  'tp1_rate_past',
  'be_rate_past',
  'runner_rate_past',
  'median_time_to_tp1_past',
  'median_time_to_exit_past',
  'side',
] as const;

/** Beside `range`: what the gates ask (PH-2); no model reads it. */
const RANGE_FACT_NAMES = ['slope', 'ema_stack_score'] as const;

/** FE-12. Scalps go with EMA20: the sign of `ema_slope_fast` is the side, so the twelve need no feature for it. */
const SCALP_NAMES = [
  'atr_pct',
  'bb_width_pct',
  'impulse_ratio',
  'ema_slope_fast',
  'ema_slope_slow',
  'volume_ratio',
  'upper_wick_ratio',
  'lower_wick_ratio',
  'vwap_dist_atr',
  'session',
  'symbol_cluster',
  'volatility_regime',
] as const;

/** Beside `scalp`: what the gates ask (PH-40); no model reads it. */
const SCALP_FACT_NAMES = [
  'side',
  'ts15',
  'body_ratio',
  'body_direction',
  'ema_direction_15m',
  'bb_width_rank',
  'qscore',
  'micro_seq',
] as const;

/** FE-15: the clock, the signal's bar, the opening range, the windows and days before it, the plan and its side. */
const SESSION_NAMES = [
  'hour_sin',
  'hour_cos',
  'weekday_sin',
  'weekday_cos',
  'atr_pct',
  'rsi',
  'volatility_regime',
  'volume_ratio',
  'body_ratio',
  ...namesOf(OPENING_FEATURES),
  ...namesOf(SESSION_WINDOW_FEATURES),
  'planned_rr',
  'side',
] as const;

/** Beside `market`: the patterns and the grade of a `structure` signal; no model reads it. */
const STRUCTURE_FACT_NAMES = [...namesOf(PATTERN_FEATURES), 'side', 'stop_dist_atr', 'qscore'] as const;

export const FEATURE_SETS: readonly FeatureSet[] = [
  featureSet('trend', TREND_NAMES),
  featureSet('range', RANGE_NAMES),
  featureSet('range_facts', RANGE_FACT_NAMES),
  featureSet('scalp', SCALP_NAMES),
  featureSet('scalp_facts', SCALP_FACT_NAMES),
  featureSet('session', SESSION_NAMES),
  featureSet('structure_facts', STRUCTURE_FACT_NAMES),
  featureSet('quality', QUALITY_NAMES),
  featureSet('immediate', IMMEDIATE_NAMES),
  // FE-13, in the order of the specification.
  featureSet('market', namesOf(MARKET_FEATURES), 'instrument'),
  // FE-16.
  featureSet('volatility', namesOf(HOURLY_FEATURES), 'instrument'),
];

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
  const { features } = set;
  const values = new Float64Array(features.length);
  for (let index = 0; index < features.length; index++) {
    const value = (features[index] as FeatureDefinition).compute(input);
    // A quotient by a zero ATR is no number either.
    values[index] = Number.isFinite(value) ? value : Number.NaN;
  }
  return { setId: set.id, setHash: set.hash, values };
}

/** Least and greatest possible value in words, e.g. `0 to 100`, `0 or more`; empty where nothing bounds it. */
export function featureRange({ range: [least, greatest] }: Pick<FeatureDefinition, 'range'>): string {
  if (Number.isFinite(least)) return Number.isFinite(greatest) ? `${least} to ${greatest}` : `${least} or more`;
  return Number.isFinite(greatest) ? `${greatest} or less` : '';
}

export function featureSetHash(features: readonly Pick<FeatureDefinition, 'name' | 'version'>[]): string {
  const text = features.map(({ name, version }) => `${name}@${version}\n`).join('');
  // Names are ASCII: one byte per character.
  return bytesToHex(sha256(Uint8Array.from(text, (character) => character.charCodeAt(0))));
}

function namesOf(features: readonly FeatureDefinition[]): readonly string[] {
  return features.map(({ name }) => name);
}

function featureSet(id: string, names: readonly string[], scope: FeatureScope = 'signal'): FeatureSet {
  const features = names.map((name) => {
    const feature = FEATURES.find((candidate) => candidate.name === name);
    invariant(feature !== undefined, `feature ${name} of set ${id} is in the catalogue`);
    return feature;
  });
  return { id, scope, features, names, hash: featureSetHash(features) };
}
