/** What thresholds are learned from, every version of them, and the minimum that follows executions (DE-2, ML-51). */
import type { Migration } from '../../migrate.ts';

export const thresholds: Migration = {
  version: 110,
  name: 'thresholds',
  sql: `
-- Resolved signals that count for thresholds, in the order in which they were resolved.
CREATE TABLE threshold_records (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  phantom_no INTEGER NOT NULL UNIQUE REFERENCES phantoms (no) ON DELETE CASCADE,
  strategy_id TEXT NOT NULL,
  kind TEXT NOT NULL
) STRICT;
CREATE INDEX threshold_records_by_kind ON threshold_records (strategy_id, kind, sequence, phantom_no);

INSERT INTO threshold_records (phantom_no, strategy_id, kind)
  SELECT z.phantom_no, z.strategy_id, p.score_kind FROM resolutions z
    JOIN phantoms p ON p.no = z.phantom_no JOIN facets f ON f.no = p.facet_no JOIN reasons r ON r.no = p.reason_no
  WHERE p.score_kind <> 'neutral' AND f.disposition NOT IN ('imported', 'gated')
    AND NOT (f.disposition = 'blocked' AND r.text LIKE 'costs:%')
  ORDER BY z.sequence;

-- Every fit: who made it, when, why, and the whole of it as JSON.
CREATE TABLE threshold_versions (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  strategy_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  who TEXT NOT NULL CHECK (who IN ('engine')),
  why TEXT NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (strategy_id, kind, version)
) STRICT;
CREATE TRIGGER threshold_versions_stay BEFORE UPDATE ON threshold_versions BEGIN
  SELECT RAISE(ABORT, 'versions of thresholds are append-only');
END;

-- The newest row of a strategy and scale is its minimum or margin now; the rest is how it moved.
CREATE TABLE threshold_minimums (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  strategy_id TEXT NOT NULL,
  scale TEXT NOT NULL CHECK (scale IN ('score', 'margin')),
  value REAL NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX threshold_minimums_by_strategy ON threshold_minimums (strategy_id, scale, sequence);
`,
};
