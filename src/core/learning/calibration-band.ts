/** What the rows behind a calibrator leave open (ML-42): a bootstrap band of the calibrated probability over the raw one. */
import { drawBlocks } from '#core/base/intervals.ts';
import { createRandom } from '#core/base/random.ts';
import { clamp, quantile } from '#core/base/statistics.ts';
import { type CalibrationRows, type Calibrator, createCalibration, fitCalibrator } from './calibration.ts';
import { averageUniqueness, dependenceLength } from './uniqueness.ts';

/** Plain JSON, stored with the artefact. All of one length; `raw` ascends strictly, the bounds never fall. */
export interface CalibrationBand {
  /** Raw ensemble probabilities, 0-1. */
  readonly raw: readonly number[];
  /** 5 % and 95 % quantiles of the calibrated probability there, 0-1. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const RESAMPLES = 200;
const TAIL = 0.05;
/** Points spread evenly over the raw values that were seen; 0 and 1 come on top. */
const POINTS_SEEN = 31;
/** Fewer out-of-fold rows say nothing about what they leave open. */
const MINIMUM_ROWS = 20;

/**
 * Draws the out-of-fold rows again 200 times, fits the same kind of calibrator to each draw and keeps the 5 % and 95 %
 * quantile at each raw value of a grid. Rows are drawn in circular blocks as long as lives run together
 * (`dependenceLength`), and keep their weights. Equal rows and seed give an equal band.
 *
 * Not every draw can carry every kind. One that holds one class only, or whose sigmoid would turn the order round, gives
 * the constant that it does carry: its win rate by the rule of succession (for the sigmoid that is the best fit with a
 * slope of 0). Leaving such draws out would make the band too narrow just where the rows say least.
 *
 * The kind `none` has nothing to refit: the score is the raw probability, believed as it is. What its rows say of it is
 * then the sigmoid that each draw would correct it by: two parameters, which 20 rows can carry and a staircase cannot.
 *
 * It holds what the calibrator's rows leave open, and nothing else: not that the heads would differ on other examples,
 * and not the luck of a single trade. Null under 20 rows.
 */
export function calibrationBand(calibrator: Calibrator, rows: CalibrationRows, seed: string): CalibrationBand | null {
  const count = rows.raw.length;
  if (count < MINIMUM_ROWS) return null;
  const random = createRandom(seed);
  const blockLength = dependenceLength(averageUniqueness(rows));
  const grid = gridOf(rows.raw);
  const drawn = grid.map(() => new Float64Array(RESAMPLES));
  const counts = new Float64Array(count);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    drawBlocks(random, blockLength, counts);
    const calibrate = drawnCalibration(calibrator, rows, counts);
    grid.forEach((raw, point) => {
      (drawn[point] as Float64Array)[resample] = calibrate(raw);
    });
  }
  return {
    raw: grid,
    low: drawn.map((values) => quantile(values, TAIL)),
    high: drawn.map((values) => quantile(values, 1 - TAIL)),
  };
}

/**
 * The band at a raw value, linear between its points, widened where need be to hold `probability`, the calibrated one:
 * an isotonic fit may step between two points, and a calibrator `none` may stand where its rows would not have put it.
 */
export function bandAt(band: CalibrationBand, raw: number, probability: number): { low: number; high: number } {
  const { raw: grid } = band;
  let right = 1;
  while (right < grid.length - 1 && (grid[right] as number) < raw) right++;
  const left = right - 1;
  const from = grid[left] as number;
  const share = clamp((raw - from) / ((grid[right] as number) - from), 0, 1);
  const between = (bound: readonly number[]) => {
    const start = bound[left] as number;
    return start + share * ((bound[right] as number) - start);
  };
  return { low: Math.min(between(band.low), probability), high: Math.max(between(band.high), probability) };
}

/** Whether a stored value is a band: what came with an artefact is believed only as far as it was checked (RE-40). */
export function isCalibrationBand(value: unknown): value is CalibrationBand {
  if (typeof value !== 'object' || value === null) return false;
  const { raw, low, high } = value as Readonly<Record<string, unknown>>;
  if (!isRising(raw) || !isRising(low) || !isRising(high)) return false;
  return (
    raw.length >= 2 &&
    low.length === raw.length &&
    high.length === raw.length &&
    raw.every((at, point) => point === 0 || at > (raw[point - 1] as number)) &&
    low.every((bound, point) => bound <= (high[point] as number))
  );
}

function gridOf(raw: Float64Array): number[] {
  const lowest = raw.reduce((least, value) => Math.min(least, value), 1);
  const highest = raw.reduce((most, value) => Math.max(most, value), 0);
  const seen = Array.from(
    { length: POINTS_SEEN },
    (_, point) => lowest + ((highest - lowest) * point) / (POINTS_SEEN - 1),
  );
  return [...new Set([0, ...seen, 1].map((value) => clamp(value, 0, 1)))];
}

function drawnCalibration(
  calibrator: Calibrator,
  rows: CalibrationRows,
  counts: Float64Array,
): (raw: number) => number {
  const weight = rows.weight.map((value, row) => value * (counts[row] as number));
  const use: number[] = [];
  for (let row = 0; row < counts.length; row++) if ((counts[row] as number) > 0) use.push(row);
  const kind = calibrator.kind === 'none' ? 'sigmoid' : calibrator.kind;
  const fit = fitCalibrator(kind, { ...rows, weight }, use);
  if (fit !== null) {
    // The margin belongs to the number of rows, of which a draw holds as many, though some of them twice.
    const { margin } = { margin: 0, ...calibrator };
    return createCalibration(fit.kind === 'isotonic' ? { ...fit, margin } : fit);
  }
  let wins = 0;
  let mass = 0;
  for (const row of use) {
    wins += (weight[row] as number) * (rows.target[row] as number);
    mass += weight[row] as number;
  }
  const rate = (wins + 1) / (mass + 2);
  return () => rate;
}

function isRising(values: unknown): values is readonly number[] {
  if (!Array.isArray(values)) return false;
  return values.every(
    (value, at) => typeof value === 'number' && value >= 0 && value <= 1 && (at === 0 || value >= values[at - 1]),
  );
}
