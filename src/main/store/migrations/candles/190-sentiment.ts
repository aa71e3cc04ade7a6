/** An imported sentiment index, with what the desk had worked when each file came (FE-13, FE-2). */
import type { Migration } from '../../migrate.ts';

export const sentiment: Migration = {
  version: 190,
  name: 'sentiment',
  sql: `
CREATE TABLE sentiment_imports (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  file_name TEXT NOT NULL,
  -- Wall time.
  imported_at INTEGER NOT NULL,
  -- JSON {instrument id: close time}: up to when each had been worked by then.
  worked_until TEXT NOT NULL
) STRICT;

-- Append-only: a later value of one scope and time stands beside the earlier one, and counts for what is worked after it.
CREATE TABLE sentiment_points (
  -- '': everything; a quote, a symbol, or an instrument's id.
  scope TEXT NOT NULL,
  time INTEGER NOT NULL,
  import_no INTEGER NOT NULL REFERENCES sentiment_imports (no),
  value REAL NOT NULL CHECK (value BETWEEN 0 AND 100),
  PRIMARY KEY (scope, time, import_no)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER sentiment_points_stay BEFORE UPDATE ON sentiment_points BEGIN
  SELECT RAISE(ABORT, 'sentiment values are append-only');
END;
`,
};
