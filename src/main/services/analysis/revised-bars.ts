/** Which closed phantoms rest on a bar that was changed after it closed (MK-3). */
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Timeframe } from '#core/domain/timeframe.ts';
import { DAY_MS } from '#core/domain/timeframe.ts';
import type { PriceRevision } from '#main/store/candle-store.ts';
import type { Profile } from '#main/store/database.ts';

/** No phantom runs longer. */
export const LONGEST_LIFE_MS = 60 * DAY_MS;

/** Timeframes whose bars decide an exit: those that can be a base, the finer one of which refines the other (PH-12). */
const DECIDING: readonly Timeframe[] = ['1m', '5m'];

/**
 * By number of the phantom, the newest change of a bar of its life. Those that were resolved again for it already are
 * left out.
 */
export function restingOnRevised({
  grades,
  candles,
}: Pick<Profile, 'grades' | 'candles'>): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const deciding = candles.priceRevisions().filter(({ timeframe }) => DECIDING.includes(timeframe));
  for (const [instrumentId, revisions] of Map.groupBy(deciding, (one) => one.instrumentId)) {
    addResting(grades, instrumentId, revisions, found);
  }
  return found;
}

function addResting(
  grades: Profile['grades'],
  instrumentId: InstrumentId,
  revisions: readonly PriceRevision[],
  found: Map<number, number>,
): void {
  const bars = [...revisions].sort((a, b) => a.openTime - b.openTime);
  const [first, last] = [bars[0]?.openTime ?? 0, bars.at(-1)?.openTime ?? 0];
  for (const { no, openedAt, exitTime, checkedFor } of grades.lives(
    instrumentId,
    first - LONGEST_LIFE_MS,
    last,
    first,
  )) {
    let newest = 0;
    // A bar that opens with the exit decides it where that was at its open.
    for (let at = firstFrom(bars, openedAt); at < bars.length; at++) {
      const bar = bars[at] as PriceRevision;
      if (bar.openTime > exitTime) break;
      newest = Math.max(newest, bar.sequence);
    }
    if (newest > checkedFor) found.set(no, newest);
  }
}

/** Place of the first bar that opens at `time` or later. */
function firstFrom(bars: readonly PriceRevision[], time: number): number {
  let [low, high] = [0, bars.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bars[middle] as PriceRevision).openTime < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
