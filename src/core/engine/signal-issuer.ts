/** Turns a strategy's draft into a signal with features, score and decision: the middle of the chain (PL, ST-3, PH-1). */

import { passes, thresholdFor } from '#core/decisions/threshold.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import type { Phantom, TradeCosts, TradeTerms } from '#core/domain/phantom.ts';
import type { Decision, Disposition, Score, Threshold } from '#core/domain/score.ts';
import { type FeatureVector, type Signal, type SignalDraft, signalId } from '#core/domain/signal.ts';
import { timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { plannedNetRewardRisk } from '#core/fills/costs.ts';
import { TradeWalk } from '#core/fills/trade-walk.ts';
import { heuristicScore, neutralScore } from '#core/learning/heuristic-score.ts';
import type { PastFacts } from '#core/signals/features/feature.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { qualityScore } from '#core/signals/quality.ts';
import type { Strategy } from '#core/signals/strategy.ts';
import { readFeature } from './feature-reading.ts';
import type { ActiveStrategy, InstrumentState } from './instrument-state.ts';
import type { BatchOrigin, EngineSettings } from './messages.ts';
import { modelObjection, modelScore, type StrategyModels } from './scoring-model.ts';

/** Stop distances outside these multiples of ATR(14) are no signal (ST-3). */
const MINIMUM_STOP_ATR = 0.3;
const MAXIMUM_STOP_ATR = 4;

/** Costs of the default account: the instrument's taker fee plus assumed slippage (PH-13). */
export function defaultCosts(instrument: Instrument, settings: EngineSettings): TradeCosts {
  return { feeBps: instrument.takerFeeBps, slippageBps: settings.slippageBps };
}

/** The signal of a draft at the newest close, or null when its geometry makes it none (ST-3). */
export function issueSignal(
  state: InstrumentState,
  active: ActiveStrategy,
  draft: SignalDraft,
  time: UnixMs,
  costs: TradeCosts,
): Signal | null {
  const { strategy } = active;
  const entry = state.signals.bars(strategy.timeframe).close(0);
  const risk = Math.abs(entry - draft.stop);
  const stopInAtr = risk / state.signals.atr(strategy.timeframe);
  // Written so that a NaN (no ATR yet) is no signal either.
  if (!(stopInAtr >= MINIMUM_STOP_ATR && stopInAtr <= MAXIMUM_STOP_ATR)) return null;
  const sign = draft.side === 'long' ? 1 : -1;
  if (!(sign * (entry - draft.stop) > 0 && sign * (draft.target - entry) > 0)) return null;
  return {
    id: signalId(strategy.id, state.instrument.id, time, draft.side),
    instrumentId: state.instrument.id,
    strategyId: strategy.id,
    strategyVersion: strategy.version,
    timeframe: strategy.timeframe,
    side: draft.side,
    time,
    entry,
    stop: draft.stop,
    tp1: draft.tp1,
    tp1Fraction: draft.tp1Fraction,
    target: draft.target,
    plannedRr: Math.abs(draft.target - entry) / risk,
    plannedNetRr: plannedNetRewardRisk(costs, entry, draft.stop, draft.target),
    expiresAt: time + timeframeMs(strategy.timeframe),
    timeoutMs: strategy.timeoutMs,
    reasons: draft.reasons,
    qscore: qualityScore(draft.qualityParts),
    qualityParts: draft.qualityParts,
    structureKey: draft.structureKey,
    marks: draft.marks,
    context: state.signals.context(),
    cluster: state.signals.cluster(),
  };
}

/** Sets that every signal records whatever its strategy: the fallback's and the second opinion's (ML-11, ML-31). */
const COMMON_SETS: readonly string[] = ['immediate', 'quality'].filter((id) => findFeatureSet(id) !== null);

/** The sets recorded beside the strategy's own. */
export function besideSets({ featureSet, besideSets: own }: Strategy): readonly string[] {
  return [...own, ...COMMON_SETS].filter((id) => id !== featureSet);
}

/** The vector of a signal at the newest close, or null with the message of what threw (PL-9). */
export function signalFeatures(
  state: InstrumentState,
  setId: string,
  signal: Signal,
  measures: SignalDraft['measures'],
  past: PastFacts,
): FeatureVector | { readonly fault: string } {
  try {
    return state.signals.features(setId, { ...signal, measures }, past);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The strategy's score on a vector: its model, else the heuristic, else the neutral 50, each saying why the one before
 * it did not score (ML-11, PL-9).
 */
export function scoreOf(
  strategyId: string,
  vector: FeatureVector | null,
  models: StrategyModels | undefined,
  now: UnixMs,
): Score {
  if (vector === null) return neutralScore('the features could not be computed');
  try {
    if (models === undefined) return heuristicOf(strategyId, vector);
    const objection = modelObjection(models.champion, vector, now);
    const score = objection === null ? modelScore(models.champion, vector) : null;
    if (score !== null) return score;
    return { ...heuristicOf(strategyId, vector), reason: objection ?? `${models.champion.name} gave no number` };
  } catch (error) {
    return neutralScore(`scoring failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function heuristicOf(strategyId: string, vector: FeatureVector): Score {
  return heuristicScore(strategyId, (name) => readFeature(vector, name));
}

/** The threshold for a score, with what its model knows of break-even (DE-1). */
export function thresholdOf(score: Score, models: StrategyModels | undefined, settings: EngineSettings): Threshold {
  const parts = models?.champion.ensemble.parts;
  const breakEven = parts === undefined ? null : { probability: parts.breakEven, rows: parts.breakEvenRows };
  return thresholdFor(score.kind, settings.fixedMinimumScore, breakEven);
}

/** Decides what becomes of a signal (PH-1). `pending` means: a ticket asks the trader. */
export function decide(
  strategy: Strategy,
  signal: Signal,
  score: Score,
  threshold: Threshold,
  origin: BatchOrigin,
  settings: EngineSettings,
  time: UnixMs,
): Decision {
  const [disposition, reason] = dispositionOf(strategy, signal, score, threshold, origin, settings);
  return { stage: settings.stage, score, threshold, disposition, reason, decidedBy: 'engine', decidedAt: time };
}

function dispositionOf(
  strategy: Strategy,
  signal: Signal,
  score: Score,
  threshold: Threshold,
  origin: BatchOrigin,
  settings: EngineSettings,
): readonly [Disposition, string] {
  if (signal.plannedNetRr < 1) {
    return ['blocked', `costs: after costs the plan pays ${signal.plannedNetRr.toFixed(2)} for each 1 at risk`];
  }
  if (origin === 'bootstrap') return ['bootstrap', 'found in the history of the first start'];
  if (origin === 'gap') return ['gap', 'found in bars that came after the fact'];
  if (strategy.isPlacebo) return ['shadow', 'a placebo: recorded only, to measure what chance alone gives'];
  if (settings.stage === 'shadow' || origin === 'replay') return ['shadow', 'recorded only: the stage is shadow'];
  if (strategy.startsInPhase0) return ['phase0', 'recorded only: the strategy is in phase 0'];
  if (!passes(score, threshold)) {
    return ['rejected_score', `score ${score.value.toFixed(0)} is below ${threshold.value.toFixed(0)}`];
  }
  return ['pending', 'waiting for your decision'];
}

/** The phantom of a signal as it opens. */
export function openedPhantom(
  signal: Signal,
  costs: TradeCosts,
  features: FeatureVector | null,
  besideFeatures: readonly FeatureVector[],
  decision: Decision,
  simulated: boolean,
  offline: boolean,
): Phantom {
  const terms: TradeTerms = {
    side: signal.side,
    entry: signal.entry,
    stop: signal.stop,
    tp1: signal.tp1,
    tp1Fraction: signal.tp1Fraction,
    target: signal.target,
    openedAt: signal.time,
    timeoutMs: signal.timeoutMs,
    costs,
  };
  return {
    id: signal.id,
    signal,
    terms,
    instrumentId: signal.instrumentId,
    features,
    besideFeatures,
    decision,
    result: new TradeWalk(terms).result(),
    resolvedOffline: offline,
    simulated,
  };
}
