/** PH-21 and PH-22: rolling win rates, what was refused by day, and the health of the open phantoms. */
import type { PhantomHealthView, PhantomWatch } from '#contract/areas/thresholds.ts';
import { ENOUGH_RESOLVED } from '#core/analysis/result-figures.ts';
import { wilsonInterval } from '#core/base/proportions.ts';
import { splitInstrumentId } from '#core/domain/instrument.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { OpenPhantom } from '#core/phantoms/phantom-book.ts';
import { type HealthAlert, phantomHealth } from '#core/phantoms/phantom-health.ts';
import type { ThresholdStore } from '#main/store/threshold-store.ts';
import { isPlacebo } from '../phantom-filters.ts';

/** Resolved signals that a rolling win rate looks back on. */
const WIN_RATE_WINDOW = 200;

export function phantomWatch(
  store: ThresholdStore,
  open: Iterable<OpenPhantom>,
  now: UnixMs,
  days: number,
): PhantomWatch {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  return {
    winRates: store
      .winRates(WIN_RATE_WINDOW)
      .filter(isShown)
      .map(({ strategyId, resolved, wins }) => ({
        ...{ strategyId, resolved, wins, isTooFew: resolved < ENOUGH_RESOLVED },
        winRate: resolved === 0 ? null : wins / resolved,
        interval: resolved === 0 ? null : wilsonInterval(wins, resolved),
      })),
    refused: store.refusals(today - (days - 1) * DAY_MS).filter(isShown),
    health: healthView(open, now),
  };
}

/** ST-12: the placebo is in no figure unless it is asked for. */
function isShown({ strategyId }: { readonly strategyId: string }): boolean {
  return !isPlacebo(strategyId);
}

export function healthView(open: Iterable<OpenPhantom>, now: UnixMs): PhantomHealthView {
  const counted = [...open].filter(({ phantom }) => isShown(phantom.signal));
  const phantoms = counted.map(({ phantom }) => ({
    instrumentId: phantom.instrumentId,
    timeoutAt: phantom.terms.openedAt + phantom.terms.timeoutMs,
  }));
  const { level, alerts } = phantomHealth(phantoms, now);
  return {
    ...{ level, openInAll: phantoms.length },
    alerts: alerts.map((alert) => {
      const { symbol } = splitInstrumentId(alert.instrumentId);
      return { ...alert, symbol, message: healthMessage(symbol, alert) };
    }),
  };
}

function healthMessage(symbol: string, { level, count }: Pick<HealthAlert, 'level' | 'count'>): string {
  if (level === 'fault') return `${symbol}: ${count} phantoms are open past their timeout; bars may be missing`;
  return `${symbol}: ${count} phantoms are open at once (${level})`;
}
