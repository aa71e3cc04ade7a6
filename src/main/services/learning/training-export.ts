/** What a model learns from, as a table for other programs (ML-46): exactly the examples, weights and hash of a training. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { type TrainingTable, trainingCsv, trainingNdjson, trainingParquet } from '#main/files/training-table.ts';
import { type ExampleStore, examplesOnly, readExamples } from './examples.ts';
import type { LearnedModel } from './learned-models.ts';

export const TRAINING_FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type TrainingFormat = (typeof TRAINING_FORMATS)[number];

export interface TrainingExportReport {
  readonly file: string;
  readonly format: TrainingFormat;
  readonly rows: number;
  readonly setHash: string;
  readonly dataHash: string;
}

export async function trainingTable(profile: ExampleStore, model: LearnedModel): Promise<TrainingTable> {
  const { key, set } = model;
  const examples = await readExamples(profile, model);
  const { dataHash, timeouts } = examples;
  const { data, lives } = await examplesOnly(examples);
  return {
    model: key,
    setId: set.id,
    setHash: set.hash,
    dataHash,
    timeouts: model.source.kind === 'signals' ? timeouts : null,
    features: set.features.map(({ name, meaning, unit, range: [least, greatest] }) => {
      return { name, meaning, unit, range: [bound(least), bound(greatest)] };
    }),
    columns: data.columns,
    rows: data.rows,
    target: data.target,
    weight: data.weight,
    ...lives,
  };
}

/** JSON has no infinity. */
function bound(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Bytes per part: a frame holds a million characters at most, and whole threes end without padding in base64. */
const PART_BYTES = 3 * 80_000;

/** What the window pulls: text, or the bytes of a Parquet file as base64, part by part. */
export function* trainingParts(table: TrainingTable, format: TrainingFormat): ReturnType<typeof trainingCsv> {
  if (format !== 'parquet') {
    yield* format === 'csv' ? trainingCsv(table) : trainingNdjson(table);
    return;
  }
  let left = Buffer.alloc(0);
  for (const { bytes, rows } of trainingParquet(table)) {
    const all = Buffer.concat([left, bytes]);
    const whole = all.length - (all.length % 3);
    for (let at = 0; at < whole; at += PART_BYTES) {
      const text = all.toString('base64', at, Math.min(whole, at + PART_BYTES));
      yield { text, rows: at === 0 ? rows : 0 };
    }
    left = all.subarray(whole);
  }
  if (left.length > 0) yield { text: left.toString('base64'), rows: 0 };
}

/** The file appears whole or not at all; one that is there is replaced. */
export async function exportTrainingFile(
  profile: ExampleStore,
  model: LearnedModel,
  file: string,
  format: TrainingFormat,
): Promise<Result<TrainingExportReport, Fault>> {
  const table = await trainingTable(profile, model);
  const unfinished = `${file}.part`;
  try {
    await pipeline(Readable.from(piecesOf(table, format)), createWriteStream(unfinished));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    // Only what the file system says is the user's to mend.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return err({
      kind: 'unwritable',
      message: `The file cannot be written: ${error.message}.`,
      remedy: 'Choose a folder that exists, that you may write to and that has space.',
    });
  }
  const { rows, setHash, dataHash } = table;
  return ok({ file, format, rows, setHash, dataHash });
}

function* piecesOf(table: TrainingTable, format: TrainingFormat): Generator<string | Uint8Array, void, undefined> {
  if (format === 'parquet') for (const { bytes } of trainingParquet(table)) yield bytes;
  else for (const { text } of trainingParts(table, format)) yield text;
}
