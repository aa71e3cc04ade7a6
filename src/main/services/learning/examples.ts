/** One training example per resolved signal, read from the record as it was recorded (ML-3, FE-6). */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Dataset, ExampleLives } from '#core/learning/dataset.ts';
import { averageUniqueness, effectiveSampleSize, exampleWeight } from '#core/learning/uniqueness.ts';
import type { FeatureSet } from '#core/signals/features/feature-catalogue.ts';
import type { Profile } from '#main/store/database.ts';

/** Rows read before the event loop gets a turn. */
const ROWS_PER_TURN = 500;

export interface Examples {
  readonly data: Dataset;
  readonly lives: ExampleLives;
  readonly effective: number;
  /** SHA-256 over columns, targets and weights: the same examples have the same hash (ML-40). */
  readonly dataHash: string;
}

interface Row {
  readonly openedAt: UnixMs;
  readonly resolvedAt: UnixMs;
  readonly netR: number;
  readonly executed: boolean;
  readonly values: Float64Array;
}

/**
 * Trainable examples of a strategy, oldest first: wins and losses whose vector has the set's hash. Timeouts, gated and
 * unavailable ones are none (ML-5). A win is net R > 0.
 */
export async function readExamples(
  profile: Profile,
  strategyId: string,
  simulated: boolean,
  set: FeatureSet,
): Promise<Examples> {
  const rows: Row[] = [];
  const filter = { strategyIds: [strategyId], outcomes: ['win', 'loss'] as const, simulated };
  let read = 0;
  for (const { row, features } of profile.exportPhantoms(filter, { by: 'openedAt', direction: 'ascending' })) {
    if (++read % ROWS_PER_TURN === 0) await setImmediate();
    if (features === null || features.setHash !== set.hash || row.netR === null || row.exitTime === null) continue;
    rows.push({
      openedAt: row.openedAt,
      resolvedAt: row.exitTime,
      netR: row.netR,
      executed: row.disposition === 'executed',
      values: features.values,
    });
  }
  return toExamples(rows, set);
}

function toExamples(rows: readonly Row[], set: FeatureSet): Examples {
  const column = (of: (row: Row) => number) => Float64Array.from(rows, of);
  const lives: ExampleLives = {
    openedAt: column((row) => row.openedAt),
    resolvedAt: column((row) => row.resolvedAt),
    netR: column((row) => row.netR),
  };
  const columns = set.names.map((_, index) => column((row) => row.values[index] as number));
  const cluster = columns[set.names.indexOf('symbol_cluster')];
  const uniqueness = averageUniqueness(lives);
  const weight = Float64Array.from(rows, (row, index) =>
    exampleWeight(row.executed, cluster?.[index] ?? null, uniqueness[index] as number),
  );
  const target = column((row) => (row.netR > 0 ? 1 : 0));
  const hash = createHash('sha256').update(set.hash);
  for (const part of [...columns, target, weight, lives.openedAt, lives.resolvedAt]) hash.update(bytesOf(part));
  return {
    data: { names: set.names, columns, rows: rows.length, target, weight },
    lives,
    effective: effectiveSampleSize(weight, uniqueness),
    dataHash: hash.digest('hex'),
  };
}

function bytesOf(column: Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
