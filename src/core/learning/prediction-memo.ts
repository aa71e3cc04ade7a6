/** Remembers predictions by instrument, bar and model (ML-33): a memo, never a stale answer. */
import { invariant } from '#core/base/invariant.ts';
import { MINUTE_MS, type UnixMs } from '#core/domain/timeframe.ts';

/** How long an answer may be served again, in engine time. */
export const MEMO_AGE_MS = { openingRange: 5 * MINUTE_MS, marketFeatures: MINUTE_MS } as const;

const MOST_ENTRIES = 1_000;
const SEPARATOR = '\u0000';

export interface PredictionKey {
  readonly instrumentId: string;
  /** Close of the bar that is predicted from. */
  readonly bar: UnixMs;
  readonly modelId: string;
}

export interface PredictionMemoFigures {
  readonly asked: number;
  /** Of those, served from the memo. */
  readonly remembered: number;
  /** Share of the asked; NaN before any. */
  readonly hitRate: number;
}

interface Remembered<Answer> {
  readonly time: UnixMs;
  readonly features: Float64Array;
  readonly answer: Answer;
}

/**
 * The least recently used answer goes first when there are too many. An answer is served again only while it is young
 * enough and for the very same features: a bar that was corrected, or a fact that came in between, is predicted anew, and
 * so is a time before the remembered one (a replay that starts again).
 */
export class PredictionMemo<Answer> {
  readonly #maximumAgeMs: number;
  readonly #maximumEntries: number;
  /** In the order of use, the least recent first. */
  readonly #entries = new Map<string, Remembered<Answer>>();
  #asked = 0;
  #remembered = 0;

  constructor(maximumAgeMs: number, maximumEntries: number = MOST_ENTRIES) {
    invariant(maximumEntries >= 1 && maximumEntries <= MOST_ENTRIES, `a memo holds 1 to ${MOST_ENTRIES} answers`);
    this.#maximumAgeMs = maximumAgeMs;
    this.#maximumEntries = maximumEntries;
  }

  get figures(): PredictionMemoFigures {
    return { asked: this.#asked, remembered: this.#remembered, hitRate: this.#remembered / this.#asked };
  }

  get size(): number {
    return this.#entries.size;
  }

  /** `now` in engine time. The answer is shared: it must not be changed. What `predict` throws is not remembered. */
  read(
    { instrumentId, bar, modelId }: PredictionKey,
    features: Float64Array,
    now: UnixMs,
    predict: () => Answer,
  ): Answer {
    this.#asked++;
    const key = [modelId, instrumentId, bar].join(SEPARATOR);
    const known = this.#entries.get(key);
    // Taken out and put back: a Map keeps the order in which its keys were put in.
    this.#entries.delete(key);
    if (known !== undefined && this.#isFresh(known, features, now)) {
      this.#entries.set(key, known);
      this.#remembered++;
      return known.answer;
    }
    const answer = predict();
    if (this.#entries.size >= this.#maximumEntries) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    // A copy: the caller may fill the same array for the next question.
    this.#entries.set(key, { time: now, features: features.slice(), answer });
    return answer;
  }

  #isFresh({ time, features }: Remembered<Answer>, asked: Float64Array, now: UnixMs): boolean {
    if (now < time || now - time > this.#maximumAgeMs || features.length !== asked.length) return false;
    for (let index = 0; index < asked.length; index++) if (!Object.is(features[index], asked[index])) return false;
    return true;
  }
}
