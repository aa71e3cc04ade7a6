import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countBoth, intersection, JointCounts, packGate, sumOverSets } from '#core/analysis/gate-bits.ts';

const cell = fc.constantFrom(0, 1, Number.NaN, -0);
const gate = (rows: number) => fc.array(cell, { minLength: rows, maxLength: rows });
const netResults = (rows: number) =>
  fc.array(fc.integer({ min: -300, max: 300 }), { minLength: rows, maxLength: rows });
const rowsOf = fc.integer({ min: 1, max: 200 });

describe('gates as bit sets', () => {
  it('PH-44: packing and counting any range equals counting row by row', () => {
    fc.assert(
      fc.property(
        rowsOf.chain((rows) => fc.tuple(gate(rows), gate(rows), fc.nat(rows), fc.nat(rows))),
        ([left, right, one, two]) => {
          const [from, to] = [Math.min(one, two), Math.max(one, two)];
          const [a, b] = [packGate(Float64Array.from(left)), packGate(Float64Array.from(right))];
          const inRange = left.slice(from, to);
          const count = (holds: (index: number) => boolean) => inRange.filter((_, index) => holds(from + index)).length;
          expect(countBoth(a.pass, null, from, to)).toBe(count((row) => left[row] === 1));
          expect(countBoth(a.pass, b.pass, from, to)).toBe(count((row) => left[row] === 1 && right[row] === 1));
          const known = count((row) => !Number.isNaN(left[row]));
          expect(a.known === null ? inRange.length : countBoth(a.known, null, from, to)).toBe(known);
          expect(countBoth(intersection(a.pass, b.pass), null, from, to)).toBe(
            count((row) => left[row] === 1 && right[row] === 1),
          );
        },
      ),
    );
  });

  it('PH-44: a gate without a missing value needs no second set', () => {
    expect(packGate(Float64Array.of(1, 0, 1)).known).toBeNull();
    expect(packGate(Float64Array.of(1, Number.NaN, 1)).known).not.toBeNull();
  });

  it('PH-44: a column that is a part of a longer buffer is read at its place', () => {
    const whole = Float64Array.from({ length: 100 }, (_, row) => row % 2);
    expect(countBoth(packGate(whole.subarray(1, 68)).pass, null, 0, 67)).toBe(34);
  });

  it('PH-44: sums over sets equal sums row by row', () => {
    fc.assert(
      fc.property(
        rowsOf.chain((rows) => fc.tuple(gate(rows), gate(rows), netResults(rows))),
        ([left, right, netR]) => {
          const values = Float64Array.from(netR);
          const [a, b] = [packGate(Float64Array.from(left)), packGate(Float64Array.from(right))];
          const sum = (column: readonly number[]) =>
            netR.reduce((total, value, row) => total + (column[row] === 1 ? value : 0), 0);
          expect([...sumOverSets([a.pass, b.pass], values)]).toEqual([sum(left), sum(right)]);
        },
      ),
    );
  });

  it('PH-42: joint counts of up to ten gates over any range equal counting row by row', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(fc.integer({ min: 1, max: 10 }), rowsOf)
          .chain(([sets, rows]) =>
            fc.tuple(
              fc.array(gate(rows), { minLength: sets, maxLength: sets }),
              gate(rows),
              netResults(rows),
              fc.nat(rows),
              fc.nat(rows),
              fc.nat(2 ** sets - 1),
            ),
          ),
        ([columns, win, netR, one, two, code]) => {
          const [from, to] = [Math.min(one, two), Math.max(one, two)];
          const sets = columns.map((column) => packGate(Float64Array.from(column)).pass);
          const wins = packGate(Float64Array.from(win)).pass;
          const joint = new JointCounts(sets, wins, Float64Array.from(netR), from, to);
          const pattern = (row: number) =>
            columns.reduce((bits, column, at) => bits | (column[row] === 1 ? 1 << at : 0), 0);
          const sums = (holds: (bits: number) => boolean) => {
            const rows = netR.map((_, row) => row).filter((row) => row >= from && row < to && holds(pattern(row)));
            return {
              total: rows.length,
              wins: rows.filter((row) => win[row] === 1).length,
              netR: rows.reduce((total, row) => total + (netR[row] as number), 0),
            };
          };
          expect(joint.exactly(code)).toEqual(sums((bits) => bits === code));
          expect(joint.atLeast(code)).toEqual(sums((bits) => (bits & code) === code));
        },
      ),
    );
  });
});
