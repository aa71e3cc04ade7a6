/** A `Port` over a WebSocket of the web host, bounded so that a slow or greedy page cannot hurt the engine (RE-52). */
import type { RawData, WebSocket } from 'ws';
import type { Port } from '#contract/rpc/port.ts';
import { createPortState } from '#contract/rpc/port-state.ts';

export interface SocketLimits {
  /** What may wait for a page that does not read; beyond it the connection is cut, and the page takes fresh snapshots. */
  readonly bufferedBytes: number;
  /** Frames read from one page per second; the rest waits in the network. */
  readonly framesPerSecond: number;
}

export const DEFAULT_SOCKET_LIMITS: SocketLimits = { bufferedBytes: 32 * 1_048_576, framesPerSecond: 1_000 };

/** A close reason travels in the close frame, which holds 123 bytes. */
const longestReason = 40;
const closeGraceMs = 1_000;

export function portOverWebSocket(socket: WebSocket, limits: SocketLimits = DEFAULT_SOCKET_LIMITS): Port {
  let framesThisSecond = 0;
  let secondEnds: NodeJS.Timeout | null = null;

  const state = createPortState({
    transmit(frame) {
      if (socket.bufferedAmount > limits.bufferedBytes) {
        socket.terminate();
        state.gone('the page reads too slowly');
        return;
      }
      // Masking by the library needs the bytes of clients; those of servers it sends as they are, so they are copied.
      socket.send(typeof frame === 'string' ? frame : frame.slice());
    },
    shut(reason) {
      socket.close(1000, reason.slice(0, longestReason));
      setTimeout(() => socket.terminate(), closeGraceMs).unref();
    },
  });

  function countFrame(): void {
    framesThisSecond += 1;
    secondEnds ??= setTimeout(() => {
      secondEnds = null;
      framesThisSecond = 0;
      socket.resume();
    }, 1_000).unref();
    if (framesThisSecond >= limits.framesPerSecond) socket.pause();
  }

  socket.on('message', (data: RawData, isBinary: boolean) => {
    countFrame();
    const bytes = joined(data);
    state.received(isBinary ? new Uint8Array(bytes) : bytes.toString('utf8'));
  });
  socket.on('close', (code: number, reason: Buffer) => {
    if (secondEnds !== null) clearTimeout(secondEnds);
    state.gone(reason.length > 0 ? reason.toString('utf8') : `the connection broke, code ${code}`);
  });
  // An oversized or broken frame: the library closes the connection itself, and `close` follows.
  socket.on('error', () => undefined);
  return state.port;
}

function joined(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
