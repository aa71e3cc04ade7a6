/** Guards against inputs that know the outcome (FE-2, RE-42): forbidden names, columns that move, features too good to be true. */
import { invariant } from '#core/base/invariant.ts';
import { mean } from '#core/base/statistics.ts';
import type { Dataset } from './dataset.ts';
import type { ClassifyReport } from './metrics-report.ts';
import { crossFittedArea, type OrderedColumn, orderColumn, rankCorrelation } from './single-feature-figures.ts';
import { averageUniqueness, dependenceTime } from './uniqueness.ts';
import type { LifeSpans } from './walk-forward.ts';

/** Facts of a phantom's life after entry; none may be an input under its own name (FE-2, PH-6). */
const LIFE_CYCLE_FACTS: ReadonlySet<string> = new Set([
  'tp1_hit',
  'be_moved',
  'runner_hit',
  'time_to_tp1_sec',
  'time_to_exit_sec',
  'outcome',
  'exit_reason',
  'exit_price',
  'exit_time',
  'gross_r',
  'net_r',
  'pnl_percent',
  'max_favorable_r',
  'max_adverse_r',
  'one_r_hit',
  'two_r_hit',
  'bars_held',
  'ambiguous',
  'label',
  'win',
]);

export interface LeakSuspicion {
  readonly name: string;
  /** In words. */
  readonly reason: string;
}

/**
 * Area under the curve that one feature alone cannot reach honestly: what is known at a bar's close separates outcomes
 * of a market by a few points over 0.5. Signals that alone reach 0.8 would be the find of a lifetime, and still pass.
 */
const SUSPICIOUS_AREA = 0.85;
/** A whole honest model may know more than its best feature. */
const SUSPICIOUS_WHOLE_AREA = 0.9;
/** Rank correlation with the length of the life after entry that nothing known at entry can have. */
const SUSPICIOUS_CORRELATION = 0.9;
/** Standard errors by which either must be exceeded. */
const SURE_ERRORS = 2;
const MINIMUM_ROWS = 60;
const LEAKS_NAMED = 3;

/**
 * Looks at a training set before it is used, and names the features that know the outcome, as far as data alone can
 * tell:
 *
 * 1. its name is that of a fact of the life after entry;
 * 2. alone, it (or its missingness) tells wins from losses better than anything honest: area under the curve surely over
 *    0.85. The area is that of win rates per quantile bin, learned on three quarters of the time and tested on the
 *    fourth, so that no direction or shape is assumed and no episode of the market is recognised by its level;
 * 3. with `lives`: its ranks are those of how long the trade lasted, surely over 0.9, up or down.
 *
 * "Surely" is by two standard errors, over as many independent rows as the lives are worth. Under 60 rows only names are
 * looked at. Limits: a leak that is weaker than that passes here, and so does one that tells only together with another
 * feature (for those there is `wholeTooGood`); it is `inputsThatMove` which proves that inputs do not depend on what
 * happens after entry. An honest feature over the bounds is refused all the same, as minutes to the end of a session
 * would be where nearly every trade ends with it: it is for its maker to show where it comes from.
 */
export function suspectedLeaks(data: Dataset, lives: LifeSpans | null = null): LeakSuspicion[] {
  const uniqueness = lives === null ? new Float64Array(data.rows).fill(1) : averageUniqueness(lives);
  const independent = uniqueness.reduce((sum, value) => sum + value, 0) / data.rows;
  const life =
    lives === null ? null : orderColumn(lives.openedAt.map((openedAt, row) => lives.resolvedAt[row] - openedAt));
  return data.names.flatMap((name, feature) => {
    const reason = LIFE_CYCLE_FACTS.has(name)
      ? 'it is known only after entry'
      : data.rows < MINIMUM_ROWS
        ? null
        : suspicion(data.columns[feature] as Float64Array, data.target, life, independent);
    return reason === null ? [] : [{ name, reason }];
  });
}

/** How the reason of every version begins that a leak guard rejected. */
export const LEAK_SUSPECTED = 'Suspected of knowing the outcome';

/** Whether a leak guard rejected a version, by its reason. */
export function isLeakReason(reason: string): boolean {
  return reason.startsWith(LEAK_SUSPECTED);
}

/** The suspicions in words; empty text without any. */
export function leakReason(leaks: readonly LeakSuspicion[]): string {
  const named = leaks.slice(0, LEAKS_NAMED).map(({ name, reason }) => `${name} (${reason})`);
  const more = leaks.length > LEAKS_NAMED ? ` and ${leaks.length - LEAKS_NAMED} more` : '';
  return leaks.length === 0 ? '' : `${LEAK_SUSPECTED}: ${named.join(', ')}${more}.`;
}

/**
 * A model that told wins from losses out of fold better than any honest one (area surely over 0.9, by its 95 %
 * interval): its features know the outcome together. Names the one that it leans on most; null when there is nothing to
 * suspect.
 */
export function wholeTooGood(
  report: Pick<ClassifyReport, 'areaUnderCurve'>,
  mostImportant: () => string | undefined,
): string | null {
  const { value, low } = report.areaUnderCurve;
  if (!(low > SUSPICIOUS_WHOLE_AREA)) return null;
  const name = mostImportant() ?? 'a feature';
  return `${LEAK_SUSPECTED}: the model tells wins from losses with an area of ${value.toFixed(2)} under the curve, and leans most on ${name}.`;
}

/** Why one column is suspected, or null; `independent` is the share of the rows that counts as independent. */
function suspicion(
  values: Float64Array,
  target: Float64Array,
  life: OrderedColumn | null,
  independent: number,
): string | null {
  const column = orderColumn(values);
  const area = crossFittedArea(column, target);
  const isSure = (share: number) => area - SURE_ERRORS * areaError(area, target, share) > SUSPICIOUS_AREA;
  // Where column and outcomes both run in episodes, a match of the two is worth the number of those.
  if (isSure(independent) && isSure(Math.min(independent, 1 / dependenceTime(known(values), target)))) {
    return `alone it tells wins from losses with an area of ${area.toFixed(2)} under the curve`;
  }
  if (life === null) return null;
  const alike = rankCorrelation(column, life);
  // Fisher's z: the correlation of n rows, on a scale where its standard error is 1 / sqrt(n - 3).
  const sure = Math.tanh(
    Math.atanh(Math.min(alike, 1 - 1e-9)) - SURE_ERRORS / Math.sqrt(independent * column.order.length - 3),
  );
  return sure > SUSPICIOUS_CORRELATION
    ? `it goes with how long the trade lasted (rank correlation ${alike.toFixed(2)})`
    : null;
}

/**
 * Names of inputs that differ between two builds of the same examples, the second from records whose post-entry columns
 * were randomised, or whose candles were cut after the signal. Any name is a leak (FE-2).
 */
export function inputsThatMove(original: Dataset, altered: Dataset): string[] {
  invariant(original.rows === altered.rows, 'both builds hold the same examples');
  invariant(original.names.join('\n') === altered.names.join('\n'), 'both builds hold the same inputs');
  return original.names.filter((_, feature) => {
    const before = original.columns[feature] as Float64Array;
    const after = altered.columns[feature] as Float64Array;
    return before.some((value, row) => !Object.is(value, after[row]));
  });
}

/** Missing values as the mean of the others, for the memory of the column. */
function known(column: Float64Array): Float64Array {
  const middle = mean(column.filter((value) => !Number.isNaN(value)));
  return column.map((value) => (Number.isNaN(value) ? middle : value));
}

/** Standard error of an area (Hanley and McNeil 1982) when a share of the rows is independent. */
function areaError(area: number, target: Float64Array, independent: number): number {
  const allWins = target.reduce((total, win) => total + win, 0);
  const wins = Math.max(1, independent * allWins);
  const losses = Math.max(1, independent * (target.length - allWins));
  const q1 = area / (2 - area);
  const q2 = (2 * area * area) / (1 + area);
  const variance =
    (area * (1 - area) + (wins - 1) * (q1 - area ** 2) + (losses - 1) * (q2 - area ** 2)) / (wins * losses);
  return Math.sqrt(Math.max(0, variance));
}
