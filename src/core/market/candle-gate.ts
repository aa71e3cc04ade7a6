/**
 * The gate every candle passes once, for all consumers: validity (MK-2), order and duplicates (MK-3), finality (RE-12).
 * Exchange libraries drop the "closed" flag, do not backfill and do not sort; none of them is trusted for it.
 */
import type { Candle } from '#core/domain/candle.ts';
import { type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';

const REJECTIONS = [
  'not a row of six numbers',
  'not a finite number',
  'time not aligned to the timeframe',
  'price not above zero',
  'volume below zero',
  'low above open or close',
  'high below open or close',
  'in the future',
] as const;
export type Rejection = (typeof REJECTIONS)[number];

/** A bar may open this much ahead of the feed clock before it counts as coming from the future. */
const FUTURE_TOLERANCE_MS = 5_000;

/** Strictly decimal text, as exchanges send it; `Number('')` and `Number('0x10')` are not prices. */
const DECIMAL = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * Checks one raw row `[openTimeMs, open, high, low, close, volume]`; numbers may come as decimal text.
 * `now` (feed time) bounds future bars where it is given.
 */
export function checkCandle(raw: readonly unknown[], timeframe: Timeframe, now?: UnixMs): Candle | Rejection {
  if (!Array.isArray(raw) || raw.length < 6) return 'not a row of six numbers';
  const openTime = toNumber(raw[0]);
  const open = toNumber(raw[1]);
  const high = toNumber(raw[2]);
  const low = toNumber(raw[3]);
  const close = toNumber(raw[4]);
  const volume = toNumber(raw[5]);
  if (!Number.isFinite(openTime + open + high + low + close + volume)) return 'not a finite number';
  if (!Number.isSafeInteger(openTime) || openTime % timeframeMs(timeframe) !== 0) {
    return 'time not aligned to the timeframe';
  }
  if (!(open > 0 && high > 0 && low > 0 && close > 0)) return 'price not above zero';
  if (volume < 0) return 'volume below zero';
  if (low > open || low > close) return 'low above open or close';
  if (high < open || high < close) return 'high below open or close';
  if (now !== undefined && openTime > now + FUTURE_TOLERANCE_MS) return 'in the future';
  return { openTime, open, high, low, close, volume };
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : Number.NaN;
}

/** Same bar, same numbers. */
export function sameCandle(a: Candle, b: Candle): boolean {
  return (
    a.openTime === b.openTime &&
    a.open === b.open &&
    a.high === b.high &&
    a.low === b.low &&
    a.close === b.close &&
    a.volume === b.volume
  );
}

export type GateEvent =
  /** The bar that is forming now; it may still change. */
  | { readonly kind: 'forming'; readonly candle: Candle }
  /** Proven final: a successor has opened, or REST confirmed it. Ascending, each open time once. */
  | { readonly kind: 'final'; readonly candle: Candle }
  /** Bars are missing between the last final one and what has been seen; they must come from history. */
  | { readonly kind: 'hole'; readonly from: UnixMs; readonly to: UnixMs }
  /** The exchange changed a bar that was final (MK-3). */
  | { readonly kind: 'revision'; readonly candle: Candle; readonly previous: Candle }
  | { readonly kind: 'rejected'; readonly reason: Rejection; readonly raw: readonly unknown[] };

/** Final bars remembered for telling a duplicate from a revision. */
const REMEMBERED = 512;

/** The gate of one instrument's base series. Pure: updates in, events out. */
export class CandleGate {
  readonly timeframe: Timeframe;
  readonly #durationMs: number;
  readonly #recent = new Map<UnixMs, Candle>();
  #lastFinal: UnixMs | null;
  #forming: Candle | null = null;
  #successor: Candle | null = null;

  /** `lastFinal` is the open time of the newest bar that is stored already, null for none. */
  constructor(timeframe: Timeframe, lastFinal: UnixMs | null) {
    this.timeframe = timeframe;
    this.#durationMs = timeframeMs(timeframe);
    this.#lastFinal = lastFinal;
  }

  /** Open time of the newest final bar. */
  get lastFinal(): UnixMs | null {
    return this.#lastFinal;
  }

  get forming(): Candle | null {
    return this.#successor ?? this.#forming;
  }

  /** A live update of some bar. `now` is feed time. */
  onUpdate(raw: readonly unknown[], now: UnixMs): readonly GateEvent[] {
    const candle = checkCandle(raw, this.timeframe, now);
    if (typeof candle === 'string') return [{ kind: 'rejected', reason: candle, raw }];
    if (this.#lastFinal !== null && candle.openTime <= this.#lastFinal) return this.#revise(candle);
    const forming = this.forming;
    if (forming !== null && candle.openTime < forming.openTime) {
      // An update of a bar whose successor is already known, while a hole is open: it is that bar's newest state.
      if (this.#forming !== null && candle.openTime === this.#forming.openTime) this.#forming = candle;
      return [];
    }
    if (forming === null || candle.openTime === forming.openTime) {
      if (this.#successor !== null) this.#successor = candle;
      else this.#forming = candle;
      return this.#reportForming(candle);
    }
    return this.#advance(candle);
  }

  /**
   * Bars from history, ascending and confirmed by REST; the adapter leaves the forming one out. `upTo` is the open time
   * before which the answer is complete: a missing minute inside it is one in which nothing traded.
   */
  onHistory(rows: Iterable<readonly unknown[]>, upTo: UnixMs): readonly GateEvent[] {
    const events: GateEvent[] = [];
    for (const raw of rows) {
      const candle = checkCandle(raw, this.timeframe);
      if (typeof candle === 'string') {
        events.push({ kind: 'rejected', reason: candle, raw });
        continue;
      }
      if (candle.openTime >= upTo) continue;
      if (this.#lastFinal !== null && candle.openTime <= this.#lastFinal) events.push(...this.#revise(candle));
      else this.#finalise(candle, events);
    }
    this.#settle(events);
    return events;
  }

  /** Declares that history has nothing before `openTime`: the hole stays a hole and the series goes on behind it. */
  skipTo(openTime: UnixMs): readonly GateEvent[] {
    const events: GateEvent[] = [];
    const last = openTime - this.#durationMs;
    if (this.#lastFinal === null || last > this.#lastFinal) this.#lastFinal = last;
    this.#settle(events);
    return events;
  }

  /** Drops what is known of unfinished bars: after a lost connection only history may close them. */
  onDisconnect(): void {
    this.#forming = null;
    this.#successor = null;
  }

  #advance(candle: Candle): readonly GateEvent[] {
    const events: GateEvent[] = [];
    const proven = this.#forming;
    if (this.#successor !== null) {
      // The hole before the first successor is still open: keep the newest bar, all between comes from history.
      this.#successor = candle;
      return this.#reportForming(candle);
    }
    if (proven !== null && this.#continues(proven.openTime) && candle.openTime === proven.openTime + this.#durationMs) {
      this.#finalise(proven, events);
      this.#forming = candle;
      events.push(...this.#reportForming(candle));
      return events;
    }
    this.#successor = candle;
    const from = this.#lastFinal === null ? (proven?.openTime ?? candle.openTime) : this.#lastFinal + this.#durationMs;
    events.push({ kind: 'hole', from, to: candle.openTime });
    return events;
  }

  #continues(openTime: UnixMs): boolean {
    return this.#lastFinal === null || openTime === this.#lastFinal + this.#durationMs;
  }

  /** After history was added: drop what it overtook, and let a known successor become the forming bar. */
  #settle(events: GateEvent[]): void {
    const last = this.#lastFinal;
    if (this.#forming !== null && last !== null && this.#forming.openTime <= last) this.#forming = null;
    const successor = this.#successor;
    if (successor === null) return;
    if (last !== null && successor.openTime <= last) {
      this.#successor = null;
    } else if (this.#continues(successor.openTime)) {
      this.#forming = successor;
      this.#successor = null;
      events.push({ kind: 'forming', candle: successor });
    }
  }

  #finalise(candle: Candle, events: GateEvent[]): void {
    this.#lastFinal = candle.openTime;
    this.#recent.set(candle.openTime, candle);
    if (this.#recent.size > REMEMBERED) {
      const oldest = this.#recent.keys().next();
      if (oldest.done !== true) this.#recent.delete(oldest.value);
    }
    events.push({ kind: 'final', candle });
  }

  #revise(candle: Candle): readonly GateEvent[] {
    const previous = this.#recent.get(candle.openTime);
    if (previous === undefined || sameCandle(previous, candle)) return [];
    this.#recent.set(candle.openTime, candle);
    return [{ kind: 'revision', candle, previous }];
  }

  #reportForming(candle: Candle): readonly GateEvent[] {
    return [{ kind: 'forming', candle }];
  }
}
