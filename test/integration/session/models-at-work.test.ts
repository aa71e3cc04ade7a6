/** PL-6, ML-11, ML-32: with every model at work, live equals replay and a restart changes nothing; observations survive it. */
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import type { EngineEvent, EngineInput } from '#core/engine/messages.ts';
import { featureIndex, findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { EngineKeeper } from '#main/services/engine-keeper.ts';
import { learnedModels } from '#main/services/learning/learned-models.ts';
import { loadModels } from '#main/services/learning/scoring-models.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { canonicalJson } from '#test/support/canonical-json.ts';
import { allSmallModels, register } from '#test/support/engine-models.ts';
import { ALL_STRATEGIES, worldEngine } from '#test/support/market-world.ts';
import { realCandles, SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { testInstrument } from '#test/support/signals-run.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const STEP = 5 * MINUTE_MS;
const COUNT = 12 * 288;
const CANDLES =
  realCandles('binance-spot/BTCUSDT-5m', COUNT) ?? syntheticCandles({ count: COUNT, stepMs: STEP, seed: 11 });
const START = CANDLES[0]?.openTime ?? SYNTHETIC_START;
const MODELS = allSmallModels(START + COUNT * STEP);
const INSTRUMENT = testInstrument('BTC');

function bars(origin: 'live' | 'replay'): readonly EngineInput[] {
  return CANDLES.map((candle) => {
    const of = [{ instrumentId: INSTRUMENT.id, candle }];
    return { kind: 'bars', closeTime: candle.openTime + STEP, bars: of, origin };
  });
}

/** As a desk does after every start: the champions of its registry. */
function activate(keeper: EngineKeeper, profile: Profile): void {
  for (const { key, spec } of learnedModels(false)) {
    const { models, refused } = loadModels(profile.models, key);
    expect(refused).toEqual([]);
    keeper.apply({ kind: 'models', time: keeper.engine.clock, model: spec.id, models });
  }
}

function restored(profile: Profile): EngineKeeper {
  return EngineKeeper.restore({
    profile,
    instruments: [INSTRUMENT],
    strategies: ALL_STRATEGIES,
    settings: { stage: 'shadow', riskPerTrade: 0.005, fixedMinimumScore: null, slippageBps: 2, disabledStrategies: [] },
    account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
  });
}

function opened(folder: string): Profile {
  const profile = openProfile(folder);
  if (!profile.ok) throw new Error(profile.error.message);
  return profile.value;
}

/** Through desks that are stopped at these inputs, without a word of farewell; the record stays in `folder`. */
function lived(folder: string, stops: readonly number[]): readonly EngineEvent[] {
  const inputs = bars('live');
  const events: EngineEvent[] = [];
  let from = 0;
  for (const to of [...stops, inputs.length]) {
    const profile = opened(folder);
    if (from === 0) {
      register(profile, MODELS);
      profile.candles.write(INSTRUMENT.id, '5m', CANDLES, 0);
    }
    const keeper = restored(profile);
    activate(keeper, profile);
    events.push(...keeper.applyBulk(inputs.slice(from, to)).events);
    profile.close();
    from = to;
  }
  return events;
}

const lines = (events: readonly EngineEvent[]) => events.map(canonicalJson);

describe('models at work', () => {
  const folder = temporaryFolder;

  it('PL-1, PL-6: live equals replay, and restarts in the middle of openings and hours change nothing', () => {
    const engine = worldEngine([INSTRUMENT]);
    for (const [model, models] of MODELS) engine.step({ kind: 'models', time: 0, model, models });
    const replayed = bars('replay').flatMap((input) => engine.step(input));
    // 04:10, 08:20 and 14:05 UTC of days five and seven: openings wait, hours are half over.
    const stops = [5 * 288 + 50, 5 * 288 + 100, 7 * 288 + 169];
    expect(lines(lived(folder(), []))).toEqual(lines(replayed));
    expect(lines(lived(folder(), stops))).toEqual(lines(replayed));
  });

  it('ML-11, ML-30 to ML-32, ML-45: every signal has its score, its advice and what was said of it in the record', () => {
    const at = folder();
    const events = lived(at, []);
    const profile = opened(at);
    const phantoms = events.flatMap((event) => (event.kind === 'phantom-opened' ? [event.phantom] : []));
    const kinds = new Map(phantoms.map(({ signal, decision }) => [signal.strategyId, decision.score.kind]));
    expect(kinds.get('structure')).toBe('enhanced');
    expect(kinds.get('opening_range')).toBe('model');
    expect(kinds.get('placebo')).toBe('neutral');
    for (const { id, signal, decision } of phantoms) {
      const stored = profile.history.detail(id)?.phantom.decision;
      expect(stored?.advice).toEqual(decision.advice);
      const { opinion, opening } = decision.advice ?? { opinion: null, opening: null };
      expect(opinion === null).toBe(signal.strategyId === 'placebo');
      expect(opening === null).toBe(signal.strategyId !== 'opening_range');
    }
    const openings = phantoms.flatMap(({ decision }) => decision.advice?.opening ?? []);
    expect(openings.length).toBeGreaterThan(30);
    for (const { direction, probability, expectedR, confidence, riskFactor, reasons } of openings) {
      expect(['up', 'down', 'none']).toContain(direction);
      expect(probability).toBeGreaterThan(0);
      expect(expectedR).not.toBeNull();
      expect(riskFactor).toBe({ LOW: 0.7, MEDIUM: 1, HIGH: 1.15 }[confidence]);
      expect(reasons.length).toBeGreaterThan(1);
    }
    const said = events.filter((event) => event.kind === 'predicted').length;
    const pages = ['decided', 'opinion'] as const;
    const kept = pages.flatMap((role) =>
      profile.predictions.said(role, { time: 0, phantomNo: -1, modelId: '' }, 9_999),
    );
    const values = openings.length;
    expect(kept.length + values).toBe(said);
    profile.close();
  });

  it('ML-3, FE-6: openings and hours are recorded when they end, and labelled by what came after', async () => {
    const at = folder();
    const events = lived(at, [5 * 288 + 50]);
    const profile = opened(at);
    const labels = events.flatMap((event) => (event.kind === 'labelled' ? [event.label] : []));
    for (const kind of ['opening', 'hour'] as const) {
      const known = labels.filter((label) => label.kind === kind && label.target !== null);
      expect(known.length).toBeGreaterThan(30);
      expect(profile.countObservations(kind, false)).toBe(known.length);
      const set = findFeatureSet(kind === 'opening' ? 'session' : 'volatility');
      const rows = [...profile.exportObservations(kind, false, set?.hash ?? '')];
      expect(rows.map(({ time, target }) => [time, target])).toEqual(
        [...known].sort((a, b) => a.time - b.time).map(({ time, target }) => [time, target]),
      );
      for (const { time, resolvedAt } of rows) expect(resolvedAt).toBeGreaterThan(time);
    }
    const hours = [...profile.exportObservations('hour', false, findFeatureSet('volatility')?.hash ?? '')];
    const realised = featureIndex('volatility', 'rv_1h');
    for (const [index, { time, target, resolvedAt }] of hours.entries()) {
      const next = hours[index + 1];
      expect(resolvedAt).toBe(time + HOUR_MS);
      if (next?.time === time + HOUR_MS) expect(target).toBe(Math.log(next.values[realised]));
    }
    profile.close();
  });
});
