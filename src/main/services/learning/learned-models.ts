/**
 * The models that exist: what each learns from, what it reads, and what it says of which signals (ML-1, ML-2, ML-11).
 * What was learned on the simulated market never scores a real one.
 */
import type { ModelRole } from '#contract/areas/models.ts';
import type { ObservationKind } from '#core/domain/observation.ts';
import { DIRECTION_MODEL, FALLBACK_MODEL, OPINION_MODEL, R_MODEL, VOLATILITY_MODEL } from '#core/engine/model-book.ts';
import { findModelSpec, type ModelSpec } from '#core/learning/model-table.ts';
import type { RetrainTask } from '#core/learning/retrain-task.ts';
import { VOLATILITY_BASELINES } from '#core/learning/value-baselines.ts';
import { LEAST_OWN_EXAMPLES, parseVariantName, type VariantScope, variantName } from '#core/learning/variant-plan.ts';
import { type FeatureSet, findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { OPENING_LABELS } from '#core/signals/opening-examples.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { isPlacebo } from '../phantom-filters.ts';

/** Resolved signals, by default of every strategy but placebo (ST-12); or observations, whose label is their target. */
export type ExampleSource =
  | {
      readonly kind: 'signals';
      /** Null: all that are no placebo, those from outside among them. */
      readonly strategyIds: readonly string[] | null;
      readonly target: 'win' | 'net R';
    }
  | { readonly kind: 'observations'; readonly of: ObservationKind };

export interface LearnedModel {
  /** Registry key: models of the simulated market have keys of their own. */
  readonly key: string;
  readonly spec: ModelSpec;
  readonly set: FeatureSet;
  readonly role: ModelRole;
  readonly source: ExampleSource;
  readonly task: RetrainTask;
  readonly simulated: boolean;
  /** Of a variant: whose signals alone it learns from and speaks of (ML-50). */
  readonly scope?: VariantScope;
}

const WIN: RetrainTask = { kind: 'classify' };
const ALL_SIGNALS: ExampleSource = { kind: 'signals', strategyIds: null, target: 'win' };

interface Declared {
  readonly specId: string;
  readonly role: ModelRole;
  readonly source: ExampleSource;
  readonly task: RetrainTask;
}

/** What is no strategy's own model. */
function sharedModels(): readonly Declared[] {
  const openings = STRATEGIES.filter(({ model }) => model === 'entry_quality').map(({ id }) => id);
  const smallestClass = findModelSpec(DIRECTION_MODEL)?.smallestClass ?? 0;
  return [
    { specId: FALLBACK_MODEL, role: 'fallback', source: ALL_SIGNALS, task: WIN },
    { specId: OPINION_MODEL, role: 'opinion', source: ALL_SIGNALS, task: WIN },
    {
      specId: DIRECTION_MODEL,
      role: 'recommends',
      source: { kind: 'observations', of: 'opening' },
      task: { kind: 'multiclass', labels: OPENING_LABELS, smallestClass },
    },
    {
      specId: R_MODEL,
      role: 'recommends',
      source: { kind: 'signals', strategyIds: openings, target: 'net R' },
      task: { kind: 'regress', baselines: [] },
    },
    {
      specId: VOLATILITY_MODEL,
      role: 'forecasts',
      source: { kind: 'observations', of: 'hour' },
      task: { kind: 'regress', baselines: VOLATILITY_BASELINES },
    },
  ];
}

/** One per model that strategies name, learning from all strategies that name it. */
function ownModels(): readonly Declared[] {
  const shared = new Set(sharedModels().map(({ specId }) => specId));
  const byModel = Map.groupBy(
    STRATEGIES.filter(({ id, model }) => !isPlacebo(id) && !shared.has(model)),
    ({ model }) => model,
  );
  return [...byModel].map(([specId, strategies]): Declared => {
    const source: ExampleSource = { kind: 'signals', strategyIds: strategies.map(({ id }) => id), target: 'win' };
    return { specId, role: 'scores', source, task: WIN };
  });
}

/** Those whose feature set does not exist are passed over: they begin to learn on the day it does. */
export function learnedModels(simulated: boolean): readonly LearnedModel[] {
  return [...ownModels(), ...sharedModels()].flatMap(({ specId, ...declared }): LearnedModel[] => {
    const spec = findModelSpec(specId);
    const set = spec === null ? null : findFeatureSet(spec.featureSet);
    if (spec === null || set === null) return [];
    return [{ key: simulated ? `${specId}@demo` : specId, spec, set, ...declared, simulated }];
  });
}

/** Of the real markets and of the simulated one. */
export function allLearnedModels(): readonly LearnedModel[] {
  return [...learnedModels(false), ...learnedModels(true)];
}

/** Only what scores a strategy's signals has variants: each must be judged against a model of all that does the same. */
export function hasVariants({ role, scope, task }: LearnedModel): boolean {
  return role === 'scores' && scope === undefined && task.kind === 'classify';
}

export function variantOf(model: LearnedModel, scope: VariantScope): LearnedModel {
  return { ...model, key: variantName(model.key, scope), scope };
}

/** The variant behind its key in the registry; null for any other key. */
export function findVariant(models: readonly LearnedModel[], key: string): LearnedModel | null {
  const parsed = parseVariantName(key);
  const model = models.find((candidate) => candidate.key === parsed?.model && hasVariants(candidate));
  return parsed === null || model === undefined ? null : variantOf(model, parsed.scope);
}

/** Trainable examples that its first fit needs. */
export function firstFitOf({ spec, scope }: LearnedModel): number {
  return scope === undefined ? spec.firstFit : Math.max(spec.firstFit, LEAST_OWN_EXAMPLES);
}

/** Whether a resolved signal of this strategy is one more example. */
export function learnsFrom({ source }: Pick<LearnedModel, 'source'>, strategyId: string): boolean {
  if (source.kind !== 'signals' || isPlacebo(strategyId)) return false;
  return source.strategyIds === null || source.strategyIds.includes(strategyId);
}

/** Strategies whose signals it speaks of, by their ids; null: of every strategy but placebo. Empty: of none. */
export function speaksOf({ role, source }: Pick<LearnedModel, 'role' | 'source'>): readonly string[] | null {
  if (role === 'fallback' || role === 'opinion') return null;
  return source.kind === 'signals' ? source.strategyIds : [];
}
