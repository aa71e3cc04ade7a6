/**
 * Phantom history out (WS-20): CSV and NDJSON as a stream of text chunks, the same bytes in every locale and time zone.
 *
 * A column is one line of the table below; the header's first column names the schema, whose version changes with it.
 */
import { CsvBytes } from './csv-bytes.ts';
import { LINE_BREAK, textCell, timeCell } from './csv-cells.ts';

/** Raise it when a column is added, removed, renamed or changes its meaning. */
export const PHANTOM_EXPORT_VERSION = 2;

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
  readonly resolverVersion: number;
  /** Of the set that its strategy's model reads; null when it could not be computed. */
  readonly own: ExportedVector | null;
  /** Recorded beside it, at most one of each set. */
  readonly beside: readonly ExportedVector[];
}

interface ExportedVector {
  readonly setHash: string;
  readonly values: Float64Array;
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

/** Its memory is used again for the chunk after the next: write it out, or copy it, before that one is asked for. */
export interface ExportByteChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Phantoms in it; a header counts none. */
  readonly rows: number;
}

interface Column {
  readonly name: string;
  readonly put: (cells: CsvBytes, phantom: ExportedPhantom) => void;
}

/** Text that many rows share. */
const word = (name: string, of: (phantom: ExportedPhantom) => string | null): Column => ({
  name,
  put: (cells, phantom) => cells.shared(of(phantom) ?? ''),
});
const number = (name: string, of: (phantom: ExportedPhantom) => number | null): Column => ({
  name,
  put: (cells, phantom) => cells.number(of(phantom)),
});
const time = (name: string, of: (phantom: ExportedPhantom) => number | null): Column => ({
  name,
  put: (cells, phantom) => cells.time(of(phantom)),
});
const flag = (name: string, of: (phantom: ExportedPhantom) => boolean): Column => ({
  name,
  put: (cells, phantom) => cells.flag(of(phantom)),
});

const COLUMNS: readonly Column[] = [
  number('schema_version', () => PHANTOM_EXPORT_VERSION),
  { name: 'id', put: (cells, phantom) => cells.text(phantom.id) },
  word('exchange', (phantom) => phantom.exchange),
  word('symbol', (phantom) => phantom.symbol),
  flag('simulated', (phantom) => phantom.simulated),
  word('strategy', (phantom) => phantom.strategyId),
  word('side', (phantom) => phantom.side),
  time('opened_at', (phantom) => phantom.openedAt),
  time('timeout_at', (phantom) => phantom.timeoutAt),
  number('entry', (phantom) => phantom.entry),
  number('stop', (phantom) => phantom.stop),
  number('tp1', (phantom) => phantom.tp1),
  number('target', (phantom) => phantom.target),
  word('session', (phantom) => phantom.session),
  word('regime', (phantom) => phantom.regime),
  number('qscore', (phantom) => phantom.qscore),
  number('score', (phantom) => phantom.score),
  word('score_kind', (phantom) => phantom.scoreKind),
  number('threshold', (phantom) => phantom.threshold),
  word('disposition', (phantom) => phantom.disposition),
  word('reason', (phantom) => phantom.dispositionReason),
  word('decided_by', (phantom) => phantom.decidedBy),
  word('outcome', (phantom) => phantom.outcome),
  word('exit_reason', (phantom) => phantom.exitReason),
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

/** What a reader needs to make vectors of the feature columns again, and not to mix what was resolved differently. */
const ORIGIN_COLUMNS = ['resolver_version', 'feature_sets'] as const;

/** The fixed columns in their order; those of features follow. */
export const PHANTOM_COLUMNS: readonly string[] = [...COLUMNS.map((column) => column.name), ...ORIGIN_COLUMNS];

const ROWS_PER_CHUNK = 1_000;
/** Of a chunk's memory at the beginning; it grows to what the largest chunk needs. */
const FIRST_BYTES = 64 * 1024;

/** The header comes first, alone; then `rowsPerChunk` phantoms at a time. */
export function* phantomCsvBytes(
  rows: Iterable<ExportRow>,
  featureSets: readonly ExportedFeatureSet[],
  rowsPerChunk: number = ROWS_PER_CHUNK,
): Generator<ExportByteChunk, void, undefined> {
  const features = new FeatureColumns(featureSets);
  const cells = new CsvBytes(FIRST_BYTES);
  let spare = new Uint8Array(FIRST_BYTES);
  const chunk = (count: number): ExportByteChunk => {
    const memory = cells.bytes;
    const bytes = cells.take(spare);
    spare = memory;
    return { bytes, rows: count };
  };
  cells.raw([...PHANTOM_COLUMNS, ...features.names.map(textCell)].join(',') + LINE_BREAK);
  yield chunk(0);
  let count = 0;
  for (const exported of rows) {
    const { row } = exported;
    for (let index = 0; index < COLUMNS.length; index++) {
      if (index > 0) cells.comma();
      (COLUMNS[index] as Column).put(cells, row);
    }
    cells.comma();
    cells.number(exported.resolverVersion);
    cells.comma();
    cells.shared(features.sets(exported));
    cells.numbers(features.values(exported));
    cells.raw(LINE_BREAK);
    if (++count < rowsPerChunk) continue;
    yield chunk(count);
    count = 0;
  }
  if (count > 0) yield chunk(count);
}

/** The same as text. */
export function* phantomCsv(
  rows: Iterable<ExportRow>,
  featureSets: readonly ExportedFeatureSet[],
  rowsPerChunk: number = ROWS_PER_CHUNK,
): Generator<ExportTextChunk, void, undefined> {
  const decoder = new TextDecoder();
  for (const { bytes, rows: count } of phantomCsvBytes(rows, featureSets, rowsPerChunk)) {
    yield { text: decoder.decode(bytes), rows: count };
  }
}

/** One JSON object per line: the same facts under the same names, missing features left out. */
export function* phantomNdjson(
  rows: Iterable<ExportRow>,
  featureSets: readonly ExportedFeatureSet[],
  rowsPerChunk: number = ROWS_PER_CHUNK,
): Generator<ExportTextChunk, void, undefined> {
  const columns = new FeatureColumns(featureSets);
  let lines = '';
  let count = 0;
  for (const exported of rows) {
    const { openedAt, timeoutAt, exitTime, ...rest } = exported.row;
    const times = {
      openedAt: timeCell(openedAt),
      timeoutAt: timeCell(timeoutAt),
      exitTime: timeCell(exitTime) || null,
    };
    const origin = { resolverVersion: exported.resolverVersion, featureSets: columns.sets(exported) };
    const features = columns.object(exported);
    lines += `${JSON.stringify({ schemaVersion: PHANTOM_EXPORT_VERSION, ...rest, ...times, ...origin, features })}\n`;
    if (++count < rowsPerChunk) continue;
    yield { text: lines, rows: count };
    lines = '';
    count = 0;
  }
  if (count > 0) yield { text: lines, rows: count };
}

/** So much of a hash tells the versions of a set apart. */
const HASH_SHOWN = 12;
/** Stands where a phantom has no vector of its own set. */
export const NO_SET = 'none';

/** `set@hash` with the beginning of the hash. */
export function setLabel(setId: string, setHash: string): string {
  return `${setId}@${setHash.slice(0, HASH_SHOWN)}`;
}

/**
 * One column per feature of every recorded set, named `set.feature`. Versions of a set that share a feature share its
 * column: each vector is laid out by its own version's order.
 */
class FeatureColumns {
  readonly names: readonly string[];
  /** By set hash. */
  readonly #layouts = new Map<string, SetLayout>();
  readonly #values: Float64Array;

  constructor(sets: readonly ExportedFeatureSet[]) {
    const columnOf = new Map<string, number>();
    for (const { setId, setHash, features } of sets) {
      const columns = features.map(({ name }) => {
        const full = `${setId}.${name}`;
        const column = columnOf.get(full) ?? columnOf.size;
        columnOf.set(full, column);
        return column;
      });
      this.#layouts.set(setHash, { label: setLabel(setId, setHash), columns });
    }
    this.names = [...columnOf.keys()];
    this.#values = new Float64Array(this.names.length);
  }

  /** The sets that a row has vectors of, its own first. */
  sets({ own, beside }: ExportRow): string {
    let labels = own === null ? NO_SET : (this.#layouts.get(own.setHash)?.label ?? NO_SET);
    for (const { setHash } of beside) {
      const layout = this.#layouts.get(setHash);
      if (layout !== undefined) labels += ` ${layout.label}`;
    }
    return labels;
  }

  /** A value per column, NaN where there is none; in the same memory at every call. */
  values({ own, beside }: ExportRow): Float64Array {
    this.#values.fill(Number.NaN);
    if (own !== null) this.#lay(own);
    for (const vector of beside) this.#lay(vector);
    return this.#values;
  }

  /** The features that have a value, by full name. */
  object(row: ExportRow): Readonly<Record<string, number>> {
    const values = this.values(row);
    const present: Record<string, number> = {};
    for (const [column, name] of this.names.entries()) {
      const value = values[column] as number;
      if (Number.isFinite(value)) present[name] = value;
    }
    return present;
  }

  #lay({ setHash, values }: ExportedVector): void {
    const columns = this.#layouts.get(setHash)?.columns ?? [];
    const length = Math.min(columns.length, values.length);
    for (let index = 0; index < length; index++) this.#values[columns[index] as number] = values[index] as number;
  }
}

interface SetLayout {
  readonly label: string;
  /** The export's column of each value of the vector. */
  readonly columns: readonly number[];
}
