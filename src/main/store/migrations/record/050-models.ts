/** Models: versions with their artefacts, the jobs that trained them, and what they said of each signal (ML-20, ML-40, ML-45). */
import type { Migration } from '../../migrate.ts';

export const models: Migration = {
  version: 50,
  name: 'models',
  sql: `
CREATE TABLE models (
  id TEXT PRIMARY KEY CHECK (length(id) = 64),
  model TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('challenger', 'champion', 'retired', 'rejected', 'rolled-back')),
  trained_until INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  activated_at INTEGER,
  retired_at INTEGER,
  reason TEXT NOT NULL,
  -- Everything else of a version, as JSON.
  document TEXT NOT NULL,
  UNIQUE (model, version)
) STRICT, WITHOUT ROWID;
-- The database itself refuses a second champion of a model.
CREATE UNIQUE INDEX one_champion ON models (model) WHERE state = 'champion';

CREATE TABLE model_artefacts (
  model_id TEXT PRIMARY KEY REFERENCES models (id),
  bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE training_jobs (
  id TEXT PRIMARY KEY,
  model TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
  queued_at INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX training_jobs_by_time ON training_jobs (queued_at);

CREATE TABLE predictions (
  phantom_no INTEGER NOT NULL REFERENCES phantoms (no),
  model_id TEXT NOT NULL REFERENCES models (id),
  role TEXT NOT NULL CHECK (role IN ('decided', 'shadow')),
  probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
  heads TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (model_id, phantom_no)
) STRICT, WITHOUT ROWID;
`,
};
