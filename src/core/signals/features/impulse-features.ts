/** Features of short moves, and what the gates of scalps ask (FE-12, PH-40). */
import type { BarsView } from '#core/domain/bar-series.ts';
import { sideSign } from '#core/domain/signal.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import type { FeatureDefinition, FeatureInput } from './feature.ts';

const BPS = 10_000;
/** One day of 5m bars: quiet and busy hours are ranked together. */
const RANKED_BARS = 288;
/** Closes of one Bollinger band. */
const BAND_BARS = 20;
/** Closes of 1m that must advance. */
const MICRO_BARS = 3;

export const IMPULSE_FEATURES: readonly FeatureDefinition[] = [
  {
    name: 'impulse_ratio',
    version: 1,
    meaning: 'Distance of the close from the close three bars ago over ATR14; unsigned.',
    unit: 'ATR',
    range: [0, Number.POSITIVE_INFINITY],
    warmUp: { timeframe: 'own', bars: 14 },
    compute: ({ own: { bars, indicators } }) => Math.abs(bars.close(0) - bars.close(3)) / indicators.atr.value,
  },
  {
    name: 'ema_slope_fast',
    version: 1,
    meaning: 'Change of EMA20 in the newest bar over the close; signed by the market: up is positive.',
    unit: 'bps per bar',
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    warmUp: { timeframe: 'own', bars: 21 },
    compute: ({ own: { bars, indicators } }) => (BPS * indicators.ema20.change) / bars.close(0),
  },
  {
    name: 'ema_slope_slow',
    version: 1,
    meaning: 'Change of EMA50 in the newest bar over the close; signed by the market: up is positive.',
    unit: 'bps per bar',
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    warmUp: { timeframe: 'own', bars: 51 },
    compute: ({ own: { bars, indicators } }) => (BPS * indicators.ema50.change) / bars.close(0),
  },
  {
    name: 'body_direction',
    version: 1,
    meaning: '1 for a candle that closed up, -1 for one that closed down, 0 for neither; by the market.',
    unit: 'sign',
    range: [-1, 1],
    warmUp: { timeframe: 'own', bars: 1 },
    compute: ({ own: { bars } }) => Math.sign(bars.close(0) - bars.open(0)),
  },
  {
    name: 'ema_direction_15m',
    version: 1,
    meaning: 'Direction of EMA20 on 15m in its newest closed bar: 1 up, -1 down, 0 flat; by the market.',
    unit: 'sign',
    range: [-1, 1],
    warmUp: { timeframe: '15m', bars: 21 },
    compute: ({ quarter: { indicators } }) => Math.sign(indicators.ema20.change),
  },
  {
    name: 'bb_width_rank',
    version: 1,
    meaning: 'Where the width of the Bollinger bands (20, 2) over their middle ranks among the last 288 bars.',
    unit: 'share',
    range: [0, 1],
    warmUp: { timeframe: 'own', bars: RANKED_BARS + BAND_BARS - 1 },
    compute: ({ own: { bars } }) => bandWidthRank(bars),
  },
  {
    name: 'micro_seq',
    version: 1,
    meaning: '1 when the last three 1m closes advance with the side, else 0; missing on a 5m base.',
    unit: 'flag',
    range: [0, 1],
    warmUp: { timeframe: '1m', bars: MICRO_BARS },
    compute: microSequence,
  },
];

/** Mid-rank, the newest itself included: (count below + half of the equal ones) / count. */
function bandWidthRank(bars: BarsView): number {
  const count = RANKED_BARS + BAND_BARS - 1;
  if (bars.size < count) return Number.NaN;
  const closes = Float64Array.from({ length: count }, (_, ago) => bars.close(ago));
  const newest = bandWidth(closes, 0);
  let below = 0;
  let equal = 0;
  for (let ago = 0; ago < RANKED_BARS; ago++) {
    const width = bandWidth(closes, ago);
    if (width < newest) below++;
    else if (width === newest) equal++;
  }
  return (below + equal / 2) / RANKED_BARS;
}

/** Deviation over mean of the closes from `ago` on: the bands' width but for a factor that no rank sees. */
function bandWidth(closes: Float64Array, ago: number): number {
  // Differences to one close of the window: squares of prices would eat the digits of a small spread.
  const anchor = closes[ago] as number;
  let sum = 0;
  let squares = 0;
  for (let at = ago; at < ago + BAND_BARS; at++) {
    const difference = (closes[at] as number) - anchor;
    sum += difference;
    squares += difference * difference;
  }
  const average = sum / BAND_BARS;
  return Math.sqrt(Math.max(0, squares / BAND_BARS - average * average)) / (anchor + average);
}

/** The newest 1m bars must be the last minutes before the signal, without a hole. */
function microSequence({ subject, bars }: FeatureInput): number {
  const minutes = bars('1m');
  const sign = sideSign(subject.side);
  let advances = true;
  for (let ago = 0; ago < MICRO_BARS; ago++) {
    if (minutes.openTime(ago) !== subject.time - (ago + 1) * MINUTE_MS) return Number.NaN;
    if (ago > 0 && !(sign * (minutes.close(ago - 1) - minutes.close(ago)) > 0)) advances = false;
  }
  return advances ? 1 : 0;
}
