/** What can be traded, and the facts of it that decisions need. */
import type { BaseTimeframe } from './timeframe.ts';

/** `exchange:symbol` in ccxt's unified spelling, e.g. `binance:BTC/USDT`. Sorts as text; that order is the order of work in a batch (PL-4). */
export type InstrumentId = string;

export interface Instrument {
  readonly id: InstrumentId;
  /** ccxt's exchange id, or `demo` for the embedded demo exchange. */
  readonly exchange: string;
  /** ccxt's unified symbol, e.g. `BTC/USDT` or `BTC/USDT:USDT`. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly kind: 'spot' | 'swap';
  readonly baseTimeframe: BaseTimeframe;
  /** Smallest price step, in quote units; 0 when unknown. */
  readonly priceTick: number;
  /** Smallest amount step, in base units; 0 when unknown. */
  readonly amountStep: number;
  /** Smallest order value in quote units; 0 when unknown. */
  readonly minNotional: number;
  /** Taker fee in basis points of notional (10 = 0.1 %). */
  readonly takerFeeBps: number;
  /** True for everything that came from the demo exchange (MK-22). */
  readonly simulated: boolean;
}

export function instrumentId(exchange: string, symbol: string): InstrumentId {
  return `${exchange}:${symbol}`;
}

/** Splits an id at its first colon; symbols may hold colons themselves. */
export function splitInstrumentId(id: InstrumentId): { exchange: string; symbol: string } {
  const at = id.indexOf(':');
  return { exchange: id.slice(0, at), symbol: id.slice(at + 1) };
}
