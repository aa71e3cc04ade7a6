/** `desk export signals|orders|fills|models|candles|gates|ledger`: lists beside the phantoms, as CSV or NDJSON (WS-20). */
import { resolve } from 'node:path';
import type { AnalysisScope } from '#contract/areas/analysis-figures.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { isTimeframe, TIMEFRAMES } from '#core/domain/timeframe.ts';
import { AnalysisDesk } from '#main/services/analysis/analysis-desk.ts';
import { encoded, writeExportFile } from '#main/services/export-file.ts';
import { type TableOrder, tableChunks } from '#main/services/table-export.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { UsageFault } from '../arguments.ts';
import { type Command, type CommandCall, type CommandOption, type CommandResult, USAGE } from '../command.ts';
import { choiceOption, rangeOptions } from '../option-values.ts';
import { withReader } from '../profile-access.ts';
import { grouped } from '../table.ts';
import { SCOPE_OPTIONS, scopeOf } from './analysis-scope-options.ts';
import { FILTER_OPTIONS, filterOf } from './phantom-filter-options.ts';

const EXPORT_FORMATS = ['csv', 'ndjson'] as const;

const FILE_OPTIONS: Readonly<Record<string, CommandOption>> = {
  out: { value: 'FILE', meaning: 'the file to write; one that is there is replaced', required: true },
  format: { value: 'FORMAT', meaning: 'csv or ndjson (default: by the name of the file, else csv)' },
};
const ANSWER = 'The file appears when it is complete. JSON: {file, format, rows, bytes}.';

type Options = CommandCall['options'];

/** The format that was asked for, else what the file's name says. */
export function formatOf(options: Options): Result<(typeof EXPORT_FORMATS)[number], UsageFault> {
  const chosen = choiceOption(options, 'format', EXPORT_FORMATS);
  if (!chosen.ok) return chosen;
  return ok(chosen.value ?? (/\.(ndjson|jsonl)$/i.test(options.out ?? '') ? 'ndjson' : 'csv'));
}

async function run(
  { profileDir, options, progress }: CommandCall,
  order: Result<TableOrder | ((profile: ProfileReader) => Promise<TableOrder>), UsageFault>,
): Promise<CommandResult> {
  if (!order.ok) return order;
  const format = formatOf(options);
  if (!format.ok) return format;
  const file = resolve(options.out ?? '');
  return withReader(profileDir, async (profile) => {
    const asked = typeof order.value === 'function' ? await order.value(profile) : order.value;
    const chunks = encoded(tableChunks(profile, asked, format.value));
    const written = await writeExportFile({
      file,
      chunks,
      total: null,
      progress: (rows) => progress(`${grouped(rows)} rows`),
    });
    if (!written.ok) return written;
    const json = { file, format: format.value, ...written.value };
    return ok({ json, lines: [`${grouped(written.value.rows)} rows written to ${file}.`] });
  });
}

/** A table that the analysis makes of the scope that the options name. */
function runAnalysis(
  call: CommandCall,
  analyse: (calls: AnalysisDesk['calls'], scope: AnalysisScope) => Promise<TableOrder>,
): Promise<CommandResult> {
  const scope = scopeOf(call.options);
  if (!scope.ok) return Promise.resolve(scope);
  const { monotonic } = call.ground;
  return run(
    call,
    ok(({ analysis }: ProfileReader) => analyse(new AnalysisDesk(analysis, monotonic).calls, scope.value)),
  );
}

export const exportSignals: Command = {
  name: 'export signals',
  summary: 'Write the signals as the strategies issued them to a CSV or NDJSON file',
  options: { ...FILE_OPTIONS, ...FILTER_OPTIONS },
  notes: ['Oldest first; the id is that of the phantom.', ANSWER],
  examples: ['desk export signals --out signals.csv --strategy scalp --from 2026-01-01'],
  run(call) {
    const filter = filterOf(call.options);
    return run(call, filter.ok ? ok({ what: 'signals', filter: filter.value }) : filter);
  },
};

export const exportOrders: Command = {
  name: 'export orders',
  summary: 'Write the tickets of the paper account, with size and answer, to a CSV or NDJSON file',
  options: FILE_OPTIONS,
  notes: ['Oldest first.', ANSWER],
  examples: ['desk export orders --out orders.csv'],
  run: (call) => run(call, ok({ what: 'orders' })),
};

export const exportFills: Command = {
  name: 'export fills',
  summary: 'Write the fills of the paper account, intended against filled, to a CSV or NDJSON file',
  options: FILE_OPTIONS,
  notes: ['Closed positions by the time of their exit, then the open ones.', ANSWER],
  examples: ['desk export fills --out fills.ndjson'],
  run: (call) => run(call, ok({ what: 'fills' })),
};

export const exportModelFigures: Command = {
  name: 'export models',
  summary: 'Write every figure of every model version to a CSV or NDJSON file',
  options: FILE_OPTIONS,
  notes: ['One line per figure; lists and curves are JSON in the column detail.', ANSWER],
  examples: ['desk export models --out models.csv'],
  run: (call) => run(call, ok({ what: 'models' })),
};

const { strategy: _, ...GATE_OPTIONS } = SCOPE_OPTIONS;

export const exportGates: Command = {
  name: 'export gates',
  summary: 'Write the gate analysis of the recorded scalps to a CSV or NDJSON file',
  options: { ...FILE_OPTIONS, ...GATE_OPTIONS },
  notes: [
    'One line per gate, pair and triplet, each with its counts and intervals; what desk gates shows of them is in',
    'sufficient, beyond_chance and on_later_signals. Without a scalp that has a result only the header is written.',
    ANSWER,
  ],
  examples: ['desk export gates --out gates.csv --simulated yes'],
  run: (call) =>
    runAnalysis(call, async (calls, scope) => {
      const { findings } = await calls['analysis.gates'](scope);
      return { what: 'gates', findings };
    }),
};

export const exportLedger: Command = {
  name: 'export ledger',
  summary: 'Write the decision ledger to a CSV or NDJSON file',
  options: { ...FILE_OPTIONS, ...SCOPE_OPTIONS },
  notes: ['One line per disposition, then the total that they add up to; R net of costs, empty where too few.', ANSWER],
  examples: ['desk export ledger --out ledger.csv --simulated yes'],
  run: (call) =>
    runAnalysis(call, async (calls, scope) => ({ what: 'ledger', ledger: await calls['analysis.ledger'](scope) })),
};

export const exportCandles: Command = {
  name: 'export candles',
  summary: 'Write the stored candles of one instrument to a CSV or NDJSON file',
  options: {
    ...FILE_OPTIONS,
    instrument: { value: 'ID', meaning: 'e.g. binance:BTC/USDT', required: true },
    timeframe: { value: 'TF', meaning: `${TIMEFRAMES.join(', ')}, as it is stored`, required: true },
    from: { value: 'TIME', meaning: 'opened at or after it (ISO-8601, UTC)' },
    to: { value: 'TIME', meaning: 'opened before it' },
  },
  notes: ['Oldest first; bars that are missing are missing. desk import candles reads the CSV back.', ANSWER],
  examples: ['desk export candles --instrument binance:BTC/USDT --timeframe 1m --out btc.csv --from 2026-01-01'],
  run: (call) => run(call, candleOrder(call.options)),
};

function candleOrder(options: Options): Result<TableOrder, UsageFault> {
  const range = rangeOptions(options);
  if (!range.ok) return range;
  const { instrument = '', timeframe = '' } = options;
  if (!isTimeframe(timeframe)) {
    const message = `There is no timeframe "${timeframe}".`;
    return err({ kind: USAGE, message, remedy: `Choose one of ${TIMEFRAMES.join(', ')}.` });
  }
  const { from, to } = range.value;
  return ok({
    what: 'candles',
    instrumentId: instrument,
    timeframe,
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  });
}
