/** `range_fade` on hand-made markets (each rule alone keeps the signal away) and on a market without a preference. */
import { beforeAll, describe, expect, it } from 'vitest';
import { sideSign } from '#core/domain/signal.ts';
import { HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { qualityScore } from '#core/signals/quality.ts';
import { rangeFade } from '#core/signals/strategies/range-fade.ts';
import type { StrategyParameters } from '#core/signals/strategy.ts';
import { mirrored, type PlantedBar, planted, quarterBars, withSettings, zigzag } from '#test/support/planted-bars.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';
import { type Found, SignalsRun } from '#test/support/signals-run.ts';

/** Four days between 100.3 and 105.7, ending at the lower edge; no candle of it rejects anything. */
const TURNS = Array.from({ length: 63 }, (_, i) => (i % 2 === 0 ? 105.5 : 100.5));
const WAVE = zigzag([103, ...TURNS, 100.5], 6, 0.2);
const REJECTED = planted(100.5, 101.3, 100, 101.2);

function drafts(bars: readonly PlantedBar[], settings: StrategyParameters = {}): Found[] {
  return new SignalsRun({ strategy: withSettings(rangeFade, settings) }).run(quarterBars(bars));
}

function last(bars: readonly PlantedBar[], settings: StrategyParameters = {}): Found | undefined {
  const found = drafts(bars, settings).at(-1);
  return found?.time === (quarterBars(bars).at(-1)?.openTime ?? 0) + 5 * MINUTE_MS ? found : undefined;
}

describe('range_fade on a hand-made range', () => {
  it('ST-2: a candle that is turned back at the lower edge is a long, its mirror image a short', () => {
    const found = drafts([...WAVE, REJECTED]);
    expect(found).toHaveLength(1);
    expect(found[0]?.draft.side).toBe('long');
    const turned = drafts(mirrored([...WAVE, REJECTED], 103));
    expect(turned.map(({ draft, time }) => [draft.side, time])).toEqual([['short', found[0]?.time]]);
    expect(turned[0]?.draft.stop).toBeCloseTo(206 - (found[0]?.draft.stop ?? 0), 9);
    expect(turned[0]?.draft.target).toBeCloseTo(206 - (found[0]?.draft.target ?? 0), 9);
  });

  it('ST-2: stop half an ATR beyond the edge, tp1 at the middle, target a quarter ATR inside the far edge', () => {
    const run = new SignalsRun({ strategy: rangeFade });
    const draft = run.run(quarterBars([...WAVE, REJECTED]))[0]?.draft;
    const atr = run.signals.atr('15m');
    expect(draft?.stop).toBeCloseTo(100 - 0.5 * atr, 9);
    expect(draft?.tp1).toBeCloseTo((100 + 105.7) / 2, 9);
    expect(draft?.tp1Fraction).toBe(0.5);
    expect(draft?.target).toBeCloseTo(105.7 - 0.25 * atr, 9);
    expect(rangeFade.timeoutMs).toBe(36 * HOUR_MS);
  });

  it.each<[string, PlantedBar]>([
    ['its wick is too short', planted(100.1, 101.3, 100, 101.2)],
    ['it closes in the lower half', planted(100.5, 101.7, 100, 100.6)],
    ['it closes too far from the edge', planted(101.9, 102.7, 100, 102.6)],
    ['it does not come near the edge', planted(102, 102.2, 101.6, 102.1)],
    ['it spikes too deep', planted(100.5, 101.3, 99, 101.2)],
    ['it closes outside', planted(100.2, 100.27, 99.8, 100.25)],
    ['it has no range', planted(100.5, 100.5, 100.5, 100.5)],
  ])('no signal when %s', (_name, candle) => {
    expect(last([...WAVE, candle])).toBeUndefined();
  });

  it.each<[string, StrategyParameters]>([
    ['an edge was touched too rarely', { minimumTouches: 9 }],
    ['the range is too low', { minimumWidthAtr: 6 }],
    ['the range is too high', { maximumWidthAtr: 4 }],
    ['15m trends', { maximumTrend15m: 20 }],
    ['1h trends', { maximumTrend1h: 20 }],
  ])('no signal when %s', (_name, settings) => {
    expect(last([...WAVE, REJECTED], settings)).toBeUndefined();
  });

  it('no signal before both sides were touched twice: the trend into the range is none of it', () => {
    const rising = zigzag([40, 100.5], 240, 0.2);
    const once = [
      ...rising,
      ...zigzag([100.5, 105.5, 100.5], 6, 0.2),
      ...zigzag([100.5, 103, 100.5], 6, 0.2),
      REJECTED,
    ];
    const calm = { maximumTrend15m: 100, maximumTrend1h: 100 };
    expect(last(once, calm)).toBeUndefined();
    expect(last(once, { ...calm, minimumTouches: 1 })).toBeDefined();
  });

  it('MK-1: an incomplete bar is no signal and uses no touch up', () => {
    const candles = quarterBars([...WAVE, REJECTED, planted(101.2, 101.3, 100.2, 101.25)]);
    const holed = candles.filter((_, index) => index !== WAVE.length * 3 + 1);
    const found = new SignalsRun({ strategy: rangeFade }).run(holed);
    expect(found).toHaveLength(1);
    expect(found[0]?.draft.structureKey).toBe(`lower-edge|${candles.at(-3)?.openTime}`);
  });

  it('ST-3: touches are one structure until price has seen the middle', () => {
    const again = planted(101.2, 101.4, 100.2, 101.3);
    const [first, second] = drafts([...WAVE, REJECTED, again]);
    expect(second?.draft.structureKey).toBe(first?.draft.structureKey);
    const seen = drafts([...WAVE, REJECTED, planted(101.2, 103.4, 101.2, 102), again]);
    expect(seen).toHaveLength(2);
    expect(seen[1]?.draft.structureKey).not.toBe(first?.draft.structureKey);
  });

  it('ST-3, PL-6: a restart between two touches does not make them two structures; a hole in the calls does', () => {
    const again = planted(101.2, 101.4, 100.2, 101.3);
    const candles = quarterBars([...WAVE, REJECTED, again, again]);
    const cut = candles.length - 6;
    const first = new SignalsRun({ strategy: rangeFade });
    const [before] = first.run(candles.slice(0, cut));
    const restarted = new SignalsRun({ strategy: rangeFade });
    restarted.restore(first.snapshot());
    const after = restarted.run(candles.slice(cut)).map(({ draft }) => draft.structureKey);
    expect(after).toEqual([before?.draft.structureKey, before?.draft.structureKey]);

    const missed = candles[cut];
    if (missed === undefined) throw new Error('the bar that is missed exists');
    first.signals.onBar('15m', { ...missed, ...again }, true);
    const [later] = first.run(candles.slice(cut + 3));
    expect(later?.draft.side).toBe('long');
    expect(later?.draft.structureKey).not.toBe(before?.draft.structureKey);
  });

  it('no signal when one edge alone was touched too rarely, whichever it is', () => {
    const calm = { maximumTrend15m: 100, maximumTrend1h: 100 };
    const lowerOnce = [
      ...zigzag([40, 100.5], 240, 0.2),
      ...zigzag([100.5, 105.5, 103, 105.5, 100.5], 6, 0.2),
      REJECTED,
    ];
    const upperOnce = [
      ...zigzag([40, 100.5], 240, 0.2),
      ...zigzag([100.5, 105.5, 100.5, 103, 100.5], 6, 0.2),
      REJECTED,
    ];
    for (const bars of [lowerOnce, upperOnce, mirrored(lowerOnce, 103), mirrored(upperOnce, 103)]) {
      expect(last(bars, calm)).toBeUndefined();
      expect(last(bars, { ...calm, minimumTouches: 1 })).toBeDefined();
    }
  });

  it('FE-11: measures the range as it stands', () => {
    const run = new SignalsRun({ strategy: rangeFade });
    const draft = run.run(quarterBars([...WAVE, REJECTED]))[0]?.draft;
    const atr = run.signals.atr('15m');
    expect(draft?.measures.range_width_atr).toBeCloseTo(5.7 / atr, 9);
    expect(draft?.measures.edge_dist_atr).toBeCloseTo(1.2 / atr, 9);
    expect(draft?.measures.mid_dist_atr).toBeCloseTo(1.65 / atr, 9);
    expect(draft?.measures.rejection_wick_ratio).toBeCloseTo(0.5 / 1.3, 9);
    expect(draft?.measures).toMatchObject({ touches_low: 8, touches_high: 8, range_age_bars: 96 });
  });

  it('ST-2: says why in plain words, and what speaks against it', () => {
    expect(last([...WAVE, REJECTED])?.draft.reasons).toEqual([
      expect.stringMatching(/^A range of \d\.\d ATR between 100\.00 and 105\.70 has held for 96 bars\.$/),
      'Earlier touches: 8 below, 8 above.',
      'The candle was turned back at the lower edge: its wick is 38 % of it.',
      expect.stringMatching(/^There is little trend: strength \d+ of 100 on 15m, \d+ on 1h\.$/),
    ]);
    const rushed = last([...WAVE, { ...REJECTED, volume: 40 }]);
    expect(rushed?.draft.reasons.at(-1)).toMatch(/^Against it: 3\.\d times the usual volume/);
  });
});

describe('range_fade on a market without a preference', () => {
  let found: Found[] = [];
  beforeAll(() => {
    found = new SignalsRun({ strategy: rangeFade }).run(
      syntheticCandles({ count: 40_000, stepMs: 5 * MINUTE_MS, seed: 2 }),
    );
  });

  it('finds both sides, with all levels on the right side', () => {
    const longs = found.filter(({ draft }) => draft.side === 'long').length;
    expect(found.length).toBeGreaterThan(50);
    expect(longs / found.length).toBeGreaterThan(0.3);
    expect(longs / found.length).toBeLessThan(0.7);
    for (const { draft, entry } of found) {
      const sign = sideSign(draft.side);
      expect(sign * (entry - draft.stop)).toBeGreaterThan(0);
      expect(sign * ((draft.tp1 ?? Number.NaN) - entry)).toBeGreaterThan(0);
      expect(sign * (draft.target - (draft.tp1 ?? Number.NaN))).toBeGreaterThan(0);
    }
  });

  it('ST-4: grades 0-100 in seven named parts; marks lie on bars that had closed', () => {
    for (const { draft, time } of found) {
      expect(draft.qualityParts).toHaveLength(7);
      const score = qualityScore(draft.qualityParts);
      expect(score >= 0 && score <= 100).toBe(true);
      for (const mark of draft.marks) expect(mark.time).toBeLessThan(time);
    }
  });
});
