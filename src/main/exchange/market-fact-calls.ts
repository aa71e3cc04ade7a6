/** Reads what an exchange tells beside candles (MK-15): top of the book, latest trades, funding. Nothing of it is a fault. */
import { type FundingTimes, type MarketFacts, NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import { HOUR_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { CcxtExchange } from './ccxt-client.ts';
import { exchangeSettings } from './exchange-settings.ts';
import type { CallPatience, RestCalls } from './rest-calls.ts';

/** Levels per side that count as the top of the book. */
const TOP_LEVELS = 5;
/** Levels asked for: a number that nearly every exchange takes (KuCoin knows 20 and 100 only). */
const ASKED_LEVELS = 20;
/** Reading more of them would hold the event loop up where bars close every second (demo speeds). */
const ASKED_TRADES = 200;
/** Fewer trades within the bar tell nothing of large ones. */
const LEAST_TRADES = 20;
/** Large: the largest twentieth of the trades. */
const LARGE_SHARE = 0.05;
/** Funding is fixed for hours: asked again after this much feed time. */
const FUNDING_MS = 10 * 60_000;
const USUAL_FUNDING_HOURS = 8;
const BPS = 10_000;
/** Somebody else's call goes first; a failed one is not tried again. */
const ONCE: CallPatience = { networkRetries: 0, rateRetries: 0, longestBanMs: 0 };

export class MarketFactCalls {
  readonly #exchange: CcxtExchange;
  readonly #calls: RestCalls;
  readonly #funding = new Map<string, { readonly at: UnixMs; readonly told: ToldFunding }>();

  constructor(exchange: CcxtExchange, calls: RestCalls) {
    this.#exchange = exchange;
    this.#calls = calls;
  }

  /** Time that the exchange's rate limit takes for the facts of one instrument; null where it tells none. */
  get costMs(): number | null {
    const { has, rateLimit } = this.#exchange;
    const calls = Number(has.fetchOrderBook === true) + Number(has.fetchTrades === true);
    return calls === 0 ? null : calls * (typeof rateLimit === 'number' ? rateLimit : 0);
  }

  /** NaN for each figure that is not offered, failed or makes no sense. `now`: feed time; trades since `since` count. */
  async read(symbol: string, now: UnixMs, since: UnixMs, signal: AbortSignal): Promise<MarketFacts> {
    const book = await this.#book(symbol, signal);
    const largeTradeShare = await this.#largeTradeShare(symbol, since, signal);
    const funding = await this.#fundingOf(symbol, now, signal);
    return { ...NO_MARKET_FACTS, ...book, largeTradeShare, ...funding };
  }

  async #book(symbol: string, signal: AbortSignal): Promise<Partial<MarketFacts>> {
    if (this.#exchange.has.fetchOrderBook !== true) return {};
    const levelsAsked = exchangeSettings(this.#exchange.id).bookLevels ?? ASKED_LEVELS;
    const answer = await this.#calls.call(() => this.#exchange.fetchOrderBook(symbol, levelsAsked), ONCE, signal);
    if (!answer.ok) return {};
    const { bids, asks } = (answer.value ?? {}) as { readonly bids?: unknown; readonly asks?: unknown };
    return bookFacts(levels(bids), levels(asks));
  }

  async #largeTradeShare(symbol: string, since: UnixMs, signal: AbortSignal): Promise<number> {
    if (this.#exchange.has.fetchTrades !== true) return Number.NaN;
    const answer = await this.#calls.call(
      () => this.#exchange.fetchTrades(symbol, undefined, ASKED_TRADES),
      ONCE,
      signal,
    );
    if (!answer.ok || !Array.isArray(answer.value)) return Number.NaN;
    const amounts: number[] = [];
    for (const trade of answer.value as readonly { readonly timestamp?: unknown; readonly amount?: unknown }[]) {
      const isRecent = typeof trade?.timestamp === 'number' && trade.timestamp >= since;
      if (isRecent && typeof trade.amount === 'number' && trade.amount > 0) amounts.push(trade.amount);
    }
    return shareOfLarge(amounts);
  }

  /** Spot has none. */
  async #fundingOf(symbol: string, now: UnixMs, signal: AbortSignal): Promise<ToldFunding> {
    if (this.#exchange.markets?.[symbol]?.swap !== true || this.#exchange.has.fetchFundingRate !== true) return {};
    const known = this.#funding.get(symbol);
    if (known !== undefined && now - known.at < FUNDING_MS) return known.told;
    const answer = await this.#calls.call(() => this.#exchange.fetchFundingRate(symbol), ONCE, signal);
    const told = answer.ok ? fundingFacts(answer.value, now) : {};
    // A failure is remembered too: it is not asked again with every bar.
    this.#funding.set(symbol, { at: now, told });
    return told;
  }
}

type ToldFunding = Partial<Pick<MarketFacts, 'fundingRate' | 'fundingTimes'>>;

/**
 * Rate and times of ccxt's funding rate structure. Where the exchange does not say how often it is paid (Binance, of most
 * symbols), it is every 8 hours: the longest that is usual, so that no payment is counted that may not come. Times that
 * are not told at all stay unknown.
 */
export function fundingFacts(answer: unknown, now: UnixMs): ToldFunding {
  const { fundingRate, interval, fundingTimestamp, nextFundingTimestamp } = (answer ?? {}) as Readonly<
    Record<'fundingRate' | 'interval' | 'fundingTimestamp' | 'nextFundingTimestamp', unknown>
  >;
  if (typeof fundingRate !== 'number' || !Number.isFinite(fundingRate)) return {};
  const times = [fundingTimestamp, nextFundingTimestamp].filter(
    (time): time is UnixMs => typeof time === 'number' && time > 0 && Number.isSafeInteger(time),
  );
  const told = times[0];
  if (told === undefined) return { fundingRate };
  const intervalMs = intervalOf(interval);
  // Some tell the payment that was made last.
  const next = told > now ? told : told + (Math.floor((now - told) / intervalMs) + 1) * intervalMs;
  const fundingTimes: FundingTimes = { next, intervalMs };
  return { fundingRate, fundingTimes };
}

/** `8h`, as ccxt writes it. */
function intervalOf(text: unknown): number {
  const hours = typeof text === 'string' ? Number(/^(\d{1,2})h$/.exec(text)?.[1]) : Number.NaN;
  return (hours > 0 ? hours : USUAL_FUNDING_HOURS) * HOUR_MS;
}

type Level = readonly [price: number, amount: number];

/** Best first; NaN where a side is empty or the book is crossed. */
export function bookFacts(
  bids: readonly Level[],
  asks: readonly Level[],
): Pick<MarketFacts, 'spreadBps' | 'bookImbalance'> {
  const bid = bids[0]?.[0] ?? Number.NaN;
  const ask = asks[0]?.[0] ?? Number.NaN;
  if (!(bid > 0 && ask >= bid)) return { spreadBps: Number.NaN, bookImbalance: Number.NaN };
  const [bidSize, askSize] = [size(bids), size(asks)];
  return { spreadBps: (ask / bid - 1) * BPS, bookImbalance: (bidSize - askSize) / (bidSize + askSize) };
}

/** Share of the volume that the largest twentieth of the trades carries; NaN below 20 trades. */
export function shareOfLarge(amounts: readonly number[]): number {
  if (amounts.length < LEAST_TRADES) return Number.NaN;
  const largestFirst = [...amounts].sort((a, b) => b - a);
  const large = largestFirst.slice(0, Math.floor(LARGE_SHARE * amounts.length));
  return sum(large) / sum(largestFirst);
}

function levels(side: unknown): readonly Level[] {
  if (!Array.isArray(side)) return [];
  return side
    .slice(0, TOP_LEVELS)
    .filter(
      (level): level is [number, number] =>
        Array.isArray(level) && typeof level[0] === 'number' && typeof level[1] === 'number',
    );
}

function size(side: readonly Level[]): number {
  return sum(side.slice(0, TOP_LEVELS).map(([, amount]) => amount));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
