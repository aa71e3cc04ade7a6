/** The walls of the house: the real sources keep them, and every wall falls on a planted breach. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkWalls, roomOf } from './check-walls.ts';
import { projectRoot, readSources } from './source.ts';
import { publicDoors, rooms } from './walls.ts';

function planted(path: string, text: string): string[] {
  return checkWalls([{ path, text }]);
}

describe('the sources', () => {
  it('keep every wall', () => {
    expect(checkWalls(readSources('src'))).toEqual([]);
  });

  it('are found at all', () => {
    expect(readSources('src').length).toBeGreaterThan(5);
  });
});

describe('the table', () => {
  it('names only packages that package.json pins', () => {
    const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    const pinned = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const named = rooms.flatMap((room) => room.packages ?? []).map(([name]) => name);
    // TensorFlow.js comes with the learning engine; until then its wall stands without it.
    const missing = named.filter((name) => !pinned.includes(name) && name !== '@tensorflow/*');
    expect(missing).toEqual([]);
  });

  it('gives a reason for every package and every public door', () => {
    const reasons = [...rooms.flatMap((room) => room.packages ?? []), ...publicDoors].map(([, why]) => why);
    expect(reasons.filter((why) => why.trim() === '')).toEqual([]);
  });

  it('finds the innermost room of a file', () => {
    expect(roomOf('src/main/hosts/electron/main.ts')?.path).toBe('main/hosts/electron');
    expect(roomOf('src/main/hosts/shared.ts')?.path).toBe('main/hosts');
    expect(roomOf('src/main/hosts-of-old/x.ts')).toBeNull();
  });
});

/** One forbidden step per line of the table: where it is planted, what is written, and what the checker must name. */
const breaches: readonly (readonly [path: string, text: string, named: string])[] = [
  ['src/core/base/a.ts', `import type { X } from '#core/domain/x.ts';`, 'core/base may not import core/domain'],
  ['src/core/domain/a.ts', `import { x } from '#core/fills/x.ts';`, 'core/domain may not import core/fills'],
  ['src/core/fills/a.ts', `import { x } from '#core/market/x.ts';`, 'core/fills may not import core/market'],
  ...neighbours(['market', 'signals', 'phantoms', 'learning', 'decisions', 'analysis', 'tuning']),
  ['src/core/phantoms/a.ts', `import { x } from '#core/engine/x.ts';`, 'core/phantoms may not import core/engine'],
  ['src/core/engine/a.ts', `import { x } from '#contract/x.ts';`, 'core/engine may not import contract'],
  ['src/core/engine/a.ts', `import { x } from '#main/store/x.ts';`, 'core/engine may not import main/store'],
  ['src/contract/a.ts', `import { x } from '#core/market/x.ts';`, 'contract may not import core/market'],
  ['src/contract/a.ts', `import type { X } from '#core/phantoms/x.ts';`, 'contract may not import core/phantoms'],
  ['src/contract/rpc/a.ts', `export { x } from '#main/services/x.ts';`, 'contract/rpc may not import main/services'],
  [
    'src/contract/areas/status-words.ts',
    `import { x } from '#contract/areas/models.ts';`,
    'status-words.ts may import types of contract only',
  ],
  [
    'src/contract/areas/setting-defaults.ts',
    `import { x } from '#contract/areas/settings.ts';`,
    'setting-defaults.ts may import types of contract only',
  ],
  ['src/main/files/a.ts', `import { x } from '#main/store/x.ts';`, 'main/files may not import main/store'],
  ['src/main/exchange/a.ts', `import { x } from '#core/market/x.ts';`, 'main/exchange may not import core/market'],
  ['src/main/exchange/a.ts', `import { x } from '#main/store/x.ts';`, 'main/exchange may not import main/store'],
  ['src/main/store/a.ts', `import { x } from '#core/phantoms/x.ts';`, 'main/store may not import core/phantoms'],
  ['src/main/store/a.ts', `import { x } from '#main/exchange/x.ts';`, 'main/store may not import main/exchange'],
  [
    'src/main/services/a.ts',
    `import { x } from '#main/store/x.ts';`,
    'main/services may import types of main/store only',
  ],
  [
    'src/main/services/a.ts',
    `await import('#main/exchange/x.ts');`,
    'main/services may import types of main/exchange only',
  ],
  ['src/main/services/a.ts', `import { x } from '#main/workers/x.ts';`, 'main/services may not import main/workers'],
  [
    'src/main/services/a.ts',
    `import { x } from '#main/hosts/web/x.ts';`,
    'main/services may not import main/hosts/web',
  ],
  ['src/main/workers/a.ts', `import { x } from '#main/services/x.ts';`, 'main/workers may not import main/services'],
  [
    'src/main/workers/analysis.worker.ts',
    `import { x } from '#main/exchange/x.ts';`,
    'main/workers/analysis.worker.ts may not import main/exchange',
  ],
  [
    'src/main/workers/history.worker.ts',
    `import { x } from '#main/exchange/x.ts';`,
    'main/workers/history.worker.ts may not import main/exchange',
  ],
  ['src/main/app.ts', `import { x } from '#main/hosts/x.ts';`, 'main/app.ts may not import main/hosts'],
  ['src/main/hosts/web/a.ts', `import { x } from '#renderer/x.ts';`, 'main/hosts/web may not import renderer'],
  ['src/main/hosts/electron/a.ts', `import Hono from 'hono';`, 'main/hosts/electron may not use the package hono'],
  ['src/preload/a.ts', `import { x } from '#contract/x.ts';`, 'preload may not import contract'],
  ['src/preload/a.ts', `import { x } from '#core/base/x.ts';`, 'preload may not import core/base'],
  ['src/renderer/lib/a.ts', `import { x } from '#contract/x.ts';`, 'renderer may import types of contract only'],
  ['src/renderer/lib/a.ts', `import { x } from '#core/domain/x.ts';`, 'renderer may import types of core/domain only'],
  ['src/renderer/lib/a.ts', `import type { X } from '#core/engine/x.ts';`, 'renderer may not import core/engine'],
  ['src/renderer/lib/a.ts', `import type { X } from '#main/services/x.ts';`, 'renderer may not import main/services'],
  [
    'src/renderer/features/chart/a.tsx',
    `import { x } from '../tickets/x.tsx';`,
    'renderer/features/chart may not import',
  ],
  [
    'src/renderer/features/chart/a.tsx',
    `import { x } from '#renderer/features/log/x.ts';`,
    'may not import renderer/features/log',
  ],

  ['src/core/base/a.ts', `import { join } from 'node:path';`, 'core/base may not use `node:path`'],
  ['src/core/base/a.ts', `import { join } from 'path';`, 'is written node:path'],
  ['src/core/engine/a.ts', `import { z } from 'zod';`, 'core/engine may not use the package zod'],
  ['src/core/engine/a.ts', `import('fast' + '-' + 'check');`, 'import() of a computed name'],
  ['src/contract/a.ts', `import type { Hash } from 'node:crypto';`, 'contract may not use `node:crypto`'],
  ['src/preload/a.ts', `import { x } from 'node:fs';`, 'preload may not use `node:fs`'],
  ['src/renderer/lib/a.ts', `import { x } from 'node:fs';`, 'renderer may not use `node:fs`'],
  ['src/main/services/a.ts', `import ccxt from 'ccxt';`, 'main/services may not use the package ccxt'],
  ['src/main/services/a.ts', `import.meta.resolve('ccxt');`, 'main/services may not use the package ccxt'],
  ['src/main/hosts/cli/a.ts', `import ccxt from 'ccxt/js/src/pro/binance.js';`, 'may not use the package ccxt'],
  ['src/main/services/a.ts', `import Database from 'better-sqlite3';`, 'may not use the package better-sqlite3'],
  ['src/main/hosts/web/a.ts', `require('better-sqlite3');`, 'may not use the package better-sqlite3'],
  ['src/main/services/a.ts', `import * as tf from '@tensorflow/tfjs';`, 'may not use the package @tensorflow/tfjs'],
  [
    'src/core/learning/a.ts',
    `import * as tf from '@tensorflow/tfjs-core';`,
    'may not use the package @tensorflow/tfjs-core',
  ],
  ['src/main/services/a.ts', `import { app } from 'electron';`, 'main/services may not use the package electron'],
  [
    'src/main/hosts/web/a.ts',
    `import type { App } from 'electron';`,
    'main/hosts/web may not use the package electron',
  ],
  [
    'src/renderer/boot/a.tsx',
    `import { ipcRenderer } from 'electron/renderer';`,
    'renderer may not use the package electron',
  ],

  ['src/main/services/a.ts', `const home = process.env.HOME;`, 'process.env is read by hosts only'],
  ['src/main/services/a.ts', `const home = process['env'].HOME;`, 'process.env is read by hosts only'],
  ['src/main/store/a.ts', `const [first] = globalThis.process.argv;`, 'process.argv is read by hosts only'],
  ['src/main/exchange/a.ts', `const { env } = process;`, 'process is read by hosts only'],
  ['src/main/app.ts', `import { argv } from 'node:process';`, 'node:process is read by hosts only'],

  ['src/main/hosts/web/a.ts', `import { x } from '../../../core/base/x.ts';`, 'climbs too far'],
  ['src/core/fills/a.ts', `import { x } from '../base/x.ts';`, 'use a # path'],
  ['src/main/hosts/web/a.ts', `new Worker(new URL('../../../test/x.ts', import.meta.url));`, 'climbs too far'],
  ['src/core/base/a.ts', `import { x } from '#test/support/x.ts';`, 'not part of it'],
  ['src/core/base/a.ts', `export * from './result.ts';`, 'a barrel re-exports'],
  ['src/core/fills/index.ts', `export { x } from './x.ts';`, 'a barrel re-exports'],
  ['src/utils/a.ts', ``, 'the house has no such room'],
  ['src/core/utils/a.ts', ``, 'the house has no such room'],
  ['src/main/services/a.ts', `import { x } from '#core/utils/x.ts';`, 'is in no room of the house'],
];

/** Each room of the row against the next one, so that every room is planted once. */
function neighbours(row: readonly string[]): (readonly [string, string, string])[] {
  return row.map((room, index) => {
    const next = row[(index + 1) % row.length];
    const named = `core/${room} may not import core/${next}`;
    return [`src/core/${room}/a.ts`, `import type { X } from '#core/${next}/x.ts';`, named];
  });
}

describe('a planted breach', () => {
  it.each(breaches)('in %s: %s', (path, text, named) => {
    const faults = planted(path, text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(path);
    expect(faults[0]).toContain(named);
  });

  it('is found in every room of the table', () => {
    const untouched = rooms.filter((room) => !breaches.some(([path]) => roomOf(path)?.path === room.path));
    expect(untouched).toEqual([]);
  });

  it('is named with its line', () => {
    const [fault] = planted('src/core/base/a.ts', `/** Purpose. */\n\nimport { z } from 'zod';\n`);
    expect(fault).toMatch(/^src\/core\/base\/a\.ts:3: /);
  });
});

describe('what the table allows', () => {
  it.each([
    ['src/core/fills/a.ts', `import { x } from '#core/base/x.ts'; import { y } from './y.ts';`],
    ['src/core/signals/strategies/a.ts', `import { x } from '../indicators/x.ts';`],
    [
      'src/core/engine/a.ts',
      `import { x } from '#core/phantoms/x.ts'; import { sha256 } from '@noble/hashes/sha2.js';`,
    ],
    ['src/contract/a.ts', `import { z } from 'zod'; import type { X } from '#core/domain/x.ts';`],
    ['src/main/services/a.ts', `import type { Store } from '#main/store/store.ts'; import { join } from 'node:path';`],
    ['src/main/services/a.ts', `type S = import('#main/store/store.ts').Store;`],
    ['src/main/hosts/cli/a.ts', `import { x } from '#main/store/x.ts'; export const a = process.argv;`],
    ['src/main/exchange/a.ts', `await import(new URL('./src/pro/binance.js', import.meta.resolve('ccxt')).href);`],
    [
      'src/renderer/features/chart/a.tsx',
      `import './chart.css'; import { x } from '../../lib/x.ts'; import.meta.env.DEV;`,
    ],
    ['src/renderer/ui/a.tsx', `export const A = () => <p>Don't import ccxt from 'ccxt'</p>;`],
    ['src/core/base/a.ts', `/* import 'ccxt' */ const text = "import x from 'ccxt'"; // process.env`],
  ])('passes in %s: %s', (path, text) => {
    expect(planted(path, text)).toEqual([]);
  });
});
