/** `range_fade`: a range with touches on both sides and little trend; price is turned back at an edge. */
import { ramp } from '#core/base/statistics.ts';
import { type QualityPart, type Side, type SignalDraft, type SignalMark, sideSign } from '#core/domain/signal.ts';
import { HOUR_MS, type UnixMs } from '#core/domain/timeframe.ts';
import { rangeCondition, trendStrength } from '../features/composites.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { priceText } from '../price-text.ts';
import { measuredParts, qualityPart } from '../quality.ts';
import type { MarketView, Strategy, StrategyInstance, StrategyParameters, TimeframeView } from '../strategy.ts';
import { ConsecutiveBars } from './consecutive-bars.ts';
import { parameter, settingsOf } from './parameters.ts';
import { TradingRange } from './trading-range.ts';

const TIMEFRAME = '15m';
const HIGHER_TIMEFRAME = '1h';

const PARAMETERS = [
  parameter('minimumBars', 'Newest bars that must all lie in the range.', 20, 12, 96, 4, 'bars'),
  parameter('maximumBars', 'How far back the range is followed.', 96, 24, 192, 8, 'bars'),
  parameter('minimumWidthAtr', 'Least height of the range.', 3, 1.5, 8, 0.25, 'ATR'),
  parameter('maximumWidthAtr', 'Greatest height of the range.', 10, 4, 20, 0.5, 'ATR'),
  parameter('minimumTouches', 'Touches that each edge must have had before.', 2, 1, 5, 1, 'touches'),
  parameter('touchZoneAtr', 'A bar this near to an edge touches it.', 0.7, 0.1, 1.5, 0.05, 'ATR'),
  parameter('maximumSpikeAtr', 'How far the rejected candle may spike through the edge.', 0.75, 0, 2, 0.05, 'ATR'),
  parameter('minimumWick', 'Least wick towards the edge.', 0.3, 0.1, 0.8, 0.05, 'share of the candle'),
  parameter(
    'maximumEntryShare',
    'How far from the edge the candle may close.',
    0.35,
    0.1,
    0.45,
    0.05,
    'share of the range',
  ),
  parameter('maximumTrend15m', 'Greatest trend strength on 15m.', 50, 10, 100, 5, 'points'),
  parameter('maximumTrend1h', 'Greatest trend strength on 1h.', 65, 10, 100, 5, 'points'),
  parameter('stopBufferAtr', 'Distance of the stop beyond the edge.', 0.5, 0, 1.5, 0.05, 'ATR'),
  parameter('targetInsideAtr', 'How far inside the far edge the target stands.', 0.25, 0, 1, 0.05, 'ATR'),
  parameter('tp1Fraction', 'Share of the position taken at the middle of the range.', 0.5, 0, 1, 0.1, ''),
] as const;

type Settings = Readonly<Record<(typeof PARAMETERS)[number]['name'], number>>;

export const rangeFade: Strategy = {
  id: 'range_fade',
  version: 1,
  idea: 'Price is turned back at the edge of a range that was touched on both sides, while there is little trend.',
  timeframe: TIMEFRAME,
  higherTimeframe: HIGHER_TIMEFRAME,
  parameters: PARAMETERS,
  // 250 bars of 1h: Wilder's averages over 14 forget where they began to 1e-8.
  warmUpBars: 1000,
  timeoutMs: 36 * HOUR_MS,
  featureSet: 'range',
  besideSets: ['range_facts'],
  model: 'range',
  startsInPhase0: false,
  isPlacebo: false,
  create: (parameters) => new RangeFade(parameters),
};

class RangeFade implements StrategyInstance {
  readonly #settings: Settings;
  readonly #range: TradingRange;
  readonly #long = new TouchedEdge();
  readonly #short = new TouchedEdge();
  /** A hole in the calls starts anew. */
  readonly #calls = new ConsecutiveBars();

  constructor(parameters: StrategyParameters) {
    this.#settings = settingsOf('range_fade', PARAMETERS, parameters);
    this.#range = new TradingRange(this.#settings);
  }

  onBar(view: MarketView): SignalDraft | null {
    const frame = view.timeframe(TIMEFRAME);
    const { bars } = frame;
    if (!this.#calls.follows(bars.count)) this.#startAnew();
    this.#long.follow(bars.high(0));
    this.#short.follow(-bars.low(0));
    // A draft of this bar would be dropped: it must not use up a touch.
    if (!bars.complete(0)) return null;
    const side = this.#rejectedSide(frame);
    if (side === null || !this.#isCalm(view, frame)) return null;
    if (!this.#range.measure(bars, frame.indicators.atr.value) || !this.#isAtEdge(frame, side)) return null;
    return this.#draft(view, frame, side);
  }

  save(state: StateWriter): void {
    this.#calls.save(state);
    this.#long.save(state);
    this.#short.save(state);
  }

  load(state: StateReader): void {
    this.#calls.load(state);
    this.#long.load(state);
    this.#short.load(state);
  }

  #startAnew(): void {
    this.#long.clear();
    this.#short.clear();
  }

  /** A wick to one side and a close in the other half of the candle; null for a candle that rejects nothing. */
  #rejectedSide({ bars }: TimeframeView): Side | null {
    const high = bars.high(0);
    const low = bars.low(0);
    const close = bars.close(0);
    const wick = this.#settings.minimumWick * (high - low);
    const open = bars.open(0);
    const middle = (high + low) / 2;
    if (close > middle && Math.min(open, close) - low >= wick) return 'long';
    return close < middle && high - Math.max(open, close) >= wick ? 'short' : null;
  }

  /** Little trend on both timeframes; while one is warming up nobody knows, and that is no. */
  #isCalm(view: MarketView, frame: TimeframeView): boolean {
    return (
      trendStrength(frame) <= this.#settings.maximumTrend15m &&
      trendStrength(view.timeframe(HIGHER_TIMEFRAME)) <= this.#settings.maximumTrend1h
    );
  }

  #isAtEdge({ bars, indicators }: TimeframeView, side: Side): boolean {
    const { minimumTouches, touchZoneAtr, maximumEntryShare } = this.#settings;
    const range = this.#range;
    if (range.touchesLower < minimumTouches || range.touchesUpper < minimumTouches) return false;
    const long = side === 'long';
    const reach = long ? bars.low(0) - range.lower : range.upper - bars.high(0);
    const entry = long ? bars.close(0) - range.lower : range.upper - bars.close(0);
    return reach <= touchZoneAtr * indicators.atr.value && entry <= maximumEntryShare * range.height;
  }

  #draft(view: MarketView, frame: TimeframeView, side: Side): SignalDraft {
    const settings = this.#settings;
    const range = this.#range;
    const { bars } = frame;
    const sign = sideSign(side);
    const long = side === 'long';
    const atr = frame.indicators.atr.value;
    const entry = bars.close(0);
    const edge = long ? range.lower : range.upper;
    const farEdge = long ? range.upper : range.lower;
    const stop = edge - sign * settings.stopBufferAtr * atr;
    const target = farEdge - sign * settings.targetInsideAtr * atr;
    const touched = long ? this.#long : this.#short;
    const measured: Measured = {
      edge,
      atr,
      wick: wickShare(frame, side),
      volumeRatio: bars.volume(0) / frame.indicators.volumeAverage.value,
      trend15m: trendStrength(frame),
      trend1h: trendStrength(view.timeframe(HIGHER_TIMEFRAME)),
      condition: rangeCondition(frame),
      plannedRr: (sign * (target - entry)) / (sign * (entry - stop)),
    };
    return {
      side,
      stop,
      tp1: range.middle,
      tp1Fraction: settings.tp1Fraction,
      target,
      reasons: reasonsFor(view, range, side, measured),
      qualityParts: partsFor(frame, range, side, measured),
      structureKey: `${long ? 'lower' : 'upper'}-edge|${touched.keyOf(sign * range.middle, bars.openTime(0))}`,
      measures: {
        range_width_atr: range.height / atr,
        touches_low: range.touchesLower,
        touches_high: range.touchesUpper,
        range_age_bars: range.ageBars,
        edge_dist_atr: Math.abs(entry - edge) / atr,
        mid_dist_atr: Math.abs(range.middle - entry) / atr,
        rejection_wick_ratio: measured.wick,
      },
      marks: marksFor(frame, range),
    };
  }
}

/**
 * ST-3 for one edge: touches belong to one structure until price has seen the middle of the range, the one of that time
 * or the one of now. Prices are mirrored for shorts (times -1), so that "seen" is "reached from below" on both sides.
 */
class TouchedEdge {
  /** Open time of the structure's first signal; NaN: none yet. */
  #since = Number.NaN;
  #middle = Number.NaN;
  /** Furthest price towards the middle after the last new structure's signal. */
  #reached = Number.NaN;

  /** Takes each bar's extreme towards the middle, before a signal of the same bar. */
  follow(extreme: number): void {
    if (extreme > this.#reached) this.#reached = extreme;
  }

  /** The structure of a signal now. */
  keyOf(middle: number, openTime: UnixMs): UnixMs {
    // NaN (no signal yet) compares false: a new structure.
    if (this.#reached < Math.min(this.#middle, middle)) return this.#since;
    this.#since = openTime;
    this.#middle = middle;
    this.#reached = Number.NEGATIVE_INFINITY;
    return openTime;
  }

  clear(): void {
    this.#since = Number.NaN;
    this.#middle = Number.NaN;
    this.#reached = Number.NaN;
  }

  save(state: StateWriter): void {
    state.put(this.#since);
    state.put(this.#middle);
    state.put(this.#reached);
  }

  load(state: StateReader): void {
    this.#since = state.take();
    this.#middle = state.take();
    this.#reached = state.take();
  }
}

interface Measured {
  readonly edge: number;
  readonly atr: number;
  /** Share of the candle, 0-1. */
  readonly wick: number;
  /** NaN while nothing traded. */
  readonly volumeRatio: number;
  /** 0-100. */
  readonly trend15m: number;
  readonly trend1h: number;
  /** Range condition on 15m (FE-5), 0-100. */
  readonly condition: number;
  /** Gross. */
  readonly plannedRr: number;
}

/** The wick towards the edge as a share of the candle. */
function wickShare({ bars }: TimeframeView, side: Side): number {
  const high = bars.high(0);
  const low = bars.low(0);
  const wick =
    side === 'long' ? Math.min(bars.open(0), bars.close(0)) - low : high - Math.max(bars.open(0), bars.close(0));
  return wick / (high - low);
}

function partsFor(frame: TimeframeView, range: TradingRange, side: Side, measured: Measured): QualityPart[] {
  const poorer = Math.min(range.touchesLower, range.touchesUpper);
  // A long wants a low RSI, a short a high one: 50 is indifferent, 25 points beyond it are full.
  const stretched = ramp(sideSign(side) * (50 - frame.indicators.rsi.value), 0, 25);
  return measuredParts([
    qualityPart('touches', 'Earlier touches of the edge that had fewer, full at 4.', 20, ramp(poorer, 1, 4)),
    qualityPart(
      'rejection',
      'Wick towards the edge against the candle, full at 75 %.',
      20,
      ramp(measured.wick, 0.2, 0.75),
    ),
    qualityPart(
      'condition',
      'Range condition on 15m: choppy, narrow, touched; full at 80.',
      20,
      ramp(measured.condition, 20, 80),
    ),
    qualityPart('calm_1h', 'How little trend there is on 1h, full at 20 points.', 15, ramp(measured.trend1h, 60, 20)),
    qualityPart('reward', 'Planned reward against risk, full at 4 to 1.', 15, ramp(measured.plannedRr, 1, 4)),
    qualityPart(
      'quiet',
      'Volume of the candle against the last 20: a rush at the edge counts against it.',
      5,
      ramp(measured.volumeRatio, 2.5, 1),
    ),
    qualityPart('stretch', 'RSI on the far side of 50, full at 25 points.', 5, stretched),
  ]);
}

function reasonsFor(view: MarketView, range: TradingRange, side: Side, measured: Measured): string[] {
  const { priceTick } = view.instrument;
  const long = side === 'long';
  const reasons = [
    `A range of ${(range.height / measured.atr).toFixed(1)} ATR between ${priceText(range.lower, priceTick)} and ${priceText(range.upper, priceTick)} has held for ${range.ageBars} bars.`,
    `Earlier touches: ${range.touchesLower} below, ${range.touchesUpper} above.`,
    `The candle was turned back at the ${long ? 'lower' : 'upper'} edge: its wick is ${(100 * measured.wick).toFixed(0)} % of it.`,
    `There is little trend: strength ${measured.trend15m.toFixed(0)} of 100 on 15m, ${measured.trend1h.toFixed(0)} on 1h.`,
  ];
  if (measured.volumeRatio >= 2) {
    reasons.push(`Against it: ${measured.volumeRatio.toFixed(1)} times the usual volume pushes at the edge.`);
  }
  return reasons;
}

function marksFor({ bars }: TimeframeView, range: TradingRange): SignalMark[] {
  return [
    { label: 'lower edge', time: range.lowerTime, price: range.lower },
    { label: 'upper edge', time: range.upperTime, price: range.upper },
    { label: 'range begins', time: range.since, price: range.middle },
    { label: 'rejected candle', time: bars.openTime(0), price: bars.close(0) },
  ];
}
