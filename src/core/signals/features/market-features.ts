/**
 * FE-13: the state of the market around a signal, each 0-100 (session bonus 0-25), the same for long and short, so that
 * one vector serves every signal of an instrument's bar. Bars of 5m are the finest that every instrument has.
 */
import { clamp, mean, ramp } from '#core/base/statistics.ts';
import type { BarsView } from '#core/domain/bar-series.ts';
import { type Session, sessionAt } from '#core/domain/context.ts';
import type { FeatureDefinition, FeatureInput, WarmUp } from './feature.ts';
import { LEADER_WARM_UP, leaderCorrelation } from './leader-correlation.ts';
import { LEVEL_BARS, nearestLevel } from './price-levels.ts';

/** A day of 5m bars: so every session has its part in what is usual. */
const HISTORY_CHANGES = 288;
const RECENT_CHANGES = 5;
const VOLUME_BARS = 20;
/** Closes whose mean a timeframe's newest close is held against. */
const ALIGNMENT_BARS = 20;
const ALIGNMENT_TIMEFRAMES = ['1m', '5m', '15m'] as const;
/** An hour of 5m bars. */
const MOMENTUM_BARS = 12;
/** A funding rate per period that is as one-sided as it usually gets: 10 bp. */
const FULL_FUNDING = 0.001;
/** A spread as wide as the usual taker fee has no quality left. */
const WORST_SPREAD_BPS = 10;
/** A level this far away, in ATR14 of 15m, is out of reach. */
const FAR_ATR = 3;

const SESSION_BONUS: Readonly<Record<Session, number>> = { us: 25, european: 20, asian: 15, off: 10 };

export const MARKET_FEATURES: readonly FeatureDefinition[] = [
  score(
    'atr_volatility',
    '50 + 25 x (mean absolute change of the last five 5m closes over that of the last 288, less 1); 50 is usual.',
    { timeframe: '5m', bars: HISTORY_CHANGES + 1 },
    ({ bars }) => atrVolatility(bars('5m')),
  ),
  score(
    'volume_delta',
    '50 + 20 x (volume of the newest 5m bar over the mean of the last 20, less 1); 50 is usual.',
    { timeframe: '5m', bars: VOLUME_BARS },
    ({ bars }) => volumeDelta(bars('5m')),
  ),
  score(
    'timeframe_alignment',
    'Closes of 1m, 5m and 15m against the mean of their last 20: all above 100, all below 0; by the market.',
    { timeframe: '15m', bars: ALIGNMENT_BARS },
    timeframeAlignment,
  ),
  score(
    'sentiment',
    'Funding rate per period: 50 at none, 100 from +10 bp (longs pay), 0 from -10 bp; an imported index 0-100; the mean where both are known.',
    null,
    sentiment,
  ),
  score(
    'whale_activity',
    "Share of the bar's volume that the largest twentieth of its trades carries; missing below 20 trades.",
    null,
    ({ market }) => 100 * market.largeTradeShare,
  ),
  score(
    'spread_quality',
    '100 without a spread between best bid and ask, 0 from 10 basis points on.',
    null,
    ({ market }) => 100 * ramp(market.spreadBps, WORST_SPREAD_BPS, 0),
  ),
  score(
    'independence',
    '100 less 100 x the absolute correlation with BTC of the same quote over 96 returns of 15m; BTC itself 0.',
    LEADER_WARM_UP,
    (input) => 100 - 100 * Math.abs(leaderCorrelation(input)),
  ),
  {
    ...score(
      'session_bonus',
      'Liquidity of the session: us 25, european 20, asian 15, off 10.',
      null,
      ({ subject }) => {
        return SESSION_BONUS[sessionAt(subject.time)];
      },
    ),
    range: [0, 25],
  },
  score(
    'momentum_strength',
    'Net change over twelve 5m closes against the way they went: straight up 100, straight down 0; by the market.',
    { timeframe: '5m', bars: MOMENTUM_BARS + 1 },
    ({ bars }) => momentumStrength(bars('5m')),
  ),
  score(
    'level_distance',
    'Distance of the 15m close to its nearest swing high or low of 96 bars: 0 at the level, 100 from 3 ATR14 on.',
    { timeframe: '15m', bars: LEVEL_BARS },
    ({ quarter: { bars, indicators } }) => {
      const distance = Math.abs(bars.close(0) - nearestLevel(bars, bars.close(0)));
      return 100 * (distance / indicators.atr.value / FAR_ATR);
    },
  ),
  score(
    'book_imbalance',
    'Bids against asks at the top of the book: only bids 100, even 50, only asks 0; by the market.',
    null,
    ({ market }) => 50 + 50 * market.bookImbalance,
  ),
];

/**
 * Both run from fear to greed over 0-100, so they weigh the same. Where one is missing the other stands alone. As long as
 * nothing is imported this is what version 1 always gave, to the bit: vectors of before go on counting.
 */
function sentiment({ market, sentimentIndex }: FeatureInput): number {
  const funding = 50 + 50 * (market.fundingRate / FULL_FUNDING);
  if (Number.isNaN(sentimentIndex)) return funding;
  return Number.isNaN(funding) ? sentimentIndex : (clamp(funding, 0, 100) + sentimentIndex) / 2;
}

/** Cut to 0-100; NaN stays NaN. */
function score(
  name: string,
  meaning: string,
  warmUp: WarmUp | null,
  value: (input: FeatureInput) => number,
): FeatureDefinition {
  return {
    name,
    version: 1,
    meaning,
    unit: 'points',
    range: [0, 100],
    warmUp,
    compute: (input) => clamp(value(input), 0, 100),
  };
}

function atrVolatility(bars: BarsView): number {
  if (bars.size <= HISTORY_CHANGES) return Number.NaN;
  let recent = 0;
  let history = 0;
  for (let ago = 0; ago < HISTORY_CHANGES; ago++) {
    const change = Math.abs(bars.close(ago) / bars.close(ago + 1) - 1);
    history += change;
    if (ago < RECENT_CHANGES) recent += change;
  }
  return 50 + 25 * (recent / RECENT_CHANGES / (history / HISTORY_CHANGES) - 1);
}

function volumeDelta(bars: BarsView): number {
  if (bars.size < VOLUME_BARS) return Number.NaN;
  let sum = 0;
  for (let ago = 0; ago < VOLUME_BARS; ago++) sum += bars.volume(ago);
  return 50 + 20 * (bars.volume(0) / (sum / VOLUME_BARS) - 1);
}

/** 1m votes only where the instrument's base is 1m. */
function timeframeAlignment({ bars, instrument }: FeatureInput): number {
  const votes: number[] = [];
  for (const timeframe of ALIGNMENT_TIMEFRAMES) {
    if (timeframe === '1m' && instrument.baseTimeframe !== '1m') continue;
    const series = bars(timeframe);
    if (series.size < ALIGNMENT_BARS) return Number.NaN;
    let sum = 0;
    for (let ago = 0; ago < ALIGNMENT_BARS; ago++) sum += series.close(ago);
    votes.push(Math.sign(series.close(0) - sum / ALIGNMENT_BARS));
  }
  return 50 + 50 * mean(votes);
}

function momentumStrength(bars: BarsView): number {
  let way = 0;
  for (let ago = 0; ago < MOMENTUM_BARS; ago++) way += Math.abs(bars.close(ago) - bars.close(ago + 1));
  return 50 + 50 * ((bars.close(0) - bars.close(MOMENTUM_BARS)) / way);
}
