/** `placebo` (ST-12): hidden; enters at seeded random bars with the stop geometry of `trend_pullback`. */
import { createRandom, uniformAt } from '#core/base/random.ts';
import { type Side, type SignalDraft, sideSign } from '#core/domain/signal.ts';
import { HOUR_MS, timeframeMs } from '#core/domain/timeframe.ts';
import { measuredParts, qualityPart } from '../quality.ts';
import type { MarketView, Strategy, StrategyInstance, StrategyParameters } from '../strategy.ts';
import { parameter, settingsOf } from './parameters.ts';

const ID = 'placebo';
const TIMEFRAME = '15m';

const PARAMETERS = [
  parameter('seed', 'Names the draw: another seed, other bars.', 1, 0, 1_000_000, 1, ''),
  parameter('entriesPerThousand', 'Entries in a thousand bars, on average.', 47, 1, 500, 1, 'entries'),
  parameter('tp1R', 'First target, as of trend_pullback.', 1.6, 0.5, 2.4, 0.1, 'R'),
  parameter('tp1Fraction', 'Share of the position taken at the first target.', 0.5, 0, 1, 0.1, ''),
  parameter('targetR', 'Final target, as of trend_pullback.', 2.5, 1, 6, 0.1, 'R'),
] as const;

type Settings = Readonly<Record<(typeof PARAMETERS)[number]['name'], number>>;

/**
 * Deciles, from the least to the greatest, of the stop distance of `trend_pullback` with its default parameters in ATR14
 * of its entry bar: 7,100 signals on 5m candles of BTC, SOL and BNB against USDT, Binance, July 2023 to July 2025. They
 * come at 41 to 50 per thousand bars.
 */
const STOP_DECILES_ATR = [0.45, 0.96, 1.12, 1.26, 1.38, 1.48, 1.61, 1.77, 1.98, 2.33, 3.8] as const;

/** Numbers drawn per bar: entry, side, stop, grade. */
const DRAWS = 4;

export const placebo: Strategy = {
  id: ID,
  version: 1,
  idea: 'Chance alone: random entries with the stops and targets of trend_pullback, to measure the others against.',
  timeframe: TIMEFRAME,
  higherTimeframe: '1h',
  parameters: PARAMETERS,
  // ATR14 forgets where it began to 1e-9.
  warmUpBars: 300,
  timeoutMs: 36 * HOUR_MS,
  featureSet: 'trend',
  besideSets: [],
  // Not in the table of models: the heuristic has no word for it either, so it scores the neutral 50.
  model: ID,
  startsInPhase0: false,
  isPlacebo: true,
  create: (parameters) => new Placebo(parameters),
};

/** Without memory: what it does on a bar depends on the seed, the instrument, the bar's time and its ATR alone. */
class Placebo implements StrategyInstance {
  readonly #settings: Settings;
  #key = Number.NaN;

  constructor(parameters: StrategyParameters) {
    this.#settings = settingsOf(ID, PARAMETERS, parameters);
  }

  onBar(view: MarketView): SignalDraft | null {
    const settings = this.#settings;
    if (Number.isNaN(this.#key)) {
      this.#key = createRandom(`placebo|${settings.seed}|${view.instrument.id}`).integer(2 ** 32);
    }
    const { bars, indicators } = view.timeframe(TIMEFRAME);
    const counter = DRAWS * (bars.openTime(0) / timeframeMs(TIMEFRAME));
    if (uniformAt(this.#key, counter) >= settings.entriesPerThousand / 1000) return null;
    const atr = indicators.atr.value;
    if (!(atr > 0)) return null;
    const side: Side = uniformAt(this.#key, counter + 1) < 0.5 ? 'long' : 'short';
    const risk = stopDistance(uniformAt(this.#key, counter + 2)) * atr;
    const sign = sideSign(side);
    const entry = bars.close(0);
    return {
      side,
      stop: entry - sign * risk,
      tp1: entry + sign * settings.tp1R * risk,
      tp1Fraction: settings.tp1Fraction,
      target: entry + sign * settings.targetR * risk,
      reasons: ['Drawn by lot: there is no reason. It measures what chance alone gives with these stops and targets.'],
      qualityParts: measuredParts([
        qualityPart(
          'lot',
          'A number drawn with the entry: it means nothing, and no grade that means something may look like it.',
          1,
          uniformAt(this.#key, counter + 3),
        ),
      ]),
      structureKey: `lot|${bars.openTime(0)}`,
      measures: {},
      marks: [{ label: 'drawn by lot', time: bars.openTime(0), price: entry }],
    };
  }

  save(): void {}

  load(): void {}
}

/** The distance, in ATR, below which a share of `trend_pullback`'s stops lie: linear between the deciles. */
function stopDistance(share: number): number {
  const at = share * (STOP_DECILES_ATR.length - 1);
  const below = Math.floor(at);
  const low = STOP_DECILES_ATR[below] as number;
  const high = STOP_DECILES_ATR[Math.min(below + 1, STOP_DECILES_ATR.length - 1)] as number;
  return low + (high - low) * (at - below);
}
