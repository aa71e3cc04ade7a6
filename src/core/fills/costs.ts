/** Costs of a round trip, one formula for phantoms, paper positions and the signal's geometry check (PH-13, ST-3). */
import type { Funding, TradeCosts, TradeTerms } from '#core/domain/phantom.ts';
import { sideSign } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

const BPS = 1e-4;

/**
 * Cost in price per unit traded: fee and slippage on the entry and on what was exited.
 * `exitValue` is the sum of fraction x exit price over all exits.
 */
export function roundTripCost(costs: TradeCosts, entry: number, exitValue: number): number {
  const perSideBps = costs.feeBps + costs.slippageBps;
  const entryBps = costs.entrySlippageInPrice === true ? costs.feeBps : perSideBps;
  return entryBps * BPS * entry + perSideBps * BPS * exitValue;
}

/**
 * Planned reward:risk after costs (ST-3): (|target - entry| - c) / (|entry - stop| + c), with c the round trip at the
 * entry price. Negative when the costs eat the whole reward.
 */
export function plannedNetRewardRisk(costs: TradeCosts, entry: number, stop: number, target: number): number {
  const cost = roundTripCost(costs, entry, entry);
  return (Math.abs(target - entry) - cost) / (Math.abs(entry - stop) + cost);
}

/**
 * Funding paid per unit traded until `end`, in price; negative where it was received. Each payment is the rate of the
 * opening on the entry's notional of what is still open: all of it before tp1, the rest from tp1 on. A trade that opens
 * or ends at the instant of a payment does not take part in it. A function of the times alone, so that bars of any length
 * give the same (PH-14).
 */
export function fundingCost(
  { side, entry, openedAt, tp1Fraction, costs }: TradeTerms,
  tp1Time: UnixMs | null,
  end: UnixMs,
): number {
  const { funding } = costs;
  if (funding === undefined) return 0;
  const all = paymentsBetween(funding, openedAt, end);
  const whole = tp1Time === null || tp1Time >= end ? all : paymentsBetween(funding, openedAt, tp1Time);
  return sideSign(side) * funding.rate * entry * (whole + (all - whole) * (1 - tp1Fraction));
}

/** Payments after `from` and before `to`. */
function paymentsBetween({ next, intervalMs }: Funding, from: UnixMs, to: UnixMs): number {
  const before = Math.max(0, Math.ceil((to - next) / intervalMs));
  const tooEarly = Math.max(0, Math.floor((from - next) / intervalMs) + 1);
  return Math.max(0, before - tooEarly);
}
