/** What every retrain does alike, whatever its model answers: stages of progress, rows taken out, shares of the gain. */
import type { Dataset, ExampleLives, ModelArtefact } from './dataset.ts';
import { treeImportance } from './trees/tree-predictor.ts';
import type { LifeSpans } from './walk-forward.ts';
import type { FitOptions } from './walk-forward-predictions.ts';

/** Seed of its own and a share of the progress for one stage of the work. */
export function stage(options: FitOptions, name: string, from: number, to: number): FitOptions {
  return {
    ...options,
    seed: `${options.seed}/${name}`,
    onProgress: (share) => options.onProgress?.(from + share * (to - from)),
  };
}

export function selectSpans({ openedAt, resolvedAt }: LifeSpans, rows: ArrayLike<number>): LifeSpans {
  const take = (from: Float64Array) => Float64Array.from(rows, (row) => from[row]);
  return { openedAt: take(openedAt), resolvedAt: take(resolvedAt) };
}

export function selectLives(lives: ExampleLives, rows: ArrayLike<number>): ExampleLives {
  return { ...selectSpans(lives, rows), netR: Float64Array.from(rows, (row) => lives.netR[row]) };
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

/** Mean over the tree heads of each feature's share of the gain. */
export function gainShares(heads: readonly { readonly artefact: ModelArtefact }[], features: number): Float64Array {
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
