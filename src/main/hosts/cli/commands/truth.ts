/** `desk import truth` and `desk export truth`: outcomes of signals to and from other programs (ST-20). */
import { basename, resolve } from 'node:path';
import { err, ok, type Result } from '#core/base/result.ts';
import { sourceName } from '#core/domain/external-signal.ts';
import { readTruthFile } from '#main/files/truth-lines.ts';
import { exportTruth, importTruth, type TruthImportReport } from '#main/services/external/truth-log.ts';
import type { UsageFault } from '../arguments.ts';
import { type Command, USAGE } from '../command.ts';
import { withProfile, withReader } from '../profile-access.ts';
import { grouped, table } from '../table.ts';
import { rejectedLines } from './import-signals.ts';
import { FILTER_OPTIONS, filterOf } from './phantom-filter-options.ts';

const SHOWN = 20;

export const importTruthFile: Command = {
  name: 'import truth',
  summary: 'Read what another program says became of signals, beside what is of record here',
  file: { name: 'FILE', meaning: 'JSON Lines, plain or gzip' },
  options: { source: { value: 'NAME', meaning: 'whose ids the file uses, where several sources have the same' } },
  notes: [
    'A line: {"signal_id", "completed", "outcome", "max_favorable_pips", "max_adverse_pips", "runtime_seconds"}; outcome is',
    'WIN_TP, LOSS_SL, BREAK_EVEN or TIMEOUT, null while the signal runs. signal_id is ours, or the id that the source gave.',
    'Where the two differ, ours stays of record and the other one is kept beside it. Exit code 1 when no line was accepted.',
    'JSON: {linesRead, accepted, rejected: [{line, reason}], agreements, disagreements: [{signalId, phantomId, theirs,',
    'ours}], undecided}; undecided: one of the two still runs.',
  ],
  examples: ['desk import truth outcomes.jsonl --source tradingview'],
  async run({ ground, profileDir, file, options }) {
    const source = sourceOption(options);
    if (!source.ok) return source;
    const lines = await readTruthFile(file);
    if (!lines.ok) return lines;
    return withProfile(profileDir, async (profile) => {
      const report = importTruth({
        profile,
        lines: lines.value,
        source: source.value,
        fileName: basename(file),
        now: ground.wallClock(),
      });
      if (!report.ok) return report;
      return ok({ json: report.value, lines: describe(report.value), exitCode: report.value.accepted === 0 ? 1 : 0 });
    });
  },
};

export const exportTruthFile: Command = {
  name: 'export truth',
  summary: 'Write what became of signals as a truth log',
  options: {
    out: { value: 'FILE', meaning: 'the file to write; one that is there is replaced', required: true },
    source: { value: 'NAME', meaning: 'only the signals of this source, under its own ids (default: all, under ours)' },
    ...FILTER_OPTIONS,
  },
  notes: [
    'One JSON object per line, oldest first, in the form that desk import truth reads. Pips are price ticks of the',
    'instrument, null where the tick is unknown. Gated and unavailable phantoms have no end to tell of and are left out.',
    'JSON: {file, lines, leftOut}.',
  ],
  examples: ['desk export truth --out truth.jsonl --from 2025-01-01'],
  async run({ profileDir, options }) {
    const filter = filterOf(options);
    if (!filter.ok) return filter;
    const source = sourceOption(options);
    if (!source.ok) return source;
    const file = resolve(options.out ?? '');
    return withReader(profileDir, async (profile) => {
      const report = exportTruth({ profile, filter: filter.value, source: source.value, file });
      if (!report.ok) return report;
      return ok({ json: report.value, lines: [`${grouped(report.value.lines)} lines written to ${file}.`] });
    });
  },
};

function sourceOption(options: Readonly<Record<string, string>>): Result<string | null, UsageFault> {
  if (options.source === undefined) return ok(null);
  const source = sourceName(options.source);
  if (source !== null) return ok(source);
  return err({
    kind: USAGE,
    message: `--source takes a source's name, not "${options.source}".`,
    remedy: 'See --help.',
  });
}

function describe(report: TruthImportReport): readonly string[] {
  const { linesRead, accepted, rejected, agreements, disagreements, undecided } = report;
  const differing = disagreements
    .slice(0, SHOWN)
    .map(({ signalId, theirs, ours }) => [signalId, theirs.outcome ?? '', ours.outcome ?? ''] as const);
  return [
    `${grouped(linesRead)} lines read, ${grouped(accepted)} accepted, ${rejected.length} rejected.`,
    `${agreements} agree, ${disagreements.length} disagree (ours stays of record), ${undecided} are undecided.`,
    ...(differing.length === 0 ? [] : ['', ...table([['signal', 'theirs', 'ours'], ...differing])]),
    ...(disagreements.length > SHOWN ? [`and ${disagreements.length - SHOWN} more (--json has all)`] : []),
    ...rejectedLines(rejected),
  ];
}
