/**
 * The first start on an exchange (PL-11, WS-2): some weeks of history are downloaded and run through the strategies at
 * full speed. Their signals become phantoms with disposition `bootstrap`; no ticket, no order.
 */
import { setImmediate } from 'node:timers/promises';
import type { JobProgress } from '#contract/areas/session.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { DAY_MS, timeframeMs } from '#core/domain/timeframe.ts';
import type { EngineInput } from '#core/engine/messages.ts';
import { checkCandle } from '#core/market/candle-gate.ts';
import { fillQuietBars } from '#core/market/gaps.ts';
import type { ExchangeConnection, ExchangeFault } from '#main/exchange/feed.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import { type CandleFolder, storedInputs } from './research/stored-market.ts';

const LONGEST_QUIET_BARS = 60;
/** Batches per transaction; also how long the event loop is held between two looks at sockets and window. */
const BATCHES_PER_TURN = 400;

export interface BootstrapOptions {
  readonly connection: ExchangeConnection;
  readonly store: CandleFolder;
  readonly keeper: EngineKeeper;
  readonly instruments: readonly Instrument[];
  readonly historyDays: number;
  readonly signal: AbortSignal;
  readonly progress: (progress: JobProgress) => void;
  /** Monotonic real time, ms. */
  readonly monotonic: () => number;
}

export type BootstrapFault = ExchangeFault | StoreFault;

/**
 * Downloads what is missing of the last `historyDays` and works every stored bar that the engine has not worked yet. Can
 * be called again after a fault, a cancel or a crash: it goes on where it stopped (MK-31).
 */
export async function bootstrap(options: BootstrapOptions): Promise<Result<void, BootstrapFault>> {
  const downloaded = await download(options);
  if (!downloaded.ok) return downloaded;
  await work(options);
  return ok(undefined);
}

async function download(options: BootstrapOptions): Promise<Result<void, BootstrapFault>> {
  const { connection, instruments } = options;
  const { candles } = options.store;
  const durationMs = baseDuration(instruments);
  const to = Math.floor(connection.clock.now() / durationMs) * durationMs;
  const from = to - options.historyDays * DAY_MS;
  const meter = new Meter('downloading history', 'candles', (instruments.length * (to - from)) / durationMs, options);
  for (const instrument of instruments) {
    const stored = candles.last(instrument.id, instrument.baseTimeframe);
    const start = stored === null ? from : Math.max(from, stored.openTime + durationMs);
    meter.add((start - from) / durationMs);
    const pages = connection.history({
      symbol: instrument.symbol,
      timeframe: instrument.baseTimeframe,
      from: start,
      to,
      signal: options.signal,
    });
    let previous = stored;
    for await (const page of pages) {
      if (!page.ok) return err(page.error);
      const rows = page.value.candles
        .map((raw) => checkCandle(raw, instrument.baseTimeframe))
        .filter((candle): candle is Candle => typeof candle !== 'string');
      const filled = fillQuietBars(previous, rows, durationMs, LONGEST_QUIET_BARS);
      const written = candles.write(instrument.id, instrument.baseTimeframe, filled, connection.clock.now());
      if (!written.ok) return written;
      previous = filled.at(-1) ?? previous;
      meter.add(filled.length);
    }
  }
  return ok(undefined);
}

async function work(options: BootstrapOptions): Promise<void> {
  const { keeper, store, instruments } = options;
  const durationMs = baseDuration(instruments);
  // By bars worked, not by the engine's clock: a changed setting moves the clock on before any bar is in.
  const from = Math.min(...instruments.map(({ id }) => keeper.engine.instrument(id)?.lastOpenTime ?? -1)) + durationMs;
  const total = instruments.reduce((sum, i) => sum + store.candles.count(i.id, i.baseTimeframe), 0);
  const meter = new Meter('running the strategies over it', 'candles', total, options);
  let inputs: EngineInput[] = [];
  let bars = 0;
  for (const input of storedInputs(store, instruments, { from, to: null })) {
    inputs.push({ ...input, origin: 'bootstrap' });
    bars += input.bars.length;
    if (inputs.length < BATCHES_PER_TURN) continue;
    keeper.applyBulk(inputs);
    meter.add(bars);
    inputs = [];
    bars = 0;
    await setImmediate();
    if (options.signal.aborted) return;
  }
  keeper.applyBulk(inputs);
  meter.add(bars);
  keeper.snapshotAll();
}

function baseDuration(instruments: readonly Instrument[]): number {
  return timeframeMs(instruments[0]?.baseTimeframe ?? '1m');
}

/** Turns counts into progress with rate and remaining time, at most ten times a second. */
class Meter {
  readonly #stage: string;
  readonly #unit: string;
  readonly #total: number;
  readonly #options: BootstrapOptions;
  readonly #startedAt: number;
  #done = 0;
  #reportedAt = 0;

  constructor(stage: string, unit: string, total: number, options: BootstrapOptions) {
    this.#stage = stage;
    this.#unit = unit;
    this.#total = total;
    this.#options = options;
    this.#startedAt = options.monotonic();
    this.add(0);
  }

  add(count: number): void {
    this.#done += count;
    const now = this.#options.monotonic();
    if (count > 0 && now - this.#reportedAt < 100) return;
    this.#reportedAt = now;
    const seconds = (now - this.#startedAt) / 1000;
    const rate = seconds > 0 && this.#done > 0 ? this.#done / seconds : null;
    this.#options.progress({
      stage: this.#stage,
      fraction: this.#total > 0 ? Math.min(1, this.#done / this.#total) : null,
      done: this.#done,
      total: this.#total,
      unit: this.#unit,
      ratePerSecond: rate,
      remainingMs: rate === null ? null : Math.max(0, ((this.#total - this.#done) / rate) * 1000),
    });
  }
}
