/** How far the record can be believed: the shapes of patterns and of the honesty panel (ML-44, TU-30). */
import type { Bounds } from '#core/base/proportions.ts';
import type { Bootstrap, ResultFigures } from './result-figures.ts';

// Patterns (ML-44).

export type PatternKind = 'hour' | 'session' | 'weekday' | 'regime' | 'volume' | 'trend-strength';

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

export interface PatternFigures {
  readonly bootstrap: Bootstrap;
  readonly all: ResultFigures;
  readonly patterns: readonly Pattern[];
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

export interface HonestyFigures {
  readonly bootstrap: Bootstrap;
  /** Of the scope's signals, those of the placebo (ST-12): only here they are counted, as what the others are measured against. */
  readonly placeboSignals: number;
  readonly panels: readonly HonestyPanel[];
}
