/** Thresholds as the record keeps them, and how the engine gets them back after a restart (PL-6). */
import type { AdaptiveMinimum } from '#core/decisions/adaptive-minimum.ts';
import { RECORDS_PER_FIT, type ThresholdBook } from '#core/decisions/threshold-book.ts';
import { RECORD_WINDOW } from '#core/decisions/threshold-records.ts';
import type { RestoredThresholds } from '#core/engine/threshold-desk.ts';
import type { ThresholdStore } from '#main/store/threshold-store.ts';

export function restoredThresholds(store: ThresholdStore): RestoredThresholds {
  return {
    learned: store.pairs().map(({ strategyId, kind, total }) => ({
      strategyId,
      kind,
      book: bookIn(store.newestVersion(strategyId, kind)),
      total,
      newest: store.newest(strategyId, kind, RECORD_WINDOW),
    })),
    minimums: storedMinimums(store),
    executions: store.executions(),
  };
}

/** The book of a stored version; only the keeper writes them, as the engine made them. */
export function bookIn(version: { readonly document: unknown } | null): ThresholdBook | null {
  return version === null ? null : (version.document as ThresholdBook);
}

export function storedMinimums(store: Pick<ThresholdStore, 'minimums'>): RestoredThresholds['minimums'] {
  return store.minimums().map(({ strategyId, document }) => ({ strategyId, minimum: document as AdaptiveMinimum }));
}

export function whyFitted({ version, records }: ThresholdBook): string {
  return version === 1
    ? `the first ${RECORDS_PER_FIT} signals were resolved (${records})`
    : `${RECORDS_PER_FIT} more signals were resolved (${records})`;
}
