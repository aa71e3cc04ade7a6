/** The life of the web host in one process: which port, which lines, which exit code. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runWebHost, usualPort } from '#main/hosts/web/run-web-host.ts';
import { createSmallApp, LIFE_FILE } from '#test/support/hosts/small-app.ts';
import { makeWindowFixture } from '#test/support/window-fixture.ts';

function hosted(args: readonly string[], windowDir?: string) {
  const profileDir = mkdtempSync(join(tmpdir(), 'shadowdesk-profile-'));
  const fixture = makeWindowFixture('export {}');
  onTestFinished(() => {
    fixture.dispose();
    rmSync(profileDir, { recursive: true, force: true });
  });
  const printed: string[] = [];
  const complaints: string[] = [];
  let end: () => void = () => undefined;
  let heardAddress: (line: string) => void = () => undefined;
  const address = new Promise<string>((resolve) => {
    heardAddress = resolve;
  });
  const code = runWebHost({
    args: ['--no-open', '--profile', profileDir, ...args],
    machine: { platform: 'linux', env: {}, homeDir: profileDir },
    windowDir: windowDir ?? fixture.windowDir,
    createApp: createSmallApp,
    print(line) {
      printed.push(line);
      heardAddress(line);
    },
    complain: (line) => complaints.push(line),
    nowMs: () => 0,
    ended: new Promise((resolve) => {
      end = resolve;
    }),
  });
  const life = () => readFileSync(join(profileDir, LIFE_FILE), 'utf8').trim().split('\n');
  return { code, printed, complaints, address, end: () => end(), life };
}

/** Takes the port, or finds it taken already: both will do. */
function occupy(port: number): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  return new Promise((resolve) => {
    server.on('error', () => resolve(port));
    server.listen(port, '127.0.0.1', () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

describe('the web host', () => {
  it('prints its address in one line and closes everything in order', async () => {
    const host = hosted(['--port', '0']);
    expect(await host.address).toMatch(/^Shadowdesk: http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
    host.end();
    expect(await host.code).toBe(0);
    expect(host.printed).toHaveLength(1);
    expect(host.complaints).toEqual([]);
    expect(host.life()).toEqual(['created', 'started', 'closed']);
  });

  it('takes the next free port when the usual one is taken', async () => {
    await occupy(usualPort);
    const host = hosted([]);
    const [, port = ''] = /:(\d+)\/#/.exec(await host.address) ?? [];
    expect(Number(port)).toBeGreaterThan(usualPort);
    expect(Number(port)).toBeLessThan(usualPort + 20);
    host.end();
    expect(await host.code).toBe(0);
  });

  it('does not move from a port that was asked for, and leaves the record closed', async () => {
    const taken = await occupy(0);
    const host = hosted(['--port', String(taken)]);
    expect(await host.code).toBe(1);
    expect(host.complaints.join()).toContain(`Port ${taken} cannot be used`);
    expect(host.life()).toEqual(['created', 'closed']);
  });

  it('says what to do when the window is not built, and touches no record', async () => {
    const host = hosted([], '/nowhere/at/all');
    expect(await host.code).toBe(1);
    expect(host.complaints).toEqual(['The window has not been built. Run `npm run build`, then start again.']);
    expect(host.life).toThrow();
  });

  it('explains itself, and what it does not understand', async () => {
    const help = hosted(['--help']);
    expect(await help.code).toBe(0);
    expect(help.printed.join()).toContain('--no-open');
    const wrong = hosted(['--prot', '1']);
    expect(await wrong.code).toBe(2);
    expect(wrong.complaints.join()).toContain('--help');
  });
});
