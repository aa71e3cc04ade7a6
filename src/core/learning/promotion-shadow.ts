/** The old champion in shadow (ML-25): whether the new one deserves an alert, or its predecessor back. */
import { type Interval, meanInterval } from '#core/base/intervals.ts';
import { mean } from '#core/base/statistics.ts';
import { logLossOf, tradeFigures } from './metrics.ts';
import { averageUniqueness, dependenceLength } from './uniqueness.ts';

/** A resolved signal that both models scored at its time. */
export interface ShadowRecord {
  readonly openedAt: number;
  readonly resolvedAt: number;
  readonly netR: number;
  /** Calibrated probabilities of a win, and whether each model's own threshold was reached. */
  readonly newProbability: number;
  readonly oldProbability: number;
  readonly newTakes: boolean;
  readonly oldTakes: boolean;
}

export interface ShadowVerdict {
  readonly action: 'none' | 'alert' | 'roll_back';
  /** In words; also why nothing is said yet. */
  readonly reason: string;
  /** Resolved signals that both scored, of the newest 100. */
  readonly signals: number;
  /** Share that won of the signals each would have taken; NaN when it would have taken none. */
  readonly winRate: number;
  readonly winRateBefore: number;
  /** New minus old, paired, with 95 % intervals; null below the minimum. */
  readonly logLossDifference: PairedDifference | null;
  /** Per signal; one that is not taken earns 0. */
  readonly netRDifference: PairedDifference | null;
}

export interface PairedDifference extends Interval {
  readonly value: number;
}

/** Only the newest so many signals are looked at. */
export const SHADOW_WINDOW = 100;
/** Below so many nothing is said. */
export const SHADOW_MINIMUM = 50;
/** Newly judged signals between two looks: each look is a chance to be wrong, and fewer of them say as much. */
export const SHADOW_LOOK_EVERY = 10;
const WIN_RATE_DROP = 0.05;
const LEVEL = 0.95;
const RESAMPLES = 2_000;

/**
 * Judges by the last 100 signals scored by both, from 50 on, oldest first. Roll back: the paired 95 % interval of log
 * loss, or of net R per signal (a signal not taken earns 0), excludes zero against the new model. Alert: its win rate at
 * its threshold is 5 points lower. Whether a roll-back happens by itself is a setting of the caller.
 */
export function judgeShadow(records: readonly ShadowRecord[], seed: string): ShadowVerdict {
  const last = records.slice(-SHADOW_WINDOW);
  const signals = last.length;
  const column = (pick: (record: ShadowRecord) => number) => Float64Array.from(last, pick);
  const netR = column((r) => r.netR);
  const winRate = winRateOf(last, netR, (r) => r.newTakes);
  const winRateBefore = winRateOf(last, netR, (r) => r.oldTakes);
  if (signals < SHADOW_MINIMUM) {
    const reason = `${signals} of ${SHADOW_MINIMUM} signals scored by both models so far`;
    return { action: 'none', reason, signals, winRate, winRateBefore, logLossDifference: null, netRDifference: null };
  }
  const lives = { openedAt: column((r) => r.openedAt), resolvedAt: column((r) => r.resolvedAt) };
  const blockLength = dependenceLength(averageUniqueness(lives));
  const difference = (values: Float64Array, name: string): PairedDifference => ({
    value: mean(values),
    ...meanInterval(values, { seed: `${seed}/${name}`, resamples: RESAMPLES, blockLength, level: LEVEL }),
  });
  const logLossDifference = difference(
    column((r) => {
      const win = r.netR > 0 ? 1 : 0;
      return logLossOf(r.newProbability, win) - logLossOf(r.oldProbability, win);
    }),
    'log-loss',
  );
  const netRDifference = difference(
    column((r) => (r.newTakes ? r.netR : 0) - (r.oldTakes ? r.netR : 0)),
    'net-r',
  );
  const figures = { signals, winRate, winRateBefore, logLossDifference, netRDifference };
  const against: string[] = [];
  if (logLossDifference.low > 0) against.push(`its log loss is higher by ${describe(logLossDifference)}`);
  if (netRDifference.high < 0) against.push(`its net R per signal differs by ${describe(netRDifference)}`);
  if (against.length > 0) {
    const reason = `Worse than its predecessor on the last ${signals} signals: ${against.join('; ')}.`;
    return { ...figures, action: 'roll_back', reason };
  }
  if (winRate <= winRateBefore - WIN_RATE_DROP) {
    const reason = `Win rate ${percent(winRate)} against its predecessor's ${percent(winRateBefore)} on the last ${signals} signals.`;
    return { ...figures, action: 'alert', reason };
  }
  return { ...figures, action: 'none', reason: `Nothing against it on the last ${signals} signals scored by both.` };
}

/** NaN when nothing is taken: then no comparison holds. */
function winRateOf(
  records: readonly ShadowRecord[],
  netR: Float64Array,
  takes: (record: ShadowRecord) => boolean,
): number {
  return tradeFigures(
    Float64Array.from(records, (record) => (takes(record) ? 1 : 0)),
    netR,
    0.5,
  ).winRate;
}

function describe({ value, low, high }: PairedDifference): string {
  return `${value.toFixed(3)} (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
