/**
 * What a start would otherwise work out anew (RE-33): how many phantoms each facet has of each volatility cluster
 * (ML-50), and where each day of the demo market begins.
 */
import type { Migration } from '../../migrate.ts';

const CLUSTER_OF = (document: string) => `coalesce(json_extract(${document}, '$.cluster'), -1)`;

/** Counts all that is there; for a record whose rows were written without the triggers, too. */
export const COUNT_FACET_CLUSTERS = `INSERT INTO facet_clusters
  SELECT p.facet_no, ${CLUSTER_OF('d.signal')} AS cluster, count(*)
  FROM phantom_documents d CROSS JOIN phantoms p ON p.no = d.phantom_no GROUP BY p.facet_no, cluster`;

export const quickStart: Migration = {
  version: 180,
  name: 'quick-start',
  sql: `
CREATE TABLE facet_clusters (
  facet_no INTEGER NOT NULL REFERENCES facets (no),
  -- 0 to 3 (FE-3); -1 while it was unknown.
  cluster INTEGER NOT NULL,
  -- Kept by triggers.
  count INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (facet_no, cluster)
) STRICT, WITHOUT ROWID;
${COUNT_FACET_CLUSTERS};

CREATE TRIGGER clusters_counted_in AFTER INSERT ON phantom_documents BEGIN
  INSERT INTO facet_clusters SELECT facet_no, ${CLUSTER_OF('new.signal')}, 1 FROM phantoms WHERE no = new.phantom_no
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER clusters_counted_over AFTER UPDATE OF facet_no ON phantoms WHEN old.facet_no <> new.facet_no BEGIN
  UPDATE facet_clusters SET count = count - 1 WHERE facet_no = old.facet_no
    AND cluster = (SELECT ${CLUSTER_OF('signal')} FROM phantom_documents WHERE phantom_no = new.no);
  INSERT INTO facet_clusters SELECT new.facet_no, ${CLUSTER_OF('signal')}, 1 FROM phantom_documents
    WHERE phantom_no = new.no ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER clusters_counted_out BEFORE DELETE ON phantoms BEGIN
  UPDATE facet_clusters SET count = count - 1 WHERE facet_no = old.facet_no
    AND cluster = (SELECT ${CLUSTER_OF('signal')} FROM phantom_documents WHERE phantom_no = old.no);
END;

CREATE TABLE demo_checkpoints (
  -- Which market it is of: seed, beginning and the way its bars are drawn.
  market TEXT NOT NULL,
  block INTEGER NOT NULL,
  -- Doubles, little-endian.
  state BLOB NOT NULL,
  PRIMARY KEY (market, block)
) STRICT, WITHOUT ROWID;
`,
};
