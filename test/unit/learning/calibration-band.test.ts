import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { artefactBytes, parseArtefact } from '#core/learning/artefact-bytes.ts';
import {
  type CalibrationRows,
  type Calibrator,
  type CalibratorKind,
  createCalibration,
  fitCalibrator,
} from '#core/learning/calibration.ts';
import { bandAt, type CalibrationBand, calibrationBand, isCalibrationBand } from '#core/learning/calibration-band.ts';
import { readRow } from '#core/learning/dataset.ts';
import { type EnsembleParts, ensembleArtefact, loadEnsemble } from '#core/learning/ensemble-artefact.ts';
import { createExplainer } from '#core/learning/explain.ts';
import { knownGround } from '#core/learning/novelty.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { makeExamples } from '../../support/learning-examples.ts';

const HOUR_MS = 3_600_000;
/** What a raw probability is really worth: the model is too sure, and too hopeful. */
const truthOf = (raw: number) => 1 / (1 + Math.exp(-(0.7 * Math.log(raw / (1 - raw)) - 0.3)));

/** Out-of-fold rows an hour apart that live half an hour each; with `copies`, as many lives at once that share one fate. */
function makeRows(seed: string, count: number, copies = 1): CalibrationRows {
  const random = createRandom(seed);
  const signals = Array.from({ length: count / copies }, (_, at) => {
    const raw = 0.15 + 0.7 * random.next();
    return { raw, target: random.next() < truthOf(raw) ? 1 : 0, openedAt: at * HOUR_MS };
  });
  const rows = signals.flatMap((signal) => Array.from({ length: copies }, () => signal));
  const openedAt = Float64Array.from(rows, (row) => row.openedAt);
  return {
    raw: Float64Array.from(rows, ({ raw }) => raw),
    target: Float64Array.from(rows, ({ target }) => target),
    weight: new Float64Array(rows.length).fill(0.8),
    openedAt,
    resolvedAt: openedAt.map((time) => time + HOUR_MS / 2),
  };
}

function calibratorOn(kind: CalibratorKind, rows: CalibrationRows): Calibrator {
  return fitCalibrator(kind, rows, [...rows.raw.keys()]) ?? { kind: 'none' };
}

function bandOn(kind: CalibratorKind, rows: CalibrationRows): CalibrationBand {
  const band = calibrationBand(calibratorOn(kind, rows), rows, 'band');
  if (band === null) throw new Error('no band');
  return band;
}

function meanWidth(band: CalibrationBand): number {
  const widths = [0.25, 0.4, 0.5, 0.6, 0.75].map((raw) => {
    const { low, high } = bandAt(band, raw, lowerAt(band, raw));
    return high - low;
  });
  return widths.reduce((sum, width) => sum + width, 0) / widths.length;
}

/** The lower bound itself, so that nothing is widened. */
function lowerAt(band: CalibrationBand, raw: number): number {
  return bandAt(band, raw, 1).low;
}

describe('band of the calibration', () => {
  it.each<[CalibratorKind]>([
    ['sigmoid'],
    ['isotonic'],
    ['none'],
  ])('ML-42: under %s it holds the true probability about nine times in ten, and is no wider than it must be', (kind) => {
    let held = 0;
    let asked = 0;
    let width = 0;
    for (let seed = 0; seed < 40; seed++) {
      const band = bandOn(kind, makeRows(`cover ${seed}`, 300));
      width += meanWidth(band) / 40;
      for (const raw of [0.3, 0.4, 0.5, 0.6, 0.7]) {
        const low = lowerAt(band, raw);
        const { high } = bandAt(band, raw, low);
        asked++;
        if (low <= truthOf(raw) && truthOf(raw) <= high) held++;
      }
    }
    expect(held / asked).toBeGreaterThan(0.8);
    expect(held / asked).toBeLessThan(0.99);
    expect(width).toBeLessThan(0.25);
  });

  it('ML-42: without widening, it holds the score itself wherever the calibrator was fitted', () => {
    for (const kind of ['sigmoid', 'isotonic'] as const) {
      let held = 0;
      let asked = 0;
      for (let seed = 0; seed < 10; seed++) {
        const rows = makeRows(`own ${seed}`, 400);
        const calibrate = createCalibration(calibratorOn(kind, rows));
        const band = bandOn(kind, rows);
        band.raw.forEach((raw, point) => {
          asked++;
          const score = calibrate(raw);
          const slack = 1e-9;
          if ((band.low[point] as number) - slack <= score && score <= (band.high[point] as number) + slack) held++;
        });
      }
      expect(held / asked).toBeGreaterThan(0.97);
    }
  });

  it('ML-42: whatever the rows, it lies within 0 and 1, never falls, and its interval holds the score', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<CalibratorKind>('none', 'sigmoid', 'isotonic'),
        fc.integer({ min: 20, max: 90 }),
        fc.string({ maxLength: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom('honest', 'one class', 'one value', 'the wrong way round'),
        (kind, count, seed, raw, shape) => {
          const made = makeRows(seed, count);
          const rows = {
            ...made,
            ...(shape === 'one class' ? { target: made.target.map(() => 1) } : {}),
            ...(shape === 'one value' ? { raw: made.raw.map(() => 0.4) } : {}),
            ...(shape === 'the wrong way round' ? { target: made.raw.map((value) => (value < 0.5 ? 1 : 0)) } : {}),
          };
          const calibrator = calibratorOn(kind, rows);
          const band = calibrationBand(calibrator, rows, seed);
          const probability = createCalibration(calibrator)(raw);
          expect(isCalibrationBand(band)).toBe(true);
          if (band === null) return;
          const { low, high } = bandAt(band, raw, probability);
          expect(0 <= low && low <= probability && probability <= high && high <= 1).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('ML-42: four times the rows make it about half as wide; four copies of the same lives do not', () => {
    for (const kind of ['sigmoid', 'none'] as const) {
      const widthOf = (count: number, copies = 1) => {
        const widths = [0, 1, 2, 3].map((seed) => meanWidth(bandOn(kind, makeRows(`width ${seed}`, count, copies))));
        return widths.reduce((sum, width) => sum + width, 0) / 4;
      };
      const narrower = widthOf(800) / widthOf(200);
      expect(narrower).toBeGreaterThan(0.35);
      expect(narrower).toBeLessThan(0.65);
      expect(widthOf(800, 4) / widthOf(200)).toBeGreaterThan(0.8);
    }
    const isotonic = (count: number) => meanWidth(bandOn('isotonic', makeRows('width', count)));
    expect(isotonic(1_600)).toBeLessThan(0.8 * isotonic(200));
  });

  it('RE-43: the same rows and seed give the same band; 19 rows give none', () => {
    const rows = makeRows('same', 120);
    expect(bandOn('sigmoid', rows)).toEqual(bandOn('sigmoid', rows));
    expect(calibrationBand({ kind: 'none' }, makeRows('few', 19), 's')).toBeNull();
  });
});

describe('interval of a score', () => {
  const { data } = makeExamples('interval', 200, 1.5);
  const forest = trainForest(data, { task: 'classify', trees: 10, maxDepth: 4 }, 'interval');
  if (!forest.ok) throw new Error(forest.error.message);
  const rows = makeRows('interval', 200);
  const calibrator = calibratorOn('isotonic', rows);
  const parts: EnsembleParts = {
    ...{ model: 'trend', setId: 's', setHash: 'h', names: data.names, breakEven: 0.5, breakEvenRows: 200 },
    ...{ heads: [{ id: 'forest', artefact: forest.value }], calibrator, trainedUntil: 0, ground: knownGround(data) },
  };

  function reloaded(changed: Partial<EnsembleParts>) {
    const parsed = parseArtefact(artefactBytes(ensembleArtefact({ ...parts, ...changed })));
    if (!parsed.ok) throw new Error(parsed.error.message);
    return loadEnsemble(parsed.value);
  }

  it('ML-42: comes from the stored artefact with the explanation, in points around the score', () => {
    const loaded = reloaded({ band: calibrationBand(calibrator, rows, 'interval') });
    if (!loaded.ok) throw new Error(loaded.error.message);
    const explain = createExplainer(loaded.value);
    const row = new Float64Array(data.names.length);
    for (let index = 0; index < data.rows; index++) {
      readRow(data, index, row);
      const { score, interval } = explain(row) ?? { score: -1, interval: null };
      if (interval === null) throw new Error('no interval');
      expect(interval.low).toBeGreaterThanOrEqual(0);
      expect(interval.low).toBeLessThanOrEqual(score);
      expect(interval.high).toBeGreaterThanOrEqual(score);
      expect(interval.high).toBeLessThanOrEqual(100);
      expect(interval.high - interval.low).toBeGreaterThan(2);
    }
  });

  it('ML-42: an artefact of before bands were kept loads, scores the same and has no interval', () => {
    const old = reloaded({});
    const banded = reloaded({ band: calibrationBand(calibrator, rows, 'interval') });
    if (!old.ok || !banded.ok) throw new Error('not loaded');
    const row = new Float64Array(data.names.length);
    expect(createExplainer(old.value)(row)?.interval).toBeNull();
    expect(old.value.scorer.score(row)).toBe(banded.value.scorer.score(row));
  });

  it.each<[string, unknown]>([
    ['bounds that cross', { raw: [0, 1], low: [0.5, 0.6], high: [0.4, 0.7] }],
    ['a grid that stands still', { raw: [0.5, 0.5], low: [0, 0], high: [1, 1] }],
    ['a bound beyond 1', { raw: [0, 1], low: [0, 0], high: [1, 2] }],
    ['bounds of another length', { raw: [0, 1], low: [0], high: [1, 1] }],
    ['a falling bound', { raw: [0, 1], low: [0.3, 0.2], high: [1, 1] }],
    ['something else', 'wide'],
  ])('RE-40: a stored band with %s is refused', (_what, band) => {
    expect(reloaded({ band: band as CalibrationBand })).toMatchObject({ ok: false, error: { kind: 'bad-ensemble' } });
  });
});
