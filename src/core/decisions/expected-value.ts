/** What a group of resolved signals earned, and from which win probability on it would earn at all (DE-2, DE-3). */
import { studentQuantile } from '#core/base/distributions.ts';

export interface ResolvedTrade {
  readonly win: boolean;
  /** Net of costs, in R. */
  readonly netR: number;
}

/** Sums from which everything else follows. */
export interface TradeSums {
  readonly count: number;
  readonly wins: number;
  readonly wonR: number;
  readonly lostR: number;
  readonly squaredR: number;
}

/** Sums that grow trade by trade. */
export type GrowingSums = { -readonly [Name in keyof TradeSums]: TradeSums[Name] };

export function noTrades(): GrowingSums {
  return { count: 0, wins: 0, wonR: 0, lostR: 0, squaredR: 0 };
}

export function addTrade(sums: GrowingSums, win: boolean, netR: number): void {
  sums.count++;
  if (win) {
    sums.wins++;
    sums.wonR += netR;
  } else sums.lostR += netR;
  sums.squaredR += netR * netR;
}

export function tradeSums(trades: readonly ResolvedTrade[]): TradeSums {
  const sums = noTrades();
  for (const { win, netR } of trades) addTrade(sums, win, netR);
  return sums;
}

/** Taken while no win or no loss has been seen: neither side is known to be the larger. */
export const ASSUMED_BREAK_EVEN = 0.5;

export interface ExpectedValue {
  readonly count: number;
  readonly winRate: number;
  /** Mean net R of wins, and of the others as a positive number; null where there is none. */
  readonly averageWin: number | null;
  readonly averageLoss: number | null;
  /** P(win) x average win - P(loss) x average loss, in R. */
  readonly netR: number;
  /** 95 %, by Student's t over trades taken as independent; null below five. Overlapping trades make it rather wider. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** Two-sided 95 %. */
const UPPER_SHARE = 0.975;
/** Fewer trades say nothing of their own spread. */
const MINIMUM_FOR_INTERVAL = 5;

/** Null without trades. */
export function expectedValue(sums: TradeSums): ExpectedValue | null {
  const { count, wins, wonR, lostR, squaredR } = sums;
  if (count === 0) return null;
  const netR = (wonR + lostR) / count;
  const losses = count - wins;
  return {
    count,
    winRate: wins / count,
    averageWin: wins === 0 ? null : wonR / wins,
    averageLoss: losses === 0 ? null : -lostR / losses,
    netR,
    interval: count < MINIMUM_FOR_INTERVAL ? null : studentInterval(count, netR, squaredR),
  };
}

/**
 * The win probability at which a trade earns nothing: average loss / (average loss + average win), 0-1 (DE-2). 1 when even
 * wins lose, 0 when even losses earn; null until both sides have been seen.
 */
export function breakEvenProbability({ count, wins, wonR, lostR }: TradeSums): number | null {
  const losses = count - wins;
  if (wins === 0 || losses === 0) return null;
  return breakEvenOf(wonR / wins, -lostR / losses);
}

/** The same from the averages, in R. */
export function breakEvenOf(averageWin: number, averageLoss: number): number {
  if (averageWin <= 0) return 1;
  return averageLoss <= 0 ? 0 : averageLoss / (averageLoss + averageWin);
}

function studentInterval(count: number, netR: number, squaredR: number): readonly [number, number] {
  // Rounding can push the variance of equal results a hair below zero.
  const variance = Math.max(0, (squaredR - count * netR * netR) / (count - 1));
  const half = studentQuantile(UPPER_SHARE, count - 1) * Math.sqrt(variance / count);
  return [netR - half, netR + half];
}
