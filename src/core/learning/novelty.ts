/** Whether a signal is unlike anything a model was trained on (ML-42): too many features outside their usual range. */
import type { Dataset } from './dataset.ts';

/** Plain JSON, stored with the model. */
export interface KnownGround {
  /** Per feature the 0.5 % and 99.5 % quantiles of its training values; NaN-free, empty range where all were missing. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Training rows with more features outside than this are rarer than 1 in 200. */
  readonly limit: number;
}

const TAIL = 0.005;

export function knownGround(data: Dataset): KnownGround {
  const low: number[] = [];
  const high: number[] = [];
  for (const column of data.columns) {
    const known = Float64Array.from(column.filter((value) => !Number.isNaN(value))).sort();
    low.push(known[Math.floor(TAIL * known.length)] ?? 0);
    high.push(known[Math.min(known.length - 1, Math.ceil((1 - TAIL) * known.length) - 1)] ?? 0);
  }
  const counts = new Float64Array(data.rows);
  for (let row = 0; row < data.rows; row++) {
    let outside = 0;
    for (let feature = 0; feature < data.columns.length; feature++) {
      const value = (data.columns[feature] as Float64Array)[row] as number;
      if (value < (low[feature] as number) || value > (high[feature] as number)) outside++;
    }
    counts[row] = outside;
  }
  counts.sort();
  return { low, high, limit: counts[Math.min(data.rows - 1, Math.ceil((1 - TAIL) * data.rows) - 1)] ?? 0 };
}

/** Names of the features outside their usual range when there are more of them than training rows had; else none. */
export function unusualFeatures(ground: KnownGround, names: readonly string[], row: Float64Array): readonly string[] {
  const outside = names.filter((_, feature) => {
    const value = row[feature] as number;
    return value < (ground.low[feature] as number) || value > (ground.high[feature] as number);
  });
  return outside.length > ground.limit ? outside : [];
}
