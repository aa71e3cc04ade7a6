/**
 * What every command of the project starts from: which Node runs it, where the project is, how a child is run.
 *
 * Plain JavaScript on purpose, in a syntax that Node 14 still parses: these lines run under whatever Node the machine
 * has, and must be able to say that it is too old. The project itself runs under the Node in `node_modules`.
 */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The oldest Node that may start a launcher (`engines` in package.json says the same, and a test compares them). */
export const minimumNode = Object.freeze({ major: 20, minor: 19 });

export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * One sentence for the user when `version` (as in `process.versions.node`) cannot start the project; null when it can.
 * @param {string} version
 * @returns {string | null}
 */
export function nodeVersionComplaint(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > minimumNode.major || (major === minimumNode.major && minor >= minimumNode.minor);
  if (enough) return null;
  const wanted = `${minimumNode.major}.${minimumNode.minor}`;
  return `Shadowdesk needs Node ${wanted} or newer, and this is Node ${version}: install a current one from https://nodejs.org and try again.`;
}

/**
 * The Node binary that came with `npm ci`, or null when it is not there.
 * On Windows the package leaves a text file named `node` beside `node.exe`; its own package name differs on Apple silicon.
 * @param {string} root
 * @param {string} [platform]
 * @param {string} [arch]
 * @returns {string | null}
 */
export function findLocalNode(root, platform = process.platform, arch = process.arch) {
  const binary = platform === 'win32' ? 'node.exe' : 'node';
  const system = platform === 'win32' ? 'win' : platform;
  const packages = [`node-${system}-${arch}`, `node-bin-${system}-${arch}`];
  const modules = join(root, 'node_modules');
  const candidates = [
    join(modules, 'node', 'bin', binary),
    ...packages.map((name) => join(modules, 'node', 'node_modules', name, 'bin', binary)),
    ...packages.map((name) => join(modules, name, 'bin', binary)),
  ];
  for (const candidate of candidates)
    if (existsSync(candidate) && statSync(candidate).size > 1_000_000) return candidate;
  return null;
}

/**
 * One sentence for the user when the packages are not installed; null when they are.
 * @param {string} root
 * @returns {string | null}
 */
export function installComplaint(root) {
  // Written by npm as the last step of an installation, so a broken one is noticed too.
  if (existsSync(join(root, 'node_modules', '.package-lock.json')) && findLocalNode(root) !== null) return null;
  return `Shadowdesk's packages are not installed: run \`npm ci\` in ${root} first.`;
}

/** Ends the process with one sentence unless this Node and the installed packages can run the project. */
export function requireGround() {
  const complaint = nodeVersionComplaint(process.versions.node) || installComplaint(projectRoot);
  if (complaint === null) return;
  process.stderr.write(`${complaint}\n`);
  process.exit(1);
}

/**
 * Runs `binary` with `args`, hands signals on to it, and resolves to its exit code (128 + n after signal n).
 * @param {string} binary
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string | undefined>, cwd?: string, tied?: boolean, timeoutMs?: number, quiet?: boolean }} [options]
 *   `tied`: the child gets a channel by which it notices that the launcher is gone (see `tie.mjs`).
 * @returns {Promise<{ code: number, signal: string | null, output: string, timedOut: boolean }>}
 */
export function runChild(binary, args, options = {}) {
  const quiet = options.quiet === true;
  return new Promise((resolve) => {
    const child = spawn(binary, args, {
      cwd: options.cwd || process.cwd(),
      env: { ...process.env, ...options.env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : options.tied ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
    });
    let output = '';
    let timedOut = false;
    for (const stream of quiet ? [child.stdout, child.stderr] : []) {
      if (stream !== null) stream.on('data', (chunk) => (output += String(chunk)));
    }
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, options.timeoutMs);

    /** @type {readonly NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    const forwarders = signals.map((signal) => {
      const forward = () => {
        // A terminal sends Ctrl-C to the whole group: the child has it already, and a second one would hurry it.
        if (signal === 'SIGINT' && process.stdin.isTTY) return;
        child.kill(signal);
      };
      process.on(signal, forward);
      return () => process.removeListener(signal, forward);
    });

    let settled = false;
    /** @param {{ code: number, signal: string | null }} end */
    const settle = (end) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      for (const remove of forwarders) remove();
      resolve({ ...end, output, timedOut });
    };
    child.on('error', (error) => {
      output += error.message;
      if (!quiet) process.stderr.write(`${error.message}\n`);
      settle({ code: 1, signal: null });
    });
    /** @param {number | null} code @param {NodeJS.Signals | null} signal */
    const end = (code, signal) =>
      settle({ code: code === null ? 128 + (signal ? constants.signals[signal] : 0) : code, signal });
    // `close` waits for the last of the output, which only matters where it is collected.
    if (quiet) child.on('close', end);
    else child.on('exit', end);
  });
}

/**
 * Runs a program of the project (a path from its root, or an absolute one) under the local Node.
 * @param {string} entry
 * @param {readonly string[]} args
 * @param {Parameters<typeof runChild>[2]} [options]
 */
export function runLocalNode(entry, args, options = {}) {
  const node = findLocalNode(projectRoot);
  if (node === null) throw new Error('requireGround() comes first');
  // What was compiled once (and, of TypeScript, stripped) is kept: a start takes half the time. Without the right to write
  // there Node goes on without it.
  const compiled = process.env.NODE_COMPILE_CACHE || join(projectRoot, 'node_modules', '.cache', 'compiled');
  const env = { NODE_COMPILE_CACHE: compiled, ...options.env };
  const tie = options.tied ? ['--import', new URL('./tie.mjs', import.meta.url).href] : [];
  return runChild(node, [...tie, join(projectRoot, entry), ...args], { ...options, env });
}
