/** Classification data in the manner of scikit-learn's make_classification, from our own generator. */
import { createRandom } from '#core/base/random.ts';
import type { Dataset } from '#core/learning/dataset.ts';

export interface Classification {
  readonly train: Dataset;
  readonly test: Dataset;
}

/**
 * 40 features: 12 informative (four clusters per class on the corners of a cube, stretched by a random matrix), 8 linear
 * mixes of them, 20 noise; 5 % of the labels flipped. Train and test are drawn from the same clusters.
 */
export function makeClassification(seed: string, trainRows: number, testRows: number): Classification {
  const informative = 12;
  const mixed = 8;
  const features = 40;
  const clusters = 8;
  const random = createRandom(seed);
  const shape = random.fork('shape');
  const centres = Array.from({ length: clusters }, () =>
    Array.from({ length: informative }, () => (shape.next() < 0.5 ? -1 : 1)),
  );
  const stretch = Array.from({ length: clusters }, () =>
    Array.from({ length: informative }, () => Array.from({ length: informative }, () => shape.next() * 2 - 1)),
  );
  const mixing = Array.from({ length: mixed }, () => Array.from({ length: informative }, () => shape.next() * 2 - 1));

  const draw = (name: string, rows: number): Dataset => {
    const stream = random.fork(name);
    const columns = Array.from({ length: features }, () => new Float64Array(rows));
    const target = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const cluster = stream.integer(clusters);
      const normals = Array.from({ length: informative }, () => stream.normal());
      const values = (centres[cluster] ?? []).map((centre, i) =>
        (stretch[cluster] ?? []).reduce((total, line, j) => total + (line[i] ?? 0) * (normals[j] ?? 0), centre),
      );
      const mixes = mixing.map((line) => line.reduce((total, factor, i) => total + factor * (values[i] ?? 0), 0));
      for (const [feature, column] of columns.entries()) {
        column[row] = values[feature] ?? mixes[feature - informative] ?? stream.normal();
      }
      target[row] = stream.next() < 0.05 ? stream.integer(2) : cluster % 2;
    }
    const names = columns.map((_, feature) => `x${feature}`);
    return { names, columns, rows, target, weight: new Float64Array(rows).fill(1) };
  };
  return { train: draw('train', trainRows), test: draw('test', testRows) };
}

/** Share of pairs of a 1 and a 0 that the scores put in the right order; ties count half. */
export function areaUnderCurve(target: Float64Array, scores: Float64Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let ones = 0;
  let rankSum = 0;
  for (let from = 0; from < order.length; ) {
    let until = from;
    while (until < order.length && scores[order[until] ?? 0] === scores[order[from] ?? 0]) until++;
    const rank = (from + until + 1) / 2;
    for (let i = from; i < until; i++) {
      if (target[order[i] ?? 0] !== 1) continue;
      ones++;
      rankSum += rank;
    }
    from = until;
  }
  const zeros = order.length - ones;
  return (rankSum - (ones * (ones + 1)) / 2) / (ones * zeros);
}
