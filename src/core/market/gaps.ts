/** Holes in a series of bars, and the quiet minutes that are none (MK-1). */
import type { Candle } from '#core/domain/candle.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

/** Open times of the first and the last missing bar, and how many are missing. */
export interface Gap {
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly missing: number;
}

/** Finds the holes in ascending open times as they come by. */
export class GapFinder {
  readonly gaps: Gap[] = [];
  readonly #durationMs: number;
  #last: UnixMs | null = null;

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  add(openTime: UnixMs): void {
    const last = this.#last;
    if (last !== null && openTime > last + this.#durationMs) {
      const from = last + this.#durationMs;
      const to = openTime - this.#durationMs;
      this.gaps.push({ from, to, missing: (openTime - from) / this.#durationMs });
    }
    this.#last = openTime;
  }
}

/**
 * Fills holes of at most `longest` bars between history's rows with flat bars of volume 0: REST has answered for the
 * range, so nothing traded in them (MK-1). Longer holes are outages and stay holes. `previous` is the bar before the
 * first row, null for none; `rows` ascend.
 */
export function fillQuietBars(
  previous: Candle | null,
  rows: readonly Candle[],
  durationMs: number,
  longest: number,
): readonly Candle[] {
  const filled: Candle[] = [];
  let last = previous;
  for (const row of rows) {
    const missing = last === null ? 0 : (row.openTime - last.openTime) / durationMs - 1;
    if (last !== null && missing > 0 && missing <= longest) {
      const price = last.close;
      for (let openTime = last.openTime + durationMs; openTime < row.openTime; openTime += durationMs) {
        filled.push({ openTime, open: price, high: price, low: price, close: price, volume: 0 });
      }
    }
    filled.push(row);
    last = row;
  }
  return filled;
}
