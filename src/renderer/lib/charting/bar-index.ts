/** Where a moment lies on an axis of bars: a fractional bar index, also between, before and after the bars. */
import type { UnixMs } from '#core/domain/timeframe.ts';

/** Index of the last time that is at or before `time`; -1 when all are later. `times` ascends. */
export function lastAtOrBefore(count: number, timeAt: (index: number) => UnixMs, time: UnixMs): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeAt(middle) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The index of the bar that holds `time`. Before the first bar and after the last one it is extrapolated by the bar
 * length; inside a hole it is the last bar before it. Null without bars.
 */
export function barPosition(
  count: number,
  timeAt: (index: number) => UnixMs,
  durationMs: number,
  time: UnixMs,
): number | null {
  if (count === 0) return null;
  const at = lastAtOrBefore(count, timeAt, time);
  if (at === -1) return Math.floor((time - timeAt(0)) / durationMs);
  if (at === count - 1) return at + Math.floor((time - timeAt(at)) / durationMs);
  return at;
}

/** As `barPosition`, with the part of the bar that has passed: what an axis is set by. A hole counts as the end of its bar. */
export function exactPosition(
  count: number,
  timeAt: (index: number) => UnixMs,
  durationMs: number,
  time: UnixMs,
): number | null {
  if (count === 0) return null;
  const at = Math.max(0, lastAtOrBefore(count, timeAt, time));
  const passed = (time - timeAt(at)) / durationMs;
  return at + (at < count - 1 ? Math.min(1, passed) : passed);
}

/** The moment at a fractional index, by the bar length before the first bar, after the last one, and inside a bar. */
export function timeAtPosition(
  count: number,
  timeAt: (index: number) => UnixMs,
  durationMs: number,
  position: number,
): UnixMs | null {
  if (count === 0) return null;
  const at = Math.min(count - 1, Math.max(0, Math.floor(position)));
  return timeAt(at) + (position - at) * durationMs;
}
