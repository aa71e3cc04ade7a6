/** Out-of-fold predictions of the whole averaged ensemble: what calibration, metrics and thresholds rest on (ML-22). */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { type Dataset, type ModelArtefact, type Predictor, readRow, selectRows } from './dataset.ts';
import { type Fold, type LifeSpans, walkForwardFolds } from './walk-forward.ts';

/** Fits one head; equal data and seed give an equal artefact. Runs in a worker; its faults end the whole evaluation. */
export type Trainer = (data: Dataset, seed: string) => Trained | Promise<Trained>;
type Trained = Result<ModelArtefact, Fault>;

export interface Head {
  /** E.g. `forest`; unique within an ensemble. */
  readonly id: string;
  /** Examples from which on this head takes part. */
  readonly fromRows: number;
  readonly train: Trainer;
}

export type PredictorFactory = (artefact: ModelArtefact) => Predictor;

export interface FitOptions {
  readonly seed: string;
  readonly createPredictor: PredictorFactory;
  /** Called after each fit, with the share done of this piece of work (0-1). */
  readonly onProgress?: (share: number) => void;
  /** Asked between fits; the work then ends with `cancelled`. */
  readonly shouldStop?: () => boolean;
  /**
   * Fits that do not wait for each other are begun together, the largest first: for trainers that spread them over
   * threads. What comes of them is the same to the bit.
   */
  readonly together?: boolean;
}

/** `cancelled`, `too_few_examples`, or a trainer's own. */
export type FitFault = Fault;

/** Heads that `rows` examples allow. */
export function readyHeads(heads: readonly Head[], rows: number): Head[] {
  return heads.filter((head) => rows >= head.fromRows);
}

export interface FoldModel {
  readonly fold: Fold;
  /** One per ready head, trained on `fold.train` only. */
  readonly predictors: readonly Predictor[];
  /** What the predictors were made from, in the same order. */
  readonly artefacts: readonly ModelArtefact[];
}

export interface OutOfFold {
  /** Rows that were predicted, ascending; the oldest block never is. */
  readonly rows: Int32Array;
  /** Values per row: 1, or the number of classes. */
  readonly outputs: number;
  /** Mean of the heads, `outputs` values per entry of `rows`. */
  readonly raw: Float64Array;
  readonly heads: readonly { readonly id: string; readonly raw: Float64Array }[];
  /** Kept for importance out of fold. */
  readonly models: readonly FoldModel[];
  /** In words, per fold that could not be trained. */
  readonly skipped: readonly string[];
}

/**
 * Trains every ready head on every fold and predicts the rows that the fold tests. Which heads take part is decided by
 * the count of all rows, so that the calibrated thing is the thing that will score. A fold whose training part is too
 * small or of one class is skipped and said so.
 */
export async function outOfFold(
  data: Dataset,
  lives: LifeSpans,
  heads: readonly Head[],
  options: FitOptions,
  folds: readonly Fold[] = walkForwardFolds(lives),
): Promise<Result<OutOfFold, FitFault>> {
  const ready = readyHeads(heads, data.rows);
  const usable: { readonly fold: Fold; readonly index: number; readonly training: Dataset }[] = [];
  const skipped: string[] = [];
  for (const [index, fold] of folds.entries()) {
    const training = selectRows(data, fold.train);
    const reason = fold.test.length === 0 ? 'it has nothing to test' : untrainable(data, training);
    if (reason === null) usable.push({ fold, index, training });
    else skipped.push(`fold ${index + 1} of ${folds.length}: ${reason}`);
  }
  const shares = folds.map((_, index): number => (usable.some((fold) => fold.index === index) ? 0 : 1));
  const fitted = await fitEach(usable, options.together === true, ({ index, training }) =>
    fitHeads(training, ready, {
      ...options,
      seed: `${options.seed}/fold-${index}`,
      onProgress(share) {
        shares[index] = share;
        options.onProgress?.(shares.reduce((sum, done) => sum + done, 0) / folds.length);
      },
    }),
  );
  if (!fitted.ok) return fitted;
  const models = usable.map(({ fold }, at): FoldModel => {
    const artefacts = fitted.value[at];
    return { fold, artefacts, predictors: artefacts.map((artefact) => options.createPredictor(artefact)) };
  });
  if (models.length === 0 || ready.length === 0) {
    return err(tooFew(ready.length === 0 ? 'no head is ready at this number of examples' : skipped.join('; ')));
  }
  return ok({ ...predictFolds(data, ready, models), models, skipped });
}

/** Fits the given heads on all rows of `data`. */
export async function fitHeads(
  data: Dataset,
  heads: readonly Head[],
  options: Omit<FitOptions, 'createPredictor'>,
): Promise<Result<ModelArtefact[], FitFault>> {
  let done = 0;
  return fitEach(heads, options.together === true, async (head) => {
    if (options.shouldStop?.() === true) return err(CANCELLED);
    const trained = await head.train(data, `${options.seed}/${head.id}`);
    if (trained.ok) options.onProgress?.(++done / heads.length);
    return trained;
  });
}

/** The walk, and the heads fitted on all examples: what every retrain measures and what it keeps. */
export interface WalkedAndFitted {
  readonly walk: OutOfFold;
  readonly artefacts: readonly ModelArtefact[];
}

/** How a retrain names its whole fit, which is part of its seed, and what share of the work the walk is. */
export interface WholeFit {
  readonly name: string;
  readonly walkShare: number;
  /** What it is fitted on where that is not all rows: some may only be judged (ML-5). */
  readonly examples?: Dataset;
}

/** Both at the same time where `options.together` allows. */
export async function walkAndFit(
  data: Dataset,
  lives: LifeSpans,
  heads: readonly Head[],
  folds: readonly Fold[],
  { name, walkShare, examples = data }: WholeFit,
  options: FitOptions,
): Promise<Result<WalkedAndFitted, FitFault>> {
  const shares = { walk: 0, fit: 0 };
  const part = (of: keyof typeof shares, stageName: string): FitOptions => ({
    ...options,
    seed: `${options.seed}/${stageName}`,
    onProgress(share) {
      shares[of] = share;
      options.onProgress?.(walkShare * shares.walk + (1 - walkShare) * shares.fit);
    },
  });
  const fitWhole = () => fitHeads(examples, heads, part('fit', name));
  // It has more rows than any fold, and so goes first.
  const early = options.together === true ? fitWhole() : null;
  const walk = await outOfFold(data, lives, heads, part('walk', 'walk'), folds);
  if (!walk.ok) return walk;
  const fitted = await (early ?? fitWhole());
  return fitted.ok ? ok({ walk: walk.value, artefacts: fitted.value }) : fitted;
}

/** Results in the order of the items. Together: all are begun, the last first; else none after a fault. */
async function fitEach<T, R>(
  items: readonly T[],
  together: boolean,
  fitOne: (item: T) => Promise<Result<R, FitFault>>,
): Promise<Result<R[], FitFault>> {
  const begun = together ? items.toReversed().map(fitOne) : null;
  const results: R[] = [];
  for (const [at, item] of items.entries()) {
    const result = await (begun?.[items.length - 1 - at] ?? fitOne(item));
    if (!result.ok) return result;
    results.push(result.value);
  }
  return ok(results);
}

/** Predictions of one head, or the mean of several, for the given rows; `outputs` values per row. */
export function predictRows(data: Dataset, rows: Int32Array, predictors: readonly Predictor[]): Float64Array {
  const outputs = predictors[0]?.outputs ?? 1;
  const result = new Float64Array(rows.length * outputs);
  const row = new Float64Array(data.columns.length);
  const out = new Float64Array(outputs);
  rows.forEach((index, at) => {
    readRow(data, index, row);
    for (const predictor of predictors) {
      predictor.predict(row, out);
      for (let k = 0; k < outputs; k++) {
        result[at * outputs + k] = (result[at * outputs + k] as number) + (out[k] as number) / predictors.length;
      }
    }
  });
  return result;
}

/** Why a model cannot be trained on these rows, or null. */
export function untrainable(whole: Dataset, training: Dataset): string | null {
  if (training.rows < MINIMUM_TRAINING_ROWS) return `only ${training.rows} examples are left to train on after purging`;
  const first = training.target[0];
  const varies = (data: Dataset) => data.target.some((value) => value !== data.target[0]);
  if (!varies(training))
    return varies(whole) ? `all of its examples are of one kind (${first})` : 'all outcomes are equal';
  return null;
}

/** Fewer cannot fill two leaves of the smallest allowed size. */
const MINIMUM_TRAINING_ROWS = 10;

const CANCELLED: FitFault = {
  kind: 'cancelled',
  message: 'The training was cancelled.',
  remedy: 'Start it again when it suits; the model in use is unchanged.',
};

function tooFew(message: string): FitFault {
  return {
    kind: 'too_few_examples',
    message: `The examples cannot be evaluated: ${message}.`,
    remedy: 'Wait for more phantoms to resolve, or load more history.',
  };
}

function predictFolds(
  data: Dataset,
  ready: readonly Head[],
  models: readonly FoldModel[],
): Pick<OutOfFold, 'rows' | 'outputs' | 'raw' | 'heads'> {
  const outputs = models[0]?.predictors[0]?.outputs ?? 1;
  const rows = Int32Array.from(models.flatMap((model) => [...model.fold.test]));
  const byHead = ready.map((head, index) => {
    const raw = new Float64Array(rows.length * outputs);
    let at = 0;
    for (const { fold, predictors } of models) {
      const part = predictRows(data, fold.test, predictors.slice(index, index + 1));
      raw.set(part, at);
      at += part.length;
    }
    return { id: head.id, raw };
  });
  const raw = new Float64Array(rows.length * outputs);
  for (const head of byHead) {
    for (let index = 0; index < raw.length; index++) {
      raw[index] = (raw[index] as number) + (head.raw[index] as number) / byHead.length;
    }
  }
  return { rows, outputs, raw, heads: byHead };
}
