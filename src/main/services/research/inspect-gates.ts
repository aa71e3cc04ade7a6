/** `inspect gates`: the gate analysis on any table of 0/1 columns with results (PH-41 to PH-43). */

import { analyseGates } from '#core/analysis/gate-analysis.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { GateAnalysis } from '#core/domain/gate-findings.ts';
import { cellFault, columnNamed, type NumberTable } from '#main/files/number-table.ts';
import { timeColumn } from './time-column.ts';

const [WIN, NET_R, TIME] = ['win', 'net_r', 'time'];
const RESERVED: readonly string[] = [WIN, NET_R, TIME];

export interface GatesAnswer extends GateAnalysis {
  /** From the columns in memory to the answer. */
  readonly analysisMs: number;
}

/** Columns `win` (0 or 1), `net_r` and, where it is there, `time`; each other one is a gate: 0, 1 or missing. */
export function gatesOf(table: NumberTable, monotonic: () => number): Result<GatesAnswer, Fault> {
  const win = columnNamed(table, WIN);
  if (!win.ok) return win;
  const netR = columnNamed(table, NET_R);
  if (!netR.ok) return netR;
  const names = table.names.filter((name) => !RESERVED.includes(name));
  if (names.length === 0) {
    const message = `${table.file} has no gate beside ${table.names.join(', ')}.`;
    return err({ kind: 'bad-table', message, remedy: 'Give at least one column of 0 and 1.' });
  }
  const unresolved = win.value.findIndex((value) => value !== 0 && value !== 1);
  if (unresolved !== -1) return wrongCell(table, unresolved, WIN, win.value, 'Give every row a win of 0 or 1.');
  const unpaid = netR.value.findIndex(Number.isNaN);
  if (unpaid !== -1) return wrongCell(table, unpaid, NET_R, netR.value, 'Give every row a net result in R.');
  const times = timeColumn(table);
  if (!times.ok) return times;
  const columns: Float64Array[] = [];
  for (const name of names) {
    const column = columnNamed(table, name);
    if (!column.ok) return column;
    const wrong = firstOther(column.value);
    if (wrong !== -1) {
      return wrongCell(table, wrong, name, column.value, 'A gate is 1 (passed), 0 (failed) or empty (missing).');
    }
    columns.push(column.value);
  }
  const begin = monotonic();
  const analysis = analyseGates({ names, columns, win: win.value, netR: netR.value, times: times.value });
  return ok({ ...analysis, analysisMs: monotonic() - begin });
}

function firstOther(column: Float64Array): number {
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    if (value !== 0 && value !== 1 && !Number.isNaN(value)) return row;
  }
  return -1;
}

function wrongCell(table: NumberTable, row: number, name: string, column: Float64Array, remedy: string) {
  const value = column[row] as number;
  return cellFault(table, row, name, Number.isNaN(value) ? 'the value is missing' : `${value} does not fit`, remedy);
}
