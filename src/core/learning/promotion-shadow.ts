/** The old champion in shadow (ML-25): whether the new one deserves an alert, or its predecessor back. */
import { meanInterval } from '#core/base/intervals.ts';
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
  readonly signals: number;
}

const WINDOW = 100;
const MINIMUM = 50;
const WIN_RATE_DROP = 0.05;
const LEVEL = 0.95;
const RESAMPLES = 2_000;

/**
 * Judges by the last 100 signals scored by both, from 50 on, oldest first. Roll back: the paired 95 % interval of log
 * loss, or of net R per signal (a signal not taken earns 0), excludes zero against the new model. Alert: its win rate at
 * its threshold is 5 points lower. Whether a roll-back happens by itself is a setting of the caller.
 */
export function judgeShadow(records: readonly ShadowRecord[], seed: string): ShadowVerdict {
  const last = records.slice(-WINDOW);
  const signals = last.length;
  if (signals < MINIMUM) {
    return { action: 'none', reason: `${signals} of ${MINIMUM} signals scored by both models so far`, signals };
  }
  const column = (pick: (record: ShadowRecord) => number) => Float64Array.from(last, pick);
  const lives = { openedAt: column((r) => r.openedAt), resolvedAt: column((r) => r.resolvedAt) };
  const blockLength = dependenceLength(averageUniqueness(lives));
  const interval = (values: Float64Array, name: string) =>
    meanInterval(values, { seed: `${seed}/${name}`, resamples: RESAMPLES, blockLength, level: LEVEL });
  const loss = column((r) => {
    const win = r.netR > 0 ? 1 : 0;
    return logLossOf(r.newProbability, win) - logLossOf(r.oldProbability, win);
  });
  const earned = column((r) => (r.newTakes ? r.netR : 0) - (r.oldTakes ? r.netR : 0));
  const lossBounds = interval(loss, 'log-loss');
  const netRBounds = interval(earned, 'net-r');
  const against: string[] = [];
  if (lossBounds.low > 0) against.push(`its log loss is higher by ${describe(mean(loss), lossBounds)}`);
  if (netRBounds.high < 0) against.push(`its net R per signal differs by ${describe(mean(earned), netRBounds)}`);
  if (against.length > 0) {
    return {
      action: 'roll_back',
      reason: `Worse than its predecessor on the last ${signals} signals: ${against.join('; ')}.`,
      signals,
    };
  }
  const netR = column((r) => r.netR);
  const newRate = winRateOf(last, netR, (r) => r.newTakes);
  const oldRate = winRateOf(last, netR, (r) => r.oldTakes);
  if (newRate <= oldRate - WIN_RATE_DROP) {
    const reason = `Win rate ${percent(newRate)} against its predecessor's ${percent(oldRate)} on the last ${signals} signals.`;
    return { action: 'alert', reason, signals };
  }
  return { action: 'none', reason: `Nothing against it on the last ${signals} signals scored by both.`, signals };
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

function describe(middle: number, bounds: { readonly low: number; readonly high: number }): string {
  return `${middle.toFixed(3)} (95 % interval ${bounds.low.toFixed(3)} to ${bounds.high.toFixed(3)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
