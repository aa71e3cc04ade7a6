/** One chart's part in the links (WS-11): tells where its pointer and its range are, and shows those of the others on its own axis. */
import type { IChartApi, ISeriesApi, Logical, UTCTimestamp } from 'lightweight-charts';
import type { CandleTuple } from '#contract/areas/market.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { barPosition, exactPosition, timeAtPosition } from '../../lib/charting/bar-index.ts';
import { type ChartLinks, followedRange, type LinkedChart, type TimeRange } from './chart-links.ts';

export interface LinkedViewParts {
  readonly links: ChartLinks;
  readonly chart: IChartApi;
  readonly candles: ISeriesApi<'Candlestick'>;
  readonly bars: () => readonly CandleTuple[];
  readonly durationMs: () => number;
  /** Bars in view as far out as it goes. */
  readonly mostBars: () => number;
  readonly roomBars: number;
  /** Another chart's crosshair stands on this bar; null: it has gone. */
  readonly onFollow: (time: UnixMs | null) => void;
  /** Bars around a range that lies outside of those loaded are wanted. */
  readonly onFar: (range: TimeRange) => void;
}

export class LinkedView implements LinkedChart {
  readonly #parts: LinkedViewParts;
  readonly #leave: () => void;
  /** The bar under another chart's crosshair. */
  #followed: UnixMs | null = null;
  #told: UnixMs | null = null;
  #wanted: TimeRange | null = null;

  constructor(parts: LinkedViewParts) {
    this.#parts = parts;
    this.#leave = parts.links.join(this);
  }

  /** The crosshair on show is another chart's. */
  get isFollowing(): boolean {
    return this.#followed !== null;
  }

  lead(): void {
    this.#wanted = null;
    this.#parts.links.lead(this);
  }

  leave(): void {
    this.tellCrosshair(null);
    this.#leave();
  }

  // -- to the others ---------------------------------------------------------------------------------------------

  /** The bar under the own pointer; once per frame at most. */
  tellCrosshair(time: UnixMs | null): void {
    if (time === this.#told) return;
    this.#told = time;
    this.#parts.links.tellCrosshair(this, time);
  }

  tellRange(range: { readonly from: number; readonly to: number }): void {
    if (!this.#parts.links.isLeader(this)) return;
    const from = this.#timeAt(range.from);
    const to = this.#timeAt(range.to);
    if (from !== null && to !== null) this.#parts.links.tellRange(this, { from, to });
  }

  // -- from the others -------------------------------------------------------------------------------------------

  /** The own pointer has come: the crosshair is its own again. */
  stopFollowing(): void {
    if (this.#followed === null) return;
    this.#followed = null;
    this.#showLevelLine(true);
  }

  showCrosshair(time: UnixMs | null): void {
    const { chart, candles, onFollow } = this.#parts;
    const bar = time === null ? undefined : this.#barAt(time);
    if (bar === undefined) {
      if (this.#followed === null) return;
      this.stopFollowing();
      chart.clearCrosshairPosition();
      onFollow(null);
      return;
    }
    if (this.#followed === bar[0]) return;
    // Time is common to the charts, price is not.
    if (this.#followed === null) this.#showLevelLine(false);
    this.#followed = bar[0];
    chart.setCrosshairPosition(bar[4], (bar[0] / 1000) as UTCTimestamp, candles);
    onFollow(bar[0]);
  }

  showRange(range: TimeRange): void {
    this.#wanted = range;
    this.#apply(range);
  }

  /** Other bars have come: true where the view is now the one that another chart leads. */
  barsChanged(): boolean {
    return this.#parts.links.linksRange && this.#wanted !== null && this.#apply(this.#wanted);
  }

  #apply(range: TimeRange): boolean {
    const count = this.#parts.bars().length;
    const from = this.#exact(range.from);
    const to = this.#exact(range.to);
    if (from === null || to === null) return false;
    if (to < 0 || from > count) this.#parts.onFar(range);
    const shown = followedRange(
      { from, to },
      {
        last: count - 1,
        mostBars: this.#parts.mostBars(),
        roomBars: this.#parts.roomBars,
      },
    );
    this.#parts.chart.timeScale().setVisibleLogicalRange({ from: shown.from as Logical, to: shown.to as Logical });
    return true;
  }

  #showLevelLine(visible: boolean): void {
    this.#parts.chart.applyOptions({ crosshair: { horzLine: { visible, labelVisible: visible } } });
  }

  #barAt(time: UnixMs): CandleTuple | undefined {
    const bars = this.#parts.bars();
    const at = barPosition(bars.length, (index) => bars[index]?.[0] ?? 0, this.#parts.durationMs(), time);
    return at === null ? undefined : bars[at];
  }

  #exact(time: UnixMs): number | null {
    const bars = this.#parts.bars();
    return exactPosition(bars.length, (index) => bars[index]?.[0] ?? 0, this.#parts.durationMs(), time);
  }

  #timeAt(position: number): UnixMs | null {
    const bars = this.#parts.bars();
    return timeAtPosition(bars.length, (index) => bars[index]?.[0] ?? 0, this.#parts.durationMs(), position);
  }
}
