/** Seeded randomness: a small, fast generator whose forks depend on names only, never on how much was drawn before. */

/** Not for secrets. The same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Standard normal (mean 0, variance 1). */
  normal(): number;
  /** Uniform integer in [0, n); `n` is a positive integer up to 2^32. */
  integer(n: number): number;
  /** An independent stream for `name`; the same seed and name give the same stream whenever it is forked. */
  fork(name: string): Random;
}

/** Separates names in a fork's path; a name that contains it cannot be confused with a deeper fork by accident of spelling. */
const PATH_SEPARATOR = '\u0000';
const UINT32 = 2 ** 32;

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, period about 2^127, passes PractRand. */
class Sfc32Random implements Random {
  private readonly path: string;
  private a: number;
  private b: number;
  private c: number;
  private counter: number;
  private spareNormal: number;
  private hasSpareNormal: boolean;

  constructor(path: string) {
    this.path = path;
    const [a, b, c, d] = hash128(path);
    this.a = a;
    this.b = b;
    this.c = c;
    this.counter = d | 0;
    this.spareNormal = 0;
    this.hasSpareNormal = false;
    // The first outputs still resemble the seed; sfc32's author runs twelve rounds before use.
    for (let round = 0; round < 12; round++) this.nextUint32();
  }

  next(): number {
    return this.nextUint32() / UINT32;
  }

  normal(): number {
    if (this.hasSpareNormal) {
      this.hasSpareNormal = false;
      return this.spareNormal;
    }
    // Marsaglia's polar method: two normals per accepted point of the unit disc.
    let u: number;
    let v: number;
    let radiusSquared: number;
    do {
      u = this.next() * 2 - 1;
      v = this.next() * 2 - 1;
      radiusSquared = u * u + v * v;
    } while (radiusSquared >= 1 || radiusSquared === 0);
    const scale = Math.sqrt((-2 * Math.log(radiusSquared)) / radiusSquared);
    this.spareNormal = v * scale;
    this.hasSpareNormal = true;
    return u * scale;
  }

  integer(n: number): number {
    return Math.floor(this.next() * n);
  }

  fork(name: string): Random {
    return new Sfc32Random(this.path + PATH_SEPARATOR + name);
  }

  private nextUint32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum >>> 0;
  }
}

/** cyrb128 (bryc, public domain): spreads a text over 128 bits; not cryptographic. */
function hash128(text: string): readonly [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    h1 = h2 ^ Math.imul(h1 ^ code, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ code, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ code, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ code, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  h1 ^= h2 ^ h3 ^ h4;
  return [h1 >>> 0, (h2 ^ h1) >>> 0, (h3 ^ h1) >>> 0, (h4 ^ h1) >>> 0];
}

/** A generator for `seed`; equal seeds give equal streams. */
export function createRandom(seed: string): Random {
  return new Sfc32Random(seed);
}

/**
 * A uniform number in [0, 1) that depends on nothing but its place: the same key (32 bits, e.g. from
 * `createRandom(seed).integer(2 ** 32)`) and counter (a whole number, of which the lowest 32 bits count) give the same
 * one, whatever was drawn before. Two rounds of MurmurHash3's finaliser (Austin Appleby, public domain) over key and
 * counter; allocates nothing.
 */
export function uniformAt(key: number, counter: number): number {
  return mix32(mix32(counter ^ 0x9e3779b9) ^ key) / UINT32;
}

function mix32(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
