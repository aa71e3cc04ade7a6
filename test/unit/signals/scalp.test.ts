/** `scalp` on hand-made markets (each rule alone keeps the signal away) and on a market without a preference. */
import { beforeAll, describe, expect, it } from 'vitest';
import { sideSign } from '#core/domain/signal.ts';
import { HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { qualityScore } from '#core/signals/quality.ts';
import { scalp } from '#core/signals/strategies/scalp.ts';
import type { StrategyParameters } from '#core/signals/strategy.ts';
import {
  fiveMinuteBars,
  mirrored,
  type PlantedBar,
  planted,
  withSettings,
  zigzag,
} from '#test/support/planted-bars.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';
import { type Found, SignalsRun } from '#test/support/signals-run.ts';

/** A day's first hours around 100.1, three bars up on volume, a pullback, and a candle that goes on. */
const CALM = zigzag([100, ...Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 100.3 : 99.9))], 4, 0.05);
const IMPULSE = zigzag([99.9, 101.1], 3, 0.05, 30);
const PULLBACK = zigzag([101.1, 100.6], 4, 0.05);
const CANDLE = planted(100.6, 100.78, 100.42, 100.75);
const WHOLE = [...CALM, ...IMPULSE, ...PULLBACK, CANDLE];

function drafts(bars: readonly PlantedBar[], settings: StrategyParameters = {}): Found[] {
  return new SignalsRun({ strategy: withSettings(scalp, settings) }).run(fiveMinuteBars(bars));
}

describe('scalp on a hand-made impulse', () => {
  it('ST-2: impulse, pullback to EMA20 and a candle up are a long, their mirror image a short', () => {
    const found = drafts(WHOLE);
    expect(found).toHaveLength(1);
    expect(found[0]?.draft.side).toBe('long');
    const turned = drafts(mirrored(WHOLE, 100));
    expect(turned.map(({ draft, time }) => [draft.side, time])).toEqual([['short', found[0]?.time]]);
    expect(turned[0]?.draft.stop).toBeCloseTo(200 - (found[0]?.draft.stop ?? 0), 9);
  });

  it('ST-2: stop a quarter ATR beyond the pullback, target 1.5 R, no first target, 24 h', () => {
    const run = new SignalsRun({ strategy: scalp });
    const draft = run.run(fiveMinuteBars(WHOLE))[0]?.draft;
    const stop = 100.42 - 0.25 * run.signals.atr('5m');
    expect(draft?.stop).toBeCloseTo(stop, 9);
    expect(draft?.target).toBeCloseTo(100.75 + 1.5 * (100.75 - stop), 9);
    expect(draft?.tp1).toBeNull();
    expect(draft?.tp1Fraction).toBe(0);
    expect(scalp.timeoutMs).toBe(24 * HOUR_MS);
  });

  it('ST-11: starts in phase 0', () => {
    expect(scalp.startsInPhase0).toBe(true);
  });

  it.each<[string, readonly PlantedBar[]]>([
    ['the impulse has no volume', [...CALM, ...zigzag([99.9, 101.1], 3, 0.05), ...PULLBACK, CANDLE]],
    ['there is no impulse', [...CALM, ...zigzag([99.9, 100.1], 3, 0.05, 30), planted(100.1, 100.28, 99.92, 100.25)]],
    [
      'the pullback stays away from EMA20 and VWAP',
      [...CALM, ...IMPULSE, planted(101.1, 101.13, 100.9, 100.95), planted(100.9, 101.1, 100.7, 101.05)],
    ],
    [
      'the pullback takes the impulse back',
      [...CALM, ...IMPULSE, ...zigzag([101.1, 100.1], 4, 0.05), planted(100.1, 100.28, 99.92, 100.25)],
    ],
    ['the candle closes down', [...WHOLE.slice(0, -1), planted(100.75, 100.78, 100.42, 100.6)]],
    ['its body is too small', [...WHOLE.slice(0, -1), planted(100.6, 100.78, 100.42, 100.65)]],
    ['it has no wick against the direction', [...WHOLE.slice(0, -1), planted(100.45, 100.78, 100.44, 100.75)]],
    [
      'the pullback ended some bars before',
      [
        ...WHOLE.slice(0, -1),
        planted(100.6, 100.64, 100.42, 100.56),
        ...zigzag([100.56, 100.5], 2, 0.01),
        planted(100.5, 100.68, 100.46, 100.64),
      ],
    ],
    [
      'the setup is too old',
      [
        ...CALM,
        ...IMPULSE,
        ...zigzag([101.1, 100.98], 12, 0.04),
        ...zigzag([100.98, 100.7], 5, 0.03),
        planted(100.7, 100.85, 100.55, 100.82),
      ],
    ],
  ])('no signal when %s', (_name, bars) => {
    expect(drafts(bars)).toEqual([]);
  });

  it('no signal against the 15m averages, unless the setting lets it', () => {
    const falling = zigzag([110, 100], 400, 0.05);
    const bars = [
      ...falling,
      ...zigzag([100, 101.2], 3, 0.05, 30),
      ...zigzag([101.2, 100.7], 4, 0.05),
      planted(100.7, 100.88, 100.4, 100.85),
    ];
    expect(drafts(bars, { minimumAlignment: 3 })).toEqual([]);
    expect(drafts(bars, { minimumAlignment: 0 })).toHaveLength(1);
  });

  it('ST-3: one impulse gives one signal; the next needs another one', () => {
    const again = [...WHOLE, planted(100.75, 100.77, 100.5, 100.6), planted(100.6, 100.78, 100.43, 100.75)];
    expect(drafts(again)).toHaveLength(1);
    const another = [
      ...WHOLE,
      ...zigzag([100.75, 101.6], 3, 0.05, 40),
      ...zigzag([101.6, 100.95], 4, 0.05),
      planted(100.95, 101.13, 100.75, 101.1),
    ];
    const keys = drafts(another).map(({ draft }) => draft.structureKey);
    expect(keys).toHaveLength(2);
    expect(keys[0]).not.toBe(keys[1]);
    expect(keys[0]).toMatch(/^impulse\|\d+$/);
  });

  it('a pullback to the VWAP of the day counts too, and both are better than one', () => {
    const value = (found: Found | undefined) => found?.draft.qualityParts.find(({ name }) => name === 'value')?.value;
    const average = drafts(WHOLE)[0];
    expect(value(average)).toBe(0.6);
    expect(average?.draft.reasons[1]).toContain('to EMA20 at');
    const deep = [...CALM, ...IMPULSE, ...PULLBACK, planted(100.45, 100.78, 100.2, 100.75)];
    const both = drafts(deep)[0];
    expect(value(both)).toBe(1);
    expect(both?.draft.reasons[1]).toContain('to EMA20 and the VWAP of the day at 100.20');
  });

  it('MK-1: an incomplete bar is no signal and does not use the impulse up', () => {
    const { signals } = new SignalsRun({ strategy: scalp });
    const times = fiveMinuteBars([...WHOLE, CANDLE]).flatMap((bar, index) => {
      signals.onBar('5m', bar, index !== WHOLE.length - 1);
      if (index % 3 === 2) signals.onBar('15m', { ...bar, openTime: bar.openTime - 10 * MINUTE_MS }, true);
      return signals.propose('scalp') === null ? [] : [index];
    });
    expect(times).toEqual([WHOLE.length]);
  });

  it('a hole in the calls starts the structure anew', () => {
    const candles = fiveMinuteBars(WHOLE);
    const missed = WHOLE.length - 2;
    const run = new SignalsRun({ strategy: scalp });
    run.run(candles.slice(0, missed));
    run.signals.onBar('5m', candles[missed] as (typeof candles)[number], true);
    expect(run.run(candles.slice(missed + 1))).toEqual([]);
  });

  it('no signal when the pullback only falls through EMA20 and a candle jumps back', () => {
    const fallen = [...CALM, ...IMPULSE, ...PULLBACK, planted(100.6, 100.6, 100.38, 100.4)];
    const jumped = planted(100.6, 100.75, 100.56, 100.74);
    expect(drafts([...fallen, jumped])).toEqual([]);
    expect(drafts([...fallen, { ...jumped, low: 100.45 }])).toHaveLength(1);
  });

  it('no signal when the pullback takes too much of the impulse back', () => {
    const deep = [...WHOLE.slice(0, -1), planted(100.45, 100.78, 100.05, 100.75)];
    expect(drafts(deep)).toEqual([]);
    expect(drafts(deep, { maximumRetrace: 1 })).toHaveLength(1);
  });

  it('PL-6: goes on after a restart at any bar of the structure', () => {
    const touched = planted(100.6, 100.62, 100.45, 100.55);
    const candles = fiveMinuteBars([
      ...CALM,
      ...IMPULSE,
      ...PULLBACK,
      touched,
      planted(100.58, 100.75, 100.54, 100.73),
    ]);
    const whole = new SignalsRun({ strategy: scalp }).run(candles).map(({ draft }) => draft);
    expect(whole).toHaveLength(1);
    for (let cut = CALM.length - 1; cut < candles.length; cut++) {
      const first = new SignalsRun({ strategy: scalp });
      first.run(candles.slice(0, cut));
      const second = new SignalsRun({ strategy: scalp });
      second.restore(first.snapshot());
      expect(second.run(candles.slice(cut)).map(({ draft }) => draft)).toEqual(whole);
    }
  });

  it('ST-2: says why in plain words', () => {
    expect(drafts(WHOLE)[0]?.draft.reasons).toEqual([
      'An impulse up of 4.6 ATR in three bars on 2.3 times the usual volume.',
      'Pulled back 56 % of it to EMA20 at 100.42.',
      'The candle closed up: body 42 %, lower wick 50 % of its range.',
      'The 15m averages all point up.',
    ]);
  });
});

describe('scalp on a market without a preference', () => {
  let found: Found[] = [];
  beforeAll(() => {
    found = new SignalsRun({ strategy: scalp }).run(
      syntheticCandles({ count: 60_000, stepMs: 5 * MINUTE_MS, seed: 2 }),
    );
  });

  it('finds both sides; all levels lie on the right side; the sign of the fast average is the side', () => {
    const longs = found.filter(({ draft }) => draft.side === 'long').length;
    expect(found.length).toBeGreaterThan(50);
    expect(longs / found.length).toBeGreaterThan(0.3);
    expect(longs / found.length).toBeLessThan(0.7);
    for (const { draft, entry, vector } of found) {
      const sign = sideSign(draft.side);
      expect(sign * (entry - draft.stop)).toBeGreaterThan(0);
      expect(sign * (draft.target - entry)).toBeGreaterThan(0);
      expect(Math.sign(vector.values[3] as number)).toBe(sign);
    }
  });

  it('ST-4: grades 0-100 in named parts; marks lie on bars that had closed, in the order in which they came', () => {
    for (const { draft, time } of found) {
      const score = qualityScore(draft.qualityParts);
      expect(score >= 0 && score <= 100).toBe(true);
      const times = draft.marks.map((mark) => mark.time);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(Math.max(...times)).toBeLessThan(time);
    }
  });
});
