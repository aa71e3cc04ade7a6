/** The periods that the history can be limited to, by the exchange's UTC days. */
import type { UnixMs } from '#core/domain/timeframe.ts';

const DAY_MS = 86_400_000;

export const PERIODS = [
  { name: 'all', label: 'All time', days: null },
  { name: 'today', label: 'Today', days: 1 },
  { name: 'week', label: 'Last 7 days', days: 7 },
  { name: 'month', label: 'Last 30 days', days: 30 },
  { name: 'quarter', label: 'Last 90 days', days: 90 },
] as const;

export type PeriodName = (typeof PERIODS)[number]['name'];

export function periodName(name: PeriodName): string {
  return PERIODS.find((period) => period.name === name)?.label ?? '';
}

/** From the start of the first UTC day on; today counts as one of the days. */
export function periodRange(name: PeriodName, now: UnixMs): { from: UnixMs | undefined; to: undefined } {
  const days = PERIODS.find((period) => period.name === name)?.days ?? null;
  if (days === null) return { from: undefined, to: undefined };
  return { from: Math.floor(now / DAY_MS) * DAY_MS - (days - 1) * DAY_MS, to: undefined };
}
