/** `structure`: liquidity sweep and reclaim, order-block retest, fair-value-gap fill; graded by how they meet. */
import { ramp } from '#core/base/statistics.ts';
import { type QualityPart, type Side, type SignalDraft, type SignalMark, sideSign } from '#core/domain/signal.ts';
import { HOUR_MS } from '#core/domain/timeframe.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { priceText } from '../price-text.ts';
import { measuredParts, qualityPart } from '../quality.ts';
import type { MarketView, Strategy, StrategyInstance, StrategyParameters, TimeframeView } from '../strategy.ts';
import { trendAgreement } from './agreement.ts';
import type { PatternBar } from './liquidity-sweep.ts';
import { parameter, settingsOf } from './parameters.ts';
import { type FoundPatterns, SmartMoney } from './smart-money.ts';
import { TwoSidedPivots } from './two-sided-pivots.ts';

const ID = 'structure';
const TIMEFRAME = '15m';
const HIGHER_TIMEFRAME = '1h';

const PARAMETERS = [
  parameter('pivotLeft', 'Bars before a swing point that must lie inside it.', 6, 2, 20, 1, 'bars'),
  parameter('pivotRight', 'Bars after a swing point that confirm it.', 3, 1, 10, 1, 'bars'),
  parameter('levelBars', 'Bars after which a swing level is forgotten.', 192, 48, 384, 16, 'bars'),
  parameter('minimumSweepAtr', 'Least depth of a sweep beyond the level.', 0.15, 0, 1, 0.05, 'ATR'),
  parameter('maximumSweepAtr', 'Depth beyond which the level is broken, not swept.', 1.5, 0.5, 4, 0.25, 'ATR'),
  parameter('reclaimBars', 'Bars within which a sweep or a return must turn.', 3, 1, 8, 1, 'bars'),
  parameter('zoneBars', 'Bars after which a block or a gap is forgotten.', 96, 24, 384, 8, 'bars'),
  parameter('impulseAtr', 'Least move away from a block until the break of structure.', 2, 1, 5, 0.25, 'ATR'),
  parameter('impulseBars', 'Bars from a block within which the structure must break.', 4, 1, 10, 1, 'bars'),
  parameter('minimumGapAtr', 'Least height of a fair-value gap.', 0.5, 0.1, 2, 0.1, 'ATR'),
  parameter('gapFill', 'How much of a gap must be filled.', 0.5, 0.1, 0.9, 0.1, 'share of the gap'),
  parameter('stopBufferAtr', 'Distance of the stop beyond the swept extreme, block or gap.', 0.25, 0, 1, 0.05, 'ATR'),
  parameter('targetR', 'Target.', 2, 1, 6, 0.1, 'R'),
] as const;

type Settings = Readonly<Record<(typeof PARAMETERS)[number]['name'], number>>;

/** The dealing range that an entry is cheap or dear in: a day of 15m bars. */
const DEALING_RANGE_BARS = 96;

/** Codes of the feature `pattern`. */
const PATTERN_CODES = { sweep: 0, block: 1, gap: 2 } as const;
type PatternKind = keyof typeof PATTERN_CODES;

export const structure: Strategy = {
  id: ID,
  version: 1,
  idea: 'Stops beyond a swing level are taken and price turns, or it comes back to a block or gap that it left in a hurry.',
  timeframe: TIMEFRAME,
  higherTimeframe: HIGHER_TIMEFRAME,
  parameters: PARAMETERS,
  // The oldest level that still counts (192 bars by default, 384 at most), and ATR14 that forgot its beginning.
  warmUpBars: 500,
  timeoutMs: 36 * HOUR_MS,
  featureSet: 'market',
  besideSets: ['structure_facts'],
  model: 'structure',
  startsInPhase0: false,
  isPlacebo: false,
  create: (parameters) => new Structure(parameters),
};

class Structure implements StrategyInstance {
  readonly #settings: Settings;
  /** Filled anew for each bar; prices of the second are mirrored. */
  readonly #longBar = emptyBar();
  readonly #shortBar = emptyBar();
  readonly #sides: TwoSidedPivots<SmartMoney>;

  constructor(parameters: StrategyParameters) {
    this.#settings = settingsOf(ID, PARAMETERS, parameters);
    this.#sides = new TwoSidedPivots(this.#settings, () => new SmartMoney(this.#settings));
  }

  onBar(view: MarketView): SignalDraft | null {
    const frame = view.timeframe(TIMEFRAME);
    const { bars } = frame;
    this.#sides.follow(bars.count);
    const { pivots, long: longSide, short: shortSide } = this.#sides;
    mirrorInto(this.#longBar, frame, 'long');
    mirrorInto(this.#shortBar, frame, 'short');
    pivots.add(this.#longBar);
    const long = longSide.onBar(this.#longBar);
    const short = shortSide.onBar(this.#shortBar);
    if (pivots.highConfirmed) {
      const { price, openTime } = pivots.high;
      longSide.onSwingHigh(price);
      shortSide.onSwingLow(-price, openTime);
    }
    if (pivots.lowConfirmed) {
      const { price, openTime } = pivots.low;
      longSide.onSwingLow(price, openTime);
      shortSide.onSwingHigh(-price);
    }
    // Turning candles close up for a long and down for a short: never both on one bar.
    if (long !== null) return this.#draft(view, frame, 'long', long);
    return short === null ? null : this.#draft(view, frame, 'short', short);
  }

  save(state: StateWriter): void {
    this.#sides.save(state);
  }

  load(state: StateReader): void {
    this.#sides.load(state);
  }

  #draft(view: MarketView, frame: TimeframeView, side: Side, found: FoundPatterns): SignalDraft | null {
    const pattern = patternOf(found);
    const atr = frame.indicators.atr.value;
    // Before ATR is there neither the stop nor the grade can be told.
    if (pattern === null || !(atr > 0)) return null;
    const sign = sideSign(side);
    const entry = frame.bars.close(0);
    const stop = sign * (pattern.extreme - this.#settings.stopBufferAtr * atr);
    const target = entry + sign * this.#settings.targetR * Math.abs(entry - stop);
    const discount = discountOf(frame, side);
    const displacement = displacementOf(found, sign * entry, atr);
    return {
      side,
      stop,
      tp1: null,
      tp1Fraction: 0,
      target,
      reasons: reasonsFor(view, side, found, atr),
      qualityParts: partsFor(view, frame, side, { count: found.count, discount, displacement }),
      structureKey: `${pattern.kind}|${pattern.time}`,
      measures: {
        pattern: PATTERN_CODES[pattern.kind],
        pattern_count: found.count,
        pattern_age_bars: pattern.ageBars,
        displacement,
        discount,
      },
      marks: marksFor(frame, side, found, pattern),
    };
  }
}

/** The pattern that names the signal and holds its stop: a sweep before a block before a gap. Mirrored prices. */
interface NamedPattern {
  readonly kind: PatternKind;
  /** Open time of the level's, block's or gap's bar. */
  readonly time: number;
  readonly extreme: number;
  readonly extremeTime: number;
  readonly ageBars: number;
}

function patternOf({ sweep, block, gap }: FoundPatterns): NamedPattern | null {
  if (sweep !== null) return { kind: 'sweep', ...sweep };
  if (block !== null) return { kind: 'block', ...block };
  return gap === null ? null : { kind: 'gap', ...gap };
}

/** 0-1, how strong the move behind the pattern is; of several completed ones the strongest. */
function displacementOf({ sweep, block, gap }: FoundPatterns, entry: number, atr: number): number {
  const reclaim = sweep === null ? 0 : ramp((entry - sweep.price) / atr, 0, 0.75);
  const impulse = block === null ? 0 : ramp(block.strength, 1.5, 4);
  const height = gap === null ? 0 : ramp(gap.strength, 0.3, 1.2);
  return Math.max(reclaim, impulse, height);
}

/** Where the close stands in the range of the last day, 0 cheap to 1 dear for the side; NaN below a day of bars. */
function discountOf({ bars }: TimeframeView, side: Side): number {
  if (bars.size < DEALING_RANGE_BARS) return Number.NaN;
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  for (let ago = 0; ago < DEALING_RANGE_BARS; ago++) {
    highest = Math.max(highest, bars.high(ago));
    lowest = Math.min(lowest, bars.low(ago));
  }
  if (!(highest > lowest)) return Number.NaN;
  const position = (bars.close(0) - lowest) / (highest - lowest);
  return side === 'long' ? position : 1 - position;
}

interface Graded {
  readonly count: number;
  readonly discount: number;
  readonly displacement: number;
}

/** The base score (ML-30): confluence first. */
function partsFor(view: MarketView, frame: TimeframeView, side: Side, graded: Graded): QualityPart[] {
  const { bars, indicators } = frame;
  const range = bars.high(0) - bars.low(0);
  const rejected = side === 'long' ? bars.close(0) - bars.low(0) : bars.high(0) - bars.close(0);
  const volumeRatio = bars.volume(0) / indicators.volumeAverage.value;
  return measuredParts([
    qualityPart(
      'confluence',
      'How many of sweep, block and gap meet where price turned: a third for each.',
      25,
      graded.count / 3,
    ),
    qualityPart(
      'trend_1h',
      'Order and direction of close, EMA20 and EMA50 on 1h.',
      20,
      trendAgreement(view.timeframe(HIGHER_TIMEFRAME), side),
    ),
    qualityPart(
      'displacement',
      'Strength of the move: reclaim beyond the level, impulse from the block, or height of the gap.',
      15,
      graded.displacement,
    ),
    qualityPart(
      'discount',
      'How cheap the entry is for the side in the range of the last day, full in its lowest quarter.',
      15,
      ramp(graded.discount, 0.75, 0.25),
    ),
    qualityPart(
      'rejection',
      'How near to its favourable end the turning candle closed.',
      15,
      ramp(range > 0 ? rejected / range : Number.NaN, 0.4, 0.9),
    ),
    qualityPart(
      'volume',
      'Volume of the turning candle against the last 20, full at 1.8 times.',
      10,
      ramp(volumeRatio, 0.6, 1.8),
    ),
  ]);
}

function reasonsFor(view: MarketView, side: Side, { sweep, block, gap, count }: FoundPatterns, atr: number): string[] {
  const sign = sideSign(side);
  const text = (mirroredPrice: number) => priceText(sign * mirroredPrice, view.instrument.priceTick);
  const between = (top: number, bottom: number) =>
    side === 'long' ? `${text(bottom)} to ${text(top)}` : `${text(top)} to ${text(bottom)}`;
  const long = side === 'long';
  const reasons: string[] = [];
  if (sweep !== null) {
    const others = sweep.levels > 1 ? `, with ${sweep.levels - 1} more` : '';
    reasons.push(
      `Stops ${long ? 'below the swing low' : 'above the swing high'} at ${text(sweep.price)} were swept by ${((sweep.price - sweep.extreme) / atr).toFixed(1)} ATR and the level reclaimed${others}.`,
    );
  }
  if (block !== null) {
    reasons.push(
      `Came back to the order block ${between(block.top, block.bottom)}, left ${block.ageBars} bars ago by a move of ${block.strength.toFixed(1)} ATR, and turned.`,
    );
  }
  if (gap !== null) {
    reasons.push(
      `Filled the fair-value gap ${between(gap.top, gap.bottom)} of ${gap.strength.toFixed(1)} ATR and turned.`,
    );
  }
  if (count > reasons.length) reasons.push('The turn lies in another block or gap that still stands.');
  const higher = trendAgreement(view.timeframe(HIGHER_TIMEFRAME), side);
  if (higher === 1) reasons.push(`The 1h trend points ${long ? 'up' : 'down'} as well.`);
  if (higher === 0) reasons.push(`Against it: the 1h trend points ${long ? 'down' : 'up'}.`);
  return reasons;
}

function marksFor(
  { bars }: TimeframeView,
  side: Side,
  { sweep, block, gap }: FoundPatterns,
  pattern: NamedPattern,
): SignalMark[] {
  const sign = sideSign(side);
  const long = side === 'long';
  const marks: SignalMark[] = [];
  if (sweep !== null) {
    marks.push({ label: long ? 'swept low' : 'swept high', time: sweep.time, price: sign * sweep.price });
  }
  for (const [name, zone] of [
    ['order block', block],
    ['fair-value gap', gap],
  ] as const) {
    if (zone === null) continue;
    marks.push({ label: `${name}, near edge`, time: zone.time, price: sign * zone.top });
    marks.push({ label: `${name}, far edge`, time: zone.time, price: sign * zone.bottom });
  }
  marks.push({ label: 'turning point', time: pattern.extremeTime, price: sign * pattern.extreme });
  marks.push({ label: 'turning candle', time: bars.openTime(0), price: bars.close(0) });
  return marks;
}

function emptyBar(): PatternBar & { volume: number } {
  return { openTime: 0, open: 0, high: 0, low: 0, close: 0, volume: 0, atr: 0 };
}

/** Writes the newest bar into one that is kept, so that a bar costs no objects. */
function mirrorInto(target: PatternBar, { bars, indicators }: TimeframeView, side: Side): void {
  const long = side === 'long';
  target.openTime = bars.openTime(0);
  target.open = long ? bars.open(0) : -bars.open(0);
  target.high = long ? bars.high(0) : -bars.low(0);
  target.low = long ? bars.low(0) : -bars.high(0);
  target.close = long ? bars.close(0) : -bars.close(0);
  target.atr = indicators.atr.value;
}
