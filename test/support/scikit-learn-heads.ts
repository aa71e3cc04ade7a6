/** How good scikit-learn's heads are on the rows that ours are compared on: recorded, and renewed by a command. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom } from '#core/base/random.ts';
import { median } from '#core/base/statistics.ts';
import type { Dataset } from '#core/learning/dataset.ts';
import { splitBefore } from '#core/learning/walk-forward.ts';
import { makeClassification } from '#test/bench/trees-data.ts';
import { type RealExamples, realTrendExamples } from './real-examples.ts';

/** Several trainings on shares of the older rows, all judged on the same later rows. Every row weighs 1. */
export interface EqualitySet {
  readonly data: Dataset;
  readonly coded: readonly string[];
  readonly test: Int32Array;
  readonly trainings: readonly Int32Array[];
}

/** AUC per training. */
export interface HeadAucs {
  readonly forest: readonly number[];
  readonly boosting: readonly number[];
  readonly network: readonly number[];
}

interface Recorded extends HeadAucs {
  /** SHA-256 over rows and trainings. */
  readonly rows: string;
  /** Features of the rows, in their order: one that joins the set later changes nothing here. */
  readonly features: readonly string[];
}

export const RECORDED_FILE = fileURLToPath(
  new URL('../fixtures/learning/scikit-learn-1.2.1-heads.json', import.meta.url),
);
const SCRIPT = fileURLToPath(new URL('./scikit-learn-heads.py', import.meta.url));
const TRAININGS = 8;
const TRAINED_SHARE = 0.8;
/** Of the real examples, the oldest: the rest is the later block. */
const OLDER_SHARE = 0.7;

function generatedSet(): EqualitySet {
  const { train, test } = makeClassification('equality', 2_500, 6_000);
  const columns = train.columns.map((column, feature) => joined(column, test.columns[feature] ?? column));
  const rows = train.rows + test.rows;
  const target = joined(train.target, test.target);
  const data = { names: train.names, columns, rows, target, weight: new Float64Array(rows).fill(1) };
  return setOf(data, [], range(0, train.rows), range(train.rows, rows));
}

/**
 * Signals found in recorded candles, null when those are not there. `outcome` is what models learn, win or loss, in which
 * there is next to nothing to find on one instrument; `speed` is whether the trade ended within the median time of the
 * older ones, which the same features do tell. Rows whose life reaches into the later block train nothing.
 */
function realSet(label: 'outcome' | 'speed'): EqualitySet | null {
  const examples: RealExamples | null = realTrendExamples();
  if (examples === null) return null;
  const { lives, coded } = examples;
  const data = onFeatures(examples.data, recordedValues()[`real ${label}`]?.features);
  const from = Math.floor(data.rows * OLDER_SHARE);
  const { train, test } = splitBefore(lives, from, data.rows, 0);
  const life = lives.resolvedAt.map((resolvedAt, row) => resolvedAt - (lives.openedAt[row] ?? resolvedAt));
  const usual = median(life.subarray(0, from));
  const target = label === 'outcome' ? data.target : life.map((length) => (length <= usual ? 1 : 0));
  const ofThese = coded.filter((name) => data.names.includes(name));
  return setOf({ ...data, target, weight: new Float64Array(data.rows).fill(1) }, ofThese, train, test);
}

/** Those features alone, while all of them exist. */
function onFeatures(data: Dataset, features: readonly string[] = data.names): Dataset {
  const places = features.map((name) => data.names.indexOf(name));
  if (places.includes(-1)) return data;
  return { ...data, names: features, columns: places.flatMap((place) => data.columns[place] ?? []) };
}

/** By the names under which their values are recorded. */
export const EQUALITY_SETS = {
  generated: generatedSet,
  'real outcome': () => realSet('outcome'),
  'real speed': () => realSet('speed'),
} as const;

/** What to do when signals or features changed, so that what is recorded is of rows that are no more. */
export const RENEWAL =
  'The values recorded of scikit-learn are of other rows: a strategy or a feature has changed what the real examples ' +
  'hold. Renew them: apt-get install python3-sklearn, then node test/support/record-scikit-learn.ts, and commit the file.';

/** The recorded values; null where they are of other rows: see `RENEWAL`. */
export function scikitLearnAucs(name: string, set: EqualitySet): HeadAucs | null {
  const recorded = recordedValues()[name];
  return recorded !== undefined && recorded.rows === hashOf(set) ? recorded : null;
}

/** Null without Python or scikit-learn. */
export function measureScikitLearn(set: EqualitySet): Recorded | null {
  const { data, coded, test, trainings } = set;
  const input = JSON.stringify({
    columns: data.columns.map((column) => Array.from(column, (value) => (Number.isNaN(value) ? null : value))),
    target: [...data.target],
    coded: coded.map((feature) => data.names.indexOf(feature)),
    test: [...test],
    trainings: trainings.map((training) => [...training]),
  });
  for (const python of ['/usr/bin/python3', 'python3']) {
    const { status, stdout } = spawnSync(python, [SCRIPT], { input, encoding: 'utf8' });
    if (status !== 0) continue;
    const { forest, boosting, network } = JSON.parse(stdout) as HeadAucs;
    return { rows: hashOf(set), features: data.names, forest, boosting, network };
  }
  return null;
}

function recordedValues(): Readonly<Record<string, Recorded>> {
  return existsSync(RECORDED_FILE) ? JSON.parse(readFileSync(RECORDED_FILE, 'utf8')) : {};
}

function setOf(data: Dataset, coded: readonly string[], older: Int32Array, test: Int32Array): EqualitySet {
  const random = createRandom('shares of the older rows');
  const trainings = Array.from({ length: TRAININGS }, (_, index) => {
    const stream = random.fork(`training ${index}`);
    return older.filter(() => stream.next() < TRAINED_SHARE);
  });
  return { data, coded, test, trainings };
}

function hashOf({ data, test, trainings }: EqualitySet): string {
  const hash = createHash('sha256');
  for (const part of [...data.columns, data.target, test, ...trainings]) {
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return hash.digest('hex');
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, index) => from + index);
}
