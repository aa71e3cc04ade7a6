/** PL-6 for every strategy of the list: a restart from a snapshot gives the same drafts and vectors, bit for bit. */
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { realCandles, syntheticCandles } from '#test/support/real-candles.ts';
import { type Found, SignalsRun } from '#test/support/signals-run.ts';

const COUNT = 5000;
const CUTS = [3, 999, 2210, 3333, 4321];

function bits(found: readonly Found[]): readonly unknown[] {
  return found.map(({ time, draft, vector }) => [time, draft, [...vector.values]]);
}

describe.each([
  ['a synthetic market', () => syntheticCandles({ count: COUNT, stepMs: 5 * MINUTE_MS, seed: 41 })],
  [
    'BTC 5m with holes, else a synthetic market with holes',
    () =>
      (
        realCandles('binance-spot/BTCUSDT-5m', COUNT) ?? syntheticCandles({ count: COUNT, stepMs: 300_000, seed: 42 })
      ).filter((_, index) => index % 701 !== 700 && !(index > 2000 && index < 2040)),
  ],
] as const)('every strategy on %s', (_name, load) => {
  it.each(STRATEGIES)('PL-6: $id goes on from a snapshot as if nothing had happened', (strategy) => {
    const candles = load();
    const whole = new SignalsRun({ strategy });
    const found = bits(whole.run(candles));
    expect(found.length).toBeGreaterThan(4);
    for (const cut of CUTS) {
      const first = new SignalsRun({ strategy });
      const before = first.run(candles.slice(0, cut));
      const second = new SignalsRun({ strategy });
      second.restore(first.snapshot());
      expect(bits([...before, ...second.run(candles.slice(cut))])).toEqual(found);
      expect(second.snapshot()).toEqual(whole.snapshot());
    }
  });
});
