/** What the engine needs to go on after a stop (PL-6), settings, faults, and the demo market's clock (MK-25). */
import type { Migration } from '../../migrate.ts';

export const engine: Migration = {
  version: 30,
  name: 'engine',
  sql: `
-- One row: the engine's clock at the end of the newest step.
CREATE TABLE engine_clock (only INTEGER PRIMARY KEY CHECK (only = 1), time INTEGER NOT NULL) STRICT;

-- The newest base bar that the engine has worked, per instrument.
CREATE TABLE engine_bars (instrument_id TEXT PRIMARY KEY, open_time INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Indicator and strategy state at a bar (structured clone); stored bars are replayed on top. The newest two are kept.
CREATE TABLE snapshots (
  no INTEGER PRIMARY KEY,
  scope TEXT NOT NULL,
  at INTEGER NOT NULL,
  state BLOB NOT NULL,
  UNIQUE (scope, at)
) STRICT;

CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE faults (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  source TEXT NOT NULL,
  instrument_id TEXT,
  message TEXT NOT NULL
) STRICT;

-- MK-24, MK-25: exchange time = anchor_exchange + speed x (wall clock - anchor_wall).
CREATE TABLE demo_market (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  seed TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  anchor_exchange INTEGER NOT NULL,
  anchor_wall INTEGER NOT NULL,
  speed REAL NOT NULL CHECK (speed >= 0)
) STRICT;
`,
};
