import { anything, assert, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CanonicalBytes } from '#main/services/research/canonical-bytes.ts';

function bytesOf(...values: readonly unknown[]): string {
  const parts: Buffer[] = [];
  const writer = new CanonicalBytes((bytes) => parts.push(Buffer.from(bytes)));
  for (const value of values) writer.add(value);
  writer.flush();
  return Buffer.concat(parts).toString('hex');
}

describe('canonical bytes', () => {
  it('PL-6: neither the order of keys nor a field that is undefined shows', () => {
    expect(bytesOf({ b: [1, { d: 'x', c: null }], a: true })).toBe(
      bytesOf({ a: true, e: undefined, b: [1, { c: null, d: 'x' }] }),
    );
  });

  it('a NaN is the same whichever bits the machine gave it, and 0 is -0', () => {
    const other = new Float64Array(new BigUint64Array([0xfff8000000000001n]).buffer);
    expect(bytesOf(other)).toBe(bytesOf(new Float64Array([Number.NaN])));
    expect(bytesOf(other[0])).toBe(bytesOf(Number.NaN));
    expect(bytesOf(-0)).toBe(bytesOf(0));
  });

  it('what differs in kind, length or place differs in bytes', () => {
    const values = [
      null,
      undefined,
      0,
      '0',
      false,
      true,
      [],
      {},
      [0],
      [[0]],
      { 0: 0 },
      new Float64Array(1),
      Number.NaN,
    ];
    const texts = [
      ['ab', ''],
      ['a', 'b'],
      ['', 'ab'],
      ['ab'],
      'ab',
      { a: 'b' },
      { ab: '' },
      new Float64Array(2),
      [0, 0],
    ];
    const all = [...values, ...texts].map((value) => bytesOf(value));
    expect(new Set(all).size).toBe(all.length);
  });

  it('a value larger than the buffer, and many values beyond it, come out whole and in order', () => {
    const long = 'é'.repeat(200_000);
    const list = Float64Array.from({ length: 60_000 }, (_, index) => index);
    expect(bytesOf(long, list, 1)).toBe(bytesOf(long) + bytesOf(list) + bytesOf(1));
    const many = Array.from({ length: 30_000 }, (_, index) => ({ index, name: `n${index}` }));
    expect(bytesOf(...many)).toBe(many.map((value) => bytesOf(value)).join(''));
  });

  it('a changed leaf changes the bytes', () => {
    const changed = record({ key: string(), before: string(), after: string() });
    assert(
      property(changed, anything({ maxDepth: 2, withNullPrototype: false }), ({ key, before, after }, beside) => {
        const rest = JSON.stringify(beside) ?? '';
        const name = `k${key}`;
        const same = bytesOf({ [name]: before, rest }) === bytesOf({ [name]: after, rest });
        expect(same).toBe(Buffer.from(before).equals(Buffer.from(after)));
      }),
      { numRuns: 200 },
    );
  });

  it('what has no such form is refused', () => {
    expect(() => bytesOf(() => 0)).toThrow('no canonical form');
  });
});
