/** Up to when bars were worked, whatever their length: with another base timeframe no bar is decided on a second time. */
import type { Migration } from '../../migrate.ts';

export const workedCloses: Migration = {
  version: 160,
  name: 'worked-closes',
  // Null: written by an older version, of the base timeframe of then.
  sql: 'ALTER TABLE engine_bars ADD COLUMN close_time INTEGER;',
};
