/**
 * Why an ensemble gave its score, feature by feature, in score points that add up (ML-42).
 *
 * Each head is explained in its own scale: forest and boosting exactly (TreeSHAP), the network by gradient times input.
 * A head's parts are carried to probabilities by one factor, so that its base plus parts is its probability; heads are
 * averaged as the ensemble averages them; calibration is carried through in the same way. At every stage base plus parts
 * is the value, so that base score plus points is the score, to rounding.
 */

import { createCalibration } from './calibration.ts';
import { bandAt, type CalibrationBand } from './calibration-band.ts';
import type { ModelArtefact } from './dataset.ts';
import type { EnsembleScorer } from './ensemble.ts';
import type { EnsembleParts } from './ensemble-artefact.ts';
import { createNetworkPredictor } from './network/dense-network.ts';
import { createTreeExplainer } from './trees/tree-shap.ts';

export interface ScoreExplanation {
  /** 0-100, as the ensemble scores the row. */
  readonly score: number;
  /** The score of no signal in particular. */
  readonly baseScore: number;
  /** Points per feature, in the order of the names. */
  readonly points: Float64Array;
  /**
   * 0-100, around the score: what the rows behind the calibration leave open (90 %, see `calibrationBand`). Null for a
   * model that keeps no band.
   */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** What explaining needs of a loaded model. */
export interface Explainable {
  readonly parts: Pick<EnsembleParts, 'names' | 'heads' | 'calibrator' | 'band'>;
  readonly scorer: EnsembleScorer;
}

export const EXPLANATION_METHOD =
  'Exact tree contributions and gradient contributions of the network, averaged over the heads and carried through the calibration in proportion, so that base and points add up to the score.';

export type Explainer = (row: Float64Array) => ScoreExplanation | null;

/** Builds the explainer of a loaded model; null answers mean that no head had a finite output for the row. */
export function createExplainer({ parts, scorer }: Explainable): Explainer {
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
    for (let feature = 0; feature < features; feature++) points[feature] = (points[feature] as number) / answered;
    carry(points, scorer.raw - base, score - baseScore);
    return { score, baseScore, points, interval: intervalOf(parts.band ?? null, scorer) };
  };
}

function intervalOf(band: CalibrationBand | null, { raw, probability }: EnsembleScorer): ScoreExplanation['interval'] {
  if (band === null) return null;
  const { low, high } = bandAt(band, raw, probability);
  return { low: 100 * low, high: 100 * high };
}

/** Score points per unit of raw probability beyond which parts are no longer carried in proportion. */
const STEEPEST = 1_000;
const UNCALIBRATED = 100;

/**
 * Turns parts that add up to `from` into parts that add up to `to`, by one factor as long as it is not steeper than ten
 * points for one. An isotonic calibration may step where parts nearly cancel out; one factor would then make hundreds of
 * points of nothing, up and down. There parts count as uncalibrated probability does, and the step goes to the features
 * by the size of their parts.
 */
function carry(parts: Float64Array, from: number, to: number): void {
  const exact = ratio(to, from, UNCALIBRATED);
  const factor = exact > STEEPEST ? UNCALIBRATED : exact;
  const rest = to - factor * from;
  let size = 0;
  for (const part of parts) size += Math.abs(part);
  for (let feature = 0; feature < parts.length; feature++) {
    const part = parts[feature] as number;
    parts[feature] = factor * part + (size > 0 ? (rest * Math.abs(part)) / size : 0);
  }
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
