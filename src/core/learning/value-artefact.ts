/** A whole model of a value as one artefact (ML-40): its heads, what it missed by out of fold, and known ground. */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { type ListedHead, type NamedHead, packHeads, unpackHeads } from './artefact-heads.ts';
import type { ModelArtefact } from './dataset.ts';
import { createPredictor } from './ensemble-artefact.ts';
import type { KnownGround } from './novelty.ts';
import { createValueScorer, type ValueScorer } from './value-scorer.ts';

/** Quantiles of target less forecast over out-of-fold rows: what a forecast usually misses by. */
export interface Residuals {
  /** 10 % and 90 %. */
  readonly low: number;
  readonly high: number;
  readonly rows: number;
}

export interface ValueParts {
  /** Which of ML-1's models. */
  readonly model: string;
  readonly setId: string;
  readonly setHash: string;
  readonly names: readonly string[];
  readonly heads: readonly NamedHead[];
  readonly residuals: Residuals;
  /** Weighted mean of the training targets: what the model is to beat. */
  readonly mean: number;
  /** Latest outcome among the training rows. */
  readonly trainedUntil: UnixMs;
  readonly ground: KnownGround;
}

export interface LoadedValues {
  readonly parts: ValueParts;
  readonly scorer: ValueScorer;
}

export type ValuesFault = Fault<'bad-values'>;

export function valueArtefact({ heads, names, ...facts }: ValueParts): ModelArtefact {
  const packed = packHeads(heads);
  const header = { ...facts, heads: packed.listed };
  return { kind: 'values', task: 'regress', names, header, arrays: packed.arrays };
}

/** Takes an artefact apart again and builds its scorer; anything that does not fit together is refused (RE-40). */
export function loadValues(artefact: ModelArtefact): Result<LoadedValues, ValuesFault> {
  if (artefact.kind !== 'values' || artefact.task !== 'regress') {
    return bad(`it is a model of kind ${artefact.kind}, not one of a value`);
  }
  const { heads: listed, ...facts } = artefact.header as unknown as Omit<ValueParts, 'heads' | 'names'> & {
    readonly heads: readonly ListedHead[];
  };
  if (!Array.isArray(listed) || listed.length === 0) return bad('it names no heads');
  const { residuals, mean, trainedUntil } = facts;
  const figures = [residuals?.low, residuals?.high, residuals?.rows, mean, trainedUntil];
  if (!figures.every(Number.isFinite)) return bad('its figures are not usable');
  try {
    const heads = unpackHeads(artefact, listed);
    const predictors = heads.map((head) => ({ id: head.id, predictor: createPredictor(head.artefact) }));
    return ok({ parts: { ...facts, names: artefact.names, heads }, scorer: createValueScorer(predictors) });
  } catch (error) {
    return bad(error instanceof Error ? error.message : String(error));
  }
}

function bad(why: string): Result<never, ValuesFault> {
  const remedy = 'Train it again, or roll back to another version.';
  return err({ kind: 'bad-values', message: `The stored model cannot be used: ${why}.`, remedy });
}
