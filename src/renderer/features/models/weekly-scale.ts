/** Where the weeks and shares of the weekly chart lie (ML-45): pure geometry, in places 0-1. */
import type { AccuracyWeek } from '#contract/areas/models.ts';
import { FEWEST_ROWS } from './figure-rows.ts';

const WEEK_MS = 604_800_000;
/** Fewer weeks than this keep to the right of a chart of this many. */
const FEWEST_SLOTS = 8;
const SMALLEST_SPAN = 0.2;

export interface PlacedWeek {
  readonly week: AccuracyWeek;
  /** Middle of the week, 0-1 from the left. */
  readonly x: number;
  /** Enough resolved predictions for its win rate to say something. */
  readonly isSolid: boolean;
}

export interface WeeklyScale {
  readonly weeks: readonly PlacedWeek[];
  /** Width of one week, 0-1. */
  readonly slot: number;
  /** Shares at the foot and the top. */
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** Of the week with the most. */
  readonly mostResolved: number;
}

/** `weeks` oldest first, at least one; the newest stands at the right edge, weeks without results leave a hole. */
export function weeklyScale(weeks: readonly AccuracyWeek[]): WeeklyScale {
  const last = weeks.at(-1)?.start ?? 0;
  const first = weeks[0]?.start ?? last;
  const slots = Math.max(FEWEST_SLOTS, Math.round((last - first) / WEEK_MS) + 1);
  const shares = weeks.flatMap(({ predicted, observed }) => [predicted, observed]);
  const tenths = (share: number, round: (value: number) => number) =>
    round(share * 10 + (round === Math.ceil ? -1e-9 : 1e-9));
  let low = Math.max(0, tenths(Math.min(...shares), Math.floor));
  let high = Math.min(10, tenths(Math.max(...shares), Math.ceil));
  if (high - low < SMALLEST_SPAN * 10) {
    low = Math.max(0, low - 1);
    high = Math.min(10, Math.max(high, low + SMALLEST_SPAN * 10));
    low = Math.max(0, Math.min(low, high - SMALLEST_SPAN * 10));
  }
  const step = high - low > 4 ? 2 : 1;
  const ticks: number[] = [];
  for (let at = low; at <= high; at += step) ticks.push(at / 10);
  return {
    weeks: weeks.map((week) => ({
      week,
      x: (slots - Math.round((last - week.start) / WEEK_MS) - 0.5) / slots,
      isSolid: week.resolved >= FEWEST_ROWS,
    })),
    slot: 1 / slots,
    low: low / 10,
    high: high / 10,
    ticks,
    mostResolved: Math.max(1, ...weeks.map(({ resolved }) => resolved)),
  };
}

/** Runs of neighbouring weeks: a line is not drawn over a hole. */
export function runsOf(weeks: readonly PlacedWeek[]): readonly (readonly PlacedWeek[])[] {
  const runs: PlacedWeek[][] = [];
  for (const placed of weeks) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run !== undefined && before !== undefined && placed.week.start - before.week.start <= WEEK_MS) run.push(placed);
    else runs.push([placed]);
  }
  return runs;
}
