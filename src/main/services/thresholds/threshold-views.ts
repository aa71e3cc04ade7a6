/** Thresholds as the window and the command line show them: in force now, and how they came about (DE-1 to DE-3, ML-51). */
import type {
  AdaptiveMinimumView,
  FitView,
  LearnedKind,
  ThresholdCell,
  ThresholdContexts,
  ThresholdHistoryEntry,
  ThresholdHistoryPage,
  ThresholdsNow,
} from '#contract/areas/thresholds.ts';
import { wilsonInterval } from '#core/base/proportions.ts';
import { ADAPTIVE_RULES, type AdaptiveMinimum, adaptiveEvidence } from '#core/decisions/adaptive-minimum.ts';
import { expectedValue, tradeSums } from '#core/decisions/expected-value.ts';
import {
  type FittedThreshold,
  RECORDS_PER_FIT,
  type ThresholdBook,
  thresholdChanges,
} from '#core/decisions/threshold-book.ts';
import { type ThresholdKind, thresholdBounds } from '#core/decisions/threshold-bounds.ts';
import { chooseThreshold } from '#core/decisions/threshold-choice.ts';
import { learnThresholds } from '#core/decisions/threshold-learning.ts';
import { RECORD_WINDOW, type ThresholdRecord } from '#core/decisions/threshold-records.ts';
import { type DecisionContext, REGIMES, SESSIONS } from '#core/domain/context.ts';
import type { Stage, Threshold } from '#core/domain/score.ts';
import type { StoredThresholdVersion, ThresholdFilter, ThresholdStore } from '#main/store/threshold-store.ts';
import { bookIn, storedMinimums } from './restored-thresholds.ts';

/** What of the settings thresholds depend on. */
export interface ThresholdSettings {
  readonly stage: Stage;
  readonly fixedMinimumScore: number | null;
}

export interface ContextsRequest {
  readonly strategyId?: string | undefined;
  readonly kind?: LearnedKind | undefined;
}

const ASSUMED = 0.5;
/** Steps of a minimum that are shown: each stands for 20 executions. */
const MOVES_SHOWN = 20;
const NO_REGIME: DecisionContext = { session: 'off', regime: null };
const KIND_ORDER: readonly LearnedKind[] = ['model', 'enhanced', 'heuristic', 'quality'];

export function thresholdsNow(
  store: ThresholdStore,
  { stage, fixedMinimumScore }: ThresholdSettings,
  { strategyId, kind }: ContextsRequest,
): ThresholdsNow {
  const pairs = store.pairs().filter((pair) => strategyId === undefined || pair.strategyId === strategyId);
  const minimums = storedMinimums(store).filter((one) => strategyId === undefined || one.strategyId === strategyId);
  const ground = { stage, fixedMinimumScore, minimums };
  const decided = pairs
    .filter((pair) => kind === undefined || pair.kind === kind)
    .map((pair) => {
      const records = store.newest(pair.strategyId, pair.kind, RECORD_WINDOW);
      const book = bookIn(store.newestVersion(pair.strategyId, pair.kind));
      return contextsOf({ ...pair, decides: true, learnedAs: pair.kind, records, book }, ground);
    });
  const strategies = [...new Set(pairs.map((pair) => pair.strategyId))];
  const quality = (kind === undefined || kind === 'quality' ? strategies : []).map((id) => {
    const total = pairs.reduce((sum, pair) => sum + (pair.strategyId === id ? pair.total : 0), 0);
    return contextsOf(qualityGround(store, id, total, stage), { ...ground, fixedMinimumScore: null, minimums: [] });
  });
  const contexts = [...decided, ...quality].sort(
    (a, b) => compare(a.strategyId, b.strategyId) || KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind),
  );
  return { contexts, minimums: minimums.map((one) => minimumView(store, one)), fixedMinimumScore };
}

interface PairGround {
  readonly strategyId: string;
  readonly kind: LearnedKind;
  readonly decides: boolean;
  /** The scale that its bounds and fits are of. */
  readonly learnedAs: ThresholdKind;
  readonly total: number;
  readonly records: readonly ThresholdRecord[];
  readonly book: ThresholdBook | null;
}

/** DE-1: the qscore's threshold is learned in the same way on demand, as no decision waits for it. */
function qualityGround(store: ThresholdStore, strategyId: string, total: number, stage: Stage): PairGround {
  const records = store.newestByQuality(strategyId, RECORD_WINDOW);
  const terms = { strategyId, kind: 'heuristic', stage, margin: 0, version: 1 } as const;
  const learned = learnThresholds(records, { ...terms, fittedAt: records.at(-1)?.time ?? 0 });
  return {
    ...{ strategyId, kind: 'quality', decides: false, learnedAs: 'heuristic', total, records },
    book: learned?.book ?? null,
  };
}

interface DecisionGround extends ThresholdSettings {
  readonly minimums: readonly { readonly strategyId: string; readonly minimum: AdaptiveMinimum }[];
}

function contextsOf(pair: PairGround, { stage, fixedMinimumScore, minimums }: DecisionGround): ThresholdContexts {
  const { strategyId, learnedAs: kind, total, records, book } = pair;
  const minimumOf = (scale: 'score' | 'margin') =>
    minimums.find((one) => one.strategyId === strategyId && one.minimum.scale === scale)?.minimum ?? null;
  const margin = minimumOf('margin');
  const choose = (context: DecisionContext) => {
    const minimum = minimumOf('score');
    return chooseThreshold({
      ...{ kind, stage, context, fixedMinimumScore, book, minimum, margin, modelBreakEven: null },
    });
  };
  const breakEven = book?.pooled.breakEven ?? ASSUMED;
  const bounds = thresholdBounds(kind, stage, breakEven, margin?.value ?? ADAPTIVE_RULES.margin.start);
  const { value, source, evidence } = choose(NO_REGIME);
  const isQuality = pair.kind === 'quality';
  return {
    strategyId,
    kind: pair.kind,
    decides: pair.decides,
    version: isQuality ? null : (book?.version ?? null),
    fittedAt: book?.fittedAt ?? null,
    records: total,
    window: records.length,
    nextFitAt: isQuality ? Math.max(total, RECORDS_PER_FIT) : (book?.records ?? 0) + RECORDS_PER_FIT,
    stage,
    floor: bounds.floor,
    ceiling: bounds.ceiling,
    threshold: value,
    source,
    evidence,
    earned: expectedValue(tradeSums(records)),
    pooled: book === null ? null : { ...fitView(book.pooled), curve: book.pooled.curve },
    cells: cellsOf(book, choose, (index) => {
      const [session, regime] = [SESSIONS[Math.floor(index / REGIMES.length)], REGIMES[index % REGIMES.length]];
      const mine = records.filter((record) => record.session === session && record.regime === regime);
      return expectedValue(tradeSums(mine));
    }),
  };
}

function cellsOf(
  book: ThresholdBook | null,
  choose: (context: DecisionContext) => Threshold,
  earnedIn: (index: number) => ThresholdCell['earned'],
): readonly ThresholdCell[] {
  return SESSIONS.flatMap((session, outer) =>
    REGIMES.map((regime, inner): ThresholdCell => {
      const index = outer * REGIMES.length + inner;
      const own = book?.buckets[index]?.own ?? null;
      const { value, source, evidence } = choose({ session, regime });
      return {
        ...{ session, regime, earned: earnedIn(index), threshold: value, source, evidence },
        own: own === null ? null : { ...fitView(own), weight: own.weight },
      };
    }),
  );
}

function fitView({ judged, ...fitted }: FittedThreshold): FitView {
  const { fittedOn, breakEven, breakEvenIsAssumed, crossing, winProbability } = fitted;
  return {
    ...{ fittedOn, breakEven, breakEvenIsAssumed, crossing, winProbability },
    ...{ verdict: judged.verdict, judgedOn: judged.records, taken: judged.taken },
  };
}

function minimumView(
  store: ThresholdStore,
  { strategyId, minimum }: DecisionGround['minimums'][number],
): AdaptiveMinimumView {
  const { scale, value, resolved, recent } = minimum;
  const wins = recent.filter((won) => won === 1).length;
  const { lowest, highest } = ADAPTIVE_RULES[scale];
  return {
    ...{ strategyId, scale, value, lowest, highest, executions: resolved },
    winRate: recent.length === 0 ? null : wins / recent.length,
    winRateInterval: recent.length === 0 ? null : wilsonInterval(wins, recent.length),
    evidence: adaptiveEvidence(minimum),
    moves: store.minimumMoves(strategyId, scale, MOVES_SHOWN),
  };
}

export function thresholdHistory(
  store: ThresholdStore,
  filter: ThresholdFilter,
  before: number | null,
  limit: number,
): ThresholdHistoryPage {
  const versions = store.versions(filter, before, limit);
  return {
    entries: versions.map((version) => historyEntry(version, bookIn(store.versionBefore(version)))),
    next: versions.length < limit ? null : (versions.at(-1)?.no ?? null),
  };
}

function historyEntry(stored: StoredThresholdVersion, before: ThresholdBook | null): ThresholdHistoryEntry {
  const book = stored.document as ThresholdBook;
  const { kind, stage } = book;
  // As a decision at that time would have chosen: on the stage and the margin that the book was fitted for.
  const margin: AdaptiveMinimum = { scale: 'margin', value: book.margin, resolved: 0, steppedAt: 0, recent: [] };
  const choose = (context: DecisionContext) =>
    chooseThreshold({
      ...{ kind, stage, context, fixedMinimumScore: null, book, minimum: null, margin, modelBreakEven: null },
    });
  const pooled = choose(NO_REGIME);
  const moves =
    before === null
      ? [{ context: null, from: null, to: book.pooled.value }]
      : thresholdChanges(before, book).map(({ bucket, from, to }) => ({ context: bucket, from, to }));
  return {
    ...{ no: stored.no, time: stored.time, strategyId: stored.strategyId, kind, who: stored.who },
    ...{ version: stored.version, why: stored.why, stage, margin: book.margin, records: book.records },
    ...{ threshold: pooled.value, evidence: pooled.evidence, moves, pooled: fitView(book.pooled) },
    cells: cellsOf(book, choose, (index) => book.buckets[index]?.expected ?? null),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
