/** ADWIN: a window over a stream of losses that drops its old part when the new one differs (ML-41). */

/** Buckets of each size before the two oldest merge (M in the paper). */
const BUCKETS_PER_ROW = 5;
/** Cuts are looked for every this many values: the paper's own economy, and what MOA and river do. */
const CHECK_EVERY = 32;
/** Neither part of a cut may be shorter. */
const MINIMUM_PART = 5;
const MINIMUM_WINDOW = 10;
const DEFAULT_DELTA = 0.002;
/** Log losses are cut at this (p = 1/8 given to what happened) and divided by it, for the bound needs values of 0-1. */
const LOSS_CEILING = 3 * Math.LN2;

export interface AdwinChange {
  /** Means before and after the point of change. */
  readonly before: number;
  readonly after: number;
  /** Values kept, all of them from after it. */
  readonly width: number;
}

interface Bucket {
  size: number;
  total: number;
  /** Sum of squared deviations from the bucket's own mean. */
  deviation: number;
}

/** Values for `add` from log losses in nats. */
export function boundedLoss(logLoss: number): number {
  return Math.min(logLoss, LOSS_CEILING) / LOSS_CEILING;
}

/** Back to nats: the log loss, cut as above, that a mean of `boundedLoss` stands for. */
export function lossInNats(bounded: number): number {
  return bounded * LOSS_CEILING;
}

/**
 * ADWIN2 (Bifet and Gavalda, "Learning from time-changing data with adaptive windowing", SDM 2007): an exponential
 * histogram of the window, O(log n) memory, and the variance-based bound with confidence `delta`. Cuts follow the
 * reference implementations (MOA, river), so that published runs are reproduced.
 */
export class Adwin {
  private readonly delta: number;
  /** Oldest bucket first; sizes fall by powers of two. */
  private readonly buckets: Bucket[] = [];
  private seen = 0;
  private width = 0;
  private total = 0;
  private deviation = 0;

  constructor(delta: number = DEFAULT_DELTA) {
    this.delta = delta;
  }

  /** Values in the window. */
  get windowWidth(): number {
    return this.width;
  }

  get windowMean(): number {
    return this.width === 0 ? Number.NaN : this.total / this.width;
  }

  /** Takes the next value; a change when the window was cut. Whether it is for the worse is for the caller to compare. */
  add(value: number): AdwinChange | null {
    this.insert(value);
    this.compress();
    this.seen++;
    if (this.seen % CHECK_EVERY !== 0 || this.width <= MINIMUM_WINDOW) return null;
    const before = this.windowMean;
    let dropped = false;
    while (this.cutFound()) {
      this.dropOldest();
      dropped = true;
    }
    return dropped ? { before, after: this.windowMean, width: this.width } : null;
  }

  private insert(value: number): void {
    if (this.width > 0) this.deviation += (this.width * (value - this.total / this.width) ** 2) / (this.width + 1);
    this.width++;
    this.total += value;
    this.buckets.push({ size: 1, total: value, deviation: 0 });
  }

  /** Merges the two oldest buckets of a size while there are more than five of it, newest sizes first. */
  private compress(): void {
    let end = this.buckets.length;
    while (end > 0) {
      const size = (this.buckets[end - 1] as Bucket).size;
      let start = end;
      while (start > 0 && (this.buckets[start - 1] as Bucket).size === size) start--;
      if (end - start <= BUCKETS_PER_ROW) return;
      const left = this.buckets[start] as Bucket;
      const right = this.buckets[start + 1] as Bucket;
      const gap = left.total / left.size - right.total / right.size;
      left.deviation += right.deviation + (left.size * right.size * gap * gap) / (left.size + right.size);
      left.size += right.size;
      left.total += right.total;
      this.buckets.splice(start + 1, 1);
      end = start + 1;
    }
  }

  private cutFound(): boolean {
    if (this.width <= MINIMUM_WINDOW) return false;
    let oldSize = 0;
    let oldTotal = 0;
    for (let at = 0; at < this.buckets.length - 1; at++) {
      const bucket = this.buckets[at] as Bucket;
      oldSize += bucket.size;
      oldTotal += bucket.total;
      const newSize = this.width - oldSize;
      if (newSize <= MINIMUM_PART) return false;
      if (oldSize <= MINIMUM_PART) continue;
      const gap = oldTotal / oldSize - (this.total - oldTotal) / newSize;
      if (Math.abs(gap) > this.bound(oldSize, newSize)) return true;
    }
    return false;
  }

  /** The paper's epsilon_cut with the variance of the window, equation 3.1. */
  private bound(oldSize: number, newSize: number): number {
    const confidence = Math.log((2 * Math.log(this.width)) / this.delta);
    const inverse = 1 / (oldSize - MINIMUM_PART + 1) + 1 / (newSize - MINIMUM_PART + 1);
    const variance = this.deviation / this.width;
    return Math.sqrt(2 * inverse * variance * confidence) + (2 / 3) * confidence * inverse;
  }

  private dropOldest(): void {
    const oldest = this.buckets.shift();
    if (oldest === undefined) return;
    this.width -= oldest.size;
    this.total -= oldest.total;
    const gap = oldest.total / oldest.size - this.total / this.width;
    this.deviation -= oldest.deviation + (oldest.size * this.width * gap * gap) / (oldest.size + this.width);
    this.deviation = Math.max(0, this.deviation);
  }
}
