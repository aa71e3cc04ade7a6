/** The demo exchange's one account: balances, market and limit orders, fills. Times are exchange time, amounts base units. */
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { DemoMarket } from './demo-market.ts';
import type { OrderFault } from './fault-plan.ts';

export type OrderSide = 'BUY' | 'SELL';
export type OrderType = 'MARKET' | 'LIMIT' | 'LIMIT_MAKER';
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';

export interface OrderFill {
  readonly tradeId: number;
  readonly time: UnixMs;
  readonly price: number;
  readonly amount: number;
  readonly commission: number;
  /** Base for buys, quote for sales. */
  readonly commissionAsset: string;
  readonly isMaker: boolean;
}

export interface AccountOrder {
  readonly id: number;
  readonly clientOrderId: string;
  readonly instrumentIndex: number;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** 0 for market orders. */
  readonly price: number;
  readonly amount: number;
  /** What a market order wanted to spend, quote units; 0 when it named an amount. */
  readonly quoteAmount: number;
  readonly time: UnixMs;
  readonly updateTime: UnixMs;
  readonly status: OrderStatus;
  readonly filledAmount: number;
  readonly filledQuote: number;
  readonly fills: readonly OrderFill[];
}

type WorkingOrder = { -readonly [Key in keyof AccountOrder]: AccountOrder[Key] };

export interface OrderRequest {
  readonly instrumentIndex: number;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly price: number;
  /** Exactly one of amount and quoteAmount is above 0. */
  readonly amount: number;
  readonly quoteAmount: number;
  readonly clientOrderId: string;
}

/** Codes and messages as Binance sends them. */
export interface OrderRefusal {
  readonly code: number;
  readonly message: string;
}

export interface Balance {
  readonly asset: string;
  readonly free: number;
  readonly locked: number;
}

export type AccountEvent =
  | { readonly kind: 'order'; readonly order: AccountOrder; readonly fill: OrderFill | null; readonly time: UnixMs }
  | { readonly kind: 'balances'; readonly balances: readonly Balance[]; readonly time: UnixMs };

/** Maker and taker fee of the account as a fraction of notional. */
export const FEE_RATE = 0.001;
const INSUFFICIENT: OrderRefusal = { code: -2010, message: 'Account has insufficient balance for requested action.' };

export class SimulatedAccount {
  private readonly market: DemoMarket;
  private readonly emit: (event: AccountEvent) => void;
  private readonly balances = new Map<string, { free: number; locked: number }>();
  private readonly orders = new Map<number, WorkingOrder>();
  private readonly open = new Set<WorkingOrder>();
  /** Orders whose next fill takes only half of what is left (a fault). */
  private readonly halfNext = new Set<WorkingOrder>();
  private settledUntil: UnixMs;
  private lastOrderId = 0;
  private lastTradeId = 0;

  constructor(
    market: DemoMarket,
    startAt: UnixMs,
    startBalances: Readonly<Record<string, number>>,
    emit: (event: AccountEvent) => void,
  ) {
    this.market = market;
    this.settledUntil = startAt;
    this.emit = emit;
    for (const [asset, free] of Object.entries(startBalances)) this.balances.set(asset, { free, locked: 0 });
  }

  /** Fills resting orders by the trades up to `now`: a limit is reached only when the market trades through it. */
  settle(now: UnixMs): void {
    if (now <= this.settledUntil) return;
    const from = this.settledUntil;
    this.settledUntil = now;
    for (const order of [...this.open]) {
      const since = Math.max(from, order.time);
      for (const trade of this.market.trades(order.instrumentIndex, since, now, Number.POSITIVE_INFINITY)) {
        const through = order.side === 'BUY' ? trade.price < order.price : trade.price > order.price;
        if (!through) continue;
        this.fill(order, order.price, this.nextFillAmount(order), trade.time, true);
        this.emitBalances(order, trade.time);
        if (!this.open.has(order)) break;
      }
    }
  }

  /** Places an order at `now`; `fault` partial-fill fills half of it at first. */
  place(request: OrderRequest, now: UnixMs, fault: OrderFault | null): AccountOrder | OrderRefusal {
    this.settle(now);
    const refusal = this.refusalOf(request, now);
    if (refusal !== null) return refusal;
    const levels = this.reachableLevels(request, now);
    const plan = planFills(request, levels, this.stepsPerUnit(request.instrumentIndex));
    if (request.type === 'LIMIT_MAKER' && levels.length > 0) {
      return { code: -2010, message: 'Order would immediately match and take.' };
    }
    if (request.type === 'MARKET' && plan.length === 0) return { code: -2010, message: 'No liquidity for this order.' };
    const amount = request.amount > 0 ? request.amount : round8(plan.reduce((sum, level) => sum + level.amount, 0));
    const { base, quote } = this.market.instrument(request.instrumentIndex);
    const needed =
      request.side === 'SELL'
        ? amount
        : request.type === 'MARKET'
          ? plan.reduce((sum, level) => sum + level.amount * level.price, 0)
          : amount * request.price;
    if (this.balanceOf(request.side === 'SELL' ? base : quote).free + 1e-9 < needed) return INSUFFICIENT;

    const order = this.accept(request, amount, now);
    if (fault === 'partial-fill') this.halfNext.add(order);
    const taken = round8(plan.reduce((sum, level) => sum + level.amount, 0));
    if (request.timeInForce === 'FOK' && taken < amount) {
      this.finish(order, 'EXPIRED', now);
      return { ...order };
    }
    let left = plan.length === 0 ? 0 : this.nextFillAmount(order);
    for (const level of plan) {
      const filled = Math.min(level.amount, left);
      if (filled > 0) this.fill(order, level.price, filled, now, false);
      left = round8(left - filled);
    }
    const ends = request.type === 'MARKET' || request.timeInForce === 'IOC';
    if (ends && order.status !== 'FILLED') this.finish(order, 'EXPIRED', now);
    this.emitBalances(order, now);
    return { ...order };
  }

  /** Cancels an open order; null when there is no such open order. */
  cancel(order: AccountOrder, now: UnixMs): AccountOrder | null {
    this.settle(now);
    const working = this.orders.get(order.id);
    if (working === undefined || !this.open.has(working)) return null;
    this.finish(working, 'CANCELED', now);
    this.emitBalances(working, now);
    return { ...working };
  }

  find(instrumentIndex: number, id: number | null, clientOrderId: string | null): AccountOrder | null {
    const all = this.list(instrumentIndex).filter((order) =>
      id !== null ? order.id === id : order.clientOrderId === clientOrderId,
    );
    return all.at(-1) ?? null;
  }

  /** Orders of one instrument, or of all (null), oldest first. */
  list(instrumentIndex: number | null): readonly AccountOrder[] {
    return [...this.orders.values()].filter(
      (order) => instrumentIndex === null || order.instrumentIndex === instrumentIndex,
    );
  }

  isOpen(order: AccountOrder): boolean {
    return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
  }

  allBalances(): readonly Balance[] {
    return [...this.balances.keys()].map((asset) => this.snapshotOf(asset));
  }

  private refusalOf(request: OrderRequest, now: UnixMs): OrderRefusal | null {
    const instrument = this.market.instrument(request.instrumentIndex);
    if (this.market.status(request.instrumentIndex, now) !== 'trading') {
      return { code: -1013, message: 'Market is closed.' };
    }
    for (const order of this.open) {
      if (order.clientOrderId === request.clientOrderId) return { code: -2010, message: 'Duplicate order sent.' };
    }
    const priced =
      request.type === 'MARKET' ? (this.market.lastPrice(request.instrumentIndex, now) ?? 0) : request.price;
    if (request.type !== 'MARKET' && !(request.price > 0 && isOnGrid(request.price, instrument.priceDecimals))) {
      return { code: -1013, message: 'Filter failure: PRICE_FILTER' };
    }
    const named = request.amount > 0;
    const fits = request.amount <= instrument.maxAmount && isOnGrid(request.amount, instrument.amountDecimals);
    if (!named && !(request.quoteAmount > 0)) return { code: -1013, message: 'Invalid quantity.' };
    if (named && !fits) return { code: -1013, message: 'Filter failure: LOT_SIZE' };
    const notional = named ? request.amount * priced : request.quoteAmount;
    return notional < instrument.minNotional ? { code: -1013, message: 'Filter failure: NOTIONAL' } : null;
  }

  /** The other side of the book as far as the order's price reaches, best first. */
  private reachableLevels(request: OrderRequest, now: UnixMs): readonly (readonly [number, number])[] {
    const book = this.market.book(request.instrumentIndex, now, 100);
    if (book === null) return [];
    const levels = request.side === 'BUY' ? book.asks : book.bids;
    if (request.type === 'MARKET') return levels;
    return levels.filter(([price]) => (request.side === 'BUY' ? price <= request.price : price >= request.price));
  }

  /** What is left of the order, or half of it once when a fault asks for that; at least one step. */
  private nextFillAmount(order: WorkingOrder): number {
    const left = round8(order.amount - order.filledAmount);
    if (!this.halfNext.delete(order)) return left;
    const stepsPerUnit = this.stepsPerUnit(order.instrumentIndex);
    return Math.max(1, Math.floor((left * stepsPerUnit) / 2)) / stepsPerUnit;
  }

  private accept(request: OrderRequest, amount: number, now: UnixMs): WorkingOrder {
    this.lastOrderId += 1;
    const order: WorkingOrder = {
      ...request,
      id: this.lastOrderId,
      amount,
      time: now,
      updateTime: now,
      status: 'NEW',
      filledAmount: 0,
      filledQuote: 0,
      fills: [],
    };
    this.orders.set(order.id, order);
    this.open.add(order);
    this.lock(order, round8(order.amount));
    this.emit({ kind: 'order', order: { ...order }, fill: null, time: now });
    return order;
  }

  private fill(order: WorkingOrder, price: number, amount: number, time: UnixMs, isMaker: boolean): void {
    const { base, quote } = this.market.instrument(order.instrumentIndex);
    const value = round8(price * amount);
    this.lock(order, -amount);
    const gained = order.side === 'BUY' ? amount : value;
    const commission = round8(gained * FEE_RATE);
    this.add(order.side === 'BUY' ? quote : base, order.side === 'BUY' ? -value : -amount);
    this.add(order.side === 'BUY' ? base : quote, gained - commission);
    this.lastTradeId += 1;
    const commissionAsset = order.side === 'BUY' ? base : quote;
    const fill = { tradeId: this.lastTradeId, time, price, amount, commission, commissionAsset, isMaker };
    order.fills = [...order.fills, fill];
    order.filledAmount = round8(order.filledAmount + amount);
    order.filledQuote = round8(order.filledQuote + value);
    order.updateTime = time;
    order.status = order.filledAmount >= order.amount ? 'FILLED' : 'PARTIALLY_FILLED';
    if (order.status === 'FILLED') this.open.delete(order);
    this.emit({ kind: 'order', order: { ...order }, fill, time });
  }

  private finish(order: WorkingOrder, status: 'CANCELED' | 'EXPIRED', now: UnixMs): void {
    this.lock(order, -round8(order.amount - order.filledAmount));
    order.status = status;
    order.updateTime = now;
    this.open.delete(order);
    this.emit({ kind: 'order', order: { ...order }, fill: null, time: now });
  }

  /** Locks (or, below 0, frees) what `amount` of a limit order needs; market orders are over at once and lock nothing. */
  private lock(order: WorkingOrder, amount: number): void {
    if (order.type === 'MARKET') return;
    const { base, quote } = this.market.instrument(order.instrumentIndex);
    const needed = round8(order.side === 'BUY' ? amount * order.price : amount);
    const balance = this.balanceOf(order.side === 'BUY' ? quote : base);
    balance.free = round8(balance.free - needed);
    balance.locked = round8(balance.locked + needed);
  }

  private add(asset: string, amount: number): void {
    const balance = this.balanceOf(asset);
    balance.free = round8(balance.free + amount);
  }

  private balanceOf(asset: string): { free: number; locked: number } {
    const known = this.balances.get(asset);
    if (known !== undefined) return known;
    const created = { free: 0, locked: 0 };
    this.balances.set(asset, created);
    return created;
  }

  private snapshotOf(asset: string): Balance {
    return { asset, ...this.balanceOf(asset) };
  }

  private emitBalances(order: AccountOrder, time: UnixMs): void {
    const { base, quote } = this.market.instrument(order.instrumentIndex);
    this.emit({ kind: 'balances', balances: [this.snapshotOf(base), this.snapshotOf(quote)], time });
  }

  private stepsPerUnit(instrumentIndex: number): number {
    return 10 ** this.market.instrument(instrumentIndex).amountDecimals;
  }
}

/** Walks the levels until amount or money is used up. */
function planFills(
  request: OrderRequest,
  levels: readonly (readonly [number, number])[],
  stepsPerUnit: number,
): readonly { readonly price: number; readonly amount: number }[] {
  const plan: { price: number; amount: number }[] = [];
  let amountLeft = request.amount;
  let quoteLeft = request.quoteAmount;
  for (const [price, available] of levels) {
    const wanted = request.amount > 0 ? amountLeft : quoteLeft / price;
    const amount = Math.floor(Math.min(wanted, available) * stepsPerUnit + 1e-6) / stepsPerUnit;
    if (amount <= 0) break;
    plan.push({ price, amount });
    amountLeft = round8(amountLeft - amount);
    quoteLeft -= amount * price;
  }
  return plan;
}

function isOnGrid(value: number, decimals: number): boolean {
  const steps = value * 10 ** decimals;
  return Math.abs(steps - Math.round(steps)) < Math.max(1e-6, 1e-10 * steps);
}

function round8(value: number): number {
  return Math.round(value * 1e8) / 1e8;
}
