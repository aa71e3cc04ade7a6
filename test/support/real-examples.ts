/** Training examples from recorded candles: the engine is replayed over them, and every resolved signal is one example. */
import { invariant } from '#core/base/invariant.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { researchEngine, researchStrategies } from '#main/services/research/research-engine.ts';
import { importedInstrument } from '#main/services/research/stored-market.ts';
import { type EngineExamples, engineExamples } from './engine-examples.ts';
import { worldInputs } from './market-world.ts';
import { realCandles } from './real-candles.ts';

export interface RealExamples extends EngineExamples {
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
  const inputs = worldInputs(new Map([[instrument.id, candles]]), timeframeMs('5m'), false);
  const examples = engineExamples(engine, inputs, 'trend', () => instrument.id).get(instrument.id);
  invariant(examples !== undefined, 'two years hold resolved signals');
  return { ...examples, coded: set.features.filter((feature) => feature.unit === 'code').map(({ name }) => name) };
}
