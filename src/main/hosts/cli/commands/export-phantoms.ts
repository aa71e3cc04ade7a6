/** `desk export phantoms`: the history as CSV or NDJSON, exactly what the filters choose (WS-20). */
import { resolve } from 'node:path';
import { ok } from '#core/base/result.ts';
import { exportPhantomFile } from '#main/services/phantom-export.ts';
import type { Command } from '../command.ts';
import { withReader } from '../profile-access.ts';
import { grouped } from '../table.ts';
import { formatOf } from './export-tables.ts';
import { FILTER_OPTIONS, filterOf } from './phantom-filter-options.ts';

export const exportPhantoms: Command = {
  name: 'export phantoms',
  summary: 'Write the history of phantoms to a CSV or NDJSON file',
  options: {
    out: { value: 'FILE', meaning: 'the file to write; one that is there is replaced', required: true },
    format: { value: 'FORMAT', meaning: 'csv or ndjson (default: by the name of the file, else csv)' },
    'own-features': {
      value: null,
      meaning: "leave out the features recorded beside those that the strategy's model reads",
    },
    ...FILTER_OPTIONS,
  },
  notes: [
    'Oldest first; times ISO-8601 UTC, one column per feature, safe to open in a spreadsheet; `desk import phantoms` reads',
    'the CSV back.',
    'The file appears when it is complete. JSON: {file, format, rows, bytes}.',
  ],
  examples: ['desk export phantoms --out wins.csv --outcome win --from 2025-01-01 --strategy trend_pullback'],
  async run({ profileDir, options, switches, progress }) {
    const filter = filterOf(options);
    if (!filter.ok) return filter;
    const chosen = formatOf(options);
    if (!chosen.ok) return chosen;
    const file = resolve(options.out ?? '');
    const format = chosen.value;
    return withReader(profileDir, async (profile) => {
      const report = await exportPhantomFile({
        profile,
        request: { filter: filter.value, format, file, besideFeatures: !switches.has('own-features') },
        progress: (rows, total) => progress(`${grouped(rows)} of ${grouped(total)} phantoms`),
      });
      if (!report.ok) return report;
      return ok({ json: report.value, lines: [`${grouped(report.value.rows)} phantoms written to ${file}.`] });
    });
  },
};
