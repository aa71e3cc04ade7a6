/** Training examples from recorded candles: the engine is replayed over them, and every resolved signal is one example. */
import { invariant } from '#core/base/invariant.ts';
import type { FeatureVector, SignalId } from '#core/domain/signal.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';
import type { Dataset, ExampleLives } from '#core/learning/dataset.ts';
import { averageUniqueness, exampleWeight } from '#core/learning/uniqueness.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { researchEngine, researchStrategies } from '#main/services/research/research-engine.ts';
import { importedInstrument } from '#main/services/research/stored-market.ts';
import { realCandles } from './real-candles.ts';

export interface RealExamples {
  readonly data: Dataset;
  readonly lives: ExampleLives;
  /** Features that are codes, as the network wants to know. */
  readonly coded: readonly string[];
}

/** Resolved `trend_pullback` signals of BTC/USDT on its 5m bars, oldest first; null when the candles are not there. */
export function realTrendExamples(): RealExamples | null {
  const candles = realCandles('binance-spot/BTCUSDT-5m');
  if (candles === null) return null;
  const instrument = importedInstrument('binance', 'BTC/USDT', '5m');
  const strategies = researchStrategies(['trend_pullback']);
  const set = findFeatureSet('trend');
  invariant(strategies.ok && set !== null, 'the trend strategy and its features exist');
  const engine = researchEngine([instrument], strategies.value, { slippageBps: 2, fixedMinimumScore: null });
  const open = new Map<SignalId, { readonly openedAt: number; readonly features: FeatureVector }>();
  const rows: { openedAt: number; resolvedAt: number; netR: number; values: Float64Array }[] = [];
  for (const candle of candles) {
    const closeTime = candle.openTime + timeframeMs('5m');
    const bars = [{ instrumentId: instrument.id, candle }];
    for (const event of engine.step({ kind: 'bars', closeTime, bars, origin: 'replay' })) {
      if (event.kind === 'phantom-opened' && event.phantom.features !== null) {
        const { signal, features } = event.phantom;
        open.set(signal.id, { openedAt: signal.time, features });
      } else if (event.kind === 'phantom-closed') {
        const opened = open.get(event.phantomId);
        const { outcome, exitTime, netR } = event.result;
        if (opened === undefined || (outcome !== 'win' && outcome !== 'loss') || netR === null) continue;
        const { openedAt, features } = opened;
        rows.push({ openedAt, resolvedAt: exitTime ?? event.time, netR, values: features.values });
      }
    }
  }
  rows.sort((a, b) => a.openedAt - b.openedAt);
  const column = (of: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, of);
  const lives = {
    openedAt: column((row) => row.openedAt),
    resolvedAt: column((row) => row.resolvedAt),
    netR: column((row) => row.netR),
  };
  const columns = set.names.map((_, feature) => column((row) => row.values[feature] ?? Number.NaN));
  const cluster = columns[set.names.indexOf('symbol_cluster')];
  const weight = averageUniqueness(lives).map((unique, row) => exampleWeight(false, cluster?.[row] ?? null, unique));
  return {
    data: { names: set.names, columns, rows: rows.length, target: column((row) => (row.netR > 0 ? 1 : 0)), weight },
    lives,
    coded: set.features.filter((feature) => feature.unit === 'code').map((feature) => feature.name),
  };
}
