/** What a strategy is (ST-1): one file that turns closed bars into drafts of signals, and nothing else. */
import type { BarsView } from '#core/domain/bar-series.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import type { SignalDraft } from '#core/domain/signal.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import type { StateReader, StateWriter } from './indicators/indicator.ts';
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
  readonly instrument: Instrument;
  /** Close time of the newest bar. */
  readonly now: UnixMs;
  /** The base bars; without indicators, so that they stay cheap. */
  readonly base: BarsView;
  /** Only 15m, 1h and the strategies' own timeframes carry indicators; asking for another one is a bug and throws. */
  timeframe(timeframe: Timeframe): TimeframeView;
}

/** The running state of one strategy on one instrument. */
export interface StrategyInstance {
  /**
   * Called once per closed bar of the strategy's timeframe, in order, incomplete bars included (`bars.complete(0)`
   * tells; what is drafted on those is dropped, MK-1). Returns a draft or null.
   */
  onBar(view: MarketView): SignalDraft | null;
  /** Writes the whole state; a fresh instance that loads it continues identically (PL-6). */
  save(state: StateWriter): void;
  load(state: StateReader): void;
}

export interface Strategy {
  readonly id: string;
  readonly version: number;
  /** One sentence for the window. */
  readonly idea: string;
  readonly timeframe: Timeframe;
  readonly higherTimeframe: Timeframe;
  readonly parameters: readonly StrategyParameter[];
  /** Bars of its timeframe after which its drafts no longer depend on where the history began (ST-5). */
  readonly warmUpBars: number;
  readonly timeoutMs: number;
  /** Feature set recorded with its signals; its model reads it. */
  readonly featureSet: string;
  /** Sets recorded beside it, e.g. what gates look at; the strategy's model never reads them. */
  readonly besideSets: readonly string[];
  /** The model that scores its signals, by its id in the table of models (ML-11). */
  readonly model: string;
  /** ST-11: its signals are phantoms only (disposition `phase0`) until the trader promotes it. */
  readonly startsInPhase0: boolean;
  /** ST-12: it serves the measuring; never in other models, past facts, ledger or health, and never a ticket. */
  readonly isPlacebo: boolean;
  /** `parameters` as `strategyParameters` gives them. */
  create(parameters: StrategyParameters): StrategyInstance;
}

/** The defaults of a strategy's schema, overridden by `given`; unknown names are ignored. */
export function strategyParameters(strategy: Strategy, given: StrategyParameters = {}): StrategyParameters {
  return Object.fromEntries(strategy.parameters.map((p) => [p.name, given[p.name] ?? p.default]));
}
