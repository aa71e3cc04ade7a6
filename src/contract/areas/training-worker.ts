/**
 * What a training thread is asked and what it says. Datasets and artefacts do not travel as JSON: they go beside the
 * contract's frames as blobs on the same port, and are named here by their number.
 */
import { z } from 'zod';
import { type Declarations, stream } from '../define.ts';

const fitInput = z.object({
  model: z.enum(['forest', 'boosting', 'network']),
  task: z.enum(['classify', 'regress', 'multiclass']),
  /** The blob of the examples; a thread keeps the newest one, so that later jobs may name it again. */
  dataset: z.int().positive(),
  /** The blob of the rows to train on (32-bit indices); null: all. */
  rows: z.int().positive().nullable(),
  params: z.record(z.string(), z.json()),
  seed: z.union([z.string().max(200), z.number()]),
  /** forest: grow only the trees from .. until - 1; the parts of several threads are joined afterwards. */
  part: z.object({ from: z.int().min(0), until: z.int().positive() }).nullable(),
});
export type FitInput = z.infer<typeof fitInput>;

export interface FitProgress {
  readonly kind: 'progress';
  readonly stage: string;
  /** 0-1 of the whole job. */
  readonly share: number;
  /** Epochs or trees done. */
  readonly iteration: number;
}

export interface FitDone {
  readonly kind: 'done';
  /** The blob of the artefact, sent before this. */
  readonly artefact: number;
  /** SHA-256 of the artefact's bytes. */
  readonly id: string;
  /** The fit alone, without the way of the data. */
  readonly fitMs: number;
}

export interface FitFailed {
  readonly kind: 'failed';
  readonly fault: { readonly kind: string; readonly message: string; readonly remedy: string };
}

export type FitDelta = FitProgress | FitDone | FitFailed;

/** One fit at a time per thread. The stream ends after `done` or `failed`; leaving it does not stop the fit. */
export const trainingWorkerContract = {
  'training.fit': stream<null, FitDelta>()(fitInput),
} as const satisfies Declarations;

export type TrainingWorkerContract = typeof trainingWorkerContract;
