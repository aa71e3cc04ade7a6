/** Guards against inputs that know the outcome (FE-2, RE-42): forbidden names, columns that move, features too good to be true. */
import { invariant } from '#core/base/invariant.ts';
import type { Dataset } from './dataset.ts';
import { areaUnderCurve } from './metrics.ts';

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
 * of a market by a few points over 0.5, and 0.8 from a single column means that the outcome is in it.
 */
const SUSPICIOUS_AREA = 0.8;
/** Standard errors by which the area must exceed it. */
const SURE_ERRORS = 2;
const MINIMUM_ROWS = 60;
const BINS = 12;

/**
 * Looks at a training set before it is used: names of life-cycle facts, and columns (or their missingness) that alone
 * tell wins from losses better than anything honest. A column's area is that of win rates per quantile bin, learned on
 * every other row and tested on the rest, both ways, so that no direction or shape is assumed. A leak that is weaker
 * than that passes here: it is `inputsThatMove` which proves that inputs do not depend on what happens after entry.
 */
export function suspectedLeaks(data: Dataset): LeakSuspicion[] {
  const found: LeakSuspicion[] = [];
  data.names.forEach((name, feature) => {
    if (LIFE_CYCLE_FACTS.has(name)) {
      found.push({ name, reason: 'it is known only after entry' });
      return;
    }
    if (data.rows < MINIMUM_ROWS) return;
    const { area, error } = crossFittedArea(data.columns[feature] as Float64Array, data.target);
    if (area - SURE_ERRORS * error > SUSPICIOUS_AREA) {
      found.push({
        name,
        reason: `alone it tells wins from losses with an area of ${area.toFixed(2)} under the curve`,
      });
    }
  });
  return found;
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

/** Mean of the two halves' areas, and its standard error (Hanley and McNeil 1982). */
function crossFittedArea(column: Float64Array, target: Float64Array): { area: number; error: number } {
  const halves = [0, 1].map((half) => {
    const learn = rowsOfHalf(column.length, half);
    const test = rowsOfHalf(column.length, 1 - half);
    const rate = binRates(column, target, learn);
    return areaUnderCurve(
      Float64Array.from(test, (row) => rate(column[row] as number)),
      Float64Array.from(test, (row) => target[row] as number),
    );
  });
  const area = ((halves[0] as number) + (halves[1] as number)) / 2;
  const wins = target.reduce((sum, win) => sum + win, 0);
  const losses = target.length - wins;
  const q1 = area / (2 - area);
  const q2 = (2 * area * area) / (1 + area);
  const variance =
    (area * (1 - area) + (wins - 1) * (q1 - area ** 2) + (losses - 1) * (q2 - area ** 2)) / (wins * losses);
  return { area, error: Math.sqrt(Math.max(0, variance)) };
}

function rowsOfHalf(rows: number, half: number): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter((row) => row % 2 === half);
}

/** Win rate by quantile bin of the learning rows, shrunk by one win and one loss; missing is a bin of its own. */
function binRates(column: Float64Array, target: Float64Array, learn: readonly number[]): (value: number) => number {
  const known = Float64Array.from(learn, (row) => column[row] as number)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const edges = [
    ...new Set(Array.from({ length: BINS - 1 }, (_, bin) => known[Math.ceil(((bin + 1) * known.length) / BINS) - 1])),
  ];
  const binOf = (value: number) => {
    if (Number.isNaN(value)) return edges.length + 1;
    let bin = 0;
    while (bin < edges.length && value > (edges[bin] as number)) bin++;
    return bin;
  };
  const wins = new Float64Array(edges.length + 2).fill(1);
  const rows = new Float64Array(edges.length + 2).fill(2);
  for (const row of learn) {
    const bin = binOf(column[row] as number);
    wins[bin] = (wins[bin] as number) + (target[row] as number);
    rows[bin] = (rows[bin] as number) + 1;
  }
  return (value) => {
    const bin = binOf(value);
    return (wins[bin] as number) / (rows[bin] as number);
  };
}
