/** What a bootstrap tells of each model: how often it was fitted, and its newest figures out of fold, by what it answers. */
import type { ModelVersion } from '#core/domain/model.ts';
import type { Task } from '#core/learning/dataset.ts';
import { findStrategy } from '#core/signals/strategies/strategy-list.ts';
import type { Profile } from '#main/store/database.ts';
import { type LearnedModel, learnsFrom } from '../learning/learned-models.ts';

/** 95 %. */
type Bounds = readonly [number, number];

export interface BootstrapModelReport {
  readonly model: string;
  readonly task: Task;
  /** Fits of this run that gave a version. */
  readonly trained: number;
  /** Versions of this run that proved themselves. */
  readonly promoted: number;
  readonly examples: number;
  /** Of the newest version, out of fold; null where there was too little to measure, and for other tasks. */
  readonly auc: number | null;
  readonly aucInterval: Bounds | null;
  readonly brier: number | null;
  readonly brierOfBaseRate: number | null;
  /** Several classes: mean recall, and the recall of each class. */
  readonly balancedAccuracy: number | null;
  readonly balancedAccuracyInterval: Bounds | null;
  readonly recalls: readonly { readonly label: string; readonly recall: number; readonly interval: Bounds }[] | null;
  /** A value: the root of the mean squared error, and what always saying the mean gives. */
  readonly rmse: number | null;
  readonly rmseInterval: Bounds | null;
  readonly rmseOfMean: number | null;
}

/** Whether a run of these strategies gives the model anything to learn from. */
export function hasExamples(model: LearnedModel, strategyIds: ReadonlySet<string>): boolean {
  if (model.source.kind === 'signals') return [...strategyIds].some((id) => learnsFrom(model, id));
  // Openings are observed where a strategy reads them; hours always.
  return model.source.of === 'hour' || [...strategyIds].some((id) => findStrategy(id)?.featureSet === model.set.id);
}

/** `before`: versions there were before the run. */
export function modelReport(profile: Profile, { key, task }: LearnedModel, before: number): BootstrapModelReport {
  const versions = profile.models.versions(key);
  const fresh = versions.slice(0, versions.length - before);
  const [newest] = versions;
  const auc = figureOf(newest?.metrics, 'areaUnderCurve');
  const brier = figureOf(newest?.metrics, 'brier');
  const balanced = figureOf(newest?.metrics, 'balancedAccuracy');
  const rmse = figureOf(newest?.metrics, 'rootMeanSquaredError');
  const isClasses = task.kind === 'multiclass';
  return {
    model: key,
    task: task.kind,
    trained: fresh.length,
    promoted: fresh.filter(({ activatedAt }) => activatedAt !== null).length,
    examples: newest?.examples ?? 0,
    auc: auc?.value ?? null,
    aucInterval: boundsOf(auc),
    brier: brier?.value ?? null,
    brierOfBaseRate: brier?.base ?? null,
    balancedAccuracy: balanced?.value ?? null,
    balancedAccuracyInterval: boundsOf(balanced),
    recalls: isClasses && newest !== undefined ? recallsOf(newest) : null,
    rmse: rmse?.value ?? null,
    rmseInterval: boundsOf(rmse),
    rmseOfMean: rmse?.base ?? null,
  };
}

interface StoredFigure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly base: number;
}

function recallsOf({ metrics }: ModelVersion): BootstrapModelReport['recalls'] {
  const classes = (metrics.classes ?? []) as readonly ({ readonly label: string } & Readonly<
    Record<string, unknown>
  >)[];
  return classes.flatMap((one) => {
    const recall = figureOf(one, 'recall');
    return recall === null ? [] : [{ label: one.label, recall: recall.value, interval: [recall.low, recall.high] }];
  });
}

/** A figure of a version's report; null where it was not measured. */
function figureOf(metrics: Readonly<Record<string, unknown>> | undefined, name: string): StoredFigure | null {
  const figure = metrics?.[name] as StoredFigure | undefined;
  return figure !== undefined && Number.isFinite(figure.value) ? figure : null;
}

function boundsOf(figure: StoredFigure | null): Bounds | null {
  return figure === null ? null : [figure.low, figure.high];
}
