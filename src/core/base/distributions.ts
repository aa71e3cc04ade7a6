/** Quantiles and tails of the normal, Student and gamma distributions, as far as bounds and null distributions need them. */
import { invariant } from './invariant.ts';

/** Standard normal quantile, 0 < p < 1; Wichura's AS 241 (1988), relative error about 1e-16. */
export function normalQuantile(p: number): number {
  invariant(p > 0 && p < 1, 'a normal quantile needs a probability between 0 and 1');
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(CENTRE_TOP, r)) / horner(CENTRE_BOTTOM, r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const tail =
    r <= 5
      ? horner(MIDDLE_TOP, r - 1.6) / horner(MIDDLE_BOTTOM, r - 1.6)
      : horner(FAR_TOP, r - 5) / horner(FAR_BOTTOM, r - 5);
  return q < 0 ? -tail : tail;
}

/**
 * Student's quantile: exact for 1 and 2 degrees of freedom, else from the normal one by the expansion of Abramowitz and
 * Stegun 26.7.5, off by 0.12 % at 3 degrees and less than 0.01 % from 7 on at the levels used here.
 */
export function studentQuantile(p: number, degrees: number): number {
  invariant(degrees >= 1, 'a Student quantile needs at least one degree of freedom');
  if (degrees === 1) return Math.tan(Math.PI * (p - 0.5));
  if (degrees === 2) return (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
  const z = normalQuantile(p);
  const z2 = z * z;
  return (
    z +
    (z * (z2 + 1)) / (4 * degrees) +
    (z * (5 * z2 * z2 + 16 * z2 + 3)) / (96 * degrees ** 2) +
    (z * (3 * z2 ** 3 + 19 * z2 * z2 + 17 * z2 - 15)) / (384 * degrees ** 3) +
    (z * (79 * z2 ** 4 + 776 * z2 ** 3 + 1482 * z2 * z2 - 1920 * z2 - 945)) / (92160 * degrees ** 4)
  );
}

/** Upper tail P(X > x) of a gamma variable of scale 1; series or Lentz's continued fraction (Numerical Recipes 6.2). */
export function gammaUpperTail(shape: number, x: number): number {
  invariant(shape > 0, 'a gamma distribution needs a positive shape');
  if (x <= 0) return 1;
  const front = Math.exp(shape * Math.log(x) - x - logGamma(shape));
  if (x < shape + 1) {
    let term = 1 / shape;
    let sum = term;
    for (let n = 1; n < 2_000 && term > sum * 1e-16; n++) {
      term *= x / (shape + n);
      sum += term;
    }
    return Math.max(0, 1 - front * sum);
  }
  const tiny = 1e-300;
  let b = x + 1 - shape;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 2_000; n++) {
    const a = -n * (n - shape);
    b += 2;
    d = a * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + a / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** Upper tail P(X > z) of the standard normal distribution: half the chi-square tail of z squared on each side. */
export function normalTail(z: number): number {
  const half = gammaUpperTail(0.5, (z * z) / 2) / 2;
  return z >= 0 ? half : 1 - half;
}

/** The value that a gamma variable (scale 1) exceeds with probability `tail`, by bisection on the upper tail. */
export function gammaUpperQuantile(shape: number, tail: number): number {
  invariant(tail > 0 && tail < 1, 'a gamma quantile needs a tail between 0 and 1');
  let high = shape + 10;
  while (gammaUpperTail(shape, high) > tail) high *= 2;
  let low = 0;
  for (let step = 0; step < 200 && high - low > 1e-13 * high; step++) {
    const middle = (low + high) / 2;
    if (gammaUpperTail(shape, middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** ln Gamma(x), x > 0; Lanczos's approximation with g = 7 and nine terms, relative error below 1e-14. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const z = x - 1;
  let sum = LANCZOS[0] as number;
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] as number) / (z + i);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

// AS 241's coefficients, from the highest power down.
const CENTRE_TOP = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
];
const CENTRE_BOTTOM = [
  5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
];
const MIDDLE_TOP = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const MIDDLE_BOTTOM = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
];
const FAR_TOP = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const FAR_BOTTOM = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1,
];

function horner(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}
