/**
 * What is read often and costs with the rows, kept beside them: sums of each facet (PE-12, PE-17), phantoms in blocks for
 * the analysis (PE-14), and where the signals lie that a model would have let through (ST-11, RE-33).
 */
import type { Migration } from '../../migrate.ts';

/** Sums all that is there; for a record whose rows were written without the desk's upkeep, too. */
export const SUM_FACETS = `INSERT INTO facet_figures
  SELECT f.no, f.revision, count(*), coalesce(sum(p.ambiguous), 0), count(p.net_r), coalesce(sum(p.net_r > 0), 0),
    coalesce(sum(p.net_r), 0), coalesce(sum(p.net_r * p.net_r), 0), min(p.net_r), max(p.net_r)
  FROM phantoms p INDEXED BY phantoms_by_facet CROSS JOIN facets f ON f.no = p.facet_no GROUP BY p.facet_no`;

const forget = (trigger: string, event: string, table: string, block: string) =>
  `CREATE TRIGGER ${trigger} AFTER ${event} ON ${table} BEGIN
  DELETE FROM phantom_blocks WHERE block = ${block};
END;`;

const forgetFor = (table: string, no: string) =>
  (['INSERT', 'UPDATE', 'DELETE'] as const)
    .map((event) => {
      const row = event === 'DELETE' ? 'old' : 'new';
      return forget(`${table}_packed_${event.toLowerCase()}`, event, table, `${row}.${no} >> 10`);
    })
    .join('\n');

export const quickReading: Migration = {
  version: 210,
  name: 'quick-reading',
  sql: `
-- Made by the desk's upkeep, true while the facet has this revision.
CREATE TABLE facet_figures (
  facet_no INTEGER PRIMARY KEY REFERENCES facets (no),
  revision INTEGER NOT NULL,
  total INTEGER NOT NULL,
  ambiguous INTEGER NOT NULL,
  -- Over those with a net R.
  count INTEGER NOT NULL,
  wins INTEGER NOT NULL,
  sum_net_r REAL NOT NULL,
  sum_squared_net_r REAL NOT NULL,
  least_net_r REAL,
  greatest_net_r REAL
) STRICT;
${SUM_FACETS};

-- Block b: phantoms 1,024 b to 1,024 b + 1,023. A block is here only while none of them changed since it was packed.
CREATE TABLE phantom_blocks (
  block INTEGER PRIMARY KEY,
  -- JSON {set id: [feature, ...]}: what the block's vectors hold.
  features TEXT NOT NULL,
  -- Columns, one after the other, as analysis-blocks.ts lays them out.
  columns BLOB NOT NULL
) STRICT;
-- Of the set's named features, for those phantoms of a block that have its vector. Nothing without the block's row.
CREATE TABLE phantom_block_vectors (
  set_no INTEGER NOT NULL REFERENCES feature_sets (no),
  block INTEGER NOT NULL,
  vectors BLOB NOT NULL,
  PRIMARY KEY (block, set_no)
) STRICT;

${forgetFor('phantoms', 'no')}
${forgetFor('phantom_features', 'phantom_no')}
${forgetFor('phantom_beside', 'phantom_no')}

-- With everything that the question reads.
CREATE INDEX phantoms_passed
  ON phantoms (opened_at, facet_no, resolver_version, exit_time, net_r, score_kind, score, threshold)
  WHERE score_kind = 'model' AND score >= threshold AND net_r IS NOT NULL;
`,
};
