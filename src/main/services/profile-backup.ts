/** The whole profile as one file, and back (WS-22): without keys, each part with its hash, never over what is there. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BACKUP_FORMAT, type BackupManifest, backupManifestSchema } from '#contract/areas/backup.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { readTarFile, TarFailure, type TarPart, writeTarFile } from '#main/files/tar-file.ts';
import type { CopyControl, DatabaseFacts } from '#main/store/backup.ts';
import type { StoreFault } from '#main/store/store-fault.ts';

/** What the store does for it. */
export interface BackupStore {
  describeCopies(folder: string): Result<readonly DatabaseFacts[], StoreFault>;
  inspectCopies(folder: string): Result<readonly DatabaseFacts[], StoreFault>;
  knownVersion(name: string): number | null;
  putInPlace(staged: string, folder: string, aside: string): Result<string | null, StoreFault>;
}

export type BackupFault = StoreFault | Fault<'unwritable' | 'damaged' | 'newer' | 'not-a-backup'>;

export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
  readonly manifest: BackupManifest;
}

export interface BackupRequest {
  readonly profile: { copyInto(target: string, control?: CopyControl): Promise<Result<void, StoreFault>> };
  readonly store: BackupStore;
  /** Replaced at the end when it is there. */
  readonly file: string;
  /** Of the workstation. */
  readonly version: string;
  readonly now: number;
  readonly atOnce?: boolean;
  /** Done so far of copying and of packing, in bytes; the total is known once copying has begun. */
  readonly progress?: (step: 'copying' | 'packing' | 'checking', done: number, total: number) => void;
}

const MANIFEST = 'manifest.json';
const LONGEST_MANIFEST = 1024 * 1024;

/** Copies, describes and packs while the desk goes on. The file appears whole or not at all. */
export async function backUpProfile(request: BackupRequest): Promise<Result<BackupReport, BackupFault>> {
  const { profile, store, version, now, progress } = request;
  const file = resolve(request.file);
  return onDisk(async () => {
    await mkdir(dirname(file), { recursive: true });
    const staging = await mkdtemp(`${file}.`);
    try {
      const copied = await profile.copyInto(staging, {
        atOnce: request.atOnce ?? false,
        progress: (done, total) => progress?.('copying', done, total),
      });
      if (!copied.ok) return copied;
      const facts = store.describeCopies(staging);
      if (!facts.ok) return facts;
      const parts: BackupManifest['parts'] = [];
      for (const { counts, ...fact } of facts.value) {
        parts.push({
          ...fact,
          counts: { ...counts },
          sha256: await hashOf(createReadStream(join(staging, fact.name))),
        });
      }
      const madeAt = new Date(now).toISOString();
      const manifest: BackupManifest = { product: 'shadowdesk', format: BACKUP_FORMAT, version, madeAt, parts };
      const total = parts.reduce((sum, part) => sum + part.bytes, 0);
      const bytes = await writeTarFile(file, tarParts(manifest, staging), (done) => progress?.('packing', done, total));
      return ok({ file, bytes, manifest });
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  });
}

function* tarParts(manifest: BackupManifest, folder: string): Generator<TarPart> {
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  yield { name: MANIFEST, size: text.length, chunks: [text] };
  for (const { name, bytes } of manifest.parts) {
    yield { name, size: bytes, chunks: createReadStream(join(folder, name), { highWaterMark: 1024 * 1024 }) };
  }
}

export interface RestoreRequest {
  readonly store: BackupStore;
  readonly file: string;
  /** The profile's folder: new, empty, or one that is then kept aside. */
  readonly folder: string;
  readonly now: number;
  /** Only reads it through; the folder stays as it is. */
  readonly checkOnly?: boolean;
  readonly progress?: BackupRequest['progress'];
}

export interface RestoreReport {
  readonly manifest: BackupManifest;
  /** Null after a mere check. */
  readonly folder: string | null;
  /** Where the profile that was there is kept; null when there was none. */
  readonly keptAside: string | null;
}

/** Unpacks beside the folder, checks everything, and only then changes places. */
export async function restoreProfile(request: RestoreRequest): Promise<Result<RestoreReport, BackupFault>> {
  const { store, now, progress } = request;
  const folder = resolve(request.folder);
  return onDisk<RestoreReport>(async () => {
    await mkdir(dirname(folder), { recursive: true });
    const staging = await mkdtemp(`${folder}.restoring-`);
    try {
      const manifest = await unpackChecked(request, staging);
      if (!manifest.ok) return manifest;
      progress?.('checking', 0, 0);
      const facts = store.inspectCopies(staging);
      if (!facts.ok) return facts;
      const wrong = manifest.value.parts.find((part) => !isAsSaid(part, facts.value));
      if (wrong !== undefined) return err(damaged(`${wrong.name} does not hold what the manifest says`));
      if (request.checkOnly === true) return ok({ manifest: manifest.value, folder: null, keptAside: null });
      const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
      const placed = store.putInPlace(staging, folder, `${folder}-before-restore-${stamp}Z`);
      return placed.ok ? ok({ manifest: manifest.value, folder, keptAside: placed.value }) : placed;
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  });
}

function isAsSaid(part: BackupManifest['parts'][number], facts: readonly DatabaseFacts[]): boolean {
  const found = facts.find(({ name }) => name === part.name);
  if (found === undefined || found.schemaVersion !== part.schemaVersion) return false;
  return Object.entries(part.counts).every(([what, count]) => found.counts[what] === count);
}

async function unpackChecked(
  { file, store, progress }: RestoreRequest,
  staging: string,
): Promise<Result<BackupManifest, BackupFault>> {
  try {
    let manifest: BackupManifest | null = null;
    const missing = new Set<string>();
    let done = 0;
    for await (const part of readTarFile(file)) {
      if (manifest === null) {
        const read = await manifestOf(part, store);
        if (!read.ok) return read;
        manifest = read.value;
        for (const { name } of manifest.parts) missing.add(name);
        continue;
      }
      const said = manifest.parts.find(({ name }) => name === part.name);
      if (said === undefined || !missing.delete(part.name)) return err(damaged(`it holds ${part.name} unasked`));
      if (said.bytes !== part.size) return err(damaged(`${part.name} has another size than the manifest says`));
      const total = manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0);
      const before = done;
      const sha256 = await unpackPart(part, join(staging, said.name), (bytes) =>
        progress?.('packing', before + bytes, total),
      );
      if (sha256 !== said.sha256) return err(damaged(`${part.name} is not what was packed: its SHA-256 differs`));
      done += part.size;
    }
    if (manifest === null) return err(notABackup('it is empty'));
    if (missing.size > 0) return err(damaged(`${[...missing].join(', ')} is missing`));
    return ok(manifest);
  } catch (error) {
    if (!(error instanceof TarFailure)) throw error;
    return err(damaged(error.message));
  }
}

async function manifestOf(part: TarPart, store: BackupStore): Promise<Result<BackupManifest, BackupFault>> {
  if (part.name !== MANIFEST || part.size > LONGEST_MANIFEST)
    return err(notABackup('it does not begin with a manifest'));
  const chunks: Uint8Array[] = [];
  for await (const chunk of part.chunks) chunks.push(chunk);
  const parsed = backupManifestSchema.safeParse(jsonOf(Buffer.concat(chunks).toString('utf8')));
  if (!parsed.success) return err(notABackup('its manifest cannot be read'));
  const manifest = parsed.data;
  // Names are those of our own files only: a name never says where to write.
  const isNewer =
    manifest.format > BACKUP_FORMAT ||
    manifest.parts.some(({ name, schemaVersion }) => schemaVersion > (store.knownVersion(name) ?? 0));
  if (!isNewer) return ok(manifest);
  return err({
    kind: 'newer',
    message: `The backup was made by a newer version of the workstation (${manifest.version}); nothing was changed.`,
    remedy: 'Install that version or a later one, then restore.',
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function unpackPart(part: TarPart, path: string, progress: (bytes: number) => void): Promise<string> {
  const target = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let done = 0;
  try {
    for await (const chunk of part.chunks) {
      hash.update(chunk);
      await target.writeFile(chunk);
      done += chunk.length;
      progress(done);
    }
    await target.sync();
  } finally {
    await target.close();
  }
  return hash.digest('hex');
}

async function hashOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** What the file system says is the user's to mend; bugs fly on. */
async function onDisk<T>(work: () => Promise<Result<T, BackupFault>>): Promise<Result<T, BackupFault>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return err({
      kind: 'unwritable',
      message: `The backup cannot be written or read: ${error.message}.`,
      remedy: 'Choose a place that exists, that your account may use and that has space for the whole profile.',
    });
  }
}

function damaged(why: string): BackupFault {
  return {
    kind: 'damaged',
    message: `The backup is damaged: ${why}. Nothing was changed.`,
    remedy: 'Use another backup, or copy the file again from where it came.',
  };
}

function notABackup(why: string): BackupFault {
  return {
    kind: 'not-a-backup',
    message: `This is no backup of the workstation: ${why}.`,
    remedy: 'Give a file that `desk backup` wrote.',
  };
}
