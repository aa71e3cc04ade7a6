/** `desk inspect isotonic|drift`: pieces of the learning engine on CSV files (ML-23, ML-41). */
import { ok } from '#core/base/result.ts';
import { readNumberTable } from '#main/files/number-table.ts';
import { driftOf, isotonicOf } from '#main/services/research/inspect-tables.ts';
import type { Command } from '../command.ts';
import { percent, shortNumber, table } from '../table.ts';

/** The simulations of the drift test draw from it; a fixed one makes the answer repeatable. */
const DRIFT_SEED = 'inspect drift';

export const inspectIsotonic: Command = {
  name: 'inspect isotonic',
  summary: 'Fit a non-decreasing function to x and y of a CSV file',
  file: { name: 'FILE', meaning: 'a .csv or .csv.gz file with the columns x, y and, if you like, weight' },
  options: {},
  notes: ['JSON: {fitted: [...]}, in the order of the rows.'],
  examples: ['desk inspect isotonic points.csv --json'],
  async run({ file }) {
    const read = readNumberTable(file);
    if (!read.ok) return read;
    const answer = isotonicOf(read.value);
    return answer.ok ? ok({ json: answer.value, lines: answer.value.fitted.map(shortNumber) }) : answer;
  },
};

export const inspectDrift: Command = {
  name: 'inspect drift',
  summary: 'Say which columns of a CSV file changed their distribution against another',
  file: { name: 'A.csv', meaning: 'the rows from before, oldest first (.csv or .csv.gz)' },
  second: { name: 'B.csv', meaning: 'the rows from now, with the same columns' },
  options: {},
  notes: [
    'stability is the population stability index; a column drifted where it exceeds the threshold that chance keeps',
    'below, over all columns, in 99 of 100 cases. Rows are in the order of time. Short files are not judged.',
    'JSON: {judged, features: [{name, stability, threshold, pValue, drifted, missingShare}]}.',
  ],
  examples: ['desk inspect drift before.csv now.csv'],
  async run({ file, second }) {
    const before = readNumberTable(file);
    if (!before.ok) return before;
    const now = readNumberTable(second);
    if (!now.ok) return now;
    const answer = driftOf(before.value, now.value, DRIFT_SEED);
    if (!answer.ok) return answer;
    const { judged, features } = answer.value;
    const header = ['feature', 'stability', 'threshold', 'p', 'drifted', 'missing'];
    const rows = features.map(({ name, stability, threshold, pValue, drifted, missingShare }) => [
      ...[name, stability, threshold, pValue, drifted ? 'yes' : 'no', percent(missingShare)],
    ]);
    const lines = judged ? table([header, ...rows]) : ['Too few rows to judge.'];
    return ok({ json: answer.value, lines });
  },
};
