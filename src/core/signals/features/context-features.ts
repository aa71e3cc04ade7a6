/** Features of the surroundings: session, regime, cluster, trend and range condition, and how close the leader walks. */
import { SESSIONS, sessionAt } from '#core/domain/context.ts';
import { RANGE_BARS, rangeCondition, TREND_STRENGTH_WARM_UP, trendStrength } from './composites.ts';
import type { FeatureDefinition } from './feature.ts';
import { LEADER_WARM_UP, leaderCorrelation } from './leader-correlation.ts';
import { CLUSTER_WARM_UP } from './symbol-cluster.ts';
import { REGIME_WARM_UP } from './volatility-regime.ts';

/** The first ATR percent exists at the 14th bar. */
const ATR_PERIOD = 14;

export const CONTEXT_FEATURES: readonly FeatureDefinition[] = [
  {
    name: 'session',
    version: 1,
    meaning: 'Session at the signal: asian 0, european 1, us 2, off 3.',
    unit: 'code',
    range: [0, 3],
    warmUp: null,
    compute: ({ subject }) => SESSIONS.indexOf(sessionAt(subject.time)),
  },
  {
    name: 'symbol_cluster',
    version: 1,
    meaning: 'Volatility cluster of the instrument, 0 the calmest to 3 the wildest, refitted on Mondays.',
    unit: 'code',
    range: [0, 3],
    warmUp: { timeframe: '1h', bars: CLUSTER_WARM_UP + 1 },
    compute: ({ clusterCode }) => clusterCode,
  },
  {
    name: 'volatility_regime',
    version: 1,
    meaning: 'Regime by percentile of ATR percent within 30 days: low 0, normal 1, high 2, extreme 3.',
    unit: 'code',
    range: [0, 3],
    warmUp: { timeframe: '15m', bars: REGIME_WARM_UP + ATR_PERIOD - 1 },
    compute: ({ regimeCode }) => regimeCode,
  },
  {
    name: 'ts15',
    version: 1,
    meaning: 'Trend strength on 15m: ADX, agreement of EMA slopes, directional consistency; unsigned.',
    unit: 'points',
    range: [0, 100],
    warmUp: { timeframe: '15m', bars: TREND_STRENGTH_WARM_UP },
    compute: ({ quarter }) => trendStrength(quarter),
  },
  {
    name: 'ts60',
    version: 1,
    meaning: 'Trend strength on 1h: ADX, agreement of EMA slopes, directional consistency; unsigned.',
    unit: 'points',
    range: [0, 100],
    warmUp: { timeframe: '1h', bars: TREND_STRENGTH_WARM_UP },
    compute: ({ hour }) => trendStrength(hour),
  },
  {
    name: 'rc15',
    version: 1,
    meaning: 'Range condition on 15m: choppiness, narrow bands, touches of both edges.',
    unit: 'points',
    range: [0, 100],
    warmUp: { timeframe: '15m', bars: RANGE_BARS },
    compute: ({ quarter }) => rangeCondition(quarter),
  },
  {
    name: 'rc60',
    version: 1,
    meaning: 'Range condition on 1h: choppiness, narrow bands, touches of both edges.',
    unit: 'points',
    range: [0, 100],
    warmUp: { timeframe: '1h', bars: RANGE_BARS },
    compute: ({ hour }) => rangeCondition(hour),
  },
  {
    name: 'leader_correlation',
    version: 1,
    meaning:
      'Correlation with BTC of the same quote over 96 returns of 15m that closed before the signal; BTC itself 1.',
    unit: 'correlation',
    range: [-1, 1],
    warmUp: LEADER_WARM_UP,
    compute: leaderCorrelation,
  },
];
