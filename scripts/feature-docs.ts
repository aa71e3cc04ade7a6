/** Writes docs/guide/features.md anew from the catalogue of features. Run it after a feature or a set has changed. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { featurePage } from '#test/support/feature-page.ts';

const PAGE = fileURLToPath(new URL('../docs/guide/features.md', import.meta.url));

writeFileSync(PAGE, featurePage());
process.stdout.write(`Written: ${PAGE}\n`);
