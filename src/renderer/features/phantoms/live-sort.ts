/** The order of the live table. */
import type { LivePhantom } from '#contract/areas/phantoms.ts';

export const LIVE_SORTS = { symbol: 'Instrument', unrealisedR: 'R now', openedAt: 'Age', score: 'Score' } as const;
export type LiveSortKey = keyof typeof LIVE_SORTS;

export interface LiveSort {
  readonly by: LiveSortKey;
  readonly direction: 'ascending' | 'descending';
}

/** A click on another column sorts it with the largest first (names: A first); on the same one turns it round. */
export function nextLiveSort(before: LiveSort, by: LiveSortKey): LiveSort {
  if (before.by === by) return { by, direction: before.direction === 'ascending' ? 'descending' : 'ascending' };
  return { by, direction: by === 'symbol' ? 'ascending' : 'descending' };
}

/** Missing values last either way; equal ones by id, so that rows do not jump. */
export function sortLive(rows: readonly LivePhantom[], { by, direction }: LiveSort): readonly LivePhantom[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const left = a[by];
    const right = b[by];
    if (left === null || right === null)
      return Number(left === null) - Number(right === null) || compareText(a.id, b.id);
    const order =
      typeof left === 'string' || typeof right === 'string' ? compareText(String(left), String(right)) : left - right;
    return sign * order || compareText(a.id, b.id);
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where the stop in force lies, in R from the entry: -1 at first, 0 once it was moved. */
export function stopFromEntryR(row: LivePhantom): number {
  const risk = Math.abs(row.entry - row.stop);
  const sign = row.side === 'long' ? 1 : -1;
  return risk > 0 ? (sign * (row.stopInForce - row.entry)) / risk : 0;
}
