/** Feature vectors recorded beside the one that a strategy's model reads: other models, gates, second opinions (FE-6). */
import type { Migration } from '../../migrate.ts';

export const besideVectors: Migration = {
  version: 70,
  name: 'beside-vectors',
  sql: `
-- Vectors are encoded as in phantom_features; position keeps the order in which the engine recorded them.
CREATE TABLE phantom_beside (
  phantom_no INTEGER NOT NULL REFERENCES phantoms (no) ON DELETE CASCADE,
  set_no INTEGER NOT NULL REFERENCES feature_sets (no),
  position INTEGER NOT NULL,
  vector BLOB NOT NULL,
  PRIMARY KEY (phantom_no, set_no)
) STRICT, WITHOUT ROWID;
`,
};
