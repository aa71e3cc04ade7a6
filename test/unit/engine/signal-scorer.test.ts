/** ML-11, ML-30, ML-31: who scores a signal, who stands in and why, and what is only said beside. */
import { describe, expect, it } from 'vitest';
import type { FeatureVector } from '#core/domain/signal.ts';
import { ModelBook } from '#core/engine/model-book.ts';
import { MODEL_LIFE_MS, type ScoringModel } from '#core/engine/scoring-model.ts';
import { judgeSignal, type SignalVectors, scoreOf } from '#core/engine/signal-scorer.ts';
import { featureNames, findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { placebo } from '#core/signals/strategies/placebo.ts';
import { structure } from '#core/signals/strategies/structure.ts';
import { trendPullback } from '#core/signals/strategies/trend-pullback.ts';
import type { Strategy } from '#core/signals/strategy.ts';
import { smallScorer } from '#test/support/engine-models.ts';

const ID = 'binance:BTC/USDT';
const NOW = 1_000_000;

function vector(setId: string, values: Readonly<Record<string, number>> = {}): FeatureVector {
  const numbers = Float64Array.from(featureNames(setId), (name, index) => values[name] ?? Math.sin(index));
  return { setId, setHash: findFeatureSet(setId)?.hash ?? '', values: numbers };
}

const TREND: SignalVectors = { own: vector('trend'), beside: [vector('immediate'), vector('quality')] };

function book(models: Readonly<Record<string, ScoringModel>>): ModelBook {
  const made = new ModelBook();
  for (const [model, champion] of Object.entries(models)) made.put(model, { champion, shadow: null });
  return made;
}

const score = (models: Readonly<Record<string, ScoringModel>>, vectors = TREND, strategy: Strategy = trendPullback) =>
  scoreOf(strategy, ID, vectors, book(models), NOW);

const judge = (models: ModelBook, vectors = TREND, strategy: Strategy = trendPullback) =>
  judgeSignal(strategy, ID, 'long', vectors, models, NOW, 'no opening');

/** A scorer that is broken inside. */
function broken(model: ScoringModel): ScoringModel {
  const scorer = {
    ...model.ensemble.scorer,
    score: () => {
      throw new Error('a tree is missing');
    },
  };
  return { ...model, ensemble: { ...model.ensemble, scorer } };
}

describe('the order in which a signal finds its score', () => {
  const trend = smallScorer('trend', { breakEven: 0.4 });
  const immediate = smallScorer('immediate', { breakEven: 0.3 });

  it("ML-11: the strategy's own model first, with its kind, version and break-even", () => {
    const { score: own, breakEven } = score({ trend, immediate });
    expect(own).toMatchObject({ kind: 'model', version: 'trend v1', reason: null });
    expect(breakEven).toEqual({ probability: 0.4, rows: 80 });
  });

  it('ML-11: without one the immediate model, which says why it stands in and decides by its own break-even', () => {
    const { score: stood, breakEven } = score({ immediate });
    expect(stood).toMatchObject({ kind: 'model', version: 'immediate v1' });
    expect(stood.reason).toBe('trend has not proved itself yet: the simple model scores');
    expect(breakEven?.probability).toBe(0.3);
  });

  it('ML-11, ML-41: an expired own model steps back behind the immediate one, and that is said', () => {
    const old = smallScorer('trend', { trainedUntil: NOW - MODEL_LIFE_MS - 1 });
    const { score: stood } = score({ trend: old, immediate });
    expect(stood.version).toBe('immediate v1');
    expect(stood.reason).toContain('trend v1 has expired');
  });

  it('ML-11, FE-1: where neither may, the heuristic scores and gives every objection', () => {
    const old = smallScorer('trend', { trainedUntil: NOW - MODEL_LIFE_MS - 1 });
    const other = smallScorer('immediate', { setHash: 'another' });
    const { score: graded, breakEven } = score({ trend: old, immediate: other });
    expect(graded).toMatchObject({ kind: 'heuristic', version: 'trend-heuristic@1' });
    expect(graded.reason).toContain('trend v1 has expired');
    expect(graded.reason).toContain('immediate v1 was trained on another version of the features');
    expect(breakEven).toBeNull();
  });

  it('DE-10: with the switch off the rules decide, the model still answers and is kept, and the reason says so', () => {
    const models = book({ trend, immediate });
    models.mayScore = false;
    const off = judge(models);
    expect(off.score.kind).toBe('heuristic');
    expect(off.score.reason).toMatch(/switched off|settings/);
    expect(off.breakEven).toBeNull();
    expect(off.said.map(({ modelId }) => modelId)).toContain(trend.id);
    models.mayScore = true;
    expect(judge(models).score.kind).toBe('model');
  });

  it('ML-11: before any model there is the heuristic alone', () => {
    expect(score({}).score.reason).toContain('no model has proved itself yet');
  });

  it('PL-9: with nothing of its own to look at the immediate model still scores; without it the neutral 50', () => {
    const blind = { own: null, beside: TREND.beside };
    expect(score({ trend, immediate }, blind).score.version).toBe('immediate v1');
    expect(score({ trend }, { own: null, beside: [] }).score).toMatchObject({ kind: 'neutral', value: 50 });
  });

  it('ML-11: a model that throws falls back, and the fault is told', () => {
    const { score: stood, faults } = score({ trend: broken(trend), immediate });
    expect(stood.version).toBe('immediate v1');
    expect(stood.reason).toContain('trend v1 failed: a tree is missing');
    expect(faults).toEqual(['trend v1 failed: a tree is missing']);
  });

  it('ST-12: no model that learned from others ever scores a placebo or has an opinion of it', () => {
    const verdict = judge(book({ trend, immediate, quality: smallScorer('quality') }), TREND, placebo);
    expect(verdict).toMatchObject({ score: { kind: 'neutral' }, opinion: null, said: [] });
  });
});

describe('what is said beside the score', () => {
  it('ML-31, ML-45: the quality model has an opinion that is kept and never decides', () => {
    const [trend, quality] = [smallScorer('trend'), smallScorer('quality')];
    const without = judge(book({ trend }));
    const verdict = judge(book({ trend, quality }));
    expect(without.opinion).toBeNull();
    expect(verdict.score).toEqual(without.score);
    const { probability = 0, confidence, recommendation } = verdict.opinion ?? {};
    expect(confidence).toBe(Math.max(probability, 1 - probability));
    expect(recommendation).toBe(probability > 0.6 ? 'EXECUTE' : 'SKIP');
    expect(verdict.said.map(({ modelId, role }) => [modelId, role])).toEqual([
      [trend.id, 'decided'],
      [quality.id, 'opinion'],
    ]);
  });

  it('ML-45: whoever was asked is kept: the one in shadow too, and who objected is not', () => {
    const models = new ModelBook();
    const shadow = { ...smallScorer('trend', { seed: 'before' }), id: 'before' };
    const champion = smallScorer('trend');
    models.put('trend', { champion, shadow });
    models.put('quality', { champion: smallScorer('quality', { setHash: 'another' }), shadow: null });
    expect(judge(models).said.map(({ modelId, role }) => [modelId, role])).toEqual([
      [champion.id, 'decided'],
      ['before', 'shadow'],
    ]);
  });

  it('ML-11: signals from outside are scored by the quality model, and it says so once', () => {
    const external: Strategy = { ...trendPullback, id: 'external:x', model: 'quality', featureSet: 'quality' };
    const vectors = { own: vector('quality'), beside: [vector('immediate')] };
    const verdict = judge(book({ quality: smallScorer('quality') }), vectors, external);
    expect(verdict.score).toMatchObject({ kind: 'model', version: 'quality v1' });
    expect(verdict.said.map(({ role }) => role)).toEqual(['decided']);
  });
});

describe('models of one instrument or cluster', () => {
  const general = smallScorer('trend');
  const own = { ...smallScorer('trend', { seed: 'own' }), id: 'own', name: 'trend/BTC/USDT v1' };
  const ofCluster = { ...smallScorer('trend', { seed: 'cluster' }), id: 'of-cluster', name: 'trend/cluster-2 v1' };

  function variants(watching: { readonly own: boolean; readonly cluster: boolean }): ModelBook {
    const models = book({ trend: general });
    models.put('trend/BTC/USDT', { champion: own, shadow: null, onlyWatches: watching.own });
    models.put('trend/cluster-2', { champion: ofCluster, shadow: null, onlyWatches: watching.cluster });
    models.put('trend/ETH/USDT', { champion: { ...own, id: 'of-another' }, shadow: null, onlyWatches: false });
    return models;
  }
  const roles = (models: ModelBook, cluster: number | null) =>
    judge(models, { ...TREND, cluster }).said.map(({ modelId, role }) => [modelId, role]);

  it('ML-50: one that has not proved itself scores every signal of its own beside the model of all, and decides none', () => {
    const models = variants({ own: true, cluster: true });
    expect(roles(models, 2)).toEqual([
      [general.id, 'decided'],
      ['own', 'shadow'],
      ['of-cluster', 'shadow'],
    ]);
    expect(roles(models, 1)).toEqual([
      [general.id, 'decided'],
      ['own', 'shadow'],
    ]);
    expect(judge(models, { ...TREND, cluster: 2 }).score).toEqual(score({ trend: general }).score);
  });

  it('ML-50: one that was promoted decides for its own signals alone, the narrower first; the model of all watches', () => {
    expect(roles(variants({ own: false, cluster: false }), 2)).toEqual([
      ['own', 'decided'],
      [general.id, 'shadow'],
      ['of-cluster', 'shadow'],
    ]);
    expect(roles(variants({ own: true, cluster: false }), 2)[0]).toEqual(['of-cluster', 'decided']);
    const verdict = judge(variants({ own: false, cluster: true }), { ...TREND, cluster: null });
    expect(verdict.score.version).toBe('trend/BTC/USDT v1');
  });

  it('ML-50: one that may not speak leaves the decision to the model of all', () => {
    const models = book({ trend: general });
    const stale = { ...own, ensemble: smallScorer('trend', { setHash: 'another' }).ensemble };
    models.put('trend/BTC/USDT', { champion: stale, shadow: null });
    expect(roles(models, null)).toEqual([[general.id, 'decided']]);
  });

  it('ML-50: without a model of all that proved itself nobody speaks for a part of it', () => {
    const models = new ModelBook();
    models.put('trend/BTC/USDT', { champion: own, shadow: null });
    expect(judge(models).score.kind).toBe('heuristic');
  });
});

describe('the enhanced score', () => {
  const vectors = (bonus: number): SignalVectors => ({
    own: vector('market', { session_bonus: bonus }),
    beside: [vector('structure_facts', { qscore: 60 }), vector('immediate')],
  });

  it('ML-30: the strategy grade moved by w towards the model, with the bonus of the session', () => {
    const model = smallScorer('structure', { effectiveExamples: 100 });
    const { score: enhanced, breakEven } = score({ structure: model }, vectors(25), structure);
    const said = model.ensemble.scorer.score(vectors(25).own?.values ?? new Float64Array());
    const weight = 100 / 300;
    expect(enhanced.kind).toBe('enhanced');
    expect(enhanced.version).toBe('structure v1');
    expect(enhanced.value).toBeCloseTo(Math.min(100, 60 + weight * (said - 60) + 5), 9);
    // Its scale is not the calibrated one: no break-even of a probability applies (DE-1).
    expect(breakEven).toBeNull();
    expect(enhanced.parts.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(enhanced.value, 9);
  });

  it('ML-30: without a model, and where it may not speak or throws, the base score stands', () => {
    const immediate = smallScorer('immediate');
    expect(score({ immediate }, vectors(25), structure).score).toMatchObject({ kind: 'heuristic', value: 60 });
    const foreign = smallScorer('structure', { setHash: 'another' });
    const { score: base } = score({ structure: foreign }, vectors(25), structure);
    expect(base).toMatchObject({ kind: 'heuristic', value: 60, version: 'structure-base@1' });
    expect(base.reason).toContain('trained on another version');
    const failed = score({ structure: broken(smallScorer('structure')) }, vectors(25), structure);
    expect(failed.score).toMatchObject({ kind: 'heuristic', value: 60 });
    expect(failed.faults).toHaveLength(1);
  });
});
