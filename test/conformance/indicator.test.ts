/** What every indicator promises, checked on every indicator: add yours to the list. */
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { HOUR_MS } from '#core/domain/timeframe.ts';
import { AverageTrueRange } from '#core/signals/indicators/average-true-range.ts';
import { BollingerBands } from '#core/signals/indicators/bollinger-bands.ts';
import { Choppiness } from '#core/signals/indicators/choppiness.ts';
import { DirectionalIndex } from '#core/signals/indicators/directional-index.ts';
import { EfficiencyRatio } from '#core/signals/indicators/efficiency-ratio.ts';
import { ExponentialAverage } from '#core/signals/indicators/exponential-average.ts';
import { type Indicator, restoreInto, snapshotOf } from '#core/signals/indicators/indicator.ts';
import { PercentileRank } from '#core/signals/indicators/percentile-rank.ts';
import { RegressionSlope } from '#core/signals/indicators/regression-slope.ts';
import { RelativeStrength } from '#core/signals/indicators/relative-strength.ts';
import { SessionAveragePrice } from '#core/signals/indicators/session-average-price.ts';
import { SimpleAverage } from '#core/signals/indicators/simple-average.ts';
import { SwingPivots } from '#core/signals/indicators/swing-pivots.ts';
import { TimeframeIndicators } from '#core/signals/indicators/timeframe-indicators.ts';
import { TrueStrength } from '#core/signals/indicators/true-strength.ts';
import { WilderAverage } from '#core/signals/indicators/wilder-average.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';

const CANDLES = syntheticCandles({ count: 300, stepMs: HOUR_MS, seed: 7 });
const WRONG = syntheticCandles({ count: 300, stepMs: HOUR_MS, seed: 8, startPrice: 500, volatility: 0.05 });

interface Subject {
  readonly name: string;
  /** Ready exactly at `warmUp`; false where the data decides. */
  readonly exact: boolean;
  readonly create: () => Indicator<Candle>;
}

const SUBJECTS: readonly Subject[] = [
  onClose('EMA', () => new ExponentialAverage(20)),
  onClose('Wilder average', () => new WilderAverage(14)),
  onClose('simple average', () => new SimpleAverage(20)),
  onClose('RSI', () => new RelativeStrength(14)),
  onClose('TSI', () => new TrueStrength(25, 13)),
  onClose('Bollinger bands', () => new BollingerBands(20, 2)),
  onClose('Bollinger deviation', () => new Deviation(20, 2)),
  onClose('regression slope', () => new RegressionSlope(20)),
  onClose('efficiency ratio', () => new EfficiencyRatio(20)),
  onClose('percentile rank', () => new PercentileRank(50, 10)),
  { name: 'ATR', exact: true, create: () => new AverageTrueRange(14) },
  { name: 'ADX', exact: true, create: () => new DirectionalIndex(14) },
  { name: 'choppiness', exact: true, create: () => new Choppiness(14) },
  { name: 'session VWAP', exact: true, create: () => new SessionAveragePrice() },
  { name: 'swing pivots', exact: false, create: () => new SwingPivots(4, 2) },
];

describe.each(SUBJECTS)('indicator $name', ({ exact, create }) => {
  it('PL-5: gives nothing before its warm-up', () => {
    const indicator = create();
    expect(indicator.isReady).toBe(false);
    expect(indicator.value).toBeNaN();
    for (const [index, bar] of CANDLES.entries()) {
      indicator.add(bar);
      const count = index + 1;
      if (count < indicator.warmUp) expect(indicator.value).toBeNaN();
      if (exact) expect(indicator.isReady).toBe(count >= indicator.warmUp);
      expect(Number.isNaN(indicator.value)).toBe(!indicator.isReady);
    }
    expect(indicator.isReady).toBe(true);
  });

  it('replacing the newest input with itself changes nothing', () => {
    const indicator = create();
    const plain = create();
    for (const bar of CANDLES) {
      indicator.add(bar);
      plain.add(bar);
      indicator.replace(bar);
      expect(indicator.value).toBe(plain.value);
    }
    expect(snapshotOf(indicator)).toEqual(snapshotOf(plain));
  });

  it('a wrong input that was replaced leaves no trace', () => {
    const indicator = create();
    const plain = create();
    for (const [index, bar] of CANDLES.entries()) {
      const wrong = { ...(WRONG[index] as Candle), openTime: bar.openTime };
      indicator.add(wrong);
      indicator.replace({ ...wrong, close: wrong.low, volume: 0 });
      indicator.replace(bar);
      plain.add(bar);
      expect(indicator.value).toBe(plain.value);
    }
    expect(snapshotOf(indicator)).toEqual(snapshotOf(plain));
  });

  it.each([0, 1, 5, 19, 20, 21, 64, 133])('PL-6: goes on bit for bit from a snapshot after %i inputs', (at) => {
    const whole = create();
    for (const bar of CANDLES.slice(0, at)) whole.add(bar);
    const restored = create();
    restoreInto(restored, structuredClone(snapshotOf(whole)));
    expect(restored.value).toBe(whole.value);
    for (const [index, bar] of CANDLES.slice(at).entries()) {
      // The newest input before the snapshot stays replaceable.
      if (index === 0 && at > 0) {
        whole.replace(WRONG[at] as Candle);
        restored.replace(WRONG[at] as Candle);
      }
      whole.add(bar);
      restored.add(bar);
      expect(restored.value).toBe(whole.value);
    }
    expect(snapshotOf(restored)).toEqual(snapshotOf(whole));
  });

  it('refuses a snapshot of another layout', () => {
    const indicator = create();
    for (const bar of CANDLES.slice(0, 40)) indicator.add(bar);
    expect(() => restoreInto(create(), Float64Array.of(...snapshotOf(indicator), 1))).toThrow(/snapshot/);
    expect(() => restoreInto(create(), snapshotOf(indicator).slice(0, -1))).toThrow(/snapshot|ring buffer/);
  });
});

describe('the shared set of a timeframe', () => {
  it('takes a forming candle and forgets it, all indicators at once', () => {
    const replaced = new TimeframeIndicators();
    const plain = new TimeframeIndicators();
    for (const [index, bar] of CANDLES.entries()) {
      replaced.add({ ...(WRONG[index] as Candle), openTime: bar.openTime });
      replaced.replace(bar);
      plain.add(bar);
    }
    expect(replaced.values()).toEqual(plain.values());
    expect(snapshotOf(replaced)).toEqual(snapshotOf(plain));
    expect(Object.values(plain.values()).every(Number.isFinite)).toBe(true);
  });
});

/** Reads the other output of the bands, so that its state is held to the same promises. */
class Deviation extends BollingerBands {
  override get value(): number {
    return this.deviation;
  }
}

function onClose(name: string, create: () => Indicator<number>): Subject {
  return { name, exact: true, create: () => fromCloses(create()) };
}

function fromCloses(indicator: Indicator<number>): Indicator<Candle> {
  return {
    get warmUp() {
      return indicator.warmUp;
    },
    get isReady() {
      return indicator.isReady;
    },
    get value() {
      return indicator.value;
    },
    add: (bar) => indicator.add(bar.close),
    replace: (bar) => indicator.replace(bar.close),
    save: (state) => indicator.save(state),
    load: (state) => indicator.load(state),
  };
}
