/** The exchanges and instruments that the fake desk offers. */
import type { DeskService } from '#contract/service.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { FAKE_INSTRUMENTS } from './fake-market.ts';

function instrumentOf(exchange: string, symbol: string): Instrument {
  const [base = symbol, quote = 'USDT'] = symbol.split('/');
  return {
    id: `${exchange}:${symbol}`,
    exchange,
    symbol,
    base,
    quote,
    kind: 'spot',
    baseTimeframe: '1m',
    priceTick: 0.01,
    amountStep: 0.0001,
    minNotional: 5,
    takerFeeBps: 10,
    simulated: exchange === 'demo',
  };
}
const exchanges = [
  ['binance', 'Binance'],
  ['bybit', 'Bybit'],
  ['okx', 'OKX'],
  ['kraken', 'Kraken'],
  ['kucoin', 'KuCoin'],
  ['gate', 'Gate'],
  ['bitget', 'Bitget'],
  ['coinbase', 'Coinbase'],
  ['hyperliquid', 'Hyperliquid'],
] as const;

export const fakeExchangeCalls: Pick<
  DeskService['calls'],
  'exchanges.list' | 'exchanges.instruments' | 'instruments.list'
> = {
  'exchanges.list': () => [
    { id: 'demo', name: 'Demo exchange', tested: true },
    ...exchanges.map(([id, name]) => ({ id, name, tested: true })),
    ...['ascendex', 'bingx', 'bitfinex', 'bitmart', 'bitstamp', 'gemini', 'htx', 'mexc', 'phemex'].map((id) => ({
      id,
      name: id.charAt(0).toUpperCase() + id.slice(1),
      tested: false,
    })),
  ],
  'exchanges.instruments': (input) =>
    input.exchange === 'demo' || input.exchange === 'binance'
      ? {
          instruments: [...FAKE_INSTRUMENTS.map((one) => one.symbol), 'ADA/USDT', 'LINK/USDT', 'AVAX/USDT'].map(
            (symbol) => instrumentOf(input.exchange, symbol),
          ),
          fault: null,
        }
      : {
          instruments: [],
          fault: {
            message: `${input.exchange} could not be reached.`,
            remedy: 'Check the network, or type the symbols by hand.',
          },
        },
  'instruments.list': () => FAKE_INSTRUMENTS.map((one) => instrumentOf('demo', one.symbol)),
};
