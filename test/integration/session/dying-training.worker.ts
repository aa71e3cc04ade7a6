/** The real training thread that a large retrain asks for help; it dies in the middle of its second fit of boosted trees. */
import './dying-boosting.ts';

await import('#main/workers/training.worker.ts');
