/**
 * Phantom history out (WS-20): CSV and NDJSON as a stream of text chunks, the same bytes in every locale and time zone.
 *
 * A column is one line of the table below; the header's first column names the schema, whose version changes with it.
 */
import { booleanCell, LINE_BREAK, numberCell, textCell, timeCell } from './csv-cells.ts';

/** Raise it when a column is added, removed, renamed or changes its meaning. */
const PHANTOM_EXPORT_VERSION = 1;

/** What a row of an export shows; the history's rows have this shape. Times in UTC ms, prices in quote units. */
export interface ExportedPhantom {
  readonly id: string;
  readonly exchange: string;
  readonly symbol: string;
  readonly simulated: boolean;
  readonly strategyId: string;
  readonly side: string;
  readonly openedAt: number;
  readonly timeoutAt: number;
  readonly entry: number;
  readonly stop: number;
  readonly tp1: number | null;
  readonly target: number;
  readonly session: string;
  readonly regime: string | null;
  readonly qscore: number;
  readonly score: number;
  readonly scoreKind: string;
  readonly threshold: number;
  readonly disposition: string;
  readonly dispositionReason: string;
  readonly decidedBy: string;
  readonly outcome: string;
  readonly exitReason: string | null;
  readonly exitPrice: number | null;
  readonly exitTime: number | null;
  readonly grossR: number | null;
  readonly netR: number | null;
  readonly pnlPercent: number | null;
  readonly maxFavorableR: number;
  readonly maxAdverseR: number;
  readonly tp1Hit: boolean;
  readonly barsHeld: number;
  readonly ambiguous: boolean;
  readonly resolvedOffline: boolean;
}

export interface ExportRow {
  readonly row: ExportedPhantom;
  readonly features: { readonly setHash: string; readonly values: Float64Array } | null;
}

/** A feature set as recorded: the names of its vectors' values, in their order. */
export interface ExportedFeatureSet {
  readonly setId: string;
  readonly setHash: string;
  readonly features: readonly { readonly name: string }[];
}

export interface ExportTextChunk {
  readonly text: string;
  /** Phantoms in it; a header counts none. */
  readonly rows: number;
}

interface Column {
  readonly name: string;
  readonly cell: (phantom: ExportedPhantom) => string;
}

const text = (name: string, of: (phantom: ExportedPhantom) => string | null): Column => ({
  name,
  cell: (phantom) => textCell(of(phantom) ?? ''),
});
const number = (name: string, of: (phantom: ExportedPhantom) => number | null): Column => ({
  name,
  cell: (phantom) => numberCell(of(phantom)),
});
const time = (name: string, of: (phantom: ExportedPhantom) => number | null): Column => ({
  name,
  cell: (phantom) => timeCell(of(phantom)),
});
const flag = (name: string, of: (phantom: ExportedPhantom) => boolean): Column => ({
  name,
  cell: (phantom) => booleanCell(of(phantom)),
});

const COLUMNS: readonly Column[] = [
  number('schema_version', () => PHANTOM_EXPORT_VERSION),
  text('id', (phantom) => phantom.id),
  text('exchange', (phantom) => phantom.exchange),
  text('symbol', (phantom) => phantom.symbol),
  flag('simulated', (phantom) => phantom.simulated),
  text('strategy', (phantom) => phantom.strategyId),
  text('side', (phantom) => phantom.side),
  time('opened_at', (phantom) => phantom.openedAt),
  time('timeout_at', (phantom) => phantom.timeoutAt),
  number('entry', (phantom) => phantom.entry),
  number('stop', (phantom) => phantom.stop),
  number('tp1', (phantom) => phantom.tp1),
  number('target', (phantom) => phantom.target),
  text('session', (phantom) => phantom.session),
  text('regime', (phantom) => phantom.regime),
  number('qscore', (phantom) => phantom.qscore),
  number('score', (phantom) => phantom.score),
  text('score_kind', (phantom) => phantom.scoreKind),
  number('threshold', (phantom) => phantom.threshold),
  text('disposition', (phantom) => phantom.disposition),
  text('reason', (phantom) => phantom.dispositionReason),
  text('decided_by', (phantom) => phantom.decidedBy),
  text('outcome', (phantom) => phantom.outcome),
  text('exit_reason', (phantom) => phantom.exitReason),
  number('exit_price', (phantom) => phantom.exitPrice),
  time('exit_time', (phantom) => phantom.exitTime),
  number('gross_r', (phantom) => phantom.grossR),
  number('net_r', (phantom) => phantom.netR),
  number('pnl_percent', (phantom) => phantom.pnlPercent),
  number('max_favorable_r', (phantom) => phantom.maxFavorableR),
  number('max_adverse_r', (phantom) => phantom.maxAdverseR),
  flag('tp1_hit', (phantom) => phantom.tp1Hit),
  number('bars_held', (phantom) => phantom.barsHeld),
  flag('ambiguous', (phantom) => phantom.ambiguous),
  flag('resolved_offline', (phantom) => phantom.resolvedOffline),
];

const ROWS_PER_CHUNK = 1_000;

/** The header comes first, alone; then `rowsPerChunk` phantoms at a time. */
export function* phantomCsv(
  rows: Iterable<ExportRow>,
  featureSets: readonly ExportedFeatureSet[],
  rowsPerChunk: number = ROWS_PER_CHUNK,
): Generator<ExportTextChunk, void, undefined> {
  const features = new FeatureColumns(featureSets);
  const header = [...COLUMNS.map((column) => column.name), ...features.names.map(textCell)].join(',');
  yield { text: header + LINE_BREAK, rows: 0 };
  yield* chunked(rows, rowsPerChunk, (row) => {
    let line = '';
    for (const column of COLUMNS) line += line === '' ? column.cell(row.row) : `,${column.cell(row.row)}`;
    return line + features.cells(row) + LINE_BREAK;
  });
}

/** One JSON object per line: the same facts under the same names, missing features left out. */
export function* phantomNdjson(
  rows: Iterable<ExportRow>,
  featureSets: readonly ExportedFeatureSet[],
  rowsPerChunk: number = ROWS_PER_CHUNK,
): Generator<ExportTextChunk, void, undefined> {
  const features = new FeatureColumns(featureSets);
  yield* chunked(rows, rowsPerChunk, ({ row, features: recorded }) => {
    const { openedAt, timeoutAt, exitTime, ...rest } = row;
    const times = {
      openedAt: timeCell(openedAt),
      timeoutAt: timeCell(timeoutAt),
      exitTime: timeCell(exitTime) || null,
    };
    const document = { schemaVersion: PHANTOM_EXPORT_VERSION, ...rest, ...times, features: features.object(recorded) };
    return `${JSON.stringify(document)}\n`;
  });
}

function* chunked(
  rows: Iterable<ExportRow>,
  rowsPerChunk: number,
  lineOf: (row: ExportRow) => string,
): Generator<ExportTextChunk, void, undefined> {
  let lines = '';
  let count = 0;
  for (const row of rows) {
    lines += lineOf(row);
    if (++count < rowsPerChunk) continue;
    yield { text: lines, rows: count };
    lines = '';
    count = 0;
  }
  if (count > 0) yield { text: lines, rows: count };
}

/**
 * One column per feature of every recorded set, named `set.feature`. Versions of a set that share a feature share its
 * column: each vector is laid out by its own version's order.
 */
class FeatureColumns {
  readonly names: readonly string[];
  /** Per set hash, the column of each value of its vectors. */
  readonly #columnsOf = new Map<string, SetColumns>();
  readonly #empty: string;

  constructor(sets: readonly ExportedFeatureSet[]) {
    const columnOf = new Map<string, number>();
    for (const set of sets) {
      const columns = set.features.map(({ name }) => {
        const full = `${set.setId}.${name}`;
        const column = columnOf.get(full) ?? columnOf.size;
        columnOf.set(full, column);
        return column;
      });
      const inOrder = columns.every((column, index) => column === index);
      this.#columnsOf.set(set.setHash, { columns, inOrder });
    }
    this.names = [...columnOf.keys()];
    this.#empty = ','.repeat(this.names.length);
  }

  /** All feature cells of a row, each with its comma before it. */
  cells({ features }: ExportRow): string {
    const set = features === null ? undefined : this.#columnsOf.get(features.setHash);
    if (features === null || set === undefined) return this.#empty;
    const { values } = features;
    if (set.inOrder) {
      // JSON writes numbers as String does, a quarter faster in bulk; what is not finite becomes null.
      const known = values.subarray(0, set.columns.length);
      const cells = JSON.stringify(Array.from(known)).slice(1, -1).replaceAll('null', '');
      return `${known.length > 0 ? ',' : ''}${cells}${','.repeat(this.names.length - known.length)}`;
    }
    const cells: string[] = Array.from({ length: this.names.length }, () => '');
    set.columns.forEach((column, index) => {
      cells[column] = numberCell(values[index] ?? null);
    });
    return `,${cells.join(',')}`;
  }

  /** The features that have a value, by full name. */
  object(features: ExportRow['features']): Readonly<Record<string, number>> {
    const set = features === null ? undefined : this.#columnsOf.get(features.setHash);
    if (features === null || set === undefined) return {};
    const present: [string, number][] = [];
    set.columns.forEach((column, index) => {
      const value = features.values[index];
      if (value !== undefined && Number.isFinite(value)) present.push([this.names[column] as string, value]);
    });
    return Object.fromEntries(present);
  }
}

interface SetColumns {
  /** The export's column of each value of the vector. */
  readonly columns: readonly number[];
  /** They are the first columns of the export: the common case of one set. */
  readonly inOrder: boolean;
}
