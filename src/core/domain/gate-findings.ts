/** What the gates of a strategy are worth, each alone and in pairs and triplets: the shapes of the gate analysis (PH-40 to PH-44). */
import type { Bounds } from '#core/base/proportions.ts';

/** Counts of one gate over a range of rows; rows where it is missing are in neither side. */
export interface SideCounts {
  readonly passTotal: number;
  readonly passWins: number;
  readonly failTotal: number;
  readonly failWins: number;
}

/** Means of net R; null for an empty side. */
export interface SideMeans {
  readonly passNetR: number | null;
  readonly failNetR: number | null;
}

export interface GateFigures extends SideCounts, SideMeans {
  readonly name: string;
  readonly missing: number;
  /** Shares, 0-1; null for an empty side. */
  readonly passRate: number | null;
  readonly failRate: number | null;
  /** Wilson, 95 %. */
  readonly passInterval: Bounds | null;
  readonly failInterval: Bounds | null;
  /** Win rate passed - failed, as a fraction, with Newcombe's 95 % interval; null for an empty side. */
  readonly delta: number | null;
  readonly interval: Bounds | null;
  /** Win rate passed - win rate of all rows. */
  readonly deltaBaseline: number | null;
  /** Both sides have 20. */
  readonly sufficient: boolean;
  /** Of "both sides win equally often"; null where it is not sufficient. */
  readonly pValue: number | null;
}

export interface CombinationFigures {
  readonly names: readonly string[];
  /** Rows that pass every gate of it. */
  readonly total: number;
  readonly wins: number;
  /** Share, 0-1, with Wilson's 95 % interval; null without rows. */
  readonly winRate: number | null;
  readonly interval: Bounds | null;
  /** Mean net R; null without rows. */
  readonly netR: number | null;
  /** Win rate - mean of the win rates of its gates alone; null without rows. */
  readonly synergy: number | null;
  /** At least 20 rows in it and 20 outside. */
  readonly sufficient: boolean;
  /** Null where it is not sufficient. */
  readonly pValue: number | null;
}

/** One test of the search, after Benjamini and Hochberg. */
export interface Discovery {
  readonly adjustedPValue: number | null;
  /** The difference is no chance find at a false-discovery rate of 5 %. */
  readonly discovery: boolean;
}

export interface GateMonth extends SideCounts {
  readonly month: string;
  /** Null where a side has fewer than 20: too few. */
  readonly delta: number | null;
}

/**
 * `not-found`: the older rows show nothing beyond chance. Else the later ones confirm it (same direction, one-sided 5 %),
 * do not, or are fewer than 20 on a side.
 */
export type GateRetest = 'held-up' | 'did-not-hold-up' | 'too-few-later' | 'not-found';

export interface GateWinner {
  readonly names: readonly string[];
  readonly older: CombinationFigures;
  readonly later: CombinationFigures;
  /** One-sided, on the later rows; null when they are too few. */
  readonly laterPValue: number | null;
  readonly verdict: GateRetest;
}

export interface GateRetests {
  readonly olderRows: number;
  readonly laterRows: number;
  /** Open time of the first later row, UTC ms; null without times. */
  readonly splitAt: number | null;
  /** The best pair or triplet of the older rows; null when none has enough rows. */
  readonly winner: GateWinner | null;
  /** Per gate, in the order of the rows' names. */
  readonly variables: readonly GateRetest[];
}

export interface GateAdvice {
  /** Gates after which more signals won, on the older rows beyond chance and again on the later ones. Best first. */
  readonly enable: readonly string[];
  /** Gates after which fewer won, by the same rules: they keep the better signals out. Worst first. */
  readonly disable: readonly string[];
  /** Null when no combination held up. */
  readonly bestCombination: readonly string[] | null;
  /** Sentences for people. */
  readonly lines: readonly string[];
  /** See `yamlOf`. */
  readonly yaml: string;
}

export interface GateVariableFindings extends GateFigures, Discovery {
  /** Found on the older rows, tried on the later ones. */
  readonly retest: GateRetest;
}

export interface GateCombination extends CombinationFigures, Discovery {}

/** One of the 16 combinations of the four original gates. */
export interface OriginalCombination {
  /** In the order htf, vol, body, align_15m; 1 passed, 0 failed. */
  readonly bitmap: string;
  readonly total: number;
  readonly wins: number;
  readonly winRate: number | null;
  readonly netR: number | null;
}

export interface GateTrend {
  readonly name: string;
  readonly months: readonly GateMonth[];
}

export interface GateAnalysis {
  readonly total: number;
  readonly wins: number;
  /** Win rate of all rows, and their mean net R. */
  readonly baseline: number;
  readonly netR: number;
  /** Ranked by delta; those with too few rows last. */
  readonly variables: readonly GateVariableFindings[];
  /** Of rows where all four are known; null when the table lacks one of the four. */
  readonly originals: { readonly missing: number; readonly combinations: readonly OriginalCombination[] } | null;
  /** Of the ten variables with the largest delta; best first. */
  readonly pairs: readonly GateCombination[];
  readonly triplets: readonly GateCombination[];
  readonly search: {
    readonly cells: number;
    readonly falseDiscoveryRate: number;
    /** What each p-value is of, in words. */
    readonly nullHypotheses: { readonly variable: string; readonly combination: string };
  };
  readonly retest: GateRetests;
  /** Null without times. */
  readonly trend: readonly GateTrend[] | null;
  readonly advice: GateAdvice;
}
