/** Features of trend and momentum on the signal's timeframe. */
import { sideSign } from '#core/domain/signal.ts';
import type { FeatureDefinition, FeatureInput } from './feature.ts';

const BPS = 10_000;

export const MOMENTUM_FEATURES: readonly FeatureDefinition[] = [
  {
    name: 'ema_stack_score',
    version: 1,
    meaning: '100 x share of the six ordered pairs among close, EMA20, EMA50, EMA200 that agree with the side.',
    unit: 'points',
    range: [0, 100],
    warmUp: { timeframe: 'own', bars: 200 },
    compute: emaStackScore,
  },
  {
    name: 'slope',
    version: 1,
    meaning: 'Least-squares slope of the last 20 closes over the newest close; signed by the market: up is positive.',
    unit: 'bps per bar',
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    warmUp: { timeframe: 'own', bars: 20 },
    compute: ({ own }) => (BPS * own.indicators.slope.value) / own.bars.close(0),
  },
  {
    name: 'adx',
    version: 1,
    meaning: 'Average directional index over 14 bars; unsigned: strength of either direction.',
    unit: 'points',
    range: [0, 100],
    warmUp: { timeframe: 'own', bars: 27 },
    compute: ({ own }) => own.indicators.adx.value,
  },
  {
    name: 'rsi',
    version: 1,
    meaning: 'Relative strength index over 14 bars; signed by the market: above 50 is up, for long and short alike.',
    unit: 'points',
    range: [0, 100],
    warmUp: { timeframe: 'own', bars: 15 },
    compute: ({ own }) => own.indicators.rsi.value,
  },
  {
    name: 'tsi',
    version: 1,
    meaning: 'True strength index (25, 13); signed by the market: above 0 is up, for long and short alike.',
    unit: 'points',
    range: [-100, 100],
    warmUp: { timeframe: 'own', bars: 38 },
    compute: ({ own }) => own.indicators.tsi.value,
  },
];

function emaStackScore({ subject, own }: FeatureInput): number {
  const { ema20, ema50, ema200 } = own.indicators;
  const stack = [own.bars.close(0), ema20.value, ema50.value, ema200.value];
  if (stack.some(Number.isNaN)) return Number.NaN;
  const sign = sideSign(subject.side);
  let agreeing = 0;
  for (let upper = 0; upper < stack.length; upper++) {
    for (let lower = upper + 1; lower < stack.length; lower++) {
      if (sign * ((stack[upper] as number) - (stack[lower] as number)) > 0) agreeing++;
    }
  }
  return (100 * agreeing) / 6;
}
