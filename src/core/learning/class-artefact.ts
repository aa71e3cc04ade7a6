/** A whole model of several classes as one artefact (ML-40): its heads, calibrator, base rates and known ground. */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { type ListedHead, type NamedHead, packHeads, unpackHeads } from './artefact-heads.ts';
import { type ClassRecipe, type ClassScorer, createClassScorer } from './class-scorer.ts';
import type { ModelArtefact } from './dataset.ts';
import { createPredictor } from './ensemble-artefact.ts';
import type { KnownGround } from './novelty.ts';

export interface ClassParts extends ClassRecipe {
  /** Which of ML-1's models. */
  readonly model: string;
  readonly setId: string;
  readonly setHash: string;
  readonly names: readonly string[];
  readonly heads: readonly NamedHead[];
  /** Out-of-fold rows behind calibrator and base rates. */
  readonly calibrationRows: number;
  /** Latest outcome among the training rows. */
  readonly trainedUntil: UnixMs;
  readonly ground: KnownGround;
}

export interface LoadedClasses {
  readonly parts: ClassParts;
  readonly scorer: ClassScorer;
}

export type ClassesFault = Fault<'bad-classes'>;

export function classArtefact({ heads, names, ...facts }: ClassParts): ModelArtefact {
  const packed = packHeads(heads);
  const header = { ...facts, heads: packed.listed };
  return { kind: 'classes', task: 'multiclass', names, header, arrays: packed.arrays };
}

/** Takes an artefact apart again and builds its scorer; anything that does not fit together is refused (RE-40). */
export function loadClasses(artefact: ModelArtefact): Result<LoadedClasses, ClassesFault> {
  if (artefact.kind !== 'classes' || artefact.task !== 'multiclass') {
    return bad(`it is a model of kind ${artefact.kind}, not one of several classes`);
  }
  const { heads: listed, ...facts } = artefact.header as unknown as Omit<ClassParts, 'heads' | 'names'> & {
    readonly heads: readonly ListedHead[];
  };
  if (!Array.isArray(listed) || listed.length === 0) return bad('it names no heads');
  if (!Number.isFinite(facts.trainedUntil)) return bad('it does not say until when it was trained');
  try {
    const heads = unpackHeads(artefact, listed);
    const predictors = heads.map((head) => ({ id: head.id, predictor: createPredictor(head.artefact) }));
    return ok({ parts: { ...facts, names: artefact.names, heads }, scorer: createClassScorer(predictors, facts) });
  } catch (error) {
    return bad(error instanceof Error ? error.message : String(error));
  }
}

function bad(why: string): Result<never, ClassesFault> {
  const remedy = 'Train it again, or roll back to another version.';
  return err({ kind: 'bad-classes', message: `The stored model cannot be used: ${why}.`, remedy });
}
