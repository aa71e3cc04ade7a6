/**
 * A pane under the candles for a line with a scale of its own (RSI, TSI). Its series holds one point, so that the pane
 * has a scale; the line is drawn by the overlay, which does not join the time axis (see `overlay-primitive.ts`).
 */
import {
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { CandleTuple } from '#contract/areas/market.ts';
import type { ChartPalette } from '../../lib/charting/palette.ts';
import { type LineName, lineColor } from './chart-lines.ts';
import { OverlayPrimitive } from './overlay-primitive.ts';

export const PANE_NAMES = ['rsi', 'tsi'] as const satisfies readonly LineName[];
export type PaneName = (typeof PANE_NAMES)[number];

interface PaneScale {
  /** Null: symmetric, as far as the values in view go. */
  readonly range: readonly [number, number] | null;
  readonly guides: readonly number[];
}

const SCALES: Readonly<Record<PaneName, PaneScale>> = {
  rsi: { range: [0, 100], guides: [30, 70] },
  tsi: { range: null, guides: [-25, 0, 25] },
};

/** A quarter of the candles' height. */
const SHARE = 0.25;
/** A symmetric scale is never narrower: noise around zero must not look like strength. */
const SMALLEST_REACH = 40;

export class IndicatorPane {
  readonly #chart: IChartApi;
  readonly #name: PaneName;
  readonly #series: ISeriesApi<'Line'>;
  readonly #overlay: OverlayPrimitive;
  #guides: readonly IPriceLine[] = [];
  #palette: ChartPalette;
  #values: readonly (number | null)[] = [];

  constructor(chart: IChartApi, name: PaneName, palette: ChartPalette) {
    this.#chart = chart;
    this.#name = name;
    this.#palette = palette;
    this.#series = chart.addSeries(
      LineSeries,
      {
        lineVisible: false,
        lastValueVisible: false,
        priceLineVisible: false,
        crosshairMarkerVisible: false,
        priceFormat: { type: 'custom', minMove: 1, formatter: (value: number) => value.toFixed(0) },
        autoscaleInfoProvider: () => {
          const [minValue, maxValue] = this.#range();
          return { priceRange: { minValue, maxValue } };
        },
      },
      chart.panes().length,
    );
    this.#series.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.08 } });
    this.#series.getPane().setStretchFactor(SHARE);
    this.#overlay = new OverlayPrimitive(palette);
    this.#series.attachPrimitive(this.#overlay);
    this.#drawGuides();
  }

  set(bars: readonly CandleTuple[], values: readonly (number | null)[]): void {
    const newest = bars.at(-1)?.[0];
    const isOther = newest !== undefined && this.#series.data()[0]?.time !== newest / 1000;
    this.#values = values;
    if (isOther) this.#series.setData([{ time: (newest / 1000) as UTCTimestamp, value: 0 }]);
    this.#overlay.set({
      bars,
      showsVolume: false,
      lines: [{ values, color: lineColor(this.#name, this.#palette), isDashed: false }],
      onScale: [0, 100],
    });
  }

  setPalette(palette: ChartPalette): void {
    this.#palette = palette;
    this.#overlay.setPalette(palette);
    this.#drawGuides();
  }

  /** The pane goes with its only series. */
  remove(): void {
    this.#chart.removeSeries(this.#series);
  }

  #drawGuides(): void {
    for (const guide of this.#guides) this.#series.removePriceLine(guide);
    this.#guides = SCALES[this.#name].guides.map((price) =>
      this.#series.createPriceLine({
        price,
        color: this.#palette.cross,
        lineWidth: 1,
        lineStyle: price === 0 ? LineStyle.Solid : LineStyle.Dashed,
        axisLabelVisible: false,
        title: '',
      }),
    );
  }

  #range(): readonly [number, number] {
    const { range } = SCALES[this.#name];
    if (range !== null) return range;
    const view = this.#chart.timeScale().getVisibleLogicalRange();
    let reach = SMALLEST_REACH;
    const from = Math.max(0, Math.floor(view?.from ?? 0));
    const to = Math.min(this.#values.length - 1, Math.ceil(view?.to ?? -1));
    for (let index = from; index <= to; index++) reach = Math.max(reach, Math.abs(this.#values[index] ?? 0));
    return [-reach, reach];
  }
}
