/**
 * `npm start` (WS-1): the desktop application where Electron is there or can be fetched, else the same window in the
 * default browser, with one line that says why. `--web` asks for the second way; everything else is handed on.
 */
import { buildWhatIsStale, isStale } from './build.mjs';
import { desktopObstacle, ensureElectron } from './electron-binary.mjs';
import { projectRoot, requireGround, runChild, runLocalNode } from './launcher.mjs';

requireGround();
const asked = process.argv.slice(2);
const args = asked.filter((argument) => argument !== '--web');
start().then((code) => {
  process.exitCode = code;
});

/** @returns {Promise<number>} the exit code of the host */
async function start() {
  if (asked.length > args.length) return runWeb('asked for with --web');
  const uid = typeof process.getuid === 'function' ? process.getuid() : undefined;
  const obstacle = desktopObstacle({ platform: process.platform, env: process.env, uid });
  if (obstacle !== null) return runWeb(obstacle);
  const [electron, windowBuilt] = await Promise.all([ensureElectron(), build(['renderer'])]);
  if (!windowBuilt) return 1;
  if (electron.binary === null) return runWeb(electron.reason);
  if (!(await build(['main', 'preload']))) return 1;
  return runDesktop(electron.binary);
}

/** @param {readonly import('./build.mjs').Part[]} parts */
function build(parts) {
  return buildWhatIsStale(parts, { quiet: true });
}

/** @param {string} binary */
async function runDesktop(binary) {
  const startedAt = Date.now();
  const end = await runChild(binary, [projectRoot, ...args]);
  // Missing system libraries end it at once: with 127 from the loader, or by a signal it sent itself.
  const neverOpened = end.code === 127 || ['SIGTRAP', 'SIGABRT', 'SIGSEGV', 'SIGILL'].includes(end.signal || '');
  if (neverOpened && Date.now() - startedAt < 5_000) {
    return runWeb(`Electron ended at once (${end.signal || `exit code ${end.code}`})`);
  }
  return end.code;
}

/**
 * The built host where it is up to date: a start of it takes half the time. Where it is not, the sources run as they
 * are, and nobody waits for a build; a first start, which builds the window anyway, builds it too.
 * @param {string} reason
 */
async function runWeb(reason) {
  const isFirst = isStale(projectRoot, 'renderer');
  if (!(await build(isFirst ? ['main', 'renderer'] : ['renderer']))) return 1;
  const entry = isFirst || !isStale(projectRoot, 'main') ? 'out/main/web.js' : 'src/main/hosts/web/main.ts';
  process.stdout.write(`Opening the window in the browser: ${reason}.\n`);
  return (await runLocalNode(entry, args, { tied: true })).code;
}
