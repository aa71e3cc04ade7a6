/** Phantoms as shapes on a chart: which levels, from when to when, in which tone, and their boxes in pixels. */
import type { PhantomRow } from '#contract/areas/phantoms.ts';
import type { SignalId, SignalMark } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { formatSigned } from '../format.ts';

export type ShapeTone = 'win' | 'loss' | 'timeout' | 'open' | 'none';

export interface LevelShape {
  readonly id: SignalId;
  readonly strategyId: string;
  readonly isLong: boolean;
  readonly from: UnixMs;
  /** Exit of a closed phantom; null while it is open: the shape runs to the newest bar. */
  readonly to: UnixMs | null;
  readonly entry: number;
  readonly stop: number;
  readonly tp1: number | null;
  readonly target: number;
  readonly exitPrice: number | null;
  readonly tone: ShapeTone;
  /** What is written at its end: the net result of a closed one. */
  readonly label: string;
  /** The trader took it, or is asked about it now: drawn stronger. */
  readonly isStrong: boolean;
  readonly isPending: boolean;
  readonly marks: readonly SignalMark[];
}

export function levelShape(row: PhantomRow, marks: readonly SignalMark[] = []): LevelShape {
  return {
    id: row.id,
    strategyId: row.strategyId,
    isLong: row.side === 'long',
    from: row.openedAt,
    to: row.exitTime,
    entry: row.entry,
    stop: row.stop,
    tp1: row.tp1,
    target: row.target,
    exitPrice: row.exitPrice,
    tone: toneOf(row),
    label: row.netR === null ? '' : `${formatSigned(row.netR, 2)} R${row.outcome === 'timeout' ? ' · timeout' : ''}`,
    isStrong: row.disposition === 'executed' || row.disposition === 'pending',
    isPending: row.disposition === 'pending',
    marks,
  };
}

function toneOf(row: PhantomRow): ShapeTone {
  switch (row.outcome) {
    case 'win':
      return 'win';
    case 'loss':
      return 'loss';
    case 'timeout':
      return 'timeout';
    case 'open':
      return 'open';
    case 'gated':
    case 'unavailable':
      return 'none';
  }
}

export interface ShapeFilter {
  readonly open: boolean;
  readonly closed: boolean;
  /** Leaves out what nobody took: history, below threshold, skipped, expired. */
  readonly takenOnly: boolean;
  /** What a rule forbade. */
  readonly blocked: boolean;
  /** Of strategies on trial (ST-11). */
  readonly phase0: boolean;
  /** ST-12; asked of the services, which leave it out otherwise. */
  readonly placebo: boolean;
  readonly hiddenStrategies: readonly string[];
}

export function passesFilter(row: PhantomRow, filter: ShapeFilter): boolean {
  if (row.outcome === 'gated' || row.outcome === 'unavailable') return false;
  if (filter.hiddenStrategies.includes(row.strategyId)) return false;
  if (row.disposition === 'blocked' && !filter.blocked) return false;
  if (row.disposition === 'phase0' && !filter.phase0) return false;
  if (filter.takenOnly && row.disposition !== 'executed' && row.disposition !== 'pending') return false;
  return row.outcome === 'open' ? filter.open : filter.closed;
}

/** Conversions of the axes; null where a value has no place yet. */
export interface Axes {
  readonly x: (time: UnixMs) => number | null;
  readonly y: (price: number) => number | null;
  /** Where the shapes of open phantoms end: a little beyond the newest bar. */
  readonly openEndX: number | null;
  readonly width: number;
}

export interface PixelShape {
  readonly shape: LevelShape;
  readonly left: number;
  readonly right: number;
  readonly entryY: number;
  readonly stopY: number;
  readonly tp1Y: number | null;
  readonly targetY: number;
  readonly exit: { readonly x: number; readonly y: number } | null;
}

/** A signal that closed within its first bar still needs a width to be seen and hit. */
export const NARROWEST_PX = 6;

/** The shape's boxes in pixels; null where it lies outside the view. */
export function pixelShape(shape: LevelShape, axes: Axes): PixelShape | null {
  const left = axes.x(shape.from);
  const end = shape.to === null ? axes.openEndX : axes.x(shape.to);
  const entryY = axes.y(shape.entry);
  const stopY = axes.y(shape.stop);
  const targetY = axes.y(shape.target);
  if (left === null || end === null || entryY === null || stopY === null || targetY === null) return null;
  const right = Math.max(end, left + NARROWEST_PX);
  if (right < 0 || left > axes.width) return null;
  const exitY = shape.exitPrice === null ? null : axes.y(shape.exitPrice);
  return {
    shape,
    left,
    right,
    entryY,
    stopY,
    targetY,
    tp1Y: shape.tp1 === null ? null : axes.y(shape.tp1),
    exit: shape.to === null || exitY === null ? null : { x: right, y: exitY },
  };
}

const SLACK_PX = 4;

/** The shape under a point: the narrowest one wins, so that short-lived ones inside long ones can be reached. */
export function shapeAt(shapes: readonly PixelShape[], x: number, y: number): LevelShape | null {
  let found: PixelShape | null = null;
  for (const one of shapes) {
    const top = Math.min(one.stopY, one.targetY) - SLACK_PX;
    const bottom = Math.max(one.stopY, one.targetY) + SLACK_PX;
    if (x < one.left - SLACK_PX || x > one.right + SLACK_PX || y < top || y > bottom) continue;
    if (found === null || one.right - one.left < found.right - found.left) found = one;
  }
  return found?.shape ?? null;
}

/** Moves coordinates apart, in their order from top to bottom, until neighbours are `gap` apart; their middle stays. */
export function spreadApart(coordinates: readonly number[], gap: number): readonly number[] {
  const order = coordinates.map((_, index) => index).sort((a, b) => (coordinates[a] ?? 0) - (coordinates[b] ?? 0));
  const placed = [...coordinates];
  let shift = 0;
  order.forEach((index, rank) => {
    const before = order[rank - 1];
    if (before === undefined) return;
    const least = (placed[before] ?? 0) + gap;
    const wanted = coordinates[index] ?? 0;
    placed[index] = Math.max(wanted, least);
    shift = Math.max(shift, (placed[index] ?? 0) - wanted);
  });
  return placed.map((value, index) => (value === coordinates[index] && shift === 0 ? value : value - shift / 2));
}
