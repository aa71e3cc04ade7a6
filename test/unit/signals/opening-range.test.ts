/** `opening_range` on drawn 5m bars: each rule can fail. */
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { sideSign } from '#core/domain/signal.ts';
import { HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { featureIndex } from '#core/signals/features/feature-catalogue.ts';
import { InstrumentSignals } from '#core/signals/instrument-signals.ts';
import { qualityScore } from '#core/signals/quality.ts';
import { openingRange } from '#core/signals/strategies/opening-range.ts';
import { type StrategyParameters, strategyParameters } from '#core/signals/strategy.ts';
import { realCandles, SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { NO_PEERS, SignalsRun, testInstrument } from '#test/support/signals-run.ts';

const STEP = 5 * MINUTE_MS;

type Drawn = readonly [clock: string, open: number, high: number, low: number, close: number];

/** From 06:00 on, flat at 100 within 99.9 to 100.1 except for what is drawn. */
function morning(drawn: readonly Drawn[], until = '23:55', missing: readonly string[] = []): Candle[] {
  const planted = new Map(drawn.map(([clock, open, high, low, close]) => [clock, { open, high, low, close }]));
  const bars: Candle[] = [];
  for (let index = 72; index < 288; index++) {
    const openTime = SYNTHETIC_START + index * STEP;
    const clock = new Date(openTime).toISOString().slice(11, 16);
    if (clock > until) break;
    if (missing.includes(clock)) continue;
    bars.push({ openTime, open: 100, high: 100.1, low: 99.9, close: 100, volume: 1, ...planted.get(clock) });
  }
  return bars;
}

/** The range of 07:00: 99 to 101. */
const RANGE: readonly Drawn[] = [
  ['07:00', 100, 101, 99.5, 100.5],
  ['07:05', 100.5, 100.8, 99, 99.5],
  ['07:10', 99.5, 100.4, 99.2, 100],
];
const UP: Drawn = ['07:15', 100, 101.6, 99.9, 101.5];
const DOWN: Drawn = ['07:30', 100, 100.2, 98.4, 98.5];

const ONLY_SEVEN = { open0000: 0, open0100: 0, open0800: 0, open1330: 0, open1430: 0 };

function drafts(bars: readonly Candle[], parameters: StrategyParameters = {}, incomplete: readonly string[] = []) {
  const room = new InstrumentSignals({
    instrument: testInstrument(),
    strategies: [{ strategy: openingRange, parameters: strategyParameters(openingRange, parameters) }],
    peers: NO_PEERS,
  });
  return bars.flatMap((bar) => {
    const clock = new Date(bar.openTime).toISOString().slice(11, 16);
    room.onBar('5m', bar, !incomplete.includes(clock));
    const draft = room.propose('opening_range');
    return draft === null ? [] : [{ clock, draft, entry: bar.close }];
  });
}

/** Only those of the open at 07:00. */
function ofSeven(found: ReturnType<typeof drafts>) {
  const key = `open|${SYNTHETIC_START + 7 * HOUR_MS}`;
  return found.filter(({ draft }) => draft.structureKey === key);
}

describe('opening_range', () => {
  it('a close above the first 15 minutes is a long: stop in the middle, target one range away', () => {
    const [found, ...more] = ofSeven(drafts(morning([...RANGE, UP])));
    expect(found).toMatchObject({ clock: '07:15', entry: 101.5 });
    expect(found?.draft).toMatchObject({ side: 'long', stop: 100, target: 103.5, tp1: null });
    expect(found?.draft.measures).toEqual({
      open_minute: 420,
      break_minutes: 5,
      break_dist_range: 0.25,
      first_break: 1,
    });
    expect(more).toEqual([]);
  });

  it('a close below is a short, the mirror image', () => {
    const [found] = ofSeven(drafts(morning([...RANGE, DOWN])));
    expect(found).toMatchObject({ clock: '07:30', entry: 98.5 });
    expect(found?.draft).toMatchObject({ side: 'short', stop: 100, target: 96.5 });
  });

  it('ST-3: one signal per open and side: the second one is told from the first', () => {
    const found = ofSeven(
      drafts(morning([...RANGE, UP, DOWN, ['07:40', 100, 102, 100, 101.8], ['07:50', 100, 100, 98, 98.2]])),
    );
    expect(found.map(({ clock, draft }) => [clock, draft.side, draft.measures.first_break])).toEqual([
      ['07:15', 'long', 1],
      ['07:30', 'short', 0],
    ]);
    expect(found[1]?.draft.reasons.at(-1)).toMatch(/^Against it: the range broke up before/);
  });

  it.each<{ reason: string; drawn: readonly Drawn[]; missing?: readonly string[]; incomplete?: readonly string[] }>([
    { reason: 'only a wick leaves the range', drawn: [...RANGE, ['07:15', 100, 103, 97, 100.9]] },
    { reason: 'the close is at the edge', drawn: [...RANGE, ['07:15', 100, 101.6, 99.9, 101]] },
    { reason: 'the range is not complete yet', drawn: [...RANGE.slice(0, 2), ['07:10', 99.5, 104, 99.2, 103]] },
    { reason: 'a bar of the range is missing', drawn: [...RANGE, UP], missing: ['07:05'] },
    { reason: 'a bar of the range is incomplete', drawn: [...RANGE, UP], incomplete: ['07:10'] },
    {
      reason: 'the first close outside may have been in a hole',
      drawn: [...RANGE, ['07:30', 101, 102, 101, 101.5]],
      missing: ['07:20'],
    },
    {
      reason: 'the range has no height',
      drawn: [['07:00', 100, 100, 100, 100], ['07:05', 100, 100, 100, 100], ['07:10', 100, 100, 100, 100], UP],
    },
  ])('no signal when $reason', ({ drawn, missing = [], incomplete = [] }) => {
    expect(ofSeven(drafts(morning(drawn, '08:00', missing), {}, incomplete))).toEqual([]);
  });

  it('a side may break until breakHours after the range, not later', () => {
    const breakAt = (clock: string, breakHours: number) =>
      drafts(morning([...RANGE, [clock, 100, 101.6, 99.9, 101.5]]), { ...ONLY_SEVEN, breakHours });
    expect(breakAt('09:10', 2)).toHaveLength(1);
    expect(breakAt('09:15', 2)).toEqual([]);
    expect(breakAt('19:10', 12)).toHaveLength(1);
    expect(breakAt('19:15', 12)).toEqual([]);
  });

  it('parameters move stop and target, and switch opens off', () => {
    const bars = morning([...RANGE, UP]);
    const [far] = ofSeven(drafts(bars, { stopDepth: 1, targetRanges: 2 }));
    expect(far?.draft).toMatchObject({ stop: 99, target: 105.5 });
    expect(ofSeven(drafts(bars, { open0700: 0 }))).toEqual([]);
    expect(drafts(bars, ONLY_SEVEN)).toHaveLength(1);
  });

  it('of two ranges left by one candle the newer one speaks, and the older one is used up', () => {
    const eight: readonly Drawn[] = [
      ['08:00', 100, 100.3, 99.7, 100],
      ['08:05', 100, 100.2, 99.8, 100],
      ['08:10', 100, 100.2, 99.8, 100],
      ['08:15', 100, 101.7, 100, 101.6],
      ['08:20', 101.6, 102, 101.5, 101.9],
    ];
    const found = drafts(morning([...RANGE, ...eight], '08:30'));
    expect(found.map(({ clock, draft }) => [clock, draft.measures.open_minute])).toEqual([['08:15', 480]]);
  });

  it('ST-2, ST-4: says why, grades itself, and marks bars that had closed', () => {
    const candles = syntheticCandles({ count: 4000, stepMs: STEP, seed: 8 });
    const found = new SignalsRun({ strategy: openingRange }).run(candles);
    expect(found.length).toBeGreaterThan(80);
    const keys = found.map(({ draft }) => `${draft.structureKey}|${draft.side}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { draft, entry, time } of found) {
      const sign = sideSign(draft.side);
      expect(sign * (entry - draft.stop)).toBeGreaterThan(0);
      expect(sign * (draft.target - entry)).toBeGreaterThan(0);
      expect(draft.reasons[0]).toMatch(/^The open at \d\d:\d\d UTC set a range from [\d,.]+ to [\d,.]+/);
      expect(qualityScore(draft.qualityParts)).toBeLessThanOrEqual(100);
      for (const mark of draft.marks) expect(mark.time).toBeLessThan(time);
    }
  });

  it('FE-15: the recorded vector is about the open that broke', () => {
    const run = new SignalsRun({ strategy: openingRange });
    run.run(morning([...RANGE, UP], '07:15'));
    const vector = run.found.find(({ draft }) => draft.measures.open_minute === 420)?.vector;
    expect(vector?.setId).toBe('session');
    const value = (name: string) => vector?.values[featureIndex('session', name)];
    expect(value('or_size_pct')).toBeCloseTo(2, 12);
    expect(value('or_direction')).toBeCloseTo(0, 12);
    expect(value('break_dist_range')).toBeCloseTo(0.25, 12);
    expect(value('side')).toBe(1);
    expect(value('planned_rr')).toBeCloseTo(2 / 1.5, 12);
  });

  it('some thousands of signals in 16 months of BTC, longs and shorts', (context) => {
    const candles = realCandles('binance-spot/BTCUSDT-5m');
    if (candles === null) return context.skip('the recorded candles are not on this machine');
    const found = new SignalsRun({ instrument: testInstrument('BTC'), strategy: openingRange }).run(candles);
    const longs = found.filter(({ draft }) => draft.side === 'long').length;
    expect(found.length).toBeGreaterThan(2000);
    // Six opens of two sides on 488 days.
    expect(found.length).toBeLessThan(488 * 12);
    expect(longs / found.length).toBeGreaterThan(0.4);
    expect(longs / found.length).toBeLessThan(0.6);
  });
});
