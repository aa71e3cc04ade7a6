/** Exports and imports of the fake desk. */
import type { BackupFile } from '#contract/areas/backup.ts';
import type { ExportChunk } from '#contract/areas/exports.ts';
import type { PhantomRow } from '#contract/areas/phantoms.ts';
import { type DeskService, ServiceError } from '#contract/service.ts';
import { matching, sorted } from './fake-history.ts';

type FileCalls = Pick<
  DeskService['calls'],
  | 'exports.start'
  | 'exports.next'
  | 'exports.cancel'
  | 'imports.begin'
  | 'imports.chunk'
  | 'imports.cancel'
  | 'imports.finish'
  | 'backup.list'
  | 'backup.make'
>;

/** `others` are the exports that another part of the desk started; null where it knows nothing of one. */
export function fakeFileCalls(
  rows: () => readonly PhantomRow[],
  others: (exportId: string) => ExportChunk | null = () => null,
): FileCalls {
  const exportJobs = new Map<string, { rows: PhantomRow[]; at: number }>();
  const importJobs = new Map<string, number>();
  const backups: BackupFile[] = [
    { fileName: 'desk-2026-11-20.sqlite', bytes: 41_000_000, madeAt: Date.UTC(2026, 10, 20, 0, 2), kind: 'daily' },
  ];
  return {
    'exports.start': (input) => {
      const filtered = 'filter' in input ? matching(rows(), input.filter) : [...rows()];
      const found = input.what === 'phantoms' ? sorted(filtered, input.sort.by, input.sort.direction) : filtered;
      const exportId = `export-${exportJobs.size + 1}`;
      exportJobs.set(exportId, { rows: found, at: 0 });
      return { exportId, fileName: `${input.what}.${input.format}`, total: found.length };
    },
    'exports.next': (input) => {
      const other = others(input.exportId);
      if (other !== null) return other;
      const job = exportJobs.get(input.exportId);
      if (job === undefined)
        throw new ServiceError({ code: 'not-found', message: 'No such export.', remedy: 'Start it again.' });
      const rows = job.rows.slice(job.at, job.at + 50);
      const header = job.at === 0 ? 'id,symbol,side,net_r\r\n' : '';
      job.at += rows.length;
      const text = header + rows.map((row) => `${row.id},${row.symbol},${row.side},${row.netR ?? ''}\r\n`).join('');
      return { text, rows: rows.length, done: job.at >= job.rows.length };
    },
    'exports.cancel': (input) => {
      exportJobs.delete(input.exportId);
      return null;
    },
    'backup.list': () => ({
      profile: '/home/trader/desk',
      folder: '/home/trader/desk/backups',
      databases: [
        { fileName: 'desk.sqlite', bytes: 42_000_000 },
        { fileName: 'candles.sqlite', bytes: 9_000_000 },
      ],
      files: backups.toReversed(),
    }),
    'backup.make': () => {
      const fileName = `shadowdesk-${backups.length}.tar.gz`;
      backups.push({ fileName, bytes: 17_000_000, madeAt: Date.UTC(2026, 10, 21, 11), kind: 'whole' });
      return { file: `/home/trader/desk/backups/${fileName}`, bytes: 17_000_000, counts: { phantoms: 1_200 } };
    },
    'imports.begin': () => {
      const importId = `import-${importJobs.size + 1}`;
      importJobs.set(importId, 0);
      return { importId };
    },
    'imports.cancel': () => null,
    'imports.chunk': (input) => {
      importJobs.set(input.importId, (importJobs.get(input.importId) ?? 0) + input.data.length);
      return null;
    },
    'imports.finish': () => ({
      report: {
        rowsRead: 140_614,
        accepted: 140_610,
        rejected: [
          { line: 1_204, reason: 'high is below the open' },
          { line: 88_213, reason: 'time is not on a 5m boundary' },
        ],
        gaps: [{ from: '2025-09-29T05:10:00Z', to: '2025-09-29T05:25:00Z', missing: 4 }],
      },
      fault: null,
    }),
  };
}
