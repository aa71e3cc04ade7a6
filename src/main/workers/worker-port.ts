/** A `Port` over a MessagePort of Node: between the main thread and a worker, the same code at both ends. */
import type { MessagePort } from 'node:worker_threads';
import type { Frame, Port } from '#contract/rpc/port.ts';
import { createPortState } from '#contract/rpc/port-state.ts';

/** Closing is a message of its own, because a reason has to travel. */
interface Farewell {
  readonly farewell: string;
}

export function portOverWorkerChannel(channel: MessagePort): Port {
  const state = createPortState({
    transmit(frame) {
      if (typeof frame === 'string') {
        channel.postMessage(frame);
        return;
      }
      // Copied once and then moved: cloning a view would carry all of the buffer behind it.
      const sent = frame.slice();
      channel.postMessage(sent, [sent.buffer]);
    },
    shut(reason) {
      const farewell: Farewell = { farewell: reason };
      channel.postMessage(farewell);
      channel.close();
    },
  });
  channel.on('message', (data: unknown) => {
    if (isFrame(data)) {
      state.received(data);
    } else {
      state.gone(isFarewell(data) ? data.farewell : 'the other thread sent something that is no frame');
      channel.close();
    }
  });
  // Also when the thread ended or crashed.
  channel.on('close', () => state.gone('the other thread is gone'));
  return state.port;
}

function isFrame(data: unknown): data is Frame {
  return typeof data === 'string' || data instanceof Uint8Array;
}

function isFarewell(data: unknown): data is Farewell {
  return typeof data === 'object' && data !== null && 'farewell' in data && typeof data.farewell === 'string';
}
