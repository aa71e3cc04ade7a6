/** Thresholds that were learned: the map of contexts, what each number rests on, and how they moved (DE-1 to DE-3, ML-51). */
import { z } from 'zod';
import type { Regime, Session } from '#core/domain/context.ts';
import type { ScoreKind, Stage, ThresholdSource } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

/** Kinds of score that a threshold is learned for; they never mix (DE-1). `quality` is the qscore, which does not decide. */
export const THRESHOLD_KINDS = ['model', 'enhanced', 'heuristic', 'quality'] as const satisfies readonly (
  | ScoreKind
  | 'quality'
)[];
export type LearnedKind = (typeof THRESHOLD_KINDS)[number];

/** What a group of resolved signals earned, net of costs; null figures where nothing of the kind was seen. */
export interface EarnedView {
  readonly count: number;
  /** 0-1. */
  readonly winRate: number;
  /** Mean net R of wins, and of losses as a positive number. */
  readonly averageWin: number | null;
  readonly averageLoss: number | null;
  /** Expected value in R per trade: P(win) x average win - P(loss) x average loss (DE-3). */
  readonly netR: number;
  /** 95 %; null below five trades: too few. */
  readonly interval: readonly [low: number, high: number] | null;
}

/**
 * What the newest 30 % of records say of those that reach the threshold: earned above zero for certain (95 %), lost for
 * certain, neither, or fewer than 20 of them.
 */
export type VerdictView = 'held-up' | 'unclear' | 'did-not-hold-up' | 'too-few';

/** One fit: on the older 70 % of records, judged on the newest 30 %. */
export interface FitView {
  /** Records it was fitted on. */
  readonly fittedOn: number;
  /** Win probability at which a trade earns nothing, 0-1; `assumed` while no win or no loss was seen. */
  readonly breakEven: number;
  readonly breakEvenIsAssumed: boolean;
  /** Smallest score at which P(win) reaches break-even, before floor and ceiling; null when no score does. */
  readonly crossing: number | null;
  /** P(win) of the fitted curve at the threshold that was chosen, 0-1. */
  readonly winProbability: number;
  readonly verdict: VerdictView;
  /** Newest records that it was judged on, and what those of them that reach the threshold earned. */
  readonly judgedOn: number;
  readonly taken: EarnedView | null;
}

/** One cell of the heat map. */
export interface ThresholdCell {
  readonly session: Session;
  readonly regime: Regime;
  /** All records of the context in the window; null without any. */
  readonly earned: EarnedView | null;
  /** What a decision in this context compares with now, in points of score. */
  readonly threshold: number;
  readonly source: ThresholdSource;
  /** Its own fit, with its weight against the pooled curve (n / (n + 50)); null: too few records of its own (under 20). */
  readonly own: (FitView & { readonly weight: number }) | null;
  /** In words, with counts. */
  readonly evidence: string;
}

/** One strategy and kind of score. */
export interface ThresholdContexts {
  readonly strategyId: string;
  readonly kind: LearnedKind;
  /** False for the qscore: its threshold is shown and decides nothing (DE-1). */
  readonly decides: boolean;
  /** Version of the newest fit, from 1, and when it was made; null before the first (50 records). */
  readonly version: number | null;
  readonly fittedAt: UnixMs | null;
  /** Resolved signals so far, and how many of the newest the fits look at. */
  readonly records: number;
  readonly window: number;
  /** Records at which the next fit is made. */
  readonly nextFitAt: number;
  /** Stage and bounds in force now; on the calibrated scale the floor is break-even plus the margin. */
  readonly stage: Stage;
  readonly floor: number;
  readonly ceiling: number;
  /** What a decision without a context of its own compares with now. */
  readonly threshold: number;
  readonly source: ThresholdSource;
  readonly evidence: string;
  /** Of all contexts together; null without records. */
  readonly earned: EarnedView | null;
  /** The pooled fit with its curve, P(win) by score, at most 33 points; null before the first fit. */
  readonly pooled: (FitView & { readonly curve: readonly (readonly [score: number, winProbability: number])[] }) | null;
  /** 16: every session x regime, sessions outer, in code order (asian, european, us, off x low ... extreme). */
  readonly cells: readonly ThresholdCell[];
}

/** ML-51: one of the two numbers per strategy that follow the results of what was executed, paper included. */
export interface AdaptiveMinimumView {
  readonly strategyId: string;
  /** `score`: the minimum of heuristic and enhanced scores; `margin`: points above a calibrated break-even. */
  readonly scale: 'score' | 'margin';
  readonly value: number;
  readonly lowest: number;
  readonly highest: number;
  /** Resolved executions so far, and the win rate of the newest 200 (0-1; null without any). */
  readonly executions: number;
  readonly winRate: number | null;
  readonly winRateInterval: readonly [number, number] | null;
  readonly evidence: string;
  /** The newest steps of it, newest first: when, from where to where, and after how many executions. */
  readonly moves: readonly {
    readonly time: UnixMs;
    readonly from: number;
    readonly to: number;
    readonly executions: number;
  }[];
}

export const thresholdContextsInput = z
  .object({
    strategyId: z.string().max(60).optional(),
    kind: z.enum(THRESHOLD_KINDS).optional(),
  })
  .strict();

export interface ThresholdsNow {
  /** By strategy, then kind in the order of THRESHOLD_KINDS; only pairs with at least one resolved record. */
  readonly contexts: readonly ThresholdContexts[];
  readonly minimums: readonly AdaptiveMinimumView[];
  /** The trader's own minimum replaces all of them; null: none is set. */
  readonly fixedMinimumScore: number | null;
}

export const thresholdHistoryInput = z
  .object({
    strategyId: z.string().max(60).optional(),
    kind: z.enum(THRESHOLD_KINDS).exclude(['quality']).optional(),
    /** Changes older than this entry's number; from the previous page, null for the newest. */
    before: z.number().int().positive().nullable().default(null),
    limit: z.number().int().min(1).max(500).default(50),
  })
  .strict();

/** One number that moved, by at least a tenth of a point. */
export interface ThresholdMove {
  /** Null: the pooled threshold. */
  readonly context: { readonly session: Session; readonly regime: Regime } | null;
  /** Null: there was none before. */
  readonly from: number | null;
  readonly to: number;
}

/** Who changed thresholds, when and why; newest first. */
export interface ThresholdHistoryEntry {
  /** Rising number of the entry in the record. */
  readonly no: number;
  readonly time: UnixMs;
  readonly strategyId: string;
  readonly kind: Exclude<LearnedKind, 'quality'>;
  readonly who: 'engine';
  readonly version: number;
  /** In words: e.g. `50 more signals were resolved (150)`. */
  readonly why: string;
  readonly stage: Stage;
  /** Points above break-even that the bounds were made with; only of matter on the calibrated scale. */
  readonly margin: number;
  readonly records: number;
  readonly threshold: number;
  readonly evidence: string;
  readonly moves: readonly ThresholdMove[];
  readonly pooled: FitView;
  readonly cells: readonly ThresholdCell[];
}

export interface ThresholdHistoryPage {
  readonly entries: readonly ThresholdHistoryEntry[];
  /** Give it as `before` for the next page; null at the end. */
  readonly next: number | null;
}

/** PH-22: what a strategy won of its newest resolved signals, taken or not. */
export interface RollingWinRate {
  readonly strategyId: string;
  /** At most 200. */
  readonly resolved: number;
  readonly wins: number;
  /** 0-1, with the 95 % interval of Wilson; null without any. */
  readonly winRate: number | null;
  readonly interval: readonly [number, number] | null;
  /** Under 20 resolved: nothing can be said of it. */
  readonly isTooFew: boolean;
}

/** PH-22: signals of one UTC day that were blocked or gated, by strategy and rule. */
export interface RefusedCount {
  /** UTC midnight. */
  readonly day: UnixMs;
  readonly strategyId: string;
  readonly disposition: 'blocked' | 'gated';
  /** The rule that refused, without its figures: e.g. `costs`, `extreme regime`. */
  readonly rule: string;
  readonly count: number;
}

export const refusedInput = z.object({ days: z.number().int().min(1).max(366).default(30) }).strict();

/** PH-21. `elevated`: over 50 open on one instrument; `critical`: over 100; `fault`: some are open past their timeout. */
export interface PhantomHealthView {
  readonly level: 'healthy' | 'elevated' | 'critical' | 'fault';
  readonly openInAll: number;
  readonly alerts: readonly {
    readonly instrumentId: string;
    readonly symbol: string;
    readonly level: 'elevated' | 'critical' | 'fault';
    /** Open phantoms, for a fault those past their timeout. */
    readonly count: number;
    readonly message: string;
  }[];
}

export interface PhantomWatch {
  readonly winRates: readonly RollingWinRate[];
  readonly refused: readonly RefusedCount[];
  readonly health: PhantomHealthView;
}
