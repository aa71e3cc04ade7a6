import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvBytes } from '#main/files/csv-bytes.ts';
import { booleanCell, numberCell, textCell, timeCell } from '#main/files/csv-cells.ts';

function written(put: (cells: CsvBytes) => void): string {
  // So little memory that it has to grow, in the middle of anything.
  const cells = new CsvBytes(1);
  put(cells);
  return Buffer.from(cells.take(new Uint8Array(1))).toString();
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom("'", '=', '"', ',', ';', '\n', '\r', '\t', '-', 'a') }),
);
/** A lone surrogate is no text: UTF-8 has no bytes for it. */
const wellFormed = text.filter((value) => value.isWellFormed());

describe('cells as bytes', () => {
  it('WS-20: any text is the cell that textCell makes, whether it is shared or not', () => {
    fc.assert(
      fc.property(wellFormed, (value) => {
        expect(written((cells) => cells.text(value))).toBe(textCell(value));
        expect(written((cells) => cells.shared(value))).toBe(textCell(value));
      }),
    );
  });

  it('WS-20: any time is the cell that timeCell makes, beyond the year 9999 and before 1970 too', () => {
    const time = fc.oneof(
      fc.integer({ min: 0, max: 253_402_300_799_999 }),
      fc.integer({ min: -8.64e15, max: 8.64e15 }),
    );
    fc.assert(fc.property(time, (value) => written((cells) => cells.time(value)) === timeCell(value)));
    expect(written((cells) => cells.time(null))).toBe('');
  });

  it('WS-20: any number is the cell that numberCell makes; none is nothing', () => {
    fc.assert(fc.property(fc.double(), (value) => written((cells) => cells.number(value)) === numberCell(value)));
    expect(written((cells) => cells.number(null))).toBe('');
    const values = Float64Array.of(1.5, Number.NaN, -0.1, Number.POSITIVE_INFINITY);
    expect(written((cells) => cells.numbers(values))).toBe(',1.5,,-0.1,');
  });

  it('WS-20: flags and cells one after the other', () => {
    const line = written((cells) => {
      cells.flag(true);
      cells.comma();
      cells.flag(false);
      cells.raw('\r\n');
    });
    expect(line).toBe(`${booleanCell(true)},${booleanCell(false)}\r\n`);
  });
});
