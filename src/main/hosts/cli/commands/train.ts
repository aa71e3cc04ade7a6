/** `desk train`: trains a model on the record now, and lets the usual rules judge it (ML-20 to ML-24). */
import { ok } from '#core/base/result.ts';
import { retrainerOver } from '#main/services/learning/retrainer.ts';
import { findLearnedModel, trainOnce } from '#main/services/learning/train-once.ts';
import { retrainInThread } from '#main/workers/retrain-thread.ts';
import { sourceWorkerEntry } from '#main/workers/worker-entry.ts';
import type { Command } from '../command.ts';
import { withProfile } from '../profile-access.ts';
import { percent } from '../table.ts';

export const train: Command = {
  name: 'train',
  summary: 'Train a model on the recorded phantoms; it is promoted or rejected by the usual rules',
  file: { name: 'MODEL', meaning: 'its key: trend, or trend@demo for the simulated market' },
  options: {},
  notes: [
    'The record must not be open in a running window. Ctrl+C cancels; the model in use stays.',
    'JSON: {id, name, verdict, reason}; verdict is promoted, rejected or (the champion again) unchanged: exit code 0.',
  ],
  examples: ['desk train trend'],
  async run({ ground, profileDir, file, progress }) {
    const model = findLearnedModel(file);
    if (!model.ok) return model;
    const abort = new AbortController();
    void ground.ended().then(() => abort.abort());
    return withProfile(profileDir, async (profile) => {
      const settled = await trainOnce({
        profile,
        model: model.value,
        signal: abort.signal,
        wallClock: ground.wallClock,
        onProgress: (job) => progress(`${job.stage} ${percent(job.progress)}`),
        retrainer: retrainerOver((order, control) => retrainInThread(sourceWorkerEntry, order, control)),
      });
      if (!settled.ok) return settled;
      const { id, name, verdict, reason } = settled.value;
      return ok({ json: { id, name, verdict, reason }, lines: [`${name} ${verdict}: ${reason}`] });
    });
  },
};
