/** PH-21: how many phantoms are open on each instrument, and whether any should have ended long ago. */
import type { InstrumentId } from '#core/domain/instrument.ts';
import { HOUR_MS, type UnixMs } from '#core/domain/timeframe.ts';

export interface OpenLife {
  readonly instrumentId: InstrumentId;
  readonly timeoutAt: UnixMs;
}

export interface HealthAlert {
  readonly instrumentId: InstrumentId;
  readonly level: 'elevated' | 'critical' | 'fault';
  /** Open phantoms; of a fault those past their timeout. */
  readonly count: number;
}

export interface PhantomHealth {
  readonly level: 'healthy' | HealthAlert['level'];
  /** By instrument id. */
  readonly alerts: readonly HealthAlert[];
}

const ELEVATED_ABOVE = 50;
const CRITICAL_ABOVE = 100;
/** A timeout is noticed with the first bar after it, which a quiet market or a short outage brings late. */
const GRACE_MS = HOUR_MS;

/** `now`: the engine's clock, which stands still while no bars come. */
export function phantomHealth(open: Iterable<OpenLife>, now: UnixMs): PhantomHealth {
  const counts = new Map<InstrumentId, { open: number; overdue: number }>();
  for (const { instrumentId, timeoutAt } of open) {
    const count = counts.get(instrumentId) ?? { open: 0, overdue: 0 };
    count.open++;
    if (now > timeoutAt + GRACE_MS) count.overdue++;
    counts.set(instrumentId, count);
  }
  const alerts: HealthAlert[] = [];
  for (const instrumentId of [...counts.keys()].sort()) {
    const { open: all, overdue } = counts.get(instrumentId) ?? { open: 0, overdue: 0 };
    if (overdue > 0) alerts.push({ instrumentId, level: 'fault', count: overdue });
    if (all > CRITICAL_ABOVE) alerts.push({ instrumentId, level: 'critical', count: all });
    else if (all > ELEVATED_ABOVE) alerts.push({ instrumentId, level: 'elevated', count: all });
  }
  const level = (['fault', 'critical', 'elevated'] as const).find((one) => alerts.some((alert) => alert.level === one));
  return { level: level ?? 'healthy', alerts };
}
