/** Any list of facts as a file (WS-20): declared once as columns, written as CSV that spreadsheets open safely, or as NDJSON. */
import { booleanCell, LINE_BREAK, numberCell, textCell, timeCell } from './csv-cells.ts';
import type { ExportTextChunk } from './phantom-csv.ts';

/** Null is an empty cell. Times are UTC ms and become ISO-8601. */
export type TableColumn<Row> =
  | { readonly name: string; readonly kind: 'text'; readonly of: (row: Row) => string | null }
  | { readonly name: string; readonly kind: 'number'; readonly of: (row: Row) => number | null }
  | { readonly name: string; readonly kind: 'time'; readonly of: (row: Row) => number | null }
  | { readonly name: string; readonly kind: 'flag'; readonly of: (row: Row) => boolean };

export interface TableForm<Row> {
  /** Told in the first column of each row: a reader sees when columns change their meaning. */
  readonly schemaVersion: number;
  readonly columns: readonly TableColumn<Row>[];
}

export type TableFormat = 'csv' | 'ndjson';

const ROWS_PER_CHUNK = 1_000;

/** The header of a CSV counts no row. */
export function* tableText<Row>(
  form: TableForm<Row>,
  rows: Iterable<Row>,
  format: TableFormat,
): Generator<ExportTextChunk, void, undefined> {
  const { schemaVersion, columns } = form;
  const lineOf = format === 'csv' ? csvLine : jsonLine;
  if (format === 'csv') {
    const names = ['schema_version', ...columns.map(({ name }) => textCell(name))];
    yield { text: names.join(',') + LINE_BREAK, rows: 0 };
  }
  let lines: string[] = [];
  for (const row of rows) {
    lines.push(lineOf(schemaVersion, columns, row));
    if (lines.length < ROWS_PER_CHUNK) continue;
    yield { text: lines.join(''), rows: lines.length };
    lines = [];
  }
  if (lines.length > 0) yield { text: lines.join(''), rows: lines.length };
}

function csvLine<Row>(schemaVersion: number, columns: readonly TableColumn<Row>[], row: Row): string {
  return [numberCell(schemaVersion), ...columns.map((column) => cellOf(column, row))].join(',') + LINE_BREAK;
}

function cellOf<Row>(column: TableColumn<Row>, row: Row): string {
  switch (column.kind) {
    case 'text':
      return textCell(column.of(row) ?? '');
    case 'number':
      return numberCell(column.of(row));
    case 'time':
      return timeCell(column.of(row));
    case 'flag':
      return booleanCell(column.of(row));
  }
}

function jsonLine<Row>(schemaVersion: number, columns: readonly TableColumn<Row>[], row: Row): string {
  const facts = columns.map((column) => {
    const value = column.kind === 'time' ? timeCell(column.of(row)) || null : column.of(row);
    return [column.name, value] as const;
  });
  return `${JSON.stringify({ schema_version: schemaVersion, ...Object.fromEntries(facts) })}\n`;
}
