/** Finds the Chrome or Chromium that the end-to-end tests drive, installs one where that can be done, or says what to do. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** @param {string | undefined} path */
function isProgram(path) {
  if (!path) return false;
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Path of a browser, or null. `CHROME_PATH` and `CHROMIUM_PATH` come first, then the PATH, then the usual places.
 * @param {{ platform: string, env: Record<string, string | undefined> }} [machine]
 * @returns {string | null}
 */
export function findBrowser({ platform, env } = { platform: process.platform, env: process.env }) {
  const onPath = (env.PATH || '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const mac = ['/Applications', join(env.HOME || '/', 'Applications')].flatMap((folder) => [
    join(folder, 'Google Chrome.app/Contents/MacOS/Google Chrome'),
    join(folder, 'Chromium.app/Contents/MacOS/Chromium'),
  ]);
  const windows = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => [
      join(folder, 'Google\\Chrome\\Application\\chrome.exe'),
      join(folder, 'Chromium\\Application\\chrome.exe'),
    ]);
  const usual = platform === 'darwin' ? mac : platform === 'win32' ? windows : ['/snap/bin/chromium'];
  return [env.CHROME_PATH, env.CHROMIUM_PATH, ...onPath, ...usual].find(isProgram) ?? null;
}

/** Debian and its kin as root can install one; elsewhere that is the user's decision. */
function canInstall() {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * A browser, installed if need be, or one sentence that says exactly what to install.
 * @returns {{ path: string } | { path: null, complaint: string }}
 */
export function ensureBrowser() {
  const present = findBrowser();
  if (present !== null) return { path: present };
  if (canInstall()) {
    process.stdout.write('Installing Chromium for the end-to-end tests ...\n');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
    ]) {
      spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    }
    const installed = findBrowser();
    if (installed !== null) return { path: installed };
  }
  /** @type {Partial<Record<NodeJS.Platform, string>>} */
  const ways = {
    darwin: '`brew install --cask chromium`, or Chrome from https://www.google.com/chrome',
    win32: 'Chrome from https://www.google.com/chrome',
  };
  const advice =
    ways[process.platform] ?? "`apt-get install chromium` (or your system's package of Chromium or Chrome)";
  return {
    path: null,
    complaint: `The end-to-end tests need Chrome or Chromium, and there is none: install it with ${advice}, or set CHROME_PATH.`,
  };
}
