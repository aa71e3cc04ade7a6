/**
 * Draws volume and averages over the candles on the candles' own canvas layer. As series of their own each would be
 * merged into one time axis at every page of older bars, which costs ten times the candles themselves.
 */
import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import type { CandleTuple } from '#contract/areas/market.ts';
import type { ChartPalette } from '../../lib/charting/palette.ts';
import { withAlpha } from '../../lib/charting/palette.ts';

type DrawTarget = Parameters<IPrimitivePaneRenderer['draw']>[0];

export interface OverlayLine {
  readonly values: readonly (number | null)[];
  readonly color: string;
  readonly isDashed: boolean;
}

export interface OverlayInput {
  readonly bars: readonly CandleTuple[];
  readonly showsVolume: boolean;
  /** Two values of the scale that the lines are drawn on; without them around the newest close. */
  readonly onScale?: readonly [number, number];
  readonly lines: readonly OverlayLine[];
}

/** First and last index to draw, and the step that leaves at most one bar per pixel. */
export function visibleIndices(
  range: { readonly from: number; readonly to: number },
  count: number,
  barSpacing: number,
): { readonly first: number; readonly last: number; readonly step: number } {
  return {
    first: Math.max(0, Math.floor(range.from) - 1),
    last: Math.min(count - 1, Math.ceil(range.to) + 1),
    step: Math.max(1, Math.floor(1 / Math.max(1e-6, barSpacing))),
  };
}

/** Share of the pane's height that the largest volume in view takes. */
const VOLUME_SHARE = 0.15;
const VOLUME_ALPHA = 0.24;

export class OverlayPrimitive implements ISeriesPrimitive<Time> {
  #attached: SeriesAttachedParameter<Time> | null = null;
  #palette: ChartPalette;
  #input: OverlayInput = { bars: [], showsVolume: false, lines: [] };
  readonly #views: readonly IPrimitivePaneView[];

  constructor(palette: ChartPalette) {
    this.#palette = palette;
    this.#views = [
      {
        zOrder: () => 'bottom',
        renderer: () => ({ draw: (target: DrawTarget) => this.#drawVolume(target) }),
      },
      {
        zOrder: () => 'normal',
        renderer: () => ({ draw: (target: DrawTarget) => this.#drawLines(target) }),
      },
    ];
  }

  set(input: OverlayInput): void {
    this.#input = input;
    this.#attached?.requestUpdate();
  }

  setPalette(palette: ChartPalette): void {
    this.#palette = palette;
  }

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter;
  }

  detached(): void {
    this.#attached = null;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  #span() {
    const timeScale = this.#attached?.chart.timeScale();
    const range = timeScale?.getVisibleLogicalRange() ?? null;
    const origin = timeScale?.logicalToCoordinate(0 as Logical) ?? null;
    if (timeScale === undefined || range === null || origin === null || this.#input.bars.length === 0) return null;
    const { barSpacing } = timeScale.options();
    return { origin, barSpacing, ...visibleIndices(range, this.#input.bars.length, barSpacing) };
  }

  #drawVolume(target: DrawTarget): void {
    const span = this.#span();
    if (span === null || !this.#input.showsVolume) return;
    const { bars } = this.#input;
    let largest = 0;
    for (let index = span.first; index <= span.last; index++) largest = Math.max(largest, bars[index]?.[5] ?? 0);
    if (largest <= 0) return;
    // biome-ignore lint/correctness/useHookAtTopLevel: the canvas library's name for a scope, no React hook.
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      const width = Math.max(1, Math.floor(span.barSpacing * span.step * 0.75));
      const unit = (mediaSize.height * VOLUME_SHARE) / largest;
      // One path per colour: thousands of single fills would be slow.
      for (const isUp of [true, false]) {
        context.fillStyle = withAlpha(isUp ? this.#palette.up : this.#palette.down, VOLUME_ALPHA);
        context.beginPath();
        for (let index = span.first; index <= span.last; index += span.step) {
          const bar = bars[index];
          if (bar === undefined || bar[4] >= bar[1] !== isUp) continue;
          const height = bar[5] * unit;
          const x = Math.round(span.origin + index * span.barSpacing - width / 2);
          context.rect(x, mediaSize.height - height, width, height);
        }
        context.fill();
      }
    });
  }

  #drawLines(target: DrawTarget): void {
    const span = this.#span();
    const series = this.#attached?.series;
    const close = this.#input.bars.at(-1)?.[4];
    if (span === null || series === undefined || close === undefined) return;
    const [reference, other] = this.#input.onScale ?? [close, close * 2];
    // The price scale is linear: two points give all of it.
    const atReference = series.priceToCoordinate(reference);
    const atOther = series.priceToCoordinate(other);
    if (atReference === null || atOther === null) return;
    const slope = (atOther - atReference) / (other - reference);
    // biome-ignore lint/correctness/useHookAtTopLevel: the canvas library's name for a scope, no React hook.
    target.useMediaCoordinateSpace(({ context }) => {
      context.lineWidth = 1;
      context.lineJoin = 'round';
      for (const line of this.#input.lines) {
        context.strokeStyle = line.color;
        context.setLineDash(line.isDashed ? [4, 3] : []);
        context.beginPath();
        let isDown = false;
        for (let index = span.first; index <= span.last; index += span.step) {
          const value = line.values[index] ?? null;
          if (value === null) {
            isDown = false;
            continue;
          }
          const x = span.origin + index * span.barSpacing;
          const y = atReference + (value - reference) * slope;
          if (isDown) context.lineTo(x, y);
          else context.moveTo(x, y);
          isDown = true;
        }
        context.stroke();
      }
      context.setLineDash([]);
    });
  }
}
