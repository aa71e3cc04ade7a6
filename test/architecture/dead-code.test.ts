/** The check for dead code finds what is planted (`npm run verify` runs it over the sources). */
import { describe, expect, it } from 'vitest';
import { checkDeadCode } from './check-dead-code.ts';

describe('planted dead code', () => {
  const host = { path: 'src/main/hosts/cli/main.ts', text: `import { used } from '#core/base/a.ts'; used();` };
  const check = (text: string, user = '') =>
    checkDeadCode([host, { path: 'src/core/base/a.ts', text }], [{ path: 'test/unit/a.test.ts', text: user }]);

  it('is a file that nobody imports', () => {
    const sources = [
      { path: 'src/core/base/b.ts', text: 'export const b = 1;' },
      { path: 'src/core/base/a.ts', text: 'export const used = () => {};' },
      host,
    ];
    expect(checkDeadCode(sources, [])).toEqual(['src/core/base/b.ts: nothing imports this file']);
  });

  it('is an export that nobody imports, also when its own file uses it', () => {
    expect(check('export function used() { return left(); }\nexport function left() {}')).toEqual([
      'src/core/base/a.ts:2: nobody imports `left`',
    ]);
  });

  it('is a type that nobody uses', () => {
    expect(check('export const used = () => {};\nexport interface Left {}')).toEqual([
      'src/core/base/a.ts:2: nobody imports `Left`',
    ]);
  });

  it('is not the type of an exported function, nor what a test or a whole-module import takes', () => {
    expect(check('export interface Options {}\nexport const used = (options: Options) => options;')).toEqual([]);
    expect(check('export const used = 1; export const a = 1;', `import { a } from '#core/base/a.ts';`)).toEqual([]);
    expect(check('export const used = 1; export const a = 1;', `import * as a from '#core/base/a.ts';`)).toEqual([]);
    expect(check('export const used = 1; export const a = 1;', `await import('#core/base/a.ts');`)).toEqual([]);
  });
});
