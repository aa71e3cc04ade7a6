/** The facts of the platform on which everything stands; each was found by trying, and each would break silently. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { isStale } from '../../../scripts/build.mjs';
import { fixLock } from '../../../scripts/fix-lock.mjs';
import { findLocalNode, minimumNode } from '../../../scripts/launcher.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

function readJson(name: string) {
  return JSON.parse(readFileSync(join(root, name), 'utf8'));
}

function olderThan(version: string, wanted: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const index = wanted.findIndex((part, position) => parts[position] !== part);
  return index >= 0 && (parts[index] ?? 0) < (wanted[index] ?? 0);
}

describe('the installation', () => {
  const lock = readJson('package-lock.json');
  const manifest = readJson('package.json');

  it('needs no Python: npm 10 sees that better-sqlite3 is not built, npm 11.19 and newer that its script is not run', () => {
    expect(lock.packages['node_modules/better-sqlite3'].gypfile).toBe(false);
    expect(manifest.allowScripts).toEqual({ node: true, 'better-sqlite3': false });
  });

  it('uses whatever registry is configured: the lock file names none', () => {
    const addresses = Object.values<{ resolved?: string; link?: boolean }>(lock.packages)
      .filter((entry) => entry.link !== true)
      .flatMap((entry) => entry.resolved ?? []);
    expect(addresses).toEqual([]);
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  });

  it('is the same everywhere: every version is exact, and the lock file has the same ones', () => {
    const pinned: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };
    for (const [name, version] of Object.entries(pinned)) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  it('`npm run lock` repairs what an installation did to the lock file', () => {
    const damaged = structuredClone(lock);
    delete damaged.packages['node_modules/better-sqlite3'].gypfile;
    damaged.packages['node_modules/zod'].resolved = 'http://127.0.0.1/zod.tgz';
    expect(fixLock(damaged)).toEqual(lock);
  });

  it('the launchers and package.json ask for the same Node', () => {
    expect(manifest.engines.node).toBe(`>=${minimumNode.major}.${minimumNode.minor}`);
  });
});

describe('the runtime', () => {
  it('is the Node of the project, of the same line that Electron embeds', () => {
    expect(findLocalNode(root)).not.toBeNull();
    expect(process.versions.node).toBe(readJson('package.json').devDependencies.node);
    expect(process.versions.node).toMatch(/^24\./);
  });

  it('opens a database with SQLite 3.51.3 or newer (older ones can corrupt a WAL)', () => {
    const database = new Database(':memory:');
    const version = database.prepare('SELECT sqlite_version()').pluck().get();
    database.close();
    expect(version).toMatch(/^3\.\d+\.\d+$/);
    expect(olderThan(String(version), [3, 51, 3])).toBe(false);
    expect(olderThan('3.51.2', [3, 51, 3])).toBe(true);
    expect(olderThan('3.52.0', [3, 51, 3])).toBe(false);
  });

  it('starts a worker from a TypeScript file that imports by a # path', async () => {
    const worker = new Worker(new URL('./echo.worker.ts', import.meta.url));
    const answer = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.postMessage('hello');
    });
    await worker.terminate();
    expect(answer).toEqual({ ok: true, value: 'hello' });
  });
});

describe('the built desktop application', () => {
  it('has a CommonJS preload: a sandboxed one cannot be a module', (context) => {
    if (isStale(root, 'preload')) return context.skip('out/ is not built, or older than the sources');
    const built = readdirSync(join(root, 'out', 'preload')).filter((name) => !name.endsWith('.map'));
    expect(built).toEqual(['preload.cjs']);
    const text = readFileSync(join(root, 'out', 'preload', 'preload.cjs'), 'utf8');
    expect(text).toMatch(/require\(["']electron["']\)/);
    expect(text).not.toMatch(/^\s*(?:import|export)\s/m);
  });

  it('has a page without inline scripts and without addresses outside of it', (context) => {
    if (isStale(root, 'renderer')) return context.skip('out/ is not built, or older than the sources');
    const page = readFileSync(join(root, 'out', 'renderer', 'index.html'), 'utf8');
    const scripts = [...page.matchAll(/<script\b([^>]*)>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes, body] of scripts) {
      expect(attributes).toMatch(/\bsrc="\.\//);
      expect(body?.trim()).toBe('');
    }
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });
});
