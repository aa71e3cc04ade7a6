/** What is observed at times of its own and what became of it (ML-3); predictions of values and second opinions (ML-45). */
import type { Migration } from '../../migrate.ts';

export const observations: Migration = {
  version: 100,
  name: 'observations',
  sql: `
CREATE TABLE observations (
  no INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('opening', 'hour')),
  instrument_id TEXT NOT NULL,
  simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
  -- All that the vector knows had closed by then; it is encoded as in phantom_features.
  time INTEGER NOT NULL,
  set_no INTEGER NOT NULL REFERENCES feature_sets (no),
  vector BLOB NOT NULL,
  -- unknown: bars are missing, the label will never be known.
  state TEXT NOT NULL CHECK (state IN ('waiting', 'labelled', 'unknown')),
  target REAL,
  resolved_at INTEGER,
  -- What the model of these observations forecast then, as JSON; null while none was at work.
  model_id TEXT REFERENCES models (id),
  said TEXT,
  CHECK ((state = 'labelled') = (target IS NOT NULL)),
  UNIQUE (instrument_id, kind, time)
) STRICT;
CREATE INDEX observations_to_learn_from ON observations (kind, simulated, state, time);
CREATE INDEX observations_waiting ON observations (time) WHERE state = 'waiting';

-- The database cannot change a CHECK in place: the same table again, with opinions and forecast values.
CREATE TABLE predictions_anew (
  phantom_no INTEGER NOT NULL REFERENCES phantoms (no),
  model_id TEXT NOT NULL REFERENCES models (id),
  role TEXT NOT NULL CHECK (role IN ('decided', 'opinion', 'shadow')),
  probability REAL CHECK (probability BETWEEN 0 AND 1),
  heads TEXT NOT NULL,
  time INTEGER NOT NULL,
  value REAL,
  CHECK ((probability IS NULL) <> (value IS NULL)),
  PRIMARY KEY (model_id, phantom_no)
) STRICT, WITHOUT ROWID;
INSERT INTO predictions_anew SELECT phantom_no, model_id, role, probability, heads, time, NULL FROM predictions;
DROP TABLE predictions;
ALTER TABLE predictions_anew RENAME TO predictions;
CREATE INDEX predictions_by_time ON predictions (role, time, phantom_no, model_id, probability);
`,
};
