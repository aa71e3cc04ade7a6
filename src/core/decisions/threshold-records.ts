/** Resolved signals of one strategy and kind of score in columns: what thresholds are learned from (DE-2). */
import { REGIMES, type Regime, SESSIONS, type Session } from '#core/domain/context.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { ResolvedTrade } from './expected-value.ts';

/** One resolved signal with the score that its decision compared. */
export interface ThresholdRecord extends ResolvedTrade {
  /** When it was resolved. */
  readonly time: UnixMs;
  /** 0-100, of the book's kind. */
  readonly score: number;
  readonly session: Session;
  /** Null when it was not known: the record counts for the pooled threshold only. */
  readonly regime: Regime | null;
}

/** In order of time, all of one length. */
export interface RecordColumns {
  readonly time: Float64Array;
  readonly score: Float64Array;
  readonly netR: Float64Array;
  /** 0 or 1. */
  readonly win: Uint8Array;
  /** Index of session x regime, sessions outer; -1 while the regime is not known. */
  readonly bucket: Int8Array;
}

export const BUCKETS = SESSIONS.length * REGIMES.length;

/** The newest that fits look at: enough for any precision, and markets change. */
export const RECORD_WINDOW = 5_000;

/** Index in session x regime; -1 while the regime is not known. */
export function bucketIndex(session: Session, regime: Regime | null): number {
  return regime === null ? -1 : SESSIONS.indexOf(session) * REGIMES.length + REGIMES.indexOf(regime);
}

/** Columns of records that are in order already. */
export function columnsOf(records: readonly ThresholdRecord[]): RecordColumns {
  return {
    time: Float64Array.from(records, ({ time }) => time),
    score: Float64Array.from(records, ({ score }) => score),
    netR: Float64Array.from(records, ({ netR }) => netR),
    win: Uint8Array.from(records, ({ win }) => Number(win)),
    bucket: Int8Array.from(records, ({ session, regime }) => bucketIndex(session, regime)),
  };
}

/** Twice the window, so that the oldest half is dropped once in a window's length instead of at every record. */
const CAPACITY = 2 * RECORD_WINDOW;

/** The newest records as they come in, in the order in which they were resolved. */
export class ThresholdRecords {
  #capacity = 64;
  #size = 0;
  #total = 0;
  #columns: RecordColumns = emptyColumns(64);

  /** Records so far, those that left the window included. */
  get total(): number {
    return this.#total;
  }

  /** After a restart: the records given to `add` from here on come after so many that are gone. */
  startAfter(count: number): void {
    this.#total = count;
  }

  add({ time, score, netR, win, session, regime }: ThresholdRecord): void {
    if (this.#size === this.#capacity) this.#makeRoom();
    const at = this.#size++;
    this.#columns.time[at] = time;
    this.#columns.score[at] = score;
    this.#columns.netR[at] = netR;
    this.#columns.win[at] = Number(win);
    this.#columns.bucket[at] = bucketIndex(session, regime);
    this.#total++;
  }

  /** The newest records of the window; views that hold until the next `add`. */
  window(): RecordColumns {
    return sliced(this.#columns, Math.max(0, this.#size - RECORD_WINDOW), this.#size);
  }

  #makeRoom(): void {
    const kept = this.window();
    this.#capacity = Math.min(CAPACITY, 2 * this.#capacity);
    const next = emptyColumns(this.#capacity);
    next.time.set(kept.time);
    next.score.set(kept.score);
    next.netR.set(kept.netR);
    next.win.set(kept.win);
    next.bucket.set(kept.bucket);
    this.#columns = next;
    this.#size = kept.time.length;
  }
}

function sliced(columns: RecordColumns, from: number, to: number): RecordColumns {
  return {
    time: columns.time.subarray(from, to),
    score: columns.score.subarray(from, to),
    netR: columns.netR.subarray(from, to),
    win: columns.win.subarray(from, to),
    bucket: columns.bucket.subarray(from, to),
  };
}

function emptyColumns(capacity: number): RecordColumns {
  return {
    time: new Float64Array(capacity),
    score: new Float64Array(capacity),
    netR: new Float64Array(capacity),
    win: new Uint8Array(capacity),
    bucket: new Int8Array(capacity),
  };
}
