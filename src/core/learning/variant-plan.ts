/** Models of one cluster or one instrument beside the model of all (ML-50): which can be trained, and which earn their place. */
import { type JudgedModel, type JudgedRows, type Judgement, judgeChallenger } from './promotion.ts';

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

/** Whose each trainable example is, row by row. */
export interface ExampleOwners {
  readonly symbols: readonly string[];
  /** 0-3; NaN while the cluster was not known. */
  readonly clusters: Float64Array;
}

/** Own examples from which on a variant is worth a try; for an instrument ML-50 says so. */
const LEAST_OWN_EXAMPLES = 100;
const CLUSTER = 'cluster-';

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

/** Rows of a variant among those of the model of all, in their order. */
export function variantRows(scope: VariantScope, { symbols, clusters }: ExampleOwners): Int32Array {
  const every = Int32Array.from({ length: symbols.length }, (_, row) => row);
  return scope.kind === 'cluster'
    ? every.filter((row) => clusters[row] === scope.cluster)
    : every.filter((row) => symbols[row] === scope.symbol);
}

/**
 * Every cluster and every instrument that has examples, clusters first, instruments by name. Trainable from `firstFit` of
 * the model of all on, and from 100; never where it would see what the model of all sees.
 */
export function planVariants(model: string, firstFit: number, owners: ExampleOwners): readonly Variant[] {
  const needed = Math.max(firstFit, LEAST_OWN_EXAMPLES);
  const all = owners.symbols.length;
  const known = Array.from(owners.clusters).filter((cluster) => Number.isInteger(cluster));
  const clusters = [...new Set(known)].sort((a, b) => a - b);
  const symbols = [...new Set(owners.symbols)].sort();
  const scopes: VariantScope[] = [
    ...clusters.map((cluster) => ({ kind: 'cluster', cluster }) as const),
    ...symbols.map((symbol) => ({ kind: 'instrument', symbol }) as const),
  ];
  return scopes.map((scope) => {
    const examples = variantRows(scope, owners).length;
    const isAll = examples === all;
    const reason = isAll
      ? 'it holds every example: the model of all is its model'
      : examples < needed
        ? `learning: ${examples} of ${needed} own examples`
        : `${examples} own examples`;
    return { name: variantName(model, scope), scope, examples, trainable: !isAll && examples >= needed, reason };
  });
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
