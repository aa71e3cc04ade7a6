/** Examples of several classes and of values, with a known truth. */
import { createRandom } from '#core/base/random.ts';
import type { Dataset } from '#core/learning/dataset.ts';
import type { LifeSpans } from '#core/learning/walk-forward.ts';

const HOUR_MS = 3_600_000;
const START = 1_700_000_000_000;

export interface PlantedExamples {
  readonly data: Dataset;
  readonly lives: LifeSpans;
}

/**
 * Openings some hours apart. Class k of up, down, none has a probability ~ share[k] x exp(strength x feature k); features
 * from the third one on are noise.
 */
export function makeClasses(
  seed: string,
  rows: number,
  strength: number,
  options: { readonly shares?: readonly number[]; readonly features?: number } = {},
): PlantedExamples {
  const random = createRandom(seed);
  const shares = options.shares ?? [0.4, 0.4, 0.2];
  const columns = normals(random, options.features ?? 5, rows);
  const target = Float64Array.from({ length: rows }, (_, row) => {
    const odds = shares.map((share, k) => share * Math.exp(strength * columns[k][row]));
    let draw = random.next() * odds.reduce((sum, part) => sum + part, 0);
    const drawn = odds.findIndex((part) => {
      draw -= part;
      return draw < 0;
    });
    return drawn < 0 ? odds.length - 1 : drawn;
  });
  return { data: dataOf(columns, target), lives: livesOf(random, rows) };
}

/** A value: strength x (feature 0, bent) + strength x feature 1 + noise; volatility-like where `positive`. */
export function makeValues(
  seed: string,
  rows: number,
  strength: number,
  options: { readonly positive?: boolean; readonly features?: number } = {},
): PlantedExamples {
  const random = createRandom(seed);
  const columns = normals(random, options.features ?? 5, rows);
  const target = Float64Array.from({ length: rows }, (_, row) => {
    const value = strength * (Math.sin(2 * columns[0][row]) + columns[1][row]) + random.normal();
    return options.positive ? Math.exp(value / 3) : value;
  });
  return { data: dataOf(columns, target), lives: livesOf(random, rows) };
}

/** Targets in random order: whatever a model finds in them is chance. */
export function shuffleTargets({ data, lives }: PlantedExamples, seed: string): PlantedExamples {
  const random = createRandom(seed);
  const target = data.target.slice();
  for (let at = target.length - 1; at > 0; at--) {
    const other = random.integer(at + 1);
    [target[at], target[other]] = [target[other], target[at]];
  }
  return { data: { ...data, target }, lives };
}

function normals(random: ReturnType<typeof createRandom>, features: number, rows: number): Float64Array[] {
  return Array.from({ length: features }, () => Float64Array.from({ length: rows }, () => random.normal()));
}

function dataOf(columns: readonly Float64Array[], target: Float64Array): Dataset {
  return {
    names: columns.map((_, index) => `f${index}`),
    columns,
    rows: target.length,
    target,
    weight: new Float64Array(target.length).fill(1),
  };
}

function livesOf(random: ReturnType<typeof createRandom>, rows: number): LifeSpans {
  const openedAt = new Float64Array(rows);
  let time = START;
  for (let row = 0; row < rows; row++) {
    time += Math.ceil(random.next() * 16) * HOUR_MS;
    openedAt[row] = time;
  }
  return { openedAt, resolvedAt: openedAt.map((opened) => opened + Math.ceil(random.next() * 12) * HOUR_MS) };
}
