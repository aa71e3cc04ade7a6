/** Candles in blocks, and what is known about them: instruments, revisions, quarantine, late bars, imports. */
import type { Migration } from '../../migrate.ts';

export const candles: Migration = {
  version: 10,
  name: 'candles',
  sql: `
CREATE TABLE instruments (
  id TEXT PRIMARY KEY,
  exchange TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE candle_series (
  no INTEGER PRIMARY KEY,
  instrument_id TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  -- Candles stored.
  bars INTEGER NOT NULL DEFAULT 0,
  UNIQUE (instrument_id, timeframe)
) STRICT;

-- key = series number x 2^28 + block number; the layout of a block is described in candle-blocks.ts.
CREATE TABLE candle_blocks (
  key INTEGER PRIMARY KEY,
  bars INTEGER NOT NULL CHECK (bars BETWEEN 1 AND 100),
  prices BLOB NOT NULL CHECK (length(prices) = 4000)
) STRICT;

-- MK-3: the exchange changed a closed candle; the block holds the new one.
CREATE TABLE candle_revisions (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  series_no INTEGER NOT NULL REFERENCES candle_series (no),
  open_time INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  old_open REAL NOT NULL, old_high REAL NOT NULL, old_low REAL NOT NULL, old_close REAL NOT NULL, old_volume REAL NOT NULL,
  new_open REAL NOT NULL, new_high REAL NOT NULL, new_low REAL NOT NULL, new_close REAL NOT NULL, new_volume REAL NOT NULL
) STRICT;
CREATE INDEX candle_revisions_by_time ON candle_revisions (series_no, open_time);

-- MK-2: what was rejected and why, counted in full; of the rejected candles themselves the newest are kept to look at.
CREATE TABLE quarantine_counts (
  instrument_id TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (instrument_id, timeframe, reason)
) STRICT, WITHOUT ROWID;
CREATE TABLE quarantine (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  instrument_id TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  raw TEXT NOT NULL
) STRICT;

-- PL-4: bars that came after their batch was worked; a replay works each after the batch that closed at processed_after.
CREATE TABLE late_bars (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  instrument_id TEXT NOT NULL,
  open_time INTEGER NOT NULL,
  processed_after INTEGER NOT NULL
) STRICT;
CREATE INDEX late_bars_by_time ON late_bars (processed_after, sequence);

CREATE TABLE imports (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  file_name TEXT NOT NULL,
  instrument_id TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  rows_read INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  gaps INTEGER NOT NULL
) STRICT;
`,
};
