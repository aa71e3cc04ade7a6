import { beforeAll, describe, expect, it } from 'vitest';
import { sideSign } from '#core/domain/signal.ts';
import { HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { featureNames } from '#core/signals/features/feature-catalogue.ts';
import { qualityScore } from '#core/signals/quality.ts';
import { structure } from '#core/signals/strategies/structure.ts';
import { realCandles, syntheticCandles } from '#test/support/real-candles.ts';
import { type Found, SignalsRun, testInstrument } from '#test/support/signals-run.ts';

describe('structure on a synthetic market', () => {
  let found: readonly Found[] = [];
  beforeAll(() => {
    found = new SignalsRun({ strategy: structure }).run(
      syntheticCandles({ count: 20_000, stepMs: 5 * MINUTE_MS, seed: 3 }),
    );
  });

  it('finds sweeps, blocks and gaps, for both sides', () => {
    expect(found.length).toBeGreaterThan(100);
    const kinds = new Set(found.map(({ draft }) => `${draft.structureKey.split('|')[0]} ${draft.side}`));
    expect([...kinds].sort()).toEqual([
      'block long',
      'block short',
      'gap long',
      'gap short',
      'sweep long',
      'sweep short',
    ]);
  });

  it('stop 0.25 ATR beyond the extreme of the pattern, target 2 R, 36 hours', () => {
    for (const { draft, entry } of found) {
      const sign = sideSign(draft.side);
      const risk = sign * (entry - draft.stop);
      const turn = draft.marks.find(({ label }) => label === 'turning point');
      expect(risk).toBeGreaterThan(0);
      expect(sign * ((turn?.price ?? Number.NaN) - draft.stop)).toBeGreaterThan(0);
      expect(sign * (draft.target - entry)).toBeCloseTo(2 * risk, 6);
      expect(draft.tp1).toBeNull();
    }
    expect(structure.timeoutMs).toBe(36 * HOUR_MS);
  });

  it('ST-3: names the level, block or gap, and uses each of them once', () => {
    const keys = found.map(({ draft }) => `${draft.side}|${draft.structureKey}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('ST-2, ST-4: says why in plain words, and its base score grows with what meets', () => {
    for (const { draft, time } of found) {
      expect(draft.reasons[0]).toMatch(/^(Stops (below|above)|Came back to the order block|Filled the fair-value gap)/);
      const score = qualityScore(draft.qualityParts);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
      const confluence = draft.qualityParts.find(({ name }) => name === 'confluence');
      expect(confluence?.value).toBe((draft.measures.pattern_count ?? Number.NaN) / 3);
      for (const mark of draft.marks) expect(mark.time).toBeLessThan(time);
    }
    expect(new Set(found.map(({ draft }) => draft.measures.pattern_count)).size).toBeGreaterThan(1);
  });

  it('FE-13: records the market set, and its patterns and grade beside it', () => {
    expect(structure.featureSet).toBe('market');
    expect(found[0]?.vector.setId).toBe('market');
    expect(structure.besideSets).toEqual(['structure_facts']);
    for (const name of ['pattern', 'pattern_count', 'side', 'qscore']) {
      expect(featureNames('structure_facts')).toContain(name);
    }
  });
});

describe('structure on mirrored prices', () => {
  it('what is a long in a market is a short in its mirror image', () => {
    const candles = syntheticCandles({ count: 6000, stepMs: 5 * MINUTE_MS, seed: 9, volatility: 0.0005 });
    const mirror = candles.map(({ open, high, low, close, ...rest }) => ({
      ...rest,
      open: 200_000 - open,
      high: 200_000 - low,
      low: 200_000 - high,
      close: 200_000 - close,
    }));
    const told = (bars: typeof candles) =>
      new SignalsRun({ strategy: structure }).run(bars).map(({ time, draft }) => [time, draft.side]);
    const plain = told(candles);
    expect(plain.length).toBeGreaterThan(50);
    expect(told(mirror).map(([time, side]) => [time, side === 'long' ? 'short' : 'long'])).toEqual(plain);
  });
});

describe('structure on real candles', () => {
  it('some thousands of signals in 16 months of BTC, longs and shorts', (context) => {
    const candles = realCandles('binance-spot/BTCUSDT-5m');
    if (candles === null) return context.skip('the recorded candles are not on this machine');
    const found = new SignalsRun({ instrument: testInstrument('BTC'), strategy: structure }).run(candles);
    const longs = found.filter(({ draft }) => draft.side === 'long').length;
    expect(found.length).toBeGreaterThan(1500);
    expect(found.length).toBeLessThan(6000);
    expect(longs / found.length).toBeGreaterThan(0.4);
    expect(longs / found.length).toBeLessThan(0.6);
  });
});
