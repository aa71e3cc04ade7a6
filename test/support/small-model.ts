/** Small real models in a registry, and signals with what became of them, for tests of what watches and carries models. */
import type { ModelVersion } from '#core/domain/model.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { Decision } from '#core/domain/score.ts';
import { artefactBytes, artefactId } from '#core/learning/artefact-bytes.ts';
import { type EnsembleParts, ensembleArtefact } from '#core/learning/ensemble-artefact.ts';
import { classifyReport } from '#core/learning/metrics-report.ts';
import { knownGround } from '#core/learning/novelty.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { parseVariantName } from '#core/learning/variant-plan.ts';
import type { LearnedModel } from '#main/services/learning/learned-models.ts';
import { findLearnedModel } from '#main/services/learning/train-once.ts';
import type { Profile } from '#main/store/database.ts';
import { makeExamples } from './learning-examples.ts';
import { makePhantom, resolvedResult } from './phantom-fixtures.ts';

export function learnedModel(key: string): LearnedModel {
  const model = findLearnedModel(key);
  if (!model.ok) throw new Error(model.error.message);
  return model.value;
}

export interface SmallModelFacts {
  /** Key in the registry; `trend` unless said. */
  readonly key?: string;
  /** Wall time of its making; its newest outcome was a millisecond before unless the parts say otherwise. */
  readonly createdAt: number;
  readonly parts?: Partial<EnsembleParts>;
  readonly parameters?: ModelVersion['parameters'];
}

/** A forest of three trees, added as the newest version of its model. */
export function addSmallModel(profile: Pick<Profile, 'models'>, seed: string, facts: SmallModelFacts): ModelVersion {
  const { key = 'trend', createdAt } = facts;
  const { set } = learnedModel(parseVariantName(key)?.model ?? key);
  const { data: made, lives } = makeExamples(seed, 60, 1, { features: set.names.length });
  const data = { ...made, names: set.names };
  const forest = trainForest(data, { task: 'classify', trees: 3 }, seed);
  if (!forest.ok) throw new Error(forest.error.message);
  const parts: EnsembleParts = {
    model: key,
    setId: set.id,
    setHash: set.hash,
    names: data.names,
    heads: [{ id: 'forest', artefact: forest.value }],
    calibrator: { kind: 'none' },
    breakEven: 0.5,
    breakEvenRows: 50,
    trainedUntil: createdAt - 1,
    ground: knownGround(data),
    ...facts.parts,
  };
  const bytes = artefactBytes(ensembleArtefact(parts));
  const probability = data.target.map((value) => 0.3 + 0.4 * value);
  const report = classifyReport(probability, data.target, data.weight, lives.netR, 0.5, {
    seed,
    blockLength: 1,
    resamples: 20,
  });
  const result = profile.models.add(
    {
      ...{ id: artefactId(bytes), model: key, setId: set.id, setHash: parts.setHash },
      ...{ trainedUntil: parts.trainedUntil, dataHash: 'd'.repeat(64), seed, examples: 60, effectiveExamples: 50 },
      ...{
        heads: ['forest'],
        parameters: { calibrator: 'none', ...facts.parameters },
        metrics: { ...report },
        reason: 'made',
      },
      importance: [{ name: set.names[0] as string, gain: 1, permutation: null, shap: null }],
      ...{ parentId: null, createdAt },
    },
    bytes,
  );
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

export interface SaidOfSignal {
  readonly modelId: string;
  readonly role: 'decided' | 'opinion' | 'shadow';
  readonly probability?: number;
  /** Of a model of values, instead. */
  readonly value?: number;
}

export interface SignalPlan {
  readonly time: number;
  /** Null: it stays open. */
  readonly outcome: 'win' | 'loss' | 'timeout' | null;
  /** What its end is said to have brought, instead of what such ends bring. */
  readonly netR?: number;
  /** BTC/USDT on Binance, in cluster 1, unless said. */
  readonly instrumentId?: string;
  readonly cluster?: number;
  /** A model's score of 70 against a threshold of 60, instead of a heuristic's below it. */
  readonly passed?: boolean;
  /** An enhanced score (ML-30) instead. */
  readonly graded?: { readonly base: number; readonly enhanced: number; readonly threshold: number };
  /** In the order of the model's set; of zeros unless said. */
  readonly values?: Float64Array;
  readonly said?: readonly SaidOfSignal[];
}

/** Records signals of a model's strategy in their order: each is opened with what was said of it, then closed. */
export function putSignals(profile: Profile, model: LearnedModel, plans: readonly SignalPlan[]): void {
  const { set, source, simulated } = model;
  const [strategyId = 'trend_pullback'] = source.kind === 'signals' ? (source.strategyIds ?? []) : [];
  const features = set.features.map(({ name, meaning, unit }) => ({ name, meaning, unit }));
  expectOk(profile.record.registerFeatureSet(set.id, set.hash, features));
  const bulk = profile.record.startBulk(1_000);
  for (const { time, outcome, values = new Float64Array(set.names.length), said = [], ...plan } of plans) {
    const { instrumentId = 'binance:BTC/USDT', cluster = 1, passed = false } = plan;
    const made = makePhantom({ time, strategyId, instrumentId });
    const phantom: Phantom = {
      ...made,
      signal: { ...made.signal, cluster, qscore: plan.graded?.base ?? made.signal.qscore },
      decision: decisionOf(made.decision, passed, plan.graded),
      simulated,
      features: { setId: set.id, setHash: set.hash, values },
      besideFeatures: [],
    };
    expectOk(
      bulk.step((writer) => {
        writer.phantomOpened(time, phantom);
        for (const { modelId, role, probability = null, value } of said) {
          const heads = probability === null ? {} : { forest: probability };
          const valued = value === undefined ? {} : { value };
          writer.predicted({ signalId: phantom.id, modelId, role, probability, ...valued, heads, time });
        }
        if (outcome === null) return;
        const ended = resolvedResult(phantom, outcome);
        const result = { ...ended, netR: plan.netR ?? ended.netR };
        writer.phantomClosed(result.exitTime ?? time, phantom.id, result, false);
      }),
    );
  }
  expectOk(bulk.commit());
}

function decisionOf(made: Decision, passed: boolean, graded: SignalPlan['graded']): Decision {
  if (graded !== undefined) {
    const score = { ...made.score, value: graded.enhanced, kind: 'enhanced' } as const;
    return { ...made, score, threshold: { ...made.threshold, value: graded.threshold } };
  }
  if (!passed) return made;
  return { ...made, disposition: 'phase0', score: { ...made.score, value: 70, kind: 'model' } };
}

function expectOk(result: { readonly ok: boolean }): void {
  if (!result.ok) throw new Error(`the signals could not be written: ${JSON.stringify(result)}`);
}
