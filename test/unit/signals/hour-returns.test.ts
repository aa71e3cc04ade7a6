/** Hourly returns that are brought forward bar by bar are those that are read anew (FE-16). */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { median } from '#core/base/statistics.ts';
import { BarSeries } from '#core/domain/bar-series.ts';
import { HOUR_MS } from '#core/domain/timeframe.ts';
import { HourReturns } from '#core/signals/features/hour-returns.ts';

const WEEK_HOURS = 168;

/** Every so often some hours are missing, once more than a week and once more than the memo holds. */
function holeBefore(index: number): number {
  if (index === 400) return 200;
  if (index === 900) return 1_500;
  return index % 37 === 0 ? index % 5 : 0;
}

describe('HourReturns', () => {
  it('FE-16: what is followed bar by bar is what is read anew, over holes too', () => {
    const random = createRandom('hours');
    const bars = new BarSeries('1h', 1024);
    let openTime = 1_700_000_000_000 - (1_700_000_000_000 % HOUR_MS);
    let close = 100;
    for (let index = 0; index < 1_400; index++) {
      openTime += (1 + holeBefore(index)) * HOUR_MS;
      close *= 1 + (random.next() - 0.5) / 50;
      bars.push({ openTime, open: close, high: close, low: close, close, volume: random.next() }, true);
      const followed = HourReturns.of(bars);
      const sizes = followed.last(WEEK_HOURS).map(Math.abs);
      const { count, median: middle } = followed.weekSizes();
      expect(count).toBe(sizes.length);
      expect(middle).toBe(median(sizes));
      if (index % 100 !== 99) continue;
      // The same bars in a series that the memo has not seen.
      const again = new BarSeries('1h', 1024);
      again.restore(bars.snapshot());
      expect(HourReturns.of(again).weekSizes()).toEqual({ count, median: middle });
      expect(HourReturns.of(again).last(WEEK_HOURS).map(Math.abs)).toEqual(sizes);
      const held = Math.min(bars.size, WEEK_HOURS);
      const expected = Float64Array.from({ length: held }, (_, ago) => bars.volume(ago));
      expect(HourReturns.of(bars).volumes(held)).toEqual(expected);
      expect(HourReturns.of(again).volumes(held)).toEqual(expected);
      for (let day = 0; day < 30; day++) {
        expect(HourReturns.of(bars).squares(24, 24 * day)).toEqual(HourReturns.of(again).squares(24, 24 * day));
      }
    }
  });

  it('FE-16: a series that is restored with other prices of the same hours says nothing of the ones before', () => {
    const seriesOf = (seed: string) => {
      const random = createRandom(seed);
      const bars = new BarSeries('1h', 1024);
      for (let hour = 0; hour < 60; hour++) {
        const close = 100 + random.next();
        bars.push({ openTime: hour * HOUR_MS, open: close, high: close, low: close, close, volume: 1 }, true);
      }
      return bars;
    };
    const bars = seriesOf('first');
    const before = HourReturns.of(bars).squares(24, 24);
    const revised = seriesOf('revised');
    const expected = HourReturns.of(revised).squares(24, 24);
    expect(expected).not.toEqual(before);
    bars.restore(revised.snapshot());
    expect(HourReturns.of(bars).squares(24, 24)).toEqual(expected);
  });
});
