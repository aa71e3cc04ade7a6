/** What trainers, evaluation and predictors share: examples in columns, and models as data. */
import { gather } from '#core/base/gather.ts';
export const TASKS = ['classify', 'regress', 'multiclass'] as const;
export type Task = (typeof TASKS)[number];

/** Examples in columns, oldest first where they have a time. NaN is missing (FE-4); targets and weights never are. */
export interface Dataset {
  readonly names: readonly string[];
  /** One column per name, each `rows` long. */
  readonly columns: readonly Float64Array[];
  readonly rows: number;
  /** classify: 0 or 1; multiclass: class index from 0; regress: the value. */
  readonly target: Float64Array;
  /** Positive; mean need not be 1. */
  readonly weight: Float64Array;
}

/** What walk-forward evaluation needs beside the columns, row by row (ML-22). */
export interface ExampleLives {
  /** Signal time, ascending. */
  readonly openedAt: Float64Array;
  /** When the outcome was known: a life is [openedAt, resolvedAt]. */
  readonly resolvedAt: Float64Array;
  /** Net R of the phantom, for figures per trade. */
  readonly netR: Float64Array;
  /** Null, or not said: every row is trained on. */
  readonly roles?: RowRoles | null;
}

/** Where some rows are judged and never trained on: timeouts, unless they are examples (ML-5). Row by row. */
export interface RowRoles {
  /** 1: trained on; 0: judged only. */
  readonly trains: Uint8Array;
  /** Weight among all rows, for what is measured; `Dataset.weight` is that among the rows that train, for fits. */
  readonly judgedWeight: Float64Array;
}

/** ML-1. */
export type HeadKind = 'forest' | 'boosting' | 'network';

/** What a whole model answers: a win's probability, a probability per class, or a value. */
export type WholeKind = 'ensemble' | 'classes' | 'values';

/**
 * A trained model as an immutable artefact: everything scoring needs in typed arrays beside a JSON header. Trainers make
 * it in workers; predictors are built from it, synchronously, in any process.
 */
export interface ModelArtefact {
  /** Whole models hold their heads inside: see `ensemble-artefact.ts`, `class-artefact.ts` and `value-artefact.ts`. */
  readonly kind: HeadKind | WholeKind;
  readonly task: Task;
  readonly names: readonly string[];
  /** Plain JSON: sizes, parameters, seed, imputation, whatever the kind's predictor reads. */
  readonly header: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, Float64Array | Float32Array | Int32Array | Uint8Array>>;
}

/** Scoring: allocation-free for one row. `row` holds the features in the order of `names`, NaN where missing. */
export interface Predictor {
  readonly task: Task;
  readonly names: readonly string[];
  /** Outputs per row: 1 for classify (probability of 1) and regress (value), the number of classes for multiclass. */
  readonly outputs: number;
  predict(row: Float64Array, out: Float64Array): void;
  /** Where one feature can be changed without predicting the whole row anew. */
  holdRow?(): HeldRow;
}

/** A row that is predicted many times, each time with one feature changed. */
export interface HeldRow {
  /** Keeps a copy. */
  hold(row: Float64Array): void;
  predictWith(feature: number, value: number, out: Float64Array): void;
}

/** Rows of a dataset by index, in that order. */
export function selectRows(data: Dataset, rows: Int32Array | readonly number[]): Dataset {
  const take = (from: Float64Array) => gather(from, rows);
  return {
    names: data.names,
    columns: data.columns.map(take),
    rows: rows.length,
    target: take(data.target),
    weight: take(data.weight),
  };
}

/** Copies one row into `out`, which is as long as there are columns. */
export function readRow(data: Dataset, row: number, out: Float64Array): void {
  for (let feature = 0; feature < data.columns.length; feature++) {
    out[feature] = (data.columns[feature] as Float64Array)[row] as number;
  }
}
