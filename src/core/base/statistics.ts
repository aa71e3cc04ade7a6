/** Small descriptive statistics over arrays. An empty or too short input gives NaN: "missing", never a silent 0. */

export function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}

/** Where `value` lies between `low` (0) and `high` (1), clamped; `low` may be the larger one. NaN stays NaN. */
export function ramp(value: number, low: number, high: number): number {
  return clamp((value - low) / (high - low), 0, 1);
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return values.length === 0 ? Number.NaN : sum / values.length;
}

/** Standard deviation with n - 1 (sample); NaN below two values. Two passes, so that large offsets cost no digits. */
export function sampleDeviation(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 2) return Number.NaN;
  const middle = mean(values);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((values[i] as number) - middle) ** 2;
  return Math.sqrt(squares / (n - 1));
}

/** The middle value, or the mean of the two middle ones. The input is left as it is. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/**
 * Quantile with linear interpolation between order statistics (Hyndman and Fan type 7, as numpy and R). `share` 0-1. NaN
 * counts as larger than any number. The input is left as it is.
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  const n = values.length;
  if (n === 0) return Number.NaN;
  const copy = Float64Array.from(values);
  const numbers = numbersFirst(copy);
  const at = clamp(share, 0, 1) * (n - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, n - 1);
  if (below >= numbers) return Number.NaN;
  const low = selected(copy, numbers, below);
  if (at === below) return low;
  if (above >= numbers) return Number.NaN;
  let high = copy[above] as number;
  for (let i = above + 1; i < numbers; i++) if ((copy[i] as number) < high) high = copy[i] as number;
  return low + (high - low) * (at - below);
}

/** Moves what is NaN to the end; how many numbers stand before it. */
function numbersFirst(values: Float64Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    values[i] = values[count] as number;
    values[count++] = value;
  }
  return count;
}

/**
 * The `rank`-th smallest of the first `count`, put in its place: none before it is larger, none after it is smaller.
 * Quickselect about the middle element (Hoare, "Algorithm 65: find", 1961): linear where a sort is not.
 */
function selected(values: Float64Array, count: number, rank: number): number {
  let first = 0;
  let last = count - 1;
  while (first < last) {
    const pivot = values[(first + last) >> 1] as number;
    let left = first;
    let right = last;
    while (left <= right) {
      while ((values[left] as number) < pivot) left++;
      while ((values[right] as number) > pivot) right--;
      if (left > right) break;
      const value = values[left] as number;
      values[left++] = values[right] as number;
      values[right--] = value;
    }
    if (rank <= right) last = right;
    else if (rank >= left) first = left;
    else break;
  }
  return values[rank] as number;
}

/** Pearson's correlation of two equally long arrays; NaN below two pairs or when one of them does not vary. */
export function correlation(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const n = Math.min(left.length, right.length);
  if (n < 2 || left.length !== right.length) return Number.NaN;
  const leftMean = mean(left);
  const rightMean = mean(right);
  let leftSquares = 0;
  let rightSquares = 0;
  let products = 0;
  for (let i = 0; i < n; i++) {
    const x = (left[i] as number) - leftMean;
    const y = (right[i] as number) - rightMean;
    leftSquares += x * x;
    rightSquares += y * y;
    products += x * y;
  }
  if (leftSquares === 0 || rightSquares === 0) return Number.NaN;
  return clamp(products / Math.sqrt(leftSquares * rightSquares), -1, 1);
}
