/** `desk export training`: what a model learns from, as CSV, NDJSON or Parquet with the hash of its feature set (ML-46). */
import { resolve } from 'node:path';
import { ok } from '#core/base/result.ts';
import { findLearnedModel } from '#main/services/learning/train-once.ts';
import { exportTrainingFile, TRAINING_FORMATS, type TrainingFormat } from '#main/services/learning/training-export.ts';
import type { Command } from '../command.ts';
import { choiceOption } from '../option-values.ts';
import { withReader } from '../profile-access.ts';
import { grouped } from '../table.ts';

export const exportTraining: Command = {
  name: 'export training',
  summary: 'Write the examples that a model learns from to a CSV, NDJSON or Parquet file',
  file: { name: 'MODEL', meaning: 'its key: trend, or trend@demo for the simulated market' },
  options: {
    out: { value: 'FILE', meaning: 'the file to write; one that is there is replaced', required: true },
    format: { value: 'FORMAT', meaning: 'csv, ndjson or parquet (default: by the name of the file, else csv)' },
  },
  notes: [
    'Oldest first: the features, then target (1: net R above 0) and weight. NDJSON has times and net R beside them.',
    'The first line (of Parquet the metadata) holds the hash of the feature set and of the examples.',
    'desk inspect fit reads all three.',
    'JSON: {file, format, rows, setHash, dataHash}.',
  ],
  examples: [
    'desk export training trend --out trend.csv',
    'desk inspect fit --train trend.csv --test newer.csv --target target --weight weight --model ensemble',
  ],
  async run({ profileDir, file: key, options }) {
    const model = findLearnedModel(key);
    if (!model.ok) return model;
    const chosen = choiceOption(options, 'format', TRAINING_FORMATS);
    if (!chosen.ok) return chosen;
    const file = resolve(options.out ?? '');
    const format = chosen.value ?? formatOf(file);
    return withReader(profileDir, async (profile) => {
      const report = await exportTrainingFile(profile, model.value, file, format);
      if (!report.ok) return report;
      return ok({ json: report.value, lines: [`${grouped(report.value.rows)} examples written to ${file}.`] });
    });
  },
};

function formatOf(file: string): TrainingFormat {
  if (/\.parquet$/i.test(file)) return 'parquet';
  return /\.(ndjson|jsonl)$/i.test(file) ? 'ndjson' : 'csv';
}
