/** ML-10, ML-11: a heuristic sees the sets recorded beside its strategy's own; a fresh score sees them fresh. */
import { describe, expect, it } from 'vitest';
import type { FeatureVector } from '#core/domain/signal.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { Engine } from '#core/engine/engine.ts';
import { ModelBook } from '#core/engine/model-book.ts';
import { type SignalVectors, scoreOf } from '#core/engine/signal-scorer.ts';
import { featureNames } from '#core/signals/features/feature-catalogue.ts';
import { scalp } from '#core/signals/strategies/scalp.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';
import { testInstrument } from '#test/support/signals-run.ts';

function vector(setId: string, values: Readonly<Record<string, number>>): FeatureVector {
  const names = featureNames(setId);
  return { setId, setHash: 'x', values: Float64Array.from(names, (name) => values[name] ?? Number.NaN) };
}

const scored = (vectors: SignalVectors) => scoreOf(scalp, 'binance:BTC/USDT', vectors, new ModelBook(), 0).score;

const OWN = vector('scalp', { impulse_ratio: 2, vwap_dist_atr: 0.3, volume_ratio: 2 });

describe('what a score looks at', () => {
  it('ML-10: the scalp heuristic finds bb_width_rank in the set beside', () => {
    const beside = [vector('scalp_facts', { bb_width_rank: 0.9, qscore: 50 })];
    expect(scored({ own: OWN, beside }).value).toBe(85);
    expect(scored({ own: OWN, beside: [] }).value).toBe(80);
  });

  it('PL-9: without its own vector there is no heuristic, only the neutral 50', () => {
    const beside = [vector('scalp_facts', { bb_width_rank: 0.9 })];
    expect(scored({ own: null, beside })).toMatchObject({ kind: 'neutral', value: 50 });
  });

  it('DE-16, ML-10: an open ticket is scored again on fresh vectors, those beside among them', () => {
    const instrument = { ...testInstrument('BTC', '1m'), takerFeeBps: 0 };
    const engine = new Engine({
      instruments: [instrument],
      strategies: [{ strategy: scalp, parameters: strategyParameters(scalp) }],
      settings: {
        stage: 'advisory',
        riskPerTrade: 0.005,
        fixedMinimumScore: 0,
        slippageBps: 0,
        disabledStrategies: [],
        promotedStrategies: ['scalp'],
      },
      account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
    });
    let tickets = 0;
    let withWideBands = 0;
    for (const candle of syntheticCandles({ count: 20_000, stepMs: MINUTE_MS, seed: 5, volatility: 0.0008 })) {
      const bars = [{ instrumentId: instrument.id, candle }];
      const input = { kind: 'bars', closeTime: candle.openTime + MINUTE_MS, bars, origin: 'live' } as const;
      for (const event of engine.step(input)) {
        if (event.kind === 'ticket-opened') tickets++;
        if (event.kind !== 'ticket-updated' || event.features === null) continue;
        expect(event.features.setId).toBe('scalp');
        if (event.ticket.score.parts.some(({ name }) => name === 'bands wider than usual')) withWideBands++;
      }
    }
    expect(tickets).toBeGreaterThan(2);
    expect(withWideBands).toBeGreaterThan(0);
  });
});
