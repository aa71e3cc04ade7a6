/** What became of a signal, in the words that others write down too: one line of a truth log (ST-20). */
import type { PhantomResult } from './phantom.ts';

/** The level or the time that ended it; `BREAK_EVEN` is a stop that had been moved to the entry. */
export const TRUTH_OUTCOMES = ['WIN_TP', 'LOSS_SL', 'BREAK_EVEN', 'TIMEOUT'] as const;
export type TruthOutcome = (typeof TRUTH_OUTCOMES)[number];

export interface TruthFacts {
  readonly completed: boolean;
  /** Null while it runs. */
  readonly outcome: TruthOutcome | null;
  /** In price ticks of the instrument, 0 or more; null where nobody said, or the tick is unknown. */
  readonly maxFavorablePips: number | null;
  readonly maxAdversePips: number | null;
  readonly runtimeSeconds: number | null;
}

/** By the level that was reached, which both sides can see; costs decide between win and loss only in our own figures. */
export function truthOutcome(exitReason: PhantomResult['exitReason']): TruthOutcome | null {
  switch (exitReason) {
    case 'tp':
      return 'WIN_TP';
    case 'sl':
      return 'LOSS_SL';
    case 'be':
      return 'BREAK_EVEN';
    case 'timeout':
      return 'TIMEOUT';
    default:
      return null;
  }
}

/** `priceTick` 0: unknown. Null for a phantom without a life to speak of (gated, unavailable). */
export function truthOf(result: PhantomResult, entry: number, priceTick: number): TruthFacts | null {
  if (result.outcome === 'gated' || result.outcome === 'unavailable') return null;
  const completed = result.outcome !== 'open';
  const pips = (price: number) =>
    completed && priceTick > 0 ? Math.round((Math.abs(price - entry) / priceTick) * 100) / 100 : null;
  return {
    completed,
    outcome: truthOutcome(result.exitReason),
    maxFavorablePips: pips(result.maxFavorablePrice),
    maxAdversePips: pips(result.maxAdversePrice),
    runtimeSeconds: completed ? result.timeToExitSec : null,
  };
}
