/** Which watched instrument a symbol of another program means (ST-20). */
import type { Instrument } from '#core/domain/instrument.ts';

/**
 * `BTC/USDT`, `BTC-USDT`, `BTCUSDT`, `BINANCE:BTCUSDT` and ids of ours; `.P`, `.PERP` or a settled symbol means the swap.
 * What stands before the colon is the sender's chart: prices of another exchange are caught by the entry's distance.
 * Null when nothing fits.
 */
export function instrumentOf<I extends Pick<Instrument, 'id' | 'symbol' | 'kind'>>(
  symbol: string,
  instruments: readonly I[],
): I | null {
  const wanted = symbol.trim();
  const exact = instruments.find(({ id, symbol: own }) => own === wanted || id === wanted);
  if (exact !== undefined) return exact;
  const colon = wanted.indexOf(':');
  const isPrefixed = colon > 0 && !wanted.slice(0, colon).includes('/');
  const bare = isPrefixed ? wanted.slice(colon + 1) : wanted;
  const isSwap = /\.(p|perp)$/i.test(bare) || bare.includes(':');
  const key = plainPair(bare.replace(/\.(p|perp)$/i, ''));
  if (key === '') return null;
  const fitting = instruments.filter((instrument) => plainPair(instrument.symbol) === key);
  const kind = isSwap ? 'swap' : 'spot';
  // Alerts on a spot chart serve a desk that watches the swap alone.
  return fitting.find((instrument) => instrument.kind === kind) ?? (isSwap ? null : (fitting[0] ?? null));
}

/** Letters and digits of the pair, without what it settles in. */
function plainPair(symbol: string): string {
  const [pair = ''] = symbol.split(':');
  return pair.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}
