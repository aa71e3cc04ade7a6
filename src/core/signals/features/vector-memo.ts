/**
 * FE-13: keeps the vectors of sets that are the same for every signal of one instrument's bar, one per set, and counts
 * how often that saved work. A vector is served again only for the same close, the same bars and the same facts: it is
 * never older than the bar it was made for, so never stale and far below 60 s of engine time.
 */
import type { MarketFacts } from '#core/domain/market-facts.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { FeatureInput } from './feature.ts';
import { type FeatureSet, featureVector } from './feature-catalogue.ts';

export interface MemoFigures {
  readonly asked: number;
  /** Of those, served from the memo. */
  readonly remembered: number;
}

interface Remembered {
  readonly time: UnixMs;
  /** Base bars ever seen: a bar that came after the fact changes it. */
  readonly bars: number;
  readonly leaderBars: number;
  readonly market: MarketFacts;
  readonly sentimentIndex: number;
  readonly vector: FeatureVector;
}

export class VectorMemo {
  readonly #bySet = new Map<string, Remembered>();
  #asked = 0;
  #remembered = 0;

  get figures(): MemoFigures {
    return { asked: this.#asked, remembered: this.#remembered };
  }

  /** The vector of an `instrument` set; `input` must be of the instrument that the memo belongs to. */
  read(set: FeatureSet, input: FeatureInput): FeatureVector {
    this.#asked++;
    const known = this.#bySet.get(set.id);
    const { time } = input.subject;
    const bars = input.bars(input.instrument.baseTimeframe).count;
    const leaderBars = input.leader?.count ?? -1;
    const { market, sentimentIndex } = input;
    if (
      known !== undefined &&
      known.time === time &&
      known.bars === bars &&
      known.leaderBars === leaderBars &&
      known.market === market &&
      Object.is(known.sentimentIndex, sentimentIndex)
    ) {
      this.#remembered++;
      return known.vector;
    }
    const vector = featureVector(set, input);
    this.#bySet.set(set.id, { time, bars, leaderBars, market, sentimentIndex, vector });
    return vector;
  }
}
