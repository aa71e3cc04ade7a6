/** Examples with a known, curved relation, some of them incomplete, for the tests of trainers. */
import { createRandom } from '#core/base/random.ts';
import type { Dataset, Predictor, Task } from '#core/learning/dataset.ts';
import { readRow } from '#core/learning/dataset.ts';

export interface Generated {
  readonly rows: number;
  readonly features?: number;
  readonly seed: string;
  readonly task?: Task;
  /** Share of missing values in every fifth feature. */
  readonly missing?: number;
}

export function generated({ rows, features = 12, seed, task = 'classify', missing = 0 }: Generated): Dataset {
  const random = createRandom(seed);
  const columns = Array.from({ length: features }, () => new Float64Array(rows));
  const target = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (const column of columns) column[row] = random.normal();
    const x = (index: number) => columns[index]?.[row] ?? 0;
    const curve = 0.7 * x(2) * x(3) + 0.5 * Math.sin(2 * x(4)) + (x(5) > 0.5 ? 0.4 * x(6) : 0) + 0.3 * x(7) ** 2;
    const signal = 0.8 * x(0) - 0.6 * x(1) + curve - 0.3;
    if (task === 'regress') target[row] = 1000 + 40 * (signal + 0.5 * random.normal());
    else if (task === 'classify') target[row] = random.next() < 1 / (1 + Math.exp(-signal)) ? 1 : 0;
    else target[row] = signal + 0.5 * random.normal() < -0.5 ? 0 : signal < 0.7 ? 1 : 2;
    for (let index = 0; index < features; index += 5) {
      if (random.next() < missing) columns[index][row] = Number.NaN;
    }
  }
  const names = columns.map((_, index) => `x${index}`);
  return { names, columns, rows, target, weight: new Float64Array(rows).fill(1) };
}

/** Output 0 of every row. */
export function predictAll(predictor: Predictor, data: Dataset): Float64Array {
  const row = new Float64Array(data.columns.length);
  const out = new Float64Array(predictor.outputs);
  return Float64Array.from({ length: data.rows }, (_, index) => {
    readRow(data, index, row);
    predictor.predict(row, out);
    return out[0];
  });
}

/** Area under the ROC curve by ranks; scores without ties. */
export function areaUnderCurve(scores: Float64Array, target: Float64Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  let ranks = 0;
  let positives = 0;
  for (const [rank, row] of order.entries()) {
    if (target[row] !== 1) continue;
    ranks += rank + 1;
    positives += 1;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (target.length - positives));
}
