/** Whether the newest signals still look like those that a champion was trained on (ML-41), judged without holding the event loop. */
import { setImmediate } from 'node:timers/promises';
import type { ModelDrift } from '#contract/areas/models.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { featureDriftSteps, MINIMUM_RECENT, MINIMUM_SEPARATE_STRETCHES } from '#core/learning/drift.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { LearnedModel } from './learned-models.ts';
import { newestVectors } from './recorded-vectors.ts';

const TRAINING_ROWS = 5_000;
const RECENT_ROWS = 500;
/** Features named one by one in a sentence. */
const NAMED = 3;

/**
 * The recent block is at most an eighth of the training block: stretches of that length show how much the features
 * wander by themselves, without which the time of day alone would look like drift. Null when `signal` was aborted.
 */
export async function judgeFeatureDrift(
  profile: Pick<ProfileReader, 'exportVectors' | 'exportObservations'>,
  model: LearnedModel,
  champion: { readonly id: string; readonly trainedUntil: UnixMs },
  signal: AbortSignal,
): Promise<ModelDrift | null> {
  const { trainedUntil } = champion;
  const training = await newestVectors(profile, model, { to: trainedUntil + 1 }, TRAINING_ROWS);
  if (signal.aborted) return null;
  const longest = Math.min(RECENT_ROWS, Math.floor(training.rows / MINIMUM_SEPARATE_STRETCHES));
  if (longest < MINIMUM_RECENT) {
    const wanted = MINIMUM_RECENT * MINIMUM_SEPARATE_STRETCHES;
    return notJudged(`Drift is judged from ${wanted} signals of training on; there are ${training.rows}.`);
  }
  const recent = await newestVectors(profile, model, { from: trainedUntil + 1 }, longest);
  if (signal.aborted) return null;
  if (recent.rows < MINIMUM_RECENT) {
    return notJudged(`Drift is judged from ${MINIMUM_RECENT} signals since the training on; there are ${recent.rows}.`);
  }
  const drifted: { readonly name: string; readonly stability: number; readonly threshold: number }[] = [];
  const options = { seed: champion.id, ordered: true };
  const steps = featureDriftSteps(model.set.names, training.columns, recent.columns, options);
  for (const { name, stability, threshold, drifted: moved } of steps) {
    if (moved) drifted.push({ name, stability, threshold });
    await setImmediate();
    if (signal.aborted) return null;
  }
  drifted.sort((a, b) => b.stability / b.threshold - a.stability / a.threshold);
  const message =
    drifted.length === 0
      ? `The newest ${recent.rows} signals look like those it was trained on.`
      : `In the newest ${recent.rows} signals ${named(drifted.map(({ name }) => name))} differ from what it was trained on.`;
  return { judged: true, drifted, message };
}

function notJudged(message: string): ModelDrift {
  return { judged: false, drifted: [], message };
}

/** E.g. `adx, rsi, slope and 2 more features`. */
function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMED);
  const rest = names.length - shown.length;
  const features = rest === 1 ? '1 more feature' : `${rest} more features`;
  return rest === 0 ? `${shown.join(', ')}` : `${shown.join(', ')} and ${features}`;
}
