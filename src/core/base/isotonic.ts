/** Isotonic regression: the non-decreasing step fit of least weighted squares, with interpolation between its points. */
import { invariant } from './invariant.ts';

/** Knots of a non-decreasing piecewise linear function; `x` strictly ascending, both of one length of at least 1. */
export interface IsotonicFit {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** scikit-learn merges x values closer than float64's decimal resolution (`np.finfo(float64).resolution`). */
const TIE_RESOLUTION = 1e-15;

/**
 * Pool-adjacent-violators (Barlow et al. 1972; Best and Chakravarti 1990), O(n log n). Equal x are merged into their
 * weighted mean first, and flat stretches keep only their two ends, so that the result equals scikit-learn's
 * `IsotonicRegression(out_of_bounds='clip')`. Rows of weight 0 take no part; at least one weight must be positive.
 */
export function fitIsotonic(x: ArrayLike<number>, y: ArrayLike<number>, weight?: ArrayLike<number>): IsotonicFit {
  const points = mergedPoints(x, y, weight);
  invariant(points.count > 0, 'an isotonic fit needs at least one row of positive weight');
  poolViolators(points);
  return keepCorners(points);
}

/** The fit at `x`: linear between knots, the end values outside them. NaN stays NaN. */
export function isotonicAt(fit: IsotonicFit, x: number): number {
  const knots = fit.x;
  const last = knots.length - 1;
  if (Number.isNaN(x)) return Number.NaN;
  if (x <= (knots[0] as number)) return fit.y[0] as number;
  if (x >= (knots[last] as number)) return fit.y[last] as number;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((knots[middle] as number) <= x) low = middle;
    else high = middle;
  }
  const left = knots[low] as number;
  const base = fit.y[low] as number;
  return base + (((fit.y[high] as number) - base) * (x - left)) / ((knots[high] as number) - left);
}

interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weight: Float64Array;
  count: number;
}

function mergedPoints(x: ArrayLike<number>, y: ArrayLike<number>, weight: ArrayLike<number> | undefined): Points {
  invariant(
    x.length === y.length && (weight === undefined || weight.length === x.length),
    'x, y and weight differ in length',
  );
  const order: number[] = [];
  for (let row = 0; row < x.length; row++) {
    invariant(Number.isFinite(x[row]) && Number.isFinite(y[row]), 'an isotonic fit takes finite numbers only');
    if (weight === undefined || (weight[row] as number) > 0) order.push(row);
  }
  order.sort((a, b) => (x[a] as number) - (x[b] as number) || (y[a] as number) - (y[b] as number));
  const points: Points = {
    x: new Float64Array(order.length),
    y: new Float64Array(order.length),
    weight: new Float64Array(order.length),
    count: 0,
  };
  let sum = 0;
  let mass = 0;
  let from = 0;
  for (let at = 0; at < order.length; at++) {
    const row = order[at] as number;
    const value = x[row] as number;
    if (at === 0) from = value;
    else if (value - from >= TIE_RESOLUTION) {
      pushPoint(points, from, sum / mass, mass);
      from = value;
      sum = 0;
      mass = 0;
    }
    const share = weight === undefined ? 1 : (weight[row] as number);
    sum += share * (y[row] as number);
    mass += share;
  }
  if (order.length > 0) pushPoint(points, from, sum / mass, mass);
  return points;
}

function pushPoint(points: Points, x: number, y: number, weight: number): void {
  points.x[points.count] = x;
  points.y[points.count] = y;
  points.weight[points.count] = weight;
  points.count++;
}

/** Replaces `y` by the pooled values, in one pass with a stack of blocks. */
function poolViolators(points: Points): void {
  const { count } = points;
  const value = new Float64Array(count);
  const mass = new Float64Array(count);
  const start = new Int32Array(count);
  let blocks = 0;
  for (let at = 0; at < count; at++) {
    let blockMass = points.weight[at] as number;
    let blockSum = blockMass * (points.y[at] as number);
    let blockValue = points.y[at] as number;
    let blockStart = at;
    while (blocks > 0 && (value[blocks - 1] as number) >= blockValue) {
      blocks--;
      const previousMass = mass[blocks] as number;
      blockSum += previousMass * (value[blocks] as number);
      blockMass += previousMass;
      blockValue = blockSum / blockMass;
      blockStart = start[blocks] as number;
    }
    value[blocks] = blockValue;
    mass[blocks] = blockMass;
    start[blocks] = blockStart;
    blocks++;
  }
  for (let block = 0; block < blocks; block++) {
    points.y.fill(value[block] as number, start[block] as number, block + 1 < blocks ? start[block + 1] : count);
  }
}

function keepCorners(points: Points): IsotonicFit {
  const kept: number[] = [];
  for (let at = 0; at < points.count; at++) {
    const y = points.y[at];
    const inside = at > 0 && at < points.count - 1;
    if (!inside || y !== points.y[at - 1] || y !== points.y[at + 1]) kept.push(at);
  }
  return {
    x: Float64Array.from(kept, (at) => points.x[at] as number),
    y: Float64Array.from(kept, (at) => points.y[at] as number),
  };
}
