/** Which lines a chart can draw, what switches them, and their values for the bars on show; what is off is not computed. */
import type { CandleTuple } from '#contract/areas/market.ts';
import type { Timeframe } from '#core/domain/timeframe.ts';
import type { ChartPalette } from '../../lib/charting/palette.ts';
import { band, exponentialAverage, RunningLine, relativeStrength, sessionAverage, trueStrength } from './indicators.ts';

/** What the trader switches. */
export interface ChartLines {
  readonly volume: boolean;
  readonly ema20: boolean;
  readonly ema50: boolean;
  readonly vwap: boolean;
  readonly bands: boolean;
  readonly rsi: boolean;
  readonly tsi: boolean;
}

const LINE_NAMES = ['ema20', 'ema50', 'vwap', 'bandUpper', 'bandLower', 'rsi', 'tsi'] as const;
export type LineName = (typeof LINE_NAMES)[number];

/** Those over the candles; the others have a pane of their own. */
export const PRICE_LINES = ['bandUpper', 'bandLower', 'ema20', 'ema50', 'vwap'] as const satisfies readonly LineName[];

const SWITCHES: Readonly<Record<LineName, keyof ChartLines>> = {
  ema20: 'ema20',
  ema50: 'ema50',
  vwap: 'vwap',
  bandUpper: 'bands',
  bandLower: 'bands',
  rsi: 'rsi',
  tsi: 'tsi',
};

export const INTRADAY: readonly Timeframe[] = ['1m', '5m', '15m', '1h'];

interface Running {
  readonly values: readonly (number | null)[];
  replace(bars: readonly CandleTuple[]): void;
  take(bars: readonly CandleTuple[], index: number): void;
}

/** The core's periods: what is drawn is what strategies see. */
const MADE: Readonly<Record<LineName, () => Running>> = {
  ema20: () => new RunningLine(exponentialAverage(20)),
  ema50: () => new RunningLine(exponentialAverage(50)),
  vwap: () => new RunningLine(sessionAverage),
  bandUpper: () => new RunningLine(band(20, 2)),
  bandLower: () => new RunningLine(band(20, -2)),
  rsi: () => new RunningLine(relativeStrength(14)),
  tsi: () => new RunningLine(trueStrength(25, 13)),
};

export function lineColor(name: LineName, palette: ChartPalette): string {
  switch (name) {
    case 'ema20':
      return palette.emaFast;
    case 'ema50':
      return palette.emaSlow;
    case 'vwap':
      return palette.vwap;
    case 'bandUpper':
    case 'bandLower':
      return palette.bands;
    case 'rsi':
      return palette.rsi;
    case 'tsi':
      return palette.tsi;
  }
}

export class ChartLineValues {
  readonly #running = new Map<LineName, Running>();
  #bars: readonly CandleTuple[] = [];

  /** Starts the lines that are wanted now, and drops the others. */
  show(lines: ChartLines, timeframe: Timeframe): void {
    for (const name of LINE_NAMES) {
      // A day of VWAP needs bars within it.
      const isWanted = lines[SWITCHES[name]] && (name !== 'vwap' || INTRADAY.includes(timeframe));
      if (!isWanted) this.#running.delete(name);
      else if (!this.#running.has(name)) {
        const made = MADE[name]();
        made.replace(this.#bars);
        this.#running.set(name, made);
      }
    }
  }

  replace(bars: readonly CandleTuple[]): void {
    this.#bars = bars;
    for (const line of this.#running.values()) line.replace(bars);
  }

  take(bars: readonly CandleTuple[], index: number): void {
    this.#bars = bars;
    for (const line of this.#running.values()) line.take(bars, index);
  }

  /** Null where the line is off. */
  of(name: LineName): readonly (number | null)[] | null {
    return this.#running.get(name)?.values ?? null;
  }

  at(index: number): Readonly<Record<LineName, number | null>> {
    const value = (name: LineName) => this.of(name)?.[index] ?? null;
    return {
      ema20: value('ema20'),
      ema50: value('ema50'),
      vwap: value('vwap'),
      bandUpper: value('bandUpper'),
      bandLower: value('bandLower'),
      rsi: value('rsi'),
      tsi: value('tsi'),
    };
  }
}
