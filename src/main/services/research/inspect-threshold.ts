/** `inspect threshold`: where scores of a table start to pay (DE-2). */

import { isotonicAt } from '#core/base/isotonic.ts';
import { createRandom } from '#core/base/random.ts';
import { type Fault, ok, type Result } from '#core/base/result.ts';
import { ADAPTIVE_RULES } from '#core/decisions/adaptive-minimum.ts';
import type { ExpectedValue } from '#core/decisions/expected-value.ts';
import type { JudgedThreshold } from '#core/decisions/threshold-book.ts';
import type { ThresholdKind } from '#core/decisions/threshold-bounds.ts';
import { chooseThreshold } from '#core/decisions/threshold-choice.ts';
import { type LearnedThresholds, learnThresholds } from '#core/decisions/threshold-learning.ts';
import type { ThresholdRecord } from '#core/decisions/threshold-records.ts';
import { sessionAt } from '#core/domain/context.ts';
import type { Stage } from '#core/domain/score.ts';
import { cellFault, columnNamed, type NumberTable } from '#main/files/number-table.ts';
import { timeColumn } from './time-column.ts';

export interface CurvePoint {
  readonly score: number;
  /** P(win) at this score, 0-1. */
  readonly probability: number;
  /** Rows with a score from this one up to the next, and how many of them won. */
  readonly rows: number;
  readonly wins: number;
}

export interface ThresholdAnswer {
  /** Win probability at which a trade earns nothing, 0-1; null below 50 rows. */
  readonly pMin: number | null;
  readonly threshold: number;
  /** At each whole score in the range of the rows; empty below 50 rows. */
  readonly curve: readonly CurvePoint[];
  readonly n: number;
  readonly evidence: string;
  /** Where the curve reaches `pMin`, before floor and ceiling; null when nowhere. */
  readonly crossing: number | null;
  /** What all rows earned. */
  readonly expected: ExpectedValue | null;
  /** The threshold on the newest 30 %. */
  readonly judged: JudgedThreshold | null;
}

export interface ThresholdTerms {
  readonly kind: ThresholdKind;
  readonly stage: Stage;
}

/** Shuffles rows that are sorted by score; a fixed seed makes the answer repeatable. */
const SHUFFLE_SEED = 'inspect threshold';

/** Columns `score` (0-100), `win` (0 or 1), `net_r` and, where it is there, `time`; else rows are in the order of time. */
export function thresholdOf(table: NumberTable, { kind, stage }: ThresholdTerms): Result<ThresholdAnswer, Fault> {
  const read = recordsOf(table);
  if (!read.ok) return read;
  const { records, note } = read.value;
  const margin = ADAPTIVE_RULES.margin.start;
  const terms = { strategyId: table.file, kind, stage, margin, version: 1, fittedAt: 0 };
  const learned = learnThresholds(records, terms);
  const book = learned?.book ?? null;
  const threshold = chooseThreshold({
    kind,
    stage,
    context: { session: 'asian', regime: null },
    fixedMinimumScore: null,
    book,
    minimum: null,
    margin: null,
    modelBreakEven: null,
  });
  const n = records.length;
  const few = book === null ? ` (${n} rows: a threshold is learned from 50 on)` : '';
  return ok({
    pMin: book?.pooled.breakEven ?? null,
    threshold: threshold.value,
    curve: learned === null ? [] : curvePoints(learned, records),
    n,
    evidence: `${threshold.evidence}${few}${note}`,
    crossing: book?.pooled.crossing ?? null,
    expected: book?.pooled.expected ?? null,
    judged: book?.pooled.judged ?? null,
  });
}

interface ReadRecords {
  readonly records: readonly ThresholdRecord[];
  /** To be added to the evidence. */
  readonly note: string;
}

function recordsOf(table: NumberTable): Result<ReadRecords, Fault> {
  const score = columnNamed(table, 'score');
  if (!score.ok) return score;
  const win = columnNamed(table, 'win');
  if (!win.ok) return win;
  const netR = columnNamed(table, 'net_r');
  if (!netR.ok) return netR;
  const times = timeColumn(table);
  if (!times.ok) return times;
  const checks = [
    ['score', score.value, (value: number) => value >= 0 && value <= 100, 'a score is a number from 0 to 100'],
    ['win', win.value, (value: number) => value === 0 || value === 1, 'a win is 0 or 1'],
    ['net_r', netR.value, (value: number) => Number.isFinite(value), 'the value is missing'],
  ] as const;
  for (const [name, column, fits, complaint] of checks) {
    const row = column.findIndex((value) => !fits(value));
    if (row !== -1)
      return cellFault(table, row, name, complaint, 'Give every row a score, a win and a net result in R.');
  }
  // Rows sorted by score have no order of time: the newest 30 % would be the highest scores, and nothing else.
  const sorted = times.value === null && isSorted(score.value);
  const order = times.value ?? (sorted ? shuffled(table.rows) : null);
  const records = Array.from(score.value, (value, row): ThresholdRecord => {
    const time = order?.[row] ?? row;
    return {
      time,
      score: value,
      win: win.value[row] === 1,
      netR: netR.value[row] as number,
      session: sessionAt(time),
      regime: null,
    };
  });
  const note = sorted ? '; the rows are sorted by score, so a random 30 % stand for the newest' : '';
  return ok({ records, note });
}

function curvePoints({ curve }: LearnedThresholds, records: readonly ThresholdRecord[]): readonly CurvePoint[] {
  const scores = records.map(({ score }) => Math.floor(score));
  const low = scores.reduce((least, score) => Math.min(least, score), 100);
  const high = scores.reduce((most, score) => Math.max(most, score), 0);
  const points = Array.from({ length: high - low + 1 }, (_, index) => ({ rows: 0, wins: 0, score: low + index }));
  records.forEach(({ win }, row) => {
    const point = points[(scores[row] as number) - low];
    if (point === undefined) return;
    point.rows++;
    if (win) point.wins++;
  });
  return points.map(({ score, rows, wins }) => ({
    score,
    probability: isotonicAt(curve, score),
    rows,
    wins,
  }));
}

function isSorted(values: Float64Array): boolean {
  const first = values[0] as number;
  if (values.every((value) => value === first)) return false;
  const along = (sign: number) =>
    values.every((value, row) => row === 0 || sign * (value - (values[row - 1] as number)) >= 0);
  return along(1) || along(-1);
}

/** A random order, as a rank per row. */
function shuffled(rows: number): Float64Array {
  const random = createRandom(SHUFFLE_SEED);
  const ranks = Float64Array.from({ length: rows }, (_, row) => row);
  for (let row = rows - 1; row > 0; row--) {
    const other = random.integer(row + 1);
    const rank = ranks[row] as number;
    ranks[row] = ranks[other] as number;
    ranks[other] = rank;
  }
  return ranks;
}
