import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { ForecastWindow, ModelVersionView } from '#contract/areas/models.ts';
import { AccuracyTable } from '#renderer/features/models/AccuracyTable.tsx';
import { FiguresTable } from '#renderer/features/models/FiguresTable.tsx';
import { forecastRows, forecastVerdict } from '#renderer/features/models/forecast-rows.ts';
import { READY, versionOf } from '#test/support/fake-desk/fake-versions.ts';

const figure = (value: number, low: number, high: number, base: number) => ({ value, low, high, base });
const [sketch] = READY;

function version(figures: Partial<ModelVersionView>): ModelVersionView {
  if (sketch === undefined) throw new Error('there is a version');
  const none = { figures: null, classFigures: null, valueFigures: null };
  return { ...versionOf('direction', sketch, 0), ...none, ...figures };
}

const rowOf = (name: string) => screen.getByRole('rowheader', { name }).closest('tr');

afterEach(cleanup);

describe('figures of models that say no probability of a win', () => {
  it('ML-32: a direction model shows balanced accuracy and the recall of each class with intervals, and what it dropped', () => {
    const classFigures = {
      rows: 300,
      balancedAccuracy: figure(0.41, 0.36, 0.46, 1 / 3),
      logLoss: figure(1.05, 1.0, 1.1, 1.09),
      brier: figure(0.64, 0.6, 0.68, 0.66),
      accuracy: figure(0.45, 0.4, 0.5, 0.4),
      classes: [
        { label: 'up', rows: 140, recall: figure(0.5, 0.42, 0.58, 0.4), precision: figure(0.48, 0.4, 0.56, 0.46) },
        { label: 'none', rows: 12, recall: figure(0.3, 0.1, 0.6, 0.2), precision: figure(0.1, 0, 0.3, 0.1) },
      ],
      dropped: [{ label: 'down', rows: 9 }],
    };
    render(<FiguresTable shown={version({ classFigures })} compared={null} />);
    expect(rowOf('Balanced accuracy')?.textContent).toMatch(/41.*36.* to 46/);
    expect(rowOf('Balanced accuracy')?.querySelector('.up')).not.toBeNull();
    expect(rowOf('Recall of up')?.querySelector('.up')?.textContent).toContain('better than no model');
    expect(rowOf('Recall of none')?.textContent).toContain('too few');
    expect(rowOf('Precision of up')?.querySelector('.up, .down')).toBeNull();
    expect(screen.getByText(/down was too rare to learn: 9 rows/)).toBeDefined();
  });

  it('ML-22: a volatility model shows its errors beside the mean and what it saves against cheap forecasts', () => {
    const valueFigures = {
      rows: 800,
      rootMeanSquaredError: figure(0.51, 0.49, 0.53, 0.7),
      meanAbsoluteError: figure(0.4, 0.38, 0.42, 0.55),
      rSquared: figure(0.47, 0.42, 0.51, 0),
      baselines: [{ name: 'last value', saved: figure(-0.02, -0.05, 0.01, 0) }],
    };
    render(<FiguresTable shown={version({ valueFigures })} compared={null} />);
    expect(rowOf('RMSE')?.textContent).toContain('0.5100');
    expect(rowOf('RMSE')?.querySelector('.up')).not.toBeNull();
    expect(rowOf('Error saved: last value')?.querySelector('.up, .down')).toBeNull();
  });
});

describe('the record of models that forecast', () => {
  const interval = (value: number, low: number, high: number) => ({ value, low, high });
  const few = { forecasts: 9, pending: 2, direction: null, volatility: null, result: null };
  const show = (windows: readonly ForecastWindow[]) =>
    render(
      <AccuracyTable
        windows={windows}
        rows={forecastRows(windows)}
        known={({ forecasts }) => forecasts}
        one="anything"
      />,
    );

  it('TU-10, ML-45: volatility is shown against what needs no model, and it is said where it does not beat it', () => {
    const volatility = {
      ...{ hours: 500, qlike: 0.31, verdict: 'Does not beat: exponentially weighted.' },
      against: [
        { name: 'last value', qlike: 0.52, difference: interval(-0.21, -0.3, -0.12) },
        { name: 'exponentially weighted', qlike: 0.3, difference: interval(0.01, -0.02, 0.04) },
      ],
    };
    const windows = [
      { days: 7, ...few },
      { days: 90, ...few, forecasts: 510, volatility },
    ];
    show(windows);
    expect(rowOf('Less: last value')?.textContent).toMatch(/too few.*0\.210.*better than no model.*0\.300/);
    expect(rowOf('Less: exponentially weighted')?.querySelector('.up, .down')).toBeNull();
    expect(forecastVerdict(windows)).toBe('Over 90 days: Does not beat: exponentially weighted.');
  });

  it('ML-45: directions are shown beside the most frequent one; a class with too few rows says so', () => {
    const direction = {
      known: 60,
      right: figure(0.62, 0.52, 0.71, 0.5),
      brier: figure(0.6, 0.55, 0.66, 0.62),
      recalls: [
        { label: 'up', rows: 31, share: interval(0.7, 0.55, 0.82) },
        { label: 'none', rows: 4, share: null },
      ],
    };
    show([{ days: 30, ...few, direction }]);
    expect(rowOf('Named right')?.querySelector('.up')?.textContent).toMatch(/62/);
    expect(rowOf('Brier')?.querySelector('.up, .down')).toBeNull();
    expect(rowOf('Recall of up')?.textContent).toMatch(/70.*55–82/);
    expect(rowOf('Recall of none')?.textContent).toContain('too few');
  });

  it('ML-45, ML-32: results in R are shown beside what came and against the mean so far, with count and interval', () => {
    const result = {
      ...{ known: 140, predicted: 0.21, came: interval(0.05, -0.08, 0.18), squaredError: { value: 1.31, base: 1.3 } },
      ...{ difference: interval(0.01, -0.02, 0.05), verdict: 'Does not beat the mean so far.' },
    };
    const windows = [
      { days: 7, ...few },
      { days: 90, ...few, forecasts: 150, result },
    ];
    show(windows);
    expect(rowOf('Forecast')?.textContent).toMatch(/too few.*\+0\.21/);
    expect(rowOf('Came')?.querySelector('.accuracy__off')?.textContent).toContain('+0.05');
    expect(rowOf('Came')?.textContent).toMatch(/−0\.08 to 0\.18/);
    expect(rowOf('Less: mean so far')?.querySelector('.up, .down')).toBeNull();
    expect(forecastVerdict(windows)).toBe('Over 90 days: Does not beat the mean so far.');
  });

  it('ML-45: before anything can be said there are counts and no verdict', () => {
    const windows = [{ days: 7, ...few }];
    show(windows);
    expect(rowOf('Forecasts')?.textContent).toMatch(/9.*2 open/);
    expect(screen.getAllByRole('rowheader')).toHaveLength(1);
    expect(forecastVerdict(windows)).toBeNull();
  });
});
