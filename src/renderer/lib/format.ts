/** Numbers, prices, results and times as the window writes them: one spelling everywhere, UTC, a true minus sign. */
import type { UnixMs } from '#core/domain/timeframe.ts';

/** What stands where a value is missing: never a zero (FE-4). */
export const MISSING = '\u2013';
const MINUS = '\u2212';
/** Keeps a number and its unit on one line. */
const UNIT_SPACE = '\u00a0';

const groupers = new Map<number, Intl.NumberFormat>();

/** `value` with grouped thousands and exactly `decimals` decimals. */
export function formatNumber(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  const digits = Math.min(12, Math.max(0, Math.trunc(decimals)));
  let grouper = groupers.get(digits);
  if (grouper === undefined) {
    grouper = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    groupers.set(digits, grouper);
  }
  const text = grouper.format(Math.abs(value));
  const isZero = !/[1-9]/.test(text);
  return value < 0 && !isZero ? MINUS + text : text;
}

export function formatPrice(value: number | null | undefined, decimals: number): string {
  return formatNumber(value, decimals);
}

/** With a sign: `+1.42`, `−0.30`, `0.00`. */
export function formatSigned(value: number | null | undefined, decimals: number): string {
  const text = formatNumber(value, decimals);
  if (text === MISSING || text.startsWith(MINUS) || !/[1-9]/.test(text)) return text;
  return `+${text}`;
}

/** A result in R: `+1.42 R`. */
export function formatR(value: number | null | undefined, decimals = 2): string {
  const text = formatSigned(value, decimals);
  return text === MISSING ? text : `${text}${UNIT_SPACE}R`;
}

/** `value` is in percent already: 1.5 gives `+1.50 %`. */
export function formatPercent(value: number | null | undefined, decimals = 2, signed = true): string {
  const text = signed ? formatSigned(value, decimals) : formatNumber(value, decimals);
  return text === MISSING ? text : `${text}${UNIT_SPACE}%`;
}

/** A share 0-1 as percent: 0.425 gives `42.5 %`. */
export function formatShare(value: number | null | undefined, decimals = 1): string {
  return formatPercent(value === null || value === undefined ? value : value * 100, decimals, false);
}

export function formatMoney(value: number | null | undefined, currency: string, decimals = 2): string {
  const text = formatNumber(value, decimals);
  return text === MISSING ? text : `${text}${UNIT_SPACE}${currency}`;
}

/** An amount of the base asset: as many decimals as it has, at most eight, without trailing zeros. */
export function formatAmount(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  const text = formatNumber(value, Math.abs(value) >= 1000 ? 2 : 8);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `1,284`, `12.4 k`, `3.1 M`: for volumes and rates. */
export function formatCompact(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  if (size >= 999_950_000) return `${formatNumber(value / 1e9, 2)}${UNIT_SPACE}B`;
  if (size >= 999_950) return `${formatNumber(value / 1e6, 2)}${UNIT_SPACE}M`;
  if (size >= 10_000) return `${formatNumber(value / 1e3, 1)}${UNIT_SPACE}k`;
  return formatNumber(value, size >= 100 || Number.isInteger(value) ? 0 : 2);
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** A length of time in its two largest units: `2 d 4 h`, `3 h 05 m`, `4 m 09 s`, `12 s`. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return MISSING;
  const length = Math.max(0, ms);
  if (length >= DAY_MS) return `${Math.floor(length / DAY_MS)} d ${Math.floor((length % DAY_MS) / HOUR_MS)} h`;
  if (length >= HOUR_MS) return `${Math.floor(length / HOUR_MS)} h ${two((length % HOUR_MS) / MINUTE_MS)} m`;
  if (length >= MINUTE_MS) return `${Math.floor(length / MINUTE_MS)} m ${two((length % MINUTE_MS) / SECOND_MS)} s`;
  return `${Math.floor(length / SECOND_MS)} s`;
}

/** Time left: `1:02:03`, `14:09`, `0:07`. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / SECOND_MS));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const tail = `${hours > 0 ? two(minutes) : minutes}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** `14:05:33`, UTC. */
export function formatClock(time: UnixMs, seconds = true): string {
  return new Date(time).toISOString().slice(11, seconds ? 19 : 16);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `21 Nov 2026`, UTC. */
export function formatDate(time: UnixMs): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
}

/** `21 Nov 14:05`, UTC. */
export function formatDateTime(time: UnixMs | null | undefined, seconds = false): string {
  if (time === null || time === undefined) return MISSING;
  const date = new Date(time);
  return `${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()] ?? ''} ${formatClock(time, seconds)}`;
}

export function formatBytes(bytes: number): string {
  if (bytes >= 1 << 20) return `${formatNumber(bytes / (1 << 20), 1)}${UNIT_SPACE}MB`;
  if (bytes >= 1 << 10) return `${formatNumber(bytes / (1 << 10), 0)}${UNIT_SPACE}kB`;
  return `${bytes}${UNIT_SPACE}B`;
}

/** `1 phantom`, `12 phantoms`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}
