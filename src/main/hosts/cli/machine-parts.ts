/** Looks for the programs that show the window; never fetches or starts one. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Machine } from '../profile-folder.ts';

const BROWSERS = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];

/** A Chrome or Chromium on the PATH, at the path `CHROME_PATH` names, or in the usual place; null when there is none. */
export function findBrowser({ platform, env, homeDir }: Machine): string | null {
  const suffix = platform === 'win32' ? '.exe' : '';
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => BROWSERS.map((name) => join(folder, name + suffix)));
  const candidates = [env.CHROME_PATH, ...onPath, ...usualPlaces(platform, env, homeDir)];
  return candidates.find((path) => path !== undefined && isProgram(path)) ?? null;
}

function usualPlaces(platform: string, env: Machine['env'], homeDir: string): readonly string[] {
  if (platform === 'darwin') {
    const inside = 'Google Chrome.app/Contents/MacOS/Google Chrome';
    return ['/Applications', join(homeDir, 'Applications')].map((folder) => join(folder, inside));
  }
  if (platform !== 'win32') return ['/snap/bin/chromium'];
  return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'));
}

/** The Electron binary that belongs to the installed package; null while it has not been fetched. */
export function findElectron(projectDir: string): string | null {
  const folder = join(projectDir, 'node_modules', 'electron');
  try {
    // The package writes this file last, so a half-unpacked download does not count.
    const binary = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
