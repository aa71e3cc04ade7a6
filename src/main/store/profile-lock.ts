/**
 * One process owns a profile (RE-8). The lock is the operating system's lock on a file, taken through SQLite: the
 * system drops it in the moment its owner dies, so that there is no stale lock to judge and no race to take one over.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from './connection.ts';
import { StoreFailure, storeFault } from './store-fault.ts';

const LOCK_FILE = 'owner.lock';
/** Says who holds the lock, for the message to the one who does not. The lock itself never depends on it. */
const OWNER_FILE = 'owner.json';
/** How long a start waits for an owner that is just closing. */
const WAIT_MS = 1_000;

/** A connection that nobody refers to is collected and closed, and its lock with it: held ones are referred to here. */
const HELD = new Set<ProfileLock>();

export class ProfileLock {
  readonly #connection: Connection;
  readonly #ownerPath: string;

  private constructor(connection: Connection, ownerPath: string) {
    this.#connection = connection;
    this.#ownerPath = ownerPath;
  }

  /** Throws a `StoreFailure` of kind `owned` that names the owner, or what `storeFault` understands. */
  static take(folder: string, waitMs: number = WAIT_MS): ProfileLock {
    const ownerPath = join(folder, OWNER_FILE);
    let connection: Connection | null = null;
    try {
      connection = new Connection(join(folder, LOCK_FILE), {
        synchronous: 'FULL',
        exclusive: true,
        busyTimeoutMs: waitMs,
      });
      writeFileSync(ownerPath, `${JSON.stringify({ pid: process.pid })}\n`);
      const lock = new ProfileLock(connection, ownerPath);
      HELD.add(lock);
      return lock;
    } catch (error) {
      connection?.close();
      if (storeFault(error)?.kind !== 'busy') throw error;
      throw new StoreFailure(ownedFault(folder, ownerPid(ownerPath)), error);
    }
  }

  release(): void {
    HELD.delete(this);
    rmSync(this.#ownerPath, { force: true });
    this.#connection.close();
  }
}

function ownedFault(folder: string, pid: number | null) {
  const owner = pid === null ? 'another process' : `process ${pid}`;
  return {
    kind: 'owned',
    message: `The profile ${folder} is in use by ${owner}.`,
    remedy: 'Use the workstation that is already running, close it, or choose another folder with --profile.',
  } as const;
}

function ownerPid(path: string): number | null {
  try {
    const owner: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner)) return null;
    return typeof owner.pid === 'number' ? owner.pid : null;
  } catch {
    // Being written, or gone: the owner stays unnamed.
    return null;
  }
}
