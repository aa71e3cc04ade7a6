/** The private REST endpoints and user events of the demo exchange. An API key is required, signatures are not checked. */
import type { UnixMs } from '#core/domain/timeframe.ts';
import { decimal, type Json } from './binance-format.ts';
import type { DemoMarket } from './demo-market.ts';
import type { FaultPlan } from './fault-plan.ts';
import { type ApiAnswer, apiError, listedIndex } from './market-api.ts';
import {
  type AccountEvent,
  type AccountOrder,
  FEE_RATE,
  type OrderRequest,
  type OrderSide,
  type OrderType,
  type SimulatedAccount,
  type TimeInForce,
} from './simulated-account.ts';

export interface AccountApiParts {
  readonly market: DemoMarket;
  readonly account: SimulatedAccount;
  readonly faults: FaultPlan;
}

const PRIVATE_PATHS = ['/account', '/order', '/order/test', '/openOrders', '/allOrders', '/myTrades'];

/** Answers a private request, or null when `path` is none. */
export function answerAccountRequest(
  parts: AccountApiParts,
  method: string,
  path: string,
  query: URLSearchParams,
  apiKey: string | null,
  now: UnixMs,
): ApiAnswer | null {
  if (!PRIVATE_PATHS.includes(path)) return null;
  if (apiKey === null) return apiError(401, -2014, 'API-key format invalid.');
  parts.account.settle(now);
  if (path === '/account' && method === 'GET') return answer(accountInfo(parts.account, now));
  const marketId = query.get('symbol');
  const index = marketId === null ? null : listedIndex(parts.market, marketId, now);
  if (marketId !== null && index === null) return apiError(400, -1121, 'Invalid symbol.');
  if (path === '/openOrders' && method === 'GET') {
    const open = parts.account.list(index).filter((order) => parts.account.isOpen(order));
    return answer(open.map((order) => orderInfo(parts.market, order)));
  }
  if (index === null) {
    return apiError(400, -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
  }
  return answerForInstrument(parts, `${method} ${path}`, index, query, now);
}

function answerForInstrument(
  parts: AccountApiParts,
  endpoint: string,
  index: number,
  query: URLSearchParams,
  now: UnixMs,
): ApiAnswer | null {
  const { market, account } = parts;
  switch (endpoint) {
    case 'POST /order':
      return placeOrder(parts, index, query, now);
    case 'POST /order/test':
      return readOrder(index, query, now) === null ? invalidOrder() : answer({});
    case 'GET /order': {
      const order = findOrder(account, index, query);
      return order === null ? apiError(400, -2013, 'Order does not exist.') : answer(orderInfo(market, order));
    }
    case 'DELETE /order': {
      const order = findOrder(account, index, query);
      const cancelled = order === null ? null : account.cancel(order, now);
      return cancelled === null ? apiError(400, -2011, 'Unknown order sent.') : answer(orderInfo(market, cancelled));
    }
    case 'DELETE /openOrders': {
      const open = account.list(index).filter((order) => account.isOpen(order));
      if (open.length === 0) return apiError(400, -2011, 'Unknown order sent.');
      return answer(open.map((order) => orderInfo(market, account.cancel(order, now) ?? order)));
    }
    case 'GET /allOrders':
      return answer(account.list(index).map((order) => orderInfo(market, order)));
    case 'GET /myTrades':
      return answer(account.list(index).flatMap((order) => tradesOf(market, order)));
    default:
      return null;
  }
}

function placeOrder(parts: AccountApiParts, index: number, query: URLSearchParams, now: UnixMs): ApiAnswer {
  const request = readOrder(index, query, now);
  if (request === null) return invalidOrder();
  const fault = parts.faults.takeOrderFault();
  if (fault === 'refused') return apiError(400, -2010, 'Order refused by the exchange.');
  if (fault === 'failed-before') return unknownState();
  const placed = parts.account.place(request, now, fault);
  if ('code' in placed) return apiError(400, placed.code, placed.message);
  // The order stands although the answer says nothing of it: the caller has to ask.
  if (fault === 'failed-after') return unknownState();
  return answer({
    ...orderInfo(parts.market, placed),
    transactTime: placed.updateTime,
    fills: placed.fills.map((fill) => ({
      price: decimal(fill.price),
      qty: decimal(fill.amount),
      commission: decimal(fill.commission),
      commissionAsset: fill.commissionAsset,
      tradeId: fill.tradeId,
    })),
  });
}

function readOrder(index: number, query: URLSearchParams, now: UnixMs): OrderRequest | null {
  const side = query.get('side');
  const type = query.get('type');
  const timeInForce = query.get('timeInForce') ?? 'GTC';
  const price = Number(query.get('price') ?? 0);
  const amount = Number(query.get('quantity') ?? 0);
  const quoteAmount = Number(query.get('quoteOrderQty') ?? 0);
  if (!isOneOf(side, SIDES) || !isOneOf(type, TYPES) || !isOneOf(timeInForce, TIMES_IN_FORCE)) return null;
  if (![price, amount, quoteAmount].every((value) => Number.isFinite(value) && value >= 0)) return null;
  if (amount > 0 === quoteAmount > 0 || (quoteAmount > 0 && type !== 'MARKET')) return null;
  const clientOrderId = query.get('newClientOrderId') ?? `demo-${now}-${index}`;
  return {
    instrumentIndex: index,
    side,
    type,
    timeInForce,
    price: type === 'MARKET' ? 0 : price,
    amount,
    quoteAmount,
    clientOrderId,
  };
}

const SIDES: readonly OrderSide[] = ['BUY', 'SELL'];
const TYPES: readonly OrderType[] = ['MARKET', 'LIMIT', 'LIMIT_MAKER'];
const TIMES_IN_FORCE: readonly TimeInForce[] = ['GTC', 'IOC', 'FOK'];

function isOneOf<T extends string>(text: string | null, allowed: readonly T[]): text is T {
  return text !== null && (allowed as readonly string[]).includes(text);
}

function findOrder(account: SimulatedAccount, index: number, query: URLSearchParams): AccountOrder | null {
  const id = query.get('orderId');
  return account.find(index, id === null ? null : Number(id), query.get('origClientOrderId'));
}

function accountInfo(account: SimulatedAccount, now: UnixMs): Json {
  const bps = FEE_RATE * 10_000;
  return {
    makerCommission: bps,
    takerCommission: bps,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: decimal(FEE_RATE), taker: decimal(FEE_RATE), buyer: decimal(0), seller: decimal(0) },
    canTrade: true,
    canWithdraw: false,
    canDeposit: false,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: now,
    accountType: 'SPOT',
    balances: account.allBalances().map(({ asset, free, locked }) => ({
      asset,
      free: decimal(free),
      locked: decimal(locked),
    })),
    permissions: ['SPOT'],
  };
}

function orderInfo(market: DemoMarket, order: AccountOrder): { readonly [key: string]: Json } {
  return {
    symbol: market.instrument(order.instrumentIndex).marketId,
    orderId: order.id,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    price: decimal(order.price),
    origQty: decimal(order.amount),
    executedQty: decimal(order.filledAmount),
    origQuoteOrderQty: decimal(order.quoteAmount),
    cummulativeQuoteQty: decimal(order.filledQuote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
    stopPrice: decimal(0),
    icebergQty: decimal(0),
    time: order.time,
    updateTime: order.updateTime,
    isWorking: true,
    workingTime: order.time,
    selfTradePreventionMode: 'NONE',
  };
}

function tradesOf(market: DemoMarket, order: AccountOrder): readonly Json[] {
  return order.fills.map((fill) => ({
    symbol: market.instrument(order.instrumentIndex).marketId,
    id: fill.tradeId,
    orderId: order.id,
    orderListId: -1,
    price: decimal(fill.price),
    qty: decimal(fill.amount),
    quoteQty: decimal(fill.price * fill.amount),
    commission: decimal(fill.commission),
    commissionAsset: fill.commissionAsset,
    time: fill.time,
    isBuyer: order.side === 'BUY',
    isMaker: fill.isMaker,
    isBestMatch: true,
  }));
}

/** The user stream's event for what happened to the account. */
export function userEvent(market: DemoMarket, event: AccountEvent, eventTime: UnixMs): Json {
  if (event.kind === 'balances') {
    return {
      e: 'outboundAccountPosition',
      E: eventTime,
      u: event.time,
      B: event.balances.map(({ asset, free, locked }) => ({ a: asset, f: decimal(free), l: decimal(locked) })),
    };
  }
  const { order, fill } = event;
  const execution = fill !== null ? 'TRADE' : order.status;
  return {
    e: 'executionReport',
    E: eventTime,
    s: market.instrument(order.instrumentIndex).marketId,
    c: order.clientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: decimal(order.amount),
    p: decimal(order.price),
    P: decimal(0),
    F: decimal(0),
    g: -1,
    C: '',
    x: execution,
    X: order.status,
    r: 'NONE',
    i: order.id,
    l: decimal(fill?.amount ?? 0),
    z: decimal(order.filledAmount),
    L: decimal(fill?.price ?? 0),
    n: decimal(fill?.commission ?? 0),
    N: fill?.commissionAsset ?? null,
    T: event.time,
    t: fill?.tradeId ?? -1,
    w: order.status === 'NEW' || order.status === 'PARTIALLY_FILLED',
    m: fill?.isMaker ?? false,
    M: false,
    O: order.time,
    Z: decimal(order.filledQuote),
    Y: decimal(fill === null ? 0 : fill.price * fill.amount),
    Q: decimal(order.quoteAmount),
    W: order.time,
    V: 'NONE',
  };
}

function answer(body: Json): ApiAnswer {
  return { status: 200, body, weight: 4 };
}

function invalidOrder(): ApiAnswer {
  return apiError(400, -1102, 'A mandatory parameter was not sent, was empty/null, or malformed.');
}

function unknownState(): ApiAnswer {
  return apiError(500, -1006, 'An unexpected response was received from the message bus. Execution status unknown.');
}
