import { describe, expect, it } from 'vitest';
import {
  formatAmount,
  formatBytes,
  formatClock,
  formatCompact,
  formatCount,
  formatCountdown,
  formatDateTime,
  formatDuration,
  formatMoney,
  formatNumber,
  formatPercent,
  formatPrice,
  formatR,
  formatShare,
  formatSigned,
  MISSING,
} from '#renderer/lib/format.ts';

/** Spaces between number and unit do not break lines; the tests read them as plain spaces. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers', () => {
  it('FE-4: a missing value is a dash, never a zero', () => {
    for (const missing of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(formatNumber(missing, 2)).toBe(MISSING);
      expect(formatR(missing)).toBe(MISSING);
      expect(formatPercent(missing)).toBe(MISSING);
      expect(formatMoney(missing, 'USDT')).toBe(MISSING);
    }
  });

  it('groups thousands and keeps the decimals of the price tick', () => {
    expect(formatPrice(69_638.8, 2)).toBe('69,638.80');
    expect(formatPrice(0.1884, 5)).toBe('0.18840');
  });

  it('writes a true minus, and no sign for what rounds to zero', () => {
    expect(formatSigned(-1.234, 2)).toBe('\u22121.23');
    expect(formatSigned(1.234, 2)).toBe('+1.23');
    expect(formatSigned(-0.001, 2)).toBe('0.00');
    expect(formatNumber(-0.001, 2)).toBe('0.00');
  });

  it('names the unit of results, shares and money', () => {
    expect(plain(formatR(1.424))).toBe('+1.42 R');
    expect(plain(formatShare(0.425))).toBe('42.5 %');
    expect(plain(formatMoney(9_907.518, 'USDT'))).toBe('9,907.52 USDT');
  });

  it('drops trailing zeros of amounts only behind the point', () => {
    expect(formatAmount(0.108)).toBe('0.108');
    expect(formatAmount(25_500)).toBe('25,500');
    expect(formatAmount(100)).toBe('100');
  });

  it('shortens large numbers without losing their size', () => {
    expect(plain(formatCompact(9_999))).toBe('9,999');
    expect(plain(formatCompact(12_400))).toBe('12.4 k');
    expect(plain(formatCompact(3_100_000))).toBe('3.10 M');
    expect(plain(formatCompact(999_999))).toBe('1.00 M');
    expect(plain(formatBytes(393_216))).toBe('384 kB');
  });
});

describe('times', () => {
  it('gives a length in its two largest units', () => {
    expect(formatDuration(12_000)).toBe('12 s');
    expect(formatDuration(249_000)).toBe('4 m 09 s');
    expect(formatDuration(3 * 3_600_000 + 5 * 60_000)).toBe('3 h 05 m');
    expect(formatDuration(2 * 86_400_000 + 4 * 3_600_000)).toBe('2 d 4 h');
    expect(formatDuration(-5)).toBe('0 s');
  });

  it('counts down to zero and not before: the last started second counts', () => {
    expect(formatCountdown(1)).toBe('0:01');
    expect(formatCountdown(0)).toBe('0:00');
    expect(formatCountdown(14 * 60_000 + 9_000)).toBe('14:09');
    expect(formatCountdown(3_723_000)).toBe('1:02:03');
  });

  it('writes UTC whatever the machine’s zone is', () => {
    const time = Date.UTC(2026, 10, 21, 14, 5, 33);
    expect(formatClock(time)).toBe('14:05:33');
    expect(formatDateTime(time)).toBe('21 Nov 14:05');
  });

  it('counts one and many', () => {
    expect(formatCount(1, 'phantom')).toBe('1 phantom');
    expect(formatCount(1_200, 'phantom')).toBe('1,200 phantoms');
  });
});
