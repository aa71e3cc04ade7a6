/** FE-3: clusters across instruments: k-means over four traits, ordered by volatility, with hysteresis. */
import { kMeans, squaredDistance } from '#core/base/k-means.ts';
import { mean, sampleDeviation } from '#core/base/statistics.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { ClusterTraits } from './symbol-cluster.ts';

/** Below this many, each instrument is cut by its own volatility. */
export const LEAST_INSTRUMENTS = 12;
const CLUSTERS = 4;
/** The new cluster's middle must be nearer than the present one's by this share, so that none flaps. */
const HYSTERESIS = 0.1;

export interface ClusterMember {
  readonly instrumentId: InstrumentId;
  readonly traits: ClusterTraits;
}

export type ClusterCodes = ReadonlyMap<InstrumentId, number>;

/**
 * Codes 0-3 by instrument, 3 the wildest. `members` in a fixed order (by id), at least 12; `present`: codes of the fit
 * before; `week` names the seed. Traits are compared as z-scores across the members; range, volatility and variability
 * as logarithms, because they spread by factors. A trait that is missing counts as the members' mean.
 */
export function fitClusters(members: readonly ClusterMember[], present: ClusterCodes, week: number): ClusterCodes {
  const points = standardised(members.map(({ traits }) => traits));
  const { centres, groups } = kMeans(points, CLUSTERS, `symbol clusters, week ${week}`);
  const volatilityOf = (group: number): number =>
    mean(members.filter((_, index) => groups[index] === group).map(({ traits }) => traits.volatility));
  const calmestFirst = [...new Set(groups)].sort((a, b) => volatilityOf(a) - volatilityOf(b));
  const wildest = CLUSTERS - 1;
  // Where points coincide there are fewer than four groups: the wildest is 3 all the same.
  const codeOf = (group: number): number => wildest - (calmestFirst.length - 1 - calmestFirst.indexOf(group));
  const codes = new Map<InstrumentId, number>();
  for (const [index, { instrumentId }] of members.entries()) {
    const group = groups[index] as number;
    const point = points[index] as readonly number[];
    const before = present.get(instrumentId);
    const stay = calmestFirst.find((one) => codeOf(one) === before);
    const code = codeOf(group);
    if (before === undefined || stay === undefined || stay === group) {
      codes.set(instrumentId, code);
      continue;
    }
    // The middle of its new group without the instrument itself, which has drawn it to where it stands.
    const others = points.filter((_, other) => other !== index && groups[other] === group);
    const toNew = others.length === 0 ? 0 : Math.sqrt(squaredDistance(point, middleOf(others)));
    const toPresent = Math.sqrt(squaredDistance(point, centres[stay] as readonly number[]));
    codes.set(instrumentId, toNew < (1 - HYSTERESIS) * toPresent ? code : before);
  }
  return codes;
}

function middleOf(points: readonly (readonly number[])[]): readonly number[] {
  return (points[0] ?? []).map((_, column) => mean(points.map((point) => point[column] as number)));
}

function standardised(traits: readonly ClusterTraits[]): readonly (readonly number[])[] {
  const columns = [
    traits.map(({ volatility }) => Math.log(volatility)),
    traits.map(({ relativeRange }) => Math.log(relativeRange)),
    traits.map(({ volumeVariability }) => Math.log(volumeVariability)),
    traits.map(({ leaderCorrelation }) => leaderCorrelation),
  ].map(zScores);
  return traits.map((_, row) => columns.map((column) => column[row] as number));
}

/** 0 where a value is missing, and everywhere in a column without spread. */
function zScores(values: readonly number[]): readonly number[] {
  const known = values.filter(Number.isFinite);
  const middle = mean(known);
  const spread = sampleDeviation(known);
  return values.map((value) => (Number.isFinite(value) && spread > 0 ? (value - middle) / spread : 0));
}
