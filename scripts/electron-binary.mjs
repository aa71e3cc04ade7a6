/**
 * Where the Electron binary is, and how it is fetched. It is looked for and downloaded by hand because
 * `require('electron')` would download it on the spot and block the whole start.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot, runLocalNode } from './launcher.mjs';

const retryAfterMs = 24 * 60 * 60 * 1000;
const downloadTimeoutMs = 20_000;

/**
 * The binary of exactly the installed version, or null.
 * @param {string} root
 * @returns {string | null}
 */
export function findElectron(root) {
  const folder = join(root, 'node_modules', 'electron');
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH || join(folder, 'dist');
    const unpacked = readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
    // `path.txt` is written last, so a half-unpacked download does not count.
    const binary = join(dist, readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return unpacked === version && existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

/**
 * Why the desktop application cannot open a window here, or null. Asked before anything is downloaded.
 * @param {{ platform: string, env: Record<string, string | undefined>, uid: number | undefined }} machine
 * @returns {string | null}
 */
export function desktopObstacle({ platform, env, uid }) {
  if (platform !== 'linux') return null;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'this machine has no display';
  // Chromium's sandbox does not work for root, and without its sandbox we do not start it.
  if (uid === 0) return 'Electron does not run as root';
  return null;
}

/** @param {string} root */
function failureFile(root) {
  return join(root, 'node_modules', '.cache', 'shadowdesk', 'electron-download.json');
}

/**
 * The reason of a download that failed less than a day ago for this version, or null.
 * @param {string} root
 * @param {number} nowMs
 * @param {string} version
 * @returns {string | null}
 */
export function rememberedFailure(root, nowMs, version) {
  try {
    const memory = JSON.parse(readFileSync(failureFile(root), 'utf8'));
    const ageMs = nowMs - memory.failedAtMs;
    return memory.version === version && ageMs >= 0 && ageMs < retryAfterMs ? String(memory.reason) : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} root
 * @param {number} nowMs
 * @param {string} version
 * @param {string} reason
 */
export function rememberFailure(root, nowMs, version, reason) {
  mkdirSync(dirname(failureFile(root)), { recursive: true });
  writeFileSync(failureFile(root), JSON.stringify({ failedAtMs: nowMs, version, reason }));
}

/** @returns {string} */
function electronVersion() {
  return JSON.parse(readFileSync(join(projectRoot, 'node_modules', 'electron', 'package.json'), 'utf8')).version;
}

/**
 * The binary, fetched if need be, or the reason why there is none.
 * @returns {Promise<{ binary: string } | { binary: null, reason: string }>}
 */
export async function ensureElectron() {
  const present = findElectron(projectRoot);
  if (present !== null) return { binary: present };
  const version = electronVersion();
  const retry = 'run `npx install-electron` to try again';
  const remembered = rememberedFailure(projectRoot, Date.now(), version);
  if (remembered !== null) return { binary: null, reason: `${remembered}; ${retry}` };
  process.stdout.write('Fetching Electron once ...\n');
  const { code, output, timedOut } = await runLocalNode('node_modules/electron/install.js', [], {
    cwd: projectRoot,
    timeoutMs: downloadTimeoutMs,
    quiet: true,
  });
  const fetched = findElectron(projectRoot);
  if (fetched !== null) {
    rmSync(failureFile(projectRoot), { force: true });
    return { binary: fetched };
  }
  const [cause = `exit code ${code}`] = output.split('\n').filter((line) => line.trim() !== '');
  const reason = timedOut
    ? `Electron could not be fetched within ${downloadTimeoutMs / 1000} s`
    : `Electron could not be fetched (${cause.trim()})`;
  rememberFailure(projectRoot, Date.now(), version, reason);
  return { binary: null, reason: `${reason}; ${retry}` };
}
