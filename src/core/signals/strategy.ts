/** What a strategy is (ST-1): one file that turns closed bars into drafts of signals, and nothing else. */
import type { BarsView } from '#core/domain/bar-series.ts';
import type { SignalDraft } from '#core/domain/signal.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import type { TimeframeIndicators } from './indicators/timeframe-indicators.ts';

/** One setting of a strategy; the settings form and the tuner read the same schema. */
export interface StrategyParameter {
  readonly name: string;
  /** One line. */
  readonly meaning: string;
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Step of the form and of the tuner's grid. */
  readonly step: number;
  /** e.g. `ATR`, `bars`, `R`; empty for a plain number. */
  readonly unit: string;
}

export type StrategyParameters = Readonly<Record<string, number>>;

/** One timeframe as a strategy sees it: closed bars up to now and indicators computed on them. */
export interface TimeframeView {
  readonly bars: BarsView;
  readonly indicators: TimeframeIndicators;
}

/** PL-5: closed bars up to now and nothing else, by construction. */
export interface MarketView {
  /** Close time of the newest bar. */
  readonly now: UnixMs;
  readonly base: TimeframeView;
  timeframe(timeframe: Timeframe): TimeframeView;
}

/** The running state of one strategy on one instrument. */
export interface StrategyInstance {
  /**
   * Called once per closed bar of the strategy's timeframe, in order, incomplete bars included (`view...complete(0)`
   * tells; on those the answer must be null, MK-1). Returns a draft or null.
   */
  onBar(view: MarketView): SignalDraft | null;
  /** Structured-cloneable state; `restore(snapshot())` on a fresh instance continues identically (PL-6). */
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}

export interface Strategy {
  readonly id: string;
  readonly version: number;
  /** One sentence for the window. */
  readonly idea: string;
  readonly timeframe: Timeframe;
  readonly higherTimeframe: Timeframe;
  readonly parameters: readonly StrategyParameter[];
  /** Bars of its timeframe before the first signal can be trusted. */
  readonly warmUpBars: number;
  readonly timeoutMs: number;
  /** Feature set recorded with its signals. */
  readonly featureSet: string;
  create(parameters: StrategyParameters): StrategyInstance;
}

/** The defaults of a strategy's schema, overridden by `given`; unknown names are ignored. */
export function strategyParameters(strategy: Strategy, given: StrategyParameters = {}): StrategyParameters {
  return Object.fromEntries(strategy.parameters.map((p) => [p.name, given[p.name] ?? p.default]));
}
