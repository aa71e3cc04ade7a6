import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CandleTuple } from '#contract/areas/market.ts';
import { BollingerBands } from '#core/signals/indicators/bollinger-bands.ts';
import { ExponentialAverage } from '#core/signals/indicators/exponential-average.ts';
import type { Indicator } from '#core/signals/indicators/indicator.ts';
import { RelativeStrength } from '#core/signals/indicators/relative-strength.ts';
import { TrueStrength } from '#core/signals/indicators/true-strength.ts';
import { BarWindow } from '#renderer/features/chart/bar-window.ts';
import { ChartFeed, type FeedStatus } from '#renderer/features/chart/chart-feed.ts';
import { ChartLineValues } from '#renderer/features/chart/chart-lines.ts';
import {
  band,
  exponentialAverage,
  type Recurrence,
  RunningLine,
  relativeStrength,
  sessionAverage,
  trueStrength,
} from '#renderer/features/chart/indicators.ts';
import { visibleIndices } from '#renderer/features/chart/overlay-primitive.ts';
import { refusal, scriptedClient } from '../support/scripted-client.ts';

const MINUTE = 60_000;

function bar(index: number, close = 100): CandleTuple {
  return [index * MINUTE, 100, Math.max(100, close) + 1, Math.min(100, close) - 1, close, 10];
}

const bars = (from: number, count: number) => Array.from({ length: count }, (_, index) => bar(from + index));
const times = (window: BarWindow) => window.bars.map(([time]) => time / MINUTE);

describe('the bars a chart holds', () => {
  it('WS-11: the forming bar is the last one, once, however the snapshot tells it', () => {
    const apart = new BarWindow(10);
    apart.reset(bars(0, 3), bar(3, 105), false);
    expect(times(apart)).toEqual([0, 1, 2, 3]);
    const included = new BarWindow(10);
    included.reset(bars(0, 4), bar(3, 105), false);
    expect(times(included)).toEqual([0, 1, 2, 3]);
    expect(included.bars.at(-1)?.[4]).toBe(105);
  });

  it('a live bar changes the last one or follows it', () => {
    const window = new BarWindow(10);
    window.reset(bars(0, 3), null, false);
    expect(window.apply(bar(2, 107))).toBe('last');
    expect(window.apply(bar(3))).toBe('last');
    expect(times(window)).toEqual([0, 1, 2, 3]);
    expect(window.apply(bar(1, 90))).toBe('all');
    expect(window.apply(bar(-9))).toBe('none');
  });

  it('PE-16: never holds more than it may, and asks for what it dropped when scrolled there', () => {
    const window = new BarWindow(10);
    window.reset(bars(0, 10), null, false);
    expect(window.hasOlder).toBe(false);
    expect(window.apply(bar(10))).toBe('all');
    expect(window.bars.length).toBeLessThanOrEqual(10);
    expect(window.hasOlder).toBe(true);
    expect(window.bars.at(-1)?.[0]).toBe(10 * MINUTE);
  });

  it('older pages push the newest bars out; live bars then wait until the view comes back', () => {
    const window = new BarWindow(10);
    window.reset(bars(100, 8), null, true);
    window.prepend(bars(95, 5), true);
    expect(window.isLive).toBe(false);
    expect(times(window)).toEqual([95, 96, 97, 98, 99, 100, 101, 102, 103, 104]);
    expect(window.apply(bar(108, 120))).toBe('none');
    window.append(bars(105, 4));
    expect(window.isLive).toBe(true);
    expect(window.bars.at(-1)).toEqual(bar(108, 120));
  });

  it('a page that repeats known bars adds only what is new', () => {
    const window = new BarWindow(100);
    window.reset(bars(10, 5), null, true);
    window.prepend(bars(5, 8), false);
    expect(times(window)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(window.hasOlder).toBe(false);
  });

  it('stays ascending without doubles and within its size under any order of pages and live bars', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('live' as const), at: fc.integer({ min: 0, max: 60 }) }),
      fc.record({ kind: fc.constant('older' as const), at: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ kind: fc.constant('newer' as const), at: fc.integer({ min: 1, max: 20 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const window = new BarWindow(12);
        window.reset(bars(20, 8), bar(28), true);
        for (const { kind, at } of steps) {
          if (kind === 'live') window.apply(bar(at));
          else if (kind === 'older') window.prepend(bars((window.firstTime ?? 0) / MINUTE - at, at), true);
          else if (!window.isLive) window.append(bars((window.lastTime ?? 0) / MINUTE + 1, at));
        }
        const found = times(window);
        expect(found.length).toBeLessThanOrEqual(12);
        expect([...new Set(found)].sort((a, b) => a - b)).toEqual(found);
      }),
    );
  });
});

describe('lines over the bars', () => {
  const series = fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 60, maxLength: 120 });

  const run = <State>(recurrence: Recurrence<State>, all: readonly CandleTuple[]) => {
    const line = new RunningLine(recurrence);
    line.replace(all);
    return line.values;
  };
  /** The values of one of the core's indicators over closes; NaN until it is ready. */
  function valuesOf<I extends Indicator<number>>(made: I, read: (made: I) => number = ({ value }) => value) {
    return (closes: readonly number[]) =>
      closes.map((close) => {
        made.add(close);
        return made.isReady ? read(made) : Number.NaN;
      });
  }
  const pair = <State>(
    recurrence: Recurrence<State>,
    inCore: (closes: readonly number[]) => readonly number[],
  ): { make: () => Pick<RunningLine<State>, 'values' | 'replace' | 'take'>; inCore: typeof inCore } => ({
    make: () => new RunningLine(recurrence),
    inCore,
  });
  const CORE = [
    ['EMA', () => pair(exponentialAverage(20), valuesOf(new ExponentialAverage(20)))],
    ['RSI', () => pair(relativeStrength(14), valuesOf(new RelativeStrength(14)))],
    ['TSI', () => pair(trueStrength(25, 13), valuesOf(new TrueStrength(25, 13)))],
    [
      'upper band',
      () =>
        pair(
          band(20, 2),
          valuesOf(new BollingerBands(20, 2), ({ upper }) => upper),
        ),
    ],
    [
      'lower band',
      () =>
        pair(
          band(20, -2),
          valuesOf(new BollingerBands(20, 2), ({ lower }) => lower),
        ),
    ],
  ] as const;

  it.each(CORE)('WS-11: the %s that is drawn is the one that strategies see', (_, both) => {
    fc.assert(
      fc.property(series, (closes) => {
        const { make, inCore } = both();
        const drawn = make();
        drawn.replace(closes.map((close, index) => bar(index, close)));
        const expected = inCore(closes);
        // NaN is equal to itself here: both are silent while they warm up.
        expect(drawn.values.map((value) => Number((value ?? Number.NaN).toFixed(5)))).toEqual(
          expected.map((value) => Number(value.toFixed(5))),
        );
      }),
    );
  });

  it.each(CORE)('WS-11: the %s continued tick by tick equals the one computed anew', (_, both) => {
    fc.assert(
      fc.property(series, (closes) => {
        const all = closes.map((close, index) => bar(index, close));
        const line = both().make();
        line.replace(all.slice(0, 40));
        for (let index = 40; index < all.length; index++) {
          // The newest bar moves before it closes.
          line.take([...all.slice(0, index), bar(index, 3)], index);
          line.take(all, index);
        }
        const anew = both().make();
        anew.replace(all);
        expect(line.values).toEqual(anew.values);
      }),
    );
  });

  it('says nothing before it has its bars', () => {
    const line = run(exponentialAverage(20), bars(0, 25));
    expect(line.slice(0, 19).every((value) => value === null)).toBe(true);
    expect(line[19]).toBe(100);
  });

  it('VWAP starts anew each UTC day, leaves out a day that is not whole, and weighs by volume', () => {
    const day = 1440;
    const heavy: CandleTuple = [day * MINUTE, 200, 200, 200, 200, 30];
    const light: CandleTuple = [(day + 1) * MINUTE, 100, 100, 100, 100, 10];
    expect(run(sessionAverage, [bar(day - 1), heavy, light])).toEqual([null, 200, 175]);
    const line = new RunningLine(sessionAverage);
    line.replace([bar(day - 1), heavy]);
    line.take([bar(day - 1), heavy, light], 2);
    expect(line.values[2]).toBe(175);
  });

  it('what is off is not computed, and starts with all bars when it is switched on', () => {
    const values = new ChartLineValues();
    const off = { volume: true, ema20: false, ema50: false, vwap: false, bands: false, rsi: false, tsi: false };
    values.show(off, '5m');
    values.replace(bars(0, 60));
    expect(values.of('rsi')).toBeNull();
    values.show({ ...off, rsi: true, vwap: true }, '4h');
    expect(values.of('rsi')).toHaveLength(60);
    // Four hours hold no day.
    expect(values.of('vwap')).toBeNull();
  });

  it('draws at most one bar per pixel when zoomed out', () => {
    expect(visibleIndices({ from: -50, to: 500 }, 400, 6)).toEqual({ first: 0, last: 399, step: 1 });
    expect(visibleIndices({ from: 0, to: 12_000 }, 12_000, 0.05).step).toBe(20);
  });
});

describe('the feed of a chart', () => {
  function open(mostBars = 100) {
    const client = scriptedClient();
    const frames: (() => void)[] = [];
    const seen: { kind: string; count: number }[] = [];
    let status: FeedStatus | null = null;
    const feed = new ChartFeed({
      client,
      mostBars,
      nextFrame: (callback) => frames.push(callback),
      onStatus: (next) => {
        status = next;
      },
      sink: {
        replace: (all) => seen.push({ kind: 'replace', count: all.length }),
        update: (all) => seen.push({ kind: 'update', count: all.length }),
      },
    });
    feed.show('demo:BTC/USDT', '1m');
    const frame = () => {
      for (const callback of frames.splice(0)) callback();
    };
    return { client, feed, frame, seen, status: () => status };
  }
  const snapshot = { candles: bars(50, 20), forming: null, hasMore: true };

  it('PE-16: many ticks within a frame are one update', () => {
    const { client, frame, seen } = open();
    client.streams[0]?.snapshot(snapshot);
    frame();
    for (let tick = 0; tick < 25; tick++) client.streams[0]?.delta({ candle: bar(69, 100 + tick), closed: false });
    client.streams[0]?.delta({ candle: bar(70), closed: false });
    expect(seen).toHaveLength(1);
    frame();
    expect(seen).toEqual([
      { kind: 'replace', count: 20 },
      { kind: 'update', count: 21 },
    ]);
  });

  it('pages older bars in once at a time, and says when that failed without losing what is shown', async () => {
    const { client, feed, frame, seen, status } = open();
    client.streams[0]?.snapshot(snapshot);
    frame();
    const first = feed.wantOlder();
    void feed.wantOlder();
    expect(client.calls).toHaveLength(1);
    expect(client.calls[0]?.input).toMatchObject({ before: 50 * MINUTE });
    client.calls[0]?.resolve({ candles: bars(40, 10), hasMore: true });
    await first;
    frame();
    expect(seen.at(-1)).toEqual({ kind: 'replace', count: 30 });
    const second = feed.wantOlder();
    client.calls[1]?.reject(Object.assign(new Error('Busy.'), refusal('Busy.')));
    await second;
    expect(status()).toMatchObject({ phase: 'ready', isPaging: false, problem: { message: 'Busy.' } });
  });

  it('drops answers for an instrument that was left', async () => {
    const { client, feed, frame, seen } = open();
    client.streams[0]?.snapshot(snapshot);
    frame();
    const asked = feed.wantOlder();
    feed.show('demo:ETH/USDT', '1m');
    expect(client.streams[0]?.isOpen).toBe(false);
    client.calls[0]?.resolve({ candles: bars(40, 10), hasMore: true });
    await asked;
    client.streams[0]?.delta({ candle: bar(71), closed: false });
    frame();
    expect(seen).toHaveLength(1);
  });

  it('is empty without bars, and ready with the first one', () => {
    const { client, status } = open();
    client.streams[0]?.snapshot({ candles: [], forming: null, hasMore: false });
    expect(status()?.phase).toBe('empty');
    client.streams[0]?.delta({ candle: bar(1), closed: false });
    expect(status()?.phase).toBe('ready');
  });

  it('fails in words when the stream ends, and can be tried again', () => {
    const { client, feed, status } = open();
    client.streams[0]?.end(refusal('Not watched.', 'not-found'));
    expect(status()).toMatchObject({ phase: 'failed', problem: { message: 'Not watched.' } });
    feed.retry();
    expect(client.streams).toHaveLength(2);
    expect(status()?.phase).toBe('loading');
  });
});
