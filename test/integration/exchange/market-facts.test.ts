/** MK-15, MK-20: what the demo exchange tells beside candles, through the same lines of ccxt as for a real one. */
import { expect, it, onTestFinished } from 'vitest';
import { DEMO_DEFAULTS } from '#main/exchange/demo/demo-defaults.ts';
import { startDemoExchange } from '#main/exchange/demo/demo-exchange.ts';
import { openExchange } from '#main/exchange/open-exchange.ts';

const SIGNAL = new AbortController().signal;

it('MK-15: the demo exchange tells spread, imbalance and large trades; spot has no funding', async () => {
  // Paused in the middle of a bar: the same answers to all questions.
  const market = await startDemoExchange({ ...DEMO_DEFAULTS, speed: 0 });
  onTestFinished(() => market.close());
  const { restUrl, socketUrl, clock } = market;
  const opened = await openExchange('demo', { demo: { restUrl, socketUrl, clock } });
  if (!opened.ok) throw new Error(opened.error.message);
  const connection = opened.value;
  onTestFinished(() => connection.close());
  expect(connection.marketFactsCostMs()).toBe(2);
  const minute = Math.floor(clock.now() / 60_000) * 60_000;
  const before = await connection.marketFacts('BTC/USDT', minute, SIGNAL);
  expect(Object.values(before).every(Number.isNaN)).toBe(true);

  const loaded = await connection.loadInstruments();
  if (!loaded.ok) throw new Error(loaded.error.message);
  market.control.step(minute + 59_000 - clock.now());
  for (const { symbol } of loaded.value) {
    const facts = await connection.marketFacts(symbol, minute, SIGNAL);
    expect(facts.spreadBps).toBeGreaterThan(0);
    expect(facts.spreadBps).toBeLessThan(50);
    expect(Math.abs(facts.bookImbalance)).toBeLessThanOrEqual(1);
    expect(facts.largeTradeShare).toBeGreaterThan(0.05);
    expect(facts.largeTradeShare).toBeLessThan(0.6);
    expect(facts.fundingRate).toBeNaN();
    expect(await connection.marketFacts(symbol, minute, SIGNAL)).toEqual(facts);
  }
  const unknown = await connection.marketFacts('NOPE/USDT', minute, SIGNAL);
  expect(Object.values(unknown).every(Number.isNaN)).toBe(true);
});
