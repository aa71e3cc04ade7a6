/** One retrain of a model from the record to a settled version (ML-20 to ML-24): for the loop and for the command line. */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { isLeakReason } from '#core/learning/promotion-leak-check.ts';
import type { Profile, ProfileReader } from '#main/store/database.ts';
import { type Examples, readExamples } from './examples.ts';
import { firstFitOf, type LearnedModel } from './learned-models.ts';
import type { Retrainer, RetrainReply } from './retrainer.ts';
import { type CountedProfile, countTrainable, timeoutLabels } from './trainable.ts';
import type { TaskControl } from './training-desk.ts';

export interface RetrainGround {
  readonly profile: Profile;
  readonly retrainer: Retrainer;
  readonly wallClock: () => UnixMs;
}

/** The last attempt at a model, kept as a setting. */
export interface Attempt {
  readonly at: UnixMs;
  /** By the labelling of timeouts in force (ML-5). */
  readonly trainable: number;
  /** Judged attempts at a first model so far. */
  readonly judged: number;
}

export type RetrainOutcome =
  | { readonly kind: 'cancelled' }
  /** The trainer gave no model; the attempt counts. */
  | { readonly kind: 'failed'; readonly fault: Fault }
  | {
      readonly kind: 'settled';
      readonly id: string;
      /** E.g. `trend v3`. */
      readonly name: string;
      /** unchanged: the same examples gave the champion again, which stays. */
      readonly verdict: RetrainReply['verdict'] | 'unchanged';
      readonly reason: string;
    };

/** A fault: there are too few examples, or the record cannot be written. */
export async function retrainVersion(
  ground: RetrainGround,
  model: LearnedModel,
  control: TaskControl,
): Promise<Result<RetrainOutcome, Fault>> {
  const { profile, retrainer, wallClock } = ground;
  const { spec, set, key, task } = model;
  const counted = countsOf(profile, model);
  const examples = await readExamples(profile, model);
  const { trained } = examples;
  const needed = firstFitOf(model);
  if (trained < needed) {
    // Examples of an older feature set count and cannot be used: without an attempt each new one would ask again.
    if (countTrainable(profile, model) >= needed) noteAttempt(profile, model, wallClock());
    return err(tooFew(trained, needed));
  }
  const champion = profile.models.champion(key);
  const championBytes = champion === null ? null : profile.models.artefact(champion.id);
  const before = lastAttempt(profile, key);
  const judgedBefore = champion === null ? (before?.judged ?? 0) : 0;
  const seed = `${key}/${examples.dataHash.slice(0, 16)}`;
  const reply = await retrainer.retrain(
    {
      model: key,
      setId: set.id,
      setHash: set.hash,
      task,
      data: examples.data,
      lives: examples.lives,
      heads: spec.heads,
      coded: set.features.filter((feature) => feature.unit === 'code').map((feature) => feature.name),
      champion: championBytes?.ok === true ? championBytes.value : null,
      attempt: judgedBefore + 1,
      onlyWatches: model.scope !== undefined && champion === null,
      seed,
    },
    { signal: control.signal, onProgress: (share) => control.progress('training', share, trained) },
  );
  if (control.signal.aborted) return ok({ kind: 'cancelled' });
  putAttempt(profile, key, {
    at: wallClock(),
    ...counted,
    judged: judgedBefore + (reply.ok && reply.value.judged ? 1 : 0),
  });
  if (!reply.ok) return ok({ kind: 'failed', fault: reply.error });
  return settle(ground, model, reply.value, examples, champion, seed);
}

/** As it is kept: with both counts, so that like is compared with like after the trader labelled timeouts otherwise. */
interface KeptAttempt extends Attempt {
  /** Wins and losses. */
  readonly trainable: number;
  /** Timeouts too; attempts of older versions of the program have none. */
  readonly withTimeouts?: number;
}

export function lastAttempt(profile: Pick<ProfileReader, 'desk'>, key: string): Attempt | null {
  const kept = profile.desk.settings().get(attemptKey(key)) as KeptAttempt | undefined;
  if (kept === undefined) return null;
  const { at, judged, trainable, withTimeouts = trainable } = kept;
  return { at, judged, trainable: timeoutLabels(profile) === 'left out' ? trainable : withTimeouts };
}

function countsOf(profile: CountedProfile, model: LearnedModel): Pick<KeptAttempt, 'trainable' | 'withTimeouts'> {
  return {
    trainable: countTrainable(profile, model, 'left out'),
    withTimeouts: countTrainable(profile, model, 'sign of net R'),
  };
}

/** An attempt that came to no judgement: the next one waits for new examples all the same. */
export function noteAttempt(profile: Pick<Profile, keyof CountedProfile>, model: LearnedModel, now: UnixMs): void {
  const judged = lastAttempt(profile, model.key)?.judged ?? 0;
  putAttempt(profile, model.key, { at: now, ...countsOf(profile, model), judged });
}

function putAttempt(profile: Pick<Profile, 'desk'>, key: string, attempt: KeptAttempt): void {
  profile.desk.putSettings({ [attemptKey(key)]: attempt });
}

/** Stores the version and promotes or rejects it as it was judged. */
function settle(
  { profile, wallClock }: RetrainGround,
  model: LearnedModel,
  reply: RetrainReply,
  examples: Examples,
  champion: ModelVersion | null,
  seed: string,
): Result<RetrainOutcome, Fault> {
  const { report, importance, heads, calibrator, reason, verdict } = reply;
  if (champion?.id === reply.id) {
    // Judged against itself it would be rejected, and the strategy would lose the model that it has proven.
    const same = 'The same examples give the same model: the champion stays.';
    const name = `${model.key} v${champion.version}`;
    return ok({ kind: 'settled', id: reply.id, name, verdict: 'unchanged', reason: same });
  }
  const time = wallClock();
  const added = profile.models.add(
    {
      id: reply.id,
      model: model.key,
      setId: model.set.id,
      setHash: model.set.hash,
      trainedUntil: reply.trainedUntil,
      dataHash: examples.dataHash,
      seed,
      examples: examples.trained,
      effectiveExamples: examples.effective,
      heads,
      parameters: {
        heads: model.spec.heads,
        calibrator,
        ...(model.source.kind === 'signals' ? { timeouts: examples.timeouts } : {}),
        // Timeouts that it was calibrated and judged on, and not trained (ML-5).
        ...(examples.lives.roles ? { judgedOnly: examples.data.rows - examples.trained } : {}),
        // It travels with an exported version, as reasons do not.
        ...(isLeakReason(reason) ? { suspicion: reason } : {}),
      },
      metrics: { ...report },
      importance,
      reason,
      parentId: champion?.id ?? null,
      createdAt: time,
    },
    reply.bytes,
  );
  if (!added.ok) return added;
  const settled = verdict === 'watches' ? setWatching(profile, added.value, time) : judged(profile, reply, time);
  if (!settled.ok) return settled;
  return ok({ kind: 'settled', id: reply.id, name: `${model.key} v${added.value.version}`, verdict, reason });
}

function judged({ models }: Pick<Profile, 'models'>, { id, verdict, reason }: RetrainReply, time: UnixMs) {
  return verdict === 'promoted' ? models.activate(id, time, reason) : models.setState(id, 'rejected', time, reason);
}

/** The newest version of a variant watches; those before it had their time (ML-50). */
function setWatching({ models }: Pick<Profile, 'models'>, { id, model, version }: ModelVersion, time: UnixMs) {
  for (const other of models.versions(model)) {
    if (other.id === id || other.state !== 'challenger') continue;
    const ended = models.setState(other.id, 'retired', time, `v${version}, of more examples, watches in its place.`);
    if (!ended.ok) return ended;
  }
  return ok(undefined);
}

function attemptKey(key: string): string {
  return `learning.${key}`;
}

function tooFew(rows: number, wanted: number): Fault {
  return {
    kind: 'too-few',
    message: `There are ${rows} trainable examples; a first fit needs ${wanted}.`,
    remedy: 'Every resolved signal is one more, taken or not.',
  };
}
