/** What an exchange tells of an instrument beside its candles (MK-15): the top of the book, large trades, funding. */
import type { UnixMs } from './timeframe.ts';

/** As of the newest bar; NaN where it is not offered or not known (FE-4). */
export interface MarketFacts {
  /** Best ask over best bid minus 1, basis points. */
  readonly spreadBps: number;
  /** (bid size - ask size) / (bid size + ask size) over the top of the book, -1 to 1. */
  readonly bookImbalance: number;
  /** Share of the bar's latest volume that the largest twentieth of its trades carries, 0-1. */
  readonly largeTradeShare: number;
  /** Funding per period, e.g. 0.0001 = 1 bp; longs pay when it is positive. */
  readonly fundingRate: number;
  /** When funding is paid; absent where it is not told or there is none. */
  readonly fundingTimes?: FundingTimes;
}

/** Funding is paid at `next` and every `intervalMs` after it. */
export interface FundingTimes {
  /** UTC ms. */
  readonly next: UnixMs;
  readonly intervalMs: number;
}

export const NO_MARKET_FACTS: MarketFacts = {
  spreadBps: Number.NaN,
  bookImbalance: Number.NaN,
  largeTradeShare: Number.NaN,
  fundingRate: Number.NaN,
};

/** True when nothing at all is known. */
export function isUnknown({ spreadBps, bookImbalance, largeTradeShare, fundingRate }: MarketFacts): boolean {
  return [spreadBps, bookImbalance, largeTradeShare, fundingRate].every(Number.isNaN);
}

/** Figures rounded to single precision: as they are stored, so that a replay sees exactly what live decisions saw. */
export function asStored(facts: MarketFacts): MarketFacts {
  const { spreadBps, bookImbalance, largeTradeShare, fundingRate, fundingTimes } = facts;
  return {
    ...(fundingTimes === undefined ? {} : { fundingTimes }),
    spreadBps: Math.fround(spreadBps),
    bookImbalance: Math.fround(bookImbalance),
    largeTradeShare: Math.fround(largeTradeShare),
    fundingRate: Math.fround(fundingRate),
  };
}
