/** Makes a draft a signal (ST-2): entry, plan after costs, grade, context and the time after which it may not be taken. */
import type { TradeCosts } from '#core/domain/phantom.ts';
import { type Signal, type SignalDraft, signalId } from '#core/domain/signal.ts';
import { timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { plannedNetRewardRisk } from '#core/fills/costs.ts';
import { qualityScore } from '#core/signals/quality.ts';
import type { Strategy } from '#core/signals/strategy.ts';
import type { InstrumentState } from './instrument-state.ts';

/** Stop distances outside these multiples of ATR(14) are no signal (ST-3). */
export const MINIMUM_STOP_ATR = 0.3;
export const MAXIMUM_STOP_ATR = 4;

/** Distance of the stop in ATR(14) of the strategy's timeframe; NaN before warm-up. */
export function stopInAtr(state: InstrumentState, { timeframe }: Strategy, entry: number, stop: number): number {
  return Math.abs(entry - stop) / state.signals.atr(timeframe);
}

/** A signal with all that is needed to follow it. */
export interface IssuedSignal {
  readonly state: InstrumentState;
  readonly strategy: Strategy;
  readonly signal: Signal;
  readonly measures: SignalDraft['measures'];
  readonly costs: TradeCosts;
}

/** `time` is the close of the newest bar; the caller has checked the geometry. */
export function completedSignal(
  state: InstrumentState,
  strategy: Strategy,
  draft: SignalDraft,
  entry: number,
  time: UnixMs,
  costs: TradeCosts,
): Signal {
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
    plannedRr: Math.abs(draft.target - entry) / Math.abs(entry - draft.stop),
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
