/** Small real models of every kind as the engine asks them, built without a record. */
import { invariant } from '#core/base/invariant.ts';
import {
  type ClassModel,
  type ModelPair,
  modelFacts,
  type ScoringModel,
  type ValueModel,
} from '#core/engine/scoring-model.ts';
import { artefactBytes, artefactId } from '#core/learning/artefact-bytes.ts';
import { classArtefact, loadClasses } from '#core/learning/class-artefact.ts';
import type { Dataset, ModelArtefact } from '#core/learning/dataset.ts';
import { type EnsembleParts, ensembleArtefact, loadEnsemble } from '#core/learning/ensemble-artefact.ts';
import { findModelSpec } from '#core/learning/model-table.ts';
import { knownGround } from '#core/learning/novelty.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { loadValues, valueArtefact } from '#core/learning/value-artefact.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { OPENING_LABELS } from '#core/signals/opening-examples.ts';
import type { Profile } from '#main/store/database.ts';
import { makeClasses, makeValues } from './class-examples.ts';
import { makeExamples } from './learning-examples.ts';

const BYTES = new Map<string, Uint8Array>();

/** Its id; the bytes are there for a record that is to hold it. */
function kept(artefact: ModelArtefact): string {
  const bytes = artefactBytes(artefact);
  const id = artefactId(bytes);
  BYTES.set(id, bytes);
  return id;
}

/** Puts the champions into a record as the newest versions of these models, at work. */
export function register(profile: Pick<Profile, 'models'>, models: ReadonlyMap<string, ModelPair>): void {
  for (const [model, { champion }] of models) {
    const { setId, setHash, trainedUntil } = modelFacts(champion);
    const facts = { id: champion.id, model, setId, setHash, trainedUntil, dataHash: 'd'.repeat(64), seed: model };
    const figures = { examples: 60, effectiveExamples: 200, heads: ['forest'], parameters: {}, metrics: {} };
    const added = profile.models.add(
      { ...facts, ...figures, importance: [], reason: 'made', parentId: null, createdAt: 0 },
      BYTES.get(champion.id) ?? new Uint8Array(),
    );
    invariant(added.ok && profile.models.activate(champion.id, 1, 'made').ok, `${model} is at work`);
  }
}

interface SmallFacts {
  readonly seed?: string;
  /** Its newest outcome; engine time by which it ages. */
  readonly trainedUntil?: number;
  readonly setHash?: string;
  readonly breakEven?: number;
  readonly effectiveExamples?: number;
}

function ground(model: string, data: Dataset, { trainedUntil = 0, setHash }: SmallFacts) {
  const set = findFeatureSet(findModelSpec(model)?.featureSet ?? '');
  invariant(set !== null, `the model ${model} reads a set`);
  const named = { ...data, names: set.names };
  const parts = { model, setId: set.id, setHash: setHash ?? set.hash, names: set.names, trainedUntil };
  return { named, parts: { ...parts, ground: knownGround(named) } };
}

const featuresOf = (model: string) => findFeatureSet(findModelSpec(model)?.featureSet ?? '')?.names.length ?? 0;

/** Gives the probability of a win; `model` names its set as the table of models does. */
export function smallScorer(model: string, facts: SmallFacts = {}): ScoringModel {
  const { seed = model, breakEven = 0.5, effectiveExamples = 200 } = facts;
  const { data } = makeExamples(seed, 60, 1, { features: featuresOf(model) });
  const { named, parts } = ground(model, data, facts);
  const forest = trainForest(named, { task: 'classify', trees: 5 }, seed);
  invariant(forest.ok, 'a forest of five trees is trained');
  const whole: EnsembleParts = {
    ...parts,
    heads: [{ id: 'forest', artefact: forest.value }],
    calibrator: { kind: 'none' },
    breakEven,
    breakEvenRows: 80,
  };
  const artefact = ensembleArtefact(whole);
  const loaded = loadEnsemble(artefact);
  invariant(loaded.ok, 'what was made loads');
  return { task: 'classify', id: kept(artefact), name: `${model} v1`, ensemble: loaded.value, effectiveExamples };
}

export function smallDirection(facts: SmallFacts = {}): ClassModel {
  const { data } = makeClasses('direction', 90, 1, { features: featuresOf('direction') });
  const { named, parts } = ground('direction', data, facts);
  const forest = trainForest(named, { task: 'multiclass', classes: 3, trees: 5 }, 'direction');
  invariant(forest.ok, 'a forest of five trees is trained');
  const artefact = classArtefact({
    ...parts,
    heads: [{ id: 'forest', artefact: forest.value }],
    labels: OPENING_LABELS,
    kept: [0, 1, 2],
    calibrator: { kind: 'none', scale: 1, bias: [0, 0, 0] },
    baseRates: [0.4, 0.4, 0.2],
    calibrationRows: 90,
  });
  const loaded = loadClasses(artefact);
  invariant(loaded.ok, 'what was made loads');
  return { task: 'multiclass', id: kept(artefact), name: 'direction v1', classes: loaded.value };
}

export function smallValue(model: string, facts: SmallFacts = {}): ValueModel {
  const { data } = makeValues(model, 90, 1, { features: featuresOf(model) });
  const { named, parts } = ground(model, data, facts);
  const forest = trainForest(named, { task: 'regress', trees: 5 }, model);
  invariant(forest.ok, 'a forest of five trees is trained');
  const residuals = { low: -1, high: 1, rows: 90 };
  const heads = [{ id: 'forest', artefact: forest.value }];
  const artefact = valueArtefact({ ...parts, heads, residuals, mean: 0 });
  const loaded = loadValues(artefact);
  invariant(loaded.ok, 'what was made loads');
  return { task: 'regress', id: kept(artefact), name: `${model} v1`, values: loaded.value };
}

/** One pair per model of the table, all trained up to `trainedUntil`. */
export function allSmallModels(trainedUntil: number): ReadonlyMap<string, ModelPair> {
  const scoring = ['trend', 'range', 'scalp', 'structure', 'entry_quality', 'immediate', 'quality'];
  const models = [
    ...scoring.map((model) => [model, smallScorer(model, { trainedUntil })] as const),
    ['direction', smallDirection({ trainedUntil })] as const,
    ...['r_multiple', 'volatility'].map((model) => [model, smallValue(model, { trainedUntil })] as const),
  ];
  return new Map(models.map(([model, champion]) => [model, { champion, shadow: null }]));
}
