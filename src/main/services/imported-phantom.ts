/** A line of an imported history as a whole phantom; what an export does not hold is left empty or follows from the rest. */
import type { Regime, Session } from '#core/domain/context.ts';
import { instrumentId } from '#core/domain/instrument.ts';
import type { ExitReason, Outcome, Phantom, PhantomResult, TradeTerms } from '#core/domain/phantom.ts';
import type { Decider, Disposition, ScoreKind } from '#core/domain/score.ts';
import { type Side, sideSign } from '#core/domain/signal.ts';
import { findStrategy } from '#core/signals/strategies/strategy-list.ts';
import type { ExportedPhantom } from '#main/files/phantom-csv.ts';
import type { FilePhantom } from '#main/files/phantom-import.ts';
import type { ImportedSets } from './imported-sets.ts';

const FROM_FILE = 'imported from a file';
/** Of a strategy that this version does not know. */
const USUAL_TIMEFRAME = '5m';

/** The line's words must have been checked against their closed lists. */
export function importedPhantom(
  { row, resolverVersion, ownSet, besideSets, values }: FilePhantom,
  sets: ImportedSets,
): Phantom {
  const { id } = row;
  const terms = termsOf(row);
  const { side, entry, stop, tp1, tp1Fraction, target, openedAt, timeoutMs, costs } = terms;
  const risk = Math.abs(entry - stop);
  const plannedRr = Math.abs(target - entry) / risk;
  const instrument = instrumentId(row.exchange, row.symbol);
  return {
    id,
    signal: {
      id,
      instrumentId: instrument,
      strategyId: row.strategyId,
      strategyVersion: 0,
      timeframe: findStrategy(row.strategyId)?.timeframe ?? USUAL_TIMEFRAME,
      side,
      time: openedAt,
      ...{ entry, stop, tp1, tp1Fraction, target, plannedRr },
      plannedNetRr: plannedRr - (costs.feeBps / 10_000) * ((entry + target) / risk),
      expiresAt: openedAt,
      timeoutMs,
      reasons: [FROM_FILE],
      qscore: row.qscore,
      qualityParts: [],
      structureKey: '',
      marks: [],
      context: { session: row.session as Session, regime: row.regime as Regime | null },
      cluster: null,
    },
    terms,
    instrumentId: instrument,
    features: ownSet === null ? null : sets.vector(ownSet, values),
    besideFeatures: besideSets.map((label) => sets.vector(label, values)),
    decision: {
      stage: 'shadow',
      score: { value: row.score, kind: row.scoreKind as ScoreKind, version: FROM_FILE, parts: [], reason: null },
      threshold: { value: row.threshold, source: 'fixed', evidence: FROM_FILE, count: 0 },
      disposition: row.disposition as Disposition,
      reason: row.dispositionReason,
      decidedBy: row.decidedBy as Decider,
      decidedAt: openedAt,
    },
    result: resultOf(row, resolverVersion),
    resolvedOffline: row.resolvedOffline,
    simulated: row.simulated,
  };
}

function termsOf(row: ExportedPhantom): TradeTerms {
  const { entry, stop, tp1, target, openedAt, timeoutAt, exitPrice, grossR, netR } = row;
  // PH-13 the other way round: what lies between gross and net, spread over both sides, is fee and slippage together.
  const costR = grossR === null || netR === null ? 0 : Math.max(0, grossR - netR);
  const feeBps = (10_000 * costR * Math.abs(entry - stop)) / (entry + (exitPrice ?? entry));
  return {
    side: row.side as Side,
    ...{ entry, stop, tp1, target, openedAt },
    tp1Fraction: tp1 === null ? 0 : 0.5,
    timeoutMs: timeoutAt - openedAt,
    costs: { feeBps, slippageBps: 0 },
  };
}

function resultOf(row: ExportedPhantom, resolverVersion: number): PhantomResult {
  const { entry, stop, openedAt, exitTime, maxFavorableR, maxAdverseR, tp1Hit } = row;
  const perR = Math.abs(entry - stop) * sideSign(row.side as Side);
  return {
    outcome: row.outcome as Outcome,
    exitReason: row.exitReason as ExitReason | null,
    exitPrice: row.exitPrice,
    exitTime,
    grossR: row.grossR,
    netR: row.netR,
    pnlPercent: row.pnlPercent,
    maxFavorablePrice: entry + maxFavorableR * perR,
    maxAdversePrice: entry - maxAdverseR * perR,
    maxFavorableR,
    maxAdverseR,
    oneRHit: maxFavorableR >= 1,
    twoRHit: maxFavorableR >= 2,
    tp1Hit,
    beMoved: tp1Hit,
    runnerHit: tp1Hit && row.exitReason === 'tp',
    timeToTp1Sec: null,
    timeToExitSec: exitTime === null ? null : (exitTime - openedAt) / 1_000,
    barsHeld: row.barsHeld,
    ambiguous: row.ambiguous,
    optimistic: null,
    resolverVersion,
  };
}
