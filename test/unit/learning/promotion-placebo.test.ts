/** RE-42 with the strategy `placebo` itself: what it enters in a market without memory, and what became of it, teach nothing. */
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { MINUTE_MS, timeframeMs } from '#core/domain/timeframe.ts';
import { type RetrainOutcome, retrain } from '#core/learning/promotion-run.ts';
import { trainBoosting } from '#core/learning/trees/boosting.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { createTreePredictor } from '#core/learning/trees/tree-predictor.ts';
import type { Head, Trainer } from '#core/learning/walk-forward-predictions.ts';
import { RollUp } from '#core/market/roll-up.ts';
import { placebo } from '#core/signals/strategies/placebo.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { DEMO_INSTRUMENTS } from '#main/exchange/demo/demo-instruments.ts';
import { createGeneratedSource } from '#main/exchange/demo/market-generator.ts';
import { type EngineExamples, engineExamples } from '#test/support/engine-examples.ts';
import { head } from '#test/support/learning-examples.ts';
import { type World, worldEngine, worldInputs } from '#test/support/market-world.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { testInstrument } from '#test/support/signals-run.ts';

/** 5m bars of ten weeks: with the entries of default parameters, some 300 examples. */
const BARS = 20_000;
const FIVE = timeframeMs('5m');
/** Each with its own prices, in the demo market's order; its first is the leader. */
const INSTRUMENTS: readonly Instrument[] = DEMO_INSTRUMENTS.slice(0, 5).map(({ base }) => testInstrument(base));

// Fewer trees than the product's, so that 50 whole retrains take seconds.
const forest: Trainer = (data, seed) =>
  trainForest(data, { task: 'classify', trees: 25, maxDepth: 8, minLeaf: 5 }, seed);
const boosting: Trainer = (data, seed) => trainBoosting(data, { task: 'classify', rounds: 30, maxDepth: 3 }, seed);
const HEADS: readonly Head[] = [head('forest', forest), head('boosting', boosting)];

/** The demo exchange's generator: regimes, clustered volatility, fat tails, and returns that remember nothing. */
function demoWorld(seed: string): World {
  const source = createGeneratedSource({ seed, epoch: SYNTHETIC_START });
  return new Map(
    INSTRUMENTS.map(({ id }, index) => {
      const candles: Candle[] = [];
      const rollUp = new RollUp('1m', (timeframe, bar) => {
        if (timeframe === '5m') candles.push({ ...bar });
      });
      for (let minute = 0; minute < BARS * 5; minute++) {
        const bar = source.bar(index, SYNTHETIC_START + minute * MINUTE_MS);
        if (bar !== null) rollUp.onBar(bar);
      }
      return [id, candles];
    }),
  );
}

/** Each seed of placebo on each instrument of one market: by `strategy instrument`, as much as ten weeks gave. */
function placeboExamples(world: World, seeds: readonly number[]): ReadonlyMap<string, EngineExamples> {
  const instruments = INSTRUMENTS.filter(({ id }) => world.has(id));
  const strategies = seeds.map((seed) => ({
    strategy: { ...placebo, id: `placebo_${seed}` },
    parameters: strategyParameters(placebo, { seed }),
  }));
  const inputs = worldInputs(world, FIVE, false);
  const groupOf = ({ strategyId, instrumentId }: { readonly strategyId: string; readonly instrumentId: string }) =>
    `${strategyId} ${instrumentId}`;
  return engineExamples(worldEngine(instruments, strategies), inputs, placebo.featureSet, groupOf);
}

async function judged({ data, lives }: EngineExamples, seed: string): Promise<RetrainOutcome> {
  const request = { data, lives, heads: HEADS, champion: null, attempt: 1 };
  const outcome = await retrain(request, { seed, createPredictor: createTreePredictor });
  if (!outcome.ok) throw new Error(outcome.error.message);
  // Enough to be looked at: a verdict for want of rows would prove nothing.
  expect(outcome.value.judgement).not.toBeNull();
  return outcome.value;
}

const areaOf = ({ report }: RetrainOutcome) => report.areaUnderCurve;
const meanArea = (outcomes: readonly RetrainOutcome[]) =>
  outcomes.reduce((sum, outcome) => sum + areaOf(outcome).value, 0) / outcomes.length;

describe('the placebo strategy before promotion', () => {
  it('RE-42, ST-12: 50 seeds of placebo give AUC within chance and 0 promotions', { timeout: 120_000 }, async () => {
    const outcomes: RetrainOutcome[] = [];
    for (const market of [0, 1]) {
      const seeds = [1, 2, 3, 4, 5].map((seed) => 5 * market + seed);
      for (const [name, examples] of placeboExamples(demoWorld(`market ${market}`), seeds)) {
        expect(examples.data.rows).toBeGreaterThan(200);
        outcomes.push(await judged(examples, name));
      }
    }
    expect(outcomes).toHaveLength(50);
    expect(outcomes.filter(({ verdict }) => verdict !== 'rejected')).toEqual([]);
    expect(Math.abs(meanArea(outcomes) - 0.5)).toBeLessThan(0.03);
    // Of 50 intervals of 95 % six or fewer miss 0.5, 97 times in 100.
    const missing = outcomes.filter((outcome) => areaOf(outcome).low > 0.5 || areaOf(outcome).high < 0.5);
    expect(missing.length).toBeLessThanOrEqual(6);
  });

  it('RE-42: the same entries in a market whose drift can be read give an AUC above chance: the check can see', async () => {
    const [first] = INSTRUMENTS;
    if (first === undefined) throw new Error('there is an instrument');
    const world = new Map([[first.id, syntheticCandles({ count: BARS, stepMs: FIVE, seed: 100 })]]);
    const outcomes: RetrainOutcome[] = [];
    for (const [name, examples] of placeboExamples(world, [1, 2, 3, 4, 5])) outcomes.push(await judged(examples, name));
    expect(meanArea(outcomes)).toBeGreaterThan(0.55);
  });
});
