/** Features of the past's life cycles (FE-2): what phantoms that had resolved before this signal went through. */
import type { FeatureDefinition, PastFacts } from './feature.ts';

export const PAST_FEATURES: readonly FeatureDefinition[] = [
  past(
    'tp1_rate_past',
    'Share of earlier phantoms that reached tp1, same strategy and cluster, shrunk.',
    'tp1RatePast',
  ),
  past(
    'be_rate_past',
    'Share of earlier phantoms whose stop moved to entry, same strategy and cluster, shrunk.',
    'beRatePast',
  ),
  past('runner_rate_past', 'Share of earlier phantoms that reached the target after tp1, shrunk.', 'runnerRatePast'),
  past('median_time_to_tp1_past', 'Median time from entry to tp1 of earlier phantoms.', 'medianTimeToTp1Past'),
  past('median_time_to_exit_past', 'Median time from entry to exit of earlier phantoms.', 'medianTimeToExitPast'),
  past(
    'recent_win_rate',
    "Share of wins among the strategy's phantoms resolved before this signal, shrunk.",
    'recentWinRate',
  ),
];

function past(name: string, meaning: string, fact: keyof PastFacts): FeatureDefinition {
  const isTime = fact.startsWith('median');
  return {
    name,
    version: 1,
    meaning,
    unit: isTime ? 'seconds' : 'share',
    range: [0, isTime ? Number.POSITIVE_INFINITY : 1],
    warmUp: null,
    compute: (input) => input.past[fact],
  };
}
