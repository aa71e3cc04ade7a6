/** Phantoms, tickets and positions for tests of the store: complete, plausible, and the same at every call. */
import { sessionAt } from '#core/domain/context.ts';
import type { Outcome, Phantom, PhantomResult } from '#core/domain/phantom.ts';
import { type Side, sideSign, signalId } from '#core/domain/signal.ts';
import type { Position, Ticket } from '#core/domain/trading.ts';

export const NOON = Date.UTC(2025, 5, 2, 12);
const MINUTE_MS = 60_000;
const TIMEOUT_MS = 240 * MINUTE_MS;

export interface PhantomFacts {
  readonly instrumentId?: string;
  readonly strategyId?: string;
  readonly side?: Side;
  /** Close time of the signal's bar. */
  readonly time?: number;
}

/** An open phantom: entry 100, stop 98, target 104 (mirrored for a short), rejected by its score. */
export function makePhantom(facts: PhantomFacts = {}): Phantom {
  const { instrumentId = 'binance:BTC/USDT', strategyId = 'trend_pullback', side = 'long', time = NOON } = facts;
  const sign = sideSign(side);
  const id = signalId(strategyId, instrumentId, time, side);
  const levels = { entry: 100, stop: 100 - 2 * sign, tp1: 100 + 2 * sign, tp1Fraction: 0.5, target: 100 + 4 * sign };
  return {
    id,
    signal: {
      id,
      instrumentId,
      strategyId,
      strategyVersion: 1,
      timeframe: '5m',
      side,
      time,
      ...levels,
      plannedRr: 2,
      plannedNetRr: 1.85,
      expiresAt: time + 10 * MINUTE_MS,
      timeoutMs: TIMEOUT_MS,
      reasons: ['the trend is up on 1h', 'a pullback to the 21 EMA held'],
      qscore: 72,
      qualityParts: [
        { name: 'trend', meaning: 'how steady the trend is', weight: 2, value: 0.8 },
        { name: 'depth', meaning: 'how deep the pullback went', weight: 1, value: 0.56 },
      ],
      structureKey: `swing-${time}`,
      marks: [{ label: 'pivot', time: time - 30 * MINUTE_MS, price: 98.5 }],
      context: { session: sessionAt(time), regime: 'normal' },
      cluster: 1,
    },
    terms: { side, ...levels, openedAt: time, timeoutMs: TIMEOUT_MS, costs: { feeBps: 10, slippageBps: 2 } },
    instrumentId,
    features: { setId: 'trend', setHash: 'trend-hash', values: Float64Array.of(1.5, Number.NaN, -0.25) },
    besideFeatures: [
      { setId: 'quality', setHash: 'quality-hash', values: Float64Array.of(Number.NaN, 4) },
      { setId: 'immediate', setHash: 'immediate-hash', values: Float64Array.of(0.5) },
    ],
    decision: {
      stage: 'advisory',
      score: {
        value: 55.5,
        kind: 'heuristic',
        version: 'trend-heuristic@1',
        parts: [{ name: 'base', points: 50 }],
        reason: 'no model is trained yet',
      },
      threshold: { value: 60, source: 'default', evidence: 'the default, no records yet', count: 0 },
      disposition: 'rejected_score',
      reason: 'score 55.5 is below the threshold 60',
      decidedBy: 'engine',
      decidedAt: time,
    },
    result: openResult(100),
    resolvedOffline: false,
    simulated: false,
  };
}

export function openResult(entry: number): PhantomResult {
  return {
    outcome: 'open',
    exitReason: null,
    exitPrice: null,
    exitTime: null,
    grossR: null,
    netR: null,
    pnlPercent: null,
    maxFavorablePrice: entry,
    maxAdversePrice: entry,
    maxFavorableR: 0,
    maxAdverseR: 0,
    oneRHit: false,
    twoRHit: false,
    tp1Hit: false,
    beMoved: false,
    runnerHit: false,
    timeToTp1Sec: null,
    timeToExitSec: null,
    barsHeld: 0,
    ambiguous: false,
    optimistic: null,
    resolverVersion: 1,
  };
}

/** How a phantom of `makePhantom` ended half an hour after it opened. */
export function resolvedResult(phantom: Phantom, outcome: Exclude<Outcome, 'open'>): PhantomResult {
  const won = outcome === 'win';
  const sign = sideSign(phantom.terms.side);
  return {
    ...phantom.result,
    outcome,
    exitReason: won ? 'tp' : outcome === 'loss' ? 'sl' : outcome === 'timeout' ? 'timeout' : 'unavailable',
    exitPrice: won ? phantom.terms.target : phantom.terms.stop,
    exitTime: phantom.terms.openedAt + 30 * MINUTE_MS,
    grossR: won ? 1.5 : -1,
    netR: won ? 1.38 : -1.12,
    pnlPercent: won ? 3 : -2,
    maxFavorablePrice: 100 + 4 * sign,
    maxAdversePrice: 100 - sign,
    maxFavorableR: won ? 2 : 0.4,
    maxAdverseR: won ? 0.5 : 1,
    oneRHit: won,
    twoRHit: won,
    tp1Hit: won,
    beMoved: won,
    runnerHit: won,
    timeToTp1Sec: won ? 600 : null,
    timeToExitSec: 1800,
    barsHeld: 30,
    ambiguous: outcome === 'loss',
    optimistic: outcome === 'loss' ? { outcome: 'win', exitReason: 'tp', netR: 1.38 } : null,
  };
}

export function makeTicket(phantom: Phantom): Ticket {
  return {
    id: phantom.id,
    instrumentId: phantom.instrumentId,
    openedAt: phantom.terms.openedAt,
    expiresAt: phantom.signal.expiresAt,
    terms: phantom.terms,
    size: { amount: 0.25, notional: 25, riskAmount: 0.56, basis: 'risk 0.5 % of equity' },
    score: phantom.decision.score,
    threshold: phantom.decision.threshold,
    belowThreshold: false,
    state: 'open',
    closedAt: null,
    closeReason: null,
  };
}

export function makePosition(phantom: Phantom): Position {
  return {
    id: phantom.id,
    instrumentId: phantom.instrumentId,
    amount: 0.25,
    terms: { ...phantom.terms, entry: 100.02, costs: { ...phantom.terms.costs, entrySlippageInPrice: true } },
    intendedPrice: 100,
    hesitationR: 0.01,
    state: 'open',
    result: openResult(100.02),
    profit: null,
  };
}
