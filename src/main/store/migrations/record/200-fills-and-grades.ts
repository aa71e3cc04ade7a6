/**
 * Fills at an exchange, which measure what trading costs (DE-34, PH-13; the paper account's are positions), and what was
 * said of signals on candles that were changed or refined later (MK-3, PH-12).
 */
import type { Migration } from '../../migrate.ts';

export const fillsAndGrades: Migration = {
  version: 200,
  name: 'fills-and-grades',
  sql: `
CREATE TABLE broker_fills (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The broker's.
  id TEXT NOT NULL UNIQUE,
  time INTEGER NOT NULL,
  -- Close time of the newest batch worked before it: a replay takes it there.
  after_close_time INTEGER NOT NULL,
  instrument_id TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  intended_price REAL NOT NULL,
  price REAL NOT NULL,
  amount REAL NOT NULL,
  fee REAL NOT NULL
) STRICT;

-- Beside phantom_grades, which holds one grade per version of the rules: these are of the same rules on other candles.
CREATE TABLE superseded_grades (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  phantom_no INTEGER NOT NULL REFERENCES phantoms (no) ON DELETE CASCADE,
  reason TEXT NOT NULL CHECK (reason IN ('revised', 'finer')),
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
  -- Wall time.
  replaced_at INTEGER NOT NULL
) STRICT;
CREATE INDEX superseded_grades_by_phantom ON superseded_grades (phantom_no, sequence);

-- The newest change of a bar (sequence in candle_revisions) that a phantom was resolved again for.
CREATE TABLE revision_checks (
  phantom_no INTEGER PRIMARY KEY REFERENCES phantoms (no) ON DELETE CASCADE,
  revision INTEGER NOT NULL
) STRICT;
`,
};
