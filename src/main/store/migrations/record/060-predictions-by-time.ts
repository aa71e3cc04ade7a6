/** Accuracy over time reads the predictions that decided, in the order in which they were made (ML-45). */
import type { Migration } from '../../migrate.ts';

export const predictionsByTime: Migration = {
  version: 60,
  name: 'predictions-by-time',
  sql: `
-- Holds all that accuracy asks of a prediction, so that only outcomes are looked up.
CREATE INDEX predictions_by_time ON predictions (role, time, phantom_no, model_id, probability);
`,
};
