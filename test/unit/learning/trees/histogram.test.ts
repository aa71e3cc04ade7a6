import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { binData } from '#core/learning/trees/bin-mapper.ts';
import {
  addRows,
  HistogramPool,
  pack,
  packingFor,
  SLOT,
  sizeOf,
  subtractHistogram,
} from '#core/learning/trees/histogram.ts';
import { noisyLabel, randomDataset } from '#test/support/tree-data.ts';

describe('histogram', () => {
  it('ML-1: parent minus child equals the sibling built by brute force: sizes and hessians to the bit, gradients to 1e-9', () => {
    const scenario = fc.record({
      seed: fc.string(),
      rows: fc.integer({ min: 2, max: 200 }),
      features: fc.integer({ min: 1, max: 9 }),
      largestSize: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(scenario, ({ seed, rows, features, largestSize }) => {
        const random = createRandom(seed);
        const data = binData(randomDataset(seed, rows, features, 0.2, noisyLabel), null, 20);
        const columns = Int32Array.from({ length: features }, (_, feature) => feature);
        const gradients = new Float64Array(rows).map(() => random.normal());
        const hessians = new Float64Array(rows).map(() => random.next());
        const sizes = new Int32Array(rows).map(() => 1 + random.integer(largestSize));
        const packing = packingFor(sum(hessians), sum(sizes));
        const packed = hessians.map((hessian, row) => pack(hessian, sizes[row] as number, packing));
        const order = Int32Array.from({ length: rows }, (_, row) => row);
        const middle = 1 + random.integer(rows - 1);
        const pool = new HistogramPool(data.slotOffsets[features] as number);
        const parent = pool.take();
        const child = pool.take();
        addRows(parent, data, columns, features, order, 0, rows, { gradients, packed });
        addRows(child, data, columns, features, order, 0, middle, { gradients, packed });
        subtractHistogram(parent, child);

        const slots = data.slotOffsets[features] as number;
        const expectedGradient = new Float64Array(slots);
        const expectedSize = new Int32Array(slots);
        const expectedHessian = new Float64Array(slots);
        for (let row = middle; row < rows; row++) {
          for (const feature of columns) {
            const slot = (data.slotOffsets[feature] as number) + (data.bins[feature * rows + row] as number);
            expectedGradient[slot] = (expectedGradient[slot] as number) + (gradients[row] as number);
            expectedSize[slot] = (expectedSize[slot] as number) + (sizes[row] as number);
            expectedHessian[slot] = (expectedHessian[slot] as number) + (hessians[row] as number);
          }
        }
        for (let slot = 0; slot < slots; slot++) {
          const held = parent[slot * SLOT + 1] as number;
          expect(Math.abs((parent[slot * SLOT] as number) - (expectedGradient[slot] as number))).toBeLessThan(1e-9);
          expect(sizeOf(held, packing)).toBe(expectedSize[slot]);
          const hessian = held - sizeOf(held, packing) * packing.unit;
          expect(Math.abs(hessian - (expectedHessian[slot] as number))).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('packed sums are exact in any order', () => {
    const random = createRandom('packed');
    const hessians = new Float64Array(50_000).map(() => random.next() / 4);
    const packing = packingFor(sum(hessians), hessians.length);
    const packed = hessians.map((hessian) => pack(hessian, 1, packing));
    expect(sum(packed)).toBe(sum(packed.toReversed()));
    expect(sizeOf(sum(packed), packing)).toBe(50_000);
    expect(sum(packed) - 50_000 * packing.unit).toBeCloseTo(sum(hessians), 2);
  });

  it('the pool gives zeros, also after a histogram came back used', () => {
    const pool = new HistogramPool(4);
    const used = pool.take().fill(7);
    pool.giveBack(used);
    expect(pool.take()).toEqual(new Float64Array(4 * SLOT));
  });
});

function sum(values: Float64Array | Int32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
