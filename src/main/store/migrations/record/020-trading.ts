/** Tickets with every rescore, paper positions, and the account's history (DE-15, DE-16, DE-30). */
import type { Migration } from '../../migrate.ts';

export const trading: Migration = {
  version: 20,
  name: 'trading',
  sql: `
-- A ticket and a position have their signal's id; the phantom is written in the same step, so it may come later in it.
CREATE TABLE tickets (
  id TEXT PRIMARY KEY REFERENCES phantoms (id) DEFERRABLE INITIALLY DEFERRED,
  instrument_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'skipped', 'expired')),
  opened_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  closed_at INTEGER,
  document TEXT NOT NULL,
  CHECK ((state = 'open') = (closed_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_open ON tickets (opened_at, id) WHERE state = 'open';
CREATE INDEX tickets_by_opened ON tickets (opened_at, id);

CREATE TABLE ticket_rescores (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  ticket_id TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
  time INTEGER NOT NULL,
  score REAL NOT NULL,
  score_kind TEXT NOT NULL,
  threshold REAL NOT NULL,
  below_threshold INTEGER NOT NULL,
  -- The fresh vector it was scored on; never trained on (DE-16).
  set_no INTEGER REFERENCES feature_sets (no),
  vector BLOB,
  CHECK ((set_no IS NULL) = (vector IS NULL))
) STRICT;
CREATE INDEX ticket_rescores_by_ticket ON ticket_rescores (ticket_id, sequence);

CREATE TABLE positions (
  id TEXT PRIMARY KEY REFERENCES phantoms (id) DEFERRABLE INITIALLY DEFERRED,
  instrument_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  document TEXT NOT NULL,
  -- The resolver's state, as for an open phantom.
  progress TEXT,
  CHECK ((state = 'open') = (closed_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX positions_open ON positions (opened_at, id) WHERE state = 'open';
CREATE INDEX positions_by_closed ON positions (closed_at, id);

-- The newest row is the account now; the rest is its equity curve.
CREATE TABLE account_history (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  currency TEXT NOT NULL,
  starting_equity REAL NOT NULL,
  equity REAL NOT NULL
) STRICT;
`,
};
