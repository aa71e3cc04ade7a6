/** One training example per resolved signal or labelled observation, read from the record as it was recorded (ML-3, FE-6). */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Dataset, ExampleLives } from '#core/learning/dataset.ts';
import { averageUniquenessInTurns, effectiveSampleSize, exampleWeight } from '#core/learning/uniqueness.ts';
import type { FeatureSet } from '#core/signals/features/feature-catalogue.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { LearnedModel } from './learned-models.ts';
import { examplesOf, ownsRow, type TimeoutLabels, timeoutLabels } from './trainable.ts';

/** Rows read before the event loop gets a turn. */
const ROWS_PER_TURN = 250;
/** Rows put into columns before it gets one. */
const ROWS_FILLED_PER_TURN = 2_000;
/** Bytes hashed before it gets one. */
const BYTES_PER_TURN = 2_000_000;

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

/** Yields between its parts: a hundred thousand rows of fifty features take far longer than the event loop should wait. */
async function toExamples(rows: readonly Row[], set: FeatureSet): Promise<Omit<Examples, 'timeouts'>> {
  const empty = () => new Float64Array(rows.length);
  const columns = set.names.map(empty);
  const lives = { openedAt: empty(), resolvedAt: empty(), netR: empty() };
  const target = empty();
  // Row by row, in loops: a function per value takes tens of times as long.
  for (const [at, row] of rows.entries()) {
    if ((at + 1) % ROWS_FILLED_PER_TURN === 0) await setImmediate();
    const { values } = row;
    for (let index = 0; index < columns.length; index++) (columns[index] as Float64Array)[at] = values[index] as number;
    lives.openedAt[at] = row.openedAt;
    lives.resolvedAt[at] = row.resolvedAt;
    lives.netR[at] = row.netR;
    target[at] = row.target;
  }
  const uniqueness = await averageUniquenessInTurns(lives, setImmediate);
  const weight = empty();
  for (const [at, { executed, cluster }] of rows.entries()) {
    weight[at] = exampleWeight(executed, cluster, uniqueness[at] as number);
  }
  await setImmediate();
  return {
    data: { names: set.names, columns, rows: rows.length, target, weight },
    lives,
    effective: effectiveSampleSize(weight, uniqueness),
    dataHash: await hashOf(set.hash, [...columns, target, weight, lives.openedAt, lives.resolvedAt]),
  };
}

async function hashOf(setHash: string, parts: readonly Float64Array[]): Promise<string> {
  const hash = createHash('sha256').update(setHash);
  let sinceTurn = 0;
  for (const part of parts) {
    hash.update(bytesOf(part));
    sinceTurn += part.byteLength;
    if (sinceTurn < BYTES_PER_TURN) continue;
    sinceTurn = 0;
    await setImmediate();
  }
  return hash.digest('hex');
}

function bytesOf(column: Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
