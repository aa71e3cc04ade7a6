/** PE-6, PE-7, PE-8, PE-21: the engine alone, the resolver, the features of a signal, and a batch with its record. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Candle } from '#core/domain/candle.ts';
import { type Instrument, instrumentId } from '#core/domain/instrument.ts';
import { type BaseTimeframe, MINUTE_MS, timeframeMs } from '#core/domain/timeframe.ts';
import { Engine } from '#core/engine/engine.ts';
import type { BaseBar, EngineInput, EngineSettings } from '#core/engine/messages.ts';
import { PhantomBook } from '#core/phantoms/phantom-book.ts';
import { NO_PAST_FACTS } from '#core/signals/features/feature.ts';
import { FEATURE_SETS, featureVector } from '#core/signals/features/feature-catalogue.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { EngineKeeper } from '#main/services/engine-keeper.ts';
import { openProfile } from '#main/store/database.ts';
import { makePhantom, NOON } from '#test/support/phantom-fixtures.ts';
import { realCandles, SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { type BenchLine, type BenchScale, perSecond, quantileOf, timedRuns } from './measure.ts';

const NO_PEER = 'none does the same';
export const ACCOUNT = { currency: 'USDT', startingEquity: 10_000, equity: 10_000 };
export const SHADOW: EngineSettings = {
  stage: 'shadow',
  riskPerTrade: 0.005,
  fixedMinimumScore: null,
  slippageBps: 2,
  disabledStrategies: [],
};
export const ACTIVE = STRATEGIES.map((strategy) => ({ strategy, parameters: strategyParameters(strategy) }));
const STRATEGY_NOTE = `${STRATEGIES.length} of 5 strategies`;

export function engineLines(scale: BenchScale): readonly BenchLine[] {
  return [
    engineLine('1m', 200_000, scale),
    engineLine('5m', null, scale),
    resolverLine(scale),
    featuresLine(),
    ...batchLines(scale),
  ];
}

/** The engine over prepared inputs: neither reading the store nor hashing events is in it; `desk replay` has both. */
function engineLine(timeframe: BaseTimeframe, bar: number | null, scale: BenchScale): BenchLine {
  const real = realCandles(`binance-spot/BTCUSDT-${timeframe}`);
  const durationMs = timeframeMs(timeframe);
  const candles = real ?? syntheticCandles({ count: 130_000, stepMs: durationMs, volatility: 0.0008 });
  const instrument = instrumentOf('BTC/USDT', timeframe);
  const inputs = inputsOf(instrument, candles, durationMs);
  let phantoms = 0;
  const durations = timedRuns(
    scale.runs,
    () => new Engine({ instruments: [instrument], strategies: ACTIVE, settings: SHADOW, account: ACCOUNT }),
    (engine) => {
      phantoms = 0;
      for (const input of inputs) {
        for (const event of engine.step(input)) if (event.kind === 'phantom-opened') phantoms++;
      }
    },
  );
  const data = real === null ? 'generated' : 'real BTC/USDT';
  return {
    id: 'PE-7',
    what: `engine on stored ${timeframe} candles`,
    unit: 'candles/s',
    better: 'more',
    ...perSecond(candles.length, durations),
    bar,
    peer: NO_PEER,
    note: `${candles.length} ${data} candles, ${phantoms} phantoms, ${STRATEGY_NOTE}; the worst run is the cold one`,
  };
}

function resolverLine(scale: BenchScale): BenchLine {
  const open = 20;
  const count = scale.quick ? 200_000 : 1_000_000;
  // Between stop and tp1 of every phantom: the overwhelming majority of bars decides nothing.
  const candles = Array.from({ length: count }, (_, index): Candle => {
    const middle = 100 + Math.sin(index / 50);
    const openTime = NOON + index * MINUTE_MS;
    return { openTime, open: middle, high: middle + 0.3, low: middle - 0.3, close: middle + 0.1, volume: 1 };
  });
  const durations = timedRuns(
    scale.runs,
    () => {
      const book = new PhantomBook();
      for (let index = 0; index < open; index++) {
        const phantom = makePhantom({ side: index % 2 === 0 ? 'long' : 'short', strategyId: `strategy_${index}` });
        book.open({ ...phantom, terms: { ...phantom.terms, timeoutMs: 2 * count * MINUTE_MS } });
      }
      return book;
    },
    (book) => {
      const id = 'binance:BTC/USDT';
      for (const candle of candles) book.onBar(id, candle, MINUTE_MS, false);
      if (book.size !== open) throw new Error('a phantom closed: the benchmark measures something else');
    },
  );
  return {
    id: 'PE-8',
    what: 'resolver, bar by bar, 20 open phantoms',
    unit: 'phantom-bars/s',
    better: 'more',
    ...perSecond(count * open, durations),
    bar: 2_000_000,
    peer: NO_PEER,
    note: `${count} generated bars`,
  };
}

function featuresLine(): BenchLine {
  const candles = syntheticCandles({ count: 45 * 1_440, stepMs: MINUTE_MS, volatility: 0.0008 });
  const instrument = instrumentOf('ETH/USDT', '1m');
  const leader = instrumentOf('BTC/USDT', '1m');
  const instruments = [leader, instrument];
  const engine = new Engine({ instruments, strategies: ACTIVE, settings: SHADOW, account: ACCOUNT });
  for (const candle of candles) engine.warm(instruments.map(({ id }) => ({ instrumentId: id, candle })));
  const signals = engine.instrument(instrument.id)?.signals;
  if (signals === undefined) throw new Error('the engine knows its instrument');
  const entry = signals.bars('15m').close(0);
  const time = (candles.at(-1)?.openTime ?? 0) + MINUTE_MS;
  const subject = {
    side: 'long',
    stop: entry * 0.99,
    target: entry * 1.02,
    measures: {},
    time,
    timeframe: '15m',
    entry,
    qscore: 60,
    plannedRr: 2,
  } as const;
  const durations: number[] = [];
  for (let run = 0; run < 2_000; run++) {
    const begin = performance.now();
    const input = signals.featureInput(subject, NO_PAST_FACTS);
    for (const set of FEATURE_SETS) featureVector(set, input);
    durations.push(performance.now() - begin);
  }
  const values = FEATURE_SETS.reduce((sum, set) => sum + set.names.length, 0);
  return {
    id: 'PE-21',
    what: 'features of one signal, p95 (worst: the first)',
    unit: 'ms',
    better: 'less',
    median: quantileOf(durations, 0.95),
    worst: Math.max(...durations),
    bar: 20,
    peer: NO_PEER,
    note: `all ${FEATURE_SETS.length} sets (${values} values), nothing remembered, with a leader, 2,000 calls on 45 days of generated candles`,
  };
}

/** Minutes at the end of the day whose bars come one by one, as when exchanges close them at different moments. */
const ALONE_MINUTES = 240;

/** From the final bars of 50 instruments, all at once and one by one, to the committed transaction. */
function batchLines(scale: BenchScale): readonly BenchLine[] {
  const instruments = Array.from({ length: 50 }, (_, index) =>
    instrumentOf(`C${String(index).padStart(2, '0')}/USDT`, '1m'),
  );
  const warmDays = scale.quick ? 4 : 10;
  const bars = warmDays * 1_440 + 1_440;
  const series = instruments.map((_, index) =>
    syntheticCandles({ count: bars, stepMs: MINUTE_MS, seed: index + 1, volatility: 0.0008 }),
  );
  const barsAt = (at: number) =>
    instruments.map(({ id }, index) => ({ instrumentId: id, candle: series[index]?.[at] as Candle }));
  const batch = (at: number, origin: 'bootstrap' | 'live', closed: readonly BaseBar[] = barsAt(at)): EngineInput => ({
    kind: 'bars',
    origin,
    closeTime: SYNTHETIC_START + (at + 1) * MINUTE_MS,
    bars: closed,
  });
  const folder = mkdtempSync(join(tmpdir(), 'desk-bench-'));
  const opened = openProfile(folder);
  if (!opened.ok) throw new Error(opened.error.message);
  const profile = opened.value;
  try {
    const keeper = EngineKeeper.restore({
      profile,
      instruments,
      strategies: ACTIVE,
      settings: { ...SHADOW, stage: 'advisory', fixedMinimumScore: 0 },
      account: ACCOUNT,
    });
    const live = bars - 1_440;
    for (let at = 0; at < live; at += 200) {
      keeper.applyBulk(Array.from({ length: Math.min(200, live - at) }, (_, index) => batch(at + index, 'bootstrap')));
    }
    const all: number[] = [];
    const quarters: number[] = [];
    const each: number[] = [];
    let decisions = 0;
    const timed = (input: EngineInput): number => {
      const begin = performance.now();
      const events = keeper.apply(input);
      const duration = performance.now() - begin;
      for (const event of events) if (event.kind === 'phantom-opened') decisions++;
      return duration;
    };
    for (let at = live; at < bars; at++) {
      if (at >= bars - ALONE_MINUTES) {
        for (const bar of barsAt(at)) each.push(timed(batch(at, 'live', [bar])));
        continue;
      }
      const duration = timed(batch(at, 'live'));
      all.push(duration);
      if ((at + 1) % 15 === 0) quarters.push(duration);
    }
    const open = keeper.engine.openPhantoms.size;
    const together: BenchLine = {
      id: 'PE-6',
      what: 'final bars of 50 instruments to stored decisions',
      unit: 'ms',
      better: 'less',
      median: quantileOf(all, 0.5),
      worst: Math.max(...all),
      bar: 50,
      barForAll: true,
      peer: NO_PEER,
      note: `the 50 together: p95 ${quantileOf(all, 0.95).toFixed(1)} ms; at a 15m close median ${quantileOf(quarters, 0.5).toFixed(1)}, p95 ${quantileOf(quarters, 0.95).toFixed(1)}; ${decisions} decisions in a day, ${open} phantoms open, synchronous=FULL, ${STRATEGY_NOTE}`,
    };
    const alone: BenchLine = {
      id: 'PE-6',
      what: 'final bar of one of 50 instruments to stored decision, p95',
      unit: 'ms',
      better: 'less',
      median: quantileOf(each, 0.95),
      worst: Math.max(...each),
      bar: 5,
      peer: NO_PEER,
      note: `the last ${ALONE_MINUTES} minutes, one by one; median ${quantileOf(each, 0.5).toFixed(2)} ms, a transaction each`,
    };
    return [together, alone];
  } finally {
    profile.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function inputsOf(instrument: Instrument, candles: readonly Candle[], durationMs: number): readonly EngineInput[] {
  return candles.map((candle) => ({
    kind: 'bars',
    origin: 'replay',
    closeTime: candle.openTime + durationMs,
    bars: [{ instrumentId: instrument.id, candle }],
  }));
}

export function instrumentOf(symbol: string, baseTimeframe: BaseTimeframe): Instrument {
  return {
    id: instrumentId('binance', symbol),
    exchange: 'binance',
    symbol,
    base: symbol.split('/')[0] ?? symbol,
    quote: 'USDT',
    kind: 'spot',
    baseTimeframe,
    priceTick: 0.01,
    amountStep: 0.00001,
    minNotional: 5,
    takerFeeBps: 10,
    simulated: false,
  };
}
