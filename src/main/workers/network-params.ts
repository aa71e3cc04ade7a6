/** The parameters of a network's training, with their defaults; every unknown or unusable one is refused by name. */
import { ok, type Result } from '#core/base/result.ts';
import { badParameters, type TrainingFault } from './training-fault.ts';

export interface NetworkParams {
  /** Units of the hidden layers. */
  readonly layers: readonly number[];
  /** At most; early stopping usually ends before. */
  readonly epochs: number;
  /** Rows per step, up to 256; null lets the number of rows decide. */
  readonly batch: number | null;
  /** Penalty l2 / 2 x the sum of squared weights (not biases), on the mean loss. */
  readonly l2: number;
  /** Share of the hidden units that each step leaves out. */
  readonly dropout: number;
  readonly learningRate: number;
  /** Epochs without a better loss on the later block before training ends. */
  readonly patience: number;
  /** balanced: classes get equal total weight. Not for regression. */
  readonly classWeight: 'none' | 'balanced';
  /** multiclass: how many classes there are, where the rows may lack the last ones; null counts them. */
  readonly classes: number | null;
  /** Features whose values are codes: one input per code. */
  readonly coded: readonly string[];
}

export const LARGEST_BATCH = 256;

const DEFAULTS: NetworkParams = {
  layers: [32, 16],
  epochs: 400,
  batch: null,
  l2: 0.01,
  dropout: 0.1,
  learningRate: 5e-3,
  patience: 20,
  classWeight: 'none',
  classes: null,
  coded: [],
};

type Check = (value: unknown) => boolean;

const between =
  (least: number, most: number, whole = false): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));

const CHECKS: Readonly<Record<keyof NetworkParams, readonly [Check, string]>> = {
  layers: [
    (value) => Array.isArray(value) && value.length <= 8 && value.every(between(1, 1024, true)),
    'up to 8 numbers of units, each 1 to 1024',
  ],
  epochs: [between(1, 10_000, true), 'a whole number from 1 to 10000'],
  batch: [(value) => value === null || between(1, LARGEST_BATCH, true)(value), 'a whole number from 1 to 256'],
  l2: [between(0, 100), 'a number from 0 to 100'],
  dropout: [between(0, 0.9), 'a number from 0 to 0.9'],
  learningRate: [between(1e-6, 1), 'a number from 0.000001 to 1'],
  patience: [between(1, 10_000, true), 'a whole number from 1 to 10000'],
  classWeight: [(value) => value === 'none' || value === 'balanced', '"none" or "balanced"'],
  classes: [(value) => value === null || between(2, 100, true)(value), 'a whole number from 2 to 100'],
  coded: [
    (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
    'a list of names of features',
  ],
};

export function readNetworkParams(given: Readonly<Record<string, unknown>>): Result<NetworkParams, TrainingFault> {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(CHECKS, name)) {
      return badParameters(`A network has no parameter "${name}"; it knows ${Object.keys(CHECKS).join(', ')}.`);
    }
    const [check, wanted] = CHECKS[name as keyof NetworkParams];
    if (!check(value)) return badParameters(`The network's parameter "${name}" must be ${wanted}.`);
  }
  return ok({ ...DEFAULTS, ...given });
}
