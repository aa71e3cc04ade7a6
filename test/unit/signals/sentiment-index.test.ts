/** FE-13, FE-2: an imported sentiment index counts where it is given, from its publication and its import on, and no earlier. */
import { describe, expect, it } from 'vitest';
import { NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import {
  SENTIMENT_LIFE_MS,
  SentimentBook,
  type SentimentIndex,
  type SentimentPoint,
} from '#core/domain/sentiment-index.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import type { FeatureInput } from '#core/signals/features/feature.ts';
import { FEATURES } from '#core/signals/features/feature-catalogue.ts';
import { cutAt, differences, endOf, FIVE, FIVES, walk } from '#test/support/feature-readings.ts';
import { worldEngine, worldInputs } from '#test/support/market-world.ts';
import { SYNTHETIC_START, seededRandom } from '#test/support/real-candles.ts';
import { testInstrument } from '#test/support/signals-run.ts';

const BTC = testInstrument('BTC');
const SOL = testInstrument('SOL');
const T = SYNTHETIC_START;

function point(time: number, value: number, scope = '', importNo = 1): SentimentPoint {
  return { scope, time, value, importNo };
}

const fresh = (no: number) => ({ no, workedUntil: new Map<string, number>() });

describe('what of an index counts', () => {
  it('FE-13: the newest value, until the next one and for eight days at most', () => {
    const book = new SentimentBook([point(T, 30), point(T + DAY_MS, 60)], [fresh(1)]);
    expect(book.at(BTC, T + 1)).toBe(30);
    expect(book.at(BTC, T + DAY_MS + 1)).toBe(60);
    expect(book.at(BTC, T + DAY_MS + SENTIMENT_LIFE_MS)).toBe(60);
    expect(book.at(BTC, T + DAY_MS + SENTIMENT_LIFE_MS + 1)).toBeNaN();
    expect(new SentimentBook([], []).at(BTC, T)).toBeNaN();
  });

  it('FE-2: nothing before its publication, nor at its very moment', () => {
    const book = new SentimentBook([point(T, 30)], [fresh(1)]);
    expect(book.at(BTC, T - 1)).toBeNaN();
    expect(book.at(BTC, T)).toBeNaN();
  });

  it('FE-2: what an instrument had been worked on when the file came never sees it; another instrument does', () => {
    const workedUntil = new Map([[BTC.id, T + DAY_MS]]);
    const book = new SentimentBook([point(T, 30)], [{ no: 1, workedUntil }]);
    expect(book.at(BTC, T + HOUR_MS)).toBeNaN();
    expect(book.at(BTC, T + DAY_MS)).toBeNaN();
    expect(book.at(BTC, T + DAY_MS + 1)).toBe(30);
    expect(book.at(SOL, T + HOUR_MS)).toBe(30);
  });

  it('FE-2: a value that a later file corrects stays what it was for what was worked before', () => {
    const book = new SentimentBook(
      [point(T, 30), point(T, 70, '', 2)],
      [fresh(1), { no: 2, workedUntil: new Map([[BTC.id, T + HOUR_MS]]) }],
    );
    expect(book.at(BTC, T + HOUR_MS)).toBe(30);
    expect(book.at(BTC, T + HOUR_MS + 1)).toBe(70);
  });

  it('FE-13: the narrowest scope that has a value counts; a stale one gives way to a wider one', () => {
    const scopes = [point(T, 10), point(T, 20, 'USDT'), point(T, 30, 'BTC/USDT'), point(T, 40, BTC.id)];
    const at = (count: number) => new SentimentBook(scopes.slice(0, count), [fresh(1)]).at(BTC, T + 1);
    expect([1, 2, 3, 4].map(at)).toEqual([10, 20, 30, 40]);
    expect(new SentimentBook(scopes, [fresh(1)]).at(SOL, T + 1)).toBe(20);
    const late = T + SENTIMENT_LIFE_MS + MINUTE_MS;
    expect(new SentimentBook([...scopes, point(late - 1, 55)], [fresh(1)]).at(BTC, late)).toBe(55);
  });
});

describe('the feature sentiment', () => {
  const sentiment = FEATURES.find(({ name }) => name === 'sentiment');
  const of = (fundingRate: number, sentimentIndex: number) =>
    sentiment?.compute({ market: { ...NO_MARKET_FACTS, fundingRate }, sentimentIndex } as FeatureInput);

  it('FE-13: is the mean of funding and index, either alone where the other is missing, and missing without both', () => {
    expect(of(0.0005, 25)).toBe(50);
    expect(of(0.0005, Number.NaN)).toBe(75);
    expect(of(Number.NaN, 25)).toBe(25);
    expect(of(Number.NaN, Number.NaN)).toBeNaN();
    // Funding beyond its scale weighs no more than the index.
    expect(of(0.1, 0)).toBe(50);
  });

  it('FE-1: keeps its version: without an index it is what it was, and vectors of before go on counting', () => {
    expect(sentiment?.version).toBe(1);
    expect(of(0.00037, Number.NaN)).toBe(50 + 50 * (0.00037 / 0.001));
  });
});

describe('the leak rule', () => {
  const BARS = 402;
  const world = cutAt(FIVES.world, BARS);
  const random = seededRandom(5);
  const points = Array.from({ length: (BARS * FIVE) / (7 * MINUTE_MS) }, (_, index) =>
    point(T + index * 7 * MINUTE_MS, 100 * random(), ['', 'USDT', 'SOL/USDT'][index % 3]),
  );
  const read = (index: SentimentIndex, bars: number, withFacts: boolean) => {
    const engine = worldEngine(FIVES.instruments);
    engine.step({ kind: 'sentiment', time: 0, index });
    return walk(engine, worldInputs(cutAt(world, bars), FIVE, withFacts), { lookEvery: 3 }).readings;
  };

  it.each([
    true,
    false,
  ])('FE-2, RE-42: values after the cut change no feature before it (funding beside it: %s)', (withFacts) => {
    const whole = read(new SentimentBook(points, [fresh(1)]), BARS, withFacts);
    for (const bars of [201, 300]) {
      const known = points.filter(({ time }) => time < endOf(FIVES, bars));
      const cut = read(new SentimentBook(known, [fresh(1)]), bars, withFacts);
      expect([...differences(whole, cut)]).toEqual([]);
      const values = [...cut.values()].map((reading) => reading.get('market.sentiment') ?? Number.NaN);
      expect(new Set(values.filter((value) => !Number.isNaN(value))).size).toBeGreaterThan(20);
    }
  });

  it('RE-42: catches an index that knows its next value', () => {
    const leaking = (known: readonly SentimentPoint[]): SentimentIndex => ({
      at: (_, time) => known.find((one) => one.time >= time)?.value ?? Number.NaN,
    });
    const cut = points.filter(({ time }) => time < endOf(FIVES, 201));
    expect([...differences(read(leaking(points), BARS, false), read(leaking(cut), 201, false))]).toEqual([
      'market.sentiment',
    ]);
  });
});
