/** k-means: splits points into groups around their means (Lloyd), from seeded starts far apart (k-means++). */
import { invariant } from './invariant.ts';
import { createRandom, type Random } from './random.ts';

export interface KMeans {
  /** One per group; groups may be fewer than asked for when points coincide. */
  readonly centres: readonly (readonly number[])[];
  /** Group of each point, in the order of the points. */
  readonly groups: readonly number[];
  /** Sum of squared distances of all points to their centres. */
  readonly inertia: number;
}

const STARTS = 24;
const MOST_ROUNDS = 100;

type Point = readonly number[];

/**
 * The best of 24 seeded runs; the same points in the same order with the same seed give the same answer. All points
 * have equally many finite coordinates, on comparable scales. Source: Arthur and Vassilvitskii, "k-means++: The
 * Advantages of Careful Seeding", 2007.
 */
export function kMeans(points: readonly Point[], count: number, seed: string): KMeans {
  invariant(count >= 1 && points.length >= count, 'k-means needs at least as many points as groups');
  let best: KMeans | null = null;
  for (let start = 0; start < STARTS; start++) {
    const found = lloyd(points, farApart(points, count, createRandom(seed).fork(`start ${start}`)));
    if (best === null || found.inertia < best.inertia) best = found;
  }
  invariant(best !== null, 'k-means runs at least once');
  return best;
}

export function squaredDistance(one: Point, other: Point): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += ((one[i] as number) - (other[i] as number)) ** 2;
  return sum;
}

/** Each next centre is drawn with a chance proportional to its squared distance to the nearest one so far. */
function farApart(points: readonly Point[], count: number, random: Random): readonly Point[] {
  const centres: Point[] = [points[random.integer(points.length)] as Point];
  while (centres.length < count) {
    const distances = points.map((point) => Math.min(...centres.map((centre) => squaredDistance(point, centre))));
    const total = distances.reduce((sum, distance) => sum + distance, 0);
    // All that is left coincides with a centre: more of them would be empty.
    if (!(total > 0)) break;
    let left = random.next() * total;
    const at = distances.findIndex((distance) => {
      left -= distance;
      return left < 0;
    });
    centres.push(points[at === -1 ? distances.indexOf(Math.max(...distances)) : at] as Point);
  }
  return centres;
}

function lloyd(points: readonly Point[], start: readonly Point[]): KMeans {
  let centres = start;
  let groups: readonly number[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = points.map((point) => nearest(point, centres));
    if (next.every((group, index) => group === groups[index])) break;
    groups = next;
    centres = centres.map((centre, group) => meanOf(points, groups, group) ?? centre);
  }
  const inertia = points.reduce(
    (sum, point, index) => sum + squaredDistance(point, centres[groups[index] as number] as Point),
    0,
  );
  return { centres, groups, inertia };
}

/** The first one where two are equally near. */
function nearest(point: Point, centres: readonly Point[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, centre] of centres.entries()) {
    const distance = squaredDistance(point, centre);
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

/** Null for a group that has lost its last point; it keeps its centre. */
function meanOf(points: readonly Point[], groups: readonly number[], group: number): Point | null {
  const members = points.filter((_, index) => groups[index] === group);
  const first = members[0];
  if (first === undefined) return null;
  return first.map((_, i) => members.reduce((sum, point) => sum + (point[i] as number), 0) / members.length);
}
