/** PH-2: which signals of trend and range are not followed unless they are executed. */
import type { Regime } from '#core/domain/context.ts';
import type { Side } from '#core/domain/signal.ts';

/** Tables of models whose signals pass gates. */
const GATED_MODELS: readonly string[] = ['trend', 'range'];
const LEAST_STACK_SCORE = 40;

export interface GateGround {
  /** The model that the strategy asks, e.g. `trend`. */
  readonly model: string;
  readonly side: Side;
  readonly regime: Regime | null;
  /** Basis points per bar; NaN when it was not recorded: a gate does not close on what is not known. */
  readonly slope: number;
  /** 0-100. */
  readonly stackScore: number;
}

/** Why the signal is not followed: the rule, a colon, and the figures; null where every gate is open. */
export function gateReason({ model, side, regime, slope, stackScore }: GateGround): string | null {
  if (!GATED_MODELS.includes(model)) return null;
  if (regime === 'extreme') return 'extreme regime: the volatility of the instrument is in its highest 5 % of 30 days';
  if (side === 'long' && slope < 0) return `slope against a long: ${slope.toFixed(2)} bp per bar`;
  if (side === 'short' && slope > 0) return `slope against a short: +${slope.toFixed(2)} bp per bar`;
  if (stackScore < LEAST_STACK_SCORE) {
    return `averages not stacked: ${stackScore.toFixed(0)} is below ${LEAST_STACK_SCORE}`;
  }
  return null;
}
