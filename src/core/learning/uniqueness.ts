/** How much an example tells that its neighbours do not: uniqueness of overlapping lives, weights and effective size (ML-3). */
import { invariant } from '#core/base/invariant.ts';
import { mean, median } from '#core/base/statistics.ts';

/** A life is [openedAt, resolvedAt]; times in milliseconds, of any order. */
interface Lives {
  readonly openedAt: Float64Array;
  readonly resolvedAt: Float64Array;
}

/**
 * Average uniqueness (Lopez de Prado, Advances in Financial Machine Learning, 2018, section 4.4): the mean over a life
 * of 1 / (lives open at that time), in continuous time. 1 for a life alone, 1/k for k equal ones. O(n log n): lives are
 * sorted once and the integral of 1 / concurrency is kept at each start and end. A life without length counts those open
 * at its instant. With `group` (an instrument's index, say) only lives of the same group overlap.
 */
export function averageUniqueness(lives: Lives, group?: Int32Array): Float64Array {
  const rows = lives.openedAt.length;
  const uniqueness = new Float64Array(rows);
  if (group === undefined) {
    measure(lives, everyRow(rows), uniqueness);
    return uniqueness;
  }
  invariant(group.length === rows, 'one group per life');
  const byGroup = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const key = group[row] as number;
    const members = byGroup.get(key);
    if (members === undefined) byGroup.set(key, [row]);
    else members.push(row);
  }
  for (const members of byGroup.values()) measure(lives, Int32Array.from(members), uniqueness);
  return uniqueness;
}

/** The same of all lives together, to the bit; `turn` is waited for every few thousand of them. */
export async function averageUniquenessInTurns(lives: Lives, turn: () => Promise<unknown>): Promise<Float64Array> {
  const rows = lives.openedAt.length;
  const uniqueness = new Float64Array(rows);
  const steps = measuring(lives, everyRow(rows), uniqueness);
  while (steps.next().done !== true) await turn();
  return uniqueness;
}

/** Weight of an example (ML-3): executed 1.0, phantom 0.8; cluster 3, the wildest, x 0.7; x uniqueness. */
export function exampleWeight(executed: boolean, cluster: number | null, uniqueness: number): number {
  return (executed ? 1 : 0.8) * (cluster === 3 ? 0.7 : 1) * uniqueness;
}

/**
 * Independent examples that weighted, overlapping ones are worth: (sum w)^2 / sum(w^2 / u), w the weight with uniqueness
 * in it, u the uniqueness. It is the sum of the uniquenesses when the weights are nothing else, and Kish's size (1965)
 * when nothing overlaps. 0 for none.
 */
export function effectiveSampleSize(weight: Float64Array, uniqueness: Float64Array): number {
  invariant(weight.length === uniqueness.length, 'one uniqueness per weight');
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < weight.length; row++) {
    const w = weight[row] as number;
    sum += w;
    squares += (w * w) / (uniqueness[row] as number);
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/** Median length of a life in ms; 0 without lives. */
export function medianLifeMs(lives: Lives): number {
  const lengths = lives.openedAt.map((openedAt, row) => (lives.resolvedAt[row] as number) - openedAt);
  return lengths.length === 0 ? 0 : median(lengths);
}

/** Rows that a block of the bootstrap must hold together: about as many as share a time, and n^(1/3) at least. */
export function dependenceLength(uniqueness: Float64Array): number {
  const rows = uniqueness.length;
  let sum = 0;
  for (const value of uniqueness) sum += value;
  const together = sum === 0 ? 1 : Math.round(rows / sum);
  return Math.max(1, Math.min(Math.max(together, Math.round(Math.cbrt(rows))), Math.floor(rows / 4)));
}

/**
 * Rows per independent one for the covariance of two series that have nothing to do with each other: 1 + 2 x the sum of
 * the products of their autocorrelations (Bartlett 1935) over a quarter of the series, with Bartlett's window. 1 when
 * either has no memory; at least 1.
 */
export function dependenceTime(left: Float64Array, right: Float64Array): number {
  const lags = Math.floor(left.length / 4);
  const ofLeft = autocorrelations(left, lags);
  const ofRight = autocorrelations(right, lags);
  let time = 1;
  for (let lag = 1; lag <= lags; lag++) {
    time += 2 * (1 - lag / (lags + 1)) * (ofLeft[lag] as number) * (ofRight[lag] as number);
  }
  return Math.max(1, time);
}

/** By lag, from 0; all 0 for a series that does not vary. */
function autocorrelations(values: Float64Array, lags: number): Float64Array {
  const middle = mean(values);
  const centred = values.map((value) => value - middle);
  const products = new Float64Array(lags + 1);
  for (let lag = 0; lag <= lags; lag++) {
    for (let row = lag; row < centred.length; row++) {
      products[lag] = (products[lag] as number) + (centred[row] as number) * (centred[row - lag] as number);
    }
  }
  const variance = products[0] as number;
  return variance > 0 ? products.map((product) => product / variance) : products.fill(0);
}

function everyRow(rows: number): Int32Array {
  const all = new Int32Array(rows);
  for (let row = 0; row < rows; row++) all[row] = row;
  return all;
}

/** Where a long measurement may be left for a while: so many lives between two of them. */
const LIVES_PER_STEP = 5_000;

function measure(lives: Lives, members: Int32Array, uniqueness: Float64Array): void {
  const steps = measuring(lives, members, uniqueness);
  while (steps.next().done !== true);
}

function* measuring(
  lives: Lives,
  members: Int32Array,
  uniqueness: Float64Array,
): Generator<undefined, void, undefined> {
  const count = members.length;
  const starts = new Float64Array(count);
  const ends = new Float64Array(count);
  members.forEach((row, at) => {
    starts[at] = lives.openedAt[row] as number;
    ends[at] = lives.resolvedAt[row] as number;
    invariant((ends[at] as number) >= (starts[at] as number), 'a life ends before it starts');
  });
  yield;
  starts.sort();
  yield;
  ends.sort();
  yield;
  const times = new Float64Array(2 * count);
  const integral = new Float64Array(2 * count);
  let distinct = 0;
  for (let s = 0, e = 0, open = 0, total = 0; e < count; ) {
    const time = Math.min(s < count ? (starts[s] as number) : Number.POSITIVE_INFINITY, ends[e] as number);
    if (distinct > 0 && open > 0) total += (time - (times[distinct - 1] as number)) / open;
    times[distinct] = time;
    integral[distinct] = total;
    distinct++;
    while (s < count && starts[s] === time) {
      s++;
      open++;
    }
    while (e < count && ends[e] === time) {
      e++;
      open--;
    }
    if (distinct % LIVES_PER_STEP === 0) yield;
  }
  const grid = times.subarray(0, distinct);
  for (let at = 0; at < count; at++) {
    if (at % LIVES_PER_STEP === 0) yield;
    const row = members[at] as number;
    const from = lives.openedAt[row] as number;
    const to = lives.resolvedAt[row] as number;
    if (to > from) {
      const area = (integral[firstNotBelow(grid, to)] as number) - (integral[firstNotBelow(grid, from)] as number);
      uniqueness[row] = area / (to - from);
    } else {
      // Open at this instant, both ends included: started by now, less those that ended before.
      uniqueness[row] = 1 / (firstAbove(starts, from) - firstNotBelow(ends, from));
    }
  }
}

/** Index of the first value at or above `value` in ascending `sorted`. */
function firstNotBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
