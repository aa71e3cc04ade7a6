import { describe, expect, it } from 'vitest';
import type { CcxtClass } from '#main/exchange/ccxt-client.ts';
import { loadExchangeClass } from '#main/exchange/ccxt-loader.ts';
import { KNOWN_EXCHANGES } from '#main/exchange/exchange-list.ts';

describe('the list of exchanges', () => {
  it('MK-10: the tested exchanges come first', () => {
    const tested = ['binance', 'bybit', 'okx', 'kraken', 'kucoin', 'gate', 'bitget', 'coinbase', 'hyperliquid'];
    expect(KNOWN_EXCHANGES.slice(0, tested.length).map(({ id }) => id)).toEqual(tested);
    expect(KNOWN_EXCHANGES.map((exchange) => exchange.tested)).toEqual(
      KNOWN_EXCHANGES.map((_, at) => at < tested.length),
    );
  });

  it('MK-10: the static list is exactly what the installed ccxt says has OHLCV', async () => {
    const all = (await import('ccxt')).default as unknown as Record<string, CcxtClass> & {
      exchanges: string[];
      pro: Record<string, CcxtClass>;
    };
    const expected = all.exchanges.flatMap((id) => {
      const pro = all.pro[id];
      const ExchangeClass = pro ?? all[id];
      if (ExchangeClass === undefined) return [];
      const { has } = new ExchangeClass({});
      if (!has.fetchOHLCV) return [];
      return [{ id, pro: pro !== undefined, live: has.watchOHLCV ? 'socket' : 'polling' }];
    });
    const byId = (left: { id: string }, right: { id: string }) => (left.id < right.id ? -1 : 1);
    expect(KNOWN_EXCHANGES.map(({ id, pro, live }) => ({ id, pro, live })).sort(byId)).toEqual(expected.sort(byId));
  });

  it('MK-10: every class of the list loads by itself', async () => {
    for (const { id } of KNOWN_EXCHANGES) {
      const loaded = await loadExchangeClass(id);
      expect(loaded.ok && typeof loaded.value.ExchangeClass).toBe('function');
    }
  });

  it('MK-10: an unknown exchange is not found, with a remedy', async () => {
    const loaded = await loadExchangeClass('../../etc/passwd');
    expect(loaded.ok ? null : loaded.error).toMatchObject({ kind: 'not-found' });
  });
});
