/** PE-9: our indicators equal the `trading-signals` library to 1e-9 wherever both have one. */
import {
  ADX,
  ATR,
  CHOP,
  EMA,
  LinearRegression,
  BollingerBands as ReferenceBands,
  RSI,
  SMA,
  SwingHigh,
  SwingLow,
  TSI,
  VWAP,
  WSMA,
} from 'trading-signals';
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { AverageTrueRange } from '#core/signals/indicators/average-true-range.ts';
import { BollingerBands } from '#core/signals/indicators/bollinger-bands.ts';
import { Choppiness } from '#core/signals/indicators/choppiness.ts';
import { DirectionalIndex } from '#core/signals/indicators/directional-index.ts';
import { ExponentialAverage } from '#core/signals/indicators/exponential-average.ts';
import type { Indicator } from '#core/signals/indicators/indicator.ts';
import { RegressionSlope } from '#core/signals/indicators/regression-slope.ts';
import { RelativeStrength } from '#core/signals/indicators/relative-strength.ts';
import { SessionAveragePrice } from '#core/signals/indicators/session-average-price.ts';
import { SimpleAverage } from '#core/signals/indicators/simple-average.ts';
import { SwingPivots } from '#core/signals/indicators/swing-pivots.ts';
import { TrueStrength } from '#core/signals/indicators/true-strength.ts';
import { WilderAverage } from '#core/signals/indicators/wilder-average.ts';
import { realCandles, syntheticCandles } from '#test/support/real-candles.ts';

const COUNT = 20_000;
const CANDLES =
  realCandles('binance-spot/BTCUSDT-1m', COUNT) ?? syntheticCandles({ count: COUNT, stepMs: MINUTE_MS, seed: 3 });

/** Largest difference, relative to values above 1 and absolute below; a different readiness is infinite. */
function largestDifference(
  ours: (bar: Candle) => number,
  theirs: (bar: Candle) => number | null,
  bars = CANDLES,
): number {
  let largest = 0;
  for (const bar of bars) {
    const own = ours(bar);
    const reference = theirs(bar) ?? Number.NaN;
    if (Number.isNaN(own) !== Number.isNaN(reference)) return Number.POSITIVE_INFINITY;
    if (!Number.isNaN(own)) largest = Math.max(largest, Math.abs(own - reference) / Math.max(1, Math.abs(reference)));
  }
  return largest;
}

/** Adds an input and reads the value. */
function fed<Input>(indicator: Indicator<Input>, input: Input): number {
  indicator.add(input);
  return indicator.value;
}

/** A stable reference's result, null before. */
function stable(indicator: { readonly isStable: boolean; getResult(): number | null | undefined }): number | null {
  return indicator.isStable ? (indicator.getResult() ?? null) : null;
}

describe('PE-9: equal to trading-signals to 1e-9', () => {
  it.each([9, 20, 200])('EMA %i', (period) => {
    const ours = new ExponentialAverage(period);
    const theirs = new EMA(period);
    expect(
      largestDifference(
        ({ close }) => fed(ours, close),
        ({ close }) => {
          theirs.update(close, false);
          return stable(theirs);
        },
      ),
    ).toBeLessThan(1e-9);
  });

  it('Wilder average', () => {
    const ours = new WilderAverage(14);
    const theirs = new WSMA(14);
    expect(
      largestDifference(
        ({ close }) => fed(ours, close),
        ({ close }) => theirs.update(close, false),
      ),
    ).toBeLessThan(1e-9);
  });

  it('volume average', () => {
    const ours = new SimpleAverage(20);
    const theirs = new SMA(20);
    expect(
      largestDifference(
        ({ volume }) => fed(ours, volume),
        ({ volume }) => theirs.update(volume, false),
      ),
    ).toBeLessThan(1e-9);
  });

  it('ATR', () => {
    const ours = new AverageTrueRange(14);
    const theirs = new ATR(14);
    expect(
      largestDifference(
        (bar) => fed(ours, bar),
        (bar) => theirs.update(bar, false),
      ),
    ).toBeLessThan(1e-9);
  });

  it('RSI', () => {
    const ours = new RelativeStrength(14);
    const theirs = new RSI(14);
    expect(
      largestDifference(
        ({ close }) => fed(ours, close),
        ({ close }) => theirs.update(close, false),
      ),
    ).toBeLessThan(1e-9);
  });

  it('TSI', () => {
    const ours = new TrueStrength(25, 13);
    const theirs = new TSI({ longPeriod: 25, shortPeriod: 13 });
    expect(
      largestDifference(
        ({ close }) => fed(ours, close),
        ({ close }) => theirs.update(close, false),
      ),
    ).toBeLessThan(1e-9);
  });

  it('ADX', () => {
    const ours = new DirectionalIndex(14);
    const theirs = new ADX(14);
    expect(
      largestDifference(
        (bar) => fed(ours, bar),
        (bar) => theirs.update(bar, false),
      ),
    ).toBeLessThan(1e-9);
  });

  it.each(['lower', 'middle', 'upper'] as const)('Bollinger %s', (band) => {
    const ours = new BollingerBands(20, 2);
    const theirs = new ReferenceBands(20, 2);
    expect(
      largestDifference(
        ({ close }) => {
          ours.add(close);
          return ours[band];
        },
        ({ close }) => theirs.update(close, false)?.[band] ?? null,
      ),
    ).toBeLessThan(1e-9);
  });

  it('least-squares slope', () => {
    const ours = new RegressionSlope(20);
    const theirs = new LinearRegression(20);
    expect(
      largestDifference(
        ({ close }) => fed(ours, close),
        ({ close }) => theirs.update(close, false)?.slope ?? null,
      ),
    ).toBeLessThan(1e-9);
  });

  it('choppiness', () => {
    const ours = new Choppiness(14);
    const theirs = new CHOP(14);
    expect(
      largestDifference(
        (bar) => fed(ours, bar),
        (bar) => theirs.update(bar, false),
      ),
    ).toBeLessThan(1e-9);
  });

  it('VWAP within one session', () => {
    const ours = new SessionAveragePrice();
    const theirs = new VWAP();
    const day = CANDLES.slice(0, 1440).map((bar) => ({ ...bar, volume: bar.volume + 1 }));
    expect(
      largestDifference(
        (bar) => fed(ours, bar),
        (bar) => theirs.update(bar, false),
        day,
      ),
    ).toBeLessThan(1e-9);
  });

  it('swing pivots', () => {
    const ours = new SwingPivots(3, 3);
    const highs = new SwingHigh({ lookback: 3 });
    const lows = new SwingLow({ lookback: 3 });
    // Without equal prices, of which ours takes the first and the reference none.
    const bars = syntheticCandles({ count: 3000, stepMs: MINUTE_MS, seed: 5 });
    let confirmed = 0;
    for (const bar of bars) {
      ours.add(bar);
      const high = highs.update(bar, false);
      const low = lows.update(bar, false);
      expect(ours.highConfirmed ? ours.high.price : null).toBe(high);
      expect(ours.lowConfirmed ? ours.low.price : null).toBe(low);
      if (high !== null) confirmed++;
    }
    expect(confirmed).toBeGreaterThan(100);
  });
});

describe('PE-9: no drift over a long history', () => {
  it('sums over windows equal a fresh computation after 200,000 inputs and a jump in price', () => {
    const bands = new BollingerBands(20, 2);
    const slope = new RegressionSlope(20);
    const average = new SimpleAverage(20);
    const inputs = syntheticCandles({ count: 200_000, stepMs: MINUTE_MS, seed: 11, volatility: 0.0005 }).map(
      ({ close }, index) => (index === 199_990 ? close * 3 : close),
    );
    for (const input of inputs) {
      bands.add(input);
      slope.add(input);
      average.add(input);
    }
    const window = inputs.slice(-20);
    const mean = window.reduce((sum, value) => sum + value, 0) / 20;
    const deviation = Math.sqrt(window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 20);
    let products = 0;
    for (const [x, value] of window.entries()) products += (x - 9.5) * (value - mean);
    expect(average.value / mean).toBeCloseTo(1, 12);
    expect(bands.middle / mean).toBeCloseTo(1, 12);
    expect(bands.deviation / deviation).toBeCloseTo(1, 9);
    expect(slope.value / (products / 665)).toBeCloseTo(1, 9);
  });
});
