/** Recorded vectors of a strategy's signals as columns, for comparing what came with what a model was trained on (ML-41). */
import { setImmediate } from 'node:timers/promises';
import { OUTCOMES } from '#core/domain/phantom.ts';
import { DISPOSITIONS } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { LearnedModel } from './learned-models.ts';
import { ownsRow, signalsOf } from './trainable.ts';

/** Rows read before the event loop gets a turn. */
const ROWS_PER_TURN = 250;

/**
 * Whatever became of them, so that both blocks hold the same kind of signal: open ones have their vector already, and
 * leaving out those that are slow to resolve would look like drift. Gated signals are never scored.
 */
const SCORED = OUTCOMES.filter((outcome) => outcome !== 'gated');

/** What a file says that somebody else found is not what the model speaks of (WS-21). */
const OWN_FOUND = DISPOSITIONS.filter((disposition) => disposition !== 'imported');

export interface VectorBlock {
  /** One column per feature of the model's set, oldest first. */
  readonly columns: readonly Float64Array[];
  readonly rows: number;
}

/**
 * The newest `most` signals that opened from `from` on and before `to` (exchange time); for a model of observations its
 * newest labelled ones.
 */
export async function newestVectors(
  profile: Pick<ProfileReader, 'exportVectors' | 'exportObservations'>,
  model: LearnedModel,
  range: { readonly from?: UnixMs; readonly to?: UnixMs },
  most: number,
): Promise<VectorBlock> {
  const { set } = model;
  const vectors: Float64Array[] = [];
  let read = 0;
  for (const values of newestFirst(profile, model, range)) {
    if (++read % ROWS_PER_TURN === 0) await setImmediate();
    vectors.push(values);
    if (vectors.length >= most) break;
  }
  vectors.reverse();
  return {
    columns: set.names.map((_, index) => Float64Array.from(vectors, (vector) => vector[index])),
    rows: vectors.length,
  };
}

function* newestFirst(
  profile: Pick<ProfileReader, 'exportVectors' | 'exportObservations'>,
  model: LearnedModel,
  { from = 0, to = Number.MAX_SAFE_INTEGER }: { readonly from?: UnixMs; readonly to?: UnixMs },
): Generator<Float64Array, void, undefined> {
  const { source, set, simulated } = model;
  if (source.kind === 'observations') {
    const within: Float64Array[] = [];
    for (const { time, values } of profile.exportObservations(source.of, simulated, set.hash)) {
      if (time >= from && time < to) within.push(values);
    }
    yield* within.reverse();
    return;
  }
  const filter = { ...signalsOf(model), outcomes: SCORED, dispositions: OWN_FOUND, from, to };
  for (const row of profile.exportVectors(filter, set.hash, 'descending')) if (ownsRow(model, row)) yield row.values;
}
