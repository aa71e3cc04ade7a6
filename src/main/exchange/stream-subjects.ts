/** What live streams are about: candles where ccxt has a socket for them, else the trades that move the forming one (MK-11). */
import type { Timeframe } from '#core/domain/timeframe.ts';
import type { CcxtBarCacheClass, CcxtExchange } from './ccxt-client.ts';
import type { StreamHandlers, StreamSubject } from './ccxt-stream.ts';

type Deliver = StreamHandlers['onCandle'];

/** Bars that ccxt keeps per symbol: what an out-of-order update may still touch. */
const BARS_KEPT = 16;

/** Every bar that ccxt parses, none lost between two wake-ups of a watch loop. */
export class BarSubject implements StreamSubject {
  readonly #BarCache: CcxtBarCacheClass;
  readonly #timeframe: Timeframe;
  readonly #recorded = new Set<string>();
  #deliver: Deliver = () => undefined;

  constructor(BarCache: CcxtBarCacheClass, timeframe: Timeframe) {
    this.#BarCache = BarCache;
    this.#timeframe = timeframe;
  }

  begin(exchange: CcxtExchange, symbols: readonly string[], deliver: Deliver): void {
    this.#deliver = deliver;
    for (const symbol of symbols) this.#record(exchange, symbol);
  }

  ask(exchange: CcxtExchange, group: readonly string[], together: boolean): Promise<unknown> {
    return together
      ? exchange.watchOHLCVForSymbols(group.map((symbol) => [symbol, this.#timeframe] as const))
      : exchange.watchOHLCV(group[0] ?? '', this.#timeframe);
  }

  /** For exchanges whose handlers do not use the bar cache under the symbol: their answer is all there is. */
  answered(answer: unknown, group: readonly string[]): void {
    for (const symbol of group) {
      if (this.#recorded.has(symbol)) continue;
      const rows = Array.isArray(answer) ? answer : rowsOf(answer, symbol, this.#timeframe);
      for (const row of rows) if (Array.isArray(row)) this.#deliver(symbol, [...row]);
    }
  }

  /** Gives ccxt a bar cache that tells us of each bar. */
  #record(exchange: CcxtExchange, symbol: string): void {
    const cache = new this.#BarCache(BARS_KEPT);
    const append = cache.append.bind(cache);
    Object.defineProperty(cache, 'append', {
      value: (row: unknown[]) => {
        this.#recorded.add(symbol);
        append(row);
        this.#deliver(symbol, [...row]);
      },
    });
    exchange.ohlcvs[symbol] = { [this.#timeframe]: cache };
  }
}

/** Each trade as a bar of its own, its amount in base units; one without time, price or amount is left out. */
export class TradeSubject implements StreamSubject {
  #exchange: CcxtExchange | null = null;
  #deliver: Deliver = () => undefined;

  begin(exchange: CcxtExchange, _symbols: readonly string[], deliver: Deliver): void {
    this.#exchange = exchange;
    this.#deliver = deliver;
  }

  ask(exchange: CcxtExchange, group: readonly string[], together: boolean): Promise<unknown> {
    return together ? exchange.watchTradesForSymbols([...group]) : exchange.watchTrades(group[0] ?? '');
  }

  answered(answer: unknown): void {
    if (!Array.isArray(answer)) return;
    for (const trade of answer as readonly Readonly<Record<string, unknown>>[]) {
      const { symbol, timestamp, price, amount } = trade;
      if (typeof symbol !== 'string' || ![timestamp, price, amount].every(Number.isFinite)) continue;
      this.#deliver(symbol, [timestamp, price, price, price, price, Number(amount) * this.#unitsPerAmount(symbol)]);
    }
  }

  /** ccxt counts the amounts of swaps in contracts. */
  #unitsPerAmount(symbol: string): number {
    const market = this.#exchange?.markets?.[symbol];
    return market?.swap === true && typeof market.contractSize === 'number' ? market.contractSize : 1;
  }
}

function rowsOf(answer: unknown, symbol: string, timeframe: Timeframe): readonly unknown[] {
  const bySymbol = answer as Readonly<Record<string, Readonly<Record<string, unknown>>>> | null | undefined;
  const rows = bySymbol?.[symbol]?.[timeframe];
  return Array.isArray(rows) ? rows : [];
}
