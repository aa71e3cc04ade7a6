import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import {
  areaUnderCurve,
  breakEvenProbability,
  brierScore,
  classFigures,
  expectedCalibrationError,
  logLoss,
  mostLikelyClasses,
  multiclassLogLoss,
  quasiLikelihoodLoss,
  reliabilityCurve,
  rootMeanSquaredError,
  tradeFigures,
} from '#core/learning/metrics.ts';
import { classifyReport, multiclassReport, regressReport } from '#core/learning/metrics-report.ts';
import { makeExamples } from '../../support/learning-examples.ts';
import { referenceValues } from '../../support/scikit-learn-values.ts';

const of = (...values: number[]) => Float64Array.from(values);
const reference = referenceValues.metrics;
const probability = Float64Array.from(reference.probability);
const target = Float64Array.from(reference.target);
const weight = Float64Array.from(reference.weight);

describe('metrics', () => {
  it('ML-22: weighted AUC (with ties), log loss, Brier and balanced accuracy equal scikit-learn', () => {
    expect(areaUnderCurve(probability, target, weight)).toBeCloseTo(reference.auc, 12);
    expect(logLoss(probability, target, weight)).toBeCloseTo(reference.logLoss, 12);
    expect(brierScore(probability, target, weight)).toBeCloseTo(reference.brier, 12);
    const predicted = probability.map((p) => (p >= 0.5 ? 1 : 0));
    expect(classFigures(predicted, target, 2, weight).balancedAccuracy).toBeCloseTo(reference.balanced, 12);
  });

  it('ML-22: AUC equals the count over all pairs, ties one half', () => {
    const random = createRandom('pairs');
    const score = Float64Array.from({ length: 80 }, () => random.integer(12));
    const labels = Float64Array.from({ length: 80 }, () => random.integer(2));
    const shares = Float64Array.from({ length: 80 }, () => random.integer(3));
    let won = 0;
    let pairs = 0;
    for (let i = 0; i < 80; i++) {
      for (let j = 0; j < 80; j++) {
        if (labels[i] !== 1 || labels[j] !== 0) continue;
        const mass = (shares[i] as number) * (shares[j] as number);
        pairs += mass;
        const gap = (score[i] as number) - (score[j] as number);
        won += mass * (gap > 0 ? 1 : gap === 0 ? 0.5 : 0);
      }
    }
    expect(areaUnderCurve(score, labels, shares)).toBeCloseTo(won / pairs, 12);
  });

  it('ML-22: one class only, or no rows, gives NaN and never a number', () => {
    expect(areaUnderCurve(of(0.1, 0.2), of(1, 1))).toBeNaN();
    expect(logLoss(of(), of())).toBeNaN();
    expect(tradeFigures(of(0.1), of(1), 0.5).netRPerTrade).toBeNaN();
  });

  it('ML-22: log loss of a sure mistake is large but finite', () => {
    expect(logLoss(of(0, 1), of(1, 0))).toBeCloseTo(-Math.log(1e-15), 6);
  });

  it('ML-22: the reliability curve and ECE weigh the gap of each bin by its mass', () => {
    const p = of(0.05, 0.05, 0.95, 0.95);
    const y = of(0, 1, 1, 1);
    const curve = reliabilityCurve(p, y);
    expect(curve[0]).toMatchObject({ rows: 2, predicted: 0.05, observed: 0.5 });
    expect(curve[9]).toMatchObject({ rows: 2, predicted: 0.95, observed: 1 });
    expect(expectedCalibrationError(p, y)).toBeCloseTo((0.45 + 0.05) / 2, 12);
    expect(reliabilityCurve(of(1), of(1))[9]?.rows).toBe(1);
  });

  it('ML-32: a model that always says "up" has the balanced accuracy of chance and shows its recalls', () => {
    const figures = classFigures([0, 0, 0, 0, 0], [0, 0, 0, 1, 2], 3);
    expect(figures.accuracy).toBeCloseTo(0.6, 12);
    expect(figures.balancedAccuracy).toBeCloseTo(1 / 3, 12);
    expect(figures.recalls).toEqual([1, 0, 0]);
  });

  it('ML-22: multi-class log loss and the likeliest class read the rows of the matrix', () => {
    const p = of(0.2, 0.5, 0.3, 0.6, 0.2, 0.2);
    expect([...mostLikelyClasses(p, 3)]).toEqual([1, 0]);
    expect(multiclassLogLoss(p, of(2, 0), 3)).toBeCloseTo(-(Math.log(0.3) + Math.log(0.6)) / 2, 12);
  });

  it('RMSE and QLIKE are zero at perfection; QLIKE punishes too low a forecast more', () => {
    const realised = of(1, 2, 4);
    expect(rootMeanSquaredError(of(1, 2, 5), realised)).toBeCloseTo(Math.sqrt(1 / 3), 12);
    expect(quasiLikelihoodLoss(realised, realised)).toBeCloseTo(0, 12);
    const half = quasiLikelihoodLoss(of(0.5, 1, 2), realised);
    const double = quasiLikelihoodLoss(of(2, 4, 8), realised);
    expect(half).toBeCloseTo(2 - Math.log(2) - 1, 12);
    expect(half).toBeGreaterThan(double);
  });

  it('ML-22: figures at a threshold count the trades that reach it', () => {
    expect(tradeFigures(of(0.2, 0.5, 0.6, 0.9), of(1, -1, 0.5, 2), 0.5)).toEqual({
      trades: 3,
      coverage: 0.75,
      winRate: 2 / 3,
      netRPerTrade: 0.5,
    });
  });

  it('DE-2: break-even is mean loss over mean loss plus mean win, and a half without both', () => {
    expect(breakEvenProbability([2, 2, -1])).toBeCloseTo(1 / 3, 12);
    expect(breakEvenProbability([1, 1])).toBe(0.5);
  });
});

describe('reports', () => {
  const examples = makeExamples('report', 600, 1.2);
  const options = { seed: 'report', blockLength: 4, resamples: 300 };

  it('ML-22: every figure has an interval around it and the base beside it', () => {
    const { target: y, weight: w } = examples.data;
    const report = classifyReport(examples.truth, y, w, examples.lives.netR, 0.5, options);
    for (const name of ['areaUnderCurve', 'logLoss', 'brier', 'winRate', 'netRPerTrade', 'coverage'] as const) {
      const { value, low, high } = report[name];
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }
    expect(report.areaUnderCurve.base).toBe(0.5);
    expect(report.areaUnderCurve.low).toBeGreaterThan(0.6);
    expect(report.logLoss.value).toBeLessThan(report.logLoss.base);
    expect(report.winRate.base).toBeCloseTo(report.baseRate, 12);
    expect(report.coverage.base).toBe(1);
    expect(report).toEqual(classifyReport(examples.truth, y, w, examples.lives.netR, 0.5, options));
  });

  it('ML-32: the multi-class report shows the majority class as the base', () => {
    const y = Float64Array.from({ length: 90 }, (_, row) => (row % 3 === 0 ? row % 2 : 2));
    const p = Float64Array.from({ length: 270 }, (_, at) => (at % 3 === 2 ? 0.8 : 0.1));
    const report = multiclassReport(p, y, 3, new Float64Array(90).fill(1), options);
    expect(report.balancedAccuracy.value).toBeCloseTo(1 / 3, 12);
    expect(report.balancedAccuracy.base).toBeCloseTo(1 / 3, 12);
    expect(report.recalls.map((recall) => recall.value)).toEqual([0, 0, 1]);
  });

  it('ML-22: the regression report gives RMSE, and QLIKE for variances only', () => {
    const y = Float64Array.from({ length: 200 }, (_, row) => 1 + (row % 7) / 3);
    const forecast = y.map((value, row) => value * (row % 2 === 0 ? 1.1 : 0.9));
    const w = new Float64Array(200).fill(1);
    const report = regressReport(forecast, y, w, true, options);
    expect(report.rootMeanSquaredError.value).toBeLessThan(report.rootMeanSquaredError.base);
    expect(report.quasiLikelihood?.value).toBeLessThan(report.quasiLikelihood?.base ?? 0);
    expect(regressReport(forecast, y, w, false, options).quasiLikelihood).toBeNull();
  });
});
