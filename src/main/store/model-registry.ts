/** The registry of models in the record (ML-40): versions, artefacts checked at each load, activation in one transaction. */
import { createHash } from 'node:crypto';
import { invariant } from '#core/base/invariant.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { ModelId, ModelState, ModelVersion, TrainingJob } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection, Row, Value } from './connection.ts';
import type { RecordSteps } from './record.ts';
import type { StoreFault } from './store-fault.ts';

/** Artefacts kept per model beside the champion's (ML-40 asks for five at least). */
const ARTEFACTS_KEPT = 10;

type Stored = Omit<
  ModelVersion,
  'id' | 'model' | 'version' | 'state' | 'trainedUntil' | 'createdAt' | 'activatedAt' | 'retiredAt' | 'reason'
>;

export class ModelRegistry {
  readonly #connection: Connection;
  readonly #steps: RecordSteps;

  constructor(connection: Connection, steps: RecordSteps) {
    this.#connection = connection;
    this.#steps = steps;
  }

  /** Adds a challenger with its artefact; its id must be the SHA-256 of the bytes. A version known already changes nothing. */
  add(
    version: Omit<ModelVersion, 'version' | 'state' | 'activatedAt' | 'retiredAt'>,
    bytes: Uint8Array,
  ): Result<ModelVersion, StoreFault> {
    invariant(sha256(bytes) === version.id, 'a model is named by the hash of its artefact');
    const { id, model, trainedUntil, createdAt, reason, ...rest } = version;
    const document: Stored = rest;
    const written = this.#steps.write(() => {
      const next = (this.#one('SELECT coalesce(max(version), 0) + 1 FROM models WHERE model = ?', model)?.[0] ??
        1) as number;
      this.#run(
        `INSERT INTO models VALUES (?, ?, ?, 'challenger', ?, ?, NULL, NULL, ?, ?) ON CONFLICT (id) DO NOTHING`,
        ...[id, model, next, trainedUntil, createdAt, reason, JSON.stringify(document)],
      );
      this.#run('INSERT INTO model_artefacts VALUES (?, ?) ON CONFLICT DO NOTHING', id, Buffer.from(bytes));
      this.#dropOldArtefacts(model);
    });
    if (!written.ok) return written;
    const added = this.version(id);
    invariant(added !== null, 'a version that was added is there');
    return ok(added);
  }

  /** Makes a version the champion; the one before it retires, in the same transaction. */
  activate(
    id: ModelId,
    time: UnixMs,
    reason: string,
    before: 'retired' | 'rolled-back' = 'retired',
  ): Result<void, StoreFault> {
    return this.#steps.write(() => {
      const model = this.#one('SELECT model FROM models WHERE id = ?', id)?.[0];
      invariant(typeof model === 'string', 'only a version of the registry is activated');
      this.#run(
        "UPDATE models SET state = ?, retired_at = ? WHERE model = ? AND state = 'champion' AND id <> ?",
        ...[before, time, model, id],
      );
      this.#run("UPDATE models SET state = 'champion', activated_at = ?, reason = ? WHERE id = ?", time, reason, id);
    });
  }

  /** Ends a version's chances: rejected challengers and champions that stop deciding. */
  setState(
    id: ModelId,
    state: Exclude<ModelState, 'champion'>,
    time: UnixMs,
    reason: string,
  ): Result<void, StoreFault> {
    return this.#steps.write(() =>
      this.#run('UPDATE models SET state = ?, retired_at = ?, reason = ? WHERE id = ?', state, time, reason, id),
    );
  }

  champion(model: string): ModelVersion | null {
    return this.#first("WHERE model = ? AND state = 'champion'", model);
  }

  version(id: ModelId): ModelVersion | null {
    return this.#first('WHERE id = ?', id);
  }

  /** Newest first. */
  versions(model: string): readonly ModelVersion[] {
    return this.#connection.prepare(`${SELECT} WHERE model = ? ORDER BY version DESC`).all(model).map(versionOf);
  }

  /** Names of the variants of a model that have a version, e.g. `trend/BTC/USDT` (ML-50). */
  variantsOf(model: string): readonly string[] {
    return (
      this.#connection
        .prepare('SELECT DISTINCT model FROM models WHERE model > ? AND model < ? ORDER BY model')
        // In code order `0` follows `/`: everything that begins with `model/`.
        .all(`${model}/`, `${model}0`)
        .map(([name]) => name as string)
    );
  }

  /** Of every model, by model, newest first. */
  allVersions(): readonly ModelVersion[] {
    return this.#connection.prepare(`${SELECT} ORDER BY model, version DESC`).all().map(versionOf);
  }

  /** The artefact's bytes, refused when a single bit of them differs from what was stored (RE-40). */
  artefact(id: ModelId): Result<Uint8Array, StoreFault> {
    const bytes = this.#one('SELECT bytes FROM model_artefacts WHERE model_id = ?', id)?.[0];
    if (!(bytes instanceof Buffer)) return err(damaged(id, 'is no longer kept'));
    return sha256(bytes) === id ? ok(bytes) : err(damaged(id, 'is damaged and was refused'));
  }

  putJob(job: TrainingJob): Result<void, StoreFault> {
    return this.#steps.write(() =>
      this.#run(
        `INSERT INTO training_jobs VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, document = excluded.document`,
        ...[job.id, job.model, job.state, job.queuedAt, JSON.stringify(job)],
      ),
    );
  }

  /** Newest first. */
  jobs(limit: number): readonly TrainingJob[] {
    return this.#connection
      .prepare('SELECT document FROM training_jobs ORDER BY queued_at DESC, id DESC LIMIT ?')
      .all(limit)
      .map(([document]) => JSON.parse(document as string));
  }

  /** Jobs that a crash left running or queued end as failed, with that as their message (ML-20). */
  failOrphanedJobs(time: UnixMs): Result<number, StoreFault> {
    const orphans = this.jobs(1_000).filter((job) => job.state === 'running' || job.state === 'queued');
    for (const job of orphans) {
      const written = this.putJob({
        ...job,
        state: 'failed',
        completedAt: time,
        error: 'the application stopped while it ran',
      });
      if (!written.ok) return written;
    }
    return ok(orphans.length);
  }

  /** Whether the artefact is still there; its bytes are checked when they are used. */
  keepsArtefact(id: ModelId): boolean {
    return this.#one('SELECT 1 FROM model_artefacts WHERE model_id = ?', id) !== undefined;
  }

  #dropOldArtefacts(model: string): void {
    this.#run(
      `DELETE FROM model_artefacts WHERE model_id IN (
         SELECT id FROM models WHERE model = ? AND state <> 'champion' ORDER BY version DESC LIMIT -1 OFFSET ?)`,
      ...[model, ARTEFACTS_KEPT],
    );
  }

  #first(where: string, ...values: readonly Value[]): ModelVersion | null {
    const row = this.#one(`${SELECT} ${where}`, ...values);
    return row === undefined ? null : versionOf(row);
  }

  #one(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#connection.prepare(sql).get(...values);
  }

  #run(sql: string, ...values: readonly Value[]): void {
    this.#connection.prepare(sql).run(...values);
  }
}

const SELECT =
  'SELECT id, model, version, state, trained_until, created_at, activated_at, retired_at, reason, document FROM models';

function versionOf(row: Row): ModelVersion {
  return {
    ...(JSON.parse(row[9] as string) as Stored),
    id: row[0] as string,
    model: row[1] as string,
    version: row[2] as number,
    state: row[3] as ModelState,
    trainedUntil: row[4] as number,
    createdAt: row[5] as number,
    activatedAt: row[6] as number | null,
    retiredAt: row[7] as number | null,
    reason: row[8] as string,
  };
}

function damaged(id: ModelId, what: string): StoreFault {
  return {
    kind: 'damaged-artefact',
    message: `The artefact of model ${id.slice(0, 12)} ${what}.`,
    remedy: 'Train the model again, or roll back to another version.',
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
