/**
 * FE-3: which of four volatility clusters an instrument belongs to, 0 the calmest, 3 the wildest: its own volatility cut
 * at fixed figures, until clusters are found across all instruments (`cluster-fit.ts`).
 */
import { mean, sampleDeviation } from '#core/base/statistics.ts';
import type { BarsView } from '#core/domain/bar-series.ts';
import { DAY_MS, HOUR_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { correlationBefore } from './leader-correlation.ts';

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

/** Weeks since the first Monday 00:00 UTC of Unix time: clusters are fitted where it rises. */
export function weekOf(time: UnixMs): number {
  return Math.floor((time - FIRST_MONDAY) / (7 * DAY_MS));
}

/** Fitted as soon as there are three days, then at Monday 00:00 UTC, always on closed hours only. */
export class SymbolCluster {
  #code = Number.NaN;
  #fittedWeek = Number.NaN;
  /** Not part of the saved state: whoever assigned it keeps it. */
  #assigned: number | null = null;

  /** 0-3; NaN until fitted. */
  get code(): number {
    return this.#assigned ?? this.#code;
  }

  /** What was found across all instruments goes before the own cut; null: the own cut again. */
  assign(code: number | null): void {
    this.#assigned = code;
  }

  /** Called once per closed 1h bar. */
  onHour(hours: BarsView, closeTime: UnixMs): void {
    const week = weekOf(closeTime);
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
  return volatilityFrom(hours, 0);
}

/** Leaving out the newest `skip` bars. */
function volatilityFrom(hours: BarsView, skip: number): number {
  const returns: number[] = [];
  for (let ago = Math.min(hours.size - 2, skip + WINDOW_HOURS - 1); ago >= skip; ago--) {
    // A return over a hole is not an hourly one.
    if (hours.openTime(ago) - hours.openTime(ago + 1) !== HOUR_MS) continue;
    returns.push(Math.log(hours.close(ago) / hours.close(ago + 1)));
  }
  return returns.length < CLUSTER_WARM_UP ? Number.NaN : 100 * sampleDeviation(returns) * Math.sqrt(HOURS_PER_YEAR);
}

/** What clusters are found from (FE-3), over the last 30 days. */
export interface ClusterTraits {
  /** Annualised, percent. */
  readonly volatility: number;
  /** Mean high-low range of an hour over its close, percent. */
  readonly relativeRange: number;
  /** Standard deviation of the hourly volume over its mean; NaN when nothing traded. */
  readonly volumeVariability: number;
  /** With the leader, -1 to 1; NaN without one, and for the leader itself: it would stand apart from all others. */
  readonly leaderCorrelation: number;
}

/** An instrument without a bar for this long takes no part: what it did last is no description of it now. */
const STALE_MS = 7 * DAY_MS;

/** Only bars that closed strictly before `before` are read (PL-4). Null below three days, or a week after the last bar. */
export function clusterTraits(
  hours: BarsView,
  quarters: BarsView,
  leader: BarsView | null,
  before: UnixMs,
): ClusterTraits | null {
  let skip = 0;
  while (hours.openTime(skip) + HOUR_MS >= before) skip++;
  const volatility = volatilityFrom(hours, skip);
  if (Number.isNaN(volatility) || hours.openTime(skip) + HOUR_MS < before - STALE_MS) return null;
  const ranges: number[] = [];
  const volumes: number[] = [];
  for (let ago = skip; ago < Math.min(hours.size, skip + WINDOW_HOURS); ago++) {
    ranges.push((100 * (hours.high(ago) - hours.low(ago))) / hours.close(ago));
    volumes.push(hours.volume(ago));
  }
  return {
    volatility,
    relativeRange: mean(ranges),
    volumeVariability: sampleDeviation(volumes) / mean(volumes),
    leaderCorrelation: leader === null ? Number.NaN : correlationBefore(quarters, leader, before),
  };
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
