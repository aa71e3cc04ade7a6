/** What older versions of the resolver said of signals that were graded again (PH-10). */
import type { Migration } from '../../migrate.ts';

export const grades: Migration = {
  version: 130,
  name: 'grades',
  sql: `
-- The phantom's own row holds the grade of record, the newest one; here is each that it replaced.
CREATE TABLE phantom_grades (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  phantom_no INTEGER NOT NULL REFERENCES phantoms (no) ON DELETE CASCADE,
  resolver_version INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  exit_reason TEXT,
  exit_price REAL,
  exit_time INTEGER,
  gross_r REAL,
  net_r REAL,
  pnl_percent REAL,
  max_favorable_price REAL NOT NULL,
  max_adverse_price REAL NOT NULL,
  max_favorable_r REAL NOT NULL,
  max_adverse_r REAL NOT NULL,
  one_r_hit INTEGER NOT NULL,
  two_r_hit INTEGER NOT NULL,
  tp1_hit INTEGER NOT NULL,
  be_moved INTEGER NOT NULL,
  runner_hit INTEGER NOT NULL,
  time_to_tp1_sec REAL,
  time_to_exit_sec REAL,
  bars_held INTEGER NOT NULL,
  ambiguous INTEGER NOT NULL,
  optimistic TEXT,
  -- Wall time of the grading that replaced it.
  replaced_at INTEGER NOT NULL,
  UNIQUE (phantom_no, resolver_version)
) STRICT;
CREATE INDEX phantom_grades_by_version ON phantom_grades (resolver_version, phantom_no);
`,
};
