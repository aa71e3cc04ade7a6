/** Recorded results as columns, made up from a seed: for tests of statistics and for the window's fake desk. */
import { createRandom } from '#core/base/random.ts';
import { OUTCOMES } from '#core/domain/phantom.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { DISPOSITIONS, type Disposition } from '#core/domain/score.ts';
import { HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import type { AnalysisSource } from '#main/services/analysis/analysis-desk.ts';

export interface ColumnPlan {
  readonly rows: number;
  readonly seed?: string;
  readonly strategies?: readonly string[];
  readonly dispositions?: readonly Disposition[];
  readonly everyMs?: number;
  /** Net R of a row; NaN leaves it open. Drawn unless given. */
  readonly netR?: (row: number, draw: () => number) => number;
}

const START = Date.UTC(2026, 0, 5);

export function makeColumns(plan: ColumnPlan): ResultColumns {
  const {
    rows,
    seed = 'columns',
    strategies = ['trend_pullback', 'scalp', 'placebo'],
    everyMs = 10 * MINUTE_MS,
  } = plan;
  const dispositions = plan.dispositions ?? DISPOSITIONS;
  const random = createRandom(seed);
  const draw = () => random.next();
  const netR = Float64Array.from({ length: rows }, (_, row) => {
    if (plan.netR !== undefined) return plan.netR(row, draw);
    const share = draw();
    return share < 0.05 ? Number.NaN : share < 0.5 ? 1.5 + draw() : -1 - 0.2 * draw();
  });
  const openedAt = Float64Array.from({ length: rows }, (_, row) => START + row * everyMs);
  const codes = (of: (row: number) => number) => Uint8Array.from({ length: rows }, (_, row) => of(row));
  const ambiguous = codes(() => (draw() < 0.04 ? 1 : 0));
  return {
    length: rows,
    no: Int32Array.from({ length: rows }, (_, row) => row + 1),
    strategies,
    instruments: ['demo:BTC/USDT', 'demo:ETH/USDT'],
    strategy: Uint16Array.from({ length: rows }, () => random.integer(strategies.length)),
    instrument: Uint16Array.from({ length: rows }, () => random.integer(2)),
    outcome: codes((row) => {
      const value = netR[row] as number;
      return OUTCOMES.indexOf(Number.isNaN(value) ? 'open' : value > 0 ? 'win' : 'loss');
    }),
    disposition: codes(() => DISPOSITIONS.indexOf(dispositions[random.integer(dispositions.length)] as Disposition)),
    regime: Int8Array.from({ length: rows }, () => random.integer(5) - 1),
    simulated: codes(() => 1),
    scoredByModel: codes(() => random.integer(2)),
    ambiguous,
    offline: codes(() => (draw() < 0.1 ? 1 : 0)),
    openedAt,
    exitAt: openedAt.map((time, row) => (Number.isNaN(netR[row] as number) ? Number.NaN : time + HOUR_MS)),
    netR,
    grossR: netR.map((value) => value + 0.1),
    pnlPercent: netR.map((value) => value / 2),
    optimisticNetR: netR.map((_, row) => (ambiguous[row] === 1 ? 1.5 : Number.NaN)),
    score: Float64Array.from({ length: rows }, () => 30 + 50 * draw()),
    threshold: new Float64Array(rows).fill(55),
    reason: Int32Array.from({ length: rows }, () => random.integer(3)),
    resolverVersion: new Uint16Array(rows).fill(1),
  };
}

const REASONS = ['score 48 is below 55', 'skipped by you', 'costs: after costs the plan pays 0.80 for each 1 at risk'];

/** A record in memory that holds these columns; features are drawn. */
export function sourceOf(columns: ResultColumns): AnalysisSource {
  return {
    revision: () => '1',
    onOneView: (read) => read(),
    columns: () => columns,
    columnsOf: (_, now) => now,
    features: (_, names, no) => {
      const random = createRandom('features');
      return new Map(names.map((name) => [name, Float64Array.from(no, () => 2 * random.next())]));
    },
    reason: (no) => REASONS[no] ?? '',
    positionResults: (no) => {
      const results = new Float64Array(no.length).fill(Number.NaN);
      const row = new Map(Array.from(columns.no, (number, at) => [number, at]));
      no.forEach((number, at) => {
        const netR = columns.netR[row.get(number) ?? -1] ?? Number.NaN;
        results[at] = netR - 0.05;
      });
      return results;
    },
    ids: (numbers) => numbers.map((no) => `trend_pullback|demo:BTC/USDT|${START + no}|long`),
    lastThreshold: () => ({ value: 55, source: 'expected-value', evidence: 'P(win) reaches 42 % at 55' }),
    modelVersions: () => 4,
  };
}
