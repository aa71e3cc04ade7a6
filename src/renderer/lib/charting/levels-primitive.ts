/** Draws phantoms on a candle series: shaded reward and risk, level lines, strategy marks, and the result at the end. */
import type {
  AutoscaleInfo,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  ISeriesPrimitiveAxisView,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { formatPrice } from '../format.ts';
import { strategyLook } from '../strategy-look.ts';
import {
  type Axes,
  type LevelShape,
  NARROWEST_PX,
  type PixelShape,
  pixelShape,
  shapeAt,
  spreadApart,
} from './level-shapes.ts';
import { type ChartPalette, withAlpha } from './palette.ts';

type DrawTarget = Parameters<IPrimitivePaneRenderer['draw']>[0];

export interface LevelsInput {
  readonly shapes: readonly LevelShape[];
  /** The one whose levels are labelled on the axis and whose marks are drawn. */
  readonly focusedId: string | null;
  readonly decimals: number;
}

/** Fractional bar index of a moment, and the index after the newest bar. */
export interface BarLocator {
  position(time: UnixMs): number | null;
  newest(): number | null;
  /** Of the bar at an index; null beyond the bars. */
  time(index: number): UnixMs | null;
}

/** Marks whose price is a level: a line runs from there to the entry. */
const LEVEL_LABEL = /^(broken|swept|opening range)\b|\b(edge|level)\b/;

/** Labels of prices that have no place yet. */
const OUT_OF_VIEW = -100;

/** Distance of a strategy's glyph from the entry, and its radius. */
const GLYPH_GAP_PX = 13;
const GLYPH_PX = 4.5;

/** How far the levels of open phantoms reach beyond the newest bar, so that a fresh one can be seen. */
const OPEN_ROOM_BARS = 6;

export class LevelsPrimitive implements ISeriesPrimitive<Time> {
  readonly #locator: BarLocator;
  #palette: ChartPalette;
  #input: LevelsInput = { shapes: [], focusedId: null, decimals: 2 };
  #attached: SeriesAttachedParameter<Time> | null = null;
  #pixels: readonly PixelShape[] = [];
  #hoveredId: string | null = null;
  readonly #zones: IPrimitivePaneView;
  readonly #labels: IPrimitivePaneView;

  constructor(locator: BarLocator, palette: ChartPalette) {
    this.#locator = locator;
    this.#palette = palette;
    this.#zones = {
      zOrder: () => 'bottom',
      renderer: () => ({ draw: (target: DrawTarget) => this.#drawZones(target) }),
    };
    this.#labels = {
      zOrder: () => 'top',
      renderer: () => ({ draw: (target: DrawTarget) => this.#drawLabels(target) }),
    };
  }

  set(input: LevelsInput): void {
    this.#input = input;
    this.#attached?.requestUpdate();
  }

  setPalette(palette: ChartPalette): void {
    this.#palette = palette;
    this.#attached?.requestUpdate();
  }

  setHovered(id: string | null): void {
    if (id === this.#hoveredId) return;
    this.#hoveredId = id;
    this.#attached?.requestUpdate();
  }

  /** The shape under a point of the pane. */
  at(x: number, y: number): LevelShape | null {
    return shapeAt(this.#pixels, x, y);
  }

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter;
  }

  detached(): void {
    this.#attached = null;
  }

  updateAllViews(): void {
    const axes = this.#axes();
    const isNear = this.#nearView();
    this.#pixels =
      axes === null
        ? []
        : this.#input.shapes.flatMap((shape) => (isNear(shape) ? (pixelShape(shape, axes) ?? []) : []));
  }

  /** Most of many shapes lie far outside the view: their times say so, without a place on the screen. */
  #nearView(): (shape: LevelShape) => boolean {
    const timeScale = this.#attached?.chart.timeScale();
    const range = timeScale?.getVisibleLogicalRange() ?? null;
    if (timeScale === undefined || range === null) return () => true;
    const roomBars = Math.ceil(NARROWEST_PX / timeScale.options().barSpacing) + 1;
    const from = this.#locator.time(Math.floor(range.from) - roomBars) ?? Number.NEGATIVE_INFINITY;
    const to = this.#locator.time(Math.ceil(range.to) + roomBars) ?? Number.POSITIVE_INFINITY;
    return (shape) => shape.from <= to && (shape.to === null || shape.to >= from);
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [this.#zones, this.#labels];
  }

  priceAxisViews(): readonly ISeriesPrimitiveAxisView[] {
    const shape = this.#input.shapes.find((one) => one.id === this.#input.focusedId);
    const series = this.#attached?.series;
    if (shape === undefined || series === undefined) return [];
    const palette = this.#palette;
    const levels = [
      { price: shape.target, color: palette.up },
      { price: shape.entry, color: palette.cross },
      { price: shape.stop, color: palette.down },
      ...(shape.tp1 === null ? [] : [{ price: shape.tp1, color: palette.up }]),
    ];
    const coordinates = spreadApart(
      levels.map(({ price }) => series.priceToCoordinate(price) ?? OUT_OF_VIEW),
      palette.fontSize + 7,
    );
    return levels.map(({ price, color }, index) => ({
      coordinate: () => coordinates[index] ?? OUT_OF_VIEW,
      text: () => formatPrice(price, this.#input.decimals),
      textColor: () => '#ffffff',
      backColor: () => color,
    }));
  }

  /** Where labels of the focused one stand on the price axis, in pixels: ticks make room for them. */
  axisLabels(): readonly number[] {
    return this.priceAxisViews().map((view) => view.coordinate());
  }

  /** What the trader holds, is asked about, or looks at is kept inside the view. */
  autoscaleInfo(from: Logical, to: Logical): AutoscaleInfo | null {
    const wanted = this.#input.shapes.filter((shape) => {
      const isHeld = shape.isStrong && shape.to === null;
      if (!isHeld && shape.id !== this.#input.focusedId) return false;
      const start = this.#locator.position(shape.from);
      const end = shape.to === null ? this.#locator.newest() : this.#locator.position(shape.to);
      return start !== null && end !== null && start <= to && end >= from;
    });
    if (wanted.length === 0) return null;
    const prices = wanted.flatMap((shape) => [shape.stop, shape.target]);
    return { priceRange: { minValue: Math.min(...prices), maxValue: Math.max(...prices) } };
  }

  #axes(): Axes | null {
    const attached = this.#attached;
    if (attached === null) return null;
    const timeScale = attached.chart.timeScale();
    const newest = this.#locator.newest();
    const half = timeScale.options().barSpacing / 2;
    const at = (position: number | null) =>
      position === null ? null : timeScale.logicalToCoordinate(position as Logical);
    const openEnd = at(newest === null ? null : newest + OPEN_ROOM_BARS);
    return {
      x: (time) => {
        const centre = at(this.#locator.position(time));
        return centre === null ? null : centre - half;
      },
      y: (price) => attached.series.priceToCoordinate(price),
      openEndX: openEnd === null ? null : openEnd + half,
      width: timeScale.width(),
    };
  }

  #drawZones(target: DrawTarget): void {
    // biome-ignore lint/correctness/useHookAtTopLevel: the canvas library's name for a scope, no React hook.
    target.useMediaCoordinateSpace(({ context }) => {
      for (const pixels of this.#pixels) this.#drawZone(context, pixels);
    });
  }

  #drawZone(context: CanvasRenderingContext2D, pixels: PixelShape): void {
    const palette = this.#palette;
    const { shape, left, right, entryY, stopY, targetY, tp1Y } = pixels;
    const isLit = shape.id === this.#hoveredId || shape.id === this.#input.focusedId;
    const isOpen = shape.to === null;
    const strength = isLit ? 0.22 : shape.isStrong ? 0.17 : isOpen ? 0.1 : 0.06;
    const width = right - left;
    context.fillStyle = withAlpha(palette.up, strength);
    context.fillRect(left, Math.min(entryY, targetY), width, Math.abs(targetY - entryY));
    context.fillStyle = withAlpha(palette.down, strength);
    context.fillRect(left, Math.min(entryY, stopY), width, Math.abs(stopY - entryY));
    const lineStrength = isLit || shape.isStrong ? 0.95 : isOpen ? 0.7 : 0.4;
    line(context, left, right, targetY, withAlpha(palette.up, lineStrength), []);
    line(context, left, right, stopY, withAlpha(palette.down, lineStrength), []);
    if (tp1Y !== null) line(context, left, right, tp1Y, withAlpha(palette.up, lineStrength * 0.8), [2, 3]);
    line(context, left, right, entryY, withAlpha(palette.text, lineStrength * 0.7), []);
    if (shape.isStrong) {
      context.fillStyle = palette.accent;
      context.fillRect(left - 1, Math.min(stopY, targetY), 2, Math.abs(stopY - targetY));
    }
  }

  #drawLabels(target: DrawTarget): void {
    const axes = this.#axes();
    // biome-ignore lint/correctness/useHookAtTopLevel: the canvas library's name for a scope, no React hook.
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      const palette = this.#palette;
      context.font = `600 ${palette.fontSize}px ${palette.font}`;
      context.textBaseline = 'middle';
      for (const pixels of this.#pixels) {
        this.#drawEntry(context, pixels);
        this.#drawGlyph(context, pixels);
        this.#drawResult(context, pixels, mediaSize.width);
        const { shape } = pixels;
        const showsMarks = shape.id === this.#input.focusedId || shape.id === this.#hoveredId || shape.isPending;
        if (showsMarks && axes !== null) this.#drawMarks(context, shape, axes, pixels.left);
      }
    });
  }

  #drawEntry(context: CanvasRenderingContext2D, { shape, left, entryY }: PixelShape): void {
    const size = 4;
    const up = shape.isLong ? -1 : 1;
    context.fillStyle = shape.isLong ? this.#palette.up : this.#palette.down;
    context.beginPath();
    context.moveTo(left, entryY + up * size);
    context.lineTo(left - size, entryY - up * size * 0.6);
    context.lineTo(left + size, entryY - up * size * 0.6);
    context.closePath();
    context.fill();
  }

  /** Behind the entry as the trade looks: below it for a long, above it for a short. */
  #drawGlyph(context: CanvasRenderingContext2D, { shape, left, entryY }: PixelShape): void {
    const look = strategyLook(shape.strategyId);
    const isLit = shape.id === this.#hoveredId || shape.id === this.#input.focusedId;
    const size = isLit ? GLYPH_PX * 1.35 : GLYPH_PX;
    context.save();
    context.translate(left, entryY + (shape.isLong ? GLYPH_GAP_PX : -GLYPH_GAP_PX));
    context.scale(size, size);
    const path = new Path2D(look.path);
    // A rim in the ground's colour keeps it apart from candles.
    context.lineJoin = 'round';
    context.lineWidth = 0.75;
    context.strokeStyle = withAlpha(this.#palette.surface, 0.9);
    context.stroke(path);
    const color = this.#palette.strategies[look.hue];
    if (look.isHollow) {
      context.lineWidth = 0.42;
      context.strokeStyle = color;
      context.stroke(path);
    } else {
      context.fillStyle = color;
      context.fill(path);
    }
    context.restore();
  }

  #drawResult(context: CanvasRenderingContext2D, { shape, exit }: PixelShape, width: number): void {
    if (exit === null) return;
    const palette = this.#palette;
    const color = shape.tone === 'win' ? palette.up : shape.tone === 'loss' ? palette.down : palette.warning;
    context.fillStyle = color;
    context.beginPath();
    context.arc(exit.x, exit.y, 3, 0, Math.PI * 2);
    context.fill();
    if (shape.label === '') return;
    const padding = 4;
    const height = palette.fontSize + 5;
    const textWidth = context.measureText(shape.label).width + padding * 2;
    const x = Math.min(exit.x + 6, width - textWidth - 2);
    context.fillStyle = withAlpha(palette.surface, 0.86);
    roundedBox(context, x, exit.y - height / 2, textWidth, height);
    context.fill();
    context.fillStyle =
      shape.tone === 'win' ? palette.upText : shape.tone === 'loss' ? palette.downText : palette.warning;
    context.fillText(shape.label, x + padding, exit.y + 0.5);
  }

  #drawMarks(context: CanvasRenderingContext2D, shape: LevelShape, axes: Axes, entryX: number): void {
    const palette = this.#palette;
    context.font = `500 ${palette.fontSize}px ${palette.font}`;
    const color = palette.strategies[strategyLook(shape.strategyId).hue];
    const written: { left: number; right: number; y: number }[] = [];
    for (const mark of shape.marks) {
      const left = axes.x(mark.time);
      const y = axes.y(mark.price);
      const next = this.#locator.position(mark.time);
      if (left === null || y === null || next === null) continue;
      const half = (this.#attached?.chart.timeScale().options().barSpacing ?? 0) / 2;
      const x = left + half;
      const isLevel = LEVEL_LABEL.test(mark.label);
      if (isLevel) line(context, x, entryX, y, withAlpha(color, 0.8), [4, 3]);
      context.fillStyle = color;
      context.beginPath();
      context.moveTo(x, y - 4);
      context.lineTo(x + 4, y);
      context.lineTo(x, y + 4);
      context.lineTo(x - 4, y);
      context.closePath();
      context.fill();
      // The confirming candle stands at the entry and says so by its place.
      if (Math.abs(x - entryX) < 30) continue;
      const isHigh = /\b(high|upper)\b/.test(mark.label);
      const textWidth = context.measureText(mark.label).width;
      const textX = Math.max(4, Math.min(x - textWidth / 2, entryX - textWidth - 6));
      const textY = isHigh ? y - 13 : y + 14;
      const covers = written.some(
        (one) =>
          Math.abs(one.y - textY) < palette.fontSize + 4 && textX < one.right + 6 && textX + textWidth > one.left - 6,
      );
      if (covers) continue;
      written.push({ left: textX, right: textX + textWidth, y: textY });
      context.fillStyle = withAlpha(palette.surface, 0.8);
      roundedBox(context, textX - 3, textY - palette.fontSize / 2 - 2, textWidth + 6, palette.fontSize + 4);
      context.fill();
      context.fillStyle = color;
      context.fillText(mark.label, textX, textY);
    }
    context.font = `600 ${palette.fontSize}px ${palette.font}`;
  }
}

function line(
  context: CanvasRenderingContext2D,
  fromX: number,
  toX: number,
  y: number,
  color: string,
  dash: readonly number[],
): void {
  const crisp = Math.round(y) + 0.5;
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.setLineDash([...dash]);
  context.beginPath();
  context.moveTo(fromX, crisp);
  context.lineTo(toX, crisp);
  context.stroke();
  context.setLineDash([]);
}

function roundedBox(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.beginPath();
  context.roundRect(x, y, width, height, 3);
}
