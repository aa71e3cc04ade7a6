/** Phantoms: live table, history with filters, detail, CSV export of exactly what is shown (WS-13, WS-20). */
import { z } from 'zod';
import type { Regime, Session } from '#core/domain/context.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { ExitReason, Outcome, Phantom } from '#core/domain/phantom.ts';
import { OUTCOMES } from '#core/domain/phantom.ts';
import type { Decider, Disposition, ScoreKind } from '#core/domain/score.ts';
import { DISPOSITIONS } from '#core/domain/score.ts';
import type { Side, SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { instrumentIdInput } from './market.ts';

/** One phantom as tables show it. Results are null while open. */
export interface PhantomRow {
  readonly id: SignalId;
  readonly instrumentId: InstrumentId;
  readonly symbol: string;
  readonly exchange: string;
  readonly simulated: boolean;
  readonly strategyId: string;
  readonly side: Side;
  readonly openedAt: UnixMs;
  readonly timeoutAt: UnixMs;
  readonly entry: number;
  readonly stop: number;
  readonly tp1: number | null;
  readonly target: number;
  readonly priceDecimals: number;
  readonly session: Session;
  readonly regime: Regime | null;
  readonly qscore: number;
  readonly score: number;
  readonly scoreKind: ScoreKind;
  readonly threshold: number;
  readonly disposition: Disposition;
  readonly dispositionReason: string;
  readonly decidedBy: Decider;
  readonly outcome: Outcome;
  readonly exitReason: ExitReason | null;
  readonly exitPrice: number | null;
  readonly exitTime: UnixMs | null;
  readonly grossR: number | null;
  readonly netR: number | null;
  readonly pnlPercent: number | null;
  readonly maxFavorableR: number;
  readonly maxAdverseR: number;
  readonly tp1Hit: boolean;
  readonly barsHeld: number;
  readonly ambiguous: boolean;
  readonly resolvedOffline: boolean;
}

/** An open phantom with what the market makes of it now. */
export interface LivePhantom extends PhantomRow {
  readonly stopInForce: number;
  readonly price: number | null;
  /** Net of costs, closing the rest now, tp1's fraction included. */
  readonly unrealisedR: number | null;
  readonly distanceToStopR: number | null;
  readonly distanceToTargetR: number | null;
}

export const livePhantomsInput = z
  .object({
    /** ST-12: the placebo's as well. */
    includePlacebo: z.boolean().optional(),
  })
  .strict();

export interface LivePhantomsDelta {
  readonly upserted: readonly LivePhantom[];
  readonly removed: readonly SignalId[];
}

export const PHANTOM_SORTS = ['openedAt', 'exitTime', 'netR', 'score', 'qscore'] as const;

export const phantomFilterInput = z
  .object({
    instrumentIds: z.array(instrumentIdInput).max(200).optional(),
    strategyIds: z.array(z.string().max(60)).max(50).optional(),
    sides: z.array(z.enum(['long', 'short'])).optional(),
    outcomes: z.array(z.enum(OUTCOMES)).optional(),
    dispositions: z.array(z.enum(DISPOSITIONS)).optional(),
    simulated: z.boolean().optional(),
    /** By opening time, from inclusive, to exclusive. */
    from: z.number().int().optional(),
    to: z.number().int().optional(),
    minimumScore: z.number().min(0).max(100).optional(),
    /** Part of symbol, strategy or reason. */
    search: z.string().max(100).optional(),
    /** ST-12: the placebo is left out unless this is true or `strategyIds` names it. */
    includePlacebo: z.boolean().optional(),
  })
  .strict();
export type PhantomFilter = z.infer<typeof phantomFilterInput>;

export const phantomSortInput = z
  .object({ by: z.enum(PHANTOM_SORTS), direction: z.enum(['ascending', 'descending']) })
  .strict();
export type PhantomSort = z.infer<typeof phantomSortInput>;

export const phantomHistoryInput = z
  .object({
    filter: phantomFilterInput,
    sort: phantomSortInput,
    /** Opaque, from the previous page; null for the first. */
    cursor: z.string().max(500).nullable(),
    limit: z.number().int().min(1).max(1000),
  })
  .strict();

export interface PhantomPage {
  readonly rows: readonly PhantomRow[];
  readonly nextCursor: string | null;
}

export const phantomIdInput = z.object({ id: z.string().max(200) }).strict();

export interface FeatureValue {
  readonly name: string;
  readonly meaning: string;
  readonly unit: string;
  /** Least and greatest possible value as words, e.g. `0 to 100`; absent where nothing bounds it. */
  readonly range?: string;
  /** Null when missing (FE-4). */
  readonly value: number | null;
}

/** One recorded feature vector. */
export interface FeatureGroup {
  /** Id of the set. */
  readonly set: string;
  readonly title: string;
  readonly features: readonly FeatureValue[];
}

/** What somebody else's truth log says of a signal; our resolver's outcome stays of record (ST-20). */
export interface TruthView {
  readonly completed: boolean;
  readonly outcome: 'WIN_TP' | 'LOSS_SL' | 'BREAK_EVEN' | 'TIMEOUT' | null;
  /** In price ticks; null where nobody said. */
  readonly maxFavorablePips: number | null;
  readonly maxAdversePips: number | null;
  readonly runtimeSeconds: number | null;
  readonly fileName: string;
  readonly importedAt: UnixMs;
  /** Whether it ended as ours did; null while either is open. */
  readonly agrees: boolean | null;
}

export interface EarlierGradeView {
  /** rules: another version of the resolver. revised: bars of its life were changed. finer: finer candles came. */
  readonly reason: 'rules' | 'revised' | 'finer';
  readonly outcome: Outcome;
  readonly netR: number | null;
  /** Wall time. */
  readonly replacedAt: UnixMs;
}

export interface PhantomDetail {
  readonly row: PhantomRow;
  readonly phantom: Omit<Phantom, 'features' | 'besideFeatures'>;
  /** By set: first the one that the strategy's model reads, then those recorded beside it. */
  readonly features: readonly FeatureGroup[];
  /** Null where nobody else said anything. */
  readonly truth: TruthView | null;
  /** What was said of it before it was graded again, the newest first. */
  readonly earlierGrades: readonly EarlierGradeView[];
}

/** Rows whose table view changed since the last frame: history refreshes itself from this. */
export interface PhantomActivity {
  readonly opened: number;
  readonly closed: number;
  readonly decided: number;
}

export interface PhantomStatistics {
  readonly total: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly dispositions: Readonly<Partial<Record<Disposition, number>>>;
  readonly ambiguous: number;
  /** Over resolved rows (win, loss, timeout), net of costs; null without any. A win is net R > 0, timeouts included (ML-5). */
  readonly resolved: {
    readonly count: number;
    readonly winRate: number;
    readonly winRateInterval: readonly [number, number];
    readonly netRPerTrade: number;
    readonly netRInterval: readonly [number, number];
  } | null;
}
