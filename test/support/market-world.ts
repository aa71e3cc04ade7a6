/** A small market of several instruments through the engine: bars that close together, and facts told beside them. */
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { MarketFacts } from '#core/domain/market-facts.ts';
import { type Timeframe, timeframeMs } from '#core/domain/timeframe.ts';
import { Engine } from '#core/engine/engine.ts';
import type { ActiveStrategy } from '#core/engine/instrument-state.ts';
import type { EngineInput } from '#core/engine/messages.ts';
import type { FeatureSubject } from '#core/signals/features/feature.ts';
import { FEATURES } from '#core/signals/features/feature-catalogue.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { seededRandom } from './real-candles.ts';

export const ALL_STRATEGIES: readonly ActiveStrategy[] = STRATEGIES.map((strategy) => ({
  strategy,
  parameters: strategyParameters(strategy),
}));

/** Candles by instrument id. */
export type World = ReadonlyMap<InstrumentId, readonly Candle[]>;

export function worldEngine(
  instruments: readonly Instrument[],
  strategies: readonly ActiveStrategy[] = ALL_STRATEGIES,
): Engine {
  return new Engine({
    instruments,
    strategies,
    settings: { stage: 'shadow', riskPerTrade: 0.005, fixedMinimumScore: null, slippageBps: 2, disabledStrategies: [] },
    account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
  });
}

/** Batches by close time in order of id, each behind the facts of its bars. */
export function worldInputs(world: World, durationMs: number, withFacts = true): readonly EngineInput[] {
  const batches = new Map<number, { readonly instrumentId: InstrumentId; readonly candle: Candle }[]>();
  for (const instrumentId of [...world.keys()].sort()) {
    for (const candle of world.get(instrumentId) ?? []) {
      const closeTime = candle.openTime + durationMs;
      const bars = batches.get(closeTime) ?? [];
      bars.push({ instrumentId, candle });
      batches.set(closeTime, bars);
    }
  }
  const inputs: EngineInput[] = [];
  for (const closeTime of [...batches.keys()].sort((a, b) => a - b)) {
    const bars = batches.get(closeTime) ?? [];
    if (withFacts) {
      for (const { instrumentId, candle } of bars) {
        inputs.push({ kind: 'market', time: closeTime - 1, instrumentId, facts: factsOf(candle) });
      }
    }
    inputs.push({ kind: 'bars', closeTime, bars, origin: 'replay' });
  }
  return inputs;
}

/** Drawn from the bar itself, so that a changed bar has other facts. */
export function factsOf({ openTime, close }: Candle): MarketFacts {
  const random = seededRandom(Math.floor(openTime / 1000 + close * 1e6) >>> 0);
  return {
    spreadBps: 12 * random(),
    bookImbalance: 2 * random() - 1,
    largeTradeShare: random(),
    fundingRate: 0.0004 * (random() - 0.5),
  };
}

/** What strategies measure themselves, each some value; opening ranges name the minute of the day of their open. */
const MEASURES: Readonly<Record<string, number>> = {
  ...Object.fromEntries(FEATURES.map(({ name }) => [name, 1])),
  open_minute: 0,
};

/** A signal at the newest close of `timeframe` that no strategy has drafted. */
export function subjectAt(
  engine: Engine,
  id: InstrumentId,
  closeTime: number,
  timeframe: Timeframe,
  side: 'long' | 'short',
): FeatureSubject {
  const entry = engine.instrument(id)?.signals.bars(timeframe).close(0) ?? Number.NaN;
  const sign = side === 'long' ? 1 : -1;
  return {
    side,
    stop: entry * (1 - 0.01 * sign),
    target: entry * (1 + 0.02 * sign),
    measures: MEASURES,
    time: closeTime,
    timeframe,
    entry,
    qscore: 60,
    plannedRr: 2,
  };
}

export function isCloseOf(closeTime: number, timeframe: Timeframe): boolean {
  return closeTime % timeframeMs(timeframe) === 0;
}
