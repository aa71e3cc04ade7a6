/** The optional column `time` of a research table, in UTC ms. */
import { type Fault, ok, type Result } from '#core/base/result.ts';
import { cellFault, columnNamed, type NumberTable } from '#main/files/number-table.ts';

const TIME = 'time';
/** Numbers between these are most likely seconds: taken for ms they would all lie in January 1970. */
const SECONDS_FROM = 500_000_000;
const SECONDS_TO = 10_000_000_000;
/** The furthest instant that a calendar knows (ECMAScript's time values). */
const FURTHEST = 8.64e15;

/** Null: the table has no such column. */
export function timeColumn(table: NumberTable): Result<Float64Array | null, Fault> {
  if (!table.names.includes(TIME)) return ok(null);
  const column = columnNamed(table, TIME);
  if (!column.ok) return column;
  const times = column.value;
  const missing = times.findIndex(Number.isNaN);
  if (missing !== -1) return cellFault(table, missing, TIME, 'the value is missing', 'Give every row a time, or none.');
  const wrong = times.findIndex((time) => (time >= SECONDS_FROM && time <= SECONDS_TO) || Math.abs(time) > FURTHEST);
  if (wrong === -1) return column;
  const remedy = 'Give UTC milliseconds, or times as 2026-11-21T08:00:00Z.';
  return cellFault(table, wrong, TIME, `${times[wrong]} is no time in milliseconds`, remedy);
}
