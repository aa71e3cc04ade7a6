/** The real retrain thread; it dies in the middle of its second fit of boosted trees. */
import './dying-boosting.ts';

await import('#main/workers/retrain.worker.ts');
