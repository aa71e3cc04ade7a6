/**
 * Stands in for a socket of candles where ccxt has none: asks by REST shortly after each bar's close (MK-11). Where there
 * is a socket of trades, they move the bar that is forming in between; what closes is always the exchange's own bar.
 */
import type { Result } from '#core/base/result.ts';
import { bucketOpenTime, type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { backOffMs, SOCKET_BACK_OFF } from './back-off.ts';
import type { ExchangeFault, FeedEvent, RawCandle, Subscription } from './feed.ts';
import { type FeedParts, TroubleReports } from './feed-limits.ts';
import { orAborted } from './transport-time.ts';

export interface PollingFeedParts extends FeedParts {
  readonly prepare: () => Promise<Result<unknown, ExchangeFault>>;
  /** Bars from `since` on, the forming one included. */
  readonly latest: (
    symbol: string,
    timeframe: Timeframe,
    since: UnixMs,
    signal: AbortSignal,
  ) => Promise<Result<readonly RawCandle[], ExchangeFault>>;
  /** Trades as they happen, told as `candle` events of one trade each; null where the exchange has no socket for them. */
  readonly trades: ((symbols: readonly string[], listener: (event: FeedEvent) => void) => Subscription) | null;
}

/** Further looks within one bar at symbols whose closed bar was not there yet. */
const SECOND_LOOKS = 2;

export function watchByPolling(
  parts: PollingFeedParts,
  symbols: readonly string[],
  timeframe: Timeframe,
  listener: (event: FeedEvent) => void,
): Subscription {
  const closing = new AbortController();
  const wanted = [...new Set(symbols)];
  const emit = (event: FeedEvent) => {
    if (!closing.signal.aborted) listener(event);
  };
  const forming = new FormingBars(timeframeMs(timeframe));
  const driven = poll(parts, wanted, timeframe, closing.signal, (event) => {
    if (event.kind === 'candle') forming.polled(event.symbol, event.candle, parts.clock.now());
    emit(event);
  });
  const trades = parts.trades?.(wanted, (event) => {
    // Whether this socket stands decides nothing: bars come by REST.
    if (event.kind === 'trouble') emit(event);
    if (event.kind !== 'candle') return;
    const candle = forming.traded(event.symbol, event.candle);
    if (candle !== null) emit({ ...event, candle });
  });
  return {
    async close() {
      closing.abort();
      await Promise.all([driven, trades?.close()]);
    },
  };
}

/** The bars that form, from REST, with the trades since. Display only: the next answer by REST has the last word. */
class FormingBars {
  readonly #barMs: number;
  readonly #bySymbol = new Map<string, { readonly bar: FormingBar; readonly answeredAt: UnixMs }>();

  constructor(barMs: number) {
    this.#barMs = barMs;
  }

  polled(symbol: string, row: RawCandle, answeredAt: UnixMs): void {
    if (!row.every(Number.isFinite)) return;
    const bar = row as FormingBar;
    const known = this.#bySymbol.get(symbol);
    if (known === undefined || bar[0] >= known.bar[0]) this.#bySymbol.set(symbol, { bar, answeredAt });
  }

  /** The bar with the trade in it; null for a trade of another bar, or of before the answer that the bar came with. */
  traded(symbol: string, row: RawCandle): RawCandle | null {
    const known = this.#bySymbol.get(symbol);
    const [time, price, , , , amount] = row as FormingBar;
    if (known === undefined || time <= known.answeredAt) return null;
    const [openTime, open, high, low, , volume] = known.bar;
    if (time >= openTime + this.#barMs) return null;
    const bar: FormingBar = [openTime, open, Math.max(high, price), Math.min(low, price), price, volume + amount];
    this.#bySymbol.set(symbol, { ...known, bar });
    return bar;
  }
}

type FormingBar = readonly [openTime: number, open: number, high: number, low: number, close: number, volume: number];

async function poll(
  parts: PollingFeedParts,
  symbols: readonly string[],
  timeframe: Timeframe,
  closing: AbortSignal,
  emit: (event: FeedEvent) => void,
): Promise<void> {
  const { clock, time, random, limits, bannedForMs } = parts;
  const barMs = timeframeMs(timeframe);
  const troubles = new TroubleReports(parts, emit);
  const newest = new Map<string, UnixMs>();
  let connected = false;
  let failures = 0;
  let attempt = 0;
  await Promise.resolve();
  while (!closing.aborted) {
    if (!connected) attempt += 1;
    const failed = await pollRound(parts, symbols, timeframe, newest, closing, {
      // Said before the first bar: whoever listens fetches by REST what it has missed.
      answered: () => {
        if (connected || closing.aborted) return;
        connected = true;
        emit({ kind: 'connected', attempt });
      },
      candle: (symbol, candle) => emit({ kind: 'candle', symbol, candle, receivedAt: time.monotonicNow() }),
      trouble: (fault) => troubles.report(fault),
    });
    if (closing.aborted) return;
    if (failed !== null) {
      connected = false;
      const retryInMs = Math.max(backOffMs(SOCKET_BACK_OFF, failures, random), bannedForMs());
      failures += 1;
      emit({ kind: 'disconnected', reason: failed.message, retryInMs });
      await time.delay(retryInMs, closing);
      continue;
    }
    failures = 0;
    await untilFeedTime(parts, bucketOpenTime(clock.now(), timeframe) + barMs + limits.pollDelayMs, closing);
  }
}

interface RoundHandlers {
  answered(): void;
  candle(symbol: string, candle: RawCandle): void;
  trouble(fault: ExchangeFault): void;
}

/** Asks for every symbol once, and again for those whose closed bar is not out yet. Returns the fault that ended the round. */
async function pollRound(
  parts: PollingFeedParts,
  symbols: readonly string[],
  timeframe: Timeframe,
  newest: Map<string, UnixMs>,
  closing: AbortSignal,
  on: RoundHandlers,
): Promise<ExchangeFault | null> {
  const { clock, limits } = parts;
  const prepared = await orAborted(parts.prepare(), closing);
  if (prepared === null) return null;
  if (!prepared.ok) return prepared.error;
  const barMs = timeframeMs(timeframe);
  const closed = bucketOpenTime(clock.now(), timeframe) - barMs;
  let wanted = symbols;
  for (let look = 0; look <= SECOND_LOOKS && wanted.length > 0; look += 1) {
    if (look > 0) await untilFeedTime(parts, clock.now() + 2 * limits.pollDelayMs, closing);
    const late: string[] = [];
    for (const symbol of wanted) {
      if (closing.aborted) return null;
      const since = newest.get(symbol) ?? closed;
      const answer = await parts.latest(symbol, timeframe, since, closing);
      if (!answer.ok) {
        if (answer.error.kind === 'network' || answer.error.kind === 'rate-limit') return answer.error;
        on.trouble(answer.error);
        continue;
      }
      on.answered();
      for (const row of answer.value) {
        const openTime = row[0];
        if (typeof openTime === 'number') newest.set(symbol, Math.max(newest.get(symbol) ?? openTime, openTime));
        on.candle(symbol, row);
      }
      if ((newest.get(symbol) ?? 0) < closed) late.push(symbol);
    }
    wanted = late;
  }
  return null;
}

/** Waits in transport time for a moment of feed time; looks again each second, because a feed's speed may change. */
async function untilFeedTime(parts: FeedParts, moment: UnixMs, closing: AbortSignal): Promise<void> {
  const { clock, time } = parts;
  for (;;) {
    const left = moment - clock.now();
    if (left <= 0) return;
    const speed = clock.speed();
    const waitMs = speed > 0 ? Math.min(1_000, left / speed) : 1_000;
    if (!(await time.delay(waitMs, closing))) return;
  }
}
