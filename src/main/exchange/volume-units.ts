/** Brings volumes to base units where an exchange, or ccxt's reading of it, has others: candles carry base volume (MK-2, RE-13 "wrong units"). */
import type { CcxtExchange } from './ccxt-client.ts';
import type { ExchangeSettings } from './exchange-settings.ts';
import type { RawCandle } from './feed.ts';

const VOLUME = 5;

/** The row with its volume in base units; swaps of some exchanges count contracts. Malformed rows pass as they are. */
export function inBaseUnits(
  exchange: CcxtExchange,
  settings: ExchangeSettings,
  symbol: string,
  row: RawCandle,
): RawCandle {
  if (settings.swapVolumeInContracts !== true) return row;
  const market = exchange.markets?.[symbol];
  const volume = row[VOLUME];
  if (market?.swap !== true || typeof market.contractSize !== 'number' || typeof volume !== 'number') return row;
  const scaled = volume * market.contractSize;
  return row.with(VOLUME, Number.isFinite(scaled) ? Number(scaled.toPrecision(15)) : scaled);
}

/**
 * Gate's spot pushes carry the quote volume in `v`, which ccxt takes, and the base volume in `a`; its REST bars come
 * in base volume. Without this the forming bar and the same bar by REST would differ by the price.
 */
export function correctGatePushes(exchange: CcxtExchange): void {
  const handleMessage = exchange.handleMessage.bind(exchange);
  exchange.handleMessage = (socket, message) => {
    handleMessage(socket, withBaseVolume(message));
  };
}

function withBaseVolume(message: unknown): unknown {
  if (message === null || typeof message !== 'object') return message;
  const frame = message as Readonly<Record<string, unknown>>;
  if (frame.channel !== 'spot.candlesticks' || frame.event !== 'update') return message;
  const corrected = (bar: unknown) => {
    if (bar === null || typeof bar !== 'object' || !('a' in bar)) return bar;
    return { ...bar, v: bar.a };
  };
  return { ...frame, result: Array.isArray(frame.result) ? frame.result.map(corrected) : corrected(frame.result) };
}
