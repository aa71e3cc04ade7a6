/** The rows that a scope chooses, packed together: what every analysis works on. */
import { OUTCOMES, type Outcome } from '#core/domain/phantom.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import type { ScopeFacts } from '#core/domain/result-figures.ts';
import { DISPOSITIONS, type Disposition } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

export interface RowScope {
  readonly simulated: boolean;
  readonly strategyIds?: readonly string[] | undefined;
  readonly exceptStrategyIds?: readonly string[] | undefined;
  readonly instrumentIds?: readonly string[] | undefined;
  /** By opening time, from inclusive, to exclusive. */
  readonly from?: UnixMs | undefined;
  readonly to?: UnixMs | undefined;
  /** Rows with a result of another version are left out. */
  readonly resolverVersion: number;
}

export interface ScopeRows {
  readonly facts: ScopeFacts;
  /** Row numbers in the columns they were chosen from, ascending: for columns that are read beside. */
  readonly from: Int32Array;
  readonly columns: ResultColumns;
}

export const [OPEN, UNAVAILABLE, GATED] = (['open', 'unavailable', 'gated'] as const).map(outcomeCode) as [
  number,
  number,
  number,
];

function outcomeCode(outcome: Outcome): number {
  return OUTCOMES.indexOf(outcome);
}

export function dispositionCode(disposition: Disposition): number {
  return DISPOSITIONS.indexOf(disposition);
}

/** Chooses and packs; `all` stays as it is. */
export function chooseRows(all: ResultColumns, scope: RowScope): ScopeRows {
  const strategies = allowed(all.strategies, scope.strategyIds, scope.exceptStrategyIds);
  const instruments = allowed(all.instruments, scope.instrumentIds);
  const [from, to] = [scope.from ?? Number.NEGATIVE_INFINITY, scope.to ?? Number.POSITIVE_INFINITY];
  const simulated = Number(scope.simulated);
  const chosen = new Int32Array(all.length);
  const versions = new Set<number>();
  const counts = { open: 0, unavailable: 0, gated: 0, otherVersions: 0 };
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let count = 0;
  for (let row = 0; row < all.length; row++) {
    const openedAt = all.openedAt[row] as number;
    if (all.simulated[row] !== simulated || openedAt < from || openedAt >= to) continue;
    if (!strategies[all.strategy[row] as number] || !instruments[all.instrument[row] as number]) continue;
    if (!Number.isNaN(all.netR[row] as number)) {
      const version = all.resolverVersion[row] as number;
      versions.add(version);
      if (version !== scope.resolverVersion) {
        counts.otherVersions++;
        continue;
      }
    }
    const outcome = all.outcome[row] as number;
    if (outcome === OPEN) counts.open++;
    else if (outcome === UNAVAILABLE) counts.unavailable++;
    else if (outcome === GATED) counts.gated++;
    first = Math.min(first, openedAt);
    last = Math.max(last, openedAt);
    chosen[count++] = row;
  }
  const rows = chosen.slice(0, count);
  const { otherVersions, ...unresolved } = counts;
  return {
    from: rows,
    columns: count === all.length ? all : packed(all, rows),
    facts: {
      simulated: scope.simulated,
      signals: count,
      resolved: count - unresolved.open - unresolved.unavailable - unresolved.gated,
      ...unresolved,
      first: count === 0 ? null : first,
      last: count === 0 ? null : last,
      resolverVersion: scope.resolverVersion,
      otherVersions,
      versions: [...versions].sort((a, b) => a - b),
    },
  };
}

/** One column at the chosen rows. */
export function pick(column: Float64Array, rows: Int32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) picked[at] = column[rows[at] as number] as number;
  return picked;
}

function allowed(
  names: readonly string[],
  only: readonly string[] | undefined,
  except: readonly string[] = [],
): readonly boolean[] {
  return names.map((name) => (only === undefined || only.includes(name)) && !except.includes(name));
}

function packed(all: ResultColumns, rows: Int32Array): ResultColumns {
  const copy = <T extends Int32Array | Uint16Array | Uint8Array | Int8Array>(column: T, target: T): T => {
    for (let at = 0; at < rows.length; at++) target[at] = column[rows[at] as number] as number;
    return target;
  };
  const { length } = rows;
  return {
    length,
    strategies: all.strategies,
    instruments: all.instruments,
    no: copy(all.no, new Int32Array(length)),
    strategy: copy(all.strategy, new Uint16Array(length)),
    instrument: copy(all.instrument, new Uint16Array(length)),
    outcome: copy(all.outcome, new Uint8Array(length)),
    disposition: copy(all.disposition, new Uint8Array(length)),
    regime: copy(all.regime, new Int8Array(length)),
    simulated: copy(all.simulated, new Uint8Array(length)),
    scoredByModel: copy(all.scoredByModel, new Uint8Array(length)),
    ambiguous: copy(all.ambiguous, new Uint8Array(length)),
    offline: copy(all.offline, new Uint8Array(length)),
    reason: copy(all.reason, new Int32Array(length)),
    resolverVersion: copy(all.resolverVersion, new Uint16Array(length)),
    openedAt: pick(all.openedAt, rows),
    exitAt: pick(all.exitAt, rows),
    netR: pick(all.netR, rows),
    grossR: pick(all.grossR, rows),
    pnlPercent: pick(all.pnlPercent, rows),
    optimisticNetR: pick(all.optimisticNetR, rows),
    score: pick(all.score, rows),
    threshold: pick(all.threshold, rows),
  };
}
