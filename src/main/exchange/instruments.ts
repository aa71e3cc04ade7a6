/** Turns ccxt's market list into instruments: active spot markets and linear swaps (MK-10). */
import { type Instrument, instrumentId } from '#core/domain/instrument.ts';
import type { BaseTimeframe } from '#core/domain/timeframe.ts';
import type { CcxtExchange, CcxtMarket } from './ccxt-client.ts';

/** ccxt's precision modes (js/src/base/functions/number.js). */
const DECIMAL_PLACES = 2;
const TICK_SIZE = 4;

/** Assumed where an exchange does not publish its fee: the usual top of the range, so that results err on the dear side. */
const UNKNOWN_TAKER_FEE = 0.001;
/**
 * Fees outside of this (as a fraction) are slips of percent and fraction in ccxt's parsing, of which its recorded market
 * lists have two: 0.00075 % for Gate's swaps, 6 % for Coinbase's. A fee of 0 is a real offer.
 */
const PLAUSIBLE_TAKER_FEE = { min: 0.00005, max: 0.02 };

export interface InstrumentOrigin {
  /** The id under which the workstation keeps it: ccxt's, or `demo`. */
  readonly exchange: string;
  readonly simulated: boolean;
}

/** The base timeframe of an exchange (MK-1), or null when it serves neither 1m nor 5m. */
export function baseTimeframeOf(timeframes: Readonly<Record<string, unknown>> | undefined): BaseTimeframe | null {
  if (timeframes?.['1m'] !== undefined) return '1m';
  if (timeframes?.['5m'] !== undefined) return '5m';
  return null;
}

/** Every instrument that the workstation can follow, sorted by symbol. */
export function instrumentsOf(exchange: CcxtExchange, base: BaseTimeframe, origin: InstrumentOrigin): Instrument[] {
  const instruments: Instrument[] = [];
  for (const market of Object.values(exchange.markets ?? {})) {
    const instrument = toInstrument(market, exchange, base, origin);
    if (instrument !== null) instruments.push(instrument);
  }
  return instruments.sort((left, right) => (left.symbol < right.symbol ? -1 : left.symbol > right.symbol ? 1 : 0));
}

/** One market, or null when it is halted, delisted, or of a kind that the workstation does not trade. */
export function toInstrument(
  market: CcxtMarket,
  exchange: CcxtExchange,
  baseTimeframe: BaseTimeframe,
  origin: InstrumentOrigin,
): Instrument | null {
  const { symbol, base, quote } = market;
  if (typeof symbol !== 'string' || typeof base !== 'string' || typeof quote !== 'string') return null;
  if (market.active === false) return null;
  const kind = market.spot === true ? 'spot' : market.swap === true && market.linear === true ? 'swap' : null;
  if (kind === null) return null;
  const contractSize = kind === 'swap' ? positive(market.contractSize, 1) : 1;
  const taker = plausibleFee(market.taker) ?? plausibleFee(exchange.fees?.trading?.taker) ?? UNKNOWN_TAKER_FEE;
  return {
    id: instrumentId(origin.exchange, symbol),
    exchange: origin.exchange,
    symbol,
    base,
    quote,
    kind,
    baseTimeframe,
    priceTick: stepOf(market.precision?.price, exchange.precisionMode),
    amountStep: withoutNoise(stepOf(market.precision?.amount, exchange.precisionMode) * contractSize),
    minNotional: positive(market.limits?.cost?.min, 0),
    takerFeeBps: withoutNoise(taker * 10_000),
    simulated: origin.simulated,
  };
}

/** The smallest step that a precision of ccxt stands for; 0 when unknown (significant digits have no fixed step). */
function stepOf(precision: unknown, mode: number | undefined): number {
  const value = finite(precision);
  if (value === null) return 0;
  if (mode === TICK_SIZE) return Math.max(0, value);
  if (mode === DECIMAL_PLACES) return withoutNoise(10 ** -value);
  return 0;
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function plausibleFee(value: unknown): number | null {
  const fee = finite(value);
  if (fee === 0) return fee;
  return fee !== null && fee >= PLAUSIBLE_TAKER_FEE.min && fee <= PLAUSIBLE_TAKER_FEE.max ? fee : null;
}

function positive(value: unknown, otherwise: number): number {
  const number = finite(value);
  return number !== null && number > 0 ? number : otherwise;
}

/** Products of decimal steps carry binary noise (0.1 * 0.01 = 0.001 + 2e-19); twelve digits are more than any step has. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}
