/** Which instrument a symbol of another program means (ST-20). */
import { expect, it } from 'vitest';
import { instrumentOf } from '#main/services/external/external-symbols.ts';

const WATCHED = [
  { id: 'binance:BTC/USDT', symbol: 'BTC/USDT', kind: 'spot' },
  { id: 'binance:BTC/USDT:USDT', symbol: 'BTC/USDT:USDT', kind: 'swap' },
  { id: 'binance:ETH/USDT:USDT', symbol: 'ETH/USDT:USDT', kind: 'swap' },
  { id: 'binance:1000PEPE/USDT', symbol: '1000PEPE/USDT', kind: 'spot' },
] as const;

it.each([
  ['BTC/USDT', 'binance:BTC/USDT'],
  ['binance:BTC/USDT', 'binance:BTC/USDT'],
  ['BTCUSDT', 'binance:BTC/USDT'],
  ['btc-usdt', 'binance:BTC/USDT'],
  ['BINANCE:BTCUSDT', 'binance:BTC/USDT'],
  ['BINANCE:BTCUSDT.P', 'binance:BTC/USDT:USDT'],
  ['BTCUSDT.PERP', 'binance:BTC/USDT:USDT'],
  ['BTC/USDT:USDT', 'binance:BTC/USDT:USDT'],
  ['BYBIT:ETHUSDT', 'binance:ETH/USDT:USDT'],
  ['1000PEPEUSDT', 'binance:1000PEPE/USDT'],
  ['1000PEPEUSDT.P', null],
  ['BTCUSD', null],
  ['', null],
  [':', null],
  ['/:', null],
])('ST-20: %s means %s', (symbol, id) => {
  expect(instrumentOf(symbol, WATCHED)?.id ?? null).toBe(id);
});
