/** The log panel's lines (WS-19). */
import type { Migration } from '../../migrate.ts';

export const log: Migration = {
  version: 40,
  name: 'log',
  sql: `
CREATE TABLE log_entries (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  exchange_time INTEGER,
  level TEXT NOT NULL CHECK (level IN ('info', 'notice', 'warning', 'error')),
  source TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
`,
};
