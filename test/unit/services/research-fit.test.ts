/** `inspect fit` on small tables: figures, repeatability, honest calibration, contributions that add up, faults by place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { artefactBytes } from '#core/learning/artefact-bytes.ts';
import type { CalibratorKind } from '#core/learning/calibration.ts';
import type { Task } from '#core/learning/dataset.ts';
import { type NumberTable, parseNumberTable } from '#main/files/number-table.ts';
import { fitData } from '#main/services/research/fit-data.ts';
import { type FitTrainers, fitModel } from '#main/services/research/fit-model.ts';
import { fitHeadsOf } from '#main/services/research/fit-params.ts';
import { contributionLines, predictionLines, writeLines } from '#main/services/research/fit-tables.ts';
import { driftOf, isotonicOf } from '#main/services/research/inspect-tables.ts';
import { TRAINERS } from '#main/workers/trainers.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const trainers: FitTrainers = {
  prepare: async () => undefined,
  train: ({ kind, params }, data, task, seed) => TRAINERS[kind]({ data, task, params, seed, part: null }, {}),
};

function table(text: string, file = 'a.csv'): NumberTable {
  const parsed = parseNumberTable(text, file);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

/** Rows of three features, some missing; the class follows the first one with this strength. */
function made(seed: string, rows: number, strength: number, file = `${seed}.csv`): NumberTable {
  const random = createRandom(seed);
  const lines = Array.from({ length: rows }, () => {
    const [a, b, c] = [random.normal(), random.normal(), random.normal()];
    const margin = strength * a;
    const y = random.next() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    const kind = margin < -0.7 ? 0 : margin < 0.7 ? 1 : 2;
    return [a, random.next() < 0.1 ? '' : b, c, y, kind, margin].join(',');
  });
  return table(['a,b,c,y,kind,margin', ...lines].join('\n'), file);
}

function only(source: NumberTable, ...names: readonly string[]): NumberTable {
  const columns = names.map((name) => source.columns[source.names.indexOf(name)] as Float64Array);
  return { ...source, names, columns };
}

async function fitted(
  request: {
    model?: 'forest' | 'boosting' | 'network' | 'ensemble';
    task?: Task;
    calibrate?: CalibratorKind;
    seed?: string;
  },
  params = '',
  strength = 1.5,
) {
  const { model = 'boosting', task = 'classify', calibrate = 'none', seed = '1' } = request;
  const target = task === 'classify' ? 'y' : task === 'multiclass' ? 'kind' : 'margin';
  const columns = ['a', 'b', 'c', target];
  const [train, test] = [only(made('train', 600, strength), ...columns), only(made('test', 300, strength), ...columns)];
  const data = fitData(train, test, { target, weight: null, task });
  const heads = fitHeadsOf(model, params);
  if (!data.ok || !heads.ok) throw new Error('the test made a wrong request');
  const result = await fitModel(
    { data: data.value, task, heads: heads.value, calibrate, seed, monotonic: () => 0 },
    trainers,
  );
  if (!result.ok) throw new Error(result.error.message);
  return { ...result.value, data: data.value, task };
}

const cellsOf = (lines: readonly string[]) => lines.slice(1).map((line) => line.split(',').map(Number));

describe('inspect fit', () => {
  it('ML-22: learns what is there, with figures that apply to the task and null for the others', async () => {
    const classified = await fitted({ model: 'forest' }, '{"trees": 40}');
    expect(classified.report).toMatchObject({ rmse: null });
    expect(classified.report.auc).toBeGreaterThan(0.75);
    expect(classified.report.importance?.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(classified.report.importance?.[0]?.gain).toBeGreaterThan(0.5);
    const several = await fitted({ task: 'multiclass' }, '{"rounds": 40}');
    expect(several.report).toMatchObject({ brier: null, ece: null, rmse: null });
    expect(several.report.auc).toBeGreaterThan(0.95);
    const values = await fitted({ task: 'regress' }, '{"rounds": 100}');
    expect(values.report).toMatchObject({ auc: null, logLoss: null, brier: null, ece: null });
    expect(values.report.rmse).toBeLessThan(0.3);
  });

  it('RE-43: the same seed gives the same bytes, another one other bytes', async () => {
    const bytes = async (seed: string) => {
      const { artefacts, predictions } = await fitted({ model: 'forest', seed }, '{"trees": 10}');
      return [...artefacts.map((artefact) => Buffer.from(artefactBytes(artefact)).toString('hex')), ...predictions];
    };
    const first = await bytes('7');
    expect(await bytes('7')).toEqual(first);
    expect(await bytes('8')).not.toEqual(first);
  });

  it('ML-23: a calibration knows only predictions of rows that were not fitted: noise stays near one half', async () => {
    const { report, calibrator } = await fitted(
      { model: 'forest', calibrate: 'isotonic' },
      '{"trees": 30, "minLeaf": 1, "maxDepth": 30}',
      0,
    );
    expect(calibrator.kind).toBe('isotonic');
    // Fitted in sample, the same calibrator would promise near 0 and 1, and lose 0.35 and more.
    expect(report.brier).toBeLessThan(0.28);
  });

  it.each([
    ['forest', 'classify', '{"trees": 12}'],
    ['boosting', 'classify', '{"rounds": 20}'],
    ['boosting', 'multiclass', '{"rounds": 10}'],
    ['forest', 'regress', '{"trees": 8}'],
  ] as const)('ML-42: base and contributions of %s (%s) add up to its output', async (model, task, params) => {
    const { artefacts, calibrator, data, predictions } = await fitted({ model, task }, params);
    const written = contributionLines(artefacts, calibrator, data.train, data.test, data.outputs);
    const lines = written.ok ? written.value : [];
    expect(lines).toHaveLength(301);
    cellsOf(lines).forEach((cells, row) => {
      const outputs = Array.from({ length: data.outputs }, (_, output) =>
        cells.slice(output * 4, (output + 1) * 4).reduce((sum, part) => sum + part, 0),
      );
      const scale = model === 'boosting' ? outputs.map(Math.exp) : outputs;
      const total = task === 'multiclass' ? scale.reduce((sum, part) => sum + part, 0) : 1 + (scale[0] as number);
      const expected = model === 'boosting' ? scale.map((part) => part / total) : scale;
      expected.forEach((value, output) => {
        expect(value).toBeCloseTo(predictions[row * data.outputs + output] as number, 9);
      });
    });
  });

  it('ML-2, ML-42: an ensemble is the mean of its heads, explained in points of its calibrated score', async () => {
    const params = '{"forest": {"trees": 10}, "boosting": {"rounds": 10}, "network": {"epochs": 2}}';
    const { artefacts, calibrator, data, predictions, report } = await fitted(
      { model: 'ensemble', calibrate: 'sigmoid' },
      params,
    );
    expect(artefacts.map(({ kind }) => kind)).toEqual(['forest', 'boosting', 'network']);
    expect(report.auc).toBeGreaterThan(0.7);
    const lines = contributionLines(artefacts, calibrator, data.train, data.test, 1);
    cellsOf(lines.ok ? lines.value : []).forEach((cells, row) => {
      expect(cells.reduce((sum, part) => sum + part, 0)).toBeCloseTo(100 * (predictions[row] as number), 8);
    });
  });

  it('writes one line per test row', async () => {
    const { predictions } = await fitted({}, '{"rounds": 5}');
    const file = join(temporaryFolder(), 'out.csv');
    expect(writeLines(file, predictionLines(predictions, 'classify', 1))).toEqual({ ok: true, value: undefined });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect([lines[0], lines.length]).toEqual(['prediction', 301]);
    expect(Number(lines[1])).toBe(predictions[0]);
    expect(writeLines(join(file, 'under-a-file.csv'), [])).toMatchObject({ ok: false, error: { kind: 'unwritable' } });
  });
});

describe('faults of tables', () => {
  const GOOD = 'a,y\n1,0\n2,1\n';

  it.each([
    ['a,y\n1,0\nx,1\n', 'a.csv, line 3, column "a": "x" is not a finite number.'],
    ['a,y\n1,0\n1e999,1\n', 'a.csv, line 3, column "a": "1e999" is not a finite number.'],
    ['a,y\n1,0\n\n2\n', 'a.csv, line 4: 1 cells under a header of 2.'],
    ['a,a\n1,0\n', 'a.csv, line 1: two columns are named "a".'],
    ['a,\n1,0\n', 'a.csv, line 1: column 2 has no name.'],
    ['1,0\n2,1\n', 'a.csv, line 1: the header holds numbers only.'],
    ['a,y\n', 'a.csv has a header and no rows.'],
    ['', 'a.csv is empty.'],
  ])('%j is refused by line and column', (text, message) => {
    expect(parseNumberTable(text, 'a.csv')).toMatchObject({ ok: false, error: { message } });
  });

  it.each([
    [GOOD.replace('2,1', '2,'), 'a.csv, line 3, column "y": the target is missing.'],
    [GOOD.replace('2,1', '2,3'), 'a.csv, line 3, column "y": the target 3 is neither 0 nor 1.'],
    [GOOD.replace('2,1', '2,0'), 'The target "y" is 0 in every weighing row of a.csv: one class teaches nothing.'],
    ['a,z\n1,0\n', 'a.csv has no column "y".'],
    ['y\n0\n1\n', 'a.csv has no column to learn from beside "y".'],
    ['a,b,y\n1,1,0\n2,1,1\n', 'b.csv has no column "b".'],
  ])('%j cannot be trained on, and it says why', (text, message) => {
    const columns = { target: 'y', weight: null, task: 'classify' as const };
    expect(fitData(table(text), table(GOOD, 'b.csv'), columns)).toMatchObject({ ok: false, error: { message } });
  });

  it('FE-4: an empty cell is missing; rows of weight 0 take no part', () => {
    const train = table('a,w,y\n"1",1,0\n,0,1\n3,2,1\r\n');
    const data = fitData(train, table('a,y,more\n1,0,5\n'), { target: 'y', weight: 'w', task: 'classify' });
    expect(train.columns[0]).toEqual(Float64Array.of(1, Number.NaN, 3));
    expect(data).toMatchObject({ ok: true, value: { train: { rows: 2, names: ['a'] }, test: { rows: 1 } } });
  });

  it('a class that is tested and was never trained is named', () => {
    const columns = { target: 'y', weight: null, task: 'multiclass' as const };
    expect(fitData(table(GOOD), table('a,y\n1,2\n', 'b.csv'), columns)).toMatchObject({
      error: { message: 'b.csv, line 2, column "y": class 2 is not in a.csv, whose classes go up to 1.' },
    });
  });

  it.each([
    ['forest', '{"rounds": 3}', 'forest has no parameter "rounds"; it has trees, maxDepth, minLeaf.'],
    ['boosting', '{"rounds": 0}', 'The parameter "rounds" must be a whole number from 1 to 100000.'],
    ['ensemble', '{"trees": 3}', 'An ensemble has no head "trees"; it has forest, boosting, network.'],
    ['network', '[]', '--params must be a JSON object.'],
  ] as const)('parameters of %s as %s are refused by name', (model, params, message) => {
    expect(fitHeadsOf(model, params)).toMatchObject({ ok: false, error: { message } });
  });
});

describe('inspect isotonic and drift', () => {
  it('ML-23: pools violators by weight and answers in the order of the rows', () => {
    const answer = isotonicOf(table('x,y,weight\n4,4,1\n2,3,1\n3,1,3\n1,1,1\n'));
    expect(answer).toEqual({ ok: true, value: { fitted: [4, 1.5, 1.5, 1] } });
    expect(isotonicOf(table('x,y\n1,\n'))).toMatchObject({
      error: { message: 'a.csv, line 2, column "y": the value is missing.' },
    });
  });

  it('ML-41: a shifted column is named, the others are not, and a short file is not judged', () => {
    const before = only(made('before', 2000, 1), 'a', 'b', 'c');
    const now = only(made('now', 500, 1), 'a', 'b', 'c');
    const shifted = {
      ...now,
      columns: now.columns.map((column, at) => (at === 2 ? column.map((v) => v + 1) : column)),
    };
    const answer = driftOf(before, shifted, 'seed');
    expect(answer.ok && answer.value.features.filter((feature) => feature.drifted).map(({ name }) => name)).toEqual([
      'c',
    ]);
    expect(driftOf(before, table('a,b,c\n1,1,1\n'), 'seed')).toEqual({
      ok: true,
      value: { judged: false, features: [] },
    });
    expect(driftOf(before, only(now, 'a', 'b'), 'seed')).toMatchObject({
      error: { message: 'now.csv has no column "c".' },
    });
  });
});
