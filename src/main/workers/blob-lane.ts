/**
 * Large binary values beside the contract on one port: text frames are the contract's, binary frames are pieces of
 * blobs. A blob is complete before any text frame that was sent after it, so the contract may name it by its number.
 *
 * A piece: number of the blob (u32), zero (u32), size of the whole blob (f64), then the bytes; little-endian.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Frame, Port } from '#contract/rpc/port.ts';
import { invariant } from '#core/base/invariant.ts';

const PIECE_HEADER_BYTES = 16;
/** One piece is copied without a pause: about a tenth of a millisecond. */
const PIECE_BYTES = 524_288;
/** A thread is trusted, its bugs are not: no blob may take the memory of the machine. */
const LARGEST_BLOB_BYTES = 2 ** 31;

export interface BlobLane {
  /** The port without its binary frames, for the contract. */
  readonly contractPort: Port;
  /** Sends the parts as one blob. Gives the event loop a turn after each piece; the parts must not change until then. */
  send(blob: number, parts: readonly Uint8Array[]): Promise<void>;
  /** The same without a pause, for a thread that nobody waits for. */
  sendAtOnce(blob: number, parts: readonly Uint8Array[]): void;
  /** A blob that has arrived, once; null when there is none of that number, or not all of it. */
  take(blob: number): Uint8Array<ArrayBuffer> | null;
}

interface Arriving {
  readonly bytes: Uint8Array<ArrayBuffer>;
  filled: number;
}

export function createBlobLane(port: Port): BlobLane {
  const blobs = new Map<number, Arriving>();
  let receive: ((frame: Frame) => void) | null = null;

  function receivePiece(piece: Uint8Array): void {
    const fault = storePiece(blobs, piece);
    if (fault !== null) port.close(fault);
  }

  return {
    contractPort: {
      send: (frame) => port.send(frame),
      onFrame(next) {
        receive = next;
        port.onFrame((frame) => (typeof frame === 'string' ? receive?.(frame) : receivePiece(frame)));
      },
      onClose: (closed) => port.onClose(closed),
      close: (reason) => port.close(reason),
    },
    async send(blob, parts) {
      for (const piece of piecesOf(blob, parts)) {
        port.send(piece);
        await nextTurn();
      }
    },
    sendAtOnce(blob, parts) {
      for (const piece of piecesOf(blob, parts)) port.send(piece);
    },
    take(blob) {
      const arrived = blobs.get(blob);
      if (arrived === undefined || arrived.filled < arrived.bytes.length) return null;
      blobs.delete(blob);
      return arrived.bytes;
    },
  };
}

function* piecesOf(blob: number, parts: readonly Uint8Array[]): Generator<Uint8Array> {
  const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
  invariant(total > 0 && total <= LARGEST_BLOB_BYTES, `a blob of ${total} bytes cannot be sent`);
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE_BYTES) {
      const bytes = part.subarray(at, at + PIECE_BYTES);
      const piece = new Uint8Array(PIECE_HEADER_BYTES + bytes.length);
      const view = new DataView(piece.buffer);
      view.setUint32(0, blob, true);
      view.setFloat64(8, total, true);
      piece.set(bytes, PIECE_HEADER_BYTES);
      yield piece;
    }
  }
}

/** Why the piece cannot be stored, or null. */
function storePiece(blobs: Map<number, Arriving>, piece: Uint8Array): string | null {
  if (piece.length < PIECE_HEADER_BYTES) return 'a piece of a blob is too short';
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
  const blob = view.getUint32(0, true);
  const total = view.getFloat64(8, true);
  if (!Number.isSafeInteger(total) || total <= 0 || total > LARGEST_BLOB_BYTES) return 'a blob has no usable size';
  const arriving = blobs.get(blob) ?? { bytes: new Uint8Array(total), filled: 0 };
  const bytes = piece.subarray(PIECE_HEADER_BYTES);
  if (total !== arriving.bytes.length || arriving.filled + bytes.length > total) return 'a blob is longer than it said';
  arriving.bytes.set(bytes, arriving.filled);
  arriving.filled += bytes.length;
  blobs.set(blob, arriving);
  return null;
}
