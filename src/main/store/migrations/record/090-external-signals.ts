/** Signals from outside as they were taken (ST-20, PL-6), and what others say became of signals (the truth log). */
import type { Migration } from '../../migrate.ts';

export const externalSignals: Migration = {
  version: 90,
  name: 'external-signals',
  sql: `
-- Inputs of the engine: a replay of the stored bars with these between them gives the same events.
CREATE TABLE external_signals (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  -- The source's own name of it: the database itself refuses to take one twice.
  external_id TEXT NOT NULL,
  phantom_no INTEGER NOT NULL UNIQUE REFERENCES phantoms (no) ON DELETE CASCADE,
  instrument_id TEXT NOT NULL,
  time INTEGER NOT NULL,
  -- Close time of the newest batch of bars that had been worked when it came.
  after_close_time INTEGER NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('live', 'import')),
  -- JSON of the signal as it was given.
  document TEXT NOT NULL,
  UNIQUE (source, external_id)
) STRICT;

-- Beside our outcome, never instead of it.
CREATE TABLE truth_log (
  phantom_no INTEGER PRIMARY KEY REFERENCES phantoms (no) ON DELETE CASCADE,
  completed INTEGER NOT NULL CHECK (completed IN (0, 1)),
  outcome TEXT,
  max_favorable_pips REAL,
  max_adverse_pips REAL,
  runtime_seconds REAL,
  file_name TEXT NOT NULL,
  -- Wall time.
  imported_at INTEGER NOT NULL,
  CHECK (completed = 0 OR outcome IS NOT NULL)
) STRICT;
`,
};
