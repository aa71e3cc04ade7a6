/** FE-3: which of four volatility clusters an instrument belongs to, 0 the calmest, 3 the wildest. */
import { sampleDeviation } from '#core/base/statistics.ts';
import type { BarsView } from '#core/domain/bar-series.ts';
import { DAY_MS, HOUR_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';

const HOURS_PER_YEAR = 8760;
/** 30 days. */
const WINDOW_HOURS = 720;
/** Hourly returns before the first fit: 3 days. */
export const CLUSTER_WARM_UP = 72;
/** Annualised volatility, percent, at which clusters 1, 2 and 3 begin: the rule below 12 instruments. */
const CUTS = [40, 80, 120] as const;
/** A cut must be passed by this share before the cluster changes, so that it does not flap. */
const HYSTERESIS = 0.1;
/** The first Monday of Unix time; 1970-01-01 was a Thursday. */
const FIRST_MONDAY = 4 * DAY_MS;

/** Fitted as soon as there are three days, then at Monday 00:00 UTC, always on closed hours only. */
export class SymbolCluster {
  #code = Number.NaN;
  #fittedWeek = Number.NaN;

  /** 0-3; NaN until fitted. */
  get code(): number {
    return this.#code;
  }

  /** Called once per closed 1h bar. */
  onHour(hours: BarsView, closeTime: UnixMs): void {
    const week = Math.floor((closeTime - FIRST_MONDAY) / (7 * DAY_MS));
    if (week === this.#fittedWeek) return;
    const volatility = annualisedVolatility(hours);
    if (Number.isNaN(volatility)) return;
    this.#code = clusterOf(volatility, this.#code);
    this.#fittedWeek = week;
  }

  save(state: StateWriter): void {
    state.put(this.#code);
    state.put(this.#fittedWeek);
  }

  load(state: StateReader): void {
    this.#code = state.take();
    this.#fittedWeek = state.take();
  }
}

/** Percent per year, from the hourly log returns of the last 30 days; NaN below three days of them. */
export function annualisedVolatility(hours: BarsView): number {
  const returns: number[] = [];
  for (let ago = Math.min(hours.size - 2, WINDOW_HOURS - 1); ago >= 0; ago--) {
    // A return over a hole is not an hourly one.
    if (hours.openTime(ago) - hours.openTime(ago + 1) !== HOUR_MS) continue;
    returns.push(Math.log(hours.close(ago) / hours.close(ago + 1)));
  }
  return returns.length < CLUSTER_WARM_UP ? Number.NaN : 100 * sampleDeviation(returns) * Math.sqrt(HOURS_PER_YEAR);
}

/** `current` NaN: no cluster yet, so no hysteresis. */
export function clusterOf(volatility: number, current: number): number {
  let cluster = 0;
  for (const [index, cut] of CUTS.entries()) {
    const factor = Number.isNaN(current) ? 1 : current > index ? 1 - HYSTERESIS : 1 + HYSTERESIS;
    if (volatility >= cut * factor) cluster = index + 1;
  }
  return cluster;
}
