/** The demo market's instruments: what they publish, and how each behaves in the generator. */
import type { DemoInstrument } from './candle-source.ts';

export interface GeneratedInstrument extends DemoInstrument {
  /** Price at the epoch, quote units. */
  readonly startPrice: number;
  /** Return for a return of 1 of the common factor. */
  readonly commonBeta: number;
  /** Typical standard deviation of a minute's own return (beside the common factor), as a fraction of price. */
  readonly ownVolatility: number;
  /** Typical volume of a minute, base units. */
  readonly minuteVolume: number;
  /** Typical value of one trade, quote units. */
  readonly tradeValue: number;
}

function usdt(
  base: string,
  facts: Pick<DemoInstrument, 'priceDecimals' | 'amountDecimals' | 'minNotional' | 'maxAmount'>,
  behaviour: Omit<GeneratedInstrument, keyof DemoInstrument>,
): GeneratedInstrument {
  return { symbol: `${base}/USDT`, marketId: `${base}USDT`, base, quote: 'USDT', ...facts, ...behaviour };
}

/** Steps and smallest values as Binance publishes them for the same pairs; BTC is the leader of the common factor. */
export const DEMO_INSTRUMENTS: readonly GeneratedInstrument[] = [
  usdt(
    'BTC',
    { priceDecimals: 2, amountDecimals: 5, minNotional: 5, maxAmount: 9000 },
    { startPrice: 88_000, commonBeta: 1, ownVolatility: 0.00016, minuteVolume: 9, tradeValue: 900 },
  ),
  usdt(
    'ETH',
    { priceDecimals: 2, amountDecimals: 4, minNotional: 5, maxAmount: 9000 },
    { startPrice: 2_980, commonBeta: 1.25, ownVolatility: 0.0003, minuteVolume: 210, tradeValue: 800 },
  ),
  usdt(
    'SOL',
    { priceDecimals: 2, amountDecimals: 3, minNotional: 5, maxAmount: 90_000 },
    { startPrice: 126, commonBeta: 1.45, ownVolatility: 0.00042, minuteVolume: 1_900, tradeValue: 450 },
  ),
  usdt(
    'BNB',
    { priceDecimals: 2, amountDecimals: 3, minNotional: 5, maxAmount: 90_000 },
    { startPrice: 862, commonBeta: 0.8, ownVolatility: 0.00024, minuteVolume: 130, tradeValue: 500 },
  ),
  usdt(
    'XRP',
    { priceDecimals: 4, amountDecimals: 1, minNotional: 5, maxAmount: 9_222_449 },
    { startPrice: 1.86, commonBeta: 1.3, ownVolatility: 0.00045, minuteVolume: 95_000, tradeValue: 350 },
  ),
  usdt(
    'DOGE',
    { priceDecimals: 5, amountDecimals: 0, minNotional: 1, maxAmount: 90_000_000 },
    { startPrice: 0.121, commonBeta: 1.6, ownVolatility: 0.00055, minuteVolume: 700_000, tradeValue: 250 },
  ),
];
