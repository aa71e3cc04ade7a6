/** What risk remembers, what it did, and the equity curve of the paper account (DE-12, DE-21 to DE-23). */
import type { Migration } from '../../migrate.ts';

export const risk: Migration = {
  version: 120,
  name: 'risk',
  sql: `
-- One row: limits, breakers and kill switch as of the newest step.
CREATE TABLE risk_state (only INTEGER PRIMARY KEY CHECK (only = 1), document TEXT NOT NULL) STRICT;

-- Breakers, kill switch, stages and approvals, each as it happened.
CREATE TABLE risk_events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('breaker-tripped', 'breaker-reset', 'kill-switch-set', 'stage-set', 'approval')),
  document TEXT NOT NULL
) STRICT;
CREATE INDEX risk_events_by_kind ON risk_events (kind, time);

-- Realised equity and what open positions add to it, in quote units.
CREATE TABLE equity_points (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  equity REAL NOT NULL,
  unrealised REAL NOT NULL
) STRICT;
CREATE INDEX equity_points_by_time ON equity_points (time);
`,
};
