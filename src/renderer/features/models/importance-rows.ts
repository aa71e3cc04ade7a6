/** How much each feature matters, three ways, and how that changed over versions (ML-43). */
import type { ModelVersionView } from '#contract/areas/models.ts';
import type { FeatureImportance } from '#core/domain/model.ts';
import { formatNumber, formatShare, formatSigned } from '../../lib/format.ts';
import type { TermName } from '../../lib/glossary.ts';

export const IMPORTANCE_WAYS = ['gain', 'permutation', 'shap'] as const;
export type ImportanceWay = (typeof IMPORTANCE_WAYS)[number];

export interface ImportanceWords {
  readonly label: string;
  readonly term: TermName;
  /** What the figure counts, in words. */
  readonly unit: string;
  readonly write: (value: number) => string;
}

export const IMPORTANCE_WORDS: Readonly<Record<ImportanceWay, ImportanceWords>> = {
  gain: {
    label: 'Gain',
    term: 'gain',
    unit: 'Share of the loss that its splits took away in training, forest and boosting together.',
    write: (value) => formatShare(value),
  },
  permutation: {
    label: 'Permutation',
    term: 'permutation',
    unit: 'Growth of the log loss out of sample when its values are shuffled; about 0 or below: no use.',
    write: (value) => formatSigned(value, 4),
  },
  shap: {
    label: 'Mean |SHAP|',
    term: 'meanShap',
    unit: 'Score points, of 100, by which it moves a score on average, up or down, out of sample.',
    write: (value) => formatNumber(value, 2),
  },
};

export interface ImportanceRow {
  readonly name: string;
  /** Null where it was not measured. */
  readonly value: number | null;
}

/** Largest first; those that were not measured last, in their own order. */
export function importanceRows(importance: readonly FeatureImportance[], way: ImportanceWay): readonly ImportanceRow[] {
  const rank = (value: number | null) => value ?? Number.NEGATIVE_INFINITY;
  return importance
    .map((feature) => ({ name: feature.name, value: feature[way] }))
    .sort((a, b) => (a.value === b.value ? 0 : rank(b.value) - rank(a.value)));
}

/** The ways that were measured for this version: older ones know fewer. */
export function measuredWays(importance: readonly FeatureImportance[]): readonly ImportanceWay[] {
  return IMPORTANCE_WAYS.filter((way) => importance.some((feature) => feature[way] !== null));
}

export interface ImportancePoint {
  readonly version: number;
  readonly value: number | null;
}

/** One feature's importance from the oldest version to the newest; null where a version did not measure it. */
export function importanceOverVersions(
  versions: readonly ModelVersionView[],
  name: string,
  way: ImportanceWay,
): readonly ImportancePoint[] {
  return [...versions]
    .sort((a, b) => a.version - b.version)
    .map(({ version, importance }) => ({
      version,
      value: importance.find((feature) => feature.name === name)?.[way] ?? null,
    }));
}
