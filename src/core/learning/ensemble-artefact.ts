/** A whole model as one artefact (ML-40): its heads, calibrator, threshold and known ground; and what scores from it. */
import { invariant } from '#core/base/invariant.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { isHead, type ListedHead, type NamedHead, packHeads, unpackHeads } from './artefact-heads.ts';
import type { Calibrator } from './calibration.ts';
import { type CalibrationBand, isCalibrationBand } from './calibration-band.ts';
import type { ModelArtefact, Predictor } from './dataset.ts';
import { createEnsembleScorer, type EnsembleScorer } from './ensemble.ts';
import { createNetworkPredictor } from './network/dense-network.ts';
import type { KnownGround } from './novelty.ts';
import { createTreePredictor } from './trees/tree-predictor.ts';

export interface EnsembleParts {
  /** Which of ML-1's models. */
  readonly model: string;
  readonly setId: string;
  readonly setHash: string;
  readonly names: readonly string[];
  readonly heads: readonly NamedHead[];
  readonly calibrator: Calibrator;
  /** What the rows behind the calibrator leave open; artefacts of before it was kept have none. */
  readonly band?: CalibrationBand | null;
  /** Probability from which a signal pays on average, and on how many rows that rests (DE-2). */
  readonly breakEven: number;
  readonly breakEvenRows: number;
  /** Latest outcome among the training rows. */
  readonly trainedUntil: UnixMs;
  readonly ground: KnownGround;
}

export interface LoadedEnsemble {
  readonly parts: EnsembleParts;
  readonly scorer: EnsembleScorer;
}

export type EnsembleFault = Fault<'bad-ensemble'>;

/** Arrays of a head are kept as `head.array`. */
export function ensembleArtefact(parts: EnsembleParts): ModelArtefact {
  const { heads, names, ...facts } = parts;
  const packed = packHeads(heads);
  return {
    kind: 'ensemble',
    task: 'classify',
    names,
    header: { ...facts, heads: packed.listed },
    arrays: packed.arrays,
  };
}

/** Takes an artefact apart again and builds its scorer; anything that does not fit together is refused (RE-40). */
export function loadEnsemble(artefact: ModelArtefact): Result<LoadedEnsemble, EnsembleFault> {
  if (artefact.kind !== 'ensemble') return err(bad(`it is a ${artefact.kind}, not a whole model`));
  const { heads: listed, ...facts } = artefact.header as unknown as Omit<EnsembleParts, 'heads' | 'names'> & {
    readonly heads: readonly ListedHead[];
  };
  if (!Array.isArray(listed) || listed.length === 0) return err(bad('it names no heads'));
  const { band = null } = facts;
  if (band !== null && !isCalibrationBand(band)) return err(bad('its band of the calibration is none'));
  try {
    const heads = unpackHeads(artefact, listed);
    const predictors = heads.map((head) => ({ id: head.id, predictor: createPredictor(head.artefact) }));
    const scorer = createEnsembleScorer(predictors, facts.calibrator);
    return ok({ parts: { ...facts, names: artefact.names, heads }, scorer });
  } catch (error) {
    return err(bad(error instanceof Error ? error.message : String(error)));
  }
}

/** The predictor of one head. Throws on an artefact that does not fit its kind: check bytes against their hash first. */
export function createPredictor(artefact: ModelArtefact): Predictor {
  invariant(isHead(artefact.kind), 'a head of a whole model is no whole model');
  return artefact.kind === 'network' ? createNetworkPredictor(artefact) : createTreePredictor(artefact);
}

function bad(why: string): EnsembleFault {
  return {
    kind: 'bad-ensemble',
    message: `The stored model cannot be used: ${why}.`,
    remedy: 'Train it again, or roll back to another version.',
  };
}
