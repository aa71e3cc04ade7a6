import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { fitSigmoid } from '#core/learning/calibration-sigmoid.ts';
import {
  type ClassCalibrationRows,
  calibrateClassRows,
  chooseClassCalibrator,
  fitClassCalibrator,
  noClassCalibration,
} from '#core/learning/class-calibration.ts';
import { multiclassLogLoss } from '#core/learning/metrics.ts';

/** Rows whose true probabilities are softmax(scale x ln raw + bias) of what is shown as raw. */
function rowsOf(seed: string, count: number, scale: number, bias: readonly number[]): ClassCalibrationRows {
  const random = createRandom(seed);
  const classes = bias.length;
  const raw = new Float64Array(count * classes);
  const target = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const q = softmax(bias.map(() => random.normal()));
    raw.set(q, row * classes);
    const p = softmax(q.map((value, k) => scale * Math.log(value) + bias[k]));
    let draw = random.next();
    target[row] = Math.max(
      0,
      p.findIndex((part) => {
        draw -= part;
        return draw < 0;
      }),
    );
  }
  const openedAt = Float64Array.from({ length: count }, (_, row) => row);
  return { classes, raw, target, weight: new Float64Array(count).fill(1), openedAt, resolvedAt: openedAt.slice() };
}

function softmax(scores: readonly number[]): number[] {
  const parts = scores.map(Math.exp);
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

const every = (rows: ClassCalibrationRows) => Int32Array.from(rows.target.keys());

describe('calibration of several classes', () => {
  it('ML-23: for two classes the temperature is the sigmoid of Platt on the log odds', () => {
    const rows = rowsOf('platt', 400, 0.6, [0, 0.7]);
    const fit = fitClassCalibrator('temperature', rows, every(rows));
    const logOdds = rows.target.map((_, row) => Math.log(rows.raw[2 * row + 1] / rows.raw[2 * row]));
    const sigmoid = fitSigmoid(logOdds, rows.target, rows.weight);
    expect(fit.scale).toBeCloseTo(-sigmoid.slope, 6);
    expect(fit.bias[1]).toBeCloseTo(-sigmoid.intercept, 6);
  });

  it('ML-23: finds a planted temperature and planted biases', () => {
    const rows = rowsOf('planted', 20_000, 0.5, [0, -1, 0.8]);
    const fit = fitClassCalibrator('temperature', rows, every(rows));
    expect(fit.scale).toBeCloseTo(0.5, 1);
    expect(fit.bias[1]).toBeCloseTo(-1, 1);
    expect(fit.bias[2]).toBeCloseTo(0.8, 1);
    const shift = fitClassCalibrator('shift', rows, every(rows));
    expect(shift.scale).toBe(1);
  });

  it('ML-23: the simplest of what holds on a later block is chosen', () => {
    expect(chooseClassCalibrator(rowsOf('none', 2_000, 1, [0, 0, 0])).candidates).toHaveLength(3);
    expect(chooseClassCalibrator(rowsOf('shift', 3_000, 1, [0, 1.5, -1.5])).calibrator.kind).not.toBe('none');
    expect(chooseClassCalibrator(rowsOf('sharp', 3_000, 0.3, [0, 0, 0])).calibrator.kind).toBe('temperature');
    expect(chooseClassCalibrator(rowsOf('few', 40, 0.3, [0, 2, 0])).calibrator).toEqual(noClassCalibration(3));
    expect(chooseClassCalibrator(rowsOf('some', 99, 0.3, [0, 2, 0])).candidates.map(({ kind }) => kind)).toEqual([
      'none',
      'shift',
    ]);
  });

  it('ML-23: after calibration the later rows are told no worse than before', () => {
    const rows = rowsOf('better', 3_000, 0.4, [0, -1, 0.5]);
    const from = 2_000;
    const older = Int32Array.from({ length: from }, (_, row) => row);
    const calibrated = calibrateClassRows(fitClassCalibrator('temperature', rows, older), rows.raw);
    const later = (p: Float64Array) => multiclassLogLoss(p.subarray(3 * from), rows.target.subarray(from), 3);
    expect(later(calibrated)).toBeLessThan(later(rows.raw) - 0.05);
  });

  it('ML-23: probabilities that say the opposite of what comes are not turned round: the base rates are left', () => {
    const rows = rowsOf('opposite', 1_000, -1, [0, 0.5, -0.5]);
    const fit = fitClassCalibrator('temperature', rows, every(rows));
    expect(fit.scale).toBe(0);
    const p = calibrateClassRows(fit, rows.raw);
    for (const k of [0, 1, 2]) {
      const rate = rows.target.filter((actual) => actual === k).length / 1_000;
      expect(p[k]).toBeCloseTo(rate, 2);
      expect(p[3 * 500 + k]).toBe(p[k]);
    }
  });

  it('stays finite when the classes are told apart perfectly, at raw 0 and 1, and when one never comes', () => {
    const target = Float64Array.from({ length: 200 }, (_, row) => row % 2);
    const raw = new Float64Array(600);
    target.forEach((actual, row) => {
      raw[3 * row + actual] = 1;
    });
    const openedAt = Float64Array.from(target.keys());
    const rows = { classes: 3, raw, target, weight: target.map(() => 1), openedAt, resolvedAt: openedAt };
    for (const kind of ['shift', 'temperature'] as const) {
      const fit = fitClassCalibrator(kind, rows, every(rows));
      expect([fit.scale, ...fit.bias].every(Number.isFinite)).toBe(true);
      const p = calibrateClassRows(fit, raw);
      expect(p[0]).toBeGreaterThan(0.9);
      expect(p[0]).toBeLessThan(1);
      expect(p[0] + p[1] + p[2]).toBeCloseTo(1, 12);
    }
  });
});
