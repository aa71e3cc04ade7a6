/** Values that stay sorted while single ones come and go. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedValues } from '#core/base/sorted-values.ts';
import { quantile } from '#core/base/statistics.ts';

const value = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('SortedValues', () => {
  it('holds what was added and not removed, in order, and gives the quantiles of statistics.ts to the bit', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, share) => {
          const sorted = new SortedValues(all.length);
          for (const one of all) sorted.add(one);
          const leaving = all.filter((_, index) => index % 3 === 1);
          for (const one of leaving) sorted.remove(one);
          const left = all.filter((_, index) => index % 3 !== 1);
          expect(sorted.size).toBe(left.length);
          expect(Array.from(left, (_, rank) => sorted.at(rank) + 0)).toEqual(
            [...left].map((one) => one + 0).sort((a, b) => a - b),
          );
          expect(sorted.quantile(share)).toBe(quantile(left, share));
        },
      ),
    );
  });

  it('puts one in the place of another', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), value, fc.nat(), (all, entering, pick) => {
        const sorted = new SortedValues(all.length);
        sorted.refill(all);
        const leaving = all[pick % all.length] as number;
        sorted.replace(leaving, entering);
        const expected = all.toSpliced(pick % all.length, 1, entering).sort((a, b) => a - b);
        expect(Array.from(all, (_, rank) => sorted.at(rank))).toEqual(expected);
      }),
    );
  });

  it('knows no quantile of nothing', () => {
    const sorted = new SortedValues(3);
    expect(sorted.quantile(0.5)).toBeNaN();
    sorted.add(1);
    sorted.clear();
    expect(sorted.size).toBe(0);
  });
});
