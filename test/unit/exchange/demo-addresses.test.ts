import { describe, expect, it } from 'vitest';
import { loadExchangeClass } from '#main/exchange/ccxt-loader.ts';
import { demoConfiguration, openExchange } from '#main/exchange/open-exchange.ts';

const demo = {
  restUrl: 'http://127.0.0.1:4711',
  socketUrl: 'ws://127.0.0.1:4711/stream/ws',
  clock: { now: () => 0, speed: () => 1 },
};

function leaves(node: unknown, path: string): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]) => leaves(value, `${path}.${key}`));
}

describe('the demo exchange', () => {
  it('MK-20: every address of the instance is loopback, so that nothing can reach a real exchange', async () => {
    const loaded = await loadExchangeClass('binance');
    if (!loaded.ok) throw new Error(loaded.error.message);
    const { ExchangeClass } = loaded.value;
    const real = leaves(new ExchangeClass({}).urls.api, 'api');
    const exchange = new ExchangeClass(demoConfiguration(new ExchangeClass({}).urls.api, demo));
    const overridden = leaves(exchange.urls.api, 'api');
    expect(overridden.map(([path]) => path)).toEqual(real.map(([path]) => path));
    expect(real.length).toBeGreaterThan(30);
    for (const [path, address] of overridden) {
      expect(`${path} ${new URL(address).host}`).toBe(`${path} 127.0.0.1:4711`);
      expect(new URL(address).protocol).toBe(path.startsWith('api.ws') ? 'ws:' : 'http:');
    }
    const at = Object.fromEntries(overridden);
    expect(at['api.public']).toBe('http://127.0.0.1:4711/api/v3');
    expect(at['api.ws.spot']).toBe('ws://127.0.0.1:4711/stream/ws');
    expect(at['api.ws.ws-api.spot']).toBe('ws://127.0.0.1:4711/ws-api/v3');
  });

  it('MK-20: without a running demo exchange the fault says so', async () => {
    const opened = await openExchange('demo', {});
    expect(opened.ok ? null : opened.error.kind).toBe('not-found');
  });
});
