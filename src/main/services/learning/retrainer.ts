/** What the learning service needs of the training threads; the application injects it (services never import workers). */
import { type Fault, ok, type Result } from '#core/base/result.ts';
import type { Dataset, ExampleLives } from '#core/learning/dataset.ts';
import type { HeadSpec } from '#core/learning/model-table.ts';
import type { RetrainedAny, RetrainTask } from '#core/learning/retrain-task.ts';

export interface RetrainOrder {
  readonly model: string;
  readonly setId: string;
  readonly setHash: string;
  readonly task: RetrainTask;
  readonly data: Dataset;
  readonly lives: ExampleLives;
  readonly heads: readonly HeadSpec[];
  /** Features that are codes, not amounts (FE-3): one-hot for the network. */
  readonly coded: readonly string[];
  /** Bytes of the champion's artefact; null while the heuristic scores. */
  readonly champion: Uint8Array | null;
  readonly attempt: number;
  /** A variant without a champion is judged later, by what it says in shadow (ML-50). */
  readonly onlyWatches: boolean;
  readonly seed: string;
}

export interface RetrainControl {
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** What a function that runs an order is told beside that. */
export interface RunControl extends RetrainControl {
  /** No other one runs: it may spread its fits over more than one thread. */
  readonly spread: boolean;
}

/** The artefact travels as its canonical bytes, named by their SHA-256. */
export type RetrainReply = Omit<RetrainedAny, 'artefact'> & {
  readonly id: string;
  readonly bytes: Uint8Array;
};

export interface Retrainer {
  /** Never rejects: a thread that dies is a fault of the job. */
  retrain(order: RetrainOrder, control: RetrainControl): Promise<Result<RetrainReply, Fault>>;
}

/** A thread's answer: everything beside id and bytes went through its channel as plain values. */
interface ThreadReply {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly outcome: Readonly<Record<string, unknown>>;
}

/** A retrainer over a function that runs an order in a thread. */
export function retrainerOver(
  run: (order: RetrainOrder, control: RunControl) => Promise<Result<ThreadReply, Fault>>,
): Retrainer {
  let running = 0;
  return {
    async retrain(order, control) {
      running++;
      const retrained = await run(order, { ...control, spread: running === 1 }).finally(() => {
        running--;
      });
      if (!retrained.ok) return retrained;
      const { id, bytes, outcome } = retrained.value;
      return ok({ ...(outcome as unknown as Omit<RetrainedAny, 'artefact'>), id, bytes });
    },
  };
}
