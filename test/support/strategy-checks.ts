/** ST-5 as functions: does a strategy look ahead, and does it depend on where its history began? */
import type { Candle } from '#core/domain/candle.ts';
import type { Strategy } from '#core/signals/strategy.ts';
import { type Found, SignalsRun, type SignalsRunOptions } from './signals-run.ts';

/** Builds the strategy from the candles a run is given: an honest one ignores them. */
export type StrategyFactory = (candles: readonly Candle[]) => Strategy;

/** Cuts the input after each of `cuts` bars; names the first signal or vector that the later bars had changed. */
export function lookAheadViolations(
  factory: StrategyFactory,
  candles: readonly Candle[],
  cuts: readonly number[],
  options: SignalsRunOptions = {},
): string[] {
  const whole = new SignalsRun({ ...options, strategy: factory(candles) }).run(candles);
  const violations: string[] = [];
  for (const cut of cuts) {
    const known = candles.slice(0, cut);
    const end = (known.at(-1)?.openTime ?? 0) + stepOf(candles);
    const before = new SignalsRun({ ...options, strategy: factory(known) }).run(known);
    const difference = firstDifference(
      whole.filter(({ time }) => time <= end),
      before,
      exactly,
    );
    if (difference !== null) violations.push(`cut after ${cut} bars: ${difference}`);
  }
  return violations;
}

/** Starts the history `starts` bars later; names the first signal that differs once `settleBars` base bars are over. */
export function warmUpViolations(
  factory: StrategyFactory,
  candles: readonly Candle[],
  starts: readonly number[],
  settleBars: number,
  options: SignalsRunOptions = {},
): string[] {
  const whole = new SignalsRun({ ...options, strategy: factory(candles) }).run(candles);
  const violations: string[] = [];
  for (const start of starts) {
    const later = candles.slice(start);
    const from = (candles[start + settleBars]?.openTime ?? Number.POSITIVE_INFINITY) + stepOf(candles);
    const short = new SignalsRun({ ...options, strategy: factory(later) }).run(later);
    const difference = firstDifference(
      whole.filter(({ time }) => time > from),
      short.filter(({ time }) => time > from),
      converged,
    );
    if (difference !== null) violations.push(`started ${start} bars later: ${difference}`);
  }
  return violations;
}

type Comparison = (left: Found, right: Found) => boolean;

const exactly: Comparison = (left, right) => comparable(left) === comparable(right);

/** What depends on smoothed averages may differ in the last digits. */
const converged: Comparison = (left, right) =>
  left.time === right.time &&
  left.draft.side === right.draft.side &&
  left.draft.structureKey === right.draft.structureKey &&
  close(left.draft.stop, right.draft.stop) &&
  close(left.draft.target, right.draft.target) &&
  left.draft.reasons.length === right.draft.reasons.length &&
  Object.entries(left.draft.measures).every(([name, value]) => close(value, right.draft.measures[name] as number));

function firstDifference(left: readonly Found[], right: readonly Found[], same: Comparison): string | null {
  if (left.length === 0 && right.length === 0) return null;
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const one = left[i];
    const other = right[i];
    if (one === undefined || other === undefined) return `${left.length} signals against ${right.length}`;
    if (!same(one, other)) return `signal ${i} at ${one.time} against ${other.time}`;
  }
  return null;
}

function comparable(found: Found): string {
  return JSON.stringify([found.time, found.entry, found.draft, [...found.vector.values].map(String)]);
}

function close(left: number, right: number): boolean {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) && Number.isNaN(right);
  return Math.abs(left - right) <= 1e-6 * Math.max(1, Math.abs(left));
}

function stepOf(candles: readonly Candle[]): number {
  return (candles[1]?.openTime ?? 0) - (candles[0]?.openTime ?? 0);
}
