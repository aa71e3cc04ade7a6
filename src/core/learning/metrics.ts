/** Figures of merit of predictions (ML-22), all weighted; NaN where the rows cannot say (no row, one class only). */
import { invariant } from '#core/base/invariant.ts';

/** Probabilities this close to 0 and 1 are taken as this: log loss stays finite, as in scikit-learn before 1.5. */
const PROBABILITY_FLOOR = 1e-15;
const RELIABILITY_BINS = 10;

/** -ln of the probability given to what happened. */
export function logLossOf(probability: number, target: number): number {
  const given = target === 1 ? probability : 1 - probability;
  return -Math.log(Math.min(1 - PROBABILITY_FLOOR, Math.max(PROBABILITY_FLOOR, given)));
}

export function logLoss(probability: Float64Array, target: Float64Array, weight?: Float64Array): number {
  return weightedMean(target.length, weight, (row) => logLossOf(probability[row] as number, target[row] as number));
}

export function brierScore(probability: Float64Array, target: Float64Array, weight?: Float64Array): number {
  return weightedMean(target.length, weight, (row) => ((probability[row] as number) - (target[row] as number)) ** 2);
}

/**
 * Area under the ROC curve: the weighted share of (win, loss) pairs in which the win scores higher; ties count one half
 * (Mann-Whitney). O(n log n).
 */
export function areaUnderCurve(score: Float64Array, target: Float64Array, weight?: Float64Array): number {
  return rankedArea(score, target)(weight ?? new Float64Array(score.length).fill(1));
}

/** The same with the sort done once, for many weightings of the same rows (the bootstrap). */
export function rankedArea(score: Float64Array, target: Float64Array): (weight: Float64Array) => number {
  const order = Int32Array.from(score, (_, row) => row).sort((a, b) => (score[a] as number) - (score[b] as number));
  const startsTie = order.map((row, at) => (at > 0 && score[row] === score[order[at - 1] as number] ? 0 : 1));
  return (weight) => {
    let lossesBelow = 0;
    let pairs = 0;
    let wins = 0;
    let tiedLosses = 0;
    let tiedWins = 0;
    for (let at = 0; at < order.length; at++) {
      if (startsTie[at] === 1) {
        pairs += tiedWins * (lossesBelow + tiedLosses / 2);
        lossesBelow += tiedLosses;
        wins += tiedWins;
        tiedWins = 0;
        tiedLosses = 0;
      }
      const row = order[at] as number;
      if (target[row] === 1) tiedWins += weight[row] as number;
      else tiedLosses += weight[row] as number;
    }
    pairs += tiedWins * (lossesBelow + tiedLosses / 2);
    const total = (wins + tiedWins) * (lossesBelow + tiedLosses);
    return total > 0 ? pairs / total : Number.NaN;
  };
}

/** A bin of the reliability curve; predictions in [from, to), the last one with its end. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly weight: number;
  /** Weighted means; NaN in an empty bin. */
  readonly predicted: number;
  readonly observed: number;
}

/** Ten bins of equal width over 0-1. */
export function reliabilityCurve(
  probability: Float64Array,
  target: Float64Array,
  weight?: Float64Array,
): ReliabilityBin[] {
  const rows = new Int32Array(RELIABILITY_BINS);
  const mass = new Float64Array(RELIABILITY_BINS);
  const predicted = new Float64Array(RELIABILITY_BINS);
  const observed = new Float64Array(RELIABILITY_BINS);
  for (let row = 0; row < target.length; row++) {
    const p = probability[row] as number;
    const w = weight === undefined ? 1 : (weight[row] as number);
    const bin = reliabilityBin(p);
    if (w > 0) rows[bin] = (rows[bin] as number) + 1;
    mass[bin] = (mass[bin] as number) + w;
    predicted[bin] = (predicted[bin] as number) + w * p;
    observed[bin] = (observed[bin] as number) + w * (target[row] as number);
  }
  return Array.from({ length: RELIABILITY_BINS }, (_, bin) => ({
    from: bin / RELIABILITY_BINS,
    to: (bin + 1) / RELIABILITY_BINS,
    rows: rows[bin] as number,
    weight: mass[bin] as number,
    predicted: (predicted[bin] as number) / (mass[bin] as number),
    observed: (observed[bin] as number) / (mass[bin] as number),
  }));
}

/**
 * Expected calibration error (Naeini et al. 2015): the mean gap between predicted and observed over the ten bins,
 * weighted by their mass. It is biased upwards in small samples; read it beside its interval.
 */
export function expectedCalibrationError(
  probability: Float64Array,
  target: Float64Array,
  weight?: Float64Array,
): number {
  let gap = 0;
  let total = 0;
  for (const bin of reliabilityCurve(probability, target, weight)) {
    total += bin.weight;
    if (bin.weight > 0) gap += bin.weight * Math.abs(bin.predicted - bin.observed);
  }
  return total > 0 ? gap / total : Number.NaN;
}

export interface ClassFigures {
  readonly accuracy: number;
  /** Mean recall over the classes that occur. */
  readonly balancedAccuracy: number;
  /** Per class; NaN for a class that does not occur. */
  readonly recalls: readonly number[];
}

/** `predicted` and `target` are class indices below `classes`. */
export function classFigures(
  predicted: ArrayLike<number>,
  target: ArrayLike<number>,
  classes: number,
  weight?: Float64Array,
): ClassFigures {
  const mass = new Float64Array(classes);
  const right = new Float64Array(classes);
  for (let row = 0; row < target.length; row++) {
    const actual = target[row] as number;
    invariant(actual >= 0 && actual < classes, 'a class index is out of range');
    const w = weight === undefined ? 1 : (weight[row] as number);
    mass[actual] = (mass[actual] as number) + w;
    if (predicted[row] === actual) right[actual] = (right[actual] as number) + w;
  }
  const recalls = Array.from(mass, (total, index) => (total > 0 ? (right[index] as number) / total : Number.NaN));
  const known = recalls.filter((recall) => !Number.isNaN(recall));
  return {
    accuracy: sumOf(right) / sumOf(mass),
    balancedAccuracy: known.length === 0 ? Number.NaN : sumOf(known) / known.length,
    recalls,
  };
}

/** Mean -ln of the probability of the class that happened; `probability` holds `classes` values per row. */
export function multiclassLogLoss(
  probability: Float64Array,
  target: Float64Array,
  classes: number,
  weight?: Float64Array,
): number {
  return weightedMean(target.length, weight, (row) =>
    logLossOf(probability[row * classes + (target[row] as number)] as number, 1),
  );
}

/** Class of the highest probability per row, the first of equal ones. */
export function mostLikelyClasses(probability: Float64Array, classes: number): Int32Array {
  const rows = probability.length / classes;
  const best = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let index = 1; index < classes; index++) {
      const here = probability[row * classes + index] as number;
      if (here > (probability[row * classes + (best[row] as number)] as number)) best[row] = index;
    }
  }
  return best;
}

export function rootMeanSquaredError(predicted: Float64Array, target: Float64Array, weight?: Float64Array): number {
  return Math.sqrt(
    weightedMean(target.length, weight, (row) => ((predicted[row] as number) - (target[row] as number)) ** 2),
  );
}

/**
 * QLIKE (Patton 2011, equation 24 scaled to 0 at perfection): mean of v/f - ln(v/f) - 1 for realised variances v and
 * forecast variances f. It ranks volatility forecasts rightly although v is only a noisy proxy. Both must be positive;
 * a row with a zero realised variance is left out, for its loss is infinite whatever the forecast.
 */
export function quasiLikelihoodLoss(forecast: Float64Array, realised: Float64Array, weight?: Float64Array): number {
  const use = weight === undefined ? new Float64Array(realised.length).fill(1) : weight.slice();
  for (let row = 0; row < realised.length; row++) {
    invariant((forecast[row] as number) > 0, 'QLIKE needs positive forecast variances');
    if (!((realised[row] as number) > 0)) use[row] = 0;
  }
  return weightedMean(realised.length, use, (row) => {
    const ratio = (realised[row] as number) / (forecast[row] as number);
    return ratio - Math.log(ratio) - 1;
  });
}

export interface TradeFigures {
  readonly trades: number;
  /** Share of the signals that reach the threshold. */
  readonly coverage: number;
  /** Share of net R > 0 among them; NaN without one. */
  readonly winRate: number;
  readonly netRPerTrade: number;
}

/** What taking every signal of at least `threshold` (a probability) would have given. `counts`: how often a row counts. */
export function tradeFigures(
  probability: Float64Array,
  netR: Float64Array,
  threshold: number,
  counts?: Float64Array,
): TradeFigures {
  let all = 0;
  let trades = 0;
  let wins = 0;
  let sum = 0;
  for (let row = 0; row < netR.length; row++) {
    const times = counts === undefined ? 1 : (counts[row] as number);
    all += times;
    if ((probability[row] as number) < threshold) continue;
    trades += times;
    sum += times * (netR[row] as number);
    if ((netR[row] as number) > 0) wins += times;
  }
  return { trades, coverage: trades / all, winRate: wins / trades, netRPerTrade: sum / trades };
}

/**
 * The win probability at which a trade earns nothing: mean loss / (mean loss + mean win) of net results (DE-2). 0.5 when
 * one of the sides has not been seen yet.
 */
export function breakEvenProbability(netR: ArrayLike<number>): number {
  let won = 0;
  let wins = 0;
  let lost = 0;
  let losses = 0;
  for (let row = 0; row < netR.length; row++) {
    const result = netR[row] as number;
    if (result > 0) {
      won += result;
      wins++;
    } else {
      lost -= result;
      losses++;
    }
  }
  if (wins === 0 || losses === 0 || lost === 0) return 0.5;
  return lost / losses / (lost / losses + won / wins);
}

function reliabilityBin(probability: number): number {
  return Math.min(RELIABILITY_BINS - 1, Math.max(0, Math.floor(probability * RELIABILITY_BINS)));
}

function weightedMean(rows: number, weight: Float64Array | undefined, value: (row: number) => number): number {
  let sum = 0;
  let mass = 0;
  for (let row = 0; row < rows; row++) {
    const w = weight === undefined ? 1 : (weight[row] as number);
    if (w === 0) continue;
    sum += w * value(row);
    mass += w;
  }
  return mass > 0 ? sum / mass : Number.NaN;
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] as number;
  return sum;
}
