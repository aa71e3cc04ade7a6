/** What the retrain thread is asked and what it says; examples and artefacts go beside it as blobs (see `training-worker.ts`). */
import { z } from 'zod';
import { type Declarations, stream } from '../define.ts';

const blob = z.int().positive();

const name = z.string().min(1).max(60);
const baseline = z.object({
  name,
  kind: z.enum(['last-value', 'line']),
  inputs: z.array(z.object({ feature: name, as: z.enum(['value', 'log']) })).max(20),
});

/** What is learned: a win or not; one of several classes (targets are indices of the labels); or a value. */
const retrainTask = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('classify') }),
  z.object({ kind: z.literal('multiclass'), labels: z.array(name).min(2).max(20), smallestClass: z.int().min(0) }),
  z.object({ kind: z.literal('regress'), baselines: z.array(baseline).max(10) }),
]);

const retrainInput = z.object({
  model: z.string().max(120),
  setId: z.string().max(60),
  setHash: z.string().max(100),
  task: retrainTask,
  /** Blobs: examples as of a training; their lives (openedAt, resolvedAt, netR as doubles); the champion's artefact. */
  dataset: blob,
  lives: blob,
  /** Where some examples are only judged: the weight of each row among all (doubles), then 1 per row that trains (bytes). */
  roles: blob.nullable(),
  champion: blob.nullable(),
  heads: z.array(
    z.object({
      kind: z.enum(['forest', 'boosting', 'network']),
      parameters: z.record(z.string(), z.json()),
      fromRows: z.int().min(0),
    }),
  ),
  /** Names of features that are codes, not amounts. */
  coded: z.array(z.string().max(60)),
  attempt: z.int().min(1),
  /** Whether its fits may go to threads of their own. */
  spread: z.boolean(),
  onlyWatches: z.boolean(),
  seed: z.string().max(200),
});
export type RetrainInput = z.infer<typeof retrainInput>;

export type RetrainDelta =
  | { readonly kind: 'progress'; readonly share: number }
  | {
      readonly kind: 'done';
      /** The blob of the artefact, sent before this. */
      readonly artefact: number;
      readonly id: string;
      /** Everything else of the outcome, plain JSON. */
      readonly outcome: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'failed';
      readonly fault: { readonly kind: string; readonly message: string; readonly remedy: string };
    };

export const retrainWorkerContract = {
  'training.retrain': stream<null, RetrainDelta>()(retrainInput),
} as const satisfies Declarations;

export type RetrainWorkerContract = typeof retrainWorkerContract;
