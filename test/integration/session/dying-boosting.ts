/** Makes the second fit of boosted trees in this thread its last. */
import { TRAINERS, type Trainer } from '#main/workers/trainers.ts';

const { boosting } = TRAINERS;
let fits = 0;

const dying: Trainer = (request, control) => {
  if (++fits === 2) process.exit(7);
  return boosting(request, control);
};

Object.assign(TRAINERS, { boosting: dying });
