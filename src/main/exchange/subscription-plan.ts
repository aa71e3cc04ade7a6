/** How the symbols of a watch are split into subscriptions of one exchange (MK-11). */
import type { CcxtExchange } from './ccxt-client.ts';
import { notFoundFault } from './exchange-faults.ts';
import { DEFAULT_SYMBOLS_PER_SUBSCRIPTION, type ExchangeSettings } from './exchange-settings.ts';
import type { ExchangeFault } from './feed.ts';

export interface SubscriptionPlan {
  /** Each group is one subscription; all its symbols live on one socket. */
  readonly groups: readonly (readonly string[])[];
  /** ccxt subscribes a group in one call (Binance, Bybit, OKX); otherwise each group is one symbol. */
  readonly together: boolean;
  /** Symbols that the exchange's market list does not have; they are not subscribed. */
  readonly unknown: readonly ExchangeFault[];
}

/** Spot and swaps of an exchange live on different sockets, so they never share a group. */
export function planSubscriptions(
  exchange: CcxtExchange,
  settings: ExchangeSettings,
  exchangeName: string,
  symbols: readonly string[],
  what: 'candles' | 'trades',
): SubscriptionPlan {
  const together = exchange.has[what === 'candles' ? 'watchOHLCVForSymbols' : 'watchTradesForSymbols'] === true;
  const size = together ? (settings.symbolsPerSubscription ?? DEFAULT_SYMBOLS_PER_SUBSCRIPTION) : 1;
  const unknown: ExchangeFault[] = [];
  const byKind = new Map<string, string[]>();
  for (const symbol of new Set(symbols)) {
    const market = exchange.markets?.[symbol];
    if (market === undefined) {
      unknown.push(notFoundFault(exchangeName, symbol));
      continue;
    }
    const kind = String(market.type);
    byKind.set(kind, [...(byKind.get(kind) ?? []), symbol]);
  }
  const groups: string[][] = [];
  for (const ofKind of byKind.values()) {
    for (let at = 0; at < ofKind.length; at += size) groups.push(ofKind.slice(at, at + size));
  }
  return { groups, together, unknown };
}
