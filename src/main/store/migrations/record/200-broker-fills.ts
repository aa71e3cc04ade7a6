/** Fills at an exchange, which measure what trading costs (DE-34, PH-13). The paper account's are positions. */
import type { Migration } from '../../migrate.ts';

export const brokerFills: Migration = {
  version: 200,
  name: 'broker-fills',
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
`,
};
