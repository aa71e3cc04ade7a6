/** `desk import sentiment`: a sentiment index from a CSV file, for the feature of that name (FE-13). */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { err, ok } from '#core/base/result.ts';
import { isScope, readSentiment } from '#main/files/sentiment-csv.ts';
import { importSentiment, type SentimentImportReport } from '#main/services/sentiment-import.ts';
import { type Command, USAGE } from '../command.ts';
import { withProfile } from '../profile-access.ts';
import { grouped } from '../table.ts';
import { rejectedLines } from './import-signals.ts';

export const importSentimentFile: Command = {
  name: 'import sentiment',
  summary: 'Import a sentiment index (0-100) from a CSV file',
  file: { name: 'FILE', meaning: 'a .csv, .csv.gz or .zip file with a header that names time and value' },
  options: {
    scope: {
      value: 'SCOPE',
      meaning: 'of lines that name none: a quote (USDT), a symbol (BTC/USDT) or an id (binance:BTC/USDT); default: all',
    },
  },
  notes: [
    'time: when the value was published, as ISO 8601 or seconds or milliseconds since 1970, UTC; a value that is stamped',
    'earlier than it was published would be known too early. value: 0 (fear) to 100 (greed). A line may name instrument,',
    'symbol or quote; the narrowest scope that has a value counts, until its next value and for eight days at most.',
    'What an instrument has been worked on already never sees the file, neither live nor in a replay. The record must not',
    'be open in a running window; there, use Imports.',
    'JSON: {rowsRead, accepted, known, rejected: [{line, reason}]}; nothing accepted is exit code 1.',
  ],
  examples: ['desk import sentiment fear-and-greed.csv', 'desk import sentiment btc.csv --scope BTC/USDT'],
  async run({ ground, profileDir, file, options }) {
    const scope = options.scope ?? '';
    if (!isScope(scope)) {
      const message = `"${scope}" is no instrument, symbol or quote.`;
      return err({ kind: USAGE, message, remedy: 'Write it as ccxt does, e.g. USDT, BTC/USDT or binance:BTC/USDT.' });
    }
    // Read before the profile is opened: a file that cannot be read leaves no new profile behind.
    const rows = await readSentiment(createReadStream(file), scope);
    if (!rows.ok) return rows;
    return withProfile(profileDir, async (profile) => {
      const report = await importSentiment({
        profile,
        fileName: basename(file),
        rows: Promise.resolve(rows),
        now: ground.wallClock(),
      });
      if (!report.ok) return report;
      const { rowsRead, accepted, known, rejected } = report.value;
      return ok({
        json: { rowsRead, accepted, known, rejected },
        lines: describe(report.value),
        exitCode: accepted === 0 ? 1 : 0,
      });
    });
  },
};

function describe({ rowsRead, accepted, known, rejected }: SentimentImportReport): readonly string[] {
  const counts = `${grouped(accepted)} values accepted, ${grouped(known)} of them known already, ${grouped(rejected.length)} rejected.`;
  return [`${grouped(rowsRead)} rows read, ${counts}`, ...rejectedLines(rejected)];
}
