/**
 * The thresholds of the running engine: what resolved signals teach, refitted every 50 (DE-2), and the minimum that
 * follows what was executed (ML-51). A book changes only where an event says so, so that a replay repeats it.
 */
import {
  ADAPTIVE_RULES,
  type AdaptiveMinimum,
  type AdaptiveScale,
  afterExecution,
  startAdaptiveMinimum,
} from '#core/decisions/adaptive-minimum.ts';
import type { BreakEven } from '#core/decisions/threshold.ts';
import { isFitDue, type ThresholdBook } from '#core/decisions/threshold-book.ts';
import type { ThresholdKind } from '#core/decisions/threshold-bounds.ts';
import { chooseThreshold } from '#core/decisions/threshold-choice.ts';
import { fitThresholds } from '#core/decisions/threshold-learning.ts';
import { type ThresholdRecord, ThresholdRecords } from '#core/decisions/threshold-records.ts';
import type { DecisionContext } from '#core/domain/context.ts';
import type { Phantom, PhantomResult } from '#core/domain/phantom.ts';
import { type ScoreKind, type Threshold, teachesThresholds } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Position, TicketId } from '#core/domain/trading.ts';
import type { PhantomBook } from '#core/phantoms/phantom-book.ts';
import type { EngineEvent, EngineSettings } from './messages.ts';

/** What a restart brings back (PL-6). */
export interface RestoredThresholds {
  readonly learned: readonly {
    readonly strategyId: string;
    readonly kind: ThresholdKind;
    /** The newest; null before the first fit. */
    readonly book: ThresholdBook | null;
    /** Records so far, and the newest of them in the order in which they were resolved. */
    readonly total: number;
    readonly newest: readonly ThresholdRecord[];
  }[];
  readonly minimums: readonly { readonly strategyId: string; readonly minimum: AdaptiveMinimum }[];
  /** Open positions, with what their signal's decision compared. */
  readonly executions: readonly (Execution & { readonly id: TicketId })[];
}

interface Execution {
  readonly strategyId: string;
  readonly kind: ScoreKind;
}

interface Learned {
  readonly records: ThresholdRecords;
  book: ThresholdBook | null;
  /** By context and by what else a choice depends on; emptied when any of it changes. */
  readonly chosen: Map<string, Threshold>;
  chosenFor: string;
}

export class ThresholdDesk {
  readonly #learned = new Map<string, Learned>();
  readonly #minimums = new Map<string, AdaptiveMinimum>();
  readonly #executions = new Map<TicketId, Execution>();

  /** The threshold for a score in its context (DE-1). `modelBreakEven`: what the model that made it knows itself. */
  choose(
    strategyId: string,
    kind: ScoreKind,
    context: DecisionContext,
    settings: EngineSettings,
    modelBreakEven: BreakEven | null,
  ): Threshold {
    const { stage, fixedMinimumScore } = settings;
    const learned = kind === 'neutral' ? undefined : this.#learned.get(keyOf(strategyId, kind));
    const ground = {
      kind,
      stage,
      context,
      fixedMinimumScore,
      book: learned?.book ?? null,
      minimum: this.#minimum(strategyId, 'score'),
      margin: this.#minimum(strategyId, 'margin'),
      modelBreakEven,
    };
    if (learned === undefined || learned.book === null) return chooseThreshold(ground);
    const basis = `${learned.book.version} ${stage} ${fixedMinimumScore} ${ground.margin?.value ?? ''}`;
    if (learned.chosenFor !== basis) {
      learned.chosen.clear();
      learned.chosenFor = basis;
    }
    const place = `${context.session} ${context.regime}`;
    const known = learned.chosen.get(place);
    if (known !== undefined) return known;
    const chosen = chooseThreshold(ground);
    learned.chosen.set(place, chosen);
    return chosen;
  }

  /** A phantom was resolved: counts for its strategy and kind, and may bring the next fit. */
  onResolved(
    { signal, decision }: Phantom,
    result: PhantomResult,
    time: UnixMs,
    settings: EngineSettings,
    events: EngineEvent[],
  ): void {
    const { kind, value: score } = decision.score;
    if (kind === 'neutral' || result.netR === null || !teachesThresholds(decision)) return;
    const learned = this.#learnedOf(signal.strategyId, kind);
    const { session, regime } = signal.context;
    const { netR } = result;
    learned.records.add({ time: result.exitTime ?? time, score, win: netR > 0, netR, session, regime });
    if (!isFitDue(learned.book, learned.records.total)) return;
    const terms = {
      strategyId: signal.strategyId,
      kind,
      stage: settings.stage,
      margin: this.#minimum(signal.strategyId, 'margin')?.value ?? ADAPTIVE_RULES.margin.start,
      version: (learned.book?.version ?? 0) + 1,
      fittedAt: time,
    };
    const fitted = fitThresholds(learned.records.window(), learned.records.total, terms, learned.book);
    if (fitted === null) return;
    learned.book = fitted.book;
    events.push({ kind: 'thresholds-fitted', time, book: fitted.book });
  }

  /** Follows what was executed; adds what comes of it to the step's events. */
  afterStep(events: readonly EngineEvent[], book: Pick<PhantomBook, 'get'>): readonly EngineEvent[] {
    let adapted: EngineEvent[] | null = null;
    for (const event of events) {
      if (event.kind === 'position-opened') {
        const phantom = book.get(event.position.id)?.phantom;
        if (phantom === undefined) continue;
        const { signal, decision } = phantom;
        this.#executions.set(phantom.id, { strategyId: signal.strategyId, kind: decision.score.kind });
      } else if (event.kind === 'position-closed') {
        const change = this.#onExecuted(event.position, event.time);
        if (change === null) continue;
        adapted ??= [];
        adapted.push(change);
      }
    }
    return adapted === null ? events : [...events, ...adapted];
  }

  restore({ learned, minimums, executions }: RestoredThresholds): void {
    for (const { strategyId, kind, book, total, newest } of learned) {
      const own = this.#learnedOf(strategyId, kind);
      own.book = book;
      own.records.startAfter(total - newest.length);
      for (const record of newest) own.records.add(record);
    }
    for (const { id, ...execution } of executions) this.#executions.set(id, execution);
    for (const { strategyId, minimum } of minimums) this.#minimums.set(keyOf(strategyId, minimum.scale), minimum);
  }

  /** An execution was resolved, on paper or not (ML-51); one that the exchange cut short says nothing. */
  #onExecuted({ id, result: { netR } }: Position, time: UnixMs): EngineEvent | null {
    const execution = this.#executions.get(id);
    this.#executions.delete(id);
    if (execution === undefined || execution.kind === 'neutral' || netR === null) return null;
    const { strategyId, kind } = execution;
    const scale = kind === 'model' ? 'margin' : 'score';
    const minimum = afterExecution(this.#minimum(strategyId, scale) ?? startAdaptiveMinimum(scale), netR > 0);
    this.#minimums.set(keyOf(strategyId, scale), minimum);
    return { kind: 'minimum-adapted', time, strategyId, minimum };
  }

  #minimum(strategyId: string, scale: AdaptiveScale): AdaptiveMinimum | null {
    return this.#minimums.get(keyOf(strategyId, scale)) ?? null;
  }

  #learnedOf(strategyId: string, kind: ThresholdKind): Learned {
    const key = keyOf(strategyId, kind);
    const known = this.#learned.get(key);
    if (known !== undefined) return known;
    const fresh: Learned = { records: new ThresholdRecords(), book: null, chosen: new Map(), chosenFor: '' };
    this.#learned.set(key, fresh);
    return fresh;
  }
}

function keyOf(strategyId: string, part: string): string {
  return `${strategyId} ${part}`;
}
