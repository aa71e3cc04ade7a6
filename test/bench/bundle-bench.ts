/** PE-19: what the window loads before it shows anything. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { BenchLine } from './measure.ts';

const RENDERER = fileURLToPath(new URL('../../out/renderer/', import.meta.url));

export function bundleLines(): readonly BenchLine[] {
  const page = join(RENDERER, 'index.html');
  const what = 'initial renderer bundle';
  if (!existsSync(page)) return [{ id: 'PE-19', what, why: 'out/renderer is not built: npm run build' }];
  const html = readFileSync(page, 'utf8');
  // Scripts, styles and preloaded modules; icons and what is loaded later are not part of the first picture.
  const files = [...html.matchAll(/(?:src|href)="(?:\.?\/)?([^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? '');
  const bytes = [html, ...files.map((file) => readFileSync(join(RENDERER, file)))].map((part) => gzipSync(part).length);
  const size = bytes.reduce((sum, part) => sum + part, 0) / 1000;
  const note = `${files.join(', ')}; gzip`;
  return [{ id: 'PE-19', what, unit: 'kB', better: 'less', median: size, worst: size, bar: 500, peer: 'none', note }];
}
