/** Recorded REST answers and socket sessions through the real classes of ccxt: our own, and those beside the project when present. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ExchangeConnection, RawCandle } from '#main/exchange/feed.ts';
import { openExchange } from '#main/exchange/open-exchange.ts';
import { systemTime, type TransportTime } from '#main/exchange/transport-time.ts';
import { EventLog } from '#test/fixtures/exchange/event-log.ts';
import { answerFrom, RECORDED_EXCHANGES } from '#test/fixtures/exchange/recorded-rest.ts';
import { RECORDED_SESSIONS, SESSION_CANDLES } from '#test/fixtures/exchange/recorded-sockets.ts';
import { sharedJson, sharedLines } from '#test/fixtures/exchange/shared-recordings.ts';
import { playToSubscribers, type SocketPlayer, socketsAt } from '#test/fixtures/exchange/socket-player.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(
  id: string,
  fetch: (url: string) => Promise<Response>,
  configuration: Readonly<Record<string, unknown>>,
  time: TransportTime = systemTime,
): Promise<ExchangeConnection> {
  const options = { fetch, time, random: () => 0, configuration: { rateLimit: 1, ...configuration } };
  const opened = await openExchange(id, options);
  if (!opened.ok) throw new Error(opened.error.message);
  closers.push(() => opened.value.close());
  return opened.value;
}

async function player(frames: readonly unknown[]): Promise<SocketPlayer> {
  const made = await playToSubscribers(frames);
  closers.push(() => made.close());
  return made;
}

/** KuCoin is asked by REST where its socket is. */
const kucoinSocket = (port: number): readonly [string, unknown] => [
  'bullet-public',
  {
    code: '200000',
    data: {
      token: 'x',
      instanceServers: [{ endpoint: `ws://127.0.0.1:${port}/endpoint`, pingInterval: 18_000, pingTimeout: 10_000 }],
    },
  },
];

/** Watches `symbol` until `count` bars have come. */
async function firstBars(connection: ExchangeConnection, symbol: string, count: number): Promise<EventLog> {
  const log = new EventLog();
  const enough = log.next('candle', () => log.bars(symbol).length >= count);
  connection.watch([symbol], '1m', log.listener);
  await enough;
  return log;
}

describe.each(RECORDED_SESSIONS)('$id by socket', ({ id, subscribes, frames }) => {
  it('MK-11: subscribes as the exchange wants it, and every state of every bar comes out in order, after connected', async () => {
    const server = await player(frames);
    const rest = RECORDED_EXCHANGES.find((exchange) => exchange.id === id);
    const connection = await open(
      id,
      answerFrom([kucoinSocket(server.port), ...(rest?.routes ?? [])]),
      await socketsAt(id, server.port),
    );
    const log = await firstBars(connection, 'BTC/USDT', SESSION_CANDLES.length);
    expect(log.kinds).toEqual(['connected', 'candle', 'candle', 'candle']);
    expect(log.bars('BTC/USDT').map((row) => row.slice(0, 6))).toEqual(SESSION_CANDLES);
    expect(server.received.filter((message) => !isPing(message))).toEqual([expect.objectContaining(subscribes)]);
  });
});

function isPing(message: unknown): boolean {
  const text = JSON.stringify(message);
  return text.includes('ping');
}

interface SharedCase {
  readonly input: readonly [string, string, (number | null)?, (number | null)?, unknown?];
  readonly httpResponse?: unknown;
  readonly parsedResponse?: readonly (readonly number[])[];
  readonly messages?: readonly unknown[];
  readonly parsedResponses?: readonly (readonly (readonly number[])[])[];
}

const NINE = ['binance', 'bybit', 'okx', 'kraken', 'kucoin', 'gate', 'bitget', 'coinbase', 'hyperliquid'];
const ABSENT = 'no recorded data beside the project';
const DURATION: Readonly<Record<string, number>> = { '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 };

function casesOf(path: string, method: string): readonly SharedCase[] | null {
  const file = sharedJson(path) as { methods: Record<string, SharedCase[]> } | null;
  return file === null ? null : (file.methods[method] ?? []);
}

describe.each(NINE)('%s, data beside the project', (id) => {
  const markets = sharedJson(`ccxt/markets/${id}.json`) as Record<string, Record<string, unknown>> | null;

  it('MK-11: recorded klines come out of history as ccxt is expected to parse them', async (context) => {
    const cases = casesOf(`ccxt/response/${id}.json`, 'fetchOHLCV');
    if (cases === null || markets === null) return context.skip(ABSENT);
    let compared = 0;
    for (const { input, httpResponse, parsedResponse } of cases) {
      const [symbol, timeframe, , , parameters] = input;
      const first = parsedResponse?.[0]?.[0];
      const last = parsedResponse?.at(-1)?.[0];
      const barMs = DURATION[timeframe];
      if (parameters !== undefined || first === undefined || last === undefined || barMs === undefined) continue;
      if (markets[symbol]?.linear === false) continue;
      // Asked two bars later, as whoever recorded it was.
      const time = { ...systemTime, wallNow: () => last + 2 * barMs };
      const fetch = () => Promise.resolve(new Response(JSON.stringify(httpResponse)));
      const connection = await open(id, fetch, { markets }, time);
      const rows: RawCandle[] = [];
      const request = { symbol, timeframe: timeframe as '1m' | '1h' | '1d', from: first, to: last + barMs };
      for await (const page of connection.history(request)) {
        if (!page.ok) throw new Error(page.error.message);
        rows.push(...page.value.candles);
      }
      expect(rows.map((row) => row.slice(0, 6))).toEqual(parsedResponse);
      compared += 1;
    }
    // Coinbase's recordings hold no klines.
    expect(compared > 0).toBe(id !== 'coinbase');
  });

  it('MK-10: each recorded market becomes a sound instrument or is left out for a reason', async (context) => {
    if (markets === null) return context.skip(ABSENT);
    const { toInstrument } = await import('#main/exchange/instruments.ts');
    const exchange = { precisionMode: 4, fees: {}, id } as unknown as Parameters<typeof toInstrument>[1];
    let kept = 0;
    for (const market of Object.values(markets)) {
      const instrument = toInstrument(market, exchange, '1m', { exchange: id, simulated: false });
      const wanted =
        market.active !== false && (market.spot === true || (market.swap === true && market.linear === true));
      expect(`${market.symbol}: ${instrument !== null}`).toBe(`${market.symbol}: ${wanted}`);
      if (instrument === null) continue;
      kept += 1;
      expect(instrument.priceTick).toBeGreaterThan(0);
      expect(instrument.amountStep).toBeGreaterThan(0);
      expect(instrument.takerFeeBps).toBeGreaterThanOrEqual(0);
      expect(instrument.takerFeeBps).toBeLessThanOrEqual(200);
      expect(Number.isFinite(instrument.minNotional)).toBe(true);
    }
    expect(kept).toBeGreaterThan(3);
  });

  it('MK-11: recorded socket sessions come out of watch bar for bar', async (context) => {
    const cases = casesOf(`ws/${id}.watchOHLCV.json`, 'watchOHLCV');
    if (cases === null || markets === null) return context.skip(ABSENT);
    for (const { input, messages, parsedResponses } of cases) {
      const server = await player(messages ?? []);
      const connection = await open(id, () => Promise.resolve(new Response('{}')), {
        ...(await socketsAt(id, server.port)),
        markets,
      });
      const expected = (parsedResponses ?? []).flat();
      const log = await firstBars(connection, input[0], expected.length);
      expect(log.bars(input[0]).slice(0, expected.length)).toEqual(expected);
      expect(log.kinds[0]).toBe('connected');
    }
  });
});

describe('raw pushes beside the project', () => {
  it('MK-11: recorded Binance klines come out of watch number for number', async (context) => {
    const lines = sharedLines('ws/binance-spot.kline-only.jsonl') as { msg: { data: BinancePush } }[] | null;
    if (lines === null) return context.skip(ABSENT);
    for (const { msg } of lines) {
      const { k, s } = msg.data;
      const quote = s.endsWith('USDT') ? 'USDT' : 'BTC';
      const base = s.slice(0, -quote.length);
      const server = await player([{ result: null, id: 1 }, msg.data]);
      const symbol = `${base}/${quote}`;
      const market = { id: s, lowercaseId: s.toLowerCase(), symbol, base, quote, type: 'spot', spot: true };
      const connection = await open('binance', () => Promise.resolve(new Response('{}')), {
        ...(await socketsAt('binance', server.port)),
        markets: { [symbol]: market },
      });
      const log = await firstBars(connection, symbol, 1);
      expect(log.bars(symbol)).toEqual([[k.t, k.o, k.h, k.l, k.c, k.v].map(Number)]);
    }
  });
});

interface BinancePush {
  readonly s: string;
  readonly k: Readonly<Record<'t' | 'o' | 'h' | 'l' | 'c' | 'v', string | number>>;
}
