/** Turns the bytes of a plain, gzip or zip file into the bytes of the one CSV file inside, as a stream. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Unzip, UnzipInflate, UnzipPassThrough } from 'fflate';
import type { FileFault } from './file-fault.ts';

export type ByteChunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Ends an unpacking generator; carries what the user is told. */
export class UnpackFailure extends Error {
  override readonly name = 'UnpackFailure';
  readonly fault: FileFault;

  constructor(fault: FileFault, cause?: unknown) {
    super(fault.message, { cause });
    this.fault = fault;
  }
}

/** What the first bytes say decides, not the file's name. Throws `UnpackFailure`. */
export async function* unpack(chunks: ByteChunks): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = peekable(chunks);
  const start = await reader.start();
  if (start[0] === 0x1f && start[1] === 0x8b) yield* gunzip(reader.all());
  else if (start[0] === 0x50 && start[1] === 0x4b) yield* unzip(reader.all());
  else yield* reader.all();
}

/** Hands the chunks on after a look at the first two bytes. */
function peekable(chunks: ByteChunks) {
  const iterator = toAsync(chunks);
  let first: Uint8Array = new Uint8Array();
  return {
    async start(): Promise<Uint8Array> {
      while (first.length < 2) {
        const next = await iterator.next();
        if (next.done === true) break;
        first = first.length === 0 ? next.value : Buffer.concat([first, next.value]);
      }
      return first;
    },
    async *all(): AsyncGenerator<Uint8Array, void, undefined> {
      if (first.length > 0) yield first;
      yield* iterator;
    },
  };
}

async function* toAsync(chunks: ByteChunks): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const source = Readable.from(chunks);
  const target = createGunzip();
  source.on('error', (error) => target.destroy(error));
  source.pipe(target);
  try {
    yield* target as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw isZlibError(error) ? damaged('The gzip file is damaged or breaks off', error) : error;
  } finally {
    source.destroy();
    target.destroy();
  }
}

async function* unzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const names: string[] = [];
  let ready: Uint8Array[] = [];
  let complete = false;
  let failure: unknown = null;
  const archive = new Unzip((file) => {
    if (!/\.(csv|txt)$/i.test(file.name) || file.name.includes('__MACOSX')) return;
    names.push(file.name);
    if (names.length > 1) return;
    file.ondata = (error, data, final) => {
      failure ??= error;
      if (data !== null && data.length > 0) ready.push(data);
      complete ||= final;
    };
    try {
      file.start();
    } catch (error) {
      failure ??= error;
    }
  });
  archive.register(UnzipInflate);
  archive.register(UnzipPassThrough);
  try {
    for await (const chunk of chunks) {
      pushGuarded(archive, chunk, false);
      if (failure !== null) break;
      yield* ready;
      ready = [];
    }
    pushGuarded(archive, new Uint8Array(), true);
  } catch (error) {
    failure ??= error;
  }
  if (failure !== null) throw failure instanceof UnpackFailure ? failure : archiveFailure(failure);
  yield* ready;
  if (names.length === 0) throw new UnpackFailure(noCsv('The zip file holds no CSV file.'));
  if (names.length > 1) throw new UnpackFailure(noCsv(`The zip file holds several CSV files (${names.length}).`));
  if (!complete) throw damaged('The zip file breaks off', null);
}

/** fflate throws plain errors with numeric codes from `push`. */
function pushGuarded(archive: Unzip, chunk: Uint8Array, final: boolean): void {
  try {
    archive.push(chunk, final);
  } catch (error) {
    throw damaged('The zip file is damaged or breaks off', error);
  }
}

/** An error of the source itself (a file that cannot be read) passes; one of the archive becomes a fault. */
function archiveFailure(error: unknown): unknown {
  const isLibrarys = error instanceof Error && (!('code' in error) || typeof error.code === 'number');
  return isLibrarys ? damaged('The zip file is damaged', error) : error;
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}

function damaged(what: string, cause: unknown): UnpackFailure {
  const detail = cause instanceof Error ? ` (${cause.message})` : '';
  const remedy = 'Download the file again, or unpack it first and import the CSV.';
  return new UnpackFailure({ kind: 'damaged', message: `${what}${detail}.`, remedy }, cause);
}

function noCsv(message: string): FileFault {
  return { kind: 'unsupported', message, remedy: 'Give a zip file with one .csv inside, or the CSV file itself.' };
}
