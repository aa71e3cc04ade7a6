/** A profile with an engine and its record, and an exchange whose answers a test decides. */

import { onTestFinished } from 'vitest';
import { ok } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import { type Instrument, instrumentId } from '#core/domain/instrument.ts';
import { NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import type { EngineSettings } from '#core/engine/messages.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import type { ExchangeConnection, FeedEvent, HistoryRequest } from '#main/exchange/feed.ts';
import { EngineKeeper } from '#main/services/engine-keeper.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const MINUTE = 60_000;

export const DESK_SETTINGS: EngineSettings = {
  stage: 'shadow',
  riskPerTrade: 0.005,
  fixedMinimumScore: null,
  slippageBps: 2,
  disabledStrategies: [],
};

export function smallInstrument(base: string): Instrument {
  const symbol = `${base}/USDT`;
  return {
    id: instrumentId('binance', symbol),
    exchange: 'binance',
    symbol,
    base,
    quote: 'USDT',
    kind: 'spot',
    baseTimeframe: '1m',
    priceTick: 0.01,
    amountStep: 0.001,
    minNotional: 5,
    takerFeeBps: 10,
    simulated: false,
  };
}

export function smallDesk(instruments: readonly Instrument[]): {
  readonly profile: Profile;
  readonly keeper: EngineKeeper;
} {
  const folder = temporaryFolder();
  const opened = openProfile(folder);
  if (!opened.ok) throw new Error(opened.error.message);
  // Hooks run in reverse order: the profile closes before its folder goes.
  onTestFinished(() => opened.value.close());
  const keeper = EngineKeeper.restore({
    profile: opened.value,
    instruments,
    strategies: STRATEGIES.map((strategy) => ({ strategy, parameters: strategyParameters(strategy) })),
    settings: DESK_SETTINGS,
    account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
  });
  return { profile: opened.value, keeper };
}

export interface AnsweringExchange {
  readonly connection: ExchangeConnection;
  /** What the feed of the newest `watch` hears. */
  hear(event: FeedEvent): void;
}

/** `history` gives the bars of one request; `now` is exchange time. */
export function answeringExchange(
  now: () => number,
  history: (request: HistoryRequest) => readonly Candle[],
): AnsweringExchange {
  let listener: (event: FeedEvent) => void = () => {};
  const connection: ExchangeConnection = {
    exchange: 'binance',
    simulated: false,
    live: 'socket',
    clock: { now, speed: () => 1, skewMs: () => 0 },
    loadInstruments: async () => ok([]),
    async *history(request) {
      const candles = history(request).map(({ openTime, open, high, low, close, volume }) => [
        openTime,
        open,
        high,
        low,
        close,
        volume,
      ]);
      yield ok({ candles });
    },
    watch: (_symbols, _timeframe, hears) => {
      listener = hears;
      return { close: async () => {} };
    },
    marketFacts: async () => NO_MARKET_FACTS,
    marketFactsCostMs: () => null,
    measureSkew: async () => ok(0),
    close: async () => {},
  };
  return { connection, hear: (event) => listener(event) };
}
