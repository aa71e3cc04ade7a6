import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import {
  type CalibrationRows,
  type Calibrator,
  chooseCalibrator,
  createCalibration,
} from '#core/learning/calibration.ts';
import { fitSigmoid } from '#core/learning/calibration-sigmoid.ts';
import { brierScore } from '#core/learning/metrics.ts';
import { referenceValues } from '../../support/scikit-learn-values.ts';

/** Rows whose raw value is `distort` of the true probability. */
function rows(seed: string, count: number, distort: (truth: number) => number): CalibrationRows {
  const random = createRandom(seed);
  const truth = Float64Array.from({ length: count }, () => random.next());
  return {
    raw: truth.map(distort),
    target: truth.map((p) => (random.next() < p ? 1 : 0)),
    weight: new Float64Array(count).fill(1),
    openedAt: Float64Array.from(truth, (_, row) => row * 10),
    resolvedAt: Float64Array.from(truth, (_, row) => row * 10 + 5),
  };
}

const part = (all: CalibrationRows, from: number, to: number): CalibrationRows => ({
  raw: all.raw.slice(from, to),
  target: all.target.slice(from, to),
  weight: all.weight.slice(from, to),
  openedAt: all.openedAt.slice(from, to),
  resolvedAt: all.resolvedAt.slice(from, to),
});
const overconfident = (p: number) => p ** 3 / (p ** 3 + (1 - p) ** 3);
const stepped = (p: number) => (p < 0.5 ? 0.45 + p / 50 : 0.9 + p / 50);

describe('sigmoid', () => {
  it('ML-23: equals scikit-learn on the same decision values', () => {
    const { value, target, slope, intercept } = referenceValues.sigmoid;
    const fit = fitSigmoid(Float64Array.from(value), Float64Array.from(target), new Float64Array(value.length).fill(1));
    expect(fit.slope).toBeCloseTo(slope, 3);
    expect(fit.intercept).toBeCloseTo(intercept, 3);
  });

  it('ML-23: stays finite on separable data and on huge decision values', () => {
    const value = Float64Array.from([-1e6, -1e3, 1e3, 1e6]);
    const fit = fitSigmoid(value, Float64Array.from([0, 0, 1, 1]), new Float64Array(4).fill(1));
    expect(Number.isFinite(fit.slope) && Number.isFinite(fit.intercept)).toBe(true);
    expect(fit.slope).toBeLessThan(0);
  });

  it('ML-23: a weight of two is the row twice', () => {
    const value = Float64Array.from([-2, -1, 0.5, 1, 2]);
    const target = Float64Array.from([0, 1, 0, 1, 1]);
    const weighted = fitSigmoid(value, target, Float64Array.from([1, 2, 1, 1, 1]));
    const doubled = fitSigmoid(
      Float64Array.from([-2, -1, -1, 0.5, 1, 2]),
      Float64Array.from([0, 1, 1, 0, 1, 1]),
      new Float64Array(6).fill(1),
    );
    expect(weighted.slope).toBeCloseTo(doubled.slope, 8);
    expect(weighted.intercept).toBeCloseTo(doubled.intercept, 8);
  });
});

describe('choice of a calibrator', () => {
  it.each([
    [49, ['none']],
    [50, ['none', 'sigmoid']],
    [199, ['none', 'sigmoid']],
    [200, ['none', 'sigmoid', 'isotonic']],
  ])('ML-23: %i out-of-fold rows allow %j', (count, kinds) => {
    const { candidates } = chooseCalibrator(rows('counts', count, overconfident));
    expect(candidates.map((candidate) => candidate.kind)).toEqual(kinds);
  });

  it('ML-23: leaves a calibrated model alone more often than not, and takes the simpler of equals', () => {
    const flat = rows('flat', 400, () => 0.5);
    const balanced = { ...flat, target: flat.target.map((_, row) => row % 2) };
    expect(chooseCalibrator(balanced).calibrator.kind).toBe('none');
  });

  it('ML-23: mends an overconfident model by a sigmoid and a stepped one by isotonic regression', () => {
    expect(chooseCalibrator(rows('sigmoid', 150, overconfident)).calibrator.kind).toBe('sigmoid');
    expect(chooseCalibrator(rows('stepped', 3_000, stepped)).calibrator.kind).toBe('isotonic');
  });

  it('ML-23: the Brier score on a later block is not worse than before', () => {
    for (let seed = 0; seed < 20; seed++) {
      const all = rows(`later ${seed}`, 1_600, seed % 2 === 0 ? overconfident : stepped);
      const { calibrator } = chooseCalibrator(part(all, 0, 800));
      const later = part(all, 800, 1_600);
      const after = brierScore(later.raw.map(createCalibration(calibrator)), later.target);
      expect(after).toBeLessThan(brierScore(later.raw, later.target));
    }
  });

  it('ML-23: is never fitted on rows that it is judged on: their labels do not change the fitted part', () => {
    const all = rows('judged', 400, overconfident);
    const flipped = { ...all, target: all.target.map((y, row) => (row < 280 ? y : 1 - y)) };
    const honest = chooseCalibrator(all).candidates;
    const spoiled = chooseCalibrator(flipped).candidates;
    // Fitted on the old 280, every candidate is hurt by flipped labels; one that had seen them would be helped.
    expect(honest[1]?.brier).toBeLessThan(honest[0]?.brier ?? 0);
    expect(spoiled[1]?.brier).toBeGreaterThan(0.4);
    expect(spoiled[2]?.brier).toBeGreaterThan(0.4);
  });

  it('ML-22: rows whose life reaches into the judged block do not fit the candidates', () => {
    const all = rows('purged', 400, overconfident);
    const endless = { ...all, resolvedAt: all.resolvedAt.map(() => 1e12) };
    expect(chooseCalibrator(endless).candidates.map((candidate) => candidate.kind)).toEqual(['none']);
  });

  it('ML-23: a model that is right the wrong way round gets no sigmoid that would turn it', () => {
    const kinds = chooseCalibrator(rows('reversed', 150, (p) => 1 - p)).candidates.map((candidate) => candidate.kind);
    expect(kinds).toEqual(['none']);
  });
});

describe('calibrators', () => {
  const calibrators: readonly Calibrator[] = [
    { kind: 'none' },
    { kind: 'sigmoid', slope: -0.7, intercept: 0.2 },
    { kind: 'isotonic', x: [0.2, 0.4, 0.9], y: [0, 0.5, 1], margin: 0.01 },
  ];

  it.each(
    calibrators.map((c) => [c.kind, c] as const),
  )('ML-23, RE-41: %s survives JSON, stays within 0-1 and never turns the order round', (_, calibrator) => {
    const calibrate = createCalibration(JSON.parse(JSON.stringify(calibrator)) as Calibrator);
    let before = -1;
    for (let step = 0; step <= 1_000; step++) {
      const p = calibrate(step / 1_000);
      expect(p >= 0 && p <= 1 && p >= before).toBe(true);
      before = p;
    }
  });

  it('never promises certainty after isotonic regression', () => {
    const sure = rows('sure', 300, (p) => p);
    const perfect = { ...sure, target: sure.raw.map((p) => (p > 0.5 ? 1 : 0)) };
    const { calibrator } = chooseCalibrator(perfect);
    expect(calibrator.kind).toBe('isotonic');
    expect(createCalibration(calibrator)(1)).toBeLessThan(1);
    expect(createCalibration(calibrator)(0)).toBeGreaterThan(0);
  });
});
