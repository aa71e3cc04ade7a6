/** The heat map of contexts: rows, columns and how warm a cell may look given what is known of it. */
import type { ThresholdCell, ThresholdContexts } from '#contract/areas/thresholds.ts';
import type { Regime, Session } from '#core/domain/context.ts';

export interface HeatRow {
  readonly session: Session;
  readonly cells: readonly ThresholdCell[];
}

/** The columns, in the order in which the cells come. */
export function regimesOf({ cells }: ThresholdContexts): readonly Regime[] {
  return [...new Set(cells.map(({ regime }) => regime))];
}

/** A row per session with a cell per regime, in the order in which the cells come. */
export function heatRows(contexts: ThresholdContexts): readonly HeatRow[] {
  const sessions = [...new Set(contexts.cells.map(({ session }) => session))];
  return sessions.map((session) => ({ session, cells: contexts.cells.filter((cell) => cell.session === session) }));
}

/**
 * `up` and `down` only when the interval of what the context earned leaves out zero; else the colour would claim what is
 * not known.
 */
export type Warmth = 'up' | 'down' | 'unclear' | 'too-few' | 'empty';

export function warmthOf({ earned }: ThresholdCell): Warmth {
  if (earned === null || earned.count === 0) return 'empty';
  if (earned.count < FEWEST || earned.interval === null) return 'too-few';
  if (earned.interval[0] > 0) return 'up';
  if (earned.interval[1] < 0) return 'down';
  return 'unclear';
}

/** As everywhere: fewer resolved signals allow no figure (PH-30). */
const FEWEST = 20;

/** How strong the colour is, 0-1: half an R per trade is as strong as it gets. */
export function strengthOf({ earned }: ThresholdCell): number {
  return earned === null ? 0 : Math.min(1, Math.abs(earned.netR) / 0.5);
}

/** The pair on show: the chosen one, else the fullest that decides. */
export function contextsOnShow(all: readonly ThresholdContexts[], chosen: string | null): ThresholdContexts | null {
  const fullest = (of: readonly ThresholdContexts[]) => of.toSorted((a, b) => b.records - a.records)[0] ?? null;
  return all.find((one) => keyOf(one) === chosen) ?? fullest(all.filter((one) => one.decides)) ?? fullest(all);
}

export function keyOf({ strategyId, kind }: Pick<ThresholdContexts, 'strategyId' | 'kind'>): string {
  return `${strategyId} ${kind}`;
}
