/** Examples for whole retrains: the shape of real ones (overlapping lives, uneven weights, gaps, weak signal), generated. */
import { createRandom } from '#core/base/random.ts';
import type { Dataset, ExampleLives } from '#core/learning/dataset.ts';
import { averageUniqueness, exampleWeight } from '#core/learning/uniqueness.ts';
import { makeClassification } from './trees-data.ts';

const MINUTE_MS = 60_000;
const START = 1_700_000_000_000;
/** Share of the labels that are drawn by chance: what is left gives an AUC of about 0.6, much for a market. */
const CHANCE = 0.7;
const GAPS = 0.05;

/** 40 features of which every eighth has gaps; a signal every half hour that lives for two hours, both in the mean. */
export function retrainExamples(seed: string, rows: number): { readonly data: Dataset; readonly lives: ExampleLives } {
  const { train } = makeClassification(seed, rows, 0);
  const random = createRandom(seed).fork('lives');
  const openedAt = new Float64Array(rows);
  const resolvedAt = new Float64Array(rows);
  const target = new Float64Array(rows);
  let time = START;
  for (let row = 0; row < rows; row++) {
    time += Math.ceil(random.next() * 60) * MINUTE_MS;
    openedAt[row] = time;
    resolvedAt[row] = time + Math.ceil(random.next() * 240) * MINUTE_MS;
    target[row] = random.next() < CHANCE ? random.integer(2) : (train.target[row] ?? 0);
    for (let feature = 0; feature < train.columns.length; feature += 8) {
      const column = train.columns[feature];
      if (column !== undefined && random.next() < GAPS) column[row] = Number.NaN;
    }
  }
  const uniqueness = averageUniqueness({ openedAt, resolvedAt });
  const weight = uniqueness.map((value, row) => exampleWeight(row % 10 === 0, null, value));
  const netR = target.map((win) => (win === 1 ? 1.2 : -1));
  return { data: { ...train, target, weight }, lives: { openedAt, resolvedAt, netR } };
}
