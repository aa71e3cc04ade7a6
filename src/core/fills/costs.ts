/** Costs of a round trip, one formula for phantoms, paper positions and the signal's geometry check (PH-13, ST-3). */
import type { TradeCosts } from '#core/domain/phantom.ts';

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
