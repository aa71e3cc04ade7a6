/** A whole model as one artefact (ML-40): its heads, calibrator, threshold and known ground; and what scores from it. */
import { invariant } from '#core/base/invariant.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Calibrator } from './calibration.ts';
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
  readonly heads: readonly { readonly id: string; readonly artefact: ModelArtefact }[];
  readonly calibrator: Calibrator;
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
  return {
    kind: 'ensemble',
    task: 'classify',
    names,
    header: {
      ...facts,
      heads: heads.map(({ id, artefact }) => ({ id, kind: artefact.kind, header: artefact.header })),
    },
    arrays: Object.fromEntries(
      heads.flatMap(({ id, artefact }) =>
        Object.entries(artefact.arrays).map(([name, array]) => [`${id}.${name}`, array] as const),
      ),
    ),
  };
}

interface HeadHeader {
  readonly id: string;
  readonly kind: ModelArtefact['kind'];
  readonly header: ModelArtefact['header'];
}

/** Takes an artefact apart again and builds its scorer; anything that does not fit together is refused (RE-40). */
export function loadEnsemble(artefact: ModelArtefact): Result<LoadedEnsemble, EnsembleFault> {
  if (artefact.kind !== 'ensemble') return err(bad(`it is a ${artefact.kind}, not a whole model`));
  const { heads: listed, ...facts } = artefact.header as unknown as Omit<EnsembleParts, 'heads' | 'names'> & {
    readonly heads: readonly HeadHeader[];
  };
  if (!Array.isArray(listed) || listed.length === 0) return err(bad('it names no heads'));
  try {
    const heads = listed.map(({ id, kind, header }) => ({ id, artefact: headArtefact(artefact, id, kind, header) }));
    const predictors = heads.map((head) => ({ id: head.id, predictor: createPredictor(head.artefact) }));
    const scorer = createEnsembleScorer(predictors, facts.calibrator);
    return ok({ parts: { ...facts, names: artefact.names, heads }, scorer });
  } catch (error) {
    return err(bad(error instanceof Error ? error.message : String(error)));
  }
}

/** The predictor of one head. Throws on an artefact that does not fit its kind: check bytes against their hash first. */
export function createPredictor(artefact: ModelArtefact): Predictor {
  invariant(artefact.kind !== 'ensemble', 'a head of an ensemble is no ensemble');
  return artefact.kind === 'network' ? createNetworkPredictor(artefact) : createTreePredictor(artefact);
}

function headArtefact(
  whole: ModelArtefact,
  id: string,
  kind: ModelArtefact['kind'],
  header: ModelArtefact['header'],
): ModelArtefact {
  const prefix = `${id}.`;
  const arrays = Object.entries(whole.arrays)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, array]) => [name.slice(prefix.length), array] as const);
  return { kind, task: whole.task, names: whole.names, header, arrays: Object.fromEntries(arrays) };
}

function bad(why: string): EnsembleFault {
  return {
    kind: 'bad-ensemble',
    message: `The stored model cannot be used: ${why}.`,
    remedy: 'Train it again, or roll back to another version.',
  };
}
