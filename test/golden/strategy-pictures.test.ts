/** The charts on the strategies' guide pages are what the strategies do now. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { strategyPictures } from '../../scripts/strategy-pictures.ts';

it('each page shows a long and a short of its strategy as of now: else npm run charts draws them anew', () => {
  const pictures = strategyPictures();
  const kept = (id: string) =>
    readFileSync(fileURLToPath(new URL(`../../docs/images/strategies/${id}.svg`, import.meta.url)), 'utf8');
  expect(pictures.filter(({ drawn }) => drawn !== 2)).toEqual([]);
  expect(pictures.filter(({ id, svg }) => svg !== kept(id)).map(({ id }) => id)).toEqual([]);
});
