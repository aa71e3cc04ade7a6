/** An export into one file (WS-20): streamed, with progress and cancel; the file appears whole or not at all. */
import { open, rename, rm } from 'node:fs/promises';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ExportByteChunk, ExportTextChunk } from '#main/files/phantom-csv.ts';

export interface ExportFileRequest {
  /** Path of the file; one that is there is replaced at the end. */
  readonly file: string;
  readonly chunks: Iterable<ExportByteChunk>;
  /** Rows to come, for the progress; null where nobody knows. */
  readonly total: number | null;
  /** Aborting it leaves no file behind. */
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((rows: number, total: number) => void) | undefined;
}

export interface WrittenExport {
  readonly rows: number;
  readonly bytes: number;
}

export type ExportFileFault = Fault<'cancelled' | 'unwritable'>;

export async function writeExportFile(request: ExportFileRequest): Promise<Result<WrittenExport, ExportFileFault>> {
  const { file } = request;
  const unfinished = `${file}.part`;
  try {
    const written = await write(request, unfinished);
    if (written.ok) await rename(unfinished, file);
    else await rm(unfinished, { force: true });
    return written;
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    // Only what the file system says is the user's to mend; a fault of the store or a bug flies on.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return err({
      kind: 'unwritable',
      message: `The file cannot be written: ${error.message}.`,
      remedy: 'Choose a folder that exists, that you may write to and that has space.',
    });
  }
}

async function write(
  { chunks, total, signal, progress }: ExportFileRequest,
  path: string,
): Promise<Result<WrittenExport, ExportFileFault>> {
  const target = await open(path, 'w');
  let written = { rows: 0, bytes: 0 };
  // One chunk is written while the next is made; no third one is begun before the first is in the file.
  let writing: Promise<void> = Promise.resolve();
  try {
    for (const { bytes, rows } of chunks) {
      await writing;
      progress?.(written.rows, total ?? written.rows);
      if (signal?.aborted === true) {
        const message = 'The export was cancelled; no file was written.';
        return err({ kind: 'cancelled', message, remedy: 'Start it again.' });
      }
      writing = target.writeFile(bytes);
      written = { rows: written.rows + rows, bytes: written.bytes + bytes.length };
    }
    await writing;
    progress?.(written.rows, total ?? written.rows);
    return ok(written);
  } finally {
    await writing.catch(() => {});
    await target.close();
  }
}

export function* encoded(chunks: Iterable<ExportTextChunk>): Generator<ExportByteChunk, void, undefined> {
  const encoder = new TextEncoder();
  for (const { text, rows } of chunks) yield { bytes: encoder.encode(text), rows };
}
