/**
 * Reads market facts (MK-15) shortly before each bar closes, so that they are there when it is worked. Costs at most a
 * quarter of the exchange's rate limit: where there are more instruments than that allows, they take turns. A failure
 * leaves facts missing and nothing else.
 */
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import { isUnknown, type MarketFacts } from '#core/domain/market-facts.ts';
import { type BaseTimeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import type { ExchangeConnection } from '#main/exchange/feed.ts';

/** Share of the rate limit that facts may take. */
const BUDGET_SHARE = 0.25;
/** Questions on the way at once. */
const AT_ONCE = 4;
/** Real time that an answer usually takes. */
const ROUND_TRIP_MS = 150;
/** Real time by which the last answer should be there before the close. */
const SPARE_MS = 500;
/** The longest wait between two looks at the clock: a feed's speed may change. */
const LONGEST_WAIT_MS = 1_000;

export interface MarketFactRoundsOptions {
  readonly connection: Pick<ExchangeConnection, 'clock' | 'marketFacts' | 'marketFactsCostMs'>;
  readonly instruments: readonly Instrument[];
  readonly baseTimeframe: BaseTimeframe;
  /** Facts are read only while this says so. */
  readonly isLive: () => boolean;
  /** `askedAt`: feed time; asked and answered within one bar. */
  readonly onFacts: (instrumentId: InstrumentId, facts: MarketFacts, askedAt: UnixMs) => void;
}

export class MarketFactRounds {
  readonly #options: MarketFactRoundsOptions;
  readonly #barMs: number;
  readonly #closing = new AbortController();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #wake: (() => void) | null = null;
  #turn = 0;

  constructor(options: MarketFactRoundsOptions) {
    this.#options = options;
    this.#barMs = timeframeMs(options.baseTimeframe);
  }

  /** Resolves when the rounds have ended: at once where the exchange tells no facts, else after `close`. */
  async run(): Promise<void> {
    let lastClose = Number.NEGATIVE_INFINITY;
    while (!this.#closing.signal.aborted && this.#options.connection.marketFactsCostMs() !== null) {
      const { clock } = this.#options.connection;
      const speed = clock.speed();
      const wanted = this.#wanted();
      const close = Math.max(this.#nextClose(clock.now()), lastClose + this.#barMs);
      const leadMs = SPARE_MS + wanted.length * ((this.#costMs() ?? 0) + (2 * ROUND_TRIP_MS) / AT_ONCE);
      // Never before the middle of the bar: facts are of its end.
      const begin = Math.max(close - leadMs * speed, close - this.#barMs / 2);
      const left = begin - clock.now();
      if (left > 0 || !this.#options.isLive()) {
        const waitMs = speed > 0 && left > 0 ? left / speed : LONGEST_WAIT_MS;
        await this.#wait(Math.min(LONGEST_WAIT_MS, waitMs));
        continue;
      }
      lastClose = close;
      this.#turn += await this.#round(wanted, close);
    }
  }

  close(): void {
    this.#closing.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wake?.();
  }

  /** How many were asked about before the close ended the round; the others are first in the next one. */
  async #round(wanted: readonly Instrument[], close: UnixMs): Promise<number> {
    const { clock } = this.#options.connection;
    let asked = 0;
    const work = async (): Promise<void> => {
      while (asked < wanted.length && clock.now() < close) await this.#ask(wanted[asked++] as Instrument, close);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return asked;
  }

  async #ask({ id, symbol }: Instrument, close: UnixMs): Promise<void> {
    const { connection, onFacts, isLive } = this.#options;
    const askedAt = connection.clock.now();
    const facts = await connection.marketFacts(symbol, close - this.#barMs, this.#closing.signal);
    // An answer from behind the close may hold what the bar's signals could not know.
    const inTime = connection.clock.now() < close;
    if (inTime && !this.#closing.signal.aborted && isLive() && !isUnknown(facts)) onFacts(id, facts, askedAt);
  }

  /** Those whose turn it is. */
  #wanted(): readonly Instrument[] {
    const { instruments } = this.#options;
    const costMs = this.#costMs() ?? 0;
    const affordable = costMs > 0 ? Math.floor((BUDGET_SHARE * this.#barMs) / costMs) : instruments.length;
    const count = Math.min(instruments.length, Math.max(1, affordable));
    return Array.from(
      { length: count },
      (_, index) => instruments[(this.#turn + index) % instruments.length] as Instrument,
    );
  }

  #costMs(): number | null {
    return this.#options.connection.marketFactsCostMs();
  }

  #nextClose(now: UnixMs): UnixMs {
    return (Math.floor(now / this.#barMs) + 1) * this.#barMs;
  }

  #wait(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = setTimeout(resolve, durationMs);
    });
  }
}
