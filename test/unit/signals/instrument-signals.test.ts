import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { InstrumentSignals } from '#core/signals/instrument-signals.ts';
import { trendPullback } from '#core/signals/strategies/trend-pullback.ts';
import { type Strategy, strategyParameters } from '#core/signals/strategy.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { NO_PEERS, SignalsRun, testInstrument } from '#test/support/signals-run.ts';

const BAR = { openTime: SYNTHETIC_START, open: 100, high: 101, low: 99, close: 100, volume: 1 };

function room(strategy: Strategy, parameters = strategyParameters(strategy)): InstrumentSignals {
  return new InstrumentSignals({
    instrument: testInstrument(),
    strategies: [{ strategy, parameters }],
    peers: NO_PEERS,
  });
}

describe('the signals room of one instrument', () => {
  it('MK-1: no strategy decides on an incomplete bar, but sees it in its turn', () => {
    const seen: boolean[] = [];
    const draft = {
      side: 'long',
      stop: 99,
      tp1: null,
      tp1Fraction: 0,
      target: 102,
      reasons: [],
      qualityParts: [],
      structureKey: 'always',
      measures: {},
      marks: [],
    } as const;
    const eager: Strategy = {
      ...trendPullback,
      create: () => ({
        onBar(view) {
          seen.push(view.timeframe('15m').bars.complete(0));
          return draft;
        },
        save() {},
        load() {},
      }),
    };
    const signals = room(eager);
    signals.onBar('15m', BAR, false);
    expect(signals.propose(eager.id)).toBeNull();
    signals.onBar('15m', { ...BAR, openTime: BAR.openTime + 15 * MINUTE_MS }, true);
    expect(signals.propose(eager.id)).toEqual(draft);
    expect(seen).toEqual([false, true]);
  });

  it('PL-9: what a strategy throws reaches the caller, and the room goes on', () => {
    const broken: Strategy = {
      ...trendPullback,
      create: () => ({
        onBar() {
          throw new Error('planted');
        },
        save() {},
        load() {},
      }),
    };
    const signals = room(broken);
    signals.onBar('15m', BAR, true);
    expect(() => signals.propose(broken.id)).toThrow('planted');
    signals.onBar('15m', { ...BAR, openTime: BAR.openTime + 15 * MINUTE_MS }, true);
    expect(signals.bars('15m').count).toBe(2);
  });

  it('PL-5: a strategy reads indicators only where they are kept', () => {
    const curious: Strategy = {
      ...trendPullback,
      create: () => ({
        onBar(view) {
          view.timeframe('1d');
          return null;
        },
        save() {},
        load() {},
      }),
    };
    const signals = room(curious);
    signals.onBar('15m', BAR, true);
    expect(() => signals.propose(curious.id)).toThrow(/not 1d/);
    expect(() => signals.propose('unknown')).toThrow(/unknown/);
  });

  it('FE-3: context is the session and regime at the newest close', () => {
    const run = new SignalsRun();
    run.run(syntheticCandles({ count: 7 * 12 - 1, stepMs: 5 * MINUTE_MS }));
    expect(run.signals.context()).toEqual({ session: 'asian', regime: null });
    run.run(
      syntheticCandles({ count: 1, stepMs: 5 * MINUTE_MS, startTime: SYNTHETIC_START + (7 * 12 - 1) * 5 * MINUTE_MS }),
    );
    expect(run.signals.context().session).toBe('european');
    run.run(
      syntheticCandles({
        count: 12 * 24 * 4,
        stepMs: 5 * MINUTE_MS,
        startTime: SYNTHETIC_START + 7 * 12 * 5 * MINUTE_MS,
      }),
    );
    expect(run.signals.context().regime).not.toBeNull();
  });

  it('gives ATR, bars and named indicator values per timeframe', () => {
    const run = new SignalsRun();
    run.run(syntheticCandles({ count: 3 * 13, stepMs: 5 * MINUTE_MS }));
    expect(run.signals.atr('15m')).toBeNaN();
    run.run(syntheticCandles({ count: 3, stepMs: 5 * MINUTE_MS, startTime: SYNTHETIC_START + 39 * 5 * MINUTE_MS }));
    expect(run.signals.atr('15m')).toBeGreaterThan(0);
    expect(run.signals.atr('1d')).toBeNaN();
    expect(run.signals.bars('15m').size).toBe(14);
    const values = run.signals.indicatorValues();
    expect(values.atr14_15m).toBe(run.signals.atr('15m'));
    expect(values.ema20_1h).toBeNaN();
    expect(Object.keys(values)).toContain('ema200_15m');
  });

  it('PL-6: refuses a snapshot of another configuration', () => {
    const signals = room(trendPullback);
    const other = room(trendPullback, strategyParameters(trendPullback, { pivotLeft: 6 }));
    expect(signals.accepts(room(trendPullback).snapshot())).toBe(true);
    expect(signals.accepts(other.snapshot())).toBe(false);
    expect(signals.accepts(room({ ...trendPullback, version: 99 }).snapshot())).toBe(false);
    expect(() => signals.restore(other.snapshot())).toThrow(/configuration/);
  });

  it('a strategy that missed bars starts its structure anew instead of mixing two histories', () => {
    const candles = syntheticCandles({ count: 3000, stepMs: 15 * MINUTE_MS, seed: 6 });
    const whole = room(trendPullback);
    const holed = room(trendPullback);
    const drafts = { whole: 0, same: 0 };
    for (const [index, bar] of candles.entries()) {
      whole.onBar('15m', bar, true);
      holed.onBar('15m', bar, true);
      const expected = whole.propose('trend_pullback');
      if (index >= 500 && index < 600) continue;
      const given = holed.propose('trend_pullback');
      if (index < 700 || expected === null) continue;
      drafts.whole++;
      if (JSON.stringify(given) === JSON.stringify(expected)) drafts.same++;
    }
    expect(drafts.whole).toBeGreaterThan(20);
    expect(drafts.same).toBe(drafts.whole);
  });
});
