/** `desk import signals`: signals that somebody else found, judged and resolved on stored candles (ST-20). */
import { err, ok } from '#core/base/result.ts';
import { sourceName } from '#core/domain/external-signal.ts';
import { readSignalFile } from '#main/files/signal-csv.ts';
import { importSignals, type SignalImportReport } from '#main/services/external/import-signals.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import { type Command, USAGE } from '../command.ts';
import { withProfile } from '../profile-access.ts';
import { grouped, table } from '../table.ts';

/** Lines of the list that people are shown; `--json` has them all. */
const SHOWN = 20;

export const importSignalFile: Command = {
  name: 'import signals',
  summary: 'Import signals of another program from a CSV file',
  file: { name: 'FILE', meaning: 'a .csv, .csv.gz or .zip file' },
  options: {
    source: { value: 'NAME', meaning: 'who found them: letters, digits, _ and -', required: true },
    exchange: {
      value: 'ID',
      meaning: 'on whose stored candles they are judged (default: the exchange of the settings)',
    },
  },
  notes: [
    'Header: time, symbol, side, stop, target; if you like id, entry, tp1, timeout_minutes, timeframe (5m, 15m, 1h), reasons.',
    'Each signal is judged at the newest bar that had closed at its time and resolved on the stored candles after it, with',
    'the disposition imported; it stays out of training. What does not fit is rejected with line and reason; one file is one',
    'transaction, and a file that is imported again changes nothing. The record must not be open in a running window.',
    'JSON: {rowsRead, accepted, known, rejected: [{line, reason}], outcomes}; nothing accepted or known is exit code 1.',
  ],
  examples: ['desk import signals alerts.csv --source tradingview --exchange binance'],
  async run({ ground, profileDir, file, options, progress }) {
    const source = sourceName(options.source ?? '');
    if (source === null) {
      const message = '--source takes 1 to 30 letters, digits, _ or -, and begins with a letter or digit.';
      return err({ kind: USAGE, message, remedy: 'See --help.' });
    }
    const rows = await readSignalFile(file);
    if (!rows.ok) return rows;
    const abort = new AbortController();
    void ground.ended().then(() => abort.abort());
    return withProfile(profileDir, async (profile) => {
      const settings = new SettingsService(profile.desk);
      const report = await importSignals({
        profile,
        source,
        exchange: options.exchange ?? settings.current.exchange,
        rows: rows.value,
        settings: settings.engine(),
        signal: abort.signal,
        progress: (bars) => progress(`${grouped(bars)} candles`),
      });
      if (!report.ok) return report;
      const nothing = report.value.accepted + report.value.known === 0;
      return ok({ json: report.value, lines: describe(report.value), exitCode: nothing ? 1 : 0 });
    });
  },
};

function describe({ rowsRead, accepted, known, rejected, outcomes }: SignalImportReport): readonly string[] {
  const ended = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  const lines = [
    `${grouped(rowsRead)} rows read, ${grouped(accepted)} signals accepted, ${known} known already, ${rejected.length} rejected.`,
    ...(ended.length === 0 ? [] : [`Resolved on stored candles: ${ended.join(', ')}.`]),
  ];
  return [...lines, ...rejectedLines(rejected)];
}

export function rejectedLines(
  rejected: readonly { readonly line: number; readonly reason: string }[],
): readonly string[] {
  if (rejected.length === 0) return [];
  const shown = rejected.slice(0, SHOWN).map(({ line, reason }) => [line, reason] as const);
  const more = rejected.length > SHOWN ? [`and ${rejected.length - SHOWN} more (--json has all)`] : [];
  return ['', ...table([['line', 'rejected because'], ...shown]), ...more];
}
