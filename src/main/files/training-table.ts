/**
 * Training sets out (ML-46), in pieces: CSV and NDJSON as chunks of text, Parquet by its row groups. They name the feature set
 * by its hash and the examples by theirs: in the first line, `# {...}` in CSV (pandas: `comment='#'`) and an object with
 * `trainingSet` in NDJSON; in Parquet under `trainingSet` of the file's metadata.
 */
import { LINE_BREAK, numberCell, textCell, timeCell } from './csv-cells.ts';
import { numberParquet, type ParquetPiece } from './number-parquet.ts';

/** Raise it when a column is added, removed, renamed or changes its meaning. */
const TRAINING_EXPORT_VERSION = 1;
/** Some milliseconds of work, at the widest set. */
const ROWS_PER_CHUNK = 250;

export interface TrainingFeature {
  readonly name: string;
  readonly meaning: string;
  readonly unit: string;
  /** Least and greatest possible value; null without a bound. */
  readonly range: readonly [number | null, number | null];
}

export interface TrainingTable {
  /** Registry key of the model that learns from it. */
  readonly model: string;
  readonly setId: string;
  readonly setHash: string;
  /** Of columns, targets and weights, as the registry keeps it with each version. */
  readonly dataHash: string;
  /** How timeouts were labelled (ML-5), in words; null where examples are no signals. */
  readonly timeouts: string | null;
  readonly features: readonly TrainingFeature[];
  /** Oldest first; one column per feature, NaN is missing. */
  readonly columns: readonly Float64Array[];
  readonly rows: number;
  /** 1: net R above 0. */
  readonly target: Float64Array;
  readonly weight: Float64Array;
  readonly openedAt: Float64Array;
  readonly resolvedAt: Float64Array;
  readonly netR: Float64Array;
}

export interface TrainingTextChunk {
  readonly text: string;
  /** Examples in it; a header counts none. */
  readonly rows: number;
}

/** Columns: the features, then `target` and `weight`. Nothing that was known later is a column: all may be learned from. */
export function* trainingCsv(table: TrainingTable): Generator<TrainingTextChunk, void, undefined> {
  const { columns, features, target, weight } = table;
  const header = [...features.map(({ name }) => textCell(name)), 'target', 'weight'].join(',');
  yield { text: `# ${JSON.stringify(factsOf(table))}${LINE_BREAK}${header}${LINE_BREAK}`, rows: 0 };
  const cells = [...columns, target, weight];
  yield* chunked(
    table.rows,
    (row) => `${cells.map((column) => numberCell(column[row] ?? null)).join(',')}${LINE_BREAK}`,
  );
}

/** One object per example: its times, net R, target and weight, and under `features` those that have a value. */
export function* trainingNdjson(table: TrainingTable): Generator<TrainingTextChunk, void, undefined> {
  const { columns, features, target, weight, openedAt, resolvedAt, netR } = table;
  yield { text: `${JSON.stringify(factsOf(table))}\n`, rows: 0 };
  yield* chunked(table.rows, (row) => {
    const present = features.flatMap(({ name }, index): [string, number][] => {
      const value = columns[index]?.[row] ?? Number.NaN;
      return Number.isFinite(value) ? [[name, value]] : [];
    });
    const example = {
      openedAt: timeCell(openedAt[row] ?? null),
      resolvedAt: timeCell(resolvedAt[row] ?? null),
      netR: netR[row],
      target: target[row],
      weight: weight[row],
      features: Object.fromEntries(present),
    };
    return `${JSON.stringify(example)}\n`;
  });
}

/** The columns of the CSV, with its facts as JSON; row group by row group. */
export function trainingParquet(table: TrainingTable): Generator<ParquetPiece, void, undefined> {
  const { columns, features, target, weight } = table;
  return numberParquet({
    names: [...features.map(({ name }) => name), 'target', 'weight'],
    columns: [...columns, target, weight],
    facts: { trainingSet: JSON.stringify(factsOf(table).trainingSet) },
  });
}

function factsOf({ model, setId, setHash, dataHash, timeouts, rows, features }: TrainingTable) {
  const schemaVersion = TRAINING_EXPORT_VERSION;
  return { trainingSet: { schemaVersion, model, setId, setHash, dataHash, timeouts, rows, features } };
}

function* chunked(rows: number, lineOf: (row: number) => string): Generator<TrainingTextChunk, void, undefined> {
  for (let start = 0; start < rows; start += ROWS_PER_CHUNK) {
    const end = Math.min(rows, start + ROWS_PER_CHUNK);
    let text = '';
    for (let row = start; row < end; row++) text += lineOf(row);
    yield { text, rows: end - start };
  }
}
