/** Where a run of the tests keeps its files: made before it, cleared after it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux keeps what is written here in memory. */
const MEMORY_FOLDER = '/dev/shm';
const PLENTY_BYTES = 4 * 2 ** 30;

/**
 * A folder for everything that this run writes. The record is written through to the disk at every step, and most tests
 * make one: in memory, where there is plenty of it, nobody waits for that. What SQLite does is the same.
 */
export function runFolder() {
  const name = 'shadowdesk-test-';
  // Who names a place for temporary files wants them there.
  if (process.platform !== 'linux' || process.env.TMPDIR || freemem() < PLENTY_BYTES)
    return mkdtempSync(join(tmpdir(), name));
  /** @type {string | null} */
  let folder = null;
  try {
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    if (bavail * bsize >= PLENTY_BYTES) {
      folder = mkdtempSync(join(MEMORY_FOLDER, name));
      // Some machines start no program from there, and some tests do.
      const program = join(folder, 'program');
      writeFileSync(program, '#!/bin/sh\nexit 0\n', { mode: 0o700 });
      if (spawnSync(program).status === 0) return folder;
    }
  } catch {
    // Not there, or not ours to write: the usual place is.
  }
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  return mkdtempSync(join(tmpdir(), name));
}

/**
 * Tests take their own files away. What a failed one leaves is there to be looked at: a picture of its window.
 * @param {string} folder
 * @param {boolean} isGreen
 */
export function clearRunFolder(folder, isGreen) {
  for (const name of readdirSync(folder)) {
    if (isGreen || !name.startsWith('shadowdesk-failed-')) rmSync(join(folder, name), { recursive: true, force: true });
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
