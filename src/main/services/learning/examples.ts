/** One training example per resolved signal or labelled observation, read from the record as it was recorded (ML-3, FE-6). */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Dataset, ExampleLives } from '#core/learning/dataset.ts';
import { averageUniqueness, effectiveSampleSize, exampleWeight } from '#core/learning/uniqueness.ts';
import type { FeatureSet } from '#core/signals/features/feature-catalogue.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { LearnedModel } from './learned-models.ts';
import { examplesOf, ownsRow, type TimeoutLabels, timeoutLabels } from './trainable.ts';

/** Rows read before the event loop gets a turn. */
const ROWS_PER_TURN = 250;
/** Columns filled or hashed before it gets one. */
const COLUMNS_PER_TURN = 8;

export interface Examples {
  readonly data: Dataset;
  readonly lives: ExampleLives;
  readonly effective: number;
  /** How timeouts were labelled. */
  readonly timeouts: TimeoutLabels;
  /** SHA-256 over columns, targets and weights: the same examples have the same hash (ML-40). */
  readonly dataHash: string;
}

interface Row {
  readonly openedAt: UnixMs;
  readonly resolvedAt: UnixMs;
  /** 0 for observations: nobody trades them. */
  readonly netR: number;
  readonly target: number;
  /** A real position stood beside the phantom. */
  readonly executed: boolean;
  readonly cluster: number | null;
  readonly values: Float64Array;
}

export type ExampleStore = Pick<ProfileReader, 'desk' | 'exportVectors' | 'exportObservations'>;

/**
 * A model's trainable examples, oldest first, that have a vector of its set: of signals the wins and losses, and the
 * timeouts where the trader's setting labels them, whoever's set it is, and no placebo's (ST-12); of observations those
 * whose label is known. A win is net R > 0 (ML-5). No more than the newest so many where the model says so (ML-4).
 */
export async function readExamples(profile: ExampleStore, model: LearnedModel): Promise<Examples> {
  const { newestOnly } = model.spec;
  // One labelling for the whole set, whatever is set while it is read.
  const timeouts = timeoutLabels(profile);
  const rows: Row[] = [];
  let read = 0;
  for (const row of rowsOf(profile, model, timeouts)) {
    if (++read % ROWS_PER_TURN === 0) await setImmediate();
    if (row !== null) rows.push(row);
  }
  return { ...(await toExamples(newestOnly === null ? rows : rows.slice(-newestOnly), model.set)), timeouts };
}

function* rowsOf(
  profile: ExampleStore,
  model: LearnedModel,
  timeouts: TimeoutLabels,
): Generator<Row | null, void, undefined> {
  const { source, set, simulated } = model;
  const clusterAt = set.names.indexOf('symbol_cluster');
  const clusterOf = (values: Float64Array) => (clusterAt < 0 ? null : values[clusterAt]);
  if (source.kind === 'observations') {
    for (const { time, resolvedAt, target, values } of profile.exportObservations(source.of, simulated, set.hash)) {
      const cluster = clusterOf(values);
      yield { openedAt: time, resolvedAt, netR: 0, target, executed: true, cluster, values };
    }
    return;
  }
  const filter = examplesOf(model, timeouts) ?? {};
  for (const { openedAt, resolvedAt, netR, disposition, values, ...signal } of profile.exportVectors(
    filter,
    set.hash,
    'ascending',
  )) {
    if (netR === null || resolvedAt === null || !ownsRow(model, signal)) {
      yield null;
      continue;
    }
    const target = source.target === 'net R' ? netR : Number(netR > 0);
    const cluster = signal.cluster ?? clusterOf(values);
    yield { openedAt, resolvedAt, netR, target, executed: disposition === 'executed', cluster, values };
  }
}

/** Yields between its parts: ten thousand rows of fifty features take longer than the event loop should wait. */
async function toExamples(rows: readonly Row[], set: FeatureSet): Promise<Omit<Examples, 'timeouts'>> {
  const column = (of: (row: Row) => number) => Float64Array.from(rows, of);
  const lives: ExampleLives = {
    openedAt: column((row) => row.openedAt),
    resolvedAt: column((row) => row.resolvedAt),
    netR: column((row) => row.netR),
  };
  const columns: Float64Array[] = [];
  for (const index of set.names.keys()) {
    columns.push(column((row) => row.values[index]));
    if (index % COLUMNS_PER_TURN === 0) await setImmediate();
  }
  const uniqueness = averageUniqueness(lives);
  await setImmediate();
  const weight = Float64Array.from(rows, ({ executed, cluster }, index) =>
    exampleWeight(executed, cluster, uniqueness[index]),
  );
  const target = column((row) => row.target);
  const hash = createHash('sha256').update(set.hash);
  for (const [index, part] of [...columns, target, weight, lives.openedAt, lives.resolvedAt].entries()) {
    hash.update(bytesOf(part));
    if (index % COLUMNS_PER_TURN === 0) await setImmediate();
  }
  return {
    data: { names: set.names, columns, rows: rows.length, target, weight },
    lives,
    effective: effectiveSampleSize(weight, uniqueness),
    dataHash: hash.digest('hex'),
  };
}

function bytesOf(column: Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
