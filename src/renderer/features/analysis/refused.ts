/** What was blocked and gated, as one line per strategy and rule over the same days (PH-22). */
import type { RefusedCount } from '#contract/areas/thresholds.ts';

export interface RefusedRule {
  readonly strategyId: string;
  readonly disposition: RefusedCount['disposition'];
  readonly rule: string;
  /** One per day of `days`. */
  readonly counts: readonly number[];
  readonly total: number;
}

/** Days oldest first, without those on which nothing was refused; rules with most first. */
export function refusedByRule(refused: readonly RefusedCount[]): {
  readonly days: readonly number[];
  readonly rules: readonly RefusedRule[];
  /** The highest count of one rule on one day. */
  readonly most: number;
} {
  const days = [...new Set(refused.map(({ day }) => day))].sort((a, b) => a - b);
  const groups = Map.groupBy(refused, ({ strategyId, disposition, rule }) =>
    JSON.stringify([strategyId, disposition, rule]),
  );
  const rules = [...groups.values()].flatMap((group): RefusedRule[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { strategyId, disposition, rule } = first;
    const counts = days.map((day) => group.filter((one) => one.day === day).reduce((sum, one) => sum + one.count, 0));
    return [{ strategyId, disposition, rule, counts, total: counts.reduce((sum, count) => sum + count, 0) }];
  });
  rules.sort((a, b) => b.total - a.total || (a.rule < b.rule ? -1 : 1));
  return { days, rules, most: Math.max(0, ...rules.flatMap(({ counts }) => counts)) };
}
