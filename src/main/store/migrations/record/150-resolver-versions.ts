/** Finds what another version of the resolver graded, so that counts of trainable rows stay quick (PH-10, ML-3). */
import type { Migration } from '../../migrate.ts';

export const resolverVersions: Migration = {
  version: 150,
  name: 'resolver-versions',
  sql: 'CREATE INDEX phantoms_by_version ON phantoms (resolver_version, facet_no);',
};
