/** The few lines a chart draws over candles; closed form and one-bar updates give the same values. */
import type { CandleTuple } from '#contract/areas/market.ts';

const DAY_MS = 86_400_000;

/** Exponential moving average of closes, seeded by the first close; null until `period` bars have passed. */
export function emaLine(bars: readonly CandleTuple[], period: number): (number | null)[] {
  const weight = 2 / (period + 1);
  let value = 0;
  return bars.map((bar, index) => {
    value = index === 0 ? bar[4] : value + weight * (bar[4] - value);
    return index + 1 >= period ? value : null;
  });
}

/** The next value of an EMA from the one before it. */
export function nextEma(previous: number, close: number, period: number): number {
  return previous + (2 / (period + 1)) * (close - previous);
}

export interface VwapState {
  readonly day: number;
  readonly priceVolume: number;
  readonly volume: number;
}

/** Adds a bar to the running sums of its UTC day; a new day starts anew. */
export function addToVwap(state: VwapState | null, bar: CandleTuple): VwapState {
  const day = Math.floor(bar[0] / DAY_MS);
  const typical = (bar[2] + bar[3] + bar[4]) / 3;
  const carried = state !== null && state.day === day ? state : { day, priceVolume: 0, volume: 0 };
  return { day, priceVolume: carried.priceVolume + typical * bar[5], volume: carried.volume + bar[5] };
}

export function vwapValue(state: VwapState): number | null {
  return state.volume > 0 ? state.priceVolume / state.volume : null;
}

/** Volume-weighted average of the typical price since 00:00 UTC. The first day is left out where it is not whole. */
export function vwapLine(bars: readonly CandleTuple[]): { values: (number | null)[]; beforeLast: VwapState | null } {
  let state: VwapState | null = null;
  let beforeLast: VwapState | null = null;
  const first = bars[0];
  const partialDay = first !== undefined && first[0] % DAY_MS !== 0 ? Math.floor(first[0] / DAY_MS) : null;
  const values = bars.map((bar) => {
    beforeLast = state;
    state = addToVwap(state, bar);
    return state.day === partialDay ? null : vwapValue(state);
  });
  return { values, beforeLast };
}
