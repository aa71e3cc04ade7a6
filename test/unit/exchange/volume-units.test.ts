import { describe, expect, it } from 'vitest';
import type { CcxtExchange } from '#main/exchange/ccxt-client.ts';
import { exchangeSettings } from '#main/exchange/exchange-settings.ts';
import { inBaseUnits } from '#main/exchange/volume-units.ts';

const exchange = {
  markets: {
    'BTC/USDT': { swap: false },
    'BTC/USDT:USDT': { swap: true, contractSize: 0.0001 },
  },
} as unknown as CcxtExchange;

describe('volumes', () => {
  it('MK-2: swaps that count contracts come out in base units, spot and other exchanges as they are', () => {
    const row = [1, 2, 3, 1, 2, 12_345];
    expect(inBaseUnits(exchange, exchangeSettings('gate'), 'BTC/USDT:USDT', row)).toEqual([1, 2, 3, 1, 2, 1.2345]);
    expect(inBaseUnits(exchange, exchangeSettings('gate'), 'BTC/USDT', row)).toBe(row);
    expect(inBaseUnits(exchange, exchangeSettings('binance'), 'BTC/USDT:USDT', row)).toBe(row);
  });

  it('RE-13: a malformed row passes as it is, for the gate to count', () => {
    for (const row of [[], [1], [1, 2, 3, 1, 2, undefined], [1, 2, 3, 1, 2, '9']]) {
      expect(inBaseUnits(exchange, exchangeSettings('gate'), 'BTC/USDT:USDT', row)).toBe(row);
    }
  });
});
