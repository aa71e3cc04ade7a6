/** The real retrain thread, whose forest ends it as the seed of the retrain says: in the middle, after a first fit. */
import { TRAINERS, type Trainer, type Trainers } from '#main/workers/trainers.ts';

const { forest } = TRAINERS;
let fits = 0;

const dying: Trainer = async (request, control) => {
  fits++;
  if (fits < 2) return forest(request, control);
  const seed = String(request.seed);
  if (seed.startsWith('exit')) process.exit(7);
  if (seed.startsWith('throw')) throw new Error('the planted bug');
  if (seed.startsWith('uncaught')) {
    setImmediate(() => {
      throw new Error('the bug beside the training');
    });
    return new Promise(() => undefined);
  }
  if (seed.startsWith('memory')) {
    for (let hoard: object = {}; ; hoard = { before: hoard });
  }
  return forest(request, control);
};

(TRAINERS as { -readonly [Kind in keyof Trainers]: Trainer }).forest = dying;
await import('#main/workers/retrain.worker.ts');
