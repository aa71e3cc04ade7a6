/** The public streams of one socket: what is subscribed, what was told last, and what is due at an instant. */
import { isTimeframe, type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import {
  bookTickerEvent,
  type Json,
  type KlineEvent,
  klineEvent,
  miniTickerEvent,
  tickerEvent,
  tradeEvent,
} from './binance-format.ts';
import type { MarketBar } from './candle-source.ts';
import type { DemoMarket } from './demo-market.ts';
import type { CandleFault, FaultPlan } from './fault-plan.ts';

interface KlineStream {
  readonly kind: 'kline';
  readonly index: number;
  readonly timeframe: Timeframe;
  /** Open time of the bar that is forming as far as this stream has told. */
  openTime: UnixMs;
  /** Messages a fault holds back until after the next update. */
  held: Json[];
}

interface TradeStream {
  readonly kind: 'trade' | 'aggTrade';
  readonly index: number;
  /** Trades up to here were told. */
  until: UnixMs;
}

interface SnapshotStream {
  readonly kind: 'bookTicker' | 'ticker' | 'miniTicker';
  readonly index: number;
}

type Stream = KlineStream | TradeStream | SnapshotStream;

export class MarketStreams {
  private readonly market: DemoMarket;
  private readonly faults: FaultPlan;
  private readonly streams = new Map<string, Stream>();

  constructor(market: DemoMarket, faults: FaultPlan) {
    this.market = market;
    this.faults = faults;
  }

  /** Names of the subscribed streams. */
  names(): readonly string[] {
    return [...this.streams.keys()];
  }

  /** Starts the stream `name`, e.g. `btcusdt@kline_1m`; false when there is no such stream. Twice is once. */
  subscribe(name: string, now: UnixMs): boolean {
    if (this.streams.has(name)) return true;
    const stream = this.parse(name, now);
    if (stream === null) return false;
    this.streams.set(name, stream);
    return true;
  }

  unsubscribe(name: string): void {
    this.streams.delete(name);
  }

  /**
   * Messages due at `now`, in the order of exchange time: every final bar since the last call (none skipped at any
   * speed), the trades, then, with `snapshots`, the state of forming bars and quotes.
   */
  due(now: UnixMs, snapshots: boolean): readonly Json[] {
    const messages: Json[] = [];
    const held = this.takeHeld();
    this.dueFinals(now, messages);
    this.dueTrades(now, messages);
    if (snapshots || held.length > 0) this.dueSnapshots(now, messages);
    messages.push(...held);
    return messages;
  }

  private parse(name: string, now: UnixMs): Stream | null {
    const [id, channel, ...rest] = name.split('@');
    const index = this.market.indexOf((id ?? '').toUpperCase());
    if (index === null || channel === undefined || rest.length > 0) return null;
    if (channel === 'trade' || channel === 'aggTrade') return { kind: channel, index, until: now };
    if (channel === 'bookTicker' || channel === 'ticker' || channel === 'miniTicker') return { kind: channel, index };
    const interval = channel.startsWith('kline_') ? channel.slice('kline_'.length) : '';
    if (!isTimeframe(interval) || timeframeMs(interval) % this.market.source.barMs !== 0) return null;
    const openTime = Math.floor(now / timeframeMs(interval)) * timeframeMs(interval);
    return { kind: 'kline', index, timeframe: interval, openTime, held: [] };
  }

  private dueFinals(now: UnixMs, messages: Json[]): void {
    const klines = [...this.streams.values()].filter((stream) => stream.kind === 'kline');
    const due: { readonly closeTime: UnixMs; readonly stream: KlineStream; readonly bar: MarketBar }[] = [];
    for (const stream of klines) {
      const durationMs = timeframeMs(stream.timeframe);
      while (stream.openTime + durationMs <= now) {
        const bar = this.market.bar(stream.index, durationMs, stream.openTime, now);
        stream.openTime += durationMs;
        // A halted market has no bar to close.
        if (bar !== null) due.push({ closeTime: stream.openTime, stream, bar });
      }
    }
    due.sort((left, right) => left.closeTime - right.closeTime);
    for (const { closeTime, stream, bar } of due) this.tellFinal(stream, bar, closeTime, messages);
  }

  private tellFinal(stream: KlineStream, bar: MarketBar, closeTime: UnixMs, messages: Json[]): void {
    const { marketId } = this.market.instrument(stream.index);
    const isBase = timeframeMs(stream.timeframe) === this.market.source.barMs;
    const fault = this.faults.takeCandleFault(marketId, (kind) => kind !== 'revised' || isBase);
    const told = klineEvent(marketId, stream.timeframe, bar, this.eventTime(closeTime), true);
    if (fault === 'malformed') messages.push(...malformedVersions(told));
    if (fault !== 'lost' && fault !== 'late') messages.push(told);
    if (fault !== null) this.tellFaultyFollowUp(fault, stream, bar, told, messages);
  }

  private tellFaultyFollowUp(
    fault: CandleFault,
    stream: KlineStream,
    bar: MarketBar,
    told: KlineEvent,
    messages: Json[],
  ): void {
    if (fault === 'duplicate') messages.push(told);
    if (fault === 'late') stream.held.push(told);
    if (fault === 'revised') {
      const instrument = this.market.instrument(stream.index);
      const revised = revisedVersion(bar, 10 ** instrument.priceDecimals, 10 ** instrument.amountDecimals);
      this.market.revise(stream.index, revised);
      const eventTime = this.eventTime(bar.openTime + timeframeMs(stream.timeframe));
      stream.held.push(klineEvent(instrument.marketId, stream.timeframe, revised, eventTime, true));
    }
  }

  private dueTrades(now: UnixMs, messages: Json[]): void {
    for (const stream of this.streams.values()) {
      if (stream.kind !== 'trade' && stream.kind !== 'aggTrade') continue;
      const { marketId } = this.market.instrument(stream.index);
      for (const trade of this.market.trades(stream.index, stream.until, now, Number.POSITIVE_INFINITY)) {
        messages.push(tradeEvent(stream.kind, marketId, trade, this.eventTime(trade.time)));
      }
      stream.until = now;
    }
  }

  private dueSnapshots(now: UnixMs, messages: Json[]): void {
    for (const stream of this.streams.values()) {
      if (this.market.status(stream.index, now) !== 'trading') continue;
      const message = this.snapshot(stream, now);
      if (message !== null) messages.push(message);
    }
  }

  private snapshot(stream: Stream, now: UnixMs): Json {
    const { marketId } = this.market.instrument(stream.index);
    switch (stream.kind) {
      case 'kline': {
        const bar = this.market.bar(stream.index, timeframeMs(stream.timeframe), stream.openTime, now);
        return bar === null ? null : klineEvent(marketId, stream.timeframe, bar, this.eventTime(now), false);
      }
      case 'bookTicker': {
        const quote = this.market.quote(stream.index, now);
        return quote === null ? null : bookTickerEvent(marketId, quote, Math.floor(now / 100));
      }
      case 'ticker':
        return tickerEvent(this.market, stream.index, now, this.eventTime(now));
      case 'miniTicker':
        return miniTickerEvent(this.market, stream.index, now, this.eventTime(now));
      case 'trade':
      case 'aggTrade':
        return null;
    }
  }

  private takeHeld(): Json[] {
    const held: Json[] = [];
    for (const stream of this.streams.values()) {
      if (stream.kind !== 'kline' || stream.held.length === 0) continue;
      held.push(...stream.held);
      stream.held = [];
    }
    return held;
  }

  private eventTime(exchangeTime: UnixMs): UnixMs {
    return exchangeTime + this.faults.clockSkewMs;
  }
}

/** A small, consistent change: close and high a few ticks up, a tenth more volume. */
function revisedVersion(bar: MarketBar, ticksPerUnit: number, stepsPerUnit: number): MarketBar {
  const close = Math.round(bar.close * ticksPerUnit + 2) / ticksPerUnit;
  const high = Math.max(bar.high, Math.round(close * ticksPerUnit + 1) / ticksPerUnit);
  const volume = Math.round(bar.volume * 1.1 * stepsPerUnit) / stepsPerUnit;
  return { ...bar, close, high, volume, quoteVolume: bar.quoteVolume * 1.1, trades: bar.trades + 1 };
}

/** Broken twins of a kline: a missing price, text for a price, high below low, negative volume, an open time off the grid. */
function malformedVersions(told: KlineEvent): readonly Json[] {
  const kline = told.k;
  const { c: _close, ...withoutClose } = kline;
  return [
    { ...told, k: withoutClose },
    { ...told, k: { ...kline, o: 'not a price' } },
    { ...told, k: { ...kline, h: kline.l, l: kline.h } },
    { ...told, k: { ...kline, v: '-1.00000000' } },
    { ...told, k: { ...kline, t: kline.t + 7 } },
  ];
}
