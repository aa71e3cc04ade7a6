/**
 * An imported sentiment index (FE-13): values 0-100 over time, of the whole market, of a quote currency or of one
 * instrument. What counts at a time is a function of the stored values alone, and never of one that the desk did not have
 * yet when it worked that time: live and replay read the same, bit for bit (FE-2, PL-1).
 */
import type { Instrument, InstrumentId } from './instrument.ts';
import { DAY_MS, type UnixMs } from './timeframe.ts';

/** Read at a time for an instrument: 0-100, NaN where nothing counts. */
export interface SentimentIndex {
  at(instrument: Instrument, time: UnixMs): number;
}

export const NO_SENTIMENT: SentimentIndex = { at: () => Number.NaN };

export interface SentimentPoint {
  /** Empty: everything. A quote (`USDT`), a symbol (`BTC/USDT`), or an instrument's id (`binance:BTC/USDT`). */
  readonly scope: string;
  /** When it was published. */
  readonly time: UnixMs;
  /** 0-100; 100 is greed. */
  readonly value: number;
  /** The import that brought it; later ones have higher numbers. */
  readonly importNo: number;
}

export interface SentimentImport {
  readonly no: number;
  /** Up to when each instrument had been worked when the file came: for it, nothing of the file was known before. */
  readonly workedUntil: ReadonlyMap<InstrumentId, UnixMs>;
}

/** A value counts until the next one, and no longer than this: a weekly index may be a day late. */
export const SENTIMENT_LIFE_MS = 8 * DAY_MS;

const NEVER_WORKED = Number.NEGATIVE_INFINITY;

export class SentimentBook implements SentimentIndex {
  /** By scope, in order of time; of one time the latest import last. */
  readonly #points: ReadonlyMap<string, readonly SentimentPoint[]>;
  readonly #imports: ReadonlyMap<number, SentimentImport>;

  constructor(points: readonly SentimentPoint[], imports: readonly SentimentImport[]) {
    const ordered = [...points].sort((a, b) => a.time - b.time || a.importNo - b.importNo);
    this.#points = Map.groupBy(ordered, ({ scope }) => scope);
    this.#imports = new Map(imports.map((one) => [one.no, one]));
  }

  /** The newest value of the narrowest scope that has one. A value of this very time is not known yet: published is before used. */
  at(instrument: Instrument, time: UnixMs): number {
    if (this.#points.size === 0) return Number.NaN;
    const { id, symbol, base, quote } = instrument;
    for (const scope of [id, symbol, `${base}/${quote}`, quote, '']) {
      const points = this.#points.get(scope);
      const value = points === undefined ? Number.NaN : this.#newest(points, id, time);
      if (!Number.isNaN(value)) return value;
    }
    return Number.NaN;
  }

  #newest(points: readonly SentimentPoint[], id: InstrumentId, time: UnixMs): number {
    for (let at = before(points, time); at >= 0; at--) {
      const point = points[at] as SentimentPoint;
      if (point.time < time - SENTIMENT_LIFE_MS) break;
      const workedUntil = this.#imports.get(point.importNo)?.workedUntil.get(id) ?? NEVER_WORKED;
      if (workedUntil < time) return point.value;
    }
    return Number.NaN;
  }
}

/** Index of the last point before `time`; -1 without one. */
function before(points: readonly SentimentPoint[], time: UnixMs): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] as SentimentPoint).time < time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
