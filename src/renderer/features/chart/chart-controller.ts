/** Owns lightweight-charts: candles, volume, averages, phantom levels. React mounts it and tells it what to show; ticks never pass through React. */
import {
  type CandlestickData,
  CandlestickSeries,
  createChart,
  type IChartApi,
  type ISeriesApi,
  type Logical,
  type MouseEventParams,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { CandleTuple } from '#contract/areas/market.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { SignalId } from '#core/domain/signal.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import { barPosition } from '../../lib/charting/bar-index.ts';
import { chartOptions, MIN_BAR_SPACING_PX } from '../../lib/charting/chart-options.ts';
import type { LevelShape } from '../../lib/charting/level-shapes.ts';
import { LevelsPrimitive } from '../../lib/charting/levels-primitive.ts';
import { type ChartPalette, readPalette } from '../../lib/charting/palette.ts';
import type { DeskClient } from '../../lib/client.ts';
import { formatPrice } from '../../lib/format.ts';
import { TIMEFRAME_MS } from '../../lib/timeframes.ts';
import { type BarSink, ChartFeed, EDGE_BARS, type FeedStatus } from './chart-feed.ts';
import { type ChartLines, ChartLineValues, INTRADAY, type LineName, lineColor, PRICE_LINES } from './chart-lines.ts';
import type { ChartLinks } from './chart-links.ts';
import { type ContextInput, ContextPrimitive } from './context-primitive.ts';
import { IndicatorPane, PANE_NAMES, type PaneName } from './indicator-pane.ts';
import { LinkedView } from './linked-view.ts';
import { OverlayPrimitive } from './overlay-primitive.ts';

/** The bar under the crosshair, or the newest one. */
export interface LegendValues {
  readonly bar: CandleTuple;
  readonly previousClose: number | null;
  /** Null where a line is off, or warms up. */
  readonly lines: Readonly<Record<LineName, number | null>>;
}

export interface ChartControllerParts {
  readonly container: HTMLElement;
  readonly client: DeskClient;
  /** To the charts beside it. */
  readonly links: ChartLinks;
  readonly onStatus: (status: FeedStatus) => void;
  /** The newest bar is on screen. */
  readonly onFollowing: (isFollowing: boolean) => void;
  readonly onLegend: (values: LegendValues | null) => void;
  readonly onPick: (id: SignalId) => void;
  /** The signal under the pointer, with the pointer's place in the container; null where there is none. */
  readonly onHover: (id: SignalId | null, x: number, y: number) => void;
  /** The range of loaded bars changed: levels for it are wanted. */
  readonly onRange: (from: UnixMs) => void;
}

const FIRST_VIEW_BARS = 160;
const RIGHT_ROOM_BARS = 8;

export class ChartController implements BarSink {
  readonly #parts: ChartControllerParts;
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<'Candlestick'>;
  readonly #context: ContextPrimitive;
  readonly #overlay: OverlayPrimitive;
  readonly #levels: LevelsPrimitive;
  readonly #feed: ChartFeed;
  readonly #linked: LinkedView;
  #palette: ChartPalette;
  #timeframe: Timeframe = '5m';
  #decimals = 2;
  #shown: ChartLines | null = null;
  #bars: readonly CandleTuple[] = [];
  readonly #lines = new ChartLineValues();
  readonly #panes = new Map<PaneName, IndicatorPane>();
  #drawnFirst: UnixMs | null = null;
  #drawnLast: UnixMs | null = null;
  #needsFirstView = true;
  #crosshairTime: UnixMs | null = null;
  #pointer: { readonly x: number; readonly y: number } | null = null;
  #hoveredId: SignalId | null = null;
  #tellAt: number | null = null;
  #isWindowLive = true;
  #background: ContextInput = { contexts: { sessions: [], regimes: [] }, showsSessions: false, showsRegimes: false };

  constructor(parts: ChartControllerParts) {
    this.#parts = parts;
    this.#palette = readPalette(document.documentElement);
    this.#chart = createChart(parts.container, chartOptions(this.#palette));
    this.#candles = this.#chart.addSeries(CandlestickSeries, { borderVisible: false });
    this.#candles.priceScale().applyOptions({ scaleMargins: { top: 0.12, bottom: 0.18 } });
    this.#context = new ContextPrimitive((time) => this.#position(time), this.#palette);
    this.#candles.attachPrimitive(this.#context);
    this.#overlay = new OverlayPrimitive(this.#palette);
    this.#candles.attachPrimitive(this.#overlay);
    this.#levels = new LevelsPrimitive(
      {
        position: (time) => this.#position(time),
        newest: () => (this.#bars.length === 0 ? null : this.#bars.length - 1),
        time: (index) => this.#bars[index]?.[0] ?? null,
      },
      this.#palette,
    );
    this.#candles.attachPrimitive(this.#levels);
    this.#feed = new ChartFeed({
      client: parts.client,
      sink: this,
      onStatus: parts.onStatus,
      nextFrame: (callback) => parts.links.nextTurn(callback),
      widestView: () => this.#widestView(),
    });
    this.#linked = new LinkedView({
      links: parts.links,
      chart: this.#chart,
      candles: this.#candles,
      bars: () => this.#bars,
      durationMs: () => TIMEFRAME_MS[this.#timeframe],
      mostBars: () => this.#widestView(),
      roomBars: RIGHT_ROOM_BARS,
      onFollow: (time) => {
        this.#crosshairTime = time;
        this.#tellLegend();
      },
      onFar: ({ to }) => void this.#feed.wantAround(to),
    });
    // A wheel over a chart moves it, whichever was clicked last.
    for (const touched of ['pointerdown', 'wheel'] as const) {
      parts.container.addEventListener(touched, () => this.#linked.lead(), { capture: true, passive: true });
    }
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => this.#onView(range));
    this.#chart.subscribeCrosshairMove((event) => this.#onCrosshair(event));
    this.#chart.subscribeClick((event) => this.#onClick(event));
    this.#paint();
  }

  show(instrumentId: InstrumentId, timeframe: Timeframe, decimals: number): void {
    this.#timeframe = timeframe;
    this.setBackground(this.#background);
    if (this.#shown !== null) this.#lines.show(this.#shown, timeframe);
    this.#needsFirstView = true;
    this.setDecimals(decimals);
    this.#feed.show(instrumentId, timeframe);
  }

  setDecimals(decimals: number): void {
    this.#decimals = decimals;
    const priceFormat = {
      type: 'custom',
      minMove: 10 ** -decimals,
      formatter: (price: number) => formatPrice(price, decimals),
      tickmarksFormatter: (prices: readonly number[]) => this.#tickTexts(prices),
    } as const;
    this.#candles.applyOptions({ priceFormat });
  }

  retry(): void {
    this.#feed.retry();
  }

  /** The trader has turned to this chart: where ranges are linked, the others follow it. */
  lead(): void {
    this.#linked.lead();
  }

  setLines(shown: ChartLines): void {
    this.#shown = shown;
    this.#lines.show(shown, this.#timeframe);
    for (const name of PANE_NAMES) {
      const pane = this.#panes.get(name);
      if (shown[name] && pane === undefined) {
        this.#panes.set(name, new IndicatorPane(this.#chart, name, this.#palette));
      } else if (!shown[name] && pane !== undefined) {
        pane.remove();
        this.#panes.delete(name);
      }
    }
    this.#drawOverlay();
    this.#tellLegend();
  }

  setLevels(shapes: readonly LevelShape[], focusedId: SignalId | null): void {
    this.#levels.set({ shapes, focusedId, decimals: this.#decimals });
  }

  /** What is shaded behind the candles. */
  setBackground(input: ContextInput): void {
    this.#background = input;
    // A bar of four hours and more holds several sessions.
    this.#context.set({ ...input, showsSessions: input.showsSessions && INTRADAY.includes(this.#timeframe) });
  }

  /** Theme or colours changed. */
  repaint(): void {
    this.#palette = readPalette(document.documentElement);
    this.#chart.applyOptions(chartOptions(this.#palette));
    this.#levels.setPalette(this.#palette);
    this.#overlay.setPalette(this.#palette);
    this.#context.setPalette(this.#palette);
    for (const pane of this.#panes.values()) pane.setPalette(this.#palette);
    this.#paint();
    this.#drawOverlay();
  }

  jumpToLive(): void {
    this.lead();
    if (this.#feed.bars.length > 0 && !this.#isWindowLive) {
      this.#needsFirstView = true;
      this.#feed.retry();
      return;
    }
    this.#chart.timeScale().scrollToRealTime();
  }

  /** Scrolls so that a moment stands in the middle third. */
  revealTime(time: UnixMs): void {
    const at = this.#position(time);
    const range = this.#chart.timeScale().getVisibleLogicalRange();
    if (at === null || range === null || (at > range.from + 10 && at < range.to - 10)) return;
    const width = range.to - range.from;
    this.#chart.timeScale().setVisibleLogicalRange({
      from: (at - width * 0.6) as Logical,
      to: (at + width * 0.4) as Logical,
    });
  }

  destroy(): void {
    this.#feed.stop();
    this.#linked.leave();
    if (this.#tellAt !== null) cancelAnimationFrame(this.#tellAt);
    this.#chart.remove();
  }

  // -- BarSink ---------------------------------------------------------------------------------------------------

  replace(bars: readonly CandleTuple[]): void {
    const view = this.#chart.timeScale().getVisibleLogicalRange();
    const oldFirst = this.#drawnFirst;
    this.#bars = [...bars];
    this.#lines.replace(this.#bars);
    this.#candles.setData(bars.map(candleData));
    this.#drawOverlay();
    this.#drawnFirst = bars[0]?.[0] ?? null;
    this.#drawnLast = bars.at(-1)?.[0] ?? null;
    const isFirstView = this.#needsFirstView;
    this.#needsFirstView = false;
    if (isFirstView) this.#chart.priceScale('right').applyOptions({ autoScale: true });
    if (this.#linked.barsChanged()) {
      // The view is another chart's.
    } else if (isFirstView) {
      this.#chart.timeScale().setVisibleLogicalRange({
        from: (bars.length - FIRST_VIEW_BARS) as Logical,
        to: (bars.length - 1 + RIGHT_ROOM_BARS) as Logical,
      });
    } else if (view !== null && oldFirst !== null) {
      // The same bars stay in view although their indices moved.
      const shift = this.#position(oldFirst) ?? 0;
      this.#chart.timeScale().setVisibleLogicalRange({
        from: (view.from + shift) as Logical,
        to: (view.to + shift) as Logical,
      });
    }
    if (this.#drawnFirst !== null) this.#parts.onRange(this.#drawnFirst);
    this.#tellLegend();
  }

  update(bars: readonly CandleTuple[]): void {
    const drawnLast = this.#drawnLast;
    // Usually one; two when a bar closed and the next one opened within a frame.
    let from = bars.length;
    while (from > 0 && (drawnLast === null || (bars[from - 1]?.[0] ?? 0) >= drawnLast)) from--;
    this.#bars = bars;
    for (let index = from; index < bars.length; index++) {
      const bar = bars[index];
      if (bar === undefined) continue;
      this.#lines.take(bars, index);
      this.#candles.update(candleData(bar));
    }
    this.#drawnLast = bars.at(-1)?.[0] ?? null;
    this.#drawOverlay();
    this.#tellLegend();
  }

  // -- inside ----------------------------------------------------------------------------------------------------

  #position(time: UnixMs): number | null {
    const bars = this.#bars;
    return barPosition(bars.length, (index) => bars[index]?.[0] ?? 0, TIMEFRAME_MS[this.#timeframe], time);
  }

  #widestView(): number {
    return Math.ceil(this.#parts.container.clientWidth / MIN_BAR_SPACING_PX);
  }

  #onView(range: { from: number; to: number } | null): void {
    if (range === null || this.#bars.length === 0) return;
    const count = this.#bars.length;
    this.#isWindowLive = this.#feed.isLive;
    this.#parts.onFollowing(this.#isWindowLive && range.to >= count - 1.5);
    this.#linked.tellRange(range);
    if (range.from < EDGE_BARS) void this.#feed.wantOlder();
    if (range.to > count - EDGE_BARS && !this.#isWindowLive) void this.#feed.wantNewer();
  }

  #onCrosshair(event: MouseEventParams<Time>): void {
    if (event.sourceEvent !== undefined) this.#linked.stopFollowing();
    else if (this.#linked.isFollowing) return;
    this.#crosshairTime = typeof event.time === 'number' ? event.time * 1000 : null;
    // The panes below the candles hold no levels.
    this.#pointer = (event.paneIndex ?? 0) === 0 ? (event.point ?? null) : null;
    this.#tellLegend();
  }

  /** The pointer moves, and the chart under it, several times in a frame: what lies there is shown once. */
  #tellLegend(): void {
    this.#tellAt ??= requestAnimationFrame(() => {
      this.#tellAt = null;
      this.#tellLegendNow();
      this.#tellHover();
      if (!this.#linked.isFollowing) this.#linked.tellCrosshair(this.#crosshairTime);
    });
  }

  #tellHover(): void {
    const { x = 0, y = 0 } = this.#pointer ?? {};
    const hit = this.#pointer === null ? null : this.#levels.at(x, y);
    const isSame = hit === null && this.#hoveredId === null;
    this.#hoveredId = hit?.id ?? null;
    if (isSame) return;
    this.#levels.setHovered(this.#hoveredId);
    this.#parts.container.style.cursor = hit === null ? '' : 'pointer';
    this.#parts.onHover(this.#hoveredId, x, y);
  }

  /** A tick under a label would show half of its digits: it is left out. */
  #tickTexts(prices: readonly number[]): string[] {
    const last = this.#bars.at(-1)?.[4];
    const lastY = last === undefined ? null : this.#candles.priceToCoordinate(last);
    const taken = [...this.#levels.axisLabels(), ...(lastY === null ? [] : [lastY])];
    const reach = this.#palette.fontSize + 3;
    return prices.map((price) => {
      const y = this.#candles.priceToCoordinate(price);
      const isCovered = y !== null && taken.some((label) => Math.abs(label - y) < reach);
      return isCovered ? '' : formatPrice(price, this.#decimals);
    });
  }

  #onClick({ point, paneIndex }: MouseEventParams<Time>): void {
    const hit = point === undefined || (paneIndex ?? 0) !== 0 ? null : this.#levels.at(point.x, point.y);
    if (hit !== null) this.#parts.onPick(hit.id);
  }

  #tellLegendNow(): void {
    const at = this.#crosshairTime === null ? this.#bars.length - 1 : this.#position(this.#crosshairTime);
    const bar = at === null ? undefined : this.#bars[at];
    if (at === null || bar === undefined) {
      this.#parts.onLegend(null);
      return;
    }
    this.#parts.onLegend({ bar, previousClose: this.#bars[at - 1]?.[4] ?? null, lines: this.#lines.at(at) });
  }

  #paint(): void {
    const palette = this.#palette;
    this.#candles.applyOptions({
      upColor: palette.up,
      downColor: palette.down,
      wickUpColor: palette.up,
      wickDownColor: palette.down,
      priceLineColor: palette.cross,
    });
  }

  #drawOverlay(): void {
    this.#overlay.set({
      bars: this.#bars,
      showsVolume: this.#shown?.volume === true,
      lines: PRICE_LINES.flatMap((name) => {
        const values = this.#lines.of(name);
        return values === null ? [] : [{ values, color: lineColor(name, this.#palette), isDashed: name === 'vwap' }];
      }),
    });
    for (const [name, pane] of this.#panes) pane.set(this.#bars, this.#lines.of(name) ?? []);
  }
}

function seconds(time: UnixMs): UTCTimestamp {
  return (time / 1000) as UTCTimestamp;
}

function candleData(bar: CandleTuple): CandlestickData<UTCTimestamp> {
  return { time: seconds(bar[0]), open: bar[1], high: bar[2], low: bar[3], close: bar[4] };
}
