/** Opens a profile: its lock, the record and the candle file, upgraded where needed (RE-1, RE-5, RE-8). */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '#core/base/result.ts';
import type { TakenFill } from '#core/domain/broker-fill.ts';
import type { ObservationKind } from '#core/domain/observation.ts';
import type { Signal, SignalId } from '#core/domain/signal.ts';
import type { Position, Ticket } from '#core/domain/trading.ts';
import type { PackedFeatures } from './analysis-blocks.ts';
import { AnalysisReader } from './analysis-rows.ts';
import { type CopyControl, copyDatabase } from './backup.ts';
import { CandleNotes } from './candle-notes.ts';
import { CandleStore } from './candle-store.ts';
import { Connection, type Synchronous } from './connection.ts';
import { DeskTables } from './desk-tables.ts';
import { type EarlierGrade, earlierGrades } from './earlier-grades.ts';
import { ExternalStore } from './external-store.ts';
import { forgetFacets } from './facet-list.ts';
import { takenFills } from './fill-rows.ts';
import { GradeStore } from './grade-store.ts';
import { checkVersion, migrate, newestVersion, type Schema } from './migrate.ts';
import { ModelRegistry } from './model-registry.ts';
import { loadOpenState, type OpenState, workedBars } from './open-state.ts';
import type { PhantomWithVectors } from './phantom-export-rows.ts';
import type { PhantomFilter } from './phantom-filter.ts';
import { PhantomHistory, type PhantomWithFeatures } from './phantom-history.ts';
import type { PhantomSort } from './phantom-sort.ts';
import { PredictionHistory } from './prediction-history.ts';
import { ProfileLock } from './profile-lock.ts';
import { RecordSteps } from './record.ts';
import { recordUpkeep, type Upkeep } from './record-upkeep.ts';
import { RiskHistory } from './risk-history.ts';
import { CANDLE_FILE, CANDLE_SCHEMA, RECORD_FILE, RECORD_SCHEMA } from './schemas.ts';
import type { WorkedBar } from './step-writer.ts';
import { attempt, StoreFailure, type StoreFault } from './store-fault.ts';
import { positionRows, ticketRows } from './table-rows.ts';
import { ThresholdStore } from './threshold-store.ts';
import {
  countLabelled,
  countOwners,
  type ObservationRow,
  type OwnerCount,
  observationRows,
  type PassedSignal,
  passedSignals,
  type RowOrder,
  type SignalVectorRow,
  signalVectorRows,
} from './training-rows.ts';

const OLDEST_FIRST: PhantomSort = { by: 'openedAt', direction: 'ascending' };

/** What a reader may use while another process owns the profile. */
export interface ProfileReader {
  readonly folder: string;
  readonly candles: CandleStore;
  readonly notes: CandleNotes;
  readonly desk: DeskTables;
  readonly history: PhantomHistory;
  readonly models: ModelRegistry;
  readonly predictions: PredictionHistory;
  readonly externals: ExternalStore;
  readonly thresholds: ThresholdStore;
  /** Fills at an exchange, in the order in which they were taken (DE-34). */
  fills(): readonly TakenFill[];
  /** The newest first; empty for a phantom that was graded once. */
  earlierGrades(id: SignalId): readonly EarlierGrade[];
  readonly analysis: AnalysisReader;
  readonly risk: RiskHistory;
  readonly sqliteVersion: string;
  /** Every match in order with its features, from one unchanging view; writing goes on beside it. */
  exportPhantoms(filter: PhantomFilter, sort: PhantomSort): Generator<PhantomWithFeatures, void, undefined>;
  /** The same for files: with the vectors recorded beside as well when `beside`. A row holds until the next is asked for. */
  exportForFiles(
    filter: PhantomFilter,
    sort: PhantomSort,
    beside: boolean,
  ): Generator<PhantomWithVectors, void, undefined>;
  /** Matches as the strategies issued them, by opening time, from one unchanging view. */
  exportSignals(filter: PhantomFilter): Generator<Signal, void, undefined>;
  /** Every ticket by opening time, from one unchanging view. */
  exportTickets(): Generator<Ticket, void, undefined>;
  /** Every paper position, the closed ones by closing time first, from one unchanging view. */
  exportPositions(): Generator<Position, void, undefined>;
  /** Signals with their vector of one set, by opening time, from one unchanging view; writing goes on beside it. */
  exportVectors(filter: PhantomFilter, setHash: string, order: RowOrder): Generator<SignalVectorRow, void, undefined>;
  /** Labelled observations with their vector of one set, by time, from one unchanging view. */
  exportObservations(
    kind: ObservationKind,
    simulated: boolean,
    setHash: string,
  ): Generator<ObservationRow, void, undefined>;
  countObservations(kind: ObservationKind, simulated: boolean): number;
  /** Resolved signals of a strategy that a model would have let through, newest `limit`, oldest first (ST-11). */
  passedSignals(strategyId: string, simulated: boolean, limit: number): readonly PassedSignal[];
  /** How many of the matching signals are of each instrument and volatility cluster. */
  countOwners(filter: PhantomFilter): readonly OwnerCount[];
  /** The record into a file of its own, while writing goes on (RE-7). */
  copyRecord(file: string, control?: CopyControl): Promise<Result<void, StoreFault>>;
  /** Record, then candles, under their own names into a folder that exists, while writing goes on (WS-22). */
  copyInto(target: string, control?: CopyControl): Promise<Result<void, StoreFault>>;
  /** `integrity_check` and `foreign_key_check` of both files; empty when all is well. */
  check(): readonly string[];
  close(): void;
}

export interface Profile extends ProfileReader {
  readonly record: RecordSteps;
  readonly grades: GradeStore;
  loadOpen(): OpenState;
  /** Sums, and blocks with these features, of what changed since the last time. */
  upkeep(features: PackedFeatures): Upkeep;
  /** The part of `loadOpen` that says how far the engine came. */
  workedBars(): readonly WorkedBar[];
  /** Prepared statements held by the writing connection; constant after warm-up (RE-31). */
  statementCount(): number;
  /** Copies made because a file had to be upgraded. */
  readonly upgradeBackups: readonly string[];
}

/** Opens the profile for this process alone, making and upgrading what is missing. */
export function openProfile(folder: string, lockWaitMs?: number): Result<Profile, StoreFault> {
  return attempt(() => {
    mkdirSync(folder, { recursive: true });
    const lock = ProfileLock.take(folder, lockWaitMs);
    forgetFacets(join(folder, RECORD_FILE));
    const closing: { close(): void }[] = [{ close: () => lock.release() }];
    try {
      const record = openUpgraded(join(folder, RECORD_FILE), RECORD_SCHEMA, 'FULL', closing);
      const candles = openUpgraded(join(folder, CANDLE_FILE), CANDLE_SCHEMA, 'NORMAL', closing);
      const reading = new Connection(join(folder, RECORD_FILE), { synchronous: 'FULL', readOnly: true });
      closing.push(reading);
      const steps = new RecordSteps(record.connection);
      const readers = reader(folder, record.connection, candles.connection, reading, steps, closing);
      return {
        ...readers,
        record: steps,
        grades: new GradeStore(record.connection, steps),
        loadOpen: () => loadOpenState(record.connection, readers.externals),
        upkeep: (features) => recordUpkeep(record.connection, steps, features),
        workedBars: () => workedBars(record.connection),
        statementCount: () => record.connection.statementCount,
        upgradeBackups: [record.backup, candles.backup].filter((path) => path !== null),
      };
    } catch (error) {
      closeAll(closing);
      throw error;
    }
  });
}

/** Opens the profile beside its owner, or without one, for reading only. */
export function readProfile(folder: string): Result<ProfileReader, StoreFault> {
  return attempt(() => {
    const closing: { close(): void }[] = [];
    try {
      const record = openToRead(join(folder, RECORD_FILE), RECORD_SCHEMA, closing);
      const candles = openToRead(join(folder, CANDLE_FILE), CANDLE_SCHEMA, closing);
      return reader(folder, record, candles, record, new RecordSteps(record), closing);
    } catch (error) {
      closeAll(closing);
      throw error;
    }
  });
}

function reader(
  folder: string,
  record: Connection,
  candles: Connection,
  reading: Connection,
  steps: RecordSteps,
  closing: { close(): void }[],
): ProfileReader {
  return {
    folder,
    candles: new CandleStore(candles),
    notes: new CandleNotes(candles),
    desk: new DeskTables(record, steps),
    history: new PhantomHistory(reading),
    models: new ModelRegistry(record, steps),
    predictions: new PredictionHistory(reading),
    externals: new ExternalStore(record, steps),
    thresholds: new ThresholdStore(reading),
    fills: () => takenFills(record),
    earlierGrades: (id) => earlierGrades(record, id),
    analysis: new AnalysisReader(reading),
    risk: new RiskHistory(record, steps),
    sqliteVersion: record.sqliteVersion(),
    exportPhantoms: (filter, sort) =>
      onOneView(reading.path, (connection) => new PhantomHistory(connection).stream(filter, sort)),
    exportForFiles: (filter, sort, beside) =>
      onOneView(reading.path, (connection) => new PhantomHistory(connection).streamForFiles(filter, sort, beside)),
    exportSignals: (filter) =>
      onOneView(reading.path, (connection) => new PhantomHistory(connection).streamSignals(filter, OLDEST_FIRST)),
    exportTickets: () => onOneView(reading.path, ticketRows),
    exportPositions: () => onOneView(reading.path, positionRows),
    exportVectors: (filter, setHash, order) =>
      onOneView(reading.path, (connection) => signalVectorRows(connection, filter, setHash, order)),
    exportObservations: (kind, simulated, setHash) =>
      onOneView(reading.path, (connection) => observationRows(connection, kind, simulated, setHash)),
    countObservations: (kind, simulated) => countLabelled(reading, kind, simulated),
    passedSignals: (strategyId, simulated, limit) => passedSignals(reading, strategyId, simulated, limit),
    countOwners: (filter) => countOwners(reading, filter),
    copyRecord: (file, control) => copyDatabase(record, file, control),
    copyInto: async (target, control) => {
      const copied = await copyDatabase(record, join(target, RECORD_FILE), control);
      return copied.ok ? copyDatabase(candles, join(target, CANDLE_FILE), control) : copied;
    },
    check: () => [...problems(record), ...problems(candles)],
    close: () => closeAll(closing),
  };
}

/** Reads on a connection of its own, which is busy until the stream ends or is returned from. */
function* onOneView<Row>(
  path: string,
  read: (connection: Connection) => Iterable<Row>,
): Generator<Row, void, undefined> {
  const connection = new Connection(path, { synchronous: 'FULL', readOnly: true });
  try {
    connection.exec('BEGIN');
    yield* read(connection);
  } finally {
    connection.close();
  }
}

function openUpgraded(path: string, schema: Schema, synchronous: Synchronous, closing: { close(): void }[]) {
  if (existsSync(path)) {
    const look = new Connection(path, { synchronous, readOnly: true });
    try {
      checkVersion(look, schema);
    } finally {
      look.close();
    }
  }
  const connection = new Connection(path, { synchronous });
  closing.push(connection);
  return { connection, backup: migrate(connection, schema) };
}

function openToRead(path: string, schema: Schema, closing: { close(): void }[]): Connection {
  if (!existsSync(path)) {
    throw new StoreFailure({
      kind: 'missing',
      message: `There is no profile here: ${path} does not exist.`,
      remedy: 'Give the folder of a profile with --profile, or start the workstation once to make one.',
    });
  }
  const connection = new Connection(path, { synchronous: 'FULL', readOnly: true });
  closing.push(connection);
  if (checkVersion(connection, schema) < newestVersion(schema)) {
    throw new StoreFailure({
      kind: 'older-version',
      message: `${path} was written by an older version of the workstation and must be upgraded first.`,
      remedy: 'Start the workstation once on this profile; it makes a backup and upgrades it.',
    });
  }
  return connection;
}

function problems(connection: Connection): readonly string[] {
  const integrity = connection.prepare('PRAGMA integrity_check').all();
  const dangling = connection.prepare('PRAGMA foreign_key_check').all();
  return [
    ...integrity.map((row) => String(row[0])).filter((line) => line !== 'ok'),
    ...dangling.map((row) => `a row of ${String(row[0])} refers to a missing row of ${String(row[2])}`),
  ];
}

/** In reverse order of opening; the lock goes last. */
function closeAll(closing: readonly { close(): void }[]): void {
  for (const resource of closing.toReversed()) resource.close();
}
