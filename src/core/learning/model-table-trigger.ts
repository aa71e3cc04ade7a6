/** When a model is fitted (ML-21): by counts, by the weekly schedule with catch-up, or by half as many more in a bootstrap (PL-11). */
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { ModelSpec } from './model-table.ts';

export interface TrainingState {
  /** Trainable examples now (ML-3). */
  readonly trainable: number;
  /** The last attempt, whatever came of it: when, and with how many examples. Null before the first. */
  readonly lastAttempt: { readonly at: UnixMs; readonly trainable: number } | null;
  /** One training per model at a time. */
  readonly running: boolean;
  /** Inside a bootstrap, where time is simulated. */
  readonly bootstrap: boolean;
}

export interface TrainingTrigger {
  readonly due: boolean;
  /** In words: why now, or what it waits for. */
  readonly reason: string;
  /** When to ask again at the latest, for scheduled models; null when only new examples can make it due. */
  readonly nextAt: UnixMs | null;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-01 was a Thursday: the first Sunday began three days later. */
const FIRST_SUNDAY_MS = 3 * DAY_MS;
/** PL-11. */
const BOOTSTRAP_GROWTH = 1.5;

/**
 * Whether to train now. Ask at each start, after each resolved phantom and at `nextAt`: a scheduled time that passed
 * while nothing ran is due at the next asking, once.
 */
export function trainingTrigger(spec: ModelSpec, state: TrainingState, now: UnixMs): TrainingTrigger {
  const { trainable, lastAttempt } = state;
  if (state.running) return { due: false, reason: 'a training is running', nextAt: null };
  if (lastAttempt === null) {
    return trainable >= spec.firstFit
      ? { due: true, reason: `first fit: ${trainable} examples`, nextAt: null }
      : { due: false, reason: `learning: ${trainable} of ${spec.firstFit}`, nextAt: null };
  }
  const fresh = trainable - lastAttempt.trainable;
  if (state.bootstrap) {
    const goal = Math.ceil(lastAttempt.trainable * BOOTSTRAP_GROWTH);
    return trainable >= goal
      ? { due: true, reason: `examples have grown by half, to ${trainable}`, nextAt: null }
      : { due: false, reason: `${trainable} of ${goal} examples`, nextAt: null };
  }
  if (spec.refit.kind === 'count') {
    const { every } = spec.refit;
    return fresh >= every
      ? { due: true, reason: `${fresh} new examples since the last attempt`, nextAt: null }
      : { due: false, reason: `${Math.max(0, fresh)} of ${every} new examples since the last attempt`, nextAt: null };
  }
  const { minimumNew } = spec.refit;
  const last = lastScheduled(spec.refit.day, spec.refit.hour, now);
  const nextAt = last + WEEK_MS;
  if (lastAttempt.at >= last) return { due: false, reason: 'trained since its last scheduled time', nextAt };
  return fresh >= minimumNew
    ? { due: true, reason: `scheduled, with ${fresh} new examples`, nextAt }
    : { due: false, reason: `scheduled, but only ${Math.max(0, fresh)} of ${minimumNew} new examples`, nextAt };
}

/** A timer stands still while the machine sleeps; asking this often bounds how late a schedule is caught up. */
const LONGEST_WAIT_MS = 3_600_000;
/** A trigger whose time has come is asked again after this long at the earliest. */
const SHORTEST_WAIT_MS = 1_000;

/** When to ask the triggers again at the latest; null while only new examples can make one due. */
export function nextAsking(triggers: readonly TrainingTrigger[], now: UnixMs): UnixMs | null {
  const times = triggers.flatMap(({ nextAt }) => (nextAt === null ? [] : [nextAt]));
  if (times.length === 0) return null;
  return Math.min(now + LONGEST_WAIT_MS, Math.max(now + SHORTEST_WAIT_MS, Math.min(...times)));
}

/** The latest weekly time (UTC) at or before `now`. */
function lastScheduled(day: number, hour: number, now: UnixMs): UnixMs {
  const phase = FIRST_SUNDAY_MS + day * DAY_MS + hour * 3_600_000;
  return phase + Math.floor((now - phase) / WEEK_MS) * WEEK_MS;
}
