/** A real ccxt `binance` (pro) on a demo exchange: every address of it moved to loopback. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DemoExchange } from '#main/exchange/demo/demo-exchange.ts';

export type Bar = readonly [number, number, number, number, number, number];

/** The part of ccxt's class that these tests call. */
export interface CcxtBinance {
  readonly urls: { api: Record<string, unknown> };
  loadHttpProxyAgent(): Promise<unknown>;
  loadMarkets(reload?: boolean): Promise<Record<string, { readonly active: boolean }>>;
  fetchTime(): Promise<number>;
  fetchOHLCV(symbol: string, timeframe: string, since?: number, limit?: number): Promise<Bar[]>;
  fetchTicker(symbol: string): Promise<Ticker>;
  fetchTickers(): Promise<Record<string, unknown>>;
  fetchBidsAsks(): Promise<Record<string, { bid: number; ask: number }>>;
  fetchOrderBook(symbol: string, limit?: number): Promise<{ bids: number[][]; asks: number[][] }>;
  fetchTrades(
    symbol: string,
    since?: number,
    limit?: number,
  ): Promise<{ timestamp: number; price: number; amount: number }[]>;
  fetchBalance(): Promise<Balances>;
  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: number,
    price?: number,
    params?: Record<string, unknown>,
  ): Promise<CcxtOrder>;
  fetchOrder(id: string, symbol: string, params?: Record<string, unknown>): Promise<CcxtOrder>;
  fetchOpenOrders(symbol: string): Promise<CcxtOrder[]>;
  cancelOrder(id: string, symbol: string): Promise<CcxtOrder>;
  fetchMyTrades(symbol: string): Promise<{ price: number; amount: number; fee: { cost: number; currency: string } }[]>;
  watchOHLCV(symbol: string, timeframe: string): Promise<Bar[]>;
  watchTrades(symbol: string): Promise<{ timestamp: number; price: number; amount: number }[]>;
  watchBidsAsks(symbols: string[]): Promise<Record<string, { bid: number; ask: number }>>;
  watchTicker(symbol: string): Promise<Ticker>;
  watchOrders(symbol: string): Promise<CcxtOrder[]>;
  watchBalance(): Promise<Balances>;
  close(): Promise<void>;
}

export interface Ticker {
  readonly last: number;
  readonly bid: number;
  readonly ask: number;
}

export interface Balances {
  readonly BTC?: { readonly free: number; readonly total: number };
  readonly USDT?: { readonly used: number };
}

export interface CcxtOrder {
  readonly id: string;
  readonly clientOrderId: string;
  readonly status: string;
  readonly filled: number;
  readonly average?: number;
}

/** Every leaf of `urls.api`, moved; ccxt reaches the real exchange through any that is left alone. */
function moveLeaves(value: unknown, demo: DemoExchange, path: readonly string[]): unknown {
  if (typeof value === 'string') {
    const original = new URL(value);
    if (path[0] !== 'ws') return demo.restUrl + original.pathname;
    if (path[1] === 'ws-api') return demo.apiSocketUrl;
    return demo.socketUrl;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, moveLeaves(child, demo, [...path, key])]),
  );
}

/** All addresses that `binance` could call. */
export function addressesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(addressesOf) : [];
}

export async function createBinance(demo: DemoExchange, keys: Record<string, string> = {}): Promise<CcxtBinance> {
  const ccxt = import.meta.resolve('ccxt');
  const address = pathToFileURL(fileURLToPath(new URL('./src/pro/binance.js', ccxt))).href;
  const loaded = (await import(address)) as { default: new (configuration: Record<string, unknown>) => CcxtBinance };
  const binance = new loaded.default({
    ...keys,
    rateLimit: 1,
    newUpdates: true,
    options: {
      fetchMarkets: { types: ['spot'] },
      // With keys, ccxt would ask the margin and wallet interfaces, which the demo exchange does not have.
      fetchMargins: false,
      fetchCurrencies: false,
      ws: { backoff: { base: 20, factor: 2, max: 200, stableAfter: 5000 } },
    },
  });
  binance.urls.api = moveLeaves(binance.urls.api, demo, []) as Record<string, unknown>;
  await binance.loadHttpProxyAgent();
  return binance;
}
