/** What the exchange told beside candles, per base bar, so that a replay sees what live decisions saw (MK-15, PL-2). */
import type { Migration } from '../../migrate.ts';

export const marketFacts: Migration = {
  version: 80,
  name: 'market-facts',
  sql: `
-- key as in candle_blocks; the layout of a block is described in market-fact-store.ts.
CREATE TABLE market_blocks (
  key INTEGER PRIMARY KEY,
  facts BLOB NOT NULL CHECK (length(facts) = 1600)
) STRICT;
`,
};
