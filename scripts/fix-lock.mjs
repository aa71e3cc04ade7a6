/**
 * Puts back what `npm install` takes out of the lock file, and takes out what it puts in.
 *
 * - better-sqlite3 carries a `binding.gyp` next to its ready binaries and says `gypfile: false`; npm drops that line
 *   from the lock file, and `npm ci` (npm 10) then starts node-gyp, which dies on a machine without Python.
 * - `resolved` addresses name the registry of whoever installed last; without them every registry is used as configured.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './launcher.mjs';

/**
 * @typedef {{ version?: string, resolved?: string, integrity?: string, gypfile?: boolean, link?: boolean }} LockEntry
 * @typedef {{ packages: Record<string, LockEntry> }} LockFile
 */

/**
 * Corrects `lock` in place.
 * @param {LockFile} lock
 * @returns {LockFile}
 */
export function fixLock(lock) {
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path.endsWith('node_modules/better-sqlite3')) entry.gypfile = false;
    if (!entry.link) delete entry.resolved;
  }
  return lock;
}

if (import.meta.url === pathToFileURL(process.argv[1] || '').href) {
  const file = join(projectRoot, 'package-lock.json');
  writeFileSync(file, `${JSON.stringify(fixLock(JSON.parse(readFileSync(file, 'utf8'))), null, 2)}\n`);
}
