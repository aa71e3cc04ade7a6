/** Charts beside each other, linked by time (WS-11): all show the crosshair of one, and the range of the one in hand where that is wanted. */
import type { UnixMs } from '#core/domain/timeframe.ts';

export interface TimeRange {
  readonly from: UnixMs;
  readonly to: UnixMs;
}

export interface LinkedChart {
  /** Null takes the crosshair away again. */
  showCrosshair(time: UnixMs | null): void;
  showRange(range: TimeRange): void;
}

export class ChartLinks {
  readonly #charts = new Set<LinkedChart>();
  #leader: LinkedChart | null = null;
  #range: TimeRange | null = null;
  #linksRange = false;
  readonly #turns: (() => void)[] = [];
  readonly #nextFrame: (callback: () => void) => void;

  /** `nextFrame` runs a callback at the next animation frame. */
  constructor(nextFrame: (callback: () => void) => void = (callback) => void requestAnimationFrame(callback)) {
    this.#nextFrame = nextFrame;
  }

  /** At a coming frame, one chart's callback in each: pages that come for all charts at once are not drawn in one task. */
  nextTurn(callback: () => void): void {
    this.#turns.push(callback);
    if (this.#turns.length === 1) this.#nextFrame(() => this.#takeTurn());
  }

  /** Until the returned function is called. Where ranges are linked, the newcomer takes the one on show. */
  join(chart: LinkedChart): () => void {
    this.#charts.add(chart);
    if (this.#linksRange && this.#range !== null && this.#leader !== null) chart.showRange(this.#range);
    return () => {
      this.#charts.delete(chart);
      if (this.#leader === chart) this.#leader = null;
    };
  }

  /** From now on the range of this chart counts: it is in hand. What the others then do is their answer, and is not told on. */
  lead(chart: LinkedChart): void {
    this.#leader = chart;
  }

  isLeader(chart: LinkedChart): boolean {
    return this.#leader === chart;
  }

  get linksRange(): boolean {
    return this.#linksRange;
  }

  /** Switched on, the others take the range of the leader. */
  linkRange(isLinked: boolean): void {
    const wasLinked = this.#linksRange;
    this.#linksRange = isLinked;
    if (isLinked && !wasLinked) this.#spread();
  }

  tellCrosshair(from: LinkedChart, time: UnixMs | null): void {
    for (const chart of this.#charts) if (chart !== from) chart.showCrosshair(time);
  }

  tellRange(from: LinkedChart, range: TimeRange): void {
    if (from !== this.#leader) return;
    this.#range = range;
    if (this.#linksRange) this.#spread();
  }

  #takeTurn(): void {
    const [turn] = this.#turns;
    try {
      turn?.();
    } finally {
      this.#turns.shift();
      if (this.#turns.length > 0) this.#nextFrame(() => this.#takeTurn());
    }
  }

  #spread(): void {
    if (this.#range === null) return;
    for (const chart of this.#charts) if (chart !== this.#leader) chart.showRange(this.#range);
  }
}

/** In bars, as positions on a chart's own axis. */
export interface PositionRange {
  readonly from: number;
  readonly to: number;
}

/** A range of minutes is less than a bar of a day: so many bars are shown at least. */
const LEAST_BARS = 10;

/**
 * What a chart shows of a range that another one leads: exactly that where it can. Too fine for it, it keeps the range's
 * end and shows as much as goes, `mostBars`, with no more than `roomBars` empty ones behind its `last` bar; too coarse, it
 * shows a few bars up to that end.
 */
export function followedRange(
  wanted: PositionRange,
  { last, mostBars, roomBars }: { readonly last: number; readonly mostBars: number; readonly roomBars: number },
): PositionRange {
  const width = wanted.to - wanted.from;
  if (width < LEAST_BARS) return { from: wanted.to - LEAST_BARS, to: wanted.to };
  if (width <= mostBars) return wanted;
  const to = Math.min(wanted.to, Math.max(last + roomBars, wanted.from + mostBars));
  return { from: to - mostBars, to };
}
