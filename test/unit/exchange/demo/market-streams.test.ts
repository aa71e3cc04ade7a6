import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { DemoMarket } from '#main/exchange/demo/demo-market.ts';
import { type CandleFault, FaultPlan } from '#main/exchange/demo/fault-plan.ts';
import { createGeneratedSource } from '#main/exchange/demo/market-generator.ts';
import { MarketStreams } from '#main/exchange/demo/market-streams.ts';

const EPOCH = Date.UTC(2026, 0, 1);
const START = EPOCH + DAY_MS;

interface ToldKline {
  readonly s: string;
  readonly E: number;
  readonly k: { readonly t: number; readonly x: boolean; readonly i: string; readonly c: string; readonly v: string };
}

function setUp(): { market: DemoMarket; faults: FaultPlan; streams: MarketStreams } {
  const market = new DemoMarket(createGeneratedSource({ seed: 'test', epoch: EPOCH }), 'test');
  const faults = new FaultPlan();
  return { market, faults, streams: new MarketStreams(market, faults) };
}

function klines(streams: MarketStreams, now: number, snapshots = true): ToldKline[] {
  return streams.due(now, snapshots) as unknown as ToldKline[];
}

/** Minute of the bar, `!` when final. */
function short(told: readonly ToldKline[]): string[] {
  return told.map(({ k }) => `${(k.t - START) / MINUTE_MS}${k.x ? '!' : ''}`);
}

describe('kline streams', () => {
  it('MK-21: every final bar comes once, in order, before the first update of the next, however far time jumps', () => {
    const { streams } = setUp();
    streams.subscribe('btcusdt@kline_1m', START + 10_000);
    expect(short(klines(streams, START + 20_000))).toEqual(['0']);
    expect(short(klines(streams, START + MINUTE_MS))).toEqual(['0!', '1']);
    expect(short(klines(streams, START + 5 * MINUTE_MS + 1))).toEqual(['1!', '2!', '3!', '4!', '5']);
    expect(short(klines(streams, START + 5 * MINUTE_MS + 2, false))).toEqual([]);
  });

  it('PL-4: finals of several streams come in the order of their close times', () => {
    const { streams } = setUp();
    for (const name of ['ethusdt@kline_1m', 'btcusdt@kline_5m', 'btcusdt@kline_1m']) streams.subscribe(name, START);
    const told = klines(streams, START + 10 * MINUTE_MS, false);
    const closes = told.map(({ k }) => k.t + (k.i === '5m' ? 5 : 1) * MINUTE_MS);
    expect(closes).toEqual([...closes].sort((left, right) => left - right));
    expect(told).toHaveLength(22);
    expect(told.every(({ E, k }) => E === k.t + (k.i === '5m' ? 5 : 1) * MINUTE_MS)).toBe(true);
  });

  it('knows only the streams it can serve', () => {
    const { streams } = setUp();
    expect(streams.subscribe('btcusdt@kline_1m', START)).toBe(true);
    expect(streams.subscribe('btcusdt@kline_7m', START)).toBe(false);
    expect(streams.subscribe('nopeusdt@kline_1m', START)).toBe(false);
    expect(streams.subscribe('btcusdt@depth', START)).toBe(false);
    expect(streams.names()).toEqual(['btcusdt@kline_1m']);
    streams.unsubscribe('btcusdt@kline_1m');
    expect(klines(streams, START + DAY_MS)).toEqual([]);
  });

  it('MK-14: a halted instrument falls silent, and its missing bars are not closed', () => {
    const { market, streams } = setUp();
    streams.subscribe('btcusdt@kline_1m', START);
    market.interrupt(0, 'halted', START + 10_000);
    expect(short(klines(streams, START + 2 * MINUTE_MS))).toEqual(['0!']);
    market.resume(0, START + 2 * MINUTE_MS);
    expect(short(klines(streams, START + 4 * MINUTE_MS + 5_000))).toEqual(['3!', '4']);
  });

  it.each<[CandleFault, string[], string[]]>([
    ['duplicate', ['0!', '0!', '1'], ['1']],
    ['late', ['1'], ['1', '0!']],
    ['revised', ['0!', '1'], ['1', '0!']],
    ['lost', ['1'], ['1']],
  ])('MK-23: a %s candle', (fault, first, second) => {
    const { faults, streams } = setUp();
    streams.subscribe('btcusdt@kline_1m', START);
    faults.planCandleFault({ fault, count: 1 });
    expect(short(klines(streams, START + MINUTE_MS))).toEqual(first);
    expect(short(klines(streams, START + MINUTE_MS + 5_000))).toEqual(second);
    expect(short(klines(streams, START + 2 * MINUTE_MS))).toEqual(['1!', '2']);
    expect(faults.counters()[`candle-${fault}`]).toBe(1);
  });

  it('MK-3: a revised candle is told by the exchange everywhere from then on', () => {
    const { market, faults, streams } = setUp();
    streams.subscribe('btcusdt@kline_1m', START);
    faults.planCandleFault({ fault: 'revised', count: 1, marketId: 'BTCUSDT' });
    const [original] = klines(streams, START + MINUTE_MS);
    const revised = klines(streams, START + MINUTE_MS + 1_000).at(-1);
    expect(revised?.k.c).not.toBe(original?.k.c);
    const rest = market.bar(0, MINUTE_MS, START, START + 2 * MINUTE_MS);
    expect(rest?.close.toFixed(8)).toBe(revised?.k.c);
    expect(rest?.volume.toFixed(8)).toBe(revised?.k.v);
  });

  it('MK-23: malformed candles come before the good one, and leave the plan when done', () => {
    const { faults, streams } = setUp();
    streams.subscribe('btcusdt@kline_1m', START);
    faults.planCandleFault({ fault: 'malformed', count: 1 });
    const told = klines(streams, START + MINUTE_MS, false);
    expect(told).toHaveLength(6);
    expect(told.at(-1)?.k).toMatchObject({ t: START, x: true });
    expect(klines(streams, START + 2 * MINUTE_MS, false)).toHaveLength(1);
  });

  it('trade streams tell every trade once, and they build the candle', () => {
    const { market, streams } = setUp();
    streams.subscribe('btcusdt@trade', START - 1);
    const told = [START + 7_000, START + 31_000, START + MINUTE_MS - 1].flatMap(
      (now) => streams.due(now, false) as unknown as { t: number; p: string }[],
    );
    const bar = market.bar(0, MINUTE_MS, START, START + MINUTE_MS);
    expect(new Set(told.map((trade) => trade.t)).size).toBe(told.length);
    expect(Number(told[0]?.p)).toBe(bar?.open);
    expect(Number(told.at(-1)?.p)).toBe(bar?.close);
    expect(Math.max(...told.map((trade) => Number(trade.p)))).toBe(bar?.high);
  });
});
