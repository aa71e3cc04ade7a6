/** When the funding of a perpetual swap is paid, per base bar whose facts tell it (PH-13, MK-15). */
import type { Migration } from '../../migrate.ts';

export const fundingTimes: Migration = {
  version: 200,
  name: 'funding-times',
  sql: `
-- key as in candle_blocks; the layout of a block is described in market-fact-store.ts.
CREATE TABLE funding_blocks (
  key INTEGER PRIMARY KEY,
  times BLOB NOT NULL CHECK (length(times) = 1600)
) STRICT;
`,
};
