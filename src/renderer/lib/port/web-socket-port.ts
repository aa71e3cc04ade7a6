/** A `Port` over the browser's WebSocket, as the web host serves it. */
import type { Port } from '#contract/rpc/port.ts';
import { createPortState } from '#contract/rpc/port-state.ts';

/** A close reason travels in the close frame, which holds 123 bytes. */
const longestReason = 40;

/** Resolves when the socket is open; rejects when it never opens. */
export function openWebSocketPort(url: string): Promise<Port> {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  return new Promise((resolve, reject) => {
    let opened = false;
    const state = createPortState({
      transmit: (frame) => socket.send(typeof frame === 'string' ? frame : new Uint8Array(frame)),
      shut: (reason) => socket.close(1000, reason.slice(0, longestReason)),
    });
    socket.addEventListener('open', () => {
      opened = true;
      resolve(state.port);
    });
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      state.received(typeof data === 'string' ? data : new Uint8Array(data));
    });
    // An `error` is always followed by a `close`, which says more.
    socket.addEventListener('close', ({ reason, code }) => {
      const why = reason === '' ? `the connection broke, code ${code}` : reason;
      if (opened) state.gone(why);
      else reject(new Error(`the host did not accept the connection, code ${code}`));
    });
  });
}
