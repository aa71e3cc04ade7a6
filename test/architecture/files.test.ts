/** Files stay short enough to be read at once. */
import { expect, it } from 'vitest';
import { readSources, type SourceFile } from './source.ts';

/** From here on a file should be split between policy and orchestration; beyond the second line it must be. */
const lines = { shouldSplit: 400, mustSplit: 450 };

function longerThan(limit: number, files: readonly SourceFile[]): string[] {
  return files
    .map((file) => ({ path: file.path, count: file.text.trimEnd().split('\n').length }))
    .filter(({ count }) => count > limit)
    .map(({ path, count }) => `${path}: ${count} lines`);
}

it('no file is longer than 450 lines, and those above 400 are named', async ({ annotate }) => {
  // Fixtures are data.
  const files = readSources('src', 'test', 'scripts').filter(({ path }) => !path.startsWith('test/fixtures/'));
  for (const long of longerThan(lines.shouldSplit, files)) await annotate(`${long}, should be split`, 'warning');
  expect(longerThan(lines.mustSplit, files)).toEqual([]);
});

it('a planted long file is named with its length', () => {
  const text = 'a;\n'.repeat(lines.mustSplit + 1);
  expect(longerThan(lines.mustSplit, [{ path: 'src/core/base/long.ts', text }])).toEqual([
    'src/core/base/long.ts: 451 lines',
  ]);
  expect(longerThan(lines.mustSplit, [{ path: 'src/core/base/a.ts', text: text.slice(3) }])).toEqual([]);
});
