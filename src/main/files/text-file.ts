/** A text file that a user brought, plain or packed, as one string. */
import { err, ok, type Result } from '#core/base/result.ts';
import type { FileFault } from './file-fault.ts';
import { type ByteChunks, UnpackFailure, unpack } from './unpack.ts';

/** Hundreds of thousands of lines; more is held in memory for nobody. */
const LONGEST_TEXT = 128 * 1024 * 1024;

/** Packed files are unpacked; never throws for what the bytes hold. */
export async function readTextFile(bytes: ByteChunks): Promise<Result<string, FileFault>> {
  const decoder = new TextDecoder('utf-8');
  const parts: string[] = [];
  let length = 0;
  try {
    for await (const chunk of unpack(bytes)) {
      length += chunk.length;
      if (length > LONGEST_TEXT) return err(tooLong());
      parts.push(decoder.decode(chunk, { stream: true }));
    }
    parts.push(decoder.decode());
    return ok(parts.join(''));
  } catch (error) {
    if (error instanceof UnpackFailure) return err(error.fault);
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return err({
      kind: 'unreadable',
      message: `The file cannot be read: ${error.message}.`,
      remedy: 'Check the path and that your account may read the file.',
    });
  }
}

function tooLong(): FileFault {
  return {
    kind: 'unsupported',
    message: `The file holds more than ${LONGEST_TEXT / 1024 / 1024} MiB of text.`,
    remedy: 'Split it and import the parts one after the other.',
  };
}
