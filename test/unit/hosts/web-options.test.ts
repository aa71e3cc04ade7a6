/** The command line of the web host, and where the record lives by default. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultProfileDir } from '#main/hosts/profile-folder.ts';
import { parseWebOptions } from '#main/hosts/web/web-options.ts';

const machine = { platform: 'linux', env: {}, homeDir: '/home/trader' };

describe('web host options', () => {
  it('have defaults that work', () => {
    const value = { profileDir: '/home/trader/.config/shadowdesk', port: null, openBrowser: true, help: false };
    expect(parseWebOptions([], machine)).toEqual({ ok: true, value });
  });

  it('are taken as given', () => {
    const parsed = parseWebOptions(['--profile', 'here', '--port', '0', '--no-open'], machine);
    expect(parsed).toMatchObject({ ok: true, value: { profileDir: resolve('here'), port: 0, openBrowser: false } });
  });

  it.each([
    ['--port', 'x'],
    ['--port', '65536'],
    ['--port', '-1'],
    ['--port', '1.5'],
    ['--wrong'],
    ['stray'],
  ])('are refused with a remedy: %s %s', (...args) => {
    const given = args.filter((argument): argument is string => typeof argument === 'string');
    expect(parseWebOptions(given, machine)).toMatchObject({
      ok: false,
      error: { kind: 'usage', remedy: 'See --help.' },
    });
  });
});

it('WS-1: every host finds the record in the same folder', () => {
  expect(defaultProfileDir({ ...machine, env: { XDG_CONFIG_HOME: '/elsewhere' } })).toBe('/elsewhere/shadowdesk');
  expect(defaultProfileDir({ ...machine, platform: 'darwin' })).toBe(
    '/home/trader/Library/Application Support/shadowdesk',
  );
  const windows = defaultProfileDir({ ...machine, platform: 'win32', env: { APPDATA: 'C:\\Users\\trader\\Roaming' } });
  expect(windows).toContain('shadowdesk');
});
