/**
 * Groups the final bars of all instruments by close time (PL-4). A batch goes out when every expected instrument has
 * its bar, or when 2 s of feed time have passed since its close; a bar that comes later is a batch of its own.
 */
import type { Candle } from '#core/domain/candle.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

/** How long a batch waits for its last bar, in feed time (PL-4, MK-24). */
const BATCH_WAIT_MS = 2_000;

export interface Batch {
  readonly closeTime: UnixMs;
  /** In order of instrument id. */
  readonly bars: readonly { readonly instrumentId: InstrumentId; readonly candle: Candle }[];
  /** True when a batch of this or a later close time went out before: recorded, so that a replay can repeat it. */
  readonly late: boolean;
  /** Close time of the newest batch that went out before this one; minus infinity for the very first. */
  readonly after: UnixMs;
}

export class Batcher {
  readonly #durationMs: number;
  readonly #expected = new Set<InstrumentId>();
  readonly #waiting = new Map<UnixMs, Map<InstrumentId, Candle>>();
  #released: UnixMs;

  constructor(durationMs: number, released: UnixMs = Number.NEGATIVE_INFINITY) {
    this.#durationMs = durationMs;
    this.#released = released;
  }

  /** Instruments a batch waits for; one whose feed is down or halted is not expected. */
  expect(instrumentIds: Iterable<InstrumentId>): void {
    this.#expected.clear();
    for (const id of instrumentIds) this.#expected.add(id);
  }

  add(instrumentId: InstrumentId, candle: Candle): void {
    const closeTime = candle.openTime + this.#durationMs;
    const batch = this.#waiting.get(closeTime);
    if (batch === undefined) this.#waiting.set(closeTime, new Map([[instrumentId, candle]]));
    else batch.set(instrumentId, candle);
  }

  /** Batches that may go out at feed time `now`, ascending by close time. */
  due(now: UnixMs): readonly Batch[] {
    if (this.#waiting.size === 0) return [];
    const due: Batch[] = [];
    for (const closeTime of [...this.#waiting.keys()].sort((a, b) => a - b)) {
      const bars = this.#waiting.get(closeTime) as Map<InstrumentId, Candle>;
      const late = closeTime <= this.#released;
      if (!late && !this.#complete(bars) && now < closeTime + BATCH_WAIT_MS) break;
      this.#waiting.delete(closeTime);
      const after = this.#released;
      this.#released = Math.max(after, closeTime);
      due.push({
        closeTime,
        late,
        after,
        bars: [...bars]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([instrumentId, candle]) => ({ instrumentId, candle })),
      });
    }
    return due;
  }

  #complete(bars: ReadonlyMap<InstrumentId, Candle>): boolean {
    for (const id of this.#expected) if (!bars.has(id)) return false;
    return true;
  }
}
