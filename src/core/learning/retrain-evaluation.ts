/** What retrains of classes and of values do alike: walk forward over some rows, then keep what was fitted or fit once more (ML-24). */
import { ok, type Result } from '#core/base/result.ts';
import { type Dataset, type ModelArtefact, selectRows } from './dataset.ts';
import { BEFORE_REFIT, everyRow, selectSpans, stage } from './retrain-steps.ts';
import { type Fold, type LifeSpans, walkForwardFolds } from './walk-forward.ts';
import {
  type FitFault,
  type FitOptions,
  fitHeads,
  type Head,
  type OutOfFold,
  walkAndFit,
} from './walk-forward-predictions.ts';

/** What was trained and measured before anything is decided. */
export interface Evaluated<Rows> {
  readonly walk: OutOfFold;
  readonly walked: Dataset;
  readonly artefacts: readonly ModelArtefact[];
  readonly trainedOn: Int32Array;
  /** Out-of-fold rows so far. */
  readonly rows: Rows;
}

export interface Decided {
  readonly verdict: 'promoted' | 'rejected';
  readonly reason: string;
  readonly judged: boolean;
}

/** Folds over the rows in use, oldest first. */
export function foldsOver(lives: LifeSpans, use: Int32Array, embargoMs: number): readonly Fold[] {
  return walkForwardFolds(selectSpans(lives, use), undefined, embargoMs);
}

/**
 * Walks forward over the rows in use and fits the heads on all of them. `rowsOf` makes the out-of-fold rows, given which
 * rows they are; folds count within the rows in use.
 */
export async function evaluateOn<Rows>(
  { data, lives }: { readonly data: Dataset; readonly lives: LifeSpans },
  use: Int32Array,
  folds: readonly Fold[],
  heads: readonly Head[],
  options: FitOptions,
  rowsOf: (tested: Int32Array, walk: OutOfFold) => Rows,
): Promise<Result<Evaluated<Rows>, FitFault>> {
  const walked = selectRows(data, use);
  const tried = await walkAndFit(
    walked,
    selectSpans(lives, use),
    heads,
    folds,
    { name: 'fit', walkShare: 0.75 },
    options,
  );
  if (!tried.ok) return tried;
  const { walk } = tried.value;
  const tested = walk.rows.map((row) => use[row]);
  return ok({ ...tried.value, walked, trainedOn: use, rows: rowsOf(tested, walk) });
}

/** Refused: what was judged stays as it is. Promoted: the heads are fitted once more, on all rows. */
export async function keepOrRefit<Rows>(
  judgement: { readonly reason: string },
  refused: string | null,
  whole: Evaluated<Rows>,
  data: Dataset,
  heads: readonly Head[],
  options: FitOptions,
): Promise<Result<{ readonly evaluated: Evaluated<Rows>; readonly decided: Decided }, FitFault>> {
  if (refused !== null) {
    options.onProgress?.(1);
    return ok({ evaluated: whole, decided: { verdict: 'rejected', reason: refused, judged: true } });
  }
  const final = await fitHeads(data, heads, stage(options, 'final', BEFORE_REFIT, 1));
  if (!final.ok) return final;
  const evaluated = { ...whole, artefacts: final.value, trainedOn: everyRow(data) };
  return ok({ evaluated, decided: { verdict: 'promoted', reason: judgement.reason, judged: true } });
}
