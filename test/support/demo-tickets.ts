/** Which tickets a first start on a demo market would show: the same history and strategies, without sockets (WS-2). */

import { type Instrument, instrumentId } from '#core/domain/instrument.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { Ticket } from '#core/domain/trading.ts';
import { Engine } from '#core/engine/engine.ts';
import type { BatchOrigin } from '#core/engine/messages.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import type { CandleSource } from '#main/exchange/demo/candle-source.ts';

const MINUTE = 60_000;

/** As ccxt describes the demo's instruments. */
export function demoInstruments(source: CandleSource): readonly Instrument[] {
  return source.instruments
    .map((demo) => ({
      id: instrumentId('demo', demo.symbol),
      exchange: 'demo',
      symbol: demo.symbol,
      base: demo.base,
      quote: demo.quote,
      kind: 'spot' as const,
      baseTimeframe: '1m' as const,
      priceTick: 10 ** -demo.priceDecimals,
      amountStep: 10 ** -demo.amountDecimals,
      minNotional: demo.minNotional,
      takerFeeBps: 10,
      simulated: true,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export interface DemoTicket {
  /** Market minutes after the start. */
  readonly minute: number;
  readonly ticket: Ticket;
}

/** Tickets of the first `minutes` of market time after `startAt`, with `historyDays` run through the strategies before. */
export function demoTickets(source: CandleSource, startAt: UnixMs, historyDays: number, minutes: number): DemoTicket[] {
  const instruments = demoInstruments(source);
  const indexes = instruments.map(({ symbol }) => source.instruments.findIndex((demo) => demo.symbol === symbol));
  const engine = new Engine({
    instruments,
    strategies: STRATEGIES.map((strategy) => ({ strategy, parameters: strategyParameters(strategy) })),
    settings: {
      stage: 'advisory',
      riskPerTrade: 0.005,
      fixedMinimumScore: null,
      slippageBps: 2,
      disabledStrategies: [],
    },
    account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
  });
  const tickets: DemoTicket[] = [];
  const first = startAt - historyDays * DAY_MS;
  for (let openTime = first; openTime < startAt + minutes * MINUTE; openTime += MINUTE) {
    const bars = instruments.flatMap(({ id }, index) => {
      const bar = source.bar(indexes[index] as number, openTime);
      if (bar === null) return [];
      const { open, high, low, close, volume } = bar;
      return [{ instrumentId: id, candle: { openTime, open, high, low, close, volume } }];
    });
    const origin: BatchOrigin = openTime + MINUTE <= startAt ? 'bootstrap' : 'live';
    for (const event of engine.step({ kind: 'bars', closeTime: openTime + MINUTE, bars, origin })) {
      if (event.kind === 'ticket-opened') {
        tickets.push({ minute: (event.time - startAt) / MINUTE, ticket: event.ticket });
      }
    }
  }
  return tickets;
}
