/** What the watch over a champion has said and done already, kept in the record so that a restart repeats nothing. */
import type { Profile } from '#main/store/database.ts';

export interface WatchMemory {
  readonly championId: string;
  readonly shadowId: string | null;
  /** Signals scored by both at the last look at the shadow; 0 before the first (ML-25). */
  readonly lookedAt: number;
  /** The predecessor's higher win rate was told. */
  readonly alerted: boolean;
  /** That it is clearly worse was told, while nothing is rolled back by itself; a memory of before has none. */
  readonly worseTold?: boolean;
  /** An episode of drifted features lasts; it was told when it began (ML-41). */
  readonly featuresDrifted: boolean;
  /** The last rise of the loss that was told, and the last that a refit was queued for: see `LossRise.judged`. */
  readonly riseTold: number;
  readonly riseRefitted: number;
  readonly expiry: 'unsaid' | 'soon' | 'expired';
}

const KEPT = 'learning.watch.';

/** What is remembered of this pair; a pair that never was, or another one's memory, begins anew. */
export function recall(
  desk: Pick<Profile['desk'], 'settings'>,
  key: string,
  championId: string,
  shadowId: string | null,
): WatchMemory {
  const stored = desk.settings().get(KEPT + key) as WatchMemory | undefined;
  if (stored?.championId === championId) {
    return stored.shadowId === shadowId
      ? stored
      : { ...stored, shadowId, lookedAt: 0, alerted: false, worseTold: false };
  }
  return {
    championId,
    shadowId,
    lookedAt: 0,
    alerted: false,
    featuresDrifted: false,
    riseTold: 0,
    riseRefitted: 0,
    expiry: 'unsaid',
  };
}

export function remember(desk: Pick<Profile['desk'], 'putSettings'>, key: string, memory: WatchMemory): void {
  // What could not be written is said once more after a restart: no harm, and the store tells its own fault.
  desk.putSettings({ [KEPT + key]: memory });
}
