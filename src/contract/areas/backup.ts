/** Backups of the profile: one whole file by hand, copies of the record by the day (WS-22, RE-7). */
import { z } from 'zod';
import type { UnixMs } from '#core/domain/timeframe.ts';

/** Of the packed file itself; a higher one is refused. */
export const BACKUP_FORMAT = 1;

const partSchema = z.object({
  name: z.string().max(60),
  bytes: z.number().int().min(0),
  /** Lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  schemaVersion: z.number().int().min(1),
  counts: z.record(z.string(), z.number().int().min(0)),
});

/** The first part of the file: what the others must be. */
export const backupManifestSchema = z.object({
  product: z.literal('shadowdesk'),
  format: z.number().int(),
  /** Of the workstation that made it. */
  version: z.string().max(60),
  /** ISO-8601, UTC. */
  madeAt: z.string().max(40),
  parts: z.array(partSchema).min(1).max(10),
});
export type BackupManifest = z.infer<typeof backupManifestSchema>;

export interface BackupFile {
  readonly fileName: string;
  readonly bytes: number;
  readonly madeAt: UnixMs;
  /** `whole`: a file of `desk backup`; `daily`, `upgrade`: a copy of one database. */
  readonly kind: 'whole' | 'daily' | 'upgrade';
}

export interface BackupList {
  /** The profile itself. */
  readonly profile: string;
  readonly databases: readonly { readonly fileName: string; readonly bytes: number }[];
  /** Where they lie; the newest first. */
  readonly folder: string;
  readonly files: readonly BackupFile[];
}

export interface BackupMade {
  readonly file: string;
  readonly bytes: number;
  readonly counts: Readonly<Record<string, number>>;
}
