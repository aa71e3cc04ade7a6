import { describe, expect, it } from 'vitest';
import type { ExchangeConnection, HistoryRequest, RawCandle } from '#main/exchange/feed.ts';
import { openExchange } from '#main/exchange/open-exchange.ts';
import { answerFrom, FIRST_BAR, RECORDED_EXCHANGES } from '#test/fixtures/exchange/recorded-rest.ts';

const HOUR = 3_600_000;
/** The recorded exchange's clock when it was asked. */
const time = {
  wallNow: () => 1_706_700_000_000,
  monotonicNow: () => 0,
  delay: () => Promise.resolve(true),
};

async function open(id: string, fetch: (url: string) => Promise<Response>): Promise<ExchangeConnection> {
  const opened = await openExchange(id, { fetch, time, random: () => 0, configuration: { rateLimit: 1 } });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

async function allOf(connection: ExchangeConnection, request: HistoryRequest): Promise<RawCandle[]> {
  const rows: RawCandle[] = [];
  for await (const page of connection.history(request)) {
    if (!page.ok) throw new Error(page.error.message);
    rows.push(...page.value.candles);
  }
  return rows;
}

describe.each(RECORDED_EXCHANGES)('$id, recorded', (recorded) => {
  it('MK-10: active spot and linear swap markets become instruments, nothing else does', async () => {
    const connection = await open(recorded.id, answerFrom(recorded.routes));
    const loaded = await connection.loadInstruments();
    expect(loaded.ok ? null : loaded.error).toBeNull();
    if (!loaded.ok) return;
    expect(
      loaded.value.map((i) => [i.symbol, i.kind, i.priceTick, i.amountStep, i.minNotional, i.takerFeeBps]),
    ).toEqual(recorded.instruments);
    for (const instrument of loaded.value) {
      expect(instrument).toMatchObject({
        id: `${recorded.id}:${instrument.symbol}`,
        exchange: recorded.id,
        base: 'BTC',
        quote: 'USDT',
        baseTimeframe: '1m',
        simulated: false,
      });
    }
    expect(connection).toMatchObject({ exchange: recorded.id, simulated: false, live: 'socket' });
    await connection.close();
  });

  it('MK-11: recorded bars come out as time, open, high, low, close, volume, ascending, whatever their order was', async () => {
    const connection = await open(recorded.id, answerFrom(recorded.routes));
    const rows = await allOf(connection, {
      symbol: recorded.symbol,
      timeframe: '1h',
      from: FIRST_BAR,
      to: FIRST_BAR + 3 * HOUR,
    });
    expect(rows.map((row) => row.slice(0, 6))).toEqual(recorded.candles);
    await connection.close();
  });

  it('MK-13: skew is the local clock minus that of the exchange', async () => {
    const connection = await open(recorded.id, answerFrom(recorded.routes));
    expect(connection.clock.skewMs()).toBeNull();
    const measured = await connection.measureSkew();
    // Every recorded clock answers the local time itself, in whole seconds: half a second is taken as cut off.
    expect(measured).toEqual({ ok: true, value: -500 });
    expect(connection.clock.now()).toBe(time.wallNow() + 500);
    await connection.close();
  });
});
