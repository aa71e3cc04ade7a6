import { beforeAll, describe, expect, it } from 'vitest';
import { sideSign } from '#core/domain/signal.ts';
import { HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { qualityScore } from '#core/signals/quality.ts';
import { findStrategy, STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { trendPullback } from '#core/signals/strategies/trend-pullback.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { realCandles, syntheticCandles } from '#test/support/real-candles.ts';
import { type Found, SignalsRun, testInstrument } from '#test/support/signals-run.ts';

describe('strategy list', () => {
  it('ST-1: every strategy has an id of its own and a parameter schema whose defaults lie in range and on the grid', () => {
    expect(new Set(STRATEGIES.map(({ id }) => id)).size).toBe(STRATEGIES.length);
    for (const strategy of STRATEGIES) {
      for (const parameter of strategy.parameters) {
        expect(parameter.meaning).toMatch(/^[A-Z].*\.$/);
        expect(parameter.default).toBeGreaterThanOrEqual(parameter.minimum);
        expect(parameter.default).toBeLessThanOrEqual(parameter.maximum);
        const steps = (parameter.default - parameter.minimum) / parameter.step;
        expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-9);
      }
    }
    expect(findStrategy('trend_pullback')).toBe(trendPullback);
    expect(findStrategy('none')).toBeNull();
  });

  it('ST-1: given parameters override defaults, unknown ones are ignored, a missing one is a bug', () => {
    const parameters = strategyParameters(trendPullback, { targetR: 3, nonsense: 1 });
    expect(parameters.targetR).toBe(3);
    expect(parameters.tp1R).toBe(1.6);
    expect(parameters).not.toHaveProperty('nonsense');
    expect(() => trendPullback.create({})).toThrow(/pivotLeft/);
  });
});

describe('trend_pullback drafts', () => {
  let found: Found[] = [];
  beforeAll(() => {
    found = new SignalsRun().run(syntheticCandles({ count: 20_000, stepMs: 5 * MINUTE_MS, seed: 2 }));
  });

  it('ST-10: finds both sides on a market without a preference', () => {
    const longs = found.filter(({ draft }) => draft.side === 'long').length;
    expect(found.length).toBeGreaterThan(150);
    expect(longs / found.length).toBeGreaterThan(0.3);
    expect(longs / found.length).toBeLessThan(0.7);
  });

  it('ST-10: stop beyond the protective pivot, tp1 at 1.6 R, target at 2.5 R, all on the right side', () => {
    for (const { draft, entry } of found) {
      const sign = sideSign(draft.side);
      const risk = sign * (entry - draft.stop);
      const pivot = draft.marks[2]?.price ?? Number.NaN;
      expect(risk).toBeGreaterThan(0);
      expect(sign * (pivot - draft.stop)).toBeGreaterThan(0);
      expect(sign * ((draft.tp1 ?? Number.NaN) - entry)).toBeCloseTo(1.6 * risk, 6);
      expect(sign * (draft.target - entry)).toBeCloseTo(2.5 * risk, 6);
      expect(draft.tp1Fraction).toBe(0.5);
    }
    expect(trendPullback.timeoutMs).toBe(36 * HOUR_MS);
  });

  it('ST-10: keeps its own rules in every draft', () => {
    for (const { draft } of found) {
      const { measures } = draft;
      expect(measures.break_dist_atr).toBeGreaterThanOrEqual(0.15);
      expect(measures.retrace_depth_atr).toBeGreaterThanOrEqual(0.8);
      expect(measures.retrace_depth_atr).toBeLessThanOrEqual(4);
      expect(measures.confirm_candles).toBeGreaterThanOrEqual(2);
    }
  });

  it('ST-3: names the broken level, so that one level is one structure', () => {
    const keys = found.map(({ draft }) => draft.structureKey);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { draft } of found) {
      expect(draft.structureKey).toBe(`${draft.side === 'long' ? 'swing-high' : 'swing-low'}|${draft.marks[0]?.time}`);
    }
  });

  it('ST-2, ST-4: says why in plain words and in parts that grade it 0-100', () => {
    for (const { draft } of found) {
      expect(draft.reasons[0]).toMatch(/^Broke the swing (high|low) at [\d,]+\.\d\d by \d+\.\d ATR at the close\.$/);
      const score = qualityScore(draft.qualityParts);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
    }
  });

  it('ST-10: divergence is measured, not required', () => {
    const flags = new Set(found.map(({ draft }) => draft.measures.div_ok));
    expect(flags.has(0) && flags.has(1)).toBe(true);
  });

  it('marks lie on bars that had closed', () => {
    for (const { draft, time } of found) for (const mark of draft.marks) expect(mark.time).toBeLessThan(time);
  });
});

describe('trend_pullback on mirrored prices', () => {
  it('ST-10: what is a long in a market is a short in its mirror image', () => {
    const candles = syntheticCandles({ count: 6000, stepMs: 5 * MINUTE_MS, seed: 9, volatility: 0.0005 });
    const mirror = candles.map(({ open, high, low, close, ...rest }) => ({
      ...rest,
      open: 200_000 - open,
      high: 200_000 - low,
      low: 200_000 - high,
      close: 200_000 - close,
    }));
    const plain = new SignalsRun().run(candles).map(({ time, draft }) => [time, draft.side]);
    const turned = new SignalsRun()
      .run(mirror)
      .map(({ time, draft }) => [time, draft.side === 'long' ? 'short' : 'long']);
    expect(plain.length).toBeGreaterThan(20);
    expect(turned).toEqual(plain);
  });
});

describe('trend_pullback on real candles', () => {
  it('ST-10: some hundreds to a few thousand signals in 16 months of BTC, longs and shorts', (context) => {
    const candles = realCandles('binance-spot/BTCUSDT-5m');
    if (candles === null) return context.skip('the recorded candles are not on this machine');
    const found = new SignalsRun({ instrument: testInstrument('BTC') }).run(candles);
    const longs = found.filter(({ draft }) => draft.side === 'long').length;
    expect(found.length).toBeGreaterThan(500);
    expect(found.length).toBeLessThan(5000);
    expect(longs / found.length).toBeGreaterThan(0.4);
    expect(longs / found.length).toBeLessThan(0.65);
  });
});
