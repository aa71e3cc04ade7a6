/** Artefacts as bytes: canonical, whole, and refused when anything about them is wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { artefactBytes, artefactId, openArtefact, parseArtefact } from '#core/learning/artefact-bytes.ts';
import type { ModelArtefact } from '#core/learning/dataset.ts';

const artefact: ModelArtefact = {
  kind: 'forest',
  task: 'classify',
  names: ['ema_stack_score', 'größe', 'quote " [ { \\'],
  header: { seed: '7', sizes: [3, 2], nested: { b: null, a: -0.25 }, text: '😀' },
  arrays: {
    thresholds: Float64Array.of(1.5, Number.NaN, Number.NEGATIVE_INFINITY, -0),
    values: Float32Array.of(0.1, 0.2, 0.3),
    left: Int32Array.of(-1, 5),
    flags: Uint8Array.of(1, 0, 255),
    empty: new Float64Array(0),
  },
};
const bytes = artefactBytes(artefact);
const id = artefactId(bytes);

/** Offset of the JSON header and its text. */
function headerOf(all: Uint8Array): { start: number; text: string } {
  const length = new DataView(all.buffer, all.byteOffset).getUint32(12, true);
  return { start: 16, text: String.fromCharCode(...all.subarray(16, 16 + length)) };
}

/** The same bytes with another header, its length set right. */
function withHeader(change: (text: string) => string): Uint8Array {
  const { text } = headerOf(bytes);
  const changed = change(text);
  expect(changed).not.toBe(text);
  const padded = (length: number) => Math.ceil(length / 8) * 8;
  const rest = bytes.subarray(padded(16 + text.length));
  const all = new Uint8Array(padded(16 + changed.length) + rest.length);
  all.set(bytes.subarray(0, 16));
  new DataView(all.buffer).setUint32(12, changed.length, true);
  for (let index = 0; index < changed.length; index++) all[16 + index] = changed.charCodeAt(index);
  all.set(rest, padded(16 + changed.length));
  return all;
}

describe('an artefact as bytes', () => {
  it('ML-40: comes back from a Node Buffer at any offset, as a database hands it out', () => {
    for (const offset of [0, 3, 8, 40]) {
      const pool = new Uint8Array(bytes.length + 64).fill(0x7f);
      pool.set(bytes, offset);
      const read = parseArtefact(Buffer.from(pool.buffer, offset, bytes.length));
      expect(read).toEqual({ ok: true, value: artefact });
    }
  });

  it('ML-40: comes back as it was, NaN, infinities and negative zero included', () => {
    const read = openArtefact(bytes, id);
    expect(read).toEqual({ ok: true, value: artefact });
    if (read.ok) expect(Object.is(read.value.arrays.thresholds[3], -0)).toBe(true);
  });

  it('ML-40: is canonical: the order in which it was put together does not show', () => {
    const reversed = (record: object) => Object.fromEntries(Object.entries(record).reverse());
    const other = {
      ...(reversed(artefact) as unknown as ModelArtefact),
      header: reversed({ ...artefact.header, nested: { a: -0.25, b: null } }),
      arrays: reversed(artefact.arrays) as ModelArtefact['arrays'],
    };
    expect(artefactBytes(other)).toEqual(bytes);
  });

  it('ML-40: a view into a larger buffer is written as the view', () => {
    const values = new Float32Array([9, 0.1, 0.2, 0.3, 9]).subarray(1, 4);
    expect(artefactBytes({ ...artefact, arrays: { ...artefact.arrays, values } })).toEqual(bytes);
  });

  it('reads from any offset, and keeps nothing of the buffer', () => {
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const read = parseArtefact(shifted.subarray(3));
    shifted.fill(0);
    expect(read).toEqual({ ok: true, value: artefact });
  });

  it('property: any finite header and any arrays make the round trip', () => {
    const header = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
    const names = fc.array(fc.string());
    const values = fc.float64Array({ maxLength: 20 });
    fc.assert(
      fc.property(names, header, values, (given, notes, numbers) => {
        const plain = JSON.parse(JSON.stringify(notes)) as Record<string, unknown>;
        const made: ModelArtefact = {
          kind: 'network',
          task: 'regress',
          names: given,
          header: plain,
          arrays: { numbers },
        };
        const written = artefactBytes(made);
        const read = parseArtefact(written);
        expect(read.ok && artefactBytes(read.value)).toEqual(written);
        expect(read.ok && read.value.names).toEqual(given);
      }),
    );
  });

  it('refuses to write what JSON cannot carry', () => {
    for (const header of [
      { loss: Number.NaN },
      { loss: Number.POSITIVE_INFINITY },
      { when: new Date(0) },
      { big: 1n },
    ]) {
      expect(() => artefactBytes({ ...artefact, header })).toThrow(/header of an artefact/);
    }
  });
});

describe('RE-40: damaged bytes', () => {
  it('1,000 bit flips are refused when the id is known, and none of them throws without it', () => {
    const random = createRandom('bit flips');
    let readable = 0;
    for (let flip = 0; flip < 1000; flip++) {
      const damaged = bytes.slice();
      damaged[random.integer(damaged.length)] ^= 1 << random.integer(8);
      expect(openArtefact(damaged, id).ok).toBe(false);
      if (parseArtefact(damaged).ok) readable += 1;
    }
    // A flip inside a number is another number: only the hash can tell.
    expect(readable).toBeGreaterThan(0);
  });

  it('every truncation, and everything after the end, is refused even without the id', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(parseArtefact(bytes.subarray(0, length)).ok).toBe(false);
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    expect(parseArtefact(longer).ok).toBe(false);
  });

  it('every flipped bit of prefix, header and padding is refused or read as another canonical artefact', () => {
    const end = 16 + headerOf(bytes).text.length;
    for (let at = 0; at < end * 8; at++) {
      const damaged = bytes.slice();
      damaged[at >> 3] ^= 1 << (at & 7);
      const read = parseArtefact(damaged);
      if (read.ok) expect(artefactBytes(read.value)).toEqual(damaged);
    }
  });

  it.each<[string, (text: string) => string]>([
    ['another spelling of the same JSON', (text) => text.replace(',"header"', ', "header"')],
    ['a key twice', (text) => text.replace('"kind"', '"kind":"forest","kind"')],
    ['an unknown kind', (text) => text.replace('"forest"', '"script"')],
    ['an unknown type of array', (text) => text.replace('"f64"', '"f16"')],
    ['a type from the prototype', (text) => text.replace('"f64"', '"constructor"')],
    ['a negative length', (text) => text.replace('"length":3', '"length":-3')],
    ['a length that is no whole number', (text) => text.replace('"length":3', '"length":2.5')],
    ['a length beyond the end', (text) => text.replace('"length":4', '"length":2000000000')],
    ['a name that reaches for the prototype', (text) => text.replace('"name":"values"', '"name":"__proto__"')],
    ['a missing part', (text) => text.replace('"task":"classify"', '"tusk":"classify"')],
    ['deep nesting', (text) => text.replace('null', `${'['.repeat(5000)}${']'.repeat(5000)}`)],
    ['no JSON', () => '{'],
    ['no object', () => 'null'],
  ])('a header with %s is refused', (_, change) => {
    expect(parseArtefact(withHeader(change))).toMatchObject({ ok: false, error: { kind: 'bad-artefact' } });
  });

  it('arbitrary bytes are refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => !parseArtefact(noise).ok));
  });
});
