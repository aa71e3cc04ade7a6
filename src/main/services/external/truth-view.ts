/** What somebody else's truth log says of a phantom, beside our own outcome (ST-20). */
import type { TruthView } from '#contract/areas/phantoms.ts';
import type { PhantomResult } from '#core/domain/phantom.ts';
import { truthOutcome } from '#core/domain/truth-log.ts';
import type { StoredTruth } from '#main/store/external-store.ts';

export function truthView(truth: StoredTruth | null, result: Pick<PhantomResult, 'exitReason'>): TruthView | null {
  if (truth === null) return null;
  const { completed, outcome, maxFavorablePips, maxAdversePips, runtimeSeconds, fileName, importedAt } = truth;
  const ours = truthOutcome(result.exitReason);
  const agrees = outcome === null || ours === null ? null : outcome === ours;
  return { completed, outcome, maxFavorablePips, maxAdversePips, runtimeSeconds, fileName, importedAt, agrees };
}
