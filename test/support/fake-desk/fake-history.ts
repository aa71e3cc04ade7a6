/** Filter, order and statistics of the fake desk's phantoms. */
import type { PhantomFilter, PhantomPage, PhantomRow, PhantomStatistics } from '#contract/areas/phantoms.ts';
import type { Contract } from '#contract/contract.ts';
import type { InputOf } from '#contract/define.ts';
import type { Outcome } from '#core/domain/phantom.ts';
import type { Disposition } from '#core/domain/score.ts';

export function matching(rows: readonly PhantomRow[], filter: PhantomFilter): PhantomRow[] {
  const has = <T>(list: readonly T[] | undefined, value: T) => list === undefined || list.includes(value);
  const needle = filter.search?.toLowerCase() ?? '';
  return rows.filter(
    (row) =>
      has(filter.instrumentIds, row.instrumentId) &&
      has(filter.strategyIds, row.strategyId) &&
      (row.strategyId !== 'placebo' ||
        filter.includePlacebo === true ||
        filter.strategyIds?.includes('placebo') === true) &&
      has(filter.sides, row.side) &&
      has(filter.outcomes, row.outcome) &&
      has(filter.dispositions, row.disposition) &&
      row.openedAt >= (filter.from ?? -Infinity) &&
      row.openedAt < (filter.to ?? Infinity) &&
      row.score >= (filter.minimumScore ?? 0) &&
      `${row.symbol} ${row.strategyId} ${row.dispositionReason}`.toLowerCase().includes(needle),
  );
}

export function sorted(rows: PhantomRow[], by: keyof PhantomRow, direction: string): PhantomRow[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return rows.sort((a, b) => sign * (Number(a[by] ?? -Infinity) - Number(b[by] ?? -Infinity)));
}

export function statisticsOf(rows: readonly PhantomRow[]): PhantomStatistics {
  const outcomes: Record<Outcome, number> = { win: 0, loss: 0, timeout: 0, unavailable: 0, gated: 0, open: 0 };
  const dispositions: Partial<Record<Disposition, number>> = {};
  for (const row of rows) {
    outcomes[row.outcome]++;
    dispositions[row.disposition] = (dispositions[row.disposition] ?? 0) + 1;
  }
  const ambiguous = rows.filter((row) => row.ambiguous).length;
  const results = rows.flatMap((row) => (row.netR === null ? [] : [row.netR]));
  const count = results.length;
  if (count === 0) return { total: rows.length, outcomes, dispositions, ambiguous, resolved: null };
  const mean = results.reduce((sum, value) => sum + value, 0) / count;
  const spread = Math.sqrt(results.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, count - 1));
  const winRate = results.filter((value) => value > 0).length / count;
  const half = 1.96 * Math.sqrt((winRate * (1 - winRate)) / count);
  const halfR = (1.96 * spread) / Math.sqrt(count);
  return {
    total: rows.length,
    outcomes,
    dispositions,
    ambiguous,
    resolved: {
      count,
      winRate,
      winRateInterval: [Math.max(0, winRate - half), Math.min(1, winRate + half)],
      netRPerTrade: mean,
      netRInterval: [mean - halfR, mean + halfR],
    },
  };
}

export function pageOf(rows: readonly PhantomRow[], input: InputOf<Contract['phantoms.history']>): PhantomPage {
  const found = sorted(matching(rows, input.filter), input.sort.by, input.sort.direction);
  const end = (input.cursor === null ? 0 : Number(input.cursor)) + input.limit;
  return {
    rows: found.slice(end - input.limit, end),
    nextCursor: end < found.length ? String(end) : null,
  };
}
