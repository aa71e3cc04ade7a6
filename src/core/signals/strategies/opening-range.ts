/** `opening_range`: a 5m close breaks out of the first 15 minutes of a session open. */
import { ramp } from '#core/base/statistics.ts';
import { type QualityPart, type Side, type SignalDraft, type SignalMark, sideSign } from '#core/domain/signal.ts';
import { HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { priceText } from '../price-text.ts';
import { measuredParts, qualityPart } from '../quality.ts';
import { type Opening, OpeningRanges } from '../sessions/opening-ranges.ts';
import { clockText, OPENING_RANGE_MS, SESSION_OPENS } from '../sessions/session-clock.ts';
import type { MarketView, Strategy, StrategyInstance, TimeframeView } from '../strategy.ts';
import { trendAgreement } from './agreement.ts';
import { parameter, settingsOf } from './parameters.ts';

const ID = 'opening_range';
const TIMEFRAME = '5m';
const HIGHER_TIMEFRAME = '15m';

const PARAMETERS = [
  parameter('open0000', 'Whether the open at 00:00 UTC counts: 1 yes, 0 no.', 1, 0, 1, 1, ''),
  parameter('open0100', 'Whether the open at 01:00 UTC counts: 1 yes, 0 no.', 1, 0, 1, 1, ''),
  parameter('open0700', 'Whether the open at 07:00 UTC counts: 1 yes, 0 no.', 1, 0, 1, 1, ''),
  parameter('open0800', 'Whether the open at 08:00 UTC counts: 1 yes, 0 no.', 1, 0, 1, 1, ''),
  parameter('open1330', 'Whether the open at 13:30 UTC counts: 1 yes, 0 no.', 1, 0, 1, 1, ''),
  parameter('open1430', 'Whether the open at 14:30 UTC counts: 1 yes, 0 no.', 1, 0, 1, 1, ''),
  parameter('breakHours', 'Hours after the range within which a side may break.', 12, 1, 12, 1, 'hours'),
  parameter(
    'stopDepth',
    'Stop, inward from the broken edge: 0.5 the middle, 1 the other side.',
    0.5,
    0.5,
    1,
    0.25,
    'ranges',
  ),
  parameter('targetRanges', 'Target, from the entry.', 1, 0.5, 2, 0.25, 'ranges'),
] as const;

type Settings = Readonly<Record<(typeof PARAMETERS)[number]['name'], number>>;

export const openingRange: Strategy = {
  id: ID,
  version: 1,
  idea: 'The first 15 minutes after a session opens set a range; a close outside of it is followed.',
  timeframe: TIMEFRAME,
  higherTimeframe: HIGHER_TIMEFRAME,
  parameters: PARAMETERS,
  // ATR14 on 5m forgets where it began to 1e-9, EMA50 on 15m is ready, and a day of opens is behind.
  warmUpBars: 300,
  timeoutMs: 12 * HOUR_MS,
  featureSet: 'session',
  besideSets: [],
  model: 'entry_quality',
  startsInPhase0: false,
  isPlacebo: false,
  create: (parameters) => new OpeningRange(settingsOf(ID, PARAMETERS, parameters)),
};

class OpeningRange implements StrategyInstance {
  readonly #settings: Settings;
  readonly #watched: readonly boolean[];
  readonly #ranges = new OpeningRanges();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#watched = watchedOpens(settings);
  }

  /** Bars that did not come leave a hole, and the ranges tell holes by time: nothing has to begin anew. */
  onBar(view: MarketView): SignalDraft | null {
    const frame = view.timeframe(TIMEFRAME);
    const { bars } = frame;
    this.#ranges.add(bars.openTime(0), bars.open(0), bars.high(0), bars.low(0), bars.close(0), bars.complete(0));
    const above = this.#ranges.brokenAbove;
    const below = this.#ranges.brokenBelow;
    if ((above | below) === 0) return null;
    // One bar can leave the ranges of several opens, even on different sides: the newest open speaks, the others are
    // broken and used up all the same.
    const long = this.#newest(above);
    const short = this.#newest(below);
    if (long === null) return short === null ? null : this.#draft(view, frame, 'short', short);
    if (short === null || long.openTime > short.openTime) return this.#draft(view, frame, 'long', long);
    return this.#draft(view, frame, 'short', short);
  }

  save(state: StateWriter): void {
    this.#ranges.save(state);
  }

  load(state: StateReader): void {
    this.#ranges.load(state);
  }

  /** The newest of these opens (a bit each) that counts and is not too old. */
  #newest(opens: number): Opening | null {
    let newest: Opening | null = null;
    for (let index = 0; index < SESSION_OPENS.length; index++) {
      if ((opens & (1 << index)) === 0 || this.#watched[index] !== true) continue;
      const opening = this.#ranges.finished(index);
      if (opening === null || minutesAfter(opening) > 60 * this.#settings.breakHours) continue;
      if (newest === null || opening.openTime > newest.openTime) newest = opening;
    }
    return newest;
  }

  #draft(view: MarketView, frame: TimeframeView, side: Side, opening: Opening): SignalDraft | null {
    const height = opening.high - opening.low;
    // Without a height there is neither a middle nor a target.
    if (!(height > 0)) return null;
    const sign = sideSign(side);
    const entry = frame.bars.close(0);
    const edge = side === 'long' ? opening.high : opening.low;
    const found: Break = {
      opening,
      edge,
      height,
      minutes: minutesAfter(opening),
      distance: (sign * (entry - edge)) / height,
      isFirst: Number.isNaN(side === 'long' ? opening.firstBelow : opening.firstAbove),
    };
    return {
      side,
      stop: edge - sign * this.#settings.stopDepth * height,
      tp1: null,
      tp1Fraction: 0,
      target: entry + sign * this.#settings.targetRanges * height,
      reasons: reasonsFor(view, side, found),
      qualityParts: partsFor(view, frame, side, found),
      structureKey: `open|${opening.openTime}`,
      measures: {
        open_minute: opening.minute,
        break_minutes: found.minutes,
        break_dist_range: found.distance,
        first_break: found.isFirst ? 1 : 0,
      },
      marks: marksFor(frame, opening),
    };
  }
}

interface Break {
  readonly opening: Opening;
  /** The broken edge. */
  readonly edge: number;
  readonly height: number;
  /** From the end of the range to the breaking close. */
  readonly minutes: number;
  /** Of the breaking close beyond the edge, in ranges. */
  readonly distance: number;
  /** False: the other side broke before. */
  readonly isFirst: boolean;
}

function watchedOpens(settings: Settings): readonly boolean[] {
  const { open0000, open0100, open0700, open0800, open1330, open1430 } = settings;
  return [open0000, open0100, open0700, open0800, open1330, open1430].map((flag) => flag >= 0.5);
}

/** From the end of the range to the newest close, which is what the range was last watched to. */
function minutesAfter(opening: Opening): number {
  return (opening.watchedUntil - opening.openTime - OPENING_RANGE_MS) / MINUTE_MS;
}

function partsFor(view: MarketView, frame: TimeframeView, side: Side, found: Break): QualityPart[] {
  const { bars, indicators } = frame;
  const quarter = view.timeframe(HIGHER_TIMEFRAME);
  const range = bars.high(0) - bars.low(0);
  const body = range > 0 ? Math.abs(bars.close(0) - bars.open(0)) / range : Number.NaN;
  const volumeRatio = bars.volume(0) / indicators.volumeAverage.value;
  return measuredParts([
    qualityPart(
      'break',
      'How far the close went beyond the edge, full at a quarter of the range.',
      20,
      ramp(found.distance, 0, 0.25),
    ),
    qualityPart('candle', 'Body of the breaking candle against its range.', 15, ramp(body, 0.2, 0.8)),
    qualityPart(
      'volume',
      'Volume of the breaking candle against the last 20, full at 1.8 times.',
      15,
      ramp(volumeRatio, 0.6, 1.8),
    ),
    qualityPart(
      'size',
      'How narrow the opening range is, full at 0.8 ATR of 15m, nothing at 2.',
      15,
      ramp(found.height / quarter.indicators.atr.value, 2, 0.8),
    ),
    qualityPart(
      'trend_15m',
      'Order and direction of close, EMA20 and EMA50 on 15m.',
      15,
      trendAgreement(quarter, side),
    ),
    qualityPart(
      'freshness',
      'How soon after the range it broke, full within 15 minutes, nothing after 4 hours.',
      10,
      ramp(found.minutes, 240, 15),
    ),
    qualityPart('first', 'Whether the other side has not broken before.', 10, found.isFirst ? 1 : 0),
  ]);
}

function reasonsFor(view: MarketView, side: Side, found: Break): string[] {
  const { opening, edge, distance, minutes } = found;
  const text = (price: number) => priceText(price, view.instrument.priceTick);
  const long = side === 'long';
  const reasons = [
    `The open at ${clockText(opening.minute)} UTC set a range from ${text(opening.low)} to ${text(opening.high)} in its first 15 minutes.`,
    `A 5m candle closed ${long ? 'above' : 'below'} it, ${(100 * distance).toFixed(0)} % of the range beyond ${text(edge)}, ${afterText(minutes)} after the range was complete.`,
  ];
  if (!found.isFirst) reasons.push(`Against it: the range broke ${long ? 'down' : 'up'} before.`);
  return reasons;
}

function afterText(minutes: number): string {
  return minutes < 120 ? `${minutes} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}

function marksFor({ bars }: TimeframeView, opening: Opening): SignalMark[] {
  return [
    { label: 'opening range high', time: opening.openTime, price: opening.high },
    { label: 'opening range low', time: opening.openTime, price: opening.low },
    { label: 'breaking candle', time: bars.openTime(0), price: bars.close(0) },
  ];
}
