/** Purged walk-forward by time (ML-22): which rows train and which are tested, so that no tested life is known while training. */
import { invariant } from '#core/base/invariant.ts';
import type { ExampleLives } from './dataset.ts';
import { medianLifeMs } from './uniqueness.ts';

/** The part of the lives that splitting needs; rows oldest first by `openedAt`. */
export type LifeSpans = Pick<ExampleLives, 'openedAt' | 'resolvedAt'>;

export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** Rows before the test block that were left out because their life reaches into it. */
  readonly purged: number;
  /** Rows left out beyond those, to keep the embargo between the last known outcome and the first tested signal. */
  readonly embargoed: number;
}

/** Below this many examples three folds: five would be tested on a handful each. */
const FEW_EXAMPLES = 100;

/** How many folds so many examples to train on are worth. */
export function foldCount(rows: number): number {
  return rows < FEW_EXAMPLES ? 3 : 5;
}

/**
 * Expanding folds: the rows are cut by time into folds + 1 blocks of equal count, and fold i trains on blocks 0 to i and
 * is tested on block i + 1. `embargoMs` is the strategy's median life unless said (Lopez de Prado 2018, section 7.4,
 * whose embargo guards the side that a forward walk has: serial correlation past the purge).
 */
export function walkForwardFolds(
  lives: LifeSpans,
  folds: number = foldCount(lives.openedAt.length),
  embargoMs: number = medianLifeMs(lives),
): Fold[] {
  const rows = lives.openedAt.length;
  invariant(folds >= 1, 'walk-forward needs at least one fold');
  return Array.from({ length: folds }, (_, fold) => {
    const from = Math.floor(((fold + 1) * rows) / (folds + 1));
    const to = Math.floor(((fold + 2) * rows) / (folds + 1));
    return splitBefore(lives, from, to, embargoMs);
  });
}

/**
 * One split: tests rows [from, to), trains on those before `from` that were over, by more than the embargo, when the
 * first tested signal appeared.
 */
export function splitBefore(lives: LifeSpans, from: number, to: number, embargoMs: number): Fold {
  const train: number[] = [];
  let purged = 0;
  let embargoed = 0;
  const tested = from < to ? (lives.openedAt[from] as number) : Number.POSITIVE_INFINITY;
  for (let row = 0; row < from; row++) {
    invariant((lives.openedAt[row] as number) <= tested, 'walk-forward needs rows in the order of their signals');
    // Lives are closed intervals and no training row opens after the first tested one: they overlap exactly when the
    // training life still runs at `tested`.
    const resolvedAt = lives.resolvedAt[row] as number;
    if (resolvedAt >= tested) purged++;
    else if (resolvedAt >= tested - embargoMs) embargoed++;
    else train.push(row);
  }
  const test = Int32Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  return { train: Int32Array.from(train), test, purged, embargoed };
}
