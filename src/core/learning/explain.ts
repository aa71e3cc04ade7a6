/**
 * Why an ensemble gave its score, feature by feature, in score points that add up (ML-42).
 *
 * Each head is explained in its own scale: forest and boosting exactly (TreeSHAP), the network by gradient times input.
 * A head's parts are carried to probabilities by one factor, so that its base plus parts is its probability; heads are
 * averaged as the ensemble averages them; calibration is carried through in the same way. At every stage base plus parts
 * is the value, so that base score plus points is the score, to rounding.
 */

import { createCalibration } from './calibration.ts';
import type { ModelArtefact } from './dataset.ts';
import type { LoadedEnsemble } from './ensemble-artefact.ts';
import { createNetworkPredictor } from './network/dense-network.ts';
import { createTreeExplainer } from './trees/tree-shap.ts';

export interface ScoreExplanation {
  /** 0-100, as the ensemble scores the row. */
  readonly score: number;
  /** The score of no signal in particular. */
  readonly baseScore: number;
  /** Points per feature, in the order of the names. */
  readonly points: Float64Array;
}

export const EXPLANATION_METHOD =
  'Exact tree contributions and gradient contributions of the network, averaged over the heads and carried through the calibration in proportion, so that base and points add up to the score.';

export type Explainer = (row: Float64Array) => ScoreExplanation | null;

/** Builds the explainer of a loaded model; null answers mean that no head had a finite output for the row. */
export function createExplainer({ parts, scorer }: LoadedEnsemble): Explainer {
  const calibrate = createCalibration(parts.calibrator);
  const heads = parts.heads.map(({ artefact }) => headExplainer(artefact));
  const features = parts.names.length;
  return (row) => {
    const score = scorer.score(row);
    if (!Number.isFinite(score)) return null;
    const points = new Float64Array(features);
    let base = 0;
    let answered = 0;
    heads.forEach((explainHead, index) => {
      const probability = scorer.headOutputs[index] as number;
      if (Number.isNaN(probability)) return;
      const head = explainHead(row, probability);
      base += head.base;
      answered++;
      for (let feature = 0; feature < features; feature++) {
        points[feature] = (points[feature] as number) + (head.parts[feature] as number);
      }
    });
    base /= answered;
    const baseScore = 100 * calibrate(base);
    const factor = ratio(score - baseScore, scorer.raw - base, 100) / answered;
    for (let feature = 0; feature < features; feature++) points[feature] = (points[feature] as number) * factor;
    return { score, baseScore, points };
  };
}

interface HeadExplanation {
  /** Probability of the base, and one part per feature: base + sum = the head's probability. */
  readonly base: number;
  readonly parts: Float64Array;
}

function headExplainer(artefact: ModelArtefact): (row: Float64Array, probability: number) => HeadExplanation {
  const parts = new Float64Array(artefact.names.length);
  if (artefact.kind === 'network') {
    const network = createNetworkPredictor(artefact);
    return (row, probability) => fromLogOdds(network.contributions(row, 0, parts), parts, probability);
  }
  const trees = createTreeExplainer(artefact);
  return (row, probability) => {
    trees.explain(row, parts);
    const base = trees.baseline[0] as number;
    return artefact.kind === 'boosting' ? fromLogOdds(base, parts, probability) : { base, parts };
  };
}

/** Parts of a log-odds margin as parts of the probability, by one factor. */
function fromLogOdds(baseMargin: number, parts: Float64Array, probability: number): HeadExplanation {
  const base = 1 / (1 + Math.exp(-baseMargin));
  let margin = 0;
  for (const part of parts) margin += part;
  const factor = ratio(probability - base, margin, base * (1 - base));
  for (let feature = 0; feature < parts.length; feature++) parts[feature] = (parts[feature] as number) * factor;
  return { base, parts };
}

/** A quotient that stays finite where parts cancel out: then their sum is nothing whatever they are scaled by. */
function ratio(value: number, by: number, otherwise: number): number {
  return Math.abs(by) > 1e-12 ? value / by : otherwise;
}
