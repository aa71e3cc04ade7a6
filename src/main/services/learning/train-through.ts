/** A training as one step of other work: queued at the training desk, waited for to its end (PL-11). */
import { err, ok } from '#core/base/result.ts';
import type { LearnedModel } from './learned-models.ts';
import { type RetrainGround, type RetrainOutcome, retrainVersion } from './retrain-version.ts';
import type { TrainingDesk } from './training-desk.ts';

/** Resolves when the training is over, whatever came of it; `settled` hears of what became of a version. */
export function trainThrough(
  desk: TrainingDesk,
  ground: RetrainGround,
  settled: (outcome: RetrainOutcome) => void = () => {},
): (model: LearnedModel, trigger: string, signal: AbortSignal) => Promise<void> {
  return (model, trigger, signal) =>
    new Promise((resolve) => {
      const job = desk.add({
        model: model.key,
        trigger,
        async run(control) {
          const outcome = await retrainVersion(ground, model, control);
          if (!outcome.ok) return outcome;
          settled(outcome.value);
          if (outcome.value.kind === 'failed') return err(outcome.value.fault);
          return ok(outcome.value.kind === 'settled' ? outcome.value.id : null);
        },
      });
      if (job === null) return resolve();
      const cancel = () => desk.cancel(job.id);
      signal.addEventListener('abort', cancel, { once: true });
      const stop = desk.changed.on(({ id, state }) => {
        if (id !== job.id || state === 'queued' || state === 'running') return;
        stop();
        signal.removeEventListener('abort', cancel);
        resolve();
      });
      if (signal.aborted) cancel();
    });
}
