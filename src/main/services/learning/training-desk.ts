/** The queue of trainings: one at a time unless told otherwise, each a job in the record from queued to its end (ML-20). */
import { randomUUID } from 'node:crypto';
import { Emitter } from '#core/base/emitter.ts';
import type { Fault, Result } from '#core/base/result.ts';
import type { TrainingJob } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { ModelRegistry } from '#main/store/model-registry.ts';

/** How often progress is written down, real time. */
const PROGRESS_EVERY_MS = 250;
/** Why a job ended that nobody cancelled. */
const CLOSED = 'the application was closed';

export interface TrainingTask {
  readonly model: string;
  readonly trigger: string;
  /** Does the work; the model it made, or why there is none. */
  readonly run: (control: TaskControl) => Promise<Result<string | null, Fault>>;
}

export interface TaskControl {
  readonly signal: AbortSignal;
  progress(stage: string, share: number, examples: number): void;
}

export class TrainingDesk {
  readonly changed = new Emitter<TrainingJob>();
  /** Trainings of different models that may run at once. One while the engine works live: it needs the other core. */
  lanes = 1;
  readonly #registry: ModelRegistry;
  readonly #wallClock: () => UnixMs;
  readonly #queue: { readonly job: TrainingJob; readonly task: TrainingTask }[] = [];
  readonly #aborts = new Map<string, AbortController>();
  readonly #working = new Set<Promise<void>>();

  constructor(registry: ModelRegistry, wallClock: () => UnixMs) {
    this.#registry = registry;
    this.#wallClock = wallClock;
  }

  /** Whether a training of the model waits or runs. */
  isBusy(model: string): boolean {
    return this.#jobs.some((job) => job.model === model);
  }

  /** Queues a task; null when one of the same model waits or runs already. */
  add(task: TrainingTask): TrainingJob | null {
    if (this.isBusy(task.model)) return null;
    const job: TrainingJob = {
      id: randomUUID(),
      model: task.model,
      trigger: task.trigger,
      state: 'queued',
      stage: 'waiting',
      progress: 0,
      examples: 0,
      queuedAt: this.#wallClock(),
      startedAt: null,
      completedAt: null,
      error: null,
      modelId: null,
    };
    this.#aborts.set(job.id, new AbortController());
    this.#queue.push({ job, task });
    this.#put(job);
    if (this.#working.size < this.lanes) {
      const work = this.#work().finally(() => this.#working.delete(work));
      this.#working.add(work);
    }
    return job;
  }

  /** False when the job is over already. */
  cancel(jobId: string): boolean {
    const abort = this.#aborts.get(jobId);
    abort?.abort();
    return abort !== undefined;
  }

  /** Cancels everything and waits for it to end. */
  async close(): Promise<void> {
    for (const abort of this.#aborts.values()) abort.abort(CLOSED);
    await Promise.all(this.#working);
  }

  #jobs: TrainingJob[] = [];

  async #work(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      await this.#run(next.job, next.task);
    }
  }

  async #run(queued: TrainingJob, task: TrainingTask): Promise<void> {
    const abort = this.#aborts.get(queued.id) ?? new AbortController();
    let job: TrainingJob = { ...queued, state: 'running', startedAt: this.#wallClock(), stage: 'reading examples' };
    if (!abort.signal.aborted) this.#put(job);
    let writtenAt = 0;
    const control: TaskControl = {
      signal: abort.signal,
      progress: (stage, share, examples) => {
        const changed = stage !== job.stage;
        job = { ...job, stage, progress: share, examples };
        if (!changed && this.#wallClock() - writtenAt < PROGRESS_EVERY_MS) return;
        writtenAt = this.#wallClock();
        this.#put(job);
      },
    };
    const result = abort.signal.aborted ? null : await task.run(control);
    const completedAt = this.#wallClock();
    if (abort.signal.aborted) {
      const error = abort.signal.reason === CLOSED ? CLOSED : 'cancelled by you';
      this.#end({ ...job, state: 'cancelled', completedAt, error });
    } else if (result !== null && !result.ok) {
      this.#end({ ...job, state: 'failed', completedAt, error: `${result.error.message} ${result.error.remedy}` });
    } else if (result !== null) {
      this.#end({ ...job, state: 'completed', completedAt, progress: 1, stage: 'done', modelId: result.value });
    }
  }

  #end(job: TrainingJob): void {
    this.#aborts.delete(job.id);
    this.#put(job);
  }

  #put(job: TrainingJob): void {
    const others = this.#jobs.filter((other) => other.id !== job.id);
    this.#jobs = job.state === 'queued' || job.state === 'running' ? [...others, job] : others;
    this.#registry.putJob(job);
    this.changed.emit(job);
  }
}
