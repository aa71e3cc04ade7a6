/** Bars for the chart: pages of history in any timeframe and the live bar, rolled up from the stored base (MK-1). */

import type { BarsDelta, BarsSnapshot, CandlePage, CandleTuple } from '#contract/areas/market.ts';
import type { OpenStream, StreamSink } from '#contract/service.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import { bucketOpenTime, type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { RollUp } from '#core/market/roll-up.ts';
import type { CandleStore } from '#main/store/candle-store.ts';
import type { LiveSession } from '../live-session.ts';

/** The live bar is sent at most this often, real time. */
const EVERY_MS = 100;

export class ChartView {
  readonly #session: LiveSession;
  readonly #candles: CandleStore;
  readonly #live = new Set<LiveChart>();

  constructor(session: LiveSession, candles: CandleStore) {
    this.#session = session;
    this.#candles = candles;
    session.formed.on(({ instrumentId, candle }) => {
      for (const chart of this.#live) if (chart.instrumentId === instrumentId) chart.onForming(candle);
    });
    session.finalised.on(({ instrumentId, candles: closed }) => {
      for (const chart of this.#live) {
        if (chart.instrumentId === instrumentId) for (const candle of closed) chart.onFinal(candle);
      }
    });
  }

  open(
    input: { readonly instrumentId: InstrumentId; readonly timeframe: Timeframe; readonly limit: number },
    sink: StreamSink<BarsDelta>,
  ): OpenStream<BarsSnapshot> {
    const base = this.#baseOf(input.instrumentId);
    const { bars, partial, hasMore } = this.#closedBars(input.instrumentId, input.timeframe, base, null, input.limit);
    const chart = new LiveChart(input.instrumentId, input.timeframe, base, partial, sink);
    const forming = this.#session.forming(input.instrumentId);
    if (forming !== null) chart.seed(forming);
    this.#live.add(chart);
    return {
      snapshot: { candles: bars.map(tupleOf), forming: chart.current(), hasMore },
      stop: () => {
        chart.close();
        this.#live.delete(chart);
      },
    };
  }

  page(input: {
    readonly instrumentId: InstrumentId;
    readonly timeframe: Timeframe;
    readonly before: UnixMs;
    readonly limit: number;
  }): CandlePage {
    const base = this.#baseOf(input.instrumentId);
    const { bars, hasMore } = this.#closedBars(input.instrumentId, input.timeframe, base, input.before, input.limit);
    return { candles: bars.map(tupleOf), hasMore };
  }

  close(): void {
    for (const chart of this.#live) chart.close();
    this.#live.clear();
  }

  #baseOf(id: InstrumentId): Instrument['baseTimeframe'] {
    const instrument = this.#session.instruments.find((candidate) => candidate.id === id);
    if (instrument !== undefined) return instrument.baseTimeframe;
    return this.#candles.count(id, '1m') > 0 ? '1m' : '5m';
  }

  /** Closed bars that open before `before`, at most `limit`, and the bucket that is still being filled. */
  #closedBars(
    id: InstrumentId,
    timeframe: Timeframe,
    base: Instrument['baseTimeframe'],
    before: UnixMs | null,
    limit: number,
  ): { readonly bars: readonly Candle[]; readonly partial: readonly Candle[]; readonly hasMore: boolean } {
    // Imports of coarser bars serve charts where the base has none (MK-1).
    const source = this.#candles.count(id, base) > 0 ? base : timeframe;
    const last = this.#candles.last(id, source);
    const first = this.#candles.first(id, source);
    if (last === null || first === null) return { bars: [], partial: [], hasMore: false };
    const durationMs = timeframeMs(timeframe);
    const sourceMs = timeframeMs(source);
    const end = Math.min(before ?? Number.POSITIVE_INFINITY, last.openTime + sourceMs);
    const from = bucketOpenTime(end - limit * durationMs, timeframe);
    const rows = this.#candles.read(id, source, from, end);
    if (sourceMs >= durationMs) return { bars: [...rows], partial: [], hasMore: first.openTime < from };
    const bars: Candle[] = [];
    let partial: Candle[] = [];
    const rollUp = new RollUp(base, (closed, bar) => {
      if (closed === timeframe) bars.push(bar);
    });
    for (const row of rows) {
      if (
        partial.length > 0 &&
        bucketOpenTime(row.openTime, timeframe) !== bucketOpenTime(partial[0]?.openTime ?? 0, timeframe)
      ) {
        partial = [];
      }
      partial.push(row);
      rollUp.onBar(row);
    }
    if (bars.at(-1)?.openTime === bucketOpenTime(partial[0]?.openTime ?? -1, timeframe)) partial = [];
    return { bars, partial, hasMore: first.openTime < from };
  }
}

/** One subscribed chart: the bucket that is filling now, from final base bars and the forming one. */
class LiveChart {
  readonly instrumentId: InstrumentId;
  readonly #timeframe: Timeframe;
  readonly #durationMs: number;
  readonly #baseMs: number;
  readonly #sink: StreamSink<BarsDelta>;
  #bucket: Candle | null = null;
  #forming: Candle | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    instrumentId: InstrumentId,
    timeframe: Timeframe,
    base: Instrument['baseTimeframe'],
    partial: readonly Candle[],
    sink: StreamSink<BarsDelta>,
  ) {
    this.instrumentId = instrumentId;
    this.#timeframe = timeframe;
    this.#durationMs = timeframeMs(timeframe);
    this.#baseMs = timeframeMs(base);
    this.#sink = sink;
    for (const candle of partial) this.#bucket = merged(this.#bucket, candle, timeframe);
  }

  seed(forming: Candle): void {
    this.#forming = forming;
  }

  onForming(candle: Candle): void {
    this.#forming = candle;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const current = this.current();
      if (current !== null) this.#sink.push({ candle: current, closed: false });
    }, EVERY_MS);
  }

  onFinal(candle: Candle): void {
    const bucket = merged(this.#bucket, candle, this.#timeframe);
    if (this.#forming !== null && this.#forming.openTime <= candle.openTime) this.#forming = null;
    if (candle.openTime + this.#baseMs >= bucket.openTime + this.#durationMs) {
      this.#bucket = null;
      this.#sink.push({ candle: tupleOf(bucket), closed: true });
    } else {
      this.#bucket = bucket;
    }
  }

  /** The bar as it looks now; null before anything is known of it. */
  current(): CandleTuple | null {
    const forming = this.#forming;
    if (forming === null) return this.#bucket === null ? null : tupleOf(this.#bucket);
    return tupleOf(merged(this.#bucket, forming, this.#timeframe));
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function merged(bucket: Candle | null, candle: Candle, timeframe: Timeframe): Candle {
  const openTime = bucketOpenTime(candle.openTime, timeframe);
  if (bucket === null || bucket.openTime !== openTime) return { ...candle, openTime };
  return {
    openTime,
    open: bucket.open,
    high: Math.max(bucket.high, candle.high),
    low: Math.min(bucket.low, candle.low),
    close: candle.close,
    volume: bucket.volume + candle.volume,
  };
}

function tupleOf({ openTime, open, high, low, close, volume }: Candle): CandleTuple {
  return [openTime, open, high, low, close, volume];
}
