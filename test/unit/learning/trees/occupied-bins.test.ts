import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { binData } from '#core/learning/trees/bin-mapper.ts';
import { addRows, SLOT } from '#core/learning/trees/histogram.ts';
import { OccupiedBins } from '#core/learning/trees/occupied-bins.ts';
import { noisyLabel, randomDataset } from '#test/support/tree-data.ts';

describe('occupied bins', () => {
  it('ML-1: read from few rows are those of the histogram, to the bit, however often they were used before', () => {
    const fromRows = new OccupiedBins();
    const fromHistogram = new OccupiedBins();
    const scenario = fc.record({
      seed: fc.string(),
      rows: fc.integer({ min: 1, max: 300 }),
      bins: fc.integer({ min: 2, max: 255 }),
    });
    fc.assert(
      fc.property(scenario, ({ seed, rows, bins }) => {
        const random = createRandom(seed);
        const data = binData(randomDataset(seed, rows, 1, 0.2, noisyLabel), null, bins);
        const node = {
          gradients: new Float64Array(rows).map(() => random.normal()),
          packed: new Float64Array(rows).map(() => 1 + random.next()),
        };
        const order = Int32Array.from({ length: rows }, () => random.integer(rows));
        const until = 1 + random.integer(rows);
        const slots = data.slotOffsets[1] as number;
        const histogram = new Float64Array(slots * SLOT);
        addRows(histogram, data, Int32Array.of(0), 1, order, 0, until, node);
        fromHistogram.readHistogram(histogram, 0, slots);
        fromRows.readRows(data.bins, 0, order, 0, until, node);
        expect(listed(fromRows)).toEqual(listed(fromHistogram));
      }),
    );
  });

  it('come in ascending order, the missing one last', () => {
    const occupied = new OccupiedBins();
    const codes = Uint8Array.of(255, 31, 0, 32, 64, 31, 254);
    const node = { gradients: new Float64Array(7).fill(1), packed: new Float64Array(7).fill(1) };
    occupied.readRows(codes, 0, Int32Array.from(codes.keys()), 0, codes.length, node);
    expect(listed(occupied).codes).toEqual([0, 31, 32, 64, 254, 255]);
    expect(listed(occupied).packed).toEqual([1, 2, 1, 1, 1, 1]);
  });
});

function listed({ count, codes, gradients, packed }: OccupiedBins) {
  const first = (values: Int32Array | Float64Array) => Array.from(values.subarray(0, count));
  return { codes: first(codes), gradients: first(gradients), packed: first(packed) };
}
