/** Calibration (ML-23): from a raw ensemble probability to one that can be believed; candidates, their fits and the choice. */
import { gather } from '#core/base/gather.ts';
import { invariant } from '#core/base/invariant.ts';
import { fitIsotonic, isotonicAt } from '#core/base/isotonic.ts';
import { clamp } from '#core/base/statistics.ts';
import { fitSigmoid } from './calibration-sigmoid.ts';
import { brierScore } from './metrics.ts';

/** Plain JSON, stored with the artefact. */
export type Calibrator =
  | { readonly kind: 'none' }
  /** p = 1 / (1 + exp(slope x logOdds(raw) + intercept)); the slope is negative, so that the order is kept. */
  | { readonly kind: 'sigmoid'; readonly slope: number; readonly intercept: number }
  /** Knots of the fit; `margin` is the closest it may come to 0 and 1. */
  | {
      readonly kind: 'isotonic';
      readonly x: readonly number[];
      readonly y: readonly number[];
      readonly margin: number;
    };

export type CalibratorKind = Calibrator['kind'];

/** From simple to flexible, with the out-of-fold rows that each needs. */
const CANDIDATES = [
  { kind: 'none', rows: 0 },
  { kind: 'sigmoid', rows: 50 },
  { kind: 'isotonic', rows: 200 },
] as const;

/** Share of the rows, the oldest, on which candidates are fitted to be judged on the rest. */
const FIT_SHARE = 0.7;
/** Brier scores closer than this are a tie: rounding, not evidence. */
const TIE = 1e-12;
/** Log odds beyond this say nothing more: a raw 0 or 1 comes from a pure leaf, not from certainty. */
const LOG_ODDS_LIMIT = 12;

/** Out-of-fold rows, oldest first. */
export interface CalibrationRows {
  /** Raw probabilities of the whole averaged ensemble. */
  readonly raw: Float64Array;
  /** 0 or 1. */
  readonly target: Float64Array;
  readonly weight: Float64Array;
  readonly openedAt: Float64Array;
  readonly resolvedAt: Float64Array;
}

export interface CalibrationChoice {
  readonly calibrator: Calibrator;
  /** Out-of-fold rows on which the chosen one was finally fitted. */
  readonly rows: number;
  /** Rows of the later block on which the candidates were compared; 0 when there was nothing to compare. */
  readonly judgedRows: number;
  readonly candidates: readonly { readonly kind: CalibratorKind; readonly brier: number }[];
}

/** A probability as a function of the raw one: synchronous and allocation-free. */
export type Calibration = (raw: number) => number;

export function createCalibration(calibrator: Calibrator): Calibration {
  switch (calibrator.kind) {
    case 'none':
      return (raw) => clamp(raw, 0, 1);
    case 'sigmoid': {
      const { slope, intercept } = calibrator;
      return (raw) => 1 / (1 + Math.exp(slope * logOdds(raw) + intercept));
    }
    case 'isotonic': {
      const fit = { x: Float64Array.from(calibrator.x), y: Float64Array.from(calibrator.y) };
      const { margin } = calibrator;
      return (raw) => clamp(isotonicAt(fit, raw), margin, 1 - margin);
    }
  }
}

/**
 * Chooses by the rule of ML-23: candidates that the number of rows allows are fitted on the older 70 %, without rows
 * whose life reaches into the rest, and the lowest weighted Brier score on the rest wins; a tie goes to the simpler. The
 * winner is then fitted on all rows, all of which are out of fold.
 */
export function chooseCalibrator(rows: CalibrationRows): CalibrationChoice {
  const count = rows.raw.length;
  const none: Calibrator = { kind: 'none' };
  const boundary = Math.floor(count * FIT_SHARE);
  const later = range(boundary, count);
  const judgedFrom = later.length === 0 ? Number.POSITIVE_INFINITY : (rows.openedAt[boundary] as number);
  const older = range(0, boundary).filter((row) => (rows.resolvedAt[row] as number) < judgedFrom);
  const candidates: { kind: CalibratorKind; brier: number }[] = [];
  let best: { kind: CalibratorKind; brier: number } = { kind: 'none', brier: Number.POSITIVE_INFINITY };
  for (const { kind, rows: needed } of CANDIDATES) {
    if (count < needed || later.length === 0) continue;
    const calibrator = fitCalibrator(kind, rows, older);
    if (calibrator === null) continue;
    const candidate = { kind, brier: brierOn(calibrator, rows, later) };
    candidates.push(candidate);
    if (candidate.brier < best.brier - TIE) best = candidate;
  }
  const chosen = best.kind === 'none' ? none : fitCalibrator(best.kind, rows, range(0, count));
  const judgedRows = candidates.length > 1 ? later.length : 0;
  return { calibrator: chosen ?? none, rows: count, judgedRows, candidates };
}

/** Null when the rows cannot carry it: one class only, or a sigmoid that would turn the order round. */
export function fitCalibrator(kind: CalibratorKind, rows: CalibrationRows, use: ArrayLike<number>): Calibrator | null {
  if (kind === 'none') return { kind };
  const raw = gather(rows.raw, use);
  const target = gather(rows.target, use);
  const weight = gather(rows.weight, use);
  if (!target.includes(0) || !target.includes(1)) return null;
  if (kind === 'sigmoid') {
    const fit = fitSigmoid(raw.map(logOdds), target, weight);
    return fit.slope < 0 ? { kind, ...fit } : null;
  }
  const fit = fitIsotonic(raw, target, weight);
  // Never surer than the rule of succession allows: pooled blocks of wins only would otherwise promise 1.
  return { kind, x: Array.from(fit.x), y: Array.from(fit.y), margin: 1 / (use.length + 2) };
}

function logOdds(raw: number): number {
  return clamp(Math.log(raw / (1 - raw)), -LOG_ODDS_LIMIT, LOG_ODDS_LIMIT);
}

function brierOn(calibrator: Calibrator, rows: CalibrationRows, use: readonly number[]): number {
  const calibrate = createCalibration(calibrator);
  const value = brierScore(gather(rows.raw, use).map(calibrate), gather(rows.target, use), gather(rows.weight, use));
  invariant(!Number.isNaN(value), 'a calibrator gave no probability');
  return value;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
