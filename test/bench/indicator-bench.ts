/** PE-9: four indicators over a million bars, ours against trading-signals, and whether they agree. */
import { ATR, EMA, BollingerBands as ReferenceBands, RSI } from 'trading-signals';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { AverageTrueRange } from '#core/signals/indicators/average-true-range.ts';
import { BollingerBands } from '#core/signals/indicators/bollinger-bands.ts';
import { ExponentialAverage } from '#core/signals/indicators/exponential-average.ts';
import { RelativeStrength } from '#core/signals/indicators/relative-strength.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';
import { type BenchLine, type BenchScale, perSecond, timedRuns } from './measure.ts';

const EQUAL = 1e-9;

export function indicatorLines(scale: BenchScale): readonly BenchLine[] {
  const count = scale.quick ? 300_000 : 1_000_000;
  const candles = syntheticCandles({ count, stepMs: MINUTE_MS, volatility: 0.0008 });
  // Written by both loops, so that no engine may leave the work out.
  const ends = { ours: 0, theirs: 0 };
  const ours = () => {
    const [ema, atr, rsi, bands] = [
      new ExponentialAverage(20),
      new AverageTrueRange(14),
      new RelativeStrength(14),
      new BollingerBands(20, 2),
    ];
    let sum = 0;
    for (const bar of candles) {
      ema.add(bar.close);
      atr.add(bar);
      rsi.add(bar.close);
      bands.add(bar.close);
      if (bands.isReady) sum += ema.value + atr.value + rsi.value + bands.upper + bands.lower;
    }
    ends.ours = sum;
  };
  const theirs = () => {
    const [ema, atr, rsi, bands] = [new EMA(20), new ATR(14), new RSI(14), new ReferenceBands(20, 2)];
    let sum = 0;
    for (const bar of candles) {
      const average = ema.update(bar.close, false);
      const range = atr.update(bar, false);
      const strength = rsi.update(bar.close, false);
      const band = bands.update(bar.close, false);
      if (band !== null) sum += (average ?? 0) + (range ?? 0) + (strength ?? 0) + band.upper + band.lower;
    }
    ends.theirs = sum;
  };
  const own = perSecond(
    count,
    timedRuns(scale.runs, () => undefined, ours),
  );
  const reference = perSecond(
    count,
    timedRuns(Math.min(scale.runs, 3), () => undefined, theirs),
  );
  const difference = Math.abs(ends.ours - ends.theirs) / Math.abs(ends.theirs);
  if (!(difference < EQUAL)) throw new Error(`the indicators differ by ${difference}`);
  return [
    {
      id: 'PE-9',
      what: 'EMA + ATR + RSI + Bollinger',
      unit: 'bars/s',
      better: 'more',
      ...own,
      bar: null,
      peer: { name: 'trading-signals', median: reference.median },
      ratioBar: 5,
      note: `${count} generated bars; the sums of all values differ by ${difference === 0 ? 'nothing' : difference.toExponential(0)}; each value in the conformance suite`,
    },
    { id: 'PE-9', what: 'the same against technicalindicators', why: 'the peer is not installed' },
  ];
}
