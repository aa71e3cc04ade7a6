/**
 * Phantoms, their features and their life (PH-20, PL-10).
 *
 * The history table must page through a million rows under any filter (PE-12). So what a filter can ask for by name is
 * a facet, a row of its own with a count; each sort has an index that holds everything a filter looks at, and the
 * wide facts (documents, features) are kept out of the way in tables of their own.
 */
import type { Migration } from '../../migrate.ts';

export const phantoms: Migration = {
  version: 10,
  name: 'phantoms',
  sql: `
CREATE TABLE facets (
  no INTEGER PRIMARY KEY,
  instrument_id TEXT NOT NULL,
  strategy_id TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('long', 'short')),
  outcome TEXT NOT NULL,
  disposition TEXT NOT NULL,
  simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
  -- Phantoms that have this facet now; kept by triggers.
  count INTEGER NOT NULL DEFAULT 0 CHECK (count >= 0),
  UNIQUE (instrument_id, strategy_id, side, outcome, disposition, simulated)
) STRICT;

-- Texts that many phantoms share: reasons of decisions, and the names, meanings and weights of quality parts.
CREATE TABLE reasons (no INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE quality_forms (no INTEGER PRIMARY KEY, document TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE phantoms (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  facet_no INTEGER NOT NULL REFERENCES facets (no),
  opened_at INTEGER NOT NULL,
  timeout_at INTEGER NOT NULL,
  entry REAL NOT NULL,
  stop REAL NOT NULL,
  tp1 REAL,
  target REAL NOT NULL,
  session TEXT NOT NULL,
  regime TEXT,
  qscore REAL NOT NULL,
  score REAL NOT NULL,
  score_kind TEXT NOT NULL,
  threshold REAL NOT NULL,
  reason_no INTEGER NOT NULL REFERENCES reasons (no),
  decided_by TEXT NOT NULL,
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
  resolver_version INTEGER NOT NULL,
  resolved_offline INTEGER NOT NULL,
  CHECK (exit_time IS NULL OR exit_time >= opened_at)
) STRICT;

CREATE INDEX phantoms_by_opened ON phantoms (opened_at, no, facet_no, score, reason_no);
CREATE INDEX phantoms_by_exit ON phantoms (exit_time, no, facet_no, opened_at, score, reason_no);
CREATE INDEX phantoms_by_net_r ON phantoms (net_r, no, facet_no, opened_at, score, reason_no);
CREATE INDEX phantoms_by_score ON phantoms (score, no, facet_no, opened_at, reason_no);
CREATE INDEX phantoms_by_qscore ON phantoms (qscore, no, facet_no, opened_at, score, reason_no);
CREATE INDEX phantoms_by_facet
  ON phantoms (facet_no, opened_at, no, exit_time, net_r, score, qscore, reason_no, ambiguous);

CREATE INDEX phantoms_by_reason ON phantoms (reason_no);

CREATE TRIGGER phantoms_counted_in AFTER INSERT ON phantoms BEGIN
  UPDATE facets SET count = count + 1 WHERE no = new.facet_no;
END;
CREATE TRIGGER phantoms_counted_over AFTER UPDATE OF facet_no ON phantoms WHEN old.facet_no <> new.facet_no BEGIN
  UPDATE facets SET count = count - 1 WHERE no = old.facet_no;
  UPDATE facets SET count = count + 1 WHERE no = new.facet_no;
END;
CREATE TRIGGER phantoms_counted_out AFTER DELETE ON phantoms BEGIN
  UPDATE facets SET count = count - 1 WHERE no = old.facet_no;
END;

-- JSON of the whole signal (without its quality parts' names) and the terms with their costs.
CREATE TABLE phantom_documents (
  phantom_no INTEGER PRIMARY KEY REFERENCES phantoms (no) ON DELETE CASCADE,
  signal TEXT NOT NULL,
  quality_form_no INTEGER NOT NULL REFERENCES quality_forms (no),
  terms TEXT NOT NULL
) STRICT;

-- FE-1: a set is named by the hash of its ordered names and versions. features: JSON [{name, meaning, unit}].
CREATE TABLE feature_sets (
  no INTEGER PRIMARY KEY,
  set_id TEXT NOT NULL,
  set_hash TEXT NOT NULL UNIQUE,
  features TEXT NOT NULL
) STRICT;

-- The vector as little-endian doubles in the set's order; NaN is missing (FE-4).
CREATE TABLE phantom_features (
  phantom_no INTEGER PRIMARY KEY REFERENCES phantoms (no) ON DELETE CASCADE,
  set_no INTEGER NOT NULL REFERENCES feature_sets (no),
  vector BLOB NOT NULL
) STRICT;

-- Exactly the phantoms that are open, with the resolver's state of each (JSON; null before its first bar).
CREATE TABLE open_phantoms (
  phantom_no INTEGER PRIMARY KEY REFERENCES phantoms (no) ON DELETE CASCADE,
  progress TEXT
) STRICT;

-- Append-only: what happened to a phantom and when, each decision with who made it and why.
CREATE TABLE phantom_events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  phantom_no INTEGER NOT NULL REFERENCES phantoms (no) ON DELETE CASCADE,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('opened', 'tp1', 'decided', 'closed')),
  document TEXT
) STRICT;
CREATE INDEX phantom_events_by_phantom ON phantom_events (phantom_no, sequence);
CREATE TRIGGER phantom_events_stay BEFORE UPDATE ON phantom_events BEGIN
  SELECT RAISE(ABORT, 'phantom events are append-only');
END;

-- The order in which wins, losses and timeouts were resolved, per strategy.
CREATE TABLE resolutions (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  phantom_no INTEGER NOT NULL UNIQUE REFERENCES phantoms (no) ON DELETE CASCADE,
  strategy_id TEXT NOT NULL
) STRICT;
CREATE INDEX resolutions_by_strategy ON resolutions (strategy_id, sequence);
`,
};
