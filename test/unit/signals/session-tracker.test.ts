/** Planted 5m bars with the windows and opening ranges that must come out of them (FE-15). */
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { restoreInto, snapshotOf } from '#core/signals/indicators/indicator.ts';
import { extension, firstSide, type Opening } from '#core/signals/sessions/opening-ranges.ts';
import { SESSION_OPENS, SESSION_WINDOWS } from '#core/signals/sessions/session-clock.ts';
import { SessionTracker } from '#core/signals/sessions/session-tracker.ts';
import { NO_SPAN } from '#core/signals/sessions/session-windows.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';

const STEP = 5 * MINUTE_MS;

/** Flat bars at 100 from midnight on; `change` by clock, e.g. `{ '07:05': { high: 110 } }`, of the first day. */
function flatDay(changes: Readonly<Record<string, Partial<Candle>>> = {}, count = 288): Candle[] {
  return Array.from({ length: count }, (_, index) => {
    const openTime = SYNTHETIC_START + index * STEP;
    const clock = new Date(openTime).toISOString().slice(11, 16);
    const change = index < 288 ? changes[clock] : undefined;
    return { openTime, open: 100, high: 100.5, low: 99.5, close: 100, volume: 1, ...change };
  });
}

function fed(bars: readonly Candle[], incomplete: readonly number[] = []): SessionTracker {
  const tracker = new SessionTracker();
  for (const [index, bar] of bars.entries()) tracker.add(bar, !incomplete.includes(index));
  return tracker;
}

const at = (clock: string) => {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return (hour * 60 + minute) / 5;
};

/** The range of 07:00 at 100 to 101. */
const LONDON = {
  '07:00': { open: 100, high: 100.6, low: 100, close: 100.4 },
  '07:05': { open: 100.4, high: 101, low: 100.2, close: 100.8 },
  '07:10': { open: 100.8, high: 100.9, low: 100.1, close: 100.5 },
};

function london(tracker: SessionTracker): Opening {
  const opening = tracker.openings.ofMinute(420);
  if (opening === null) throw new Error('the range of 07:00 is there');
  return opening;
}

describe('windows of the day', () => {
  it('FE-15: a window is its open, high, low and close in UTC, its end excluded', () => {
    const bars = flatDay({
      '07:00': { open: 101 },
      '09:00': { high: 120 },
      '12:55': { low: 80, close: 90 },
      '13:00': { high: 500, low: 1 },
    });
    const london = { open: 101, high: 120, low: 80, close: 90 };
    expect(fed(bars.slice(0, at('12:55'))).windows.finished('london')).toEqual(NO_SPAN);
    expect(fed(bars.slice(0, at('13:00'))).windows.finished('london')).toEqual(london);
    expect(fed(bars).windows.finished('london')).toEqual(london);
    expect(fed(bars).windows.finished('pre_ny')).toEqual({ open: 100, high: 500, low: 1, close: 100 });
    expect(fed(bars).windows.finished('day')).toEqual({ open: 100, high: 500, low: 1, close: 100 });
  });

  it.each(
    SESSION_WINDOWS.map(({ id, startMinute, endMinute }) => ({ id, startMinute, endMinute })),
  )('FE-15: $id is there when its last bar closed, and not a bar earlier', ({ id, endMinute }) => {
    const bars = flatDay();
    expect(fed(bars.slice(0, endMinute / 5 - 1)).windows.finished(id)).toEqual(NO_SPAN);
    expect(fed(bars.slice(0, endMinute / 5)).windows.finished(id).open).toBe(100);
  });

  it.each<{ hole: string; drop: readonly number[]; incomplete: readonly number[] }>([
    { hole: 'a bar that never came', drop: [at('10:00')], incomplete: [] },
    { hole: 'an incomplete bar', drop: [], incomplete: [at('10:00')] },
    { hole: 'its first bar', drop: [at('07:00')], incomplete: [] },
    { hole: 'its last bar', drop: [at('12:55')], incomplete: [] },
  ])('FE-4: a window with a hole ($hole) is missing; its neighbours are not', ({ drop, incomplete }) => {
    const bars = flatDay({}, 576).filter((_, index) => !drop.includes(index));
    const barsUntil = (time: number) => bars.filter(({ openTime }) => openTime < SYNTHETIC_START + time);
    const { windows } = fed(barsUntil(DAY_MS), incomplete);
    expect(windows.finished('london')).toEqual(NO_SPAN);
    expect(windows.finished('day')).toEqual(NO_SPAN);
    expect(fed(barsUntil(15 * HOUR_MS), incomplete).windows.today()).toEqual(NO_SPAN);
    expect(fed(barsUntil(6 * HOUR_MS), incomplete).windows.today().open).toBe(100);
    expect(windows.finished('asia').open).toBe(100);
    expect(windows.finished('ny').open).toBe(100);
    const later = fed(bars, incomplete).windows;
    expect(later.finished('london').open).toBe(100);
    expect(later.finished('london', 1)).toEqual(NO_SPAN);
  });

  it('FE-15: days before are kept a week, and a day that did not come is missing, not the one before it', () => {
    const week = Array.from({ length: 7 }, (_, day) =>
      flatDay().map((bar) => ({ ...bar, openTime: bar.openTime + day * DAY_MS, high: 110 + day })),
    );
    const { windows } = fed(week.flat());
    expect([0, 1, 2, 6].map((ago) => windows.finished('asia', ago).high)).toEqual([116, 115, 114, 110]);
    const holed = fed(week.filter((_, day) => day !== 5).flat()).windows;
    expect(holed.finished('asia', 0).high).toBe(116);
    expect(holed.finished('asia', 1)).toEqual(NO_SPAN);
    expect(holed.finished('asia', 2).high).toBe(114);
  });

  it('FE-15: the running day is what traded since midnight', () => {
    const bars = flatDay({ '00:05': { high: 130 }, '03:00': { low: 70 } });
    expect(fed(bars.slice(0, 3)).windows.today()).toEqual({ open: 100, high: 130, low: 99.5, close: 100 });
    expect(fed(bars.slice(0, 40)).windows.today().low).toBe(70);
    expect(fed(bars).windows.today()).toEqual(NO_SPAN);
  });
});

describe('opening ranges', () => {
  it('FE-15: the first three bars after each of the six opens are a range', () => {
    const tracker = fed(flatDay(LONDON).slice(0, at('07:15')));
    expect(london(tracker)).toMatchObject({ open: 100, high: 101, low: 100, close: 100.5, minute: 420 });
    expect(fed(flatDay(LONDON).slice(0, at('07:10'))).openings.ofMinute(420)).toBeNull();
    const day = fed(flatDay());
    for (const minute of SESSION_OPENS) {
      expect(day.openings.ofMinute(minute)?.openTime).toBe(SYNTHETIC_START + minute * MINUTE_MS);
    }
    expect(day.openings.ofMinute(5)).toBeNull();
  });

  it('ML-3: the first close outside names the side; a wick does not', () => {
    const quiet = flatDay({ ...LONDON, '07:15': { high: 105, low: 95, close: 100.5 } });
    expect(firstSide(london(fed(quiet.slice(0, at('07:20')))))).toBe(0);
    const bars = flatDay({ ...LONDON, '07:15': { close: 101 }, '07:20': { close: 101.1 }, '07:25': { close: 99 } });
    const before = london(fed(bars.slice(0, at('07:20'))));
    expect(firstSide(before)).toBe(0);
    const after = london(fed(bars));
    expect(firstSide(after)).toBe(1);
    expect(after.firstAbove).toBe(SYNTHETIC_START + 7 * HOUR_MS + 25 * MINUTE_MS);
    expect(after.firstBelow).toBe(SYNTHETIC_START + 7 * HOUR_MS + 30 * MINUTE_MS);
  });

  it('ML-3: twelve hours after its end the range is over: a later close names no side', () => {
    const inside = { open: 100.5, high: 100.9, low: 100.1, close: 100.5 };
    const calm = flatDay(LONDON).map((bar, index) => (index >= at('07:15') ? { ...bar, ...inside } : bar));
    const last = calm.map((bar, index) => (index === at('19:10') ? { ...bar, close: 99 } : bar));
    expect(firstSide(london(fed(last)))).toBe(-1);
    const late = calm.map((bar, index) => (index === at('19:15') ? { ...bar, close: 99 } : bar));
    expect(firstSide(london(fed(late)))).toBe(0);
    expect(london(fed(late)).isOver).toBe(true);
    expect(london(fed(late.slice(0, at('19:10')))).isOver).toBe(false);
  });

  it('FE-15: the extension is how far price went beyond the edge that broke, in ranges', () => {
    const bars = flatDay({ ...LONDON, '07:15': { open: 100.5, low: 100.5, close: 101.5 }, '07:20': { high: 103.5 } });
    expect(extension(london(fed(bars)))).toBeCloseTo(2.5, 12);
    const flat = flatDay({ '07:00': { high: 100, low: 100 }, '07:05': { high: 100, low: 100 } });
    const none = flat.map((bar, index) => (index >= at('07:10') ? { ...bar, high: 100, low: 100 } : bar));
    expect(extension(london(fed(none)))).toBeNaN();
  });

  it('FE-4: a range with a hole is missing; a hole after it leaves open what nobody saw', () => {
    for (const lost of ['07:00', '07:05', '07:10']) {
      const bars = flatDay(LONDON).filter((_, index) => index !== at(lost));
      expect(fed(bars).openings.ofMinute(420), lost).toBeNull();
      expect(fed(flatDay(LONDON), [at(lost)]).openings.ofMinute(420), lost).toBeNull();
    }
    const inside = { open: 100.5, high: 100.9, low: 100.1, close: 100.5 };
    const calm = flatDay({ ...LONDON, '12:00': { close: 99 } }).map((bar, index) =>
      index >= at('07:15') && index < at('12:00') ? { ...bar, ...inside } : bar,
    );
    expect(firstSide(london(fed(calm)))).toBe(-1);
    const holed = fed(calm.filter((_, index) => index !== at('11:00')));
    expect(firstSide(london(holed))).toBeNaN();
    expect(extension(london(holed))).toBeNaN();
    // A side that was known before the hole stays known; how far price went does not.
    const later = fed(calm.filter((_, index) => index !== at('13:00')));
    expect(firstSide(london(later))).toBe(-1);
    expect(extension(london(later))).toBeNaN();
  });

  it('FE-15: the open before 07:00 is 01:00, the one before 00:00 is 14:30 of the day before', () => {
    const two = flatDay({}, 2 * 288);
    const { openings } = fed(two.slice(0, 288 + 3));
    expect(openings.before(0)?.openTime).toBe(SYNTHETIC_START + 870 * MINUTE_MS);
    expect(openings.before(420)?.openTime).toBe(SYNTHETIC_START + 60 * MINUTE_MS);
    expect(fed(two.slice(0, 3)).openings.before(0)).toBeNull();
    expect(fed(two).openings.ofMinute(480, 1)?.openTime).toBe(SYNTHETIC_START + 480 * MINUTE_MS);
  });
});

describe('the tracker', () => {
  it('PL-6: goes on from a snapshot bit for bit', () => {
    const bars = syntheticCandles({ count: 4 * 288, stepMs: STEP, seed: 5 });
    for (const cut of [0, 1, 83, 84, 300, 801]) {
      const first = fed(bars.slice(0, cut));
      const second = new SessionTracker();
      restoreInto(second, snapshotOf(first));
      for (const bar of bars.slice(cut)) {
        first.add(bar, true);
        second.add(bar, true);
      }
      expect(snapshotOf(second)).toEqual(snapshotOf(first));
      expect(second.windows.finished('ny')).toEqual(first.windows.finished('ny'));
    }
  });
});
