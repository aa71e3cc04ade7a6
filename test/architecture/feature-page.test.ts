/** The guide's page of features says what the catalogue says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FEATURES } from '#core/signals/features/feature-catalogue.ts';
import { featurePage } from '#test/support/feature-page.ts';
import { projectRoot } from './source.ts';

it('FE-1: docs/guide/features.md is what scripts/feature-docs.ts writes', () => {
  expect(readFileSync(join(projectRoot, 'docs/guide/features.md'), 'utf8')).toBe(featurePage());
});

it('FE-1: every feature of the catalogue is on the page', () => {
  const page = featurePage();
  expect(FEATURES.filter(({ name }) => !page.includes(`\`${name}\``)).map(({ name }) => name)).toEqual([]);
});
