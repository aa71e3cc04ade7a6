/** What one feature tells alone: how well it separates outcomes, and how its ranks go with those of another value. */
import { correlation } from '#core/base/statistics.ts';

/** Blocks of time, each tested on what the others teach. */
const BLOCKS = 4;
const BINS = 12;

/** A column in ascending order, sorted once for all that is asked of it. */
export interface OrderedColumn {
  readonly values: Float64Array;
  /** Rows with a value, lowest value first; missing ones (NaN) are left out. */
  readonly order: Uint32Array;
}

export function orderColumn(values: Float64Array): OrderedColumn {
  const rows = new Uint32Array(values.length);
  let count = 0;
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row])) rows[count++] = row;
  return { values, order: rows.subarray(0, count).sort((a, b) => values[a] - values[b]) };
}

/**
 * Area under the curve of win rates per quantile bin of the column (missing is a bin of its own), learned on three
 * quarters of the time and tested on the fourth; over the four quarters by the pairs of a win and a loss in each. 0.5
 * when there are none. `target` is 0 or 1, rows are oldest first.
 */
export function crossFittedArea(column: OrderedColumn, target: Float64Array): number {
  let sum = 0;
  let pairs = 0;
  for (let block = 0; block < BLOCKS; block++) {
    const tested = {
      from: Math.ceil((block * target.length) / BLOCKS),
      to: Math.ceil(((block + 1) * target.length) / BLOCKS),
    };
    const { better, pairs: here } = rankedPairs(column, target, tested);
    sum += better;
    pairs += here;
  }
  return pairs === 0 ? 0.5 : sum / pairs;
}

/** |Spearman's correlation| over the rows that have a value; NaN below two, or when one of both does not vary. */
export function rankCorrelation(column: OrderedColumn, other: OrderedColumn): number {
  if (other.order.length === column.order.length) {
    return Math.abs(correlation(ranks(column), ranks(other)));
  }
  const has = new Uint8Array(column.values.length);
  for (const row of column.order) has[row] = 1;
  const shared = { values: other.values, order: other.order.filter((row) => has[row] === 1) };
  return Math.abs(correlation(ranks(column), ranks(shared)));
}

interface Rows {
  readonly from: number;
  readonly to: number;
}

/** Pairs of a win and a loss among the tested rows, and how many of them the learned rates put in order (ties: half). */
function rankedPairs(column: OrderedColumn, target: Float64Array, tested: Rows) {
  const edges = binEdges(column, tested);
  const bins = edges.length + 2;
  // Shrunk by one win and one loss.
  const learned = { wins: new Float64Array(bins).fill(1), rows: new Float64Array(bins).fill(2) };
  const wins = new Float64Array(bins);
  const losses = new Float64Array(bins);
  for (let row = 0; row < target.length; row++) {
    const bin = binOf(edges, column.values[row]);
    if (row >= tested.from && row < tested.to) {
      if (target[row] === 1) wins[bin]++;
      else losses[bin]++;
    } else {
      learned.wins[bin] += target[row];
      learned.rows[bin]++;
    }
  }
  const rate = learned.wins.map((won, bin) => won / learned.rows[bin]);
  let better = 0;
  let pairs = 0;
  for (let high = 0; high < bins; high++) {
    for (let low = 0; low < bins; low++) {
      const here = wins[high] * losses[low];
      pairs += here;
      better += here * (rate[high] > rate[low] ? 1 : rate[high] === rate[low] ? 0.5 : 0);
    }
  }
  return { better, pairs };
}

/** Upper edges of all quantile bins but the last, of the rows that are not tested; equal ones once. */
function binEdges({ values, order }: OrderedColumn, { from, to }: Rows): number[] {
  const learned = new Float64Array(order.length);
  let count = 0;
  for (const row of order) if (row < from || row >= to) learned[count++] = values[row];
  const edges = new Set<number>();
  if (count > 0) for (let bin = 1; bin < BINS; bin++) edges.add(learned[Math.ceil((bin * count) / BINS) - 1]);
  return [...edges];
}

function binOf(edges: readonly number[], value: number): number {
  if (Number.isNaN(value)) return edges.length + 1;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > edges[middle]) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** From 0, in the order of the rows; equal values share the mean of their ranks. */
function ranks({ values, order }: OrderedColumn): Float64Array {
  const byRow = new Float64Array(values.length).fill(Number.NaN);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let at = from; at < to; at++) byRow[order[at]] = (from + to - 1) / 2;
    from = to;
  }
  return byRow.filter((rank) => !Number.isNaN(rank));
}
