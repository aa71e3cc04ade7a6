/** `scalp` (ST-11): an impulse on volume, a pullback to value, a candle that goes on in its direction. */
import { ramp } from '#core/base/statistics.ts';
import { type QualityPart, type Side, type SignalDraft, type SignalMark, sideSign } from '#core/domain/signal.ts';
import { HOUR_MS } from '#core/domain/timeframe.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { priceText } from '../price-text.ts';
import { measuredParts, qualityPart } from '../quality.ts';
import type { MarketView, Strategy, StrategyInstance, StrategyParameters, TimeframeView } from '../strategy.ts';
import { trendAgreement } from './agreement.ts';
import { ConsecutiveBars } from './consecutive-bars.ts';
import { ImpulseStructure } from './impulse-structure.ts';
import { parameter, settingsOf } from './parameters.ts';

const TIMEFRAME = '5m';
const HIGHER_TIMEFRAME = '15m';

/** Signs that `trendAgreement` asks. */
const VOTES = 3;

const PARAMETERS = [
  parameter('impulseAtr', 'Least distance of a close from the close three bars before.', 1.5, 0.5, 4, 0.25, 'ATR'),
  parameter('impulseVolume', 'Least mean volume of those three bars against the last 20.', 1.4, 0.5, 4, 0.1, 'times'),
  parameter('setupBars', 'Bars after the impulse began within which the pullback must end.', 18, 4, 48, 2, 'bars'),
  parameter('touchAtr', 'A candle that dips this near to EMA20 or VWAP touches it.', 0.25, 0, 1, 0.05, 'ATR'),
  parameter('maximumRetrace', 'Deepest pullback from the furthest point.', 0.8, 0.3, 1, 0.05, 'share of the impulse'),
  parameter('minimumBody', 'Least body of the candle in the direction.', 0.3, 0.1, 0.8, 0.05, 'share of the candle'),
  parameter('minimumWick', 'Least wick against the direction.', 0.1, 0, 0.6, 0.05, 'share of the candle'),
  parameter('minimumAlignment', 'Signs of the 15m averages, of three, that must agree.', 2, 0, 3, 1, 'signs'),
  parameter('stopBufferAtr', 'Distance of the stop beyond the pullback.', 0.25, 0, 1, 0.05, 'ATR'),
  parameter('targetR', 'Target.', 1.5, 0.5, 4, 0.1, 'R'),
] as const;

type Settings = Readonly<Record<(typeof PARAMETERS)[number]['name'], number>>;

export const scalp: Strategy = {
  id: 'scalp',
  version: 1,
  idea: 'After an impulse on volume, price pulls back to its average price and a candle goes on in the direction.',
  timeframe: TIMEFRAME,
  higherTimeframe: HIGHER_TIMEFRAME,
  parameters: PARAMETERS,
  // 300 bars of 15m: EMA50 forgets where it began to 1e-5; two days for the VWAP of a whole one.
  warmUpBars: 900,
  timeoutMs: 24 * HOUR_MS,
  featureSet: 'scalp',
  besideSets: ['scalp_facts'],
  model: 'scalp',
  startsInPhase0: true,
  isPlacebo: false,
  create: (parameters) => new Scalp(parameters),
};

class Scalp implements StrategyInstance {
  readonly #settings: Settings;
  readonly #long: ImpulseStructure;
  readonly #short: ImpulseStructure;
  /** A hole in the calls starts the structures anew. */
  readonly #calls = new ConsecutiveBars();

  constructor(parameters: StrategyParameters) {
    this.#settings = settingsOf('scalp', PARAMETERS, parameters);
    this.#long = new ImpulseStructure('long', this.#settings);
    this.#short = new ImpulseStructure('short', this.#settings);
  }

  onBar(view: MarketView): SignalDraft | null {
    const frame = view.timeframe(TIMEFRAME);
    const { bars, indicators } = frame;
    if (!this.#calls.follows(bars.count)) {
      this.#long.clear();
      this.#short.clear();
    }
    this.#long.onBar(bars, indicators);
    this.#short.onBar(bars, indicators);
    // A draft of this bar would be dropped: it must not use up an impulse.
    if (!bars.complete(0)) return null;
    // The candle closes up for a long and down for a short: never both on one bar.
    const side: Side = bars.close(0) > bars.open(0) ? 'long' : 'short';
    const structure = side === 'long' ? this.#long : this.#short;
    if (!structure.isAtValue || !this.#continues(frame, side) || !this.#isAligned(view, side)) return null;
    const draft = this.#draft(view, frame, side, structure);
    structure.finish();
    return draft;
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

  /** Body and rejection wick in the direction, and EMA20 moving with it. */
  #continues(frame: TimeframeView, side: Side): boolean {
    const { minimumBody, minimumWick } = this.#settings;
    // A candle without range has no shares: NaN compares false.
    return (
      bodyShare(frame) >= minimumBody &&
      wickShare(frame, side) >= minimumWick &&
      sideSign(side) * frame.indicators.ema20.change > 0
    );
  }

  #isAligned(view: MarketView, side: Side): boolean {
    // Votes are whole: half a vote of tolerance keeps thirds from deciding by their last digit.
    return VOTES * trendAgreement(view.timeframe(HIGHER_TIMEFRAME), side) > this.#settings.minimumAlignment - 0.5;
  }

  #draft(view: MarketView, frame: TimeframeView, side: Side, structure: ImpulseStructure): SignalDraft {
    const { stopBufferAtr, targetR } = this.#settings;
    const sign = sideSign(side);
    const entry = frame.bars.close(0);
    const stop = structure.pullbackPrice - sign * stopBufferAtr * frame.indicators.atr.value;
    const agreement = trendAgreement(view.timeframe(HIGHER_TIMEFRAME), side);
    return {
      side,
      stop,
      tp1: null,
      tp1Fraction: 0,
      target: entry + sign * targetR * Math.abs(entry - stop),
      reasons: reasonsFor(view, frame, side, structure, agreement),
      qualityParts: partsFor(frame, side, structure, agreement),
      structureKey: `impulse|${structure.impulseTime}`,
      measures: {},
      marks: marksFor(frame, side, structure),
    };
  }
}

/** NaN for a candle without range. */
function bodyShare({ bars }: TimeframeView): number {
  return Math.abs(bars.close(0) - bars.open(0)) / (bars.high(0) - bars.low(0));
}

/** The wick against the side, for a long the lower one, as a share of the candle. */
function wickShare({ bars }: TimeframeView, side: Side): number {
  const wick =
    side === 'long'
      ? Math.min(bars.open(0), bars.close(0)) - bars.low(0)
      : bars.high(0) - Math.max(bars.open(0), bars.close(0));
  return wick / (bars.high(0) - bars.low(0));
}

function partsFor(frame: TimeframeView, side: Side, structure: ImpulseStructure, agreement: number): QualityPart[] {
  const share = structure.retraceShare;
  // Best between 38 and 62 % of the impulse, worthless at none of it and at all of it.
  const depth = Math.min(ramp(share, 0.05, 0.38), ramp(share, 1, 0.62));
  const value = structure.touchedAverage && structure.touchedVwap ? 1 : 0.6;
  return measuredParts([
    qualityPart('impulse', 'Closes within three bars over ATR, full at 3 ATR.', 25, ramp(structure.impulseAtr, 1, 3)),
    qualityPart(
      'volume',
      'Volume of the impulse against the last 20, full at 2.5 times.',
      15,
      ramp(structure.volumeRatio, 1, 2.5),
    ),
    qualityPart('retrace', 'How close the pullback came to 38-62 % of the impulse.', 15, depth),
    qualityPart('candle', 'Body of the candle against its range.', 15, ramp(bodyShare(frame), 0.2, 0.8)),
    qualityPart('wick', 'Wick against the direction, full at 40 %.', 10, ramp(wickShare(frame, side), 0, 0.4)),
    qualityPart('trend_15m', 'Order and direction of close, EMA20 and EMA50 on 15m.', 15, agreement),
    qualityPart('value', 'Whether the pullback touched both EMA20 and VWAP, 0.6 for one of them.', 5, value),
  ]);
}

function reasonsFor(
  view: MarketView,
  frame: TimeframeView,
  side: Side,
  structure: ImpulseStructure,
  agreement: number,
): string[] {
  const text = (price: number) => priceText(price, view.instrument.priceTick);
  const long = side === 'long';
  const touched = [structure.touchedAverage ? 'EMA20' : '', structure.touchedVwap ? 'the VWAP of the day' : ''];
  const reasons = [
    `An impulse ${long ? 'up' : 'down'} of ${structure.impulseAtr.toFixed(1)} ATR in three bars on ${structure.volumeRatio.toFixed(1)} times the usual volume.`,
    `Pulled back ${(100 * structure.retraceShare).toFixed(0)} % of it to ${touched.filter(Boolean).join(' and ')} at ${text(structure.pullbackPrice)}.`,
    `The candle closed ${long ? 'up' : 'down'}: body ${(100 * bodyShare(frame)).toFixed(0)} %, ${long ? 'lower' : 'upper'} wick ${(100 * wickShare(frame, side)).toFixed(0)} % of its range.`,
  ];
  if (agreement === 1) reasons.push(`The 15m averages all point ${long ? 'up' : 'down'}.`);
  else if (agreement < 0.5) reasons.push(`Against it: most 15m averages point ${long ? 'down' : 'up'}.`);
  return reasons;
}

function marksFor({ bars }: TimeframeView, side: Side, structure: ImpulseStructure): SignalMark[] {
  const long = side === 'long';
  return [
    { label: 'impulse', time: structure.impulseTime, price: structure.originPrice },
    { label: long ? 'high of the impulse' : 'low of the impulse', time: structure.topTime, price: structure.topPrice },
    { label: 'pullback', time: structure.pullbackTime, price: structure.pullbackPrice },
    { label: 'signal candle', time: bars.openTime(0), price: bars.close(0) },
  ];
}
