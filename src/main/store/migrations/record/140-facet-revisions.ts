/** Tells which facets changed, so that figures of all phantoms are not summed anew for each look (PE-12, PE-17). */
import type { Migration } from '../../migrate.ts';

export const facetRevisions: Migration = {
  version: 140,
  name: 'facet-revisions',
  sql: `
-- Goes up whenever a phantom of the facet comes, goes, or changes a figure that is summed.
ALTER TABLE facets ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER phantoms_counted_in;
DROP TRIGGER phantoms_counted_over;
DROP TRIGGER phantoms_counted_out;
CREATE TRIGGER phantoms_counted_in AFTER INSERT ON phantoms BEGIN
  UPDATE facets SET count = count + 1, revision = revision + 1 WHERE no = new.facet_no;
END;
CREATE TRIGGER phantoms_counted_over AFTER UPDATE OF facet_no ON phantoms WHEN old.facet_no <> new.facet_no BEGIN
  UPDATE facets SET count = count - 1, revision = revision + 1 WHERE no = old.facet_no;
  UPDATE facets SET count = count + 1, revision = revision + 1 WHERE no = new.facet_no;
END;
CREATE TRIGGER phantoms_counted_out AFTER DELETE ON phantoms BEGIN
  UPDATE facets SET count = count - 1, revision = revision + 1 WHERE no = old.facet_no;
END;
CREATE TRIGGER phantoms_graded AFTER UPDATE OF net_r, ambiguous ON phantoms
  WHEN old.facet_no = new.facet_no AND (old.net_r IS NOT new.net_r OR old.ambiguous <> new.ambiguous) BEGIN
  UPDATE facets SET revision = revision + 1 WHERE no = new.facet_no;
END;
`,
};
