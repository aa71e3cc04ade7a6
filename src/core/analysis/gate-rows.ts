/** What a gate analysis reads: resolved signals with what each gate said of them, packed and in the order of time. */
import { invariant } from '#core/base/invariant.ts';
import { type BitSet, type GateBits, packGate } from './gate-bits.ts';

export interface GateTable {
  readonly names: readonly string[];
  /** One per name, each as long as `win`: exactly 0 (failed), 1 (passed) or NaN (missing). */
  readonly columns: readonly Float64Array[];
  /** 0 or 1. */
  readonly win: Float64Array;
  /** Net of costs, in R; finite. */
  readonly netR: Float64Array;
  /** UTC ms, finite; null: the rows stand in the order of time. */
  readonly times: Float64Array | null;
}

export interface GateRows {
  readonly names: readonly string[];
  readonly gates: readonly GateBits[];
  readonly win: BitSet;
  readonly netR: Float64Array;
  /** Ascending. */
  readonly times: Float64Array | null;
}

/** Packs a table, sorted by time where it is not. Rows of one time keep their order. */
export function packRows({ names, columns, win, netR, times }: GateTable): GateRows {
  invariant(
    names.length === columns.length && columns.every(({ length }) => length === win.length),
    'a gate table has one column per name, all of one length',
  );
  if (times === null || isAscending(times)) {
    return { names, gates: columns.map(packGate), win: packGate(win).pass, netR, times };
  }
  const order = Uint32Array.from(times, (_, row) => row).sort(
    (a, b) => (times[a] as number) - (times[b] as number) || a - b,
  );
  const sorted = (column: Float64Array) => Float64Array.from(order, (row) => column[row] as number);
  return {
    names,
    gates: columns.map((column) => packGate(sorted(column))),
    win: packGate(sorted(win)).pass,
    netR: sorted(netR),
    times: sorted(times),
  };
}

/** Older rows end here: 70 % of them, and rows of one time stay together where they can. */
export function olderEnd({ netR, times }: GateRows): number {
  const rows = netR.length;
  const usual = Math.ceil(OLDER_SHARE * rows);
  if (times === null) return usual;
  let end = usual;
  while (end > 0 && end < rows && times[end] === times[end - 1]) end++;
  return end === rows ? usual : end;
}

const OLDER_SHARE = 0.7;

function isAscending(values: Float64Array): boolean {
  for (let row = 1; row < values.length; row++) {
    if ((values[row] as number) < (values[row - 1] as number)) return false;
  }
  return true;
}
