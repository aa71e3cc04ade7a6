/** Turns a strategy's draft into a signal with features, score and decision: the middle of the chain (PL, ST-3, PH-1). */

import { passes } from '#core/decisions/threshold.ts';
import type { Phantom, TradeCosts, TradeTerms } from '#core/domain/phantom.ts';
import { COSTS_RULE, type Decision, type Disposition, type Score, type Threshold } from '#core/domain/score.ts';
import type { FeatureVector, Signal, SignalDraft } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { FillBook } from '#core/fills/measured-costs.ts';
import { TradeWalk } from '#core/fills/trade-walk.ts';
import { gateReason } from '#core/phantoms/gates.ts';
import type { PastFacts } from '#core/signals/features/feature.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import type { Strategy } from '#core/signals/strategy.ts';
import { completedSignal, MAXIMUM_STOP_ATR, MINIMUM_STOP_ATR, stopInAtr } from './complete-signal.ts';
import { featureRecord, readFirst } from './feature-reading.ts';
import type { ActiveStrategy, InstrumentState } from './instrument-state.ts';
import type { EngineSettings, SignalOrigin } from './messages.ts';
import type { SignalVectors } from './signal-scorer.ts';

/**
 * What a trade that opens now costs (PH-13): what 30 or more real fills measured, else the instrument's taker fee plus
 * assumed slippage; and funding where the facts of the newest bar say what it is and when.
 */
export function openingCosts(state: InstrumentState, settings: EngineSettings, fills: FillBook): TradeCosts {
  const { instrument } = state;
  const { fundingRate: rate, fundingTimes } = state.factsFor(state.lastOpenTime);
  const measured = fills.costsOf(instrument);
  const costs =
    measured === null
      ? { feeBps: instrument.takerFeeBps, slippageBps: settings.slippageBps }
      : { feeBps: measured.feeBps, slippageBps: measured.slippageBps, measuredOn: measured.fills };
  if (instrument.kind !== 'swap' || fundingTimes === undefined || Number.isNaN(rate)) return costs;
  return { ...costs, funding: { rate, ...fundingTimes } };
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
  const distance = stopInAtr(state, strategy, entry, draft.stop);
  // Written so that a NaN (no ATR yet) is no signal either.
  if (!(distance >= MINIMUM_STOP_ATR && distance <= MAXIMUM_STOP_ATR)) return null;
  const sign = draft.side === 'long' ? 1 : -1;
  if (!(sign * (entry - draft.stop) > 0 && sign * (draft.target - entry) > 0)) return null;
  return completedSignal(state, strategy, draft, entry, time, costs);
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

/** Fresh vectors of a phantom's signal at the newest close, with what its strategy had measured (DE-16). */
export function freshVectors(
  state: InstrumentState,
  strategy: Strategy,
  { signal, features, besideFeatures }: Phantom,
  time: UnixMs,
  past: PastFacts,
): SignalVectors {
  const recorded = features === null ? besideFeatures : [...besideFeatures, features];
  const measures = Object.assign({}, ...recorded.map(featureRecord)) as SignalDraft['measures'];
  const vectorOf = (setId: string): FeatureVector | null => {
    const vector = signalFeatures(state, setId, { ...signal, time }, measures, past);
    return 'fault' in vector ? null : vector;
  };
  return {
    own: vectorOf(strategy.featureSet),
    cluster: signal.cluster,
    beside: besideSets(strategy)
      .map(vectorOf)
      .filter((vector) => vector !== null),
  };
}

/** What a gate can rule out: what is followed without being executed, the refusals of costs and limits apart. */
const GATED: readonly Disposition[] = ['bootstrap', 'gap', 'shadow', 'phase0', 'rejected_score'];

/** PH-2: why a signal would not be followed if it is not executed, from what was recorded with it; null: no gate is closed. */
export function gateOf(
  { model, isPlacebo }: Strategy,
  signal: Signal,
  vectors: readonly FeatureVector[],
): string | null {
  if (isPlacebo) return null;
  return gateReason({
    model,
    side: signal.side,
    regime: signal.context.regime,
    slope: readFirst(vectors, 'slope'),
    stackScore: readFirst(vectors, 'ema_stack_score'),
  });
}

/** Decides what becomes of a signal (PH-1). `pending` means: a ticket asks the trader. */
export function decide(
  strategy: Strategy,
  signal: Signal,
  score: Score,
  threshold: Threshold,
  origin: SignalOrigin,
  settings: EngineSettings,
  time: UnixMs,
  gate: string | null,
  closedScalpGate: string | null,
): Decision {
  const asked = dispositionOf(strategy, signal, score, threshold, origin, settings);
  const isShut = asked[0] === 'pending' && closedScalpGate !== null;
  const decided = isShut ? (['blocked', closedScalpGate] as const) : asked;
  // PH-2: a gate bears on what is followed only, never on what is executed.
  const [disposition, reason] = gate !== null && GATED.includes(decided[0]) ? (['gated', gate] as const) : decided;
  return { stage: settings.stage, score, threshold, disposition, reason, decidedBy: 'engine', decidedAt: time };
}

function dispositionOf(
  strategy: Strategy,
  signal: Signal,
  score: Score,
  threshold: Threshold,
  origin: SignalOrigin,
  settings: EngineSettings,
): readonly [Disposition, string] {
  // Before all others: the mark keeps it out of everything that is learned here (WS-21).
  if (origin === 'import') {
    const costs = signal.plannedNetRr < 1 ? '; live, costs would have blocked it' : '';
    return ['imported', `from a file of signals that somebody else found${costs}`];
  }
  if (signal.plannedNetRr < 1) {
    return ['blocked', `${COSTS_RULE}: after costs the plan pays ${signal.plannedNetRr.toFixed(2)} for each 1 at risk`];
  }
  if (origin === 'bootstrap') return ['bootstrap', 'found in the history of the first start'];
  if (origin === 'gap') return ['gap', 'found in bars that came after the fact'];
  if (strategy.isPlacebo) return ['shadow', 'a placebo: recorded only, to measure what chance alone gives'];
  if (settings.stage === 'shadow' || origin === 'replay') return ['shadow', 'recorded only: the stage is shadow'];
  if (strategy.startsInPhase0 && settings.promotedStrategies?.includes(strategy.id) !== true) {
    return ['phase0', 'recorded only: the strategy is in phase 0'];
  }
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
  followed: boolean,
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
    // A gated signal that is not followed has ended as it begins.
    result: followed ? new TradeWalk(terms).result() : { ...new TradeWalk(terms).result(), outcome: 'gated' },
    resolvedOffline: offline,
    simulated,
  };
}
