/** The first of the three walls: `core` and `contract` are compiled without the types of Node and of the DOM. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from './source.ts';

// Inside the project, so that the compiler finds the same packages as the real sources do.
const cache = join(projectRoot, 'node_modules', '.cache', 'shadowdesk');
let folder = '';

beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'environments-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What the compiler says about the planted files under the environment of `core`, as `file: code` lines. */
function compile(planted: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(planted)) writeFileSync(join(folder, name), text);
  const config = { extends: join(projectRoot, 'tsconfig.core.json'), include: [join(folder, '*.ts')] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  return spawnSync(process.execPath, [compiler, '-p', join(folder, 'tsconfig.json'), '--pretty', 'false'], {
    encoding: 'utf8',
    cwd: folder,
  }).stdout;
}

describe('under the environment of core', () => {
  it('a planted use of Node or of the DOM does not compile, the language alone does', () => {
    const said = compile({
      'timer.ts': 'export const timer = setTimeout(() => {}, 1);',
      'page.ts': 'export const title = document.title;',
      'node.ts': `import { join } from 'node:path';\nexport const path = join('a', 'b');`,
      'process.ts': 'export const home = process.env;',
      'console.ts': `console.log('a');\nexport {};`,
      'language.ts': 'export const root = Math.sqrt(new Float64Array([4])[0] ?? 0);',
    });
    const failing = [...new Set([...said.matchAll(/(\w+)\.ts\(\d+,\d+\): error/g)].map(([, name]) => name))].sort();
    expect(failing).toEqual(['console', 'node', 'page', 'process', 'timer']);
  });

  it('core and contract compile', () => {
    const compiler = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.core.json', '--pretty', 'false'], {
      encoding: 'utf8',
      cwd: projectRoot,
    });
    expect(stdout.split('\n').filter(Boolean)).toEqual([]);
  });
});
