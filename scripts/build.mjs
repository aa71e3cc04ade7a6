/**
 * Builds what is missing or out of date in `out/`: `main` and `preload` for the desktop application, `renderer` for
 * the window of both hosts. `npm run build` builds all three; `npm start` and the tests ask for what they need.
 *
 * Out of date means: the fingerprint of the sources differs from the one the last build left. Times of files are not
 * asked; they survive neither a clone nor a deleted file.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot, requireGround, runLocalNode } from './launcher.mjs';

/** @typedef {'main' | 'preload' | 'renderer'} Part */

/**
 * Per part: its entry, the file that shows that it was built, and the folders its bundle is made of.
 * @type {Readonly<Record<Part, { entry: string, product: string, sources: readonly string[] }>>}
 */
export const parts = {
  main: {
    entry: 'src/main/hosts/electron/main.ts',
    product: 'out/main/index.js',
    sources: ['src/main', 'src/core', 'src/contract', 'resources'],
  },
  preload: {
    entry: 'src/preload/preload.ts',
    product: 'out/preload/preload.cjs',
    sources: ['src/preload', 'src/contract'],
  },
  renderer: {
    entry: 'src/renderer/index.html',
    product: 'out/renderer/index.html',
    sources: ['src/renderer', 'src/core', 'src/contract', 'resources'],
  },
};

/** @type {readonly Part[]} */
export const allParts = ['main', 'preload', 'renderer'];

/** Files outside the folders that every bundle depends on. */
const commonSources = ['package.json', 'package-lock.json', 'electron.vite.config.ts', 'tsconfig.base.json'];

/** @param {string} path @returns {string[]} */
function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}

/**
 * A hash over the names and contents of everything that `part` is built from.
 * @param {string} root
 * @param {Part} part
 */
export function fingerprint(root, part) {
  const hash = createHash('sha256');
  const files = [...parts[part].sources, ...commonSources].flatMap((source) => filesUnder(join(root, source)));
  for (const file of files.sort()) {
    hash.update(`${relative(root, file).split(sep).join('/')}\0`);
    hash.update(readFileSync(file));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} root @param {Part} part */
function stampFile(root, part) {
  return join(root, 'out', '.built', part);
}

/**
 * Is the sources' entry there at all? (A part whose room does not exist cannot be built.)
 * @param {string} root
 * @param {Part} part
 */
export function canBuild(root, part) {
  return existsSync(join(root, parts[part].entry));
}

/**
 * Must `part` be built before it is used?
 * @param {string} root
 * @param {Part} part
 */
export function isStale(root, part) {
  const stamp = stampFile(root, part);
  if (!existsSync(join(root, parts[part].product)) || !existsSync(stamp)) return true;
  return readFileSync(stamp, 'utf8') !== fingerprint(root, part);
}

/**
 * Builds those of `wanted` that are stale. A failed build prints what the bundler said.
 * @param {readonly Part[]} wanted
 * @param {{ force?: boolean, quiet?: boolean }} [options]
 * @returns {Promise<boolean>} whether everything wanted is now up to date
 */
export async function buildWhatIsStale(wanted, options = {}) {
  const stale = wanted.filter((part) => options.force === true || isStale(projectRoot, part));
  if (stale.length === 0) return true;
  // Taken before the build: a source that changes while it runs makes the result stale again.
  const fingerprints = stale.map((part) => ({ part, value: fingerprint(projectRoot, part) }));
  if (options.quiet === true) process.stdout.write(`Building ${stale.join(', ')} ...\n`);
  for (const part of stale) rmSync(stampFile(projectRoot, part), { force: true });
  const { code, output } = await runLocalNode('node_modules/electron-vite/bin/electron-vite.js', ['build'], {
    cwd: projectRoot,
    env: { SHADOWDESK_BUILD: stale.join(',') },
    quiet: options.quiet === true,
  });
  if (code !== 0) {
    process.stderr.write(`${output}\nThe build of ${stale.join(', ')} failed.\n`);
    return false;
  }
  mkdirSync(join(projectRoot, 'out', '.built'), { recursive: true });
  for (const { part, value } of fingerprints) writeFileSync(stampFile(projectRoot, part), value);
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] || '').href) {
  requireGround();
  buildWhatIsStale(allParts, { force: true }).then((built) => {
    process.exitCode = built ? 0 : 1;
  });
}
