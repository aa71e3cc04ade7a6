/** A strategy's proposal at one bar close (ST-2), first as the strategy drafts it, then as the engine issues it. */
import type { DecisionContext } from './context.ts';
import type { InstrumentId } from './instrument.ts';
import type { Timeframe, UnixMs } from './timeframe.ts';

export type Side = 'long' | 'short';

/** +1 for long, -1 for short: multiplies a price difference into a gain. */
export function sideSign(side: Side): 1 | -1 {
  return side === 'long' ? 1 : -1;
}

/** One named part of a quality score (ST-4): the score is 100 x sum(weight x value) / sum(weight). */
export interface QualityPart {
  readonly name: string;
  /** One line for the window: what the part measures. */
  readonly meaning: string;
  readonly weight: number;
  /** 0-1. */
  readonly value: number;
}

/** A place on the chart that explains the signal: a pivot, a broken level, the confirming candle. */
export interface SignalMark {
  readonly label: string;
  readonly time: UnixMs;
  readonly price: number;
}

/** What a strategy returns from `onBar`. Entry and time are the signal bar's close and close time: the engine adds them. */
export interface SignalDraft {
  readonly side: Side;
  readonly stop: number;
  readonly tp1: number | null;
  /** Share of the position taken at tp1, 0-1 (PH-4). */
  readonly tp1Fraction: number;
  readonly target: number;
  readonly reasons: readonly string[];
  readonly qualityParts: readonly QualityPart[];
  /** Names the structure the signal lives on; while a signal of the same instrument, strategy and side is open, one with the same key is no signal (ST-3). */
  readonly structureKey: string;
  /** Facts only the strategy knows, by feature name (FE-10), e.g. `break_dist_atr`. NaN means missing. */
  readonly measures: Readonly<Record<string, number>>;
  readonly marks: readonly SignalMark[];
}

/** `strategy|instrument|closeTime|side`: the same in live, replay and after a restart. */
export type SignalId = string;

export interface Signal {
  readonly id: SignalId;
  readonly instrumentId: InstrumentId;
  readonly strategyId: string;
  readonly strategyVersion: number;
  readonly timeframe: Timeframe;
  readonly side: Side;
  /** Close time of the signal's bar. */
  readonly time: UnixMs;
  /** Close of the signal's bar. */
  readonly entry: number;
  readonly stop: number;
  readonly tp1: number | null;
  readonly tp1Fraction: number;
  readonly target: number;
  /** Gross reward:risk, |target - entry| / |entry - stop|. */
  readonly plannedRr: number;
  /** Reward:risk after the cost of the round trip (ST-3). */
  readonly plannedNetRr: number;
  /** After this time the signal may not be taken (ST-2). */
  readonly expiresAt: UnixMs;
  readonly timeoutMs: number;
  readonly reasons: readonly string[];
  /** 0-100 (ST-4). */
  readonly qscore: number;
  readonly qualityParts: readonly QualityPart[];
  readonly structureKey: string;
  readonly marks: readonly SignalMark[];
  readonly context: DecisionContext;
  /** Volatility cluster of the instrument at the signal, 0-3 (FE-3); null while unknown. */
  readonly cluster: number | null;
}

export function signalId(strategyId: string, instrumentId: InstrumentId, time: UnixMs, side: Side): SignalId {
  return `${strategyId}|${instrumentId}|${time}|${side}`;
}

/** Close time of the bar that a signal's id names. */
export function signalTime(id: SignalId): UnixMs {
  return Number(id.split('|').at(-2));
}

/** A recorded feature vector (FE-1): values in the order of the set; NaN is missing (FE-4). */
export interface FeatureVector {
  readonly setId: string;
  /** Hash of the set's ordered names and versions; travels with every vector, dataset and model. */
  readonly setHash: string;
  readonly values: Float64Array;
}
