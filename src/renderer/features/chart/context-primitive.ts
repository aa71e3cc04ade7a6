/**
 * The background of the chart: sessions as faint bands with their names, regimes as a ribbon at the lower edge, wilder
 * ones washed over the whole height.
 */
import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import type { ContextRun, MarketContexts } from '#contract/areas/market.ts';
import type { Regime } from '#core/domain/context.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { type ChartPalette, withAlpha } from '../../lib/charting/palette.ts';
import { REGIME_WORDS, SESSION_WORDS } from '../../lib/words.ts';

type DrawTarget = Parameters<IPrimitivePaneRenderer['draw']>[0];

export interface ContextInput {
  readonly contexts: MarketContexts;
  readonly showsSessions: boolean;
  readonly showsRegimes: boolean;
}

const RIBBON_PX = 5;
const SESSION_ALPHA = 0.055;
const REGIME_WASH: Readonly<Record<Regime, number>> = { low: 0, normal: 0, high: 0.05, extreme: 0.09 };
export class ContextPrimitive implements ISeriesPrimitive<Time> {
  readonly #position: (time: UnixMs) => number | null;
  #palette: ChartPalette;
  #attached: SeriesAttachedParameter<Time> | null = null;
  #input: ContextInput = { contexts: { sessions: [], regimes: [] }, showsSessions: false, showsRegimes: false };
  readonly #views: readonly IPrimitivePaneView[];

  /** `position`: fractional index of the bar that holds a moment. */
  constructor(position: (time: UnixMs) => number | null, palette: ChartPalette) {
    this.#position = position;
    this.#palette = palette;
    this.#views = [
      { zOrder: () => 'bottom', renderer: () => ({ draw: (target: DrawTarget) => this.#drawBands(target) }) },
      // Names stand before the volume.
      { zOrder: () => 'top', renderer: () => ({ draw: (target: DrawTarget) => this.#drawNames(target) }) },
    ];
  }

  set(input: ContextInput): void {
    this.#input = input;
    this.#attached?.requestUpdate();
  }

  setPalette(palette: ChartPalette): void {
    this.#palette = palette;
    this.#attached?.requestUpdate();
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

  /** Runs as stretches of the pane, those outside it left out. */
  #spans<Value>(runs: readonly ContextRun<Value>[], width: number): readonly Span<Value>[] {
    const timeScale = this.#attached?.chart.timeScale();
    if (timeScale === undefined) return [];
    const half = timeScale.options().barSpacing / 2;
    const edge = (time: UnixMs): number | null => {
      const position = this.#position(time);
      const centre = position === null ? null : timeScale.logicalToCoordinate(position as Logical);
      return centre === null ? null : centre - half;
    };
    return runs.flatMap(({ from, to, value }) => {
      const [left, right] = [edge(from), edge(to)];
      if (left === null || right === null || right < 0 || left > width) return [];
      return [{ left: Math.max(0, left), right: Math.min(width, right), value }];
    });
  }

  #drawBands(target: DrawTarget): void {
    const { contexts, showsSessions, showsRegimes } = this.#input;
    if (!showsSessions && !showsRegimes) return;
    // biome-ignore lint/correctness/useHookAtTopLevel: the canvas library's name for a scope, no React hook.
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      const { width, height } = mediaSize;
      const palette = this.#palette;
      for (const { left, right, value } of showsSessions ? this.#spans(contexts.sessions, width) : []) {
        if (value === 'off') continue;
        context.fillStyle = withAlpha(palette.sessions[value], SESSION_ALPHA);
        context.fillRect(left, 0, right - left, height);
      }
      for (const { left, right, value } of showsRegimes ? this.#spans(contexts.regimes, width) : []) {
        if (value === null) continue;
        const color = palette.regimes[value];
        if (REGIME_WASH[value] > 0) {
          context.fillStyle = withAlpha(color, REGIME_WASH[value]);
          context.fillRect(left, 0, right - left, height);
        }
        context.fillStyle = color;
        context.fillRect(left, height - RIBBON_PX, Math.max(1, right - left), RIBBON_PX);
      }
    });
  }

  #drawNames(target: DrawTarget): void {
    const { contexts, showsSessions, showsRegimes } = this.#input;
    if (!showsSessions) return;
    // biome-ignore lint/correctness/useHookAtTopLevel: the canvas library's name for a scope, no React hook.
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      const palette = this.#palette;
      const size = palette.fontSize - 1;
      context.font = `500 ${size}px ${palette.font}`;
      context.textBaseline = 'middle';
      const middle = mediaSize.height - (showsRegimes ? RIBBON_PX : 0) - size * 0.5 - 5;
      for (const { left, right, value } of this.#spans(contexts.sessions, mediaSize.width)) {
        const name = SESSION_WORDS[value].label;
        const width = context.measureText(name).width;
        if (right - left < width + 12) continue;
        context.fillStyle = withAlpha(palette.surface, 0.78);
        context.beginPath();
        context.roundRect(left + 2, middle - size * 0.5 - 2.5, width + 8, size + 5, 3);
        context.fill();
        context.fillStyle = palette.textSoft;
        context.fillText(name, left + 6, middle + 0.5);
      }
    });
  }
}

interface Span<Value> {
  readonly left: number;
  readonly right: number;
  readonly value: Value;
}

/** Regimes in order, for the legend. */
export const REGIME_LEGEND = (['low', 'normal', 'high', 'extreme'] as const).map((value) => ({
  value,
  label: REGIME_WORDS[value].label.replace(' vol', ''),
}));
