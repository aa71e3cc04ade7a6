/** Reads recorded vectors by feature name. */
import type { FeatureVector } from '#core/domain/signal.ts';
import { FEATURE_SETS } from '#core/signals/features/feature-catalogue.ts';

const INDEXES: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map(
  FEATURE_SETS.map((set) => [set.id, new Map(set.names.map((name, index) => [name, index]))]),
);

/** The value of one feature; NaN when it is missing or not in the vector's set. */
function readFeature(vector: FeatureVector, name: string): number {
  const index = INDEXES.get(vector.setId)?.get(name);
  return index === undefined ? Number.NaN : (vector.values[index] as number);
}

/** The value of one feature in the first vector that has it; NaN when none has. */
export function readFirst(vectors: readonly FeatureVector[], name: string): number {
  for (const vector of vectors) {
    const value = readFeature(vector, name);
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}

/** All features of a vector by name. */
export function featureRecord(vector: FeatureVector): Readonly<Record<string, number>> {
  const indexes = INDEXES.get(vector.setId) ?? new Map<string, number>();
  return Object.fromEntries([...indexes].map(([name, index]) => [name, vector.values[index] as number]));
}
