/**
 * Draws the charts of the strategies' guide pages anew. The same market gives the same files; a test tells when they are
 * no longer what the strategies do.
 * Usage: npm run charts [-- id ...]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { strategyPictures } from './strategy-pictures.ts';

const FOLDER = fileURLToPath(new URL('../docs/images/strategies/', import.meta.url));

mkdirSync(FOLDER, { recursive: true });
for (const { id, svg, signals, drawn } of strategyPictures(process.argv.slice(2))) {
  writeFileSync(`${FOLDER}${id}.svg`, svg);
  process.stdout.write(`${id}: ${signals} signals, drawn ${drawn}\n`);
}
