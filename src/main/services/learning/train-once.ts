/** One training of a model without a running session (`desk train`): a job in the record like any other (ML-20). */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { TrainingJob } from '#core/domain/model.ts';
import { allLearnedModels, type LearnedModel } from './learned-models.ts';
import { type RetrainGround, type RetrainOutcome, retrainVersion } from './retrain-version.ts';
import { TrainingDesk } from './training-desk.ts';

export type Settled = Extract<RetrainOutcome, { kind: 'settled' }>;

export interface TrainOnceOptions extends RetrainGround {
  readonly model: LearnedModel;
  readonly signal: AbortSignal;
  readonly onProgress: (job: TrainingJob) => void;
}

/** By its key in the registry, e.g. `trend` or `trend@demo`. */
export function findLearnedModel(key: string): Result<LearnedModel, Fault> {
  const models = allLearnedModels();
  const model = models.find((candidate) => candidate.key === key);
  if (model !== undefined) return ok(model);
  const remedy = `There are ${models.map((candidate) => candidate.key).join(', ')}.`;
  return err({ kind: 'no-such-model', message: `There is no model ${key}.`, remedy });
}

/** The profile must be this process's own: jobs that are still marked as running are then left over from a crash. */
export async function trainOnce(options: TrainOnceOptions): Promise<Result<Settled, Fault>> {
  const { profile, model, signal, wallClock, onProgress } = options;
  const orphans = profile.models.failOrphanedJobs(wallClock());
  if (!orphans.ok) return orphans;
  const desk = new TrainingDesk(profile.models, wallClock);
  const stop = desk.changed.on(onProgress);
  const done: { outcome: Result<RetrainOutcome, Fault> } = { outcome: ok({ kind: 'cancelled' }) };
  const over = new Promise<void>((resolve) => {
    desk.changed.on(({ state }) => {
      if (state !== 'queued' && state !== 'running') resolve();
    });
  });
  const job = desk.add({
    model: model.key,
    trigger: 'by hand',
    async run(control) {
      const outcome = await retrainVersion(options, model, control);
      done.outcome = outcome;
      if (!outcome.ok) return outcome;
      if (outcome.value.kind === 'failed') return err(outcome.value.fault);
      return ok(outcome.value.kind === 'settled' ? outcome.value.id : null);
    },
  });
  const cancel = () => {
    if (job !== null) desk.cancel(job.id);
  };
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  await over;
  signal.removeEventListener('abort', cancel);
  stop();
  const { outcome } = done;
  if (!outcome.ok) return outcome;
  switch (outcome.value.kind) {
    case 'settled':
      return ok(outcome.value);
    case 'failed':
      return err(outcome.value.fault);
    case 'cancelled':
      return err({ kind: 'cancelled', message: 'The training was cancelled.', remedy: 'The model in use stays.' });
  }
}
