import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { binColumn, binData, findBinEdges, MAX_BINS } from '#core/learning/trees/bin-mapper.ts';
import { datasetOf } from '#test/support/tree-data.ts';

function normals(count: number): Float64Array {
  const random = createRandom('normals');
  return new Float64Array(count).map(() => random.normal());
}

describe('bin mapper', () => {
  it('ML-1: few distinct values get a bin each, with the middle between neighbours as edge', () => {
    expect(Array.from(findBinEdges(Float64Array.of(5, 1, Number.NaN, 1, 2), null, MAX_BINS))).toEqual([1.5, 3.5]);
  });

  it('ML-1: many distinct values fill up to 255 bins of about equal weight', () => {
    const column = normals(8_000);
    const edges = findBinEdges(column, null, MAX_BINS);
    const codes = new Uint8Array(column.length);
    binColumn(column, edges, codes);
    const held = new Int32Array(256);
    for (const code of codes) held[code] = (held[code] ?? 0) + 1;
    expect(edges.length + 1).toBeGreaterThan(250);
    expect(edges.length + 1).toBeLessThanOrEqual(MAX_BINS);
    for (const count of held.subarray(0, edges.length + 1)) expect(Math.abs(count - 8_000 / 255)).toBeLessThan(10);
  });

  it('a value that outweighs its share takes one bin and leaves the others to the rest', () => {
    const column = normals(6_000).map((value, row) => (row % 2 === 0 ? 0 : value));
    const edges = findBinEdges(column, null, MAX_BINS);
    expect(edges.length + 1).toBeGreaterThan(240);
  });

  it('ML-1: a row of weight 2 moves the quantiles as the row twice does', () => {
    const column = normals(1_000);
    const weight = column.map((_, row) => 1 + (row % 3));
    const repeated = Float64Array.from([...column].flatMap((value, row) => Array<number>(1 + (row % 3)).fill(value)));
    expect(findBinEdges(column, weight, 50)).toEqual(findBinEdges(repeated, null, 50));
  });

  it('FE-4: missing has a code of its own, also where the column has no value at all', () => {
    const { bins, binCounts } = binData(
      datasetOf({ a: [1, Number.NaN, 2], b: [Number.NaN, Number.NaN, Number.NaN] }, [0, 1, 0]),
      null,
    );
    expect(Array.from(binCounts)).toEqual([2, 1]);
    expect(Array.from(bins)).toEqual([0, 2, 1, 1, 1, 1]);
  });

  it('the code is the number of edges below the value, whatever doubles there are', () => {
    const anyNumber = fc.oneof(
      fc.double(),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(1e-310, 1e308, -1e308, 0, -0),
    );
    fc.assert(
      fc.property(
        fc.array(anyNumber, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 2, max: 40 }),
        (values, maxBins) => {
          const column = Float64Array.from(values);
          const edges = findBinEdges(column, null, maxBins);
          const codes = new Uint8Array(column.length);
          binColumn(column, edges, codes);
          expect(edges.length).toBeLessThan(maxBins);
          for (const [row, value] of column.entries()) {
            const below = edges.filter((edge) => edge < value).length;
            expect(codes[row]).toBe(Number.isNaN(value) ? edges.length + 1 : below);
          }
        },
      ),
    );
  });
});
