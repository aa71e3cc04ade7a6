/** The record's writing side: one transaction per step (PL-7), or many whole steps in one for bootstrap and replay. */
import { invariant } from '#core/base/invariant.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Connection } from './connection.ts';
import { RecordWriter } from './record-writer.ts';
import type { StepWriter } from './step-writer.ts';
import { attempt, type StoreFault, storeFault } from './store-fault.ts';

/** Many steps per transaction. A crash or a fault loses whole steps since the last commit, never half of one. */
export interface BulkSteps {
  /** Runs one step; commits when enough have gathered. After a fault the uncommitted steps are gone and the bulk is over. */
  step(work: (writer: StepWriter) => void): Result<void, StoreFault>;
  /** Makes everything so far durable; the bulk goes on. */
  commit(): Result<void, StoreFault>;
}

export class RecordSteps {
  readonly #connection: Connection;
  readonly #writer: RecordWriter;
  #bulkSteps = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#writer = new RecordWriter(connection);
  }

  /**
   * Runs `work` in one transaction: when this returns ok, all of it is on the disk; otherwise none of it is there.
   * What a bulk has gathered is committed first, so that order on the disk is order of the calls.
   */
  step(work: (writer: StepWriter) => void): Result<void, StoreFault> {
    const before = this.#commitBulk();
    if (!before.ok) return before;
    return this.#inTransaction(() => {
      work(this.#writer);
      this.#writer.flush();
    });
  }

  startBulk(stepsPerTransaction: number): BulkSteps {
    invariant(stepsPerTransaction >= 1, 'a bulk commits after at least one step');
    return {
      step: (work) => {
        try {
          if (!this.#connection.inTransaction) this.#connection.begin();
          work(this.#writer);
          this.#bulkSteps++;
        } catch (error) {
          this.#abandonBulk();
          const fault = storeFault(error);
          if (fault === null) throw error;
          return err(fault);
        }
        return this.#bulkSteps >= stepsPerTransaction ? this.#commitBulk() : ok(undefined);
      },
      commit: () => this.#commitBulk(),
    };
  }

  /** A feature set's features as JSON `[{name, meaning, unit}]`, in the order of its vectors. */
  registerFeatureSet(setId: string, setHash: string, features: readonly object[]): Result<void, StoreFault> {
    return this.write(() => this.#writer.featureSetPut(setId, setHash, JSON.stringify(features)));
  }

  /** Writes that belong to no step (settings), durable when this returns. */
  write(work: () => void): Result<void, StoreFault> {
    const before = this.#commitBulk();
    return before.ok ? this.#inTransaction(work) : before;
  }

  /** Like `write`, but inside a bulk it becomes durable with the bulk's next commit: for what may be lost (log lines). */
  join(work: () => void): Result<void, StoreFault> {
    return this.#inTransaction(work);
  }

  #inTransaction(work: () => void): Result<void, StoreFault> {
    return attempt(() => this.#connection.transaction(work));
  }

  #commitBulk(): Result<void, StoreFault> {
    if (!this.#connection.inTransaction) return ok(undefined);
    return attempt(() => {
      try {
        this.#writer.flush();
        this.#connection.commit();
        this.#bulkSteps = 0;
      } catch (error) {
        this.#abandonBulk();
        throw error;
      }
    });
  }

  #abandonBulk(): void {
    this.#connection.rollback();
    this.#bulkSteps = 0;
  }
}
