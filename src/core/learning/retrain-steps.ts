/** What every retrain does alike, whatever its model answers: stages of progress, rows taken out, shares of the gain. */
import { gather } from '#core/base/gather.ts';
import type { FeatureImportance } from '#core/domain/model.ts';
import type { NamedHead } from './artefact-heads.ts';
import { type Dataset, type ExampleLives, type ModelArtefact, type RowRoles, selectRows } from './dataset.ts';
import { permutationImportance } from './importance.ts';
import { treeImportance } from './trees/tree-predictor.ts';
import type { Fold, LifeSpans } from './walk-forward.ts';
import type { FitOptions, FoldModel, Head } from './walk-forward-predictions.ts';

/** What a retrain is given, whatever the model answers. */
export interface RetrainJobFacts {
  readonly model: string;
  readonly setId: string;
  readonly setHash: string;
  readonly data: Dataset;
  readonly heads: readonly Head[];
  /** Which judged attempt at a first model this is, from 1. */
  readonly attempt: number;
}

/** What comes of it. */
export interface RetrainedFacts<Verdict = 'promoted' | 'rejected'> {
  readonly verdict: Verdict;
  /** In words. */
  readonly reason: string;
  /** False when there were too few rows to judge on, or a suspected leak kept it from being judged: no attempt is spent. */
  readonly judged: boolean;
  readonly artefact: ModelArtefact;
  readonly heads: readonly string[];
  readonly trainedUntil: number;
}

/** Seed of its own and a share of the progress for one stage of the work. */
export function stage(options: FitOptions, name: string, from: number, to: number): FitOptions {
  return {
    ...options,
    seed: `${options.seed}/${name}`,
    onProgress: (share) => options.onProgress?.(from + share * (to - from)),
  };
}

/** Share of the work that is done when it is decided whether to fit once more, on all rows. */
export const BEFORE_REFIT = 0.8;

/** The same work as the first `share` of a larger one. */
export function upTo(options: FitOptions, share: number): FitOptions {
  return { ...options, onProgress: (done) => options.onProgress?.(share * done) };
}

/** Artefacts under the ids of the heads that they were fitted for. */
export function namedHeads(heads: readonly Head[], artefacts: readonly ModelArtefact[]): NamedHead[] {
  return artefacts.map((artefact, index) => ({ id: heads[index]?.id ?? artefact.kind, artefact }));
}

export function selectSpans({ openedAt, resolvedAt }: LifeSpans, rows: ArrayLike<number>): LifeSpans {
  return { openedAt: gather(openedAt, rows), resolvedAt: gather(resolvedAt, rows) };
}

export function selectLives(lives: ExampleLives, rows: ArrayLike<number>): ExampleLives {
  const { roles = null } = lives;
  const selected = { ...selectSpans(lives, rows), netR: gather(lives.netR, rows) };
  return roles === null ? selected : { ...selected, roles: selectRoles(roles, rows) };
}

function selectRoles({ trains, judgedWeight }: RowRoles, rows: ArrayLike<number>): RowRoles {
  return { trains: Uint8Array.from(gather(trains, rows)), judgedWeight: gather(judgedWeight, rows) };
}

/** The rows that heads are fitted on, and what knows nothing of the others: all of them, unless some are judged only. */
export function trainedRows(rows: { readonly data: Dataset; readonly lives: ExampleLives }): typeof rows {
  const { trains } = rows.lives.roles ?? {};
  if (trains === undefined) return rows;
  const trained = everyRow(rows.data).filter((row) => trains[row] === 1);
  const { openedAt, resolvedAt, netR } = selectLives(rows.lives, trained);
  return { data: selectRows(rows.data, trained), lives: { openedAt, resolvedAt, netR } };
}

/** The same folds without training on rows that are judged only; they are tested like any other. */
export function trainingOnExamples(folds: readonly Fold[], { roles = null }: ExampleLives): readonly Fold[] {
  if (roles === null) return folds;
  return folds.map((fold) => ({ ...fold, train: fold.train.filter((row) => roles.trains[row] === 1) }));
}

/** What the row counts in everything that is measured. */
export function judgedWeights(data: Pick<Dataset, 'weight'>, { roles = null }: ExampleLives): Float64Array {
  return roles === null ? data.weight : roles.judgedWeight;
}

/** The latest outcome: a model that learned from these rows knows nothing later. */
export function latestOutcome({ resolvedAt }: LifeSpans): number {
  return resolvedAt.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
}

export function joinColumns(older: Float64Array, newer: Float64Array): Float64Array<ArrayBuffer> {
  const both = new Float64Array(older.length + newer.length);
  both.set(older);
  both.set(newer, older.length);
  return both;
}

/** Index of every row. */
export function everyRow({ rows }: Pick<Dataset, 'rows'>): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}

/**
 * What a model leans on (ML-43): split gain of the tree heads (shares of 1), and the increase of the out-of-fold loss
 * when a feature is shuffled. `contributions`, where they are measured, are one mean |contribution| per feature.
 */
export function importanceOf(
  heads: readonly NamedHead[],
  walked: Dataset,
  models: readonly FoldModel[],
  seed: string,
  contributions: Float64Array | null = null,
): FeatureImportance[] {
  const permuted = permutationImportance(walked, models, { seed: `${seed}/importance` });
  const permutation = new Map(permuted.map(({ name, importance }) => [name, importance]));
  const gain = gainShares(heads, walked.names.length);
  return walked.names.map((name, index) => ({
    name,
    gain: gain[index],
    permutation: permutation.get(name) ?? null,
    shap: contributions?.[index] ?? null,
  }));
}

/** The feature that the models of a walk lean on most. */
export function mostImportantName(walked: Dataset, models: readonly FoldModel[], seed: string): string | undefined {
  return permutationImportance(walked, models, { seed: `${seed}/leak` })[0]?.name;
}

/** Mean over the tree heads of each feature's share of the gain. */
function gainShares(heads: readonly { readonly artefact: ModelArtefact }[], features: number): Float64Array {
  const shares = new Float64Array(features);
  const trees = heads.filter(({ artefact }) => artefact.kind === 'forest' || artefact.kind === 'boosting');
  for (const { artefact } of trees) {
    const gains = treeImportance(artefact);
    const total = gains.reduce((sum, gain) => sum + gain, 0);
    if (total <= 0) continue;
    gains.forEach((gain, index) => {
      shares[index] += gain / total / trees.length;
    });
  }
  return shares;
}
