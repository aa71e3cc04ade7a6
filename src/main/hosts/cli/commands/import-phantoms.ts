/** `desk import phantoms`: a history that `desk export phantoms` wrote, back into the record (WS-21). */
import { ok } from '#core/base/result.ts';
import { openPhantomFile } from '#main/files/phantom-import.ts';
import { importPhantoms, type PhantomImportReport } from '#main/services/phantom-import.ts';
import type { Command } from '../command.ts';
import { withProfile } from '../profile-access.ts';
import { grouped, table } from '../table.ts';

/** Lines of the list that people are shown; `--json` has them all. */
const SHOWN = 20;

export const importPhantomFile: Command = {
  name: 'import phantoms',
  summary: 'Import a history of phantoms from a CSV file that was exported',
  file: { name: 'FILE', meaning: 'a .csv file of `desk export phantoms`' },
  options: {
    accept: { value: null, meaning: 'count them as they were recorded: in statistics, and in training' },
  },
  notes: [
    'Imported phantoms have the disposition imported, and no model learns from them until they are accepted. Importing',
    'the file again with --accept gives them back the disposition that the file says, as if they had been recorded here.',
    'What does not fit is rejected with line and reason; the rest is stored in one transaction. Phantoms that are recorded',
    'here already stay as they are. The record must not be open in a running window.',
    'JSON: {rowsRead, imported, known, accepted, rejected: [{line, reason}]}; nothing imported or known is exit code 1.',
  ],
  examples: ['desk import phantoms history.csv', 'desk import phantoms history.csv --accept'],
  async run({ ground, profileDir, file, switches, progress }) {
    const opened = openPhantomFile(file);
    if (!opened.ok) return opened;
    return withProfile(profileDir, async (profile) => {
      const report = importPhantoms({
        profile,
        file: opened.value,
        accept: switches.has('accept'),
        now: ground.wallClock(),
        progress: (rows) => progress(`${grouped(rows)} rows`),
      });
      if (!report.ok) return report;
      const nothing = report.value.imported + report.value.known === 0;
      return ok({ json: report.value, lines: describe(report.value), exitCode: nothing ? 1 : 0 });
    });
  },
};

function describe({ rowsRead, imported, known, accepted, rejected }: PhantomImportReport): readonly string[] {
  const counts = [
    `${grouped(imported)} phantoms imported`,
    `${grouped(known)} recorded here already`,
    `${grouped(accepted)} accepted`,
    `${grouped(rejected.length)} rejected`,
  ];
  const lines = [`${grouped(rowsRead)} rows read: ${counts.join(', ')}.`];
  if (rejected.length > 0) {
    const shown = rejected.slice(0, SHOWN).map(({ line, reason }) => [line, reason]);
    lines.push('', ...table([['line', 'rejected because'], ...shown]));
    if (rejected.length > SHOWN) lines.push(`and ${grouped(rejected.length - SHOWN)} more (--json has all)`);
  }
  if (imported > accepted)
    lines.push('', 'They stay out of training until they are accepted: import the file with --accept.');
  return lines;
}
