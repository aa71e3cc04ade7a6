/** The real retrain thread; it dies in the middle of its third fit of boosted trees. */
import { TRAINERS, type Trainer } from '#main/workers/trainers.ts';

const { boosting } = TRAINERS;
let fits = 0;

const dying: Trainer = (request, control) => {
  if (++fits === 3) process.exit(7);
  return boosting(request, control);
};

Object.assign(TRAINERS, { boosting: dying });
await import('#main/workers/retrain.worker.ts');
