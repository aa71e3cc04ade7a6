/** The demo market as an exchange sees it at an instant: bars, trades, quotes and depth, with halts and revisions applied. */
import { createRandom } from '#core/base/random.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import { type BarTrade, type BarTrades, drawBarTrades, TRADES_PER_BAR } from './bar-trades.ts';
import { type CandleSource, type DemoInstrument, joinBars, type MarketBar } from './candle-source.ts';

export type InstrumentStatus = 'trading' | 'halted' | 'delisted';

export interface Quote {
  readonly bid: number;
  readonly ask: number;
  readonly bidAmount: number;
  readonly askAmount: number;
}

/** Best first: [price, amount]. */
export type BookSide = readonly (readonly [number, number])[];

export interface Book {
  readonly bids: BookSide;
  readonly asks: BookSide;
}

export interface MarketTrade extends BarTrade {
  /** Rises by one per trade of the instrument. */
  readonly id: number;
}

interface Interruption {
  readonly status: 'halted' | 'delisted';
  /** Open time of the first bar that does not exist. */
  readonly from: UnixMs;
  /** Open time of the first bar that exists again; null while it lasts. */
  until: UnixMs | null;
}

/** How many bars' trades are kept per instrument: the forming one and a few that were asked for. */
const KEPT_TRADES = 8;
/** Book levels that exist on each side. */
const BOOK_LEVELS = 100;
/** Quotes change twice a second of market time. */
const QUOTE_STEP_MS = 500;

/** Every answer is a function of the instant it is given and tells nothing of what comes after it. */
export class DemoMarket {
  readonly source: CandleSource;
  private readonly seed: string;
  private readonly indexByMarketId: ReadonlyMap<string, number>;
  private readonly interruptions = new Map<number, Interruption[]>();
  private readonly revisions = new Map<string, MarketBar>();
  private readonly tradesByBar = new Map<string, BarTrades>();

  constructor(source: CandleSource, seed: string) {
    this.source = source;
    this.seed = seed;
    this.indexByMarketId = new Map(source.instruments.map((instrument, index) => [instrument.marketId, index]));
  }

  /** Index of `marketId` (e.g. `BTCUSDT`), or null where the market has no such instrument. */
  indexOf(marketId: string): number | null {
    return this.indexByMarketId.get(marketId) ?? null;
  }

  instrument(index: number): DemoInstrument {
    const instrument = this.source.instruments[index];
    if (instrument === undefined) throw new RangeError(`no demo instrument ${index}`);
    return instrument;
  }

  /** Open time of the base bar that contains `time`. */
  baseOpenTime(time: UnixMs): UnixMs {
    return Math.floor(time / this.source.barMs) * this.source.barMs;
  }

  status(index: number, now: UnixMs): InstrumentStatus {
    const active = (this.interruptions.get(index) ?? []).find((one) => covers(one, now));
    return active?.status ?? 'trading';
  }

  /** Stops trading from the next base bar on (MK-14). */
  interrupt(index: number, status: 'halted' | 'delisted', now: UnixMs): void {
    const from = this.baseOpenTime(now) + this.source.barMs;
    const list = this.interruptions.get(index) ?? [];
    list.push({ status, from, until: null });
    this.interruptions.set(index, list);
  }

  /** Trading goes on from the next base bar; the bars between stay missing. */
  resume(index: number, now: UnixMs): void {
    const until = this.baseOpenTime(now) + this.source.barMs;
    for (const interruption of this.interruptions.get(index) ?? []) {
      if (interruption.until === null) interruption.until = Math.max(until, interruption.from);
    }
  }

  /** From now on the exchange tells another story of a closed base bar (MK-3), by stream and by REST. */
  revise(index: number, bar: MarketBar): void {
    this.revisions.set(barKey(index, bar.openTime), bar);
  }

  /** The bar of `durationMs` that opens at `openTime`, as known at `now`: final, forming, or null where there is none. */
  bar(index: number, durationMs: number, openTime: UnixMs, now: UnixMs): MarketBar | null {
    const { barMs } = this.source;
    if (durationMs === barMs) return this.baseBar(index, openTime, now);
    const end = Math.min(openTime + durationMs, now + 1);
    const parts: MarketBar[] = [];
    for (let time = Math.max(openTime, this.source.firstOpenTime); time < end; time += barMs) {
      const part = this.baseBar(index, time, now);
      if (part !== null) parts.push(part);
    }
    return joinBars(openTime, parts);
  }

  /** Trades of `index` with `from < time <= to`, oldest first, at most `limit`. */
  trades(index: number, from: UnixMs, to: UnixMs, limit: number): readonly MarketTrade[] {
    const found: MarketTrade[] = [];
    const { barMs, firstOpenTime } = this.source;
    for (
      let time = Math.max(this.baseOpenTime(from + 1), firstOpenTime);
      time <= to && found.length < limit;
      time += barMs
    ) {
      const inBar = this.tradesOf(index, time)?.between(from, to) ?? [];
      const firstId = ((time - firstOpenTime) / barMs) * TRADES_PER_BAR;
      for (const trade of inBar) {
        if (trade.amount > 0 && found.length < limit) found.push({ ...trade, id: firstId + trade.index });
      }
    }
    return found;
  }

  /** The latest `limit` trades up to `now`, oldest first. */
  recentTrades(index: number, now: UnixMs, limit: number): readonly MarketTrade[] {
    let from = this.baseOpenTime(now) - 1;
    const enough = limit + TRADES_PER_BAR;
    let found = this.trades(index, from, now, enough);
    // Halts leave bars without trades: look back up to a day, no further.
    while (found.length < limit && from > this.source.firstOpenTime && now - from < DAY_MS) {
      from -= this.source.barMs;
      found = this.trades(index, from, now, Number.POSITIVE_INFINITY);
    }
    return found.slice(-limit);
  }

  /** Price of the latest trade; null before the market's first. */
  lastPrice(index: number, now: UnixMs): number | null {
    const { barMs, firstOpenTime } = this.source;
    for (let time = this.baseOpenTime(now); time >= firstOpenTime && now - time <= 30 * DAY_MS; time -= barMs) {
      const bar = this.baseBar(index, time, now);
      if (bar !== null) return bar.close;
    }
    return null;
  }

  /** Best bid and ask; the spread follows volatility (MK-21). */
  quote(index: number, now: UnixMs): Quote | null {
    const book = this.book(index, now, 1);
    const bid = book?.bids[0];
    const ask = book?.asks[0];
    return bid === undefined || ask === undefined
      ? null
      : { bid: bid[0], bidAmount: bid[1], ask: ask[0], askAmount: ask[1] };
  }

  /** The order book around the last price, `limit` levels a side (at most 100). */
  book(index: number, now: UnixMs, limit: number): Book | null {
    const last = this.lastPrice(index, now);
    if (last === null) return null;
    const instrument = this.instrument(index);
    const tick = 10 ** -instrument.priceDecimals;
    const ticksPerUnit = 10 ** instrument.priceDecimals;
    const stepsPerUnit = 10 ** instrument.amountDecimals;
    const volatility = this.source.volatility(index, this.baseOpenTime(now));
    const random = createRandom(`${this.seed}/book/${instrument.marketId}/${Math.floor(now / QUOTE_STEP_MS)}`);
    const lastTicks = Math.round(last * ticksPerUnit);
    const spreadTicks = Math.max(1, Math.round((last * volatility * (0.04 + 0.05 * random.next())) / tick));
    const bestBid = Math.max(1, lastTicks - Math.floor(spreadTicks * random.next()));
    const bestAsk = bestBid + spreadTicks;
    const gapTicks = Math.max(1, (last * volatility * 0.05) / tick);
    // A level holds about 1 % of a typical minute's volume, and more the further it is away.
    const typicalAmount = this.typicalMinuteVolume(index, now) * 0.01;
    const side = (best: number, direction: 1 | -1): BookSide => {
      // A stream of its own per side, so that the top of the book is the same however deep one looks.
      const sideRandom = random.fork(direction === 1 ? 'asks' : 'bids');
      const levels: (readonly [number, number])[] = [];
      let ticks = best;
      for (let depth = 0; depth < Math.min(limit, BOOK_LEVELS) && ticks > 0; depth++) {
        const amount = typicalAmount * (0.4 + depth * 0.15) * -Math.log(1 - sideRandom.next());
        levels.push([ticks / ticksPerUnit, Math.max(1, Math.round(amount * stepsPerUnit)) / stepsPerUnit]);
        ticks += direction * Math.max(1, Math.round(gapTicks * (0.2 + 1.6 * sideRandom.next())));
      }
      return levels;
    };
    return { bids: side(bestBid, -1), asks: side(bestAsk, 1) };
  }

  /** Trades inside one base bar, or null where the bar does not exist. */
  private tradesOf(index: number, openTime: UnixMs): BarTrades | null {
    const key = barKey(index, openTime);
    const kept = this.tradesByBar.get(key);
    if (kept !== undefined) return this.isInterrupted(index, openTime) ? null : kept;
    // Trades are those of the bar as it first happened; a revision changes candles, not what was traded.
    const bar = this.isInterrupted(index, openTime) ? null : this.source.bar(index, openTime);
    if (bar === null) return null;
    const trades = drawBarTrades(this.seed, this.instrument(index), this.source.barMs, bar);
    this.tradesByBar.set(key, trades);
    if (this.tradesByBar.size > KEPT_TRADES * this.source.instruments.length) {
      const oldest = this.tradesByBar.keys().next();
      if (oldest.done !== true) this.tradesByBar.delete(oldest.value);
    }
    return trades;
  }

  private baseBar(index: number, openTime: UnixMs, now: UnixMs): MarketBar | null {
    if (openTime > now || this.isInterrupted(index, openTime)) return null;
    if (openTime + this.source.barMs <= now) {
      return this.revisions.get(barKey(index, openTime)) ?? this.source.bar(index, openTime);
    }
    return this.tradesOf(index, openTime)?.barAt(now) ?? null;
  }

  private isInterrupted(index: number, openTime: UnixMs): boolean {
    const list = this.interruptions.get(index);
    return list?.some((one) => covers(one, openTime)) ?? false;
  }

  private typicalMinuteVolume(index: number, now: UnixMs): number {
    const before = this.source.bar(index, this.baseOpenTime(now) - this.source.barMs);
    return before?.volume ?? this.source.bar(index, this.source.firstOpenTime)?.volume ?? 1;
  }
}

function covers(interruption: Interruption, time: UnixMs): boolean {
  return time >= interruption.from && (interruption.until === null || time < interruption.until);
}

function barKey(index: number, openTime: UnixMs): string {
  return `${index}/${openTime}`;
}
