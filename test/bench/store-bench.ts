/** PE-12, PE-13: candles in and out, a page of the history, the CSV export. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PhantomFilter } from '#contract/areas/phantoms.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { phantomCsvBytes } from '#main/files/phantom-csv.ts';
import { storedFilter } from '#main/services/phantom-filters.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { PHANTOM_SORTS } from '#main/store/phantom-sort.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';
import { type BenchLine, type BenchScale, perSecond, quantileOf, spread, timedRuns } from './measure.ts';
import { MILLION_ENDS_AT } from './million-phantoms.ts';
import { MILLION, makeMillionProfile } from './million-profile.ts';

const YEAR_BARS = 525_600;
const ID = 'binance:BTC/USDT';
const PAGE = 100;

/** `only`: ids that are wanted; null for all. */
export function storeLines(scale: BenchScale, only: readonly string[] | null): readonly BenchLine[] {
  const pages = only?.includes('PE-12') ?? true;
  return [...(pages ? candleLines(scale) : []), ...phantomLines(scale, pages, only?.includes('PE-13') ?? true)];
}

function candleLines(scale: BenchScale): readonly BenchLine[] {
  const candles = syntheticCandles({ count: YEAR_BARS, stepMs: MINUTE_MS });
  const inserts: number[] = [];
  const loads: number[] = [];
  for (let run = 0; run < Math.min(3, scale.runs); run++) {
    inProfile((profile) => {
      inserts.push(
        ...timedRuns(
          1,
          () => undefined,
          () => expectOk(profile.candles.write(ID, '1m', candles, 0)),
        ),
      );
      for (let again = 0; again < 2; again++) {
        let sum = 0;
        loads.push(
          ...timedRuns(
            1,
            () => undefined,
            () => {
              for (const candle of profile.candles.read(ID, '1m', 0, Number.MAX_SAFE_INTEGER)) sum += candle.close;
            },
          ),
        );
        if (!(sum > 0)) throw new Error('the candles did not come back');
      }
    });
  }
  const common = { id: 'PE-12', peer: 'none measured', note: 'a year of generated 1m candles' } as const;
  return [
    {
      ...common,
      what: 'insert candles',
      unit: 'rows/s',
      better: 'more',
      ...perSecond(YEAR_BARS, inserts),
      bar: 500_000,
    },
    { ...common, what: 'load a year of 1m', unit: 'ms', better: 'less', ...spread(loads), bar: 300 },
  ];
}

function phantomLines(scale: BenchScale, pages: boolean, exports: boolean): readonly BenchLine[] {
  const count = scale.quick ? 50_000 : MILLION;
  const made = scale.quick ? null : scale.millionProfile;
  const folder = made ?? mkdtempSync(join(tmpdir(), 'desk-bench-'));
  if (made === null) makeMillionProfile(folder, count);
  return inProfile(
    (profile) => [...(pages ? pageLines(profile, count) : []), ...(exports ? [exportLine(profile, count, scale)] : [])],
    folder,
    made === null,
  );
}

function pageLines(profile: Profile, count: number): readonly BenchLine[] {
  const fewer = count < MILLION ? ' (the rule says 1,000,000)' : '';
  const pages = pageTimes(profile);
  const slowest = pages.reduce((worst, page) => (page.ms > worst.ms ? page : worst));
  const middle = quantileOf(
    pages.map(({ ms }) => ms),
    0.5,
  );
  const looks = lookTimes(profile);
  const slowestLook = looks.reduce((worst, look) => (look.ms > worst.ms ? look : worst));
  const common = { id: 'PE-12', unit: 'ms', better: 'less', peer: 'none measured' } as const;
  return [
    {
      ...common,
      what: `page of ${PAGE}, slowest filter and sort`,
      median: slowest.ms,
      worst: Math.max(...pages.map(({ firstMs }) => firstMs)),
      bar: 60,
      note: `${pages.length} filters and sorts (each filter of the window, each pair) on ${count} phantoms${fewer}, the better of two; median of all ${middle.toFixed(1)} ms; slowest: ${slowest.what}`,
    },
    {
      ...common,
      what: 'statistics and count, slowest filter',
      median: slowestLook.ms,
      worst: Math.max(...looks.map(({ firstMs }) => firstMs)),
      bar: null,
      note: `${looks.length} filters, the better of two; worst is a first look, with nothing summed yet; slowest: ${slowestLook.what}`,
    },
  ];
}

const DAY_MS = 86_400_000;

/** Each part of a filter that the window offers, with values that match much, little and nothing. */
const PARTS: readonly PhantomFilter[] = [
  { instrumentIds: ['binance:BTC/USDT'] },
  { strategyIds: ['scalp'] },
  { strategyIds: ['opening_range'] },
  { sides: ['long'] },
  { outcomes: ['loss'] },
  { outcomes: ['timeout'] },
  { outcomes: ['open'] },
  { dispositions: ['rejected_score'] },
  { dispositions: ['skipped'] },
  { simulated: true },
  { from: MILLION_ENDS_AT - DAY_MS },
  { from: MILLION_ENDS_AT - 30 * DAY_MS },
  { from: MILLION_ENDS_AT - 365 * DAY_MS },
  { minimumScore: 60 },
  { minimumScore: 95 },
  { search: 'btc' },
  { search: 'news' },
  { search: '44.9' },
  { search: 'nothing at all' },
  { includePlacebo: true },
];

function filtersInPairs(): readonly PhantomFilter[] {
  const pairs = PARTS.flatMap((first, index) =>
    PARTS.slice(index + 1)
      .filter((second) => Object.keys(second)[0] !== Object.keys(first)[0])
      .map((second) => ({ ...first, ...second })),
  );
  return [{}, ...PARTS, ...pairs];
}

interface TimedLook {
  readonly what: string;
  readonly ms: number;
  readonly firstMs: number;
}

function pageTimes(profile: Profile): readonly TimedLook[] {
  return filtersInPairs().flatMap((filter) =>
    PHANTOM_SORTS.flatMap((by) =>
      (['ascending', 'descending'] as const).map((direction) =>
        twice(`${JSON.stringify(filter)} by ${by}, ${direction}`, () => {
          profile.history.page(storedFilter(filter), { by, direction }, null, PAGE);
        }),
      ),
    ),
  );
}

function lookTimes(profile: Profile): readonly TimedLook[] {
  return filtersInPairs().map((filter) =>
    twice(JSON.stringify(filter), () => {
      profile.history.statistics(storedFilter(filter));
      profile.history.count(storedFilter(filter));
    }),
  );
}

function twice(what: string, work: () => void): TimedLook {
  const durations = timedRuns(2, () => undefined, work);
  return { what, ms: Math.min(...durations), firstMs: durations[0] ?? Number.NaN };
}

/** The whole history into a file, as the command line writes it but for waiting on the disk in this thread. */
function exportLine(profile: Profile, count: number, scale: BenchScale): BenchLine {
  const sets = profile.history.featureSets();
  const path = join(profile.folder, 'export.csv');
  const durations: number[] = [];
  const processorMs: number[] = [];
  let grown = 0;
  let written = 0;
  for (let run = 0; run < Math.min(3, scale.runs); run++) {
    const before = process.memoryUsage.rss();
    const cpu = process.cpuUsage();
    let rows = 0;
    const write = () => {
      const file = openSync(path, 'w');
      written = 0;
      const found = profile.exportForFiles({}, { by: 'openedAt', direction: 'ascending' }, true);
      for (const chunk of phantomCsvBytes(found, sets)) {
        written += writeSync(file, chunk.bytes);
        rows += chunk.rows;
        grown = Math.max(grown, process.memoryUsage.rss() - before);
      }
      closeSync(file);
    };
    durations.push(...timedRuns(1, () => undefined, write));
    rmSync(path);
    const { user, system } = process.cpuUsage(cpu);
    processorMs.push((user + system) / 1000);
    if (rows !== count) throw new Error(`${rows} rows were exported`);
  }
  const bytesPerRow = (written / count).toFixed(0);
  return {
    id: 'PE-13',
    what: `CSV file of ${count} phantoms with all features`,
    unit: 's',
    better: 'less',
    median: spread(durations).median / 1000,
    worst: spread(durations).worst / 1000,
    bar: (20 * count) / MILLION,
    peer: 'none measured',
    note: `${count < MILLION ? "the bar is the rule's 20 s per 1,000,000, scaled; " : ''}every feature of every set that each recorded, ${bytesPerRow} bytes a row; processor time ${(spread(processorMs).median / 1000).toFixed(1)} s; memory grew by ${(grown / 1e6).toFixed(0)} MB (bar 100)`,
  };
}

export function inProfile<T>(
  work: (profile: Profile) => T,
  folder = mkdtempSync(join(tmpdir(), 'desk-bench-')),
  isOurs = true,
): T {
  const opened = openProfile(folder);
  if (!opened.ok) throw new Error(opened.error.message);
  try {
    return work(opened.value);
  } finally {
    opened.value.close();
    if (isOurs) rmSync(folder, { recursive: true, force: true });
  }
}

function expectOk(result: { readonly ok: boolean }): void {
  if (!result.ok) throw new Error(`the store refused: ${JSON.stringify(result)}`);
}
