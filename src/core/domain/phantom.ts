/** The shadow trade that follows every signal, taken or not (PH). Prices in quote units, results in R unless a name says otherwise. */
import type { InstrumentId } from './instrument.ts';
import type { FundingTimes } from './market-facts.ts';
import type { Decision } from './score.ts';
import type { FeatureVector, Side, Signal, SignalId } from './signal.ts';
import type { UnixMs } from './timeframe.ts';

/** Costs per side, fixed when the phantom opens (PH-13). */
export interface TradeCosts {
  readonly feeBps: number;
  readonly slippageBps: number;
  /** True for a paper fill whose entry price already holds its slippage: it is then charged on exits only (DE-30). */
  readonly entrySlippageInPrice?: boolean;
  /** On how many real fills fee and slippage were measured; absent: they are assumed. */
  readonly measuredOn?: number;
  /** Of a perpetual swap whose funding was known when the trade opened; absent: none is counted. */
  readonly funding?: Funding;
}

/** What holding a perpetual swap costs, as it was known at the opening and taken to stay (PH-13). */
export interface Funding extends FundingTimes {
  /** Of the notional per payment, e.g. 0.0001 = 1 bp; longs pay when it is positive, shorts receive. */
  readonly rate: number;
}

/** All that the resolver needs to know of a trade; a paper position brings the same. */
export interface TradeTerms {
  readonly side: Side;
  readonly entry: number;
  readonly stop: number;
  readonly tp1: number | null;
  readonly tp1Fraction: number;
  readonly target: number;
  /** Close time of the signal's bar; a candle counts when its open time is at or after it (PH-15). */
  readonly openedAt: UnixMs;
  readonly timeoutMs: number;
  readonly costs: TradeCosts;
}

export const OUTCOMES = ['win', 'loss', 'timeout', 'unavailable', 'gated', 'open'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** closed: by the trader; paper positions only (DE-23), a phantom always ends by the rules. */
const EXIT_REASONS = ['tp', 'sl', 'be', 'timeout', 'unavailable', 'closed'] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];

/** What the optimistic order, favourable levels first, would have given (PH-12). */
export interface OptimisticResult {
  readonly outcome: Outcome;
  readonly exitReason: ExitReason;
  readonly netR: number;
}

/**
 * Of the exit rules (`core/fills`), raised with every change of them. Results of different versions never mix in
 * training, thresholds or what is remembered (PH-10).
 */
export const RESOLVER_VERSION = 1;

/** PH-6: what is kept at the end; while open, the running values with `outcome: 'open'` and nulls. */
export interface PhantomResult {
  readonly outcome: Outcome;
  readonly exitReason: ExitReason | null;
  /** Price of the final exit. */
  readonly exitPrice: number | null;
  /** Close time of the deciding candle, its open time for fills at the open. */
  readonly exitTime: UnixMs | null;
  readonly grossR: number | null;
  readonly netR: number | null;
  /** Gross, weighted by the fractions taken, in percent of entry. */
  readonly pnlPercent: number | null;
  /** Prices of the furthest favourable and adverse points, and the same in R (both >= 0). */
  readonly maxFavorablePrice: number;
  readonly maxAdversePrice: number;
  readonly maxFavorableR: number;
  readonly maxAdverseR: number;
  readonly oneRHit: boolean;
  readonly twoRHit: boolean;
  readonly tp1Hit: boolean;
  readonly beMoved: boolean;
  /** After tp1, the target was reached with the rest. */
  readonly runnerHit: boolean;
  readonly timeToTp1Sec: number | null;
  readonly timeToExitSec: number | null;
  readonly barsHeld: number;
  readonly ambiguous: boolean;
  readonly optimistic: OptimisticResult | null;
  readonly resolverVersion: number;
}

/** A phantom's id is its signal's id. */
export interface Phantom {
  readonly id: SignalId;
  readonly signal: Signal;
  readonly terms: TradeTerms;
  readonly instrumentId: InstrumentId;
  /** The vector that its strategy's model reads; null when it could not be computed (PL-9). */
  readonly features: FeatureVector | null;
  /** Vectors of further sets, recorded at the same moment. */
  readonly besideFeatures: readonly FeatureVector[];
  readonly decision: Decision;
  readonly result: PhantomResult;
  /** Resolved on bars fetched after the fact (PL-8). */
  readonly resolvedOffline: boolean;
  readonly simulated: boolean;
}
