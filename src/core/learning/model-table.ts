/** The models as data (ML-2's table): what each learns from, its heads and sizes, and when it is fitted. */
import type { Task } from './dataset.ts';

/** Parameters are those of the head's trainer. */
export type HeadSpec =
  | {
      readonly kind: 'forest';
      readonly parameters: {
        readonly trees: number;
        readonly maxDepth: number;
        readonly minLeaf?: number;
        readonly minSplit?: number;
      };
    }
  | {
      readonly kind: 'boosting';
      readonly parameters: {
        readonly rounds: number;
        readonly maxDepth: number;
        readonly learningRate: number;
        readonly earlyStopping?: boolean;
        readonly classWeight?: 'balanced';
      };
    }
  | {
      readonly kind: 'network';
      readonly parameters: { readonly layers: readonly number[]; readonly epochs: number };
      /** Examples from which on the network takes part. */
      readonly fromRows: number;
    };

export type RefitRule =
  /** After so many new trainable examples since the last attempt. */
  | { readonly kind: 'count'; readonly every: number }
  /** Each week at this time in UTC (day 0 is Sunday), given so many new examples since the last attempt. */
  | { readonly kind: 'weekly'; readonly day: number; readonly hour: number; readonly minimumNew: number };

export interface ModelSpec {
  readonly id: string;
  /** Name of the feature set (FE-10 to FE-17). */
  readonly featureSet: string;
  readonly task: Task;
  readonly heads: readonly HeadSpec[];
  /** Trainable examples for the first fit. */
  readonly firstFit: number;
  readonly refit: RefitRule;
  /** Only the newest so many examples are used; null: the full history (ML-4). */
  readonly newestOnly: number | null;
  /** A class with fewer examples is dropped, and that is said; null where it does not apply. */
  readonly smallestClass: number | null;
}

const FOREST: HeadSpec = { kind: 'forest', parameters: { trees: 200, maxDepth: 8, minLeaf: 5 } };
const BOOSTING: HeadSpec = { kind: 'boosting', parameters: { rounds: 150, maxDepth: 3, learningRate: 0.08 } };
const STOPPED_BOOSTING: HeadSpec = {
  kind: 'boosting',
  parameters: { rounds: 150, maxDepth: 3, learningRate: 0.08, earlyStopping: true },
};

function network(...layers: readonly number[]): HeadSpec {
  return { kind: 'network', parameters: { layers, epochs: 400 }, fromRows: 300 };
}

/** Weekly models train one after the other; those without a time of their own follow the structure model's. */
function weekly(hour: number, minimumNew: number): RefitRule {
  return { kind: 'weekly', day: 0, hour, minimumNew };
}

const COMMON = { task: 'classify', newestOnly: null, smallestClass: null } as const;
const EVERY_50: RefitRule = { kind: 'count', every: 50 };
const THREE_HEADS = [FOREST, BOOSTING, network(32, 16)];

export const MODEL_TABLE: readonly ModelSpec[] = [
  { ...COMMON, id: 'trend', featureSet: 'trend', heads: THREE_HEADS, firstFit: 30, refit: EVERY_50 },
  { ...COMMON, id: 'range', featureSet: 'range', heads: THREE_HEADS, firstFit: 30, refit: EVERY_50 },
  {
    ...COMMON,
    id: 'scalp',
    featureSet: 'scalp',
    heads: [FOREST, BOOSTING, network(64, 32)],
    firstFit: 50,
    refit: EVERY_50,
  },
  {
    ...COMMON,
    id: 'immediate',
    featureSet: 'immediate',
    heads: THREE_HEADS,
    firstFit: 30,
    refit: EVERY_50,
    newestOnly: 5_000,
  },
  {
    ...COMMON,
    id: 'structure',
    featureSet: 'market',
    heads: [{ kind: 'forest', parameters: { trees: 150, maxDepth: 12 } }],
    firstFit: 100,
    refit: weekly(2, 100),
  },
  {
    ...COMMON,
    id: 'quality',
    featureSet: 'quality',
    heads: [{ kind: 'forest', parameters: { trees: 100, maxDepth: 10, minSplit: 10 } }],
    firstFit: 100,
    refit: weekly(3, 1),
  },
  {
    ...COMMON,
    id: 'direction',
    featureSet: 'session',
    task: 'multiclass',
    heads: [
      {
        kind: 'boosting',
        parameters: { rounds: 150, maxDepth: 3, learningRate: 0.08, earlyStopping: true, classWeight: 'balanced' },
      },
    ],
    firstFit: 500,
    refit: weekly(3, 1),
    smallestClass: 20,
  },
  {
    ...COMMON,
    id: 'entry_quality',
    featureSet: 'session',
    heads: [STOPPED_BOOSTING],
    firstFit: 500,
    refit: weekly(3, 1),
  },
  {
    ...COMMON,
    id: 'r_multiple',
    featureSet: 'session',
    task: 'regress',
    heads: [STOPPED_BOOSTING],
    firstFit: 500,
    refit: weekly(3, 1),
  },
  {
    ...COMMON,
    id: 'volatility',
    featureSet: 'volatility',
    task: 'regress',
    heads: [{ kind: 'forest', parameters: { trees: 100, maxDepth: 15, minSplit: 5 } }],
    firstFit: 500,
    refit: weekly(3, 1),
  },
];

export function findModelSpec(id: string): ModelSpec | null {
  return MODEL_TABLE.find((spec) => spec.id === id) ?? null;
}
