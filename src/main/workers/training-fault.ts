/** Why a training ended without a model, and what every trainer is told while it works. */
import { err, type Fault, type Result } from '#core/base/result.ts';

export type TrainingFault = Fault<'cancelled' | 'unusable-data' | 'bad-parameters' | 'worker-crashed' | 'failed'>;

export interface TrainingProgress {
  /** In words, e.g. `epochs`, `trees`. */
  readonly stage: string;
  /** 0-1 of the whole job. */
  readonly share: number;
  /** Epochs or trees done. */
  readonly iteration: number;
}

export interface TrainingControl {
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Asked every few milliseconds; true ends the training with `cancelled`. */
  readonly shouldStop?: () => boolean;
}

export function cancelled(): Result<never, TrainingFault> {
  return err({ kind: 'cancelled', message: 'The training was cancelled.', remedy: 'Start it again when it suits.' });
}

export function unusableData(message: string): Result<never, TrainingFault> {
  return err({ kind: 'unusable-data', message, remedy: 'Correct the examples and train again.' });
}

export function badParameters(message: string): Result<never, TrainingFault> {
  return err({ kind: 'bad-parameters', message, remedy: 'Correct the parameters and train again.' });
}
