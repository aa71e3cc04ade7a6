/** When signals do well: results by hour, session, weekday, regime, volume and trend strength, and whether the best hold up (ML-44). */
import { REGIMES, SESSIONS, sessionAt } from '#core/domain/context.ts';
import type { Pattern, PatternFigures, PatternKind, PatternPick } from '#core/domain/evidence-figures.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { DAY_MS, HOUR_MS } from '#core/domain/timeframe.ts';
import { BlockBootstrap } from './block-bootstrap.ts';
import { earnsMore } from './block-difference.ts';
import { ENOUGH_RESOLVED, GroupedResults } from './result-figures.ts';

/** Recorded at the signal, one per row; NaN where missing. */
export interface PatternFacts {
  /** Volume over its average. */
  readonly volumeRatio: Float64Array;
  /** 0-100. */
  readonly trendStrength: Float64Array;
}

interface PatternPlan {
  readonly kind: PatternKind;
  readonly title: string;
  readonly cells: readonly (readonly [key: string, label: string])[];
  readonly cellOf: (rows: ResultColumns, facts: PatternFacts, row: number) => number;
}

/** Cells of the older rows that are named as best, at most. */
const BEST = 3;
const OLDER_SHARE = 0.7;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const VOLUME_BOUNDS = [0.75, 1, 1.3, 2] as const;
const STRENGTH_BOUNDS = [20, 40, 60, 80] as const;
/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = 3;

const PLANS: readonly PatternPlan[] = [
  {
    kind: 'hour',
    title: 'Hour of the day, UTC',
    cells: Array.from({ length: 24 }, (_, hour) => [String(hour), `${String(hour).padStart(2, '0')}:00 UTC`] as const),
    cellOf: ({ openedAt }, _, row) => Math.floor(((openedAt[row] as number) % DAY_MS) / HOUR_MS),
  },
  {
    kind: 'session',
    title: 'Session',
    cells: SESSIONS.map((name) => [name, name] as const),
    cellOf: ({ openedAt }, _, row) => SESSIONS.indexOf(sessionAt(openedAt[row] as number)),
  },
  {
    kind: 'weekday',
    title: 'Weekday, UTC',
    cells: WEEKDAYS.map((name) => [name, name] as const),
    cellOf: ({ openedAt }, _, row) => (Math.floor((openedAt[row] as number) / DAY_MS) + EPOCH_WEEKDAY) % 7,
  },
  {
    kind: 'regime',
    title: 'Volatility regime',
    cells: REGIMES.map((name) => [name, `${name} volatility`] as const),
    cellOf: ({ regime }, _, row) => regime[row] as number,
  },
  {
    kind: 'volume',
    title: 'Volume against its average',
    cells: bandCells(VOLUME_BOUNDS, (value) => value.toFixed(2)),
    cellOf: (_, { volumeRatio }, row) => bandOf(volumeRatio[row] as number, VOLUME_BOUNDS),
  },
  {
    kind: 'trend-strength',
    title: 'Trend strength',
    cells: bandCells(STRENGTH_BOUNDS, String),
    cellOf: (_, { trendStrength }, row) => bandOf(trendStrength[row] as number, STRENGTH_BOUNDS),
  },
];

export function patternsOf(rows: ResultColumns, facts: PatternFacts): PatternFigures {
  const bootstrap = new BlockBootstrap(rows.openedAt);
  const split = splitTime(rows);
  const one = new GroupedResults(bootstrap, new Int32Array(rows.length), 1, rows.netR);
  return {
    bootstrap: bootstrap.facts,
    all: one.figures(0),
    patterns: PLANS.map((plan) => patternOf(plan, rows, facts, bootstrap, split)),
  };
}

function patternOf(
  { kind, title, cells, cellOf }: PatternPlan,
  rows: ResultColumns,
  facts: PatternFacts,
  bootstrap: BlockBootstrap,
  split: number,
): Pattern {
  const group = new Int32Array(rows.length);
  let unknown = 0;
  for (let row = 0; row < rows.length; row++) {
    group[row] = cellOf(rows, facts, row);
    if ((group[row] as number) < 0) unknown++;
  }
  const results = new GroupedResults(bootstrap, group, cells.length, rows.netR);
  return {
    kind,
    title,
    cells: cells.map(([key, label], at) => ({ key, label, ...results.figures(at) })),
    unknown,
    best: bestOf(cells, group, rows, bootstrap, split),
  };
}

/**
 * The cells with the highest mean net R on the older rows, among those with enough and above the mean of all. The later
 * rows decide: their mean must be above that of the other later rows, one-sided 5 %, with the spread between blocks of time.
 */
function bestOf(
  cells: PatternPlan['cells'],
  group: Int32Array,
  rows: ResultColumns,
  bootstrap: BlockBootstrap,
  split: number,
): PatternPick {
  const older = group.map((cell, row) => ((rows.openedAt[row] as number) < split ? cell : -1));
  const olderResults = new GroupedResults(bootstrap, older, cells.length, rows.netR);
  const mean = (at: number) => olderResults.sum(at) / olderResults.resolved(at);
  const known = cells.map((_, at) => at);
  const total = known.reduce((sum, at) => sum + olderResults.sum(at), 0);
  const count = known.reduce((sum, at) => sum + olderResults.resolved(at), 0);
  const chosen = known
    .filter((at) => olderResults.resolved(at) >= ENOUGH_RESOLVED && mean(at) > Math.max(0, total / count))
    .sort((a, b) => mean(b) - mean(a))
    .slice(0, BEST);
  // 0: chosen and older; 1: chosen and later; 2: other and later.
  const part = group.map((cell, row) => {
    const isOlder = (rows.openedAt[row] as number) < split;
    if (cell < 0 || (isOlder && !chosen.includes(cell))) return -1;
    return isOlder ? 0 : chosen.includes(cell) ? 1 : 2;
  });
  const parts = new GroupedResults(bootstrap, part, 3, rows.netR);
  const later = part.map((at) => (at > 0 ? 0 : -1));
  const laterAll = new GroupedResults(bootstrap, later, 1, rows.netR).figures(0);
  const figures = { older: parts.figures(0), later: parts.figures(1), laterAll };
  const keys = chosen.map((at) => (cells[at] as readonly [string, string])[0]);
  const names = chosen.map((at) => (cells[at] as readonly [string, string])[1]).join(', ');
  if (chosen.length === 0) {
    return { keys, ...figures, verdict: 'none', sentence: 'None stood out on the older signals.' };
  }
  const held = earnsMore(parts.blocks(1), parts.blocks(2));
  if (held === null || parts.resolved(1) < ENOUGH_RESOLVED || parts.resolved(2) < ENOUGH_RESOLVED) {
    return {
      keys,
      ...figures,
      verdict: 'too-few-later',
      sentence: `${names} were best so far; too few later signals to try it.`,
    };
  }
  const sentence = held
    ? `${names} were best on the older signals and held up on the later ones.`
    : `${names} were best on the older signals but did not hold up on the later ones.`;
  return { keys, ...figures, verdict: held ? 'held-up' : 'did-not-hold-up', sentence };
}

/** Opening time before which 70 % of the resolved rows lie. */
function splitTime({ openedAt, netR }: ResultColumns): number {
  const times = openedAt.filter((_, row) => !Number.isNaN(netR[row] as number)).sort();
  return times[Math.floor(OLDER_SHARE * times.length)] ?? Number.POSITIVE_INFINITY;
}

function bandOf(value: number, bounds: readonly number[]): number {
  if (Number.isNaN(value)) return -1;
  const at = bounds.findIndex((bound) => value < bound);
  return at < 0 ? bounds.length : at;
}

function bandCells(bounds: readonly number[], text: (value: number) => string): readonly (readonly [string, string])[] {
  const names = bounds.map(text);
  const between = names.slice(1).map((name, at) => [`${names[at]}-${name}`, `${names[at]} to ${name}`] as const);
  const [first, last] = [names[0] ?? '', names.at(-1) ?? ''];
  return [[`<${first}`, `below ${first}`], ...between, [`>=${last}`, `${last} or more`]];
}
