/** `trend_pullback` (ST-10): a confirmed swing level breaks, price pulls back and holds, candles confirm. */
import { ramp } from '#core/base/statistics.ts';
import type { Candle } from '#core/domain/candle.ts';
import { type QualityPart, type Side, type SignalDraft, type SignalMark, sideSign } from '#core/domain/signal.ts';
import { HOUR_MS } from '#core/domain/timeframe.ts';
import { type Divergence, measureDivergence } from '../indicators/divergence.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { priceText } from '../price-text.ts';
import { measuredParts, qualityPart } from '../quality.ts';
import type { MarketView, Strategy, StrategyInstance, StrategyParameters, TimeframeView } from '../strategy.ts';
import { trendAgreement } from './agreement.ts';
import { parameter, settingsOf } from './parameters.ts';
import {
  type ConfirmedPullback,
  type MirroredBar,
  PullbackStructure,
  type StructurePoint,
} from './pullback-structure.ts';
import { TwoSidedPivots } from './two-sided-pivots.ts';

const TIMEFRAME = '15m';
const HIGHER_TIMEFRAME = '1h';

const PARAMETERS = [
  parameter('pivotLeft', 'Bars before a swing point that must lie inside it.', 4, 2, 20, 1, 'bars'),
  parameter('pivotRight', 'Bars after a swing point that confirm it.', 2, 1, 10, 1, 'bars'),
  parameter('minimumBreakAtr', 'How far a close must go beyond the level.', 0.15, 0, 2, 0.05, 'ATR'),
  parameter(
    'minimumRetraceAtr',
    'Shallowest pullback from the furthest point after the break.',
    0.8,
    0.1,
    3,
    0.1,
    'ATR',
  ),
  parameter('maximumRetraceAtr', 'Deepest pullback from the furthest point after the break.', 4, 1, 8, 0.25, 'ATR'),
  parameter(
    'confirmingCandles',
    'Candles in a row that must close in the direction of the trade.',
    2,
    1,
    4,
    1,
    'candles',
  ),
  parameter('setupBars', 'Bars after the break within which the pullback must be confirmed.', 32, 8, 96, 4, 'bars'),
  parameter('stopBufferAtr', 'Distance of the stop beyond the protective pivot.', 0.25, 0, 1, 0.05, 'ATR'),
  parameter('tp1R', 'First target.', 1.6, 0.5, 2.4, 0.1, 'R'),
  parameter('tp1Fraction', 'Share of the position taken at the first target.', 0.5, 0, 1, 0.1, ''),
  parameter('targetR', 'Final target.', 2.5, 1, 6, 0.1, 'R'),
] as const;

type ParameterName = (typeof PARAMETERS)[number]['name'];

/** RSI and TSI points of disagreement that count as a full divergence. */
const FULL_RSI_POINTS = 15;
const FULL_TSI_POINTS = 20;

export const trendPullback: Strategy = {
  id: 'trend_pullback',
  version: 1,
  idea: 'A swing level breaks, price pulls back without breaking the structure, and candles confirm the direction.',
  timeframe: TIMEFRAME,
  higherTimeframe: HIGHER_TIMEFRAME,
  parameters: PARAMETERS,
  // 250 bars of 1h: EMA50 there, which a reason and a quality part read, forgets where it began to 1e-4.
  warmUpBars: 1000,
  timeoutMs: 36 * HOUR_MS,
  featureSet: 'trend',
  besideSets: [],
  model: 'trend',
  startsInPhase0: false,
  isPlacebo: false,
  create: (parameters) => new TrendPullback(parameters),
};

class TrendPullback implements StrategyInstance {
  readonly #settings: Readonly<Record<ParameterName, number>>;
  readonly #sides: TwoSidedPivots<PullbackStructure>;

  constructor(parameters: StrategyParameters) {
    this.#settings = settingsOf('trend_pullback', PARAMETERS, parameters);
    this.#sides = new TwoSidedPivots(this.#settings, () => new PullbackStructure(this.#settings));
  }

  onBar(view: MarketView): SignalDraft | null {
    const frame = view.timeframe(TIMEFRAME);
    const { bars } = frame;
    this.#sides.follow(bars.count);
    const { pivots, long: longSide, short: shortSide } = this.#sides;
    const bar = newestBar(frame);
    pivots.add(bar);
    const long = longSide.onBar(mirrored(frame, bar, 'long'));
    const short = shortSide.onBar(mirrored(frame, bar, 'short'));
    if (pivots.highConfirmed) {
      const { price, openTime } = pivots.high;
      longSide.onLevel(price, openTime, this.#originSincePivot(frame, 'long'));
    }
    if (pivots.lowConfirmed) {
      const { price, openTime } = pivots.low;
      shortSide.onLevel(-price, openTime, this.#originSincePivot(frame, 'short'));
    }
    // Confirming candles close up for a long and down for a short: never both on one bar.
    if (long !== null) return this.#draft(view, frame, 'long', long);
    return short === null ? null : this.#draft(view, frame, 'short', short);
  }

  save(state: StateWriter): void {
    this.#sides.save(state);
  }

  load(state: StateReader): void {
    this.#sides.load(state);
  }

  /** The lowest low (long) or highest high (short, mirrored) of the bars after the pivot that was just confirmed. */
  #originSincePivot(frame: TimeframeView, side: Side): StructurePoint {
    const { bars, indicators } = frame;
    let best = 0;
    for (let ago = 1; ago < this.#settings.pivotRight; ago++) {
      if (side === 'long' ? bars.low(ago) < bars.low(best) : bars.high(ago) > bars.high(best)) best = ago;
    }
    return {
      price: side === 'long' ? bars.low(best) : -bars.high(best),
      openTime: bars.openTime(best),
      rsi: indicators.rsiHistory.at(best),
      tsi: indicators.tsiHistory.at(best),
    };
  }

  #draft(view: MarketView, frame: TimeframeView, side: Side, found: ConfirmedPullback): SignalDraft {
    const settings = this.#settings;
    const sign = sideSign(side);
    const atr = frame.indicators.atr.value;
    const entry = frame.bars.close(0);
    const stop = sign * (found.pullback.price - settings.stopBufferAtr * atr);
    const risk = Math.abs(entry - stop);
    const protective = side === 'long' ? this.#sides.pivots.low : this.#sides.pivots.high;
    const measured: Measured = {
      breakAtr: (found.furthestClose - found.levelPrice) / atr,
      retraceAtr: (found.topPrice - found.pullback.price) / atr,
      retraceShare: (found.topPrice - found.pullback.price) / (found.topPrice - found.origin.price),
      rsi: divergenceOf(side, found, 'rsi', FULL_RSI_POINTS),
      tsi: divergenceOf(side, found, 'tsi', FULL_TSI_POINTS),
      pivotConfirmed: protective.openTime === found.pullback.openTime,
      higherAgreement: trendAgreement(view.timeframe(HIGHER_TIMEFRAME), side),
    };
    return {
      side,
      stop,
      tp1: entry + sign * settings.tp1R * risk,
      tp1Fraction: settings.tp1Fraction,
      target: entry + sign * settings.targetR * risk,
      reasons: reasonsFor(view, side, found, measured),
      qualityParts: partsFor(frame, side, measured),
      structureKey: `${side === 'long' ? 'swing-high' : 'swing-low'}|${found.levelTime}`,
      measures: measuresFor(found, measured),
      marks: marksFor(frame, side, found),
    };
  }
}

interface Measured {
  readonly breakAtr: number;
  readonly retraceAtr: number;
  /** Pullback over the leg from the origin to the furthest point, 0-1. */
  readonly retraceShare: number;
  readonly rsi: Divergence;
  readonly tsi: Divergence;
  readonly pivotConfirmed: boolean;
  /** 0-1, NaN while 1h is warming up. */
  readonly higherAgreement: number;
}

/** The facts of FE-10 that only the strategy knows. */
function measuresFor(found: ConfirmedPullback, measured: Measured): Record<string, number> {
  const strength = (measured.rsi.strength + measured.tsi.strength) / 2;
  return {
    break_dist_atr: measured.breakAtr,
    retrace_depth_atr: measured.retraceAtr,
    confirm_candles: found.confirmations,
    div_ok: Number.isNaN(strength) ? Number.NaN : strength > 0 ? 1 : 0,
    div_score: 100 * strength,
    div_rsi_delta: measured.rsi.delta,
    div_tsi_delta: measured.tsi.delta,
    protective_pivot_present: measured.pivotConfirmed ? 1 : 0,
  };
}

function partsFor(frame: TimeframeView, side: Side, measured: Measured): QualityPart[] {
  const { bars, indicators } = frame;
  const range = bars.high(0) - bars.low(0);
  const body = range > 0 ? Math.abs(bars.close(0) - bars.open(0)) / range : Number.NaN;
  const volumeRatio = bars.volume(0) / indicators.volumeAverage.value;
  const divergence = (measured.rsi.strength + measured.tsi.strength) / 2;
  const structure = measured.pivotConfirmed ? 1 : 0.5;
  // Best between 38 and 62 % of the leg, worthless at none of it and at all of it.
  const depth = Math.min(ramp(measured.retraceShare, 0.05, 0.38), ramp(measured.retraceShare, 1, 0.62));
  return measuredParts([
    qualityPart(
      'break',
      'How far closes went beyond the broken level, full at 1 ATR.',
      20,
      ramp(measured.breakAtr, 0, 1),
    ),
    qualityPart('retrace', 'How close the pullback came to 38-62 % of the leg.', 15, depth),
    qualityPart('pivot', 'Whether the protective pivot is confirmed already.', 5, structure),
    qualityPart('candle', 'Body of the confirming candle against its range.', 15, ramp(body, 0.2, 0.8)),
    qualityPart('trend_15m', 'Order and direction of close, EMA20 and EMA50 on 15m.', 15, trendAgreement(frame, side)),
    qualityPart('trend_1h', 'Order and direction of close, EMA20 and EMA50 on 1h.', 20, measured.higherAgreement),
    qualityPart(
      'volume',
      'Volume of the confirming candle against the last 20, full at 1.8 times.',
      5,
      ramp(volumeRatio, 0.6, 1.8),
    ),
    qualityPart('divergence', 'Hidden divergence of RSI and TSI at the higher low or lower high.', 5, divergence),
  ]);
}

function divergenceOf(side: Side, found: ConfirmedPullback, name: 'rsi' | 'tsi', fullPoints: number): Divergence {
  const sign = sideSign(side);
  return measureDivergence(
    side,
    { price: sign * found.origin.price, oscillator: found.origin[name] },
    { price: sign * found.pullback.price, oscillator: found.pullback[name] },
    fullPoints,
  );
}

function reasonsFor(view: MarketView, side: Side, found: ConfirmedPullback, measured: Measured): string[] {
  const sign = sideSign(side);
  const text = (mirroredPrice: number) => priceText(sign * mirroredPrice, view.instrument.priceTick);
  const long = side === 'long';
  const reasons = [
    `Broke the swing ${long ? 'high' : 'low'} at ${text(found.levelPrice)} by ${measured.breakAtr.toFixed(1)} ATR at the close.`,
    `Pulled back ${measured.retraceAtr.toFixed(1)} ATR from ${text(found.topPrice)} and held a ${long ? 'higher low' : 'lower high'} at ${text(found.pullback.price)}.`,
    `${found.confirmations} candles in a row closed ${long ? 'higher' : 'lower'}.`,
  ];
  if (measured.higherAgreement === 1) reasons.push(`The 1h trend points ${long ? 'up' : 'down'} as well.`);
  if (measured.higherAgreement === 0) reasons.push(`Against it: the 1h trend points ${long ? 'down' : 'up'}.`);
  const hidden = [measured.rsi.kind === 'hidden' ? 'RSI' : '', measured.tsi.kind === 'hidden' ? 'TSI' : ''].filter(
    Boolean,
  );
  if (hidden.length > 0) reasons.push(`${hidden.join(' and ')} went further out than price did: hidden divergence.`);
  return reasons;
}

function marksFor(frame: TimeframeView, side: Side, found: ConfirmedPullback): SignalMark[] {
  const sign = sideSign(side);
  const long = side === 'long';
  return [
    { label: long ? 'broken swing high' : 'broken swing low', time: found.levelTime, price: sign * found.levelPrice },
    { label: long ? 'high after the break' : 'low after the break', time: found.topTime, price: sign * found.topPrice },
    { label: long ? 'higher low' : 'lower high', time: found.pullback.openTime, price: sign * found.pullback.price },
    { label: 'confirming candle', time: frame.bars.openTime(0), price: frame.bars.close(0) },
  ];
}

function newestBar({ bars }: TimeframeView): Candle {
  return {
    openTime: bars.openTime(0),
    open: bars.open(0),
    high: bars.high(0),
    low: bars.low(0),
    close: bars.close(0),
    volume: bars.volume(0),
  };
}

function mirrored({ indicators }: TimeframeView, bar: Candle, side: Side): MirroredBar {
  const long = side === 'long';
  return {
    openTime: bar.openTime,
    open: long ? bar.open : -bar.open,
    high: long ? bar.high : -bar.low,
    low: long ? bar.low : -bar.high,
    close: long ? bar.close : -bar.close,
    atr: indicators.atr.value,
    rsi: indicators.rsiHistory.at(0),
    tsi: indicators.tsiHistory.at(0),
  };
}
