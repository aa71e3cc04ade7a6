/**
 * The pictures of the strategies' guide pages: for each strategy a long and a short from the demo market, those of the
 * highest quality score, however they ended.
 */
import type { Candle } from '#core/domain/candle.ts';
import { type Instrument, instrumentId } from '#core/domain/instrument.ts';
import type { Phantom, PhantomResult } from '#core/domain/phantom.ts';
import type { Side } from '#core/domain/signal.ts';
import { bucketOpenTime, DAY_MS, MINUTE_MS, type Timeframe, timeframeMs } from '#core/domain/timeframe.ts';
import { Engine } from '#core/engine/engine.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { type Strategy, strategyParameters } from '#core/signals/strategy.ts';
import { joinBars } from '#main/exchange/demo/candle-source.ts';
import { DEMO_DEFAULTS } from '#main/exchange/demo/demo-defaults.ts';
import { createGeneratedSource } from '#main/exchange/demo/market-generator.ts';
import { type ChartExample, strategyChart } from './strategy-chart.ts';

const DAYS = 60;
const BASE_MS = 5 * MINUTE_MS;
const SYMBOL = 'BTC/USDT';
/** Bars drawn: before the first mark, before the signal at least, after the exit, and at most on either side. */
const LEAD = 6;
const LEAST_BEFORE = 30;
const MOST_BEFORE = 110;
const TAIL = 4;
const MOST_AFTER = 150;

interface Ended {
  readonly phantom: Phantom;
  readonly result: PhantomResult;
}

function demoCandles(): Candle[] {
  const source = createGeneratedSource({ seed: DEMO_DEFAULTS.seed, epoch: DEMO_DEFAULTS.epoch });
  const index = source.instruments.findIndex(({ symbol }) => symbol === SYMBOL);
  const candles: Candle[] = [];
  for (let openTime = DEMO_DEFAULTS.epoch; openTime < DEMO_DEFAULTS.epoch + DAYS * DAY_MS; openTime += BASE_MS) {
    const minutes = [0, 1, 2, 3, 4].flatMap((minute) => source.bar(index, openTime + minute * MINUTE_MS) ?? []);
    const bar = joinBars(openTime, minutes);
    if (bar !== null) candles.push(bar);
  }
  return candles;
}

function demoInstrument(): Instrument {
  return {
    id: instrumentId('demo', SYMBOL),
    exchange: 'demo',
    symbol: SYMBOL,
    base: 'BTC',
    quote: 'USDT',
    kind: 'spot',
    baseTimeframe: '5m',
    priceTick: 0.01,
    amountStep: 0.00001,
    minNotional: 5,
    takerFeeBps: 10,
    simulated: true,
  };
}

/** Every resolved phantom of these strategies on the candles, by strategy. */
function ended(strategies: readonly Strategy[], candles: readonly Candle[]): ReadonlyMap<string, readonly Ended[]> {
  const instrument = demoInstrument();
  const engine = new Engine({
    instruments: [instrument],
    strategies: strategies.map((strategy) => ({ strategy, parameters: strategyParameters(strategy) })),
    settings: { stage: 'shadow', riskPerTrade: 0.005, fixedMinimumScore: null, slippageBps: 2, disabledStrategies: [] },
    account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
  });
  const open = new Map<string, Phantom>();
  const found: Ended[] = [];
  for (const candle of candles) {
    const bars = [{ instrumentId: instrument.id, candle }];
    for (const event of engine.step({ kind: 'bars', closeTime: candle.openTime + BASE_MS, bars, origin: 'replay' })) {
      if (event.kind === 'phantom-opened') open.set(event.phantom.id, event.phantom);
      if (event.kind !== 'phantom-closed') continue;
      const phantom = open.get(event.phantomId);
      if (phantom !== undefined) found.push({ phantom, result: event.result });
    }
  }
  return Map.groupBy(found, ({ phantom }) => phantom.signal.strategyId);
}

/** The best graded of a side; of equals the first. One that costs would block is drawn only when there is no other. */
function best(found: readonly Ended[], side: Side): Ended | undefined {
  const ofSide = found.filter(({ phantom }) => phantom.signal.side === side);
  const payable = ofSide.filter(({ phantom }) => phantom.decision.disposition !== 'blocked');
  return (payable.length > 0 ? payable : ofSide).reduce<Ended | undefined>(
    (top, one) => (top === undefined || one.phantom.signal.qscore > top.phantom.signal.qscore ? one : top),
    undefined,
  );
}

function example({ phantom, result }: Ended, bars: readonly Candle[]): ChartExample {
  const { signal } = phantom;
  const barMs = timeframeMs(signal.timeframe);
  const at = bars.findIndex(({ openTime }) => openTime === signal.time - barMs);
  const firstMark = Math.min(signal.time - barMs, ...signal.marks.map(({ time }) => time));
  const before = Math.min(MOST_BEFORE, Math.max(LEAST_BEFORE, (signal.time - firstMark) / barMs + LEAD));
  const lasted = Math.ceil(((result.exitTime ?? signal.time) - signal.time) / barMs);
  const after = Math.min(MOST_AFTER, lasted + TAIL);
  return { signal, result, symbol: SYMBOL, bars: bars.slice(Math.max(0, Math.floor(at - before)), at + after + 1) };
}

function rolledUp(candles: readonly Candle[], timeframe: Timeframe): readonly Candle[] {
  const buckets = Map.groupBy(candles, ({ openTime }) => bucketOpenTime(openTime, timeframe));
  return [...buckets].map(([openTime, parts]) => ({
    openTime,
    open: parts[0]?.open ?? Number.NaN,
    high: Math.max(...parts.map(({ high }) => high)),
    low: Math.min(...parts.map(({ low }) => low)),
    close: parts.at(-1)?.close ?? Number.NaN,
    volume: parts.reduce((sum, { volume }) => sum + volume, 0),
  }));
}

export interface StrategyPicture {
  readonly id: string;
  readonly svg: string;
  readonly signals: number;
  /** A long and a short, where there are any. */
  readonly drawn: number;
}

/** Of these strategies, or of all; the same market gives the same pictures. */
export function strategyPictures(wanted: readonly string[] = []): readonly StrategyPicture[] {
  const strategies = STRATEGIES.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  const candles = demoCandles();
  const lives = ended(strategies, candles);
  return strategies.map(({ id, timeframe }) => {
    const found = lives.get(id) ?? [];
    const bars = rolledUp(candles, timeframe);
    const examples = (['long', 'short'] as const).flatMap((side) => best(found, side) ?? []);
    const title = `${id}: a long and a short on the simulated demo market`;
    const svg = strategyChart(
      title,
      examples.map((one) => example(one, bars)),
    );
    return { id, svg, signals: found.length, drawn: examples.length };
  });
}
