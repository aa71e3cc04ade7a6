/** One training example per resolved signal or labelled observation, read from the record as it was recorded (ML-3, FE-6). */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { gather } from '#core/base/gather.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Dataset, ExampleLives } from '#core/learning/dataset.ts';
import { averageUniquenessInTurns, effectiveSampleSize, exampleWeight } from '#core/learning/uniqueness.ts';
import type { FeatureSet } from '#core/signals/features/feature-catalogue.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { LearnedModel } from './learned-models.ts';
import { isTrainable, judgedOf, ownsRow, type TimeoutLabels, timeoutLabels } from './trainable.ts';

/** Rows read before the event loop gets a turn. */
const ROWS_PER_TURN = 250;
/** Rows put into columns before it gets one. */
const ROWS_FILLED_PER_TURN = 2_000;
/** Bytes hashed before it gets one. */
const BYTES_PER_TURN = 2_000_000;

export interface Examples {
  /** The examples and, by `lives.roles`, timeouts among them that are only judged (ML-5). */
  readonly data: Dataset;
  readonly lives: ExampleLives;
  /** Rows that are examples. */
  readonly trained: number;
  /** Independent ones that those are worth. */
  readonly effective: number;
  /** How timeouts were labelled. */
  readonly timeouts: TimeoutLabels;
  /**
   * SHA-256 over columns, targets, weights and roles: the same examples, judged with the same timeouts, have the same
   * hash (ML-40).
   */
  readonly dataHash: string;
}

interface Row {
  readonly openedAt: UnixMs;
  readonly resolvedAt: UnixMs;
  /** 0 for observations: nobody trades them. */
  readonly netR: number;
  readonly target: number;
  /** False: judged only. */
  readonly trains: boolean;
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
 * Timeouts that are no examples come along to be judged on, as far back as the examples go where those are capped.
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
  return { ...(await toExamples(newestExamples(rows, newestOnly), model.set)), timeouts };
}

/** From the oldest of the newest so many examples on; all rows where there are no more, or no cap. */
function newestExamples(rows: readonly Row[], cap: number | null): readonly Row[] {
  if (cap === null) return rows;
  let left = cap;
  for (let at = rows.length - 1; at >= 0; at--) if (rows[at]?.trains === true && --left === 0) return rows.slice(at);
  return rows;
}

/** Without the rows that are only judged: what heads are fitted on, as a table to give away (ML-46). */
export async function examplesOnly({ data, lives }: Examples): Promise<Pick<Examples, 'data' | 'lives'>> {
  const { roles = null, openedAt, resolvedAt, netR } = lives;
  if (roles === null) return { data, lives };
  const kept = trainedAt(roles.trains);
  const columns: Float64Array[] = [];
  for (const column of data.columns) {
    columns.push(gather(column, kept));
    await setImmediate();
  }
  const [target, weight] = [gather(data.target, kept), gather(data.weight, kept)];
  return {
    data: { names: data.names, columns, rows: kept.length, target, weight },
    lives: { openedAt: gather(openedAt, kept), resolvedAt: gather(resolvedAt, kept), netR: gather(netR, kept) },
  };
}

function trainedAt(trains: Uint8Array): Int32Array {
  const at = new Int32Array(trains.length);
  let count = 0;
  for (let row = 0; row < trains.length; row++) if (trains[row] === 1) at[count++] = row;
  return at.subarray(0, count);
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
      yield { openedAt: time, resolvedAt, netR: 0, target, trains: true, executed: true, cluster, values };
    }
    return;
  }
  const filter = judgedOf(model, timeouts) ?? {};
  for (const { openedAt, resolvedAt, netR, outcome, disposition, values, ...signal } of profile.exportVectors(
    filter,
    set.hash,
    'ascending',
  )) {
    if (netR === null || resolvedAt === null || outcome === null || !ownsRow(model, signal)) {
      yield null;
      continue;
    }
    const target = source.target === 'net R' ? netR : Number(netR > 0);
    const cluster = signal.cluster ?? clusterOf(values);
    const [trains, executed] = [isTrainable(outcome, timeouts), disposition === 'executed'];
    yield { openedAt, resolvedAt, netR, target, trains, executed, cluster, values };
  }
}

/** Yields between its parts: a hundred thousand rows of fifty features take far longer than the event loop should wait. */
async function toExamples(rows: readonly Row[], set: FeatureSet): Promise<Omit<Examples, 'timeouts'>> {
  const empty = () => new Float64Array(rows.length);
  const columns = set.names.map(empty);
  const spans = { openedAt: empty(), resolvedAt: empty(), netR: empty() };
  const target = empty();
  const trains = new Uint8Array(rows.length);
  // Row by row, in loops: a function per value takes tens of times as long.
  for (const [at, row] of rows.entries()) {
    if ((at + 1) % ROWS_FILLED_PER_TURN === 0) await setImmediate();
    const { values } = row;
    for (let index = 0; index < columns.length; index++) (columns[index] as Float64Array)[at] = values[index] as number;
    spans.openedAt[at] = row.openedAt;
    spans.resolvedAt[at] = row.resolvedAt;
    spans.netR[at] = row.netR;
    target[at] = row.target;
    trains[at] = Number(row.trains);
  }
  const uniqueness = await averageUniquenessInTurns(spans, setImmediate);
  const weight = empty();
  for (const [at, row] of rows.entries()) weight[at] = weightOf(row, uniqueness[at] as number);
  await setImmediate();
  const data = { names: set.names, columns, rows: rows.length, target, weight };
  const times = [spans.openedAt, spans.resolvedAt];
  if (!trains.includes(0)) {
    return {
      ...{ data, lives: spans, trained: rows.length, effective: effectiveSampleSize(weight, uniqueness) },
      dataHash: await hashOf(set.hash, [...columns, target, weight, ...times]),
    };
  }
  // What is not trained on takes nothing away from what is: an example counts among examples, and again among all.
  const kept = trainedAt(trains);
  const [openedAt, resolvedAt] = [gather(spans.openedAt, kept), gather(spans.resolvedAt, kept)];
  const among = await averageUniquenessInTurns({ openedAt, resolvedAt }, setImmediate);
  const trainedWeight = weight.slice();
  for (const [index, at] of kept.entries()) trainedWeight[at] = weightOf(rows[at] as Row, among[index] as number);
  await setImmediate();
  return {
    data: { ...data, weight: trainedWeight },
    lives: { ...spans, roles: { trains, judgedWeight: weight } },
    ...{ trained: kept.length, effective: effectiveSampleSize(gather(trainedWeight, kept), among) },
    dataHash: await hashOf(set.hash, [...columns, target, trainedWeight, ...times, weight, trains]),
  };
}

function weightOf({ executed, cluster }: Row, uniqueness: number): number {
  return exampleWeight(executed, cluster, uniqueness);
}

async function hashOf(setHash: string, parts: readonly (Float64Array | Uint8Array)[]): Promise<string> {
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

function bytesOf(column: Float64Array | Uint8Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
