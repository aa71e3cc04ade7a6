/** FE-3: the volatility regime of an instrument, by percentile of its ATR percent on 15m. */
import { REGIMES, type Regime } from '#core/domain/context.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { PercentileRank } from '../indicators/percentile-rank.ts';

/** 30 days of 15m. */
const WINDOW_BARS = 2880;
/** 3 days: from here on the window expands. */
export const REGIME_WARM_UP = 288;

/** Percentile at which normal, high and extreme begin. */
const CUTS = [25, 75, 95] as const;

export class VolatilityRegime {
  readonly #rank = new PercentileRank(WINDOW_BARS, REGIME_WARM_UP);

  /** ATR14 in percent of the close, at one 15m close. NaN (warming up) is left out. */
  add(atrPercent: number): void {
    if (!Number.isNaN(atrPercent)) this.#rank.add(atrPercent);
  }

  /** 0-100; NaN until there are three days. */
  get percentile(): number {
    return this.#rank.value;
  }

  /** low 0 to extreme 3; NaN until there are three days. */
  get code(): number {
    const percentile = this.#rank.value;
    if (Number.isNaN(percentile)) return Number.NaN;
    return CUTS.filter((cut) => percentile >= cut).length;
  }

  get regime(): Regime | null {
    return REGIMES[this.code] ?? null;
  }

  save(state: StateWriter): void {
    this.#rank.save(state);
  }

  load(state: StateReader): void {
    this.#rank.load(state);
  }
}
