/** Versions of the fake desk's models: figures, importance, and what became of each. */
import type { ModelFigures, ModelVersionView } from '#contract/areas/models.ts';
import type { ModelState } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { seededRandom } from './fake-market.ts';

const DAY = 86_400_000;
const NAMES = [
  'trend_slope_bp',
  'ema_stack_score',
  'break_dist_atr',
  'retrace_depth',
  'range_expansion',
  'atr_pct',
  'rsi_14',
  'volume_ratio',
  'hour_sin',
  'hour_cos',
  'htf_trend',
  'distance_to_high_atr',
  'spread_bp',
];

export interface VersionSketch {
  readonly version: number;
  readonly state: ModelState;
  readonly rows: number;
  /** How much better than no model, about 0 to 1. */
  readonly skill: number;
  readonly reason: string;
}

function figuresOf({ rows, skill, version }: VersionSketch): ModelFigures | null {
  if (rows < 20) return null;
  const random = seededRandom(900 + version);
  const spread = 1 / Math.sqrt(rows);
  const around = (value: number, width: number, base: number) => ({
    value,
    low: value - width * (0.9 + random() * 0.2),
    high: value + width * (0.9 + random() * 0.2),
    base,
  });
  const baseRate = 0.438;
  const reliability = Array.from({ length: 10 }, (_, bin) => {
    const predicted = 0.12 + bin * 0.075 + random() * 0.02;
    const count = Math.round((rows / 10) * Math.exp(-(((bin - 4) / 2.6) ** 2)) * 1.9 + 3);
    const observed =
      baseRate + (predicted - baseRate) * Math.min(1, skill + 0.25) + (random() - 0.5) * 0.5 * spread * 4;
    return { predicted, observed: Math.min(1, Math.max(0, observed)), rows: count };
  });
  return {
    rows,
    baseRate,
    threshold: 0.462,
    areaUnderCurve: around(0.5 + 0.12 * skill, 1.1 * spread, 0.5),
    logLoss: around(0.6855 - 0.026 * skill, 0.42 * spread, 0.6855),
    brier: around(0.2462 - 0.012 * skill, 0.2 * spread, 0.2462),
    calibrationError: { value: 0.031, low: 0.022, high: 0.058, base: 0 },
    winRate: around(baseRate + 0.09 * skill, 1.6 * spread, baseRate),
    netRPerTrade: around(-0.02 + 0.21 * skill, 3.6 * spread, -0.02),
    coverage: around(0.41, 0.9 * spread, 1),
    reliability,
  };
}

export function versionOf(model: string, sketch: VersionSketch, now: UnixMs): ModelVersionView {
  const { version, state, reason } = sketch;
  const made = now - (6 - version) * 4 * DAY - 3_600_000;
  const random = seededRandom(70 + version);
  // The first version knew neither of the two later ways; the ways disagree about the lesser features.
  const importance = NAMES.map((name, at) => ({
    name,
    gain: 0.21 * 0.78 ** at * (0.7 + random() * 0.6),
    permutation: version === 1 ? null : 0.011 * 0.7 ** at * (0.6 + random() * 0.8) - 0.0009,
    shap: version === 1 ? null : 3.4 * 0.75 ** ((at * 5) % NAMES.length) * (0.7 + random() * 0.6),
  }));
  return {
    id: fakeModelId(model, version),
    model,
    version,
    state,
    setId: 'trend@1',
    setHash: 'a91f03'.padEnd(64, '0'),
    trainedUntil: made - 2 * 3_600_000,
    dataHash: 'd0'.padEnd(64, '0'),
    seed: `trend/${version}`,
    examples: 180 + version * 55,
    effectiveExamples: 131 + version * 38.4,
    heads: version >= 3 ? ['forest', 'boosting', 'network'] : ['forest', 'boosting'],
    importance,
    reason,
    parentId: version > 1 ? fakeModelId(model, version - 1) : null,
    createdAt: made,
    activatedAt: state === 'rejected' ? null : made + 60_000,
    retiredAt: state === 'retired' ? made + 4 * DAY : null,
    figures: figuresOf(sketch),
    classFigures: null,
    valueFigures: null,
    calibrator: version >= 3 ? 'isotonic' : 'sigmoid',
    timeouts: version === 1 ? null : 'left out',
    judgedTimeouts: version >= 3 ? 12 * version : null,
    available: version > 1,
  };
}

export function fakeModelId(model: string, version: number): string {
  return [...`${model}/${version}/`.repeat(64)]
    .slice(0, 64)
    .map((letter) => (letter.charCodeAt(0) % 16).toString(16))
    .join('');
}

export const READY: readonly VersionSketch[] = [
  {
    version: 5,
    state: 'rejected',
    rows: 470,
    skill: 0.35,
    reason: 'Paired log loss against v4 is up to 0.018 worse (90 % bound; 0.010 is allowed).',
  },
  {
    version: 4,
    state: 'champion',
    rows: 420,
    skill: 0.95,
    reason: 'Log loss at most 0.006 worse than v3 (90 % bound), net R per trade 0.04 higher.',
  },
  {
    version: 3,
    state: 'rolled-back',
    rows: 360,
    skill: 0.3,
    reason: 'Over 100 signals v2 had the lower log loss (95 % interval).',
  },
  { version: 2, state: 'retired', rows: 300, skill: 0.8, reason: 'Replaced by v3.' },
  {
    version: 1,
    state: 'rejected',
    rows: 14,
    skill: 0,
    reason: 'Log loss is not below the base rate at level 0.999 (attempt 1).',
  },
];
export const REJECTED: readonly VersionSketch[] = [
  {
    version: 2,
    state: 'rejected',
    rows: 96,
    skill: 0.1,
    reason: 'Log loss is not below the base rate at level 0.9997 (attempt 2).',
  },
  {
    version: 1,
    state: 'rejected',
    rows: 14,
    skill: 0,
    reason: 'Log loss is not below the base rate at level 0.999 (attempt 1).',
  },
];

export const YOUNG: readonly VersionSketch[] = [
  {
    version: 2,
    state: 'champion',
    rows: 180,
    skill: 0.9,
    reason: 'Log loss at most 0.008 worse than v1 (90 % bound), net R per trade 0.02 higher.',
  },
  { version: 1, state: 'retired', rows: 120, skill: 0.8, reason: 'Replaced by v2.' },
];
