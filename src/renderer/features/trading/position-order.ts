/** The order of the positions table: open ones first, each part newest first. */
import type { PositionView } from '#contract/areas/trading.ts';

export function sortPositions(rows: readonly PositionView[]): readonly PositionView[] {
  return [...rows].sort(
    (a, b) =>
      Number(a.state === 'closed') - Number(b.state === 'closed') ||
      (b.result.exitTime ?? b.terms.openedAt) - (a.result.exitTime ?? a.terms.openedAt) ||
      (a.id < b.id ? -1 : 1),
  );
}
