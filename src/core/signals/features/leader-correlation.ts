/** FE-3: how close an instrument walks with its leader, BTC against the same quote, over returns of 15m. */
import { correlation } from '#core/base/statistics.ts';
import type { BarsView } from '#core/domain/bar-series.ts';
import { timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import type { FeatureInput, WarmUp } from './feature.ts';

const CORRELATION_RETURNS = 96;
/** Common returns below which a correlation is missing. */
const LEAST_RETURNS = 72;
const QUARTER_MS = timeframeMs('15m');
/** Returns end with the newest bar that closed strictly before the signal. */
export const LEADER_WARM_UP: WarmUp = { timeframe: '15m', bars: LEAST_RETURNS + 2 };

/** Before the signal; the leader itself 1, NaN without one. */
export function leaderCorrelation({ instrument, subject, quarter, leader }: FeatureInput): number {
  if (instrument.base === 'BTC') return 1;
  return leader === null ? Number.NaN : correlationBefore(quarter.bars, leader, subject.time);
}

/**
 * Correlation of the log returns of bars that closed strictly before `before` (PL-4: peers' bars of the same batch are
 * not known yet), paired by open time; a return over a hole on either side is left out.
 */
export function correlationBefore(own: BarsView, leader: BarsView, before: UnixMs): number {
  const newest = (Math.ceil(before / QUARTER_MS) - 2) * QUARTER_MS;
  const ownReturns: number[] = [];
  const leaderReturns: number[] = [];
  let ownAgo = 0;
  let leaderAgo = 0;
  for (let step = 0; step < CORRELATION_RETURNS; step++) {
    const openTime = newest - step * QUARTER_MS;
    while (own.openTime(ownAgo) > openTime) ownAgo++;
    while (leader.openTime(leaderAgo) > openTime) leaderAgo++;
    const ownReturn = returnAt(own, ownAgo, openTime);
    const leaderReturn = returnAt(leader, leaderAgo, openTime);
    if (Number.isNaN(ownReturn) || Number.isNaN(leaderReturn)) continue;
    ownReturns.push(ownReturn);
    leaderReturns.push(leaderReturn);
  }
  return ownReturns.length < LEAST_RETURNS ? Number.NaN : correlation(ownReturns, leaderReturns);
}

function returnAt(bars: BarsView, ago: number, openTime: UnixMs): number {
  const exists = bars.openTime(ago) === openTime && bars.openTime(ago + 1) === openTime - QUARTER_MS;
  return exists ? Math.log(bars.close(ago) / bars.close(ago + 1)) : Number.NaN;
}
