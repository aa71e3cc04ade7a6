/** FE-14 and what it shares with FE-17: momentum, trend and the plan of a signal in plain measures. */
import { DAY_MS, HOUR_MS } from '#core/domain/timeframe.ts';
import { plannedNetRewardRisk } from '#core/fills/costs.ts';
import { TREND_STRENGTH_WARM_UP, trendStrength } from './composites.ts';
import type { FeatureDefinition } from './feature.ts';
import { REGIME_WARM_UP } from './volatility-regime.ts';

const INFINITY = Number.POSITIVE_INFINITY;
const MOMENTUM_BARS = 10;
const ATR_PERIOD = 14;

export const QUALITY_FEATURES: readonly FeatureDefinition[] = [
  {
    name: 'momentum',
    version: 1,
    meaning: 'Change of the close over the last 10 bars, over ATR14; signed by the market: up is positive.',
    unit: 'ATR',
    range: [-INFINITY, INFINITY],
    warmUp: { timeframe: 'own', bars: ATR_PERIOD },
    compute: ({ own: { bars, indicators } }) => (bars.close(0) - bars.close(MOMENTUM_BARS)) / indicators.atr.value,
  },
  {
    name: 'volatility_percentile',
    version: 1,
    meaning: 'Percentile of ATR14 percent on 15m within 30 days (mid-rank); what the regime is cut from.',
    unit: 'percent',
    range: [0, 100],
    warmUp: { timeframe: '15m', bars: REGIME_WARM_UP + ATR_PERIOD - 1 },
    compute: ({ volatilityPercentile }) => volatilityPercentile,
  },
  {
    name: 'trend_strength',
    version: 1,
    meaning: 'Trend strength on the timeframe of the signal, composed as ts15: ADX, EMA slopes, consistency; unsigned.',
    unit: 'points',
    range: [0, 100],
    warmUp: { timeframe: 'own', bars: TREND_STRENGTH_WARM_UP },
    compute: ({ own }) => trendStrength(own),
  },
  {
    name: 'hour_of_day',
    version: 1,
    meaning: 'Time of the day of the signal (UTC), minutes as a fraction of the hour.',
    unit: 'hours',
    range: [0, 24],
    warmUp: null,
    compute: ({ subject }) => (subject.time % DAY_MS) / HOUR_MS,
  },
  {
    name: 'risk_reward',
    version: 1,
    meaning: "Planned reward:risk after the instrument's taker fee on both sides; slippage is not in it.",
    unit: 'R',
    range: [-1, INFINITY],
    warmUp: null,
    compute: ({ instrument, subject: { entry, stop, target } }) =>
      plannedNetRewardRisk({ feeBps: instrument.takerFeeBps, slippageBps: 0 }, entry, stop, target),
  },
];
