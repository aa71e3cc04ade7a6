/**
 * What the direction model learns from (ML-3): one example per session open, its features at the end of the opening
 * range, its label the side of the first 5m close outside within 12 hours.
 */
import { invariant } from '#core/base/invariant.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { type FeatureSubject, NO_PAST_FACTS } from './features/feature.ts';
import { featureIndex } from './features/feature-catalogue.ts';
import type { InstrumentSignals } from './instrument-signals.ts';
import { firstSide, type Opening } from './sessions/opening-ranges.ts';
import { OPENING_RANGE_MS, OPENING_WATCH_MS } from './sessions/session-clock.ts';

/** In the order of the classes 0, 1, 2. */
export const OPENING_LABELS = ['up', 'down', 'none'] as const;
export type OpeningLabel = (typeof OPENING_LABELS)[number];

/** An opening range that has ended. */
export interface OpeningObservation {
  readonly openTime: UnixMs;
  /** End of the opening range: all that the vector knows had closed by then. */
  readonly time: UnixMs;
  /** Of the set `session`, without a side and a break: those features are missing. */
  readonly vector: FeatureVector;
}

export interface OpeningExample extends OpeningObservation {
  readonly label: OpeningLabel;
  /** When the label was known: close of the first bar outside, or the end of the 12 hours. */
  readonly resolvedAt: UnixMs;
}

/** What one close made known of openings. */
export interface OpeningNews {
  readonly ended: OpeningObservation | null;
  readonly labelled: readonly OpeningExample[];
  /** Their label can never be known: a bar is missing before any close outside. */
  readonly lost: readonly OpeningObservation[];
}

const SET = 'session';
const TIMEFRAME = '5m';
const SIDE = featureIndex(SET, 'side');

/**
 * The vector of an opening range that ends at the newest close: for training, and for asking the direction model. The
 * room must carry indicators on 5m (a strategy of that timeframe runs).
 */
function openingVector(signals: InstrumentSignals, opening: Opening): FeatureVector {
  const subject: FeatureSubject = {
    // No feature of the set but `side` looks at it, and that one is taken out below; a test holds the set to it.
    side: 'long',
    stop: Number.NaN,
    target: Number.NaN,
    measures: { open_minute: opening.minute },
    time: opening.openTime + OPENING_RANGE_MS,
    timeframe: TIMEFRAME,
    entry: opening.close,
    qscore: Number.NaN,
    plannedRr: Number.NaN,
  };
  const vector = signals.features(SET, subject, NO_PAST_FACTS);
  invariant(SIDE >= 0, 'the set session holds the side');
  vector.values[SIDE] = Number.NaN;
  return vector;
}

interface Remembered {
  readonly seen: OpeningObservation;
  readonly isWaiting: boolean;
}

const NO_NEWS: OpeningNews = { ended: null, labelled: [], lost: [] };

/**
 * Gathers examples while a history runs through the room of one instrument: pure, and the same in every mode. Openings
 * of which a bar is missing before the label is known give none.
 */
export class OpeningExamples {
  readonly #signals: InstrumentSignals;
  /** Those that are still watched, and those that are labelled and not over. */
  #remembered: Remembered[] = [];

  constructor(signals: InstrumentSignals) {
    this.#signals = signals;
  }

  /** Openings whose label is not known yet. */
  get waiting(): number {
    return this.#remembered.filter(({ isWaiting }) => isWaiting).length;
  }

  /** What a restart brings back (PL-6): those whose label is open, and those of the last hours. */
  restore(
    observations: readonly { readonly time: UnixMs; readonly vector: FeatureVector; readonly isWaiting: boolean }[],
  ) {
    this.#remembered = observations.map(({ time, vector, isWaiting }) => ({
      seen: { openTime: time - OPENING_RANGE_MS, time, vector },
      isWaiting,
    }));
  }

  /** The opening of this minute of the day that was last observed, while it is watched; null: none was. */
  ofMinute(minute: number): OpeningObservation | null {
    const opening = this.#signals.sessions.openings.ofMinute(minute);
    return this.#remembered.find(({ seen }) => seen.openTime === opening?.openTime)?.seen ?? null;
  }

  /** Called after the bars that closed at `now` are in the room. */
  onClose(now: UnixMs): OpeningNews {
    const { openings } = this.#signals.sessions;
    const last = openings.at(now - OPENING_RANGE_MS);
    if (last === null && this.#remembered.length === 0) return NO_NEWS;
    const labelled: OpeningExample[] = [];
    const lost: OpeningObservation[] = [];
    this.#remembered = this.#remembered.flatMap((remembered): Remembered[] => {
      const { seen, isWaiting } = remembered;
      const isOver = now > seen.time + OPENING_WATCH_MS;
      if (!isWaiting) return isOver ? [] : [remembered];
      const opening = openings.at(seen.openTime);
      const label = opening === null ? null : labelOf(opening);
      if (opening === null || label === null) {
        lost.push(seen);
        return [];
      }
      if (label === 'waiting') return [remembered];
      labelled.push({ ...seen, label, resolvedAt: resolvedAt(opening, label) });
      return [{ seen, isWaiting: false }];
    });
    const isKnown = this.#remembered.some(({ seen }) => seen.openTime === last?.openTime);
    if (last === null || isKnown) return { ended: null, labelled, lost };
    const ended = { openTime: last.openTime, time: now, vector: openingVector(this.#signals, last) };
    this.#remembered.push({ seen: ended, isWaiting: true });
    return { ended, labelled, lost };
  }
}

/** Null: a bar was missing before any close outside, so that the label cannot be known. */
function labelOf(opening: Opening): OpeningLabel | 'waiting' | null {
  const side = firstSide(opening);
  if (Number.isNaN(side)) return null;
  if (side !== 0) return side > 0 ? 'up' : 'down';
  return opening.isOver ? 'none' : 'waiting';
}

function resolvedAt(opening: Opening, label: OpeningLabel): UnixMs {
  if (label === 'up') return opening.firstAbove;
  if (label === 'down') return opening.firstBelow;
  return opening.openTime + OPENING_RANGE_MS + OPENING_WATCH_MS;
}
