/** What every trainer must keep, whatever it trains: run on each of them by test/conformance/trainer-*.test.ts. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { type Dataset, type ModelArtefact, type Predictor, readRow, type Task } from '#core/learning/dataset.ts';
import { bytesOf, noisyLabel, randomDataset } from './tree-data.ts';

export interface TrainerUnderTest {
  readonly name: string;
  readonly tasks: readonly Task[];
  train(data: Dataset, task: Task, seed: string): ModelArtefact;
  predictorOf(artefact: ModelArtefact): Predictor;
}

/** A constant target must be answered within this. */
const CONSTANT_TOLERANCE = 0.01;

export function describeTrainer(trainer: TrainerUnderTest): void {
  for (const task of trainer.tasks) {
    describe(`${trainer.name}, ${task}`, () => {
      const data = dataFor(task);
      const train = (from: Dataset = data, seed = 'one') => trainer.train(from, task, seed);

      it('ML-1: the same data and seed give the same bytes', () => {
        expect(bytesOf(train())).toBe(bytesOf(train()));
      });

      it('ML-40: an artefact taken apart into JSON and bytes, and put together again, predicts the same', () => {
        const artefact = train();
        expect(answers(trainer.predictorOf(roundTrip(artefact)), data)).toEqual(
          answers(trainer.predictorOf(artefact), data),
        );
      });

      it('answers a constant target with that constant', () => {
        const constant = task === 'regress' ? 123.25 : 1;
        const artefact = train({ ...data, target: new Float64Array(data.rows).fill(constant) });
        const predictor = trainer.predictorOf(artefact);
        const out = new Float64Array(predictor.outputs);
        predictor.predict(new Float64Array(data.columns.length), out);
        expect(Math.abs((out[task === 'multiclass' ? 1 : 0] as number) - constant)).toBeLessThan(CONSTANT_TOLERANCE);
      });

      it('ML-1: weights pull the answers where features tell nothing', () => {
        const dull = { ...data, columns: data.columns.map(() => new Float64Array(data.rows)) };
        const heavy = { ...dull, weight: data.target.map((y) => (y > 0.5 ? 20 : 1)) };
        const [usual, pulled] = [train(dull), train(heavy)].map((artefact) => {
          const all = answers(trainer.predictorOf(artefact), dull);
          return (
            all.reduce(
              (total, out) => total + (task === 'multiclass' ? 1 - (out[0] as number) : (out[0] as number)),
              0,
            ) / all.length
          );
        });
        expect(pulled as number).toBeGreaterThan((usual as number) + 0.05);
      });

      it('FE-4: missing and extreme inputs never give NaN, and probabilities stay within [0, 1]', () => {
        const predictor = trainer.predictorOf(train());
        const out = new Float64Array(predictor.outputs);
        const random = createRandom('odd');
        const odd = [Number.NaN, 0, 1e300, -1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (let trial = 0; trial < 200; trial++) {
          predictor.predict(
            Float64Array.from(data.columns, () => odd[random.integer(odd.length)] as number),
            out,
          );
          for (const value of out) expect(Number.isFinite(value)).toBe(true);
          if (task === 'regress') continue;
          for (const value of out) expect(value >= 0 && value <= 1).toBe(true);
          if (task === 'multiclass') expect(out.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        }
      });

      it('learns: it answers its training rows better than a constant does', () => {
        const all = answers(trainer.predictorOf(train()), data);
        const hits = all.filter((out, row) => {
          const y = data.target[row] as number;
          if (task === 'multiclass') return out.indexOf(Math.max(...out)) === y;
          return task === 'classify' ? (out[0] as number) > 0.5 === (y === 1) : Math.abs((out[0] as number) - y) < 0.5;
        });
        expect(hits.length / data.rows).toBeGreaterThan(0.7);
      });
    });
  }
}

function dataFor(task: Task): Dataset {
  return randomDataset('conformance', 300, 5, 0.1, (values, noise) => {
    if (task === 'classify') return noisyLabel(values, noise);
    const [a = 0] = values;
    const score = (Number.isNaN(a) ? 0 : a) + noise * 0.1;
    return task === 'regress' ? score : score < -0.5 ? 0 : score < 0.5 ? 1 : 2;
  });
}

function answers(predictor: Predictor, data: Dataset): number[][] {
  const row = new Float64Array(data.columns.length);
  const out = new Float64Array(predictor.outputs);
  return Array.from({ length: data.rows }, (_, index) => {
    readRow(data, index, row);
    predictor.predict(row, out);
    return Array.from(out);
  });
}

/** As a store does it: the header as JSON text, each array as bytes. */
function roundTrip(artefact: ModelArtefact): ModelArtefact {
  const { arrays, ...rest } = artefact;
  return { ...(JSON.parse(JSON.stringify(rest)) as Omit<ModelArtefact, 'arrays'>), arrays: structuredClone(arrays) };
}
