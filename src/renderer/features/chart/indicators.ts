/**
 * The lines a chart draws, each as a recurrence over bars: its state after a bar, and its value there. The definitions
 * are those of the core's indicators, and a test holds them to those: the window may not import the core itself.
 */
import type { CandleTuple } from '#contract/areas/market.ts';

const DAY_MS = 86_400_000;

/** `step` makes a new state and leaves the old one: the newest bar is replaced many times before it closes. */
export interface Recurrence<State> {
  readonly start: State;
  step(state: State, bar: CandleTuple): State;
  /** Null while it warms up. */
  value(state: State): number | null;
}

/** Values over bars: anew for a page, continued by one bar with every tick. */
export class RunningLine<State> {
  readonly #recurrence: Recurrence<State>;
  #values: (number | null)[] = [];
  #beforeLast: State;

  constructor(recurrence: Recurrence<State>) {
    this.#recurrence = recurrence;
    this.#beforeLast = recurrence.start;
  }

  get values(): readonly (number | null)[] {
    return this.#values;
  }

  replace(bars: readonly CandleTuple[]): void {
    let state = this.#recurrence.start;
    this.#beforeLast = state;
    this.#values = bars.map((bar) => {
      this.#beforeLast = state;
      state = this.#recurrence.step(state, bar);
      return this.#recurrence.value(state);
    });
  }

  /** The bar at `index` is the newest one: as it was before, or the next. */
  take(bars: readonly CandleTuple[], index: number): void {
    const bar = bars[index];
    if (bar === undefined) return;
    const closed = bars[index - 1];
    if (closed !== undefined && index >= this.#values.length) {
      this.#beforeLast = this.#recurrence.step(this.#beforeLast, closed);
    }
    this.#values[index] = this.#recurrence.value(this.#recurrence.step(this.#beforeLast, bar));
  }
}

interface AverageState {
  readonly count: number;
  readonly value: number;
}
const NO_AVERAGE: AverageState = { count: 0, value: 0 };

function nextExponential({ count, value }: AverageState, input: number, period: number): AverageState {
  return { count: count + 1, value: count === 0 ? input : value + (2 / (period + 1)) * (input - value) };
}

/** Exponential moving average of closes, seeded by the first close. */
export function exponentialAverage(period: number): Recurrence<AverageState> {
  return {
    start: NO_AVERAGE,
    step: (state, bar) => nextExponential(state, bar[4], period),
    value: ({ count, value }) => (count >= period ? value : null),
  };
}

interface DayState {
  readonly day: number | null;
  /** The first day is left out where it does not begin with its first bar. */
  readonly isPartial: boolean;
  readonly priceVolume: number;
  readonly volume: number;
}

/** Volume-weighted average of the typical price since 00:00 UTC. */
export const sessionAverage: Recurrence<DayState> = {
  start: { day: null, isPartial: false, priceVolume: 0, volume: 0 },
  step(state, bar) {
    const day = Math.floor(bar[0] / DAY_MS);
    const typical = (bar[2] + bar[3] + bar[4]) / 3;
    const carried =
      state.day === day ? state : { isPartial: state.day === null && bar[0] % DAY_MS !== 0, priceVolume: 0, volume: 0 };
    return {
      day,
      isPartial: carried.isPartial,
      priceVolume: carried.priceVolume + typical * bar[5],
      volume: carried.volume + bar[5],
    };
  },
  value: ({ isPartial, priceVolume, volume }) => (isPartial || volume <= 0 ? null : priceVolume / volume),
};

/** One of Bollinger's bands: the mean of a window and so many population standard deviations, up or down. */
export function band(period: number, deviations: number): Recurrence<readonly number[]> {
  return {
    start: [],
    step: (closes, bar) => [...closes.slice(closes.length < period ? 0 : 1), bar[4]],
    value(closes) {
      if (closes.length < period) return null;
      const mean = closes.reduce((sum, close) => sum + close, 0) / period;
      const variance = closes.reduce((sum, close) => sum + (close - mean) ** 2, 0) / period;
      return mean + deviations * Math.sqrt(variance);
    },
  };
}

interface StrengthState {
  readonly close: number | null;
  readonly count: number;
  /** Sums until ready, then Wilder's averages. */
  readonly gain: number;
  readonly loss: number;
}

function nextWilder(before: number, input: number, count: number, period: number): number {
  if (count < period) return before + input;
  return count === period ? (before + input) / period : before + (input - before) / period;
}

/** Relative strength index (RSI), 0-100, with Wilder's averages; a price that never moved is at 50. */
export function relativeStrength(period: number): Recurrence<StrengthState> {
  return {
    start: { close: null, count: 0, gain: 0, loss: 0 },
    step({ close, count, gain, loss }, bar) {
      if (close === null) return { close: bar[4], count, gain, loss };
      const change = bar[4] - close;
      return {
        close: bar[4],
        count: count + 1,
        gain: nextWilder(gain, Math.max(0, change), count + 1, period),
        loss: nextWilder(loss, Math.max(0, -change), count + 1, period),
      };
    },
    value({ count, gain, loss }) {
      if (count < period) return null;
      return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
    },
  };
}

interface TrueStrengthState {
  readonly close: number | null;
  readonly longMomentum: AverageState;
  readonly longSize: AverageState;
  readonly shortMomentum: AverageState;
  readonly shortSize: AverageState;
}

/** True strength index (TSI), -100 to 100: doubly smoothed momentum against its doubly smoothed size. */
export function trueStrength(longPeriod: number, shortPeriod: number): Recurrence<TrueStrengthState> {
  return {
    start: {
      close: null,
      longMomentum: NO_AVERAGE,
      longSize: NO_AVERAGE,
      shortMomentum: NO_AVERAGE,
      shortSize: NO_AVERAGE,
    },
    step(state, bar) {
      if (state.close === null) return { ...state, close: bar[4] };
      const momentum = bar[4] - state.close;
      const longMomentum = nextExponential(state.longMomentum, momentum, longPeriod);
      const longSize = nextExponential(state.longSize, Math.abs(momentum), longPeriod);
      const isReady = longMomentum.count >= longPeriod;
      return {
        close: bar[4],
        longMomentum,
        longSize,
        shortMomentum: isReady
          ? nextExponential(state.shortMomentum, longMomentum.value, shortPeriod)
          : state.shortMomentum,
        shortSize: isReady ? nextExponential(state.shortSize, longSize.value, shortPeriod) : state.shortSize,
      };
    },
    value({ shortMomentum, shortSize }) {
      if (shortMomentum.count < shortPeriod) return null;
      return shortSize.value === 0 ? 0 : (100 * shortMomentum.value) / shortSize.value;
    },
  };
}
