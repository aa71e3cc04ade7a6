import { describe, expect, it } from 'vitest';
import type { AccuracyWeek, AccuracyWindow } from '#contract/areas/models.ts';
import { ACCURACY_ROWS } from '#renderer/features/models/accuracy-rows.ts';
import { driftBars, driftWord } from '#renderer/features/models/drift-bars.ts';
import { expiryOf } from '#renderer/features/models/expiry.ts';
import {
  IMPORTANCE_WORDS,
  importanceOverVersions,
  importanceRows,
  measuredWays,
} from '#renderer/features/models/importance-rows.ts';
import { trendPlaces } from '#renderer/features/models/TrendLine.tsx';
import { runsOf, weeklyScale } from '#renderer/features/models/weekly-scale.ts';
import { openDesk } from '../support/open-desk.ts';

const DAY = 86_400_000;
const WEEK = 7 * DAY;
const FEBRUARY = Date.UTC(2027, 1, 12, 6);

describe('expiry', () => {
  it('ML-41: counts whole days down, warns from two weeks on, and says when it is over', () => {
    expect(expiryOf(FEBRUARY, FEBRUARY - 43.5 * DAY)).toEqual({
      text: 'stops deciding on 12 Feb 2027, 43 days left',
      isNear: false,
    });
    expect(expiryOf(FEBRUARY, FEBRUARY - 14 * DAY).isNear).toBe(false);
    expect(expiryOf(FEBRUARY, FEBRUARY - 14 * DAY + 1).isNear).toBe(true);
    expect(expiryOf(FEBRUARY, FEBRUARY - DAY).text).toContain('1 day left');
    expect(expiryOf(FEBRUARY, FEBRUARY - 1).text).toContain('less than a day left');
    expect(expiryOf(FEBRUARY, FEBRUARY).text).toContain('stops deciding');
    expect(expiryOf(FEBRUARY, FEBRUARY + 1)).toEqual({ text: 'stopped deciding on 12 Feb 2027', isNear: true });
    expect(expiryOf(FEBRUARY, null).text).toBe('stops deciding on 12 Feb 2027');
  });
});

describe('drift', () => {
  it('ML-41: the feature furthest beyond its own threshold is first, all bars on one scale', () => {
    const bars = driftBars([
      { name: 'large but usual', stability: 0.5, threshold: 0.4 },
      { name: 'small but unusual', stability: 0.2, threshold: 0.05 },
    ]);
    expect(bars.map(({ name }) => name)).toEqual(['small but unusual', 'large but usual']);
    const [small, large] = bars;
    expect((large?.length ?? 0) / (small?.length ?? 1)).toBeCloseTo(2.5, 12);
    for (const bar of bars) {
      expect(bar.thresholdPlace).toBeLessThan(bar.length);
      expect(bar.length).toBeLessThanOrEqual(1);
    }
  });

  it('ML-41: too little to say is not the same as none', () => {
    const drifted = [{ name: 'a', stability: 1, threshold: 0.2 }];
    expect(driftWord(null).label).toBe('Too little to say');
    expect(driftWord({ judged: false, drifted: [], message: '' }).label).toBe('Too little to say');
    expect(driftWord({ judged: true, drifted: [], message: '' })).toMatchObject({ label: 'None', tone: 'good' });
    expect(driftWord({ judged: true, drifted, message: '' })).toMatchObject({ label: '1 feature', tone: 'warning' });
  });
});

describe('the record', () => {
  const window: AccuracyWindow = {
    days: 30,
    predictions: 60,
    pending: 5,
    predicted: 0.5,
    observed: { value: 0.44, low: 0.35, high: 0.53 },
    accuracy: { value: 0.6, low: 0.5, high: 0.7 },
    brier: { value: 0.24, low: 0.235, high: 0.245, base: 0.25 },
  };
  const cell = (key: string, change: Partial<AccuracyWindow> = {}) =>
    ACCURACY_ROWS.find((row) => row.key === key)?.of({ ...window, ...change }) ?? null;

  it('ML-45: a prediction outside what came is marked, one within is not', () => {
    expect(cell('observed')).toMatchObject({ tone: 'plain', beside: '35–53' });
    expect(cell('observed', { predicted: 0.54 })).toMatchObject({ tone: 'off' });
    expect(cell('observed', { predicted: 0.3 })).toMatchObject({ tone: 'off' });
    expect(cell('observed', { predicted: null })).toMatchObject({ tone: 'plain', hint: '' });
  });

  it('ML-45: Brier is praised or blamed only when its whole interval is on one side of the base rate', () => {
    expect(cell('brier')?.tone).toBe('better');
    expect(cell('brier', { brier: { value: 0.24, low: 0.235, high: 0.245, base: 0.24 } })?.tone).toBe('plain');
    expect(cell('brier', { brier: { value: 0.24, low: 0.235, high: 0.245, base: 0.23 } })?.tone).toBe('worse');
  });

  it('ML-45: too few gives no figure, and no prediction gives none', () => {
    for (const key of ['observed', 'accuracy', 'brier']) expect(cell(key, { [key]: null })).toBeNull();
    expect(cell('predicted', { predicted: null })?.value).toBe('–');
    expect(cell('predictions')).toMatchObject({ value: '60', beside: '5 open' });
    expect(cell('predictions', { pending: 0 })?.beside).toBe('');
  });
});

describe('the weeks', () => {
  const week = (index: number, predicted: number, observed: number, resolved = 30): AccuracyWeek => ({
    start: index * WEEK,
    resolved,
    predicted,
    observed,
  });

  it('ML-45: the newest week is at the right edge, and a week without results leaves its room empty', () => {
    const { weeks, slot } = weeklyScale([week(10, 0.5, 0.4), week(12, 0.5, 0.6)]);
    expect(weeks.map(({ x }) => x)).toEqual([1 - 2.5 * slot, 1 - 0.5 * slot]);
    expect(slot).toBe(1 / 8);
    expect(weeklyScale(Array.from({ length: 13 }, (_, at) => week(at, 0.5, 0.5))).slot).toBe(1 / 13);
  });

  it('ML-45: a line does not cross a hole', () => {
    const { weeks } = weeklyScale([1, 2, 4, 5, 6].map((at) => week(at, 0.5, 0.5)));
    expect(runsOf(weeks).map((run) => run.length)).toEqual([2, 3]);
  });

  it('ML-45: the scale holds every share in full tenths, at least two of them, inside 0 to 1', () => {
    expect(weeklyScale([week(1, 0.46, 0.31)])).toMatchObject({ low: 0.3, high: 0.5, ticks: [0.3, 0.4, 0.5] });
    expect(weeklyScale([week(1, 0.45, 0.45)])).toMatchObject({ low: 0.3, high: 0.5 });
    for (const [predicted, observed] of [
      [0, 0],
      [1, 1],
      [0.5, 1],
      [0, 1],
      [0.3, 0.3],
      [0.05, 0.02],
    ] as const) {
      const { low, high, ticks } = weeklyScale([week(1, predicted, observed)]);
      expect(low).toBeLessThanOrEqual(Math.min(predicted, observed));
      expect(high).toBeGreaterThanOrEqual(Math.max(predicted, observed));
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(high - low).toBeGreaterThanOrEqual(0.2 - 1e-12);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }
  });

  it('under 20 results a week says nothing by itself', () => {
    const { weeks } = weeklyScale([week(1, 0.5, 0.5, 19), week(2, 0.5, 0.5, 20)]);
    expect(weeks.map(({ isSolid }) => isSolid)).toEqual([false, true]);
  });
});

describe('importance', () => {
  const versions = () => openDesk({ models: 'ready' }).fake.models.snapshot().models[0]?.versions ?? [];
  const features = [
    { name: 'a', gain: 0.2, permutation: -0.001, shap: null },
    { name: 'b', gain: 0.5, permutation: null, shap: null },
    { name: 'c', gain: 0.3, permutation: 0.004, shap: null },
  ];

  it('ML-43: the largest first, what was not measured last', () => {
    expect(importanceRows(features, 'gain').map(({ name }) => name)).toEqual(['b', 'c', 'a']);
    expect(importanceRows(features, 'permutation').map(({ name }) => name)).toEqual(['c', 'a', 'b']);
    expect(importanceRows(features, 'shap').map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('ML-43: only ways that were measured are offered', () => {
    expect(measuredWays(features)).toEqual(['gain', 'permutation']);
    expect(measuredWays([])).toEqual([]);
  });

  it('ML-43: over versions it runs from the oldest to the newest, with holes where it was not measured', () => {
    const points = importanceOverVersions(versions(), 'atr_pct', 'shap');
    expect(points.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
    expect(points.map(({ value }) => value !== null)).toEqual([false, true, true, true, true]);
    expect(importanceOverVersions(versions(), 'gone', 'gain').every(({ value }) => value === null)).toBe(true);
  });

  it('ML-43: the line stands on zero, also below it, and a single version is a dot in the middle', () => {
    const { places, zeroY } = trendPlaces([
      { version: 1, value: null },
      { version: 2, value: 0 },
      { version: 3, value: -1 },
      { version: 4, value: 1 },
    ]);
    expect(places[0]).toBeNull();
    expect(places[1]?.y).toBe(zeroY);
    expect(places[2]?.y).toBeGreaterThan(zeroY);
    expect(places[3]?.y).toBeLessThan(zeroY);
    expect(trendPlaces([{ version: 1, value: 0.5 }]).places[0]?.x).toBe(32);
  });

  it('ML-43: each way is written in its own unit', () => {
    expect(IMPORTANCE_WORDS.gain.write(0.165)).toBe('16.5\u00a0%');
    expect(IMPORTANCE_WORDS.permutation.write(0.0042)).toBe('+0.0042');
    expect(IMPORTANCE_WORDS.shap.write(1.234)).toBe('1.23');
  });
});
