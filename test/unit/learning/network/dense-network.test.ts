/** The forward pass, its inputs and its contributions, on networks small enough to work out by hand and on random ones. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import type { Dataset, ModelArtefact, Task } from '#core/learning/dataset.ts';
import { createNetworkPredictor } from '#core/learning/network/dense-network.ts';
import { encodeRow, fitInputEncoding, INPUT_KINDS, INPUT_LIMIT } from '#core/learning/network/input-encoding.ts';
import { networkArtefact, readNetwork } from '#core/learning/network/network-model.ts';

function dataset(columns: Record<string, number[]>): Dataset {
  const rows = Object.values(columns)[0].length;
  return {
    names: Object.keys(columns),
    columns: Object.values(columns).map((values) => Float64Array.from(values)),
    rows,
    target: new Float64Array(rows),
    weight: new Float64Array(rows).fill(1),
  };
}

function encoded(data: Dataset, row: number[], coded: string[] = []): number[] {
  const encoding = fitInputEncoding(data, data.rows, new Set(coded));
  const out = new Float64Array(encoding.feature.length);
  encodeRow(encoding, Float64Array.from(row), out);
  return [...out];
}

/** A network with random weights over features with gaps and a code. */
function randomNetwork(task: Task, seed: string, hidden = [8, 5]): ModelArtefact {
  const random = createRandom(seed);
  const draw = (gaps: number) =>
    Array.from({ length: 200 }, () => (random.next() < gaps ? Number.NaN : random.normal() * 3));
  const data = dataset({
    a: draw(0),
    b: draw(0.2),
    c: draw(0.5),
    code: draw(0.1).map((x) => Math.round(Math.abs(x)) % 3),
  });
  const encoding = fitInputEncoding(data, data.rows, new Set(['code']));
  const sizes = [encoding.feature.length, ...hidden, task === 'multiclass' ? 3 : 1];
  const layers = sizes.slice(1).map((outputs, index) => ({
    inputs: sizes[index],
    outputs,
    weights: Float32Array.from({ length: outputs * sizes[index] }, () => random.normal()),
    bias: Float32Array.from({ length: outputs }, () => random.normal()),
  }));
  const scale = task === 'regress' ? { outputCentre: 250, outputScale: 12 } : { outputCentre: 0, outputScale: 1 };
  return networkArtefact({ task, names: data.names, encoding, layers, ...scale }, { seed });
}

function randomRow(random: ReturnType<typeof createRandom>): Float64Array {
  const value = () => (random.next() < 0.2 ? Number.NaN : random.normal() * 3);
  return Float64Array.of(value(), value(), value(), random.integer(4));
}

describe('the inputs of a network', () => {
  it('FE-4: a missing value is the training median, and flagged', () => {
    const data = dataset({ x: [1, 2, Number.NaN, 9] });
    const encoding = fitInputEncoding(data, data.rows, new Set());
    expect([...encoding.kind]).toEqual([INPUT_KINDS.value, INPUT_KINDS.missing]);
    expect(encoding.fill[0]).toBe(2);
    expect(encoded(data, [Number.NaN])).toEqual([encoded(data, [2])[0], 0.75]);
    expect(encoded(data, [2])[1]).toBe(-0.25);
  });

  it('FE-4: there is a flag only where values were missing, and a gap that was never seen is the median', () => {
    const data = dataset({ x: [1, 2, 3], y: [Number.NaN, Number.NaN, Number.NaN] });
    expect(encoded(data, [Number.NaN, 5])).toEqual(encoded(data, [2, Number.NaN]));
    expect(encoded(data, [2, 0])).toHaveLength(1);
  });

  it('are standardised: mean 0 and deviation 1 over the training rows', () => {
    const data = dataset({ x: [10, 20, 30, 40] });
    const values = [10, 20, 30, 40].map((x) => encoded(data, [x])[0]);
    expect(values.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 12);
    expect(values.reduce((sum, x) => sum + x * x, 0) / 4).toBeCloseTo(1, 12);
  });

  it('are one per code for a coded feature, all off for a code that was never seen', () => {
    const data = dataset({ session: [0, 1, 3, 3] });
    const means = [0.25, 0.25, 0.5];
    expect(encoded(data, [3], ['session'])).toEqual([-means[0], -means[1], 1 - means[2]]);
    expect(encoded(data, [2], ['session'])).toEqual(means.map((mean) => -mean));
  });

  it('RE-41: stay within their limit whatever comes', () => {
    const data = dataset({ x: [1, 2, 3], flat: [5, 5, 5], wide: [1e308, -1e308, 1e300] });
    for (const value of [1e308, -1e308, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, Number.NaN]) {
      for (const input of encoded(data, [value, value, value]))
        expect(Math.abs(input)).toBeLessThanOrEqual(INPUT_LIMIT);
    }
  });
});

describe('the forward pass', () => {
  it('ML-1: is the one worked out by hand', () => {
    const encoding = {
      feature: Int32Array.of(0, 1),
      kind: new Uint8Array(2),
      fill: new Float64Array(2),
      centre: Float64Array.of(1, 0),
      scale: Float64Array.of(2, 1),
    };
    const layers = [
      { inputs: 2, outputs: 2, weights: Float32Array.of(1, 2, -1, 0.5), bias: Float32Array.of(0.5, -0.25) },
      { inputs: 2, outputs: 1, weights: Float32Array.of(2, 4), bias: Float32Array.of(-1) },
    ];
    const model = { task: 'classify' as const, names: ['a', 'b'], encoding, layers, outputCentre: 0, outputScale: 1 };
    const predictor = createNetworkPredictor(networkArtefact(model, {}));
    const out = new Float64Array(1);
    // Inputs (2, 3): hidden 0.5 + 2 + 6 = 8.5 and -0.25 - 2 + 1.5 < 0, so 0; log odds 2 x 8.5 - 1 = 16.
    predictor.margins(Float64Array.of(5, 3), out);
    expect(out[0]).toBe(16);
    predictor.predict(Float64Array.of(5, 3), out);
    expect(out[0]).toBeCloseTo(1 / (1 + Math.exp(-16)), 15);
  });

  it('RE-41: 100,000 fuzzed rows give probabilities, never NaN', () => {
    const random = createRandom('fuzz');
    const strange = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, -1e308, 0, -0, 5e-324];
    for (const task of ['classify', 'multiclass'] as const) {
      const predictor = createNetworkPredictor(randomNetwork(task, `fuzz ${task}`));
      const out = new Float64Array(predictor.outputs);
      const row = new Float64Array(4);
      let worst = 0;
      for (let count = 0; count < 50_000; count++) {
        for (let at = 0; at < 4; at++)
          row[at] = random.next() < 0.5 ? strange[random.integer(8)] : random.normal() * 100;
        predictor.predict(row, out);
        let sum = 0;
        for (const share of out) {
          if (!(share >= 0 && share <= 1)) worst = Number.POSITIVE_INFINITY;
          sum += share;
        }
        if (task === 'multiclass') worst = Math.max(worst, Math.abs(sum - 1));
      }
      expect(worst).toBeLessThan(1e-12);
    }
  });

  it('a row does not depend on the rows before it', () => {
    const artefact = randomNetwork('multiclass', 'memory');
    const used = createNetworkPredictor(artefact);
    const random = createRandom('rows');
    const [first, second] = [new Float64Array(3), new Float64Array(3)];
    for (let count = 0; count < 50; count++) {
      const row = randomRow(random);
      used.contributions(randomRow(random), 1, new Float64Array(4));
      used.predict(row, first);
      createNetworkPredictor(artefact).predict(row, second);
      expect(first).toEqual(second);
    }
  });
});

describe('contributions', () => {
  it.each(['classify', 'multiclass', 'regress'] as const)('ML-42: add up to the margin to 1e-9 (%s)', (task) => {
    const predictor = createNetworkPredictor(randomNetwork(task, `additive ${task}`));
    const random = createRandom('rows');
    const margins = new Float64Array(predictor.outputs);
    const parts = new Float64Array(4);
    const bases = new Set<number>();
    for (let count = 0; count < 500; count++) {
      const row = randomRow(random);
      const output = count % predictor.outputs;
      const base = predictor.contributions(row, output, parts);
      if (output === 0) bases.add(base);
      predictor.margins(row, margins);
      expect(Math.abs(parts.reduce((sum, part) => sum + part, base) - margins[output])).toBeLessThan(1e-9);
    }
    expect(bases.size).toBe(1);
  });

  it('ML-42: a feature without weight contributes nothing, and a linear model its own terms', () => {
    const data = dataset({ a: [0, 2], b: [0, 2], c: [0, 2] });
    const encoding = fitInputEncoding(data, data.rows, new Set());
    const layers = [{ inputs: 3, outputs: 1, weights: Float32Array.of(3, 0, -1), bias: Float32Array.of(0.5) }];
    const model = { task: 'classify' as const, names: data.names, encoding, layers, outputCentre: 0, outputScale: 1 };
    const parts = new Float64Array(3);
    expect(createNetworkPredictor(networkArtefact(model, {})).contributions(Float64Array.of(3, 9, 1), 0, parts)).toBe(
      0.5,
    );
    expect([...parts].map((part) => part + 0)).toEqual([6, 0, 0]);
  });
});

describe('an artefact that does not fit', () => {
  const good = randomNetwork('classify', 'good');
  const { inputFeature, weights0, bias1, inputScale } = good.arrays;
  const withArray = (name: string, array: ModelArtefact['arrays'][string]) => ({
    ...good,
    arrays: { ...good.arrays, [name]: array },
  });

  it.each<[string, ModelArtefact]>([
    ['of another kind', { ...good, kind: 'forest' }],
    ['of another version', { ...good, header: { ...good.header, networkFormat: 2 } }],
    ['without sizes', { ...good, header: { ...good.header, sizes: null } }],
    ['with sizes of another network', { ...good, header: { ...good.header, sizes: [3, 8, 5, 1] } }],
    ['with fewer features', { ...good, names: ['a'] }],
    ['with a feature below 0', withArray('inputFeature', Int32Array.from(inputFeature).fill(-1))],
    ['with weights too short', withArray('weights0', weights0.slice(1))],
    ['with weights as doubles', withArray('weights0', Float64Array.from(weights0))],
    ['with a bias that is no number', withArray('bias1', Float32Array.from(bias1).fill(Number.NaN))],
    ['with a scale of 0', withArray('inputScale', Float64Array.from(inputScale).fill(0))],
    ['for another task', { ...good, task: 'multiclass' }],
    ['without an output scale', { ...good, header: { ...good.header, outputScale: 'wide' } }],
  ])('%s is refused with a fault', (_, artefact) => {
    expect(readNetwork(artefact)).toMatchObject({ ok: false, error: { kind: 'bad-network' } });
    expect(() => createNetworkPredictor(artefact)).toThrow(/cannot be used/);
  });

  it('and the good one is read', () => {
    expect(readNetwork(good).ok).toBe(true);
  });
});

describe('a held row of a network', () => {
  it.each([
    'classify',
    'regress',
    'multiclass',
  ] as const)('ML-43: with one feature changed is predicted as the changed row is, to rounding (%s)', (task) => {
    const network = createNetworkPredictor(randomNetwork(task, `held ${task}`));
    const random = createRandom(`rows ${task}`);
    const ours = new Float64Array(network.outputs);
    const expected = new Float64Array(network.outputs);
    const held = network.holdRow();
    for (let index = 0; index < 40; index++) {
      const row = randomRow(random);
      held.hold(row);
      for (let feature = 0; feature < row.length; feature++) {
        for (const value of [random.normal(), Number.NaN, 2, row[feature], Number.POSITIVE_INFINITY]) {
          held.predictWith(feature, value, ours);
          const changed = row.slice();
          changed[feature] = value;
          network.predict(changed, expected);
          ours.forEach((answer, output) => {
            expect(Math.abs(answer - expected[output])).toBeLessThan(1e-10 * Math.max(1, Math.abs(expected[output])));
          });
        }
      }
    }
  });
});
