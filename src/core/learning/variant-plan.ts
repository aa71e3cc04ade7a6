/** Models of one cluster or one instrument beside the model of all (ML-50): which can be trained, and which earn their place. */
import { type Interval, meanInterval } from '#core/base/intervals.ts';
import { mean } from '#core/base/statistics.ts';
import { logLossOf } from './metrics.ts';
import { type JudgedModel, type JudgedRows, type Judgement, judgeChallenger } from './promotion.ts';
import { averageUniqueness, dependenceLength } from './uniqueness.ts';

export type VariantScope =
  /** 0-3 (FE-3). */
  { readonly kind: 'cluster'; readonly cluster: number } | { readonly kind: 'instrument'; readonly symbol: string };

export interface Variant {
  /** `trend/cluster-2`, `trend/BTC/USDT`: the key in the registry. */
  readonly name: string;
  readonly scope: VariantScope;
  /** Own trainable examples. */
  readonly examples: number;
  readonly trainable: boolean;
  /** In words. */
  readonly reason: string;
}

/** How many trainable examples are of an instrument while it was in a cluster. */
export interface OwnerCount {
  readonly symbol: string;
  /** 0-3; null while the cluster was not known. */
  readonly cluster: number | null;
  readonly count: number;
}

/** Own examples from which on a variant is worth a try; for an instrument ML-50 says so. */
export const LEAST_OWN_EXAMPLES = 100;
const CLUSTER = 'cluster-';
const RESAMPLES = 500;

/** `model` is the key of the model of all, e.g. `trend` or `trend@demo`. */
export function variantName(model: string, scope: VariantScope): string {
  return `${model}/${scope.kind === 'cluster' ? `${CLUSTER}${scope.cluster}` : scope.symbol}`;
}

/** The model of all and the scope behind a key; null for a key that is of no variant. */
export function parseVariantName(name: string): { readonly model: string; readonly scope: VariantScope } | null {
  const at = name.indexOf('/');
  if (at <= 0 || at === name.length - 1) return null;
  const model = name.slice(0, at);
  const own = name.slice(at + 1);
  if (/^cluster-[0-3]$/.test(own)) {
    return { model, scope: { kind: 'cluster', cluster: Number(own.slice(CLUSTER.length)) } };
  }
  return { model, scope: { kind: 'instrument', symbol: own } };
}

/**
 * Every cluster and every instrument that has examples, clusters first, instruments by name. Trainable from `firstFit` of
 * the model of all on, and from 100; never where it would see what the model of all sees.
 */
export function planVariants(model: string, firstFit: number, owners: readonly OwnerCount[]): readonly Variant[] {
  const needed = Math.max(firstFit, LEAST_OWN_EXAMPLES);
  const sumOf = (own: readonly OwnerCount[]) => own.reduce((sum, { count }) => sum + count, 0);
  const all = sumOf(owners);
  const byCluster = Map.groupBy(owners, ({ cluster }) => cluster);
  const bySymbol = Map.groupBy(owners, ({ symbol }) => symbol);
  const clusters = [...byCluster.keys()].filter((cluster) => cluster !== null).sort((a, b) => a - b);
  const own: readonly (readonly [VariantScope, number])[] = [
    ...clusters.map((cluster) => [{ kind: 'cluster', cluster }, sumOf(byCluster.get(cluster) ?? [])] as const),
    ...[...bySymbol.keys()]
      .sort()
      .map((symbol) => [{ kind: 'instrument', symbol }, sumOf(bySymbol.get(symbol) ?? [])] as const),
  ];
  return own.map(([scope, examples]) => {
    const isAll = examples === all;
    const reason = isAll
      ? 'it holds every example: the model of all is its model'
      : examples < needed
        ? `learning: ${examples} of ${needed} own examples`
        : `${examples} own examples`;
    return { name: variantName(model, scope), scope, examples, trainable: !isAll && examples >= needed, reason };
  });
}

/** The variant's loss less that of the model of all, per signal, with its 95 % interval; negative is better. */
export function variantDifference(
  variant: JudgedModel,
  general: JudgedModel,
  rows: JudgedRows,
  seed: string,
): { readonly value: number } & Interval {
  const difference = rows.target.map(
    (win, row) =>
      logLossOf(variant.probability[row] as number, win) - logLossOf(general.probability[row] as number, win),
  );
  const blockLength = dependenceLength(averageUniqueness(rows));
  return {
    value: mean(difference),
    ...meanInterval(difference, { seed, resamples: RESAMPLES, blockLength, level: 0.95 }),
  };
}

/**
 * ML-24 with the model of all as champion, on the variant's own rows that neither has seen. It must besides come out
 * better and not merely no worse: the model of all knows more, and of many variants some are always as good by chance.
 */
export function judgeVariant(variant: JudgedModel, general: JudgedModel, rows: JudgedRows, seed: string): Judgement {
  const judgement = judgeChallenger(variant, general, rows, seed);
  if (!judgement.promoted) {
    return { ...judgement, reason: judgement.reason.replaceAll('the champion', 'the model of all') };
  }
  const better = judgement.logLoss < judgement.otherLogLoss;
  const reason = better
    ? judgement.reason.replaceAll('the champion', 'the model of all')
    : `No better than the model of all on its own signals: log loss ${judgement.logLoss.toFixed(4)} against ${judgement.otherLogLoss.toFixed(4)}.`;
  return { ...judgement, promoted: better, reason };
}
