/** FE-2: what one feature tells alone, against the same figures written out row by row. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlation } from '#core/base/statistics.ts';
import { areaUnderCurve } from '#core/learning/metrics.ts';
import { crossFittedArea, orderColumn, rankCorrelation } from '#core/learning/single-feature-figures.ts';

/** Few different values and gaps: ties and missing ones are where it may go wrong. */
const cell = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Number.NaN), fc.double({ noNaN: true }));
const table = fc.array(fc.record({ value: cell, win: fc.boolean(), life: fc.integer({ min: 1, max: 9 }) }), {
  minLength: 4,
  maxLength: 120,
});

function plainRates(column: Float64Array, target: Float64Array, learn: readonly number[]): (value: number) => number {
  const known = learn.map((row) => column[row]).filter((value) => !Number.isNaN(value));
  known.sort((a, b) => a - b);
  const edges = [
    ...new Set(Array.from({ length: 11 }, (_, bin) => known[Math.ceil(((bin + 1) * known.length) / 12) - 1])),
  ];
  const binOf = (value: number) =>
    Number.isNaN(value) ? 'missing' : edges.filter((edge) => edge !== undefined && value > edge).length;
  return (value) => {
    const inBin = learn.filter((row) => binOf(column[row]) === binOf(value));
    return (1 + inBin.filter((row) => target[row] === 1).length) / (2 + inBin.length);
  };
}

function plainArea(column: Float64Array, target: Float64Array): number {
  let sum = 0;
  let pairs = 0;
  for (let block = 0; block < 4; block++) {
    const rows = Array.from(target.keys());
    const isTested = (row: number) => Math.floor((row * 4) / target.length) === block;
    const rate = plainRates(
      column,
      target,
      rows.filter((row) => !isTested(row)),
    );
    const tested = rows.filter(isTested);
    const wins = tested.filter((row) => target[row] === 1).length;
    const here = wins * (tested.length - wins);
    if (here === 0) continue;
    pairs += here;
    const rates = Float64Array.from(tested, (row) => rate(column[row]));
    sum +=
      here *
      areaUnderCurve(
        rates,
        Float64Array.from(tested, (row) => target[row]),
      );
  }
  return pairs === 0 ? 0.5 : sum / pairs;
}

function plainRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
}

describe('a feature alone', () => {
  it('FE-2: separates outcomes by the area of its win rates, learned on other blocks of time', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const column = Float64Array.from(rows, ({ value }) => value);
        const target = Float64Array.from(rows, ({ win }) => Number(win));
        expect(crossFittedArea(orderColumn(column), target)).toBeCloseTo(plainArea(column, target), 12);
      }),
    );
  });

  it('FE-2: goes with the life after entry by its ranks, over the rows that have a value', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const present = rows.filter(({ value }) => !Number.isNaN(value));
        const expected = Math.abs(
          correlation(plainRanks(present.map(({ value }) => value)), plainRanks(present.map(({ life }) => life))),
        );
        const found = rankCorrelation(
          orderColumn(Float64Array.from(rows, ({ value }) => value)),
          orderColumn(Float64Array.from(rows, ({ life }) => life)),
        );
        if (Number.isNaN(expected)) expect(found).toBeNaN();
        else expect(found).toBeCloseTo(expected, 12);
      }),
    );
  });
});
