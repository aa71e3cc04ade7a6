/** ML-45, TU-10: what models of openings and hours forecast before anything was known, against what came. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import type { Observation } from '#core/domain/observation.ts';
import { DAY_MS, HOUR_MS } from '#core/domain/timeframe.ts';
import { registerFeatureSets } from '#main/services/engine-keeper.ts';
import { ForecastBook } from '#main/services/learning/forecast-book.ts';
import {
  CheapForecasts,
  type DirectionRow,
  directionWindow,
  MeanSoFar,
  qlike,
  type ResultRow,
  resultWindow,
  type VolatilityRow,
  volatilityWindow,
} from '#main/services/learning/forecast-figures.ts';
import { liveRecord } from '#main/services/learning/live-record.ts';
import type { Profile } from '#main/store/database.ts';
import { emptyProfile } from '#test/support/research-profile.ts';
import { addSmallModel, learnedModel, putSignals, type SignalPlan } from '#test/support/small-model.ts';

const START = Date.UTC(2026, 0, 5);
const NEVER = new AbortController().signal;
const BTC = 'binance:BTC/USDT';
const LABELS = ['up', 'down', 'none'];

describe('forecasts of hours', () => {
  it('TU-10: QLIKE is nothing for a perfect forecast, and dearer below than above', () => {
    expect(qlike(-5, -5)).toBe(0);
    expect(qlike(Math.log(2), 0)).toBeCloseTo(4 - Math.log(4) - 1, 12);
    expect(qlike(-5, -5.5)).toBeGreaterThan(qlike(-5, -4.5));
  });

  it('TU-10: cheap forecasts know only hours that were over, of their own instrument', () => {
    const cheap = new CheapForecasts();
    const targets = Array.from({ length: 40 }, (_, hour) => -5 + Math.sin(hour));
    const said = targets.map((target, hour) => {
      cheap.next({ instrumentId: 'other', time: START + hour * HOUR_MS, target: 3 });
      return cheap.next({ instrumentId: BTC, time: START + hour * HOUR_MS, target });
    });
    expect(said[0]).toEqual({ lastValue: null, weighted: null });
    expect(said.slice(1).map(({ lastValue }) => lastValue)).toEqual(targets.slice(0, -1));
    expect(said[23]?.weighted).toBeNull();
    let variance = 0;
    targets.slice(0, 39).forEach((target, at) => {
      const weight = Math.max(0.06, 1 / (at + 1));
      variance += weight * (Math.exp(2 * target) - variance);
    });
    expect(said[39]?.weighted).toBeCloseTo(Math.log(variance) / 2, 12);
    // After a hole there is no hour before.
    expect(cheap.next({ instrumentId: BTC, time: START + 41 * HOUR_MS, target: null }).lastValue).toBeNull();
  });

  /** Noise around a level that jumps every day: `error` is how far the model is off. */
  function hours(count: number, error: number): VolatilityRow[] {
    const random = createRandom('hours');
    const cheap = new CheapForecasts();
    return Array.from({ length: count }, (_, hour) => {
      const level = -5 + Math.sin(hour / 4);
      const target = level + 0.2 * (random.next() - 0.5);
      const time = START + hour * HOUR_MS;
      const beside = cheap.next({ instrumentId: BTC, time, target });
      return { time, forecast: level + error * (hour % 2 === 0 ? 1 : -1), ...beside, target, waiting: false };
    });
  }

  it('TU-10: a model that surely does better than both beats them; one that does not is said not to', () => {
    const now = START + 29 * DAY_MS;
    const good = volatilityWindow(hours(400, 0.02), 30, now).volatility;
    expect(good?.verdict).toBe('Beats the last value and the exponentially weighted forecast.');
    for (const { difference } of good?.against ?? []) {
      expect(difference.low).toBeLessThan(difference.value);
      expect(difference.high).toBeLessThan(0);
    }
    const bad = volatilityWindow(hours(400, 0.9), 30, now).volatility;
    expect(bad?.verdict).toBe('Does not beat: last value (which is better), exponentially weighted (which is better).');
  });

  it('ML-45: below two days of hours there are counts only, and instruments of one hour are one piece of evidence', () => {
    const now = START + 29 * DAY_MS;
    const some = hours(24 + 40, 0);
    expect(volatilityWindow([...some, ...some], 30, now)).toMatchObject({ forecasts: 128, volatility: null });
    const enough = hours(24 + 60, 0);
    const [once, twice] = [enough, enough.flatMap((row) => [row, row])].map(
      (rows) => volatilityWindow(rows, 30, now).volatility,
    );
    expect(once?.hours).toBe(60);
    expect(twice).toEqual(once);
  });
});

describe('forecasts of openings', () => {
  function openings(count: number, isRight: (at: number) => boolean): DirectionRow[] {
    return Array.from({ length: count }, (_, at) => {
      const target = at % 3;
      const named = isRight(at) ? target : (target + 1) % 3;
      const probabilities = LABELS.map((_label, label) => (label === named ? 0.6 : 0.2));
      const time = START + at * 12 * HOUR_MS;
      return { time, probabilities, named, target, resolvedAt: time + HOUR_MS, waiting: false };
    });
  }

  it('ML-45: rates stand beside what naming the most frequent direction gives, with intervals that hold them', () => {
    const now = START + 89 * DAY_MS;
    const waiting = { ...(openings(1, () => true)[0] as DirectionRow), time: now, target: null, resolvedAt: null };
    const random = createRandom('openings');
    const rows = [...openings(150, () => random.next() < 0.8), { ...waiting, waiting: true }];
    const { direction, ...counts } = directionWindow(rows, LABELS, 90, now);
    expect(counts).toMatchObject({ forecasts: 151, pending: 1 });
    expect(direction?.known).toBe(150);
    expect(direction?.right.value).toBeCloseTo(0.8, 1);
    expect(direction?.right.low).toBeGreaterThan(direction?.right.base ?? 1);
    expect(direction?.brier.base).toBeCloseTo(2 / 3, 2);
    expect(direction?.brier.value).toBeLessThan(direction?.brier.high ?? 0);
    expect(direction?.recalls.map(({ label, share }) => [label, share !== null])).toEqual(LABELS.map((l) => [l, true]));
  });

  it('ML-45: below 20 known openings there are counts only; a class below 20 has no recall', () => {
    const now = START + 89 * DAY_MS;
    expect(
      directionWindow(
        openings(19, () => true),
        LABELS,
        90,
        now,
      ),
    ).toMatchObject({ forecasts: 19, direction: null });
    const few = directionWindow(
      openings(30, () => true),
      LABELS,
      90,
      now,
    ).direction;
    expect(few?.recalls.every(({ rows, share }) => rows === 10 && share === null)).toBe(true);
  });
});

describe('forecasts of results', () => {
  /** Results of which the model knows the part `skill` in advance, of trades that follow one another. */
  function results(count: number, skill: number): ResultRow[] {
    const random = createRandom('results');
    return Array.from({ length: count }, (_, at) => {
      const target = random.next() < 0.4 ? 1.5 : -1;
      const time = START + at * 6 * HOUR_MS;
      const resolvedAt = time + 3 * HOUR_MS;
      return { time, forecast: skill * target, meanBefore: 0, target, resolvedAt, waiting: false };
    });
  }
  const now = START + 89 * DAY_MS;

  it('ML-45, ML-32: what was forecast stands beside what came; a forecast that knows something beats the mean so far', () => {
    const { result, ...counts } = resultWindow(results(200, 0.5), 90, now);
    expect(counts).toMatchObject({ forecasts: 200, pending: 0 });
    expect(result?.known).toBe(200);
    expect(result?.predicted).toBeCloseTo((result?.came.value ?? 0) / 2, 12);
    expect(result?.squaredError.value).toBeCloseTo((result?.squaredError.base ?? 0) / 4, 12);
    expect(result?.came.low).toBeLessThan(result?.came.value ?? Number.NaN);
    expect(result?.came.high).toBeGreaterThan(result?.came.value ?? Number.NaN);
    expect(result?.difference.high).toBeLessThan(0);
    expect(result?.verdict).toBe('Beats the mean so far.');
    expect(resultWindow(results(200, -0.5), 90, now).result?.verdict).toBe(
      'Does not beat the mean so far, which is better.',
    );
    expect(resultWindow(results(200, 0), 90, now).result?.verdict).toBe('Does not beat the mean so far.');
  });

  it('ML-45: below 20 results there are counts only, and open signals count as open', () => {
    const open = results(1, 0).map((row) => ({ ...row, target: null, resolvedAt: null, waiting: true }));
    expect(resultWindow([...results(19, 1), ...open], 90, now)).toMatchObject({
      forecasts: 20,
      pending: 1,
      result: null,
    });
    const early = results(19, 1).map((row) => ({ ...row, meanBefore: null }));
    expect(resultWindow([...early, ...results(19, 1)], 90, now).result).toBeNull();
  });

  it('ML-45: the mean so far knows only results that had come by then', () => {
    const mean = new MeanSoFar(Array.from({ length: 40 }, (_, at) => ({ resolvedAt: START + at, netR: at })));
    expect(mean.at(START + 18)).toBeNull();
    expect(mean.at(START + 19)).toBe(9.5);
    expect(mean.at(START + 100)).toBe(19.5);
  });
});

describe('the book of forecasts', () => {
  function observe(profile: Profile, observation: Partial<Observation>, target: number | null | 'waiting'): void {
    const { set } = learnedModel(observation.kind === 'opening' ? 'direction' : 'volatility');
    const whole: Observation = {
      ...{ kind: 'hour', instrumentId: BTC, time: START, simulated: false, said: null },
      vector: { setId: set.id, setHash: set.hash, values: new Float64Array(set.names.length) },
      ...observation,
    };
    const { kind, instrumentId, time } = whole;
    const written = profile.record.step((writer) => {
      writer.observed(whole);
      if (target !== 'waiting') writer.labelled({ kind, instrumentId, time, target, resolvedAt: time + HOUR_MS });
    });
    if (!written.ok) throw new Error(written.error.message);
  }

  it('ML-45: follows the record: what was waiting is known later, nothing twice, nothing of the training time', async () => {
    const profile = emptyProfile();
    registerFeatureSets(profile);
    const { id } = addSmallModel(profile, 'hours', { key: 'volatility', createdAt: START + 30 * HOUR_MS });
    const hour = (at: number) => ({
      time: START + at * HOUR_MS,
      said: { modelId: id, answer: { value: -5 } },
    });
    for (let at = 0; at < 120; at++) observe(profile, hour(at), -5 + Math.sin(at));
    observe(profile, hour(120), null);
    observe(profile, hour(121), 'waiting');
    const book = new ForecastBook(profile);
    const models = ['volatility', 'direction', 'trend'].map((key) => learnedModel(key));
    const now = START + 6 * DAY_MS;
    await book.refresh(models, now, NEVER);
    // From the hour on in which the model was made.
    expect(book.of('volatility').map(({ days, forecasts, pending }) => [days, forecasts, pending])).toEqual(
      [7, 30, 90].map((days) => [days, 92, 1]),
    );
    expect(book.of('volatility')[0]?.volatility?.hours).toBe(90);
    expect(book.of('direction')).toEqual([]);
    expect(book.of('trend')).toEqual([]);

    profile.record.step((writer) =>
      writer.labelled({ kind: 'hour', instrumentId: BTC, time: hour(121).time, target: -5, resolvedAt: now }),
    );
    observe(profile, hour(122), -5);
    await book.refresh(models, now, NEVER);
    expect(book.of('volatility')[0]).toMatchObject({ forecasts: 93, pending: 0 });
    const fresh = new ForecastBook(profile);
    await fresh.refresh(models, now, NEVER);
    expect(fresh.of('volatility')).toEqual(book.of('volatility'));
  });

  it('ML-45, ML-32: openings are counted for the direction that was named', async () => {
    const profile = emptyProfile();
    registerFeatureSets(profile);
    const { id } = addSmallModel(profile, 'openings', { key: 'direction', createdAt: START });
    for (let at = 0; at < 24; at++) {
      const said = { modelId: id, answer: { up: 0.5, down: 0.3, none: 0.2 } };
      observe(profile, { kind: 'opening', time: START + at * 8 * HOUR_MS, said }, at % 4 === 0 ? 1 : 0);
    }
    const book = new ForecastBook(profile);
    await book.refresh([learnedModel('direction')], START + 9 * DAY_MS, NEVER);
    const [week, , quarter] = book.of('direction');
    expect(quarter?.direction).toMatchObject({ known: 24, right: { value: 0.75, base: 0.75 } });
    expect(week?.forecasts).toBeLessThan(24);
  });

  it('ML-45, ML-32: results follow the record: what was open is known later, nothing twice, nothing of the training time', async () => {
    const profile = emptyProfile();
    const model = learnedModel('r_multiple');
    const { id } = addSmallModel(profile, 'results', { key: model.key, createdAt: START + 30 * HOUR_MS });
    const win = addSmallModel(profile, 'wins', { key: 'quality', createdAt: START });
    const plan = (at: number, outcome: SignalPlan['outcome']): SignalPlan => ({
      ...{ time: START + at * HOUR_MS, outcome },
      said: [
        { modelId: id, role: 'opinion', value: 0.4 },
        { modelId: win.id, role: 'opinion', probability: 0.5 },
      ],
    });
    const outcomes = Array.from({ length: 70 }, (_, at) => (at % 3 === 0 ? 'win' : 'loss'));
    putSignals(
      profile,
      model,
      outcomes.map((outcome, at) => plan(at, outcome as 'win' | 'loss')),
    );
    putSignals(profile, model, [plan(70, null)]);
    const book = new ForecastBook(profile);
    const now = START + 6 * DAY_MS;
    await book.refresh([model], now, NEVER);
    const [week] = book.of(model.key);
    // From the hour on in which the model was made.
    expect(week).toMatchObject({ days: 7, forecasts: 41, pending: 1, result: { known: 40 } });
    expect(week?.result?.predicted).toBeCloseTo(0.4, 12);

    putSignals(profile, model, [plan(71, 'win')]);
    await book.refresh([model], now, NEVER);
    expect(book.of(model.key)[0]).toMatchObject({ forecasts: 42, pending: 1, result: { known: 41 } });
    const fresh = new ForecastBook(profile);
    await fresh.refresh([model], now, NEVER);
    expect(fresh.of(model.key)).toEqual(book.of(model.key));
    expect(await liveRecord(profile, model.key)).toBeNull();
    profile.record.step((writer) => writer.engineAdvanced(now, []));
    expect(await liveRecord(profile, model.key)).toEqual({
      until: now,
      accuracy: [],
      forecasts: book.of(model.key),
      enhanced: null,
    });
    await fresh.refresh([learnedModel('r_multiple@demo')], now, NEVER);
    expect(fresh.of('r_multiple@demo')).toEqual([]);
  });
});
