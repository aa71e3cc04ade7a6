/** Real candles from the shared data folder beside the project, when present, and a synthetic market otherwise. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Candle } from '#core/domain/candle.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/data/candles/', import.meta.url));

/** `name` as in `binance-spot/BTCUSDT-5m`; null when the data is not there. `limit` keeps the first so many. */
export function realCandles(name: string, limit = Number.POSITIVE_INFINITY): Candle[] | null {
  const path = `${FOLDER}${name}.csv.gz`;
  if (!existsSync(path)) return null;
  const candles: Candle[] = [];
  const lines = gunzipSync(readFileSync(path)).toString('latin1').split('\n');
  for (const line of lines.slice(1)) {
    if (line === '' || candles.length >= limit) break;
    const [openTime, open, high, low, close, volume] = line.split(',').map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    candles.push({ openTime, open, high, low, close, volume });
  }
  return candles;
}

/** A small seeded generator (mulberry32): the same numbers everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface SyntheticOptions {
  readonly count: number;
  readonly stepMs: number;
  readonly seed?: number;
  readonly startTime?: number;
  readonly startPrice?: number;
  /** Standard deviation of a bar's log return. */
  readonly volatility?: number;
}

/** 2024-03-01T00:00:00Z, a Friday. */
export const SYNTHETIC_START = 1_709_251_200_000;

/** A deterministic market: a random walk with trends that turn, volatility that breathes, and some volume. */
export function syntheticCandles(options: SyntheticOptions): Candle[] {
  const { count, stepMs, seed = 1, startTime = SYNTHETIC_START, startPrice = 60_000, volatility = 0.0015 } = options;
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(random() || 1e-12)) * Math.cos(2 * Math.PI * random());
  const candles: Candle[] = [];
  let price = startPrice;
  let drift = 0;
  let spread = 1;
  for (let i = 0; i < count; i++) {
    if (random() < 0.01) drift = normal() * volatility * 0.25;
    spread = Math.min(3, Math.max(0.4, spread * Math.exp(0.05 * normal())));
    const open = price;
    const close = open * Math.exp(drift + volatility * spread * normal());
    const reach = Math.abs(volatility * spread * 0.6 * open);
    const high = Math.max(open, close) + reach * random();
    const low = Math.min(open, close) - reach * random();
    candles.push({ openTime: startTime + i * stepMs, open, high, low, close, volume: 10 + 90 * random() * spread });
    price = close;
  }
  return candles;
}
