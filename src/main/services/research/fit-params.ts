/** The parameters of `inspect fit` (`--params`), checked before any trainer sees them. */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { HeadKind } from '#core/learning/dataset.ts';

export const FIT_MODELS = ['forest', 'boosting', 'network', 'ensemble'] as const;
export type FitModel = (typeof FIT_MODELS)[number];

export interface FitHead {
  readonly kind: HeadKind;
  readonly params: Readonly<Record<string, unknown>>;
}

/** In the order in which an ensemble averages them. */
const HEADS = ['forest', 'boosting', 'network'] as const;

type Check = readonly [fits: (value: unknown) => boolean, wanted: string];

const whole = (most: number): Check => [
  (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most,
  `a whole number from 1 to ${most}`,
];
const from = (least: number, most: number): Check => [
  (value) => typeof value === 'number' && value >= least && value <= most,
  `a number from ${least} to ${most}`,
];

const PARAMETERS: Readonly<Record<HeadKind, Readonly<Record<string, Check>>>> = {
  forest: { trees: whole(10_000), maxDepth: whole(64), minLeaf: from(1, 1e9) },
  boosting: {
    rounds: whole(100_000),
    maxDepth: whole(64),
    learningRate: from(1e-6, 1),
    minLeaf: from(1, 1e9),
    l2: from(0, 1e9),
    earlyStopping: [
      (value) => typeof value === 'boolean' || whole(100_000)[0](value),
      'true, false, or rounds without a better loss',
    ],
  },
  network: {
    layers: [
      (value) => Array.isArray(value) && value.length <= 8 && value.every(whole(1024)[0]),
      'a list of up to 8 numbers of units',
    ],
    epochs: whole(10_000),
    batch: whole(256),
    l2: from(0, 100),
  },
};

/** One head, or for an ensemble all three, each with the parameters under its name. Empty text: the defaults. */
export function fitHeadsOf(model: FitModel, text: string): Result<readonly FitHead[], Fault> {
  let given: unknown;
  try {
    given = text.trim() === '' ? {} : JSON.parse(text);
  } catch (error) {
    return bad(`--params is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(given)) return bad('--params must be a JSON object');
  if (model !== 'ensemble') return oneHead(model, given, '');
  const strange = Object.keys(given).find((name) => !(HEADS as readonly string[]).includes(name));
  if (strange !== undefined) return bad(`An ensemble has no head "${strange}"; it has ${HEADS.join(', ')}`);
  const heads: FitHead[] = [];
  for (const kind of HEADS) {
    const params = given[kind] ?? {};
    if (!isObject(params)) return bad(`The parameters of ${kind} must be a JSON object`);
    const head = oneHead(kind, params, `${kind}.`);
    if (!head.ok) return head;
    heads.push(...head.value);
  }
  return ok(heads);
}

function oneHead(
  kind: HeadKind,
  params: Readonly<Record<string, unknown>>,
  prefix: string,
): Result<readonly FitHead[], Fault> {
  const known = PARAMETERS[kind];
  for (const [name, value] of Object.entries(params)) {
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (check === undefined) {
      return bad(`${kind} has no parameter "${prefix}${name}"; it has ${Object.keys(known).join(', ')}`);
    }
    if (!check[0](value)) return bad(`The parameter "${prefix}${name}" must be ${check[1]}`);
  }
  return ok([{ kind, params }]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(complaint: string): Result<never, Fault> {
  return err({ kind: 'bad-parameters', message: `${complaint}.`, remedy: 'See desk inspect fit --help.' });
}
