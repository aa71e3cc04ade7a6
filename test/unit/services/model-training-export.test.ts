/** ML-46: training sets go out with their hashes, and what reads tables reads them back the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseNumberLines } from '#main/files/number-lines.ts';
import { parseNumberTable, readNumberTable } from '#main/files/number-table.ts';
import { readExamples } from '#main/services/learning/examples.ts';
import { exportTrainingFile, TRAINING_FORMATS } from '#main/services/learning/training-export.ts';
import { fitData } from '#main/services/research/fit-data.ts';
import { openProfile } from '#main/store/database.ts';
import { NOON } from '#test/support/phantom-fixtures.ts';
import { learnedModel, putSignals } from '#test/support/small-model.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const MODEL = learnedModel('trend');

function profileWith(count: number) {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  const plans = Array.from({ length: count }, (_, index) => ({
    time: NOON + index * 600_000,
    outcome: index % 3 === 0 ? ('win' as const) : ('loss' as const),
    values: Float64Array.from(MODEL.set.names, (_, at) => (at % 7 === 3 ? Number.NaN : Math.sin(index * (at + 1)) / 3)),
  }));
  putSignals(opened.value, MODEL, plans);
  return opened.value;
}

describe('training sets', () => {
  it.each(
    TRAINING_FORMATS,
  )('ML-46: as %s they come back to the last bit, and inspect fit learns from the features only', async (format) => {
    const profile = profileWith(1_203);
    const file = join(temporaryFolder(), `training.${format}`);
    const report = await exportTrainingFile(profile, MODEL, file, format);
    const { data, dataHash } = await readExamples(profile, MODEL);
    expect(report).toMatchObject({ ok: true, value: { rows: 1_203, setHash: MODEL.set.hash, dataHash } });
    const [first = ''] = readFileSync(file, 'utf8').split(/\r?\n/);
    expect(JSON.parse(first.replace(/^# /, ''))).toMatchObject({
      trainingSet: { model: 'trend', setHash: MODEL.set.hash, dataHash, rows: 1_203 },
    });
    const table = readNumberTable(file);
    if (!table.ok) throw new Error(table.error.message);
    const fit = fitData(table.value, table.value, { target: 'target', weight: 'weight', task: 'classify' });
    expect(fit.ok && fit.value.train).toEqual(data);
  });

  it('ML-46: a file that cannot be written is a fault, and nothing is left behind', async () => {
    const file = join(temporaryFolder(), 'missing', 'training.csv');
    expect(await exportTrainingFile(profileWith(3), MODEL, file, 'csv')).toMatchObject({
      ok: false,
      error: { kind: 'unwritable' },
    });
  });
});

describe('tables as NDJSON', () => {
  it('flat objects are rows; null, or nothing at all, is missing', () => {
    const table = parseNumberTable('{"a": 1, "b": null}\n\n{"b": 2.5, "a": -3, "c": 4}\n', 'x');
    if (!table.ok) throw new Error(table.error.message);
    expect(table.value.names).toEqual(['a', 'b', 'c']);
    expect(table.value.columns.map((column) => [...column])).toEqual([
      [1, -3],
      [Number.NaN, 2.5],
      [Number.NaN, 4],
    ]);
    expect([...table.value.lines]).toEqual([1, 3]);
  });

  it.each([
    ['{"a": 1}\n{"a": "x"}', /line 2, "a"/],
    ['{"a": 1}\nnothing', /line 2: this is no JSON object/],
    ['{"trainingSet": {"features": [{"name": "a"}]}}\n{"features": {"z": 1}, "target": 1}', /"z" is no feature/],
    ['{"trainingSet": {}}', /names no features/],
    ['{"trainingSet": {"features": []}}', /no rows/],
  ])('%s is refused where it is wrong', (text, words) => {
    const parsed = parseNumberLines(text, 'x');
    expect(parsed.ok ? '' : parsed.error.message).toMatch(words);
  });
});
