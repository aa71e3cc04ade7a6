/** `desk import candles`: a candle file into the record (MK-30). */
import { basename } from 'node:path';
import type { ImportReport } from '#contract/areas/imports.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { TIMEFRAMES } from '#core/domain/timeframe.ts';
import { readCandleFile } from '#main/files/candle-csv.ts';
import type { FileFault } from '#main/files/file-fault.ts';
import { importCandles } from '#main/services/candle-import.ts';
import { type Command, USAGE } from '../command.ts';
import { choiceOption } from '../option-values.ts';
import { withProfile } from '../profile-access.ts';
import { grouped, table } from '../table.ts';

type CandleBatches = ReturnType<typeof readCandleFile>;

/** Lines of each list that people are shown; `--json` has them all. */
const SHOWN = 10;

export const importCandleFile: Command = {
  name: 'import candles',
  summary: 'Import candles from a CSV file',
  file: { name: 'FILE', meaning: 'a .csv, .csv.gz or .zip file' },
  options: {
    exchange: { value: 'ID', meaning: 'the exchange it comes from, as ccxt names it', required: true },
    symbol: { value: 'SYMBOL', meaning: 'the instrument, e.g. BTC/USDT', required: true },
    timeframe: { value: 'TF', meaning: `length of its bars: ${TIMEFRAMES.join(', ')}`, required: true },
  },
  notes: [
    'Understood: a header that names time, open, high, low, close and volume (e.g.',
    'timestamp_ms,open,high,low,close,volume), and the public kline files of Binance.',
    'One file is one transaction: nothing is half imported. Rows out of order are sorted; rows that are',
    'no candle, and second rows for one time, are rejected with line and reason. Importing a file again',
    'changes nothing. Gaps name the first and the last missing bar (open times, UTC).',
    'JSON: {rowsRead, accepted, rejected: [{line, reason}], gaps: [{from, to, missing}]}; nothing accepted is exit code 1.',
  ],
  examples: ['desk import candles BTCUSDT-5m.csv.gz --exchange binance --symbol BTC/USDT --timeframe 5m'],
  async run({ ground, profileDir, file, options, progress }) {
    const timeframe = choiceOption(options, 'timeframe', TIMEFRAMES);
    if (!timeframe.ok) return timeframe;
    const { exchange = '', symbol = '' } = options;
    const target = { exchange, symbol, timeframe: timeframe.value ?? '5m', fileName: basename(file) };
    // Before the profile is opened, which would make one: a file that cannot be read leaves nothing behind.
    const rows = await begun(readCandleFile(file));
    if (!rows.ok) return rows;
    return withProfile(profileDir, async ({ candles, notes }) => {
      const report = await importCandles({
        store: { candles, notes },
        target,
        rows: rows.value,
        now: ground.wallClock(),
        progress: (rows) => progress(`${grouped(rows)} rows read`),
      });
      if (!report.ok) {
        return report.error.kind === 'bad-target' ? err({ ...report.error, kind: USAGE }) : report;
      }
      const nothing = report.value.accepted === 0;
      return ok({ json: report.value, lines: describe(report.value), exitCode: nothing ? 1 : 0 });
    });
  },
};

/** The batches, once the first one is there; its fault where there is none. */
async function begun(batches: CandleBatches): Promise<Result<CandleBatches, FileFault>> {
  const first = await batches.next();
  if (first.done === true) return ok(batches);
  if (!first.value.ok) return first.value;
  return ok(
    (async function* () {
      yield first.value;
      yield* batches;
    })(),
  );
}

function describe({ rowsRead, accepted, rejected, gaps }: ImportReport): readonly string[] {
  const lines = [`${grouped(rowsRead)} rows read, ${grouped(accepted)} candles accepted, ${rejected.length} rejected.`];
  if (rejected.length > 0) {
    lines.push(
      '',
      ...table([['line', 'rejected because'], ...rejected.slice(0, SHOWN).map((r) => [r.line, r.reason])]),
    );
    if (rejected.length > SHOWN) lines.push(`and ${rejected.length - SHOWN} more (--json has all)`);
  }
  if (gaps.length === 0) return [...lines, 'No gaps.'];
  lines.push(
    '',
    ...table([['gap from', 'to', 'missing'], ...gaps.slice(0, SHOWN).map((g) => [g.from, g.to, g.missing])]),
  );
  if (gaps.length > SHOWN) lines.push(`and ${gaps.length - SHOWN} more (--json has all)`);
  return lines;
}
