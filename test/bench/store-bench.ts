/** PE-12, PE-13: candles in and out, a page of the history, the CSV export. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { phantomCsvBytes } from '#main/files/phantom-csv.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import type { PhantomFilter } from '#main/store/phantom-filter.ts';
import { PHANTOM_SORTS } from '#main/store/phantom-history.ts';
import { BESIDE_PER_PHANTOM, FEATURES_PER_PHANTOM, makePhantoms } from '#test/support/make-phantoms.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';
import { type BenchLine, type BenchScale, perSecond, quantileOf, spread, timedRuns } from './measure.ts';

const YEAR_BARS = 525_600;
const ID = 'binance:BTC/USDT';
const PAGE = 100;
const MILLION = 1_000_000;

export function storeLines(scale: BenchScale): readonly BenchLine[] {
  return [...candleLines(scale), ...phantomLines(scale)];
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

function phantomLines(scale: BenchScale): readonly BenchLine[] {
  const count = scale.quick ? 50_000 : MILLION;
  return inProfile((profile) => {
    makePhantoms(profile, count);
    const pages = pageTimes(profile, count);
    const slowest = pages.reduce((worst, page) => (page.ms > worst.ms ? page : worst));
    return [
      {
        id: 'PE-12',
        what: `page of ${PAGE}, slowest filter and sort`,
        unit: 'ms',
        better: 'less',
        median: slowest.ms,
        worst: Math.max(...pages.map(({ firstMs }) => firstMs)),
        bar: 60,
        peer: 'none measured',
        note: `${pages.length} combinations on ${count} phantoms${count < MILLION ? ' (the rule says 1,000,000)' : ''}, median of all ${quantileOf(
          pages.map(({ ms }) => ms),
          0.5,
        ).toFixed(1)} ms; slowest: ${slowest.what}`,
      },
      exportLine(profile, count, scale),
    ];
  });
}

function pageTimes(profile: Profile, count: number) {
  const first = 1_600_000_020_000;
  const span = count * MINUTE_MS;
  const filters: readonly PhantomFilter[] = [
    {},
    { instrumentIds: ['binance:COIN3/USDT'] },
    { outcomes: ['open'] },
    { outcomes: ['loss'] },
    { dispositions: ['skipped'], sides: ['long'] },
    { minimumScore: 99.9 },
    { search: 'coin7' },
    { search: 'nothing at all' },
    { from: first + span * 0.5, to: first + span * 0.501 },
    { from: first + span * 0.2, to: first + span * 0.4, outcomes: ['win'] },
    { strategyIds: ['scalp'], minimumScore: 99, search: 'threshold' },
  ];
  return filters.flatMap((filter) =>
    PHANTOM_SORTS.flatMap((by) =>
      (['ascending', 'descending'] as const).map((direction) => {
        const durations = timedRuns(
          3,
          () => undefined,
          () => {
            profile.history.page(filter, { by, direction }, null, PAGE);
          },
        );
        return {
          what: `${JSON.stringify(filter)} by ${by}, ${direction}`,
          ms: spread(durations).median,
          firstMs: durations[0] ?? 0,
        };
      }),
    ),
  );
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
    note: `${count < MILLION ? "the bar is the rule's 20 s per 1,000,000, scaled; " : ''}${FEATURES_PER_PHANTOM + BESIDE_PER_PHANTOM} features each, ${bytesPerRow} bytes a row; processor time ${(spread(processorMs).median / 1000).toFixed(1)} s; memory grew by ${(grown / 1e6).toFixed(0)} MB (bar 100)`,
  };
}

export function inProfile<T>(work: (profile: Profile) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'desk-bench-'));
  const opened = openProfile(folder);
  if (!opened.ok) throw new Error(opened.error.message);
  try {
    return work(opened.value);
  } finally {
    opened.value.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function expectOk(result: { readonly ok: boolean }): void {
  if (!result.ok) throw new Error(`the store refused: ${JSON.stringify(result)}`);
}
