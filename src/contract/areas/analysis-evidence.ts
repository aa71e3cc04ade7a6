/** What the record shows beyond single decisions: patterns, scalp gates, and how far any of it can be believed (ML-44, PH-40 to PH-44, TU-30). */
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Bootstrap, Bounds, ResultFigures, ScopeFacts } from './analysis-figures.ts';

// Patterns (ML-44).

const PATTERN_KINDS = ['hour', 'session', 'weekday', 'regime', 'volume', 'trend-strength'] as const;
export type PatternKind = (typeof PATTERN_KINDS)[number];

export interface PatternCell extends ResultFigures {
  /** Stable name: `0` to `23`, `asian`, `mon`, `extreme`, `1.0-1.3` ... */
  readonly key: string;
  /** For people: `13:00 UTC`, `1.0 to 1.3 times the average volume`. */
  readonly label: string;
}

/** What was best on the older 70 % of the signals, tried on the later 30 %: only that is out of sample. */
export interface PatternPick {
  readonly keys: readonly string[];
  readonly older: ResultFigures;
  readonly later: ResultFigures;
  /** All later signals, to compare with. */
  readonly laterAll: ResultFigures;
  /** `held-up`: on the later signals they still earned more than the others, one-sided 5 %; `none`: none stood out. */
  readonly verdict: 'held-up' | 'did-not-hold-up' | 'too-few-later' | 'none';
  readonly sentence: string;
}

export interface Pattern {
  readonly kind: PatternKind;
  readonly title: string;
  /** In natural order, empty cells too. */
  readonly cells: readonly PatternCell[];
  /** Signals of which it is not known. */
  readonly unknown: number;
  readonly best: PatternPick;
}

export interface PatternReport {
  readonly scope: ScopeFacts;
  readonly bootstrap: Bootstrap;
  readonly all: ResultFigures;
  readonly patterns: readonly Pattern[];
}

// Scalp gates (PH-40 to PH-44).

export type GateRetest = 'held-up' | 'did-not-hold-up' | 'too-few-later' | 'not-found';

/** Shares 0-1, intervals 95 %; null for an empty side. */
export interface GateVariableView {
  readonly name: string;
  readonly meaning: string;
  readonly passTotal: number;
  readonly passWins: number;
  readonly failTotal: number;
  readonly failWins: number;
  /** Signals of which it is not known. */
  readonly missing: number;
  readonly passRate: number | null;
  readonly failRate: number | null;
  readonly passInterval: Bounds | null;
  readonly failInterval: Bounds | null;
  /** R per signal, net. */
  readonly passNetR: number | null;
  readonly failNetR: number | null;
  /** passRate - failRate, with its interval. */
  readonly delta: number | null;
  readonly interval: Bounds | null;
  readonly deltaBaseline: number | null;
  /** Both sides have 20. */
  readonly sufficient: boolean;
  readonly pValue: number | null;
  /** After Benjamini and Hochberg over everything that was searched. */
  readonly adjustedPValue: number | null;
  readonly discovery: boolean;
  readonly retest: GateRetest;
}

export interface GateCombinationView {
  readonly names: readonly string[];
  readonly total: number;
  readonly wins: number;
  readonly winRate: number | null;
  readonly interval: Bounds | null;
  readonly netR: number | null;
  /** Its win rate minus the mean of its gates' alone. */
  readonly synergy: number | null;
  readonly sufficient: boolean;
  readonly pValue: number | null;
  readonly adjustedPValue: number | null;
  readonly discovery: boolean;
}

export interface GateWinnerView {
  readonly names: readonly string[];
  readonly older: Omit<GateCombinationView, 'adjustedPValue' | 'discovery'>;
  readonly later: Omit<GateCombinationView, 'adjustedPValue' | 'discovery'>;
  readonly laterPValue: number | null;
  readonly verdict: GateRetest;
}

export interface GateMonth {
  /** E.g. `2026-11`. */
  readonly month: string;
  readonly passTotal: number;
  readonly passWins: number;
  readonly failTotal: number;
  readonly failWins: number;
  /** Null where a side has fewer than 20. */
  readonly delta: number | null;
}

export interface GateFindings {
  readonly total: number;
  readonly wins: number;
  /** Win rate and mean net R of all. */
  readonly baseline: number;
  readonly netR: number;
  /** Ranked by delta; those with too few last. */
  readonly variables: readonly GateVariableView[];
  /** The 16 combinations of htf, vol, body, align_15m as bitmaps in that order; null when one was never recorded. */
  readonly originals: {
    readonly missing: number;
    readonly combinations: readonly {
      readonly bitmap: string;
      readonly total: number;
      readonly wins: number;
      readonly winRate: number | null;
      readonly netR: number | null;
    }[];
  } | null;
  /** Of the ten best; best first. */
  readonly pairs: readonly GateCombinationView[];
  readonly triplets: readonly GateCombinationView[];
  readonly search: { readonly cells: number; readonly falseDiscoveryRate: number };
  readonly retest: {
    readonly olderRows: number;
    readonly laterRows: number;
    /** Opening time of the first later signal. */
    readonly splitAt: UnixMs | null;
    readonly winner: GateWinnerView | null;
  };
  readonly trend: readonly { readonly name: string; readonly months: readonly GateMonth[] }[] | null;
  readonly advice: {
    readonly enable: readonly string[];
    readonly disable: readonly string[];
    readonly bestCombination: readonly string[] | null;
    readonly lines: readonly string[];
    /** For the settings import: see docs/guide/analysis.md. */
    readonly yaml: string;
  };
}

export interface GateReport {
  readonly scope: ScopeFacts;
  /** Null without a resolved scalp phantom. */
  readonly findings: GateFindings | null;
  /** From the question to the answer, reading the record included; and of that, the analysis itself. */
  readonly elapsedMs: number;
  readonly analysisMs: number;
}

// The honesty panel (TU-30).

export type HonestyVerdict = 'evidence of an edge' | 'no evidence yet' | 'evidence against';

export interface HonestyPanel {
  readonly strategyId: string;
  /** `strategy`: all its resolved signals; `model`: those that a model scored and let pass. */
  readonly subject: 'strategy' | 'model';
  readonly figures: ResultFigures;
  /** Mean net R minus the placebo's over the same scope; null without 20 resolved placebo signals. */
  readonly againstPlacebo: {
    readonly difference: number;
    readonly interval: Bounds | null;
    readonly placeboResolved: number;
    readonly placeboNetR: number;
  } | null;
  /** R per trade had fees, slippage and funding been twice as high. */
  readonly doubledCosts: { readonly netRPerTrade: number; readonly interval: Bounds | null } | null;
  /** Probability that the Sharpe ratio per trade is above what the best of that many trials shows by luck (Bailey and Lopez de Prado 2014). */
  readonly deflatedSharpe: {
    readonly sharpe: number;
    /** The ratio expected of the luckiest trial. */
    readonly luckySharpe: number;
    readonly probability: number;
    readonly trials: number;
    /** What was counted as a trial, in words. */
    readonly trialsMeaning: string;
  } | null;
  /** Shares of the resolved signals, 0-1; null without any. */
  readonly ambiguousShare: number | null;
  readonly offlineShare: number | null;
  /** Mean net R had every ambiguous bar gone the good way; null without any resolved signal. */
  readonly optimisticNetRPerTrade: number | null;
  /** Of signals that a model scored: predicted against observed wins; null below 20. */
  readonly calibration: {
    readonly rows: number;
    readonly predicted: number;
    readonly observed: number;
    readonly observedInterval: Bounds;
    /** Mean |predicted - observed| over bins, weighted by rows. */
    readonly error: number;
    readonly bins: readonly {
      readonly predicted: number;
      readonly observed: number;
      readonly rows: number;
      readonly interval: Bounds;
    }[];
  } | null;
  /** Independent trades that the overlapping ones are worth. */
  readonly effectiveSamples: number;
  readonly unresolved: {
    /** Open or unavailable. */
    readonly count: number;
    /** Mean net R that they would need to turn the verdict into the next worse (or, without evidence, better) one; null: nothing they do changes it. */
    readonly neededNetR: number | null;
    readonly sentence: string;
  };
  readonly verdict: HonestyVerdict;
  /** One sentence: the verdict and what it rests on. */
  readonly sentence: string;
}

export interface HonestyReport {
  readonly scope: ScopeFacts;
  readonly bootstrap: Bootstrap;
  /** Of the scope's signals, those of the placebo (ST-12): only here they are counted, as what the others are measured against. */
  readonly placeboSignals: number;
  readonly panels: readonly HonestyPanel[];
}
