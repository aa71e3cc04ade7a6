/** ML-46: training sets go out with their hashes, and what reads tables reads them back the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseNumberLines } from '#main/files/number-lines.ts';
import { numberParquet, parseNumberParquet, readNumberFile } from '#main/files/number-parquet.ts';
import { parseNumberTable } from '#main/files/number-table.ts';
import { readExamples } from '#main/services/learning/examples.ts';
import {
  exportTrainingFile,
  TRAINING_FORMATS,
  type TrainingFormat,
  trainingParts,
  trainingTable,
} from '#main/services/learning/training-export.ts';
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

function trainingSetOf(file: string, format: TrainingFormat): unknown {
  if (format === 'parquet') {
    const { key_value_metadata: facts } = parquetMetadata(new Uint8Array(readFileSync(file)).buffer);
    return JSON.parse(facts?.find(({ key }) => key === 'trainingSet')?.value ?? '');
  }
  const [first = ''] = readFileSync(file, 'utf8').split(/\r?\n/);
  return JSON.parse(first.replace(/^# /, '')).trainingSet;
}

/** Different in every row, so that nothing can be packed. */
function spreadOut(column: Float64Array, at: number): Float64Array {
  return column.map((_, row) => Math.sin(row * 1_000 + at));
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
    expect(trainingSetOf(file, format)).toMatchObject({
      ...{ model: 'trend', setHash: MODEL.set.hash, dataHash, rows: 1_203 },
      // FE-1: the catalogue's own words, so that a file explains itself.
      features: MODEL.set.features.map(({ name, meaning, unit, range }) => ({
        ...{ name, meaning, unit },
        range: range.map((value) => (Number.isFinite(value) ? value : null)),
      })),
    });
    const table = await readNumberFile(file);
    if (!table.ok) throw new Error(table.error.message);
    const fit = fitData(table.value, table.value, { target: 'target', weight: 'weight', task: 'classify' });
    expect(fit.ok && fit.value.train).toEqual(data);
  });

  it('ML-46: the window pulls the very bytes of the Parquet file, each row counted once', async () => {
    const profile = profileWith(1_203);
    const file = join(temporaryFolder(), 'training.parquet');
    expect((await exportTrainingFile(profile, MODEL, file, 'parquet')).ok).toBe(true);
    const parts = [...trainingParts(await trainingTable(profile, MODEL), 'parquet')];
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(1_203);
    const bytes = Buffer.concat(parts.map(({ text }) => Buffer.from(text, 'base64')));
    expect(bytes).toEqual(readFileSync(file));
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

describe('tables as Parquet', () => {
  it.each([
    [45_001, 3],
    [3_000, 20],
    [7, 60],
    [20_000, 1],
  ])('ML-46: %d rows of %d columns in small pieces are one file, in few row groups', async (rows, width) => {
    const names = Array.from({ length: width }, (_, at) => `c${at}`);
    const columns = names.map((_, at) =>
      spreadOut(new Float64Array(rows), at).map((value, row) => (row % 11 === at ? Number.NaN : value)),
    );
    const pieces = [...numberParquet({ names, columns, facts: { about: 'pieces' } })];
    expect(pieces.reduce((sum, piece) => sum + piece.rows, 0)).toBe(rows);
    // Of what cannot be packed a piece is as large as its cells, and what it takes to write it grows with them.
    for (const { bytes } of pieces) expect(bytes.length).toBeLessThan(20_000 * 9 + 100 * width);
    const bytes = Buffer.concat(pieces.map((piece) => piece.bytes));
    const metadata = parquetMetadata(new Uint8Array(bytes).buffer);
    expect(metadata.row_groups.map((group) => Number(group.num_rows))).toEqual(
      Array.from({ length: Math.ceil(rows / 20_000) }, (_, at) => Math.min(20_000, rows - at * 20_000)),
    );
    expect(metadata.row_groups.every((group) => group.columns.length === width)).toBe(true);
    const read = await parseNumberParquet(bytes, 'x');
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value.columns).toEqual(columns);
  });

  const write = (columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData']) =>
    new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 2 }));

  it('whole numbers, truth values and nulls are read as numbers, over several row groups', async () => {
    const bytes = write([
      { name: 'a', data: [1.5, null, -2], type: 'DOUBLE' },
      { name: 'b', data: [1n, 2n, 3n], type: 'INT64' },
      { name: 'c', data: [true, false, true], type: 'BOOLEAN' },
    ]);
    const table = await parseNumberParquet(bytes, 'x');
    if (!table.ok) throw new Error(table.error.message);
    expect(table.value.names).toEqual(['a', 'b', 'c']);
    expect(table.value.columns.map((column) => [...column])).toEqual([
      [1.5, Number.NaN, -2],
      [1, 2, 3],
      [1, 0, 1],
    ]);
  });

  it('what holds no numbers, or is damaged, is refused where it is wrong', async () => {
    const words = async (bytes: Uint8Array) => {
      const parsed = await parseNumberParquet(bytes, 'x');
      return parsed.ok ? '' : `${parsed.error.kind}: ${parsed.error.message}`;
    };
    const text = write([
      { name: 'a', data: [1, 2, 3] },
      { name: 'b', data: ['1', '2', 'x'], type: 'STRING' },
    ]);
    expect(await words(text)).toMatch(/bad-table: x, row 1, column "b"/);
    expect(await words(write([{ name: 'a', data: [1, 2, Number.POSITIVE_INFINITY], type: 'DOUBLE' }]))).toMatch(
      /row 3/,
    );
    expect(await words(text.slice(0, text.length - 9))).toMatch(/^damaged/);
    expect(await words(write([{ name: 'a', data: [[1], [2]], type: 'JSON' }]))).toMatch(/bad-table/);
  });
});
