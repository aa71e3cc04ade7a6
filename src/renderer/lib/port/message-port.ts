/** A `Port` over a browser's MessagePort, as the desktop application hands it to the page. */
import type { Frame, Port } from '#contract/rpc/port.ts';
import { createPortState } from '#contract/rpc/port-state.ts';

/**
 * A MessagePort says nothing reliable when the other side closes, so closing is a message of its own: an object with
 * the reason, which no frame can be.
 */
interface Farewell {
  readonly farewell: string;
}

export function portOverMessagePort(channel: MessagePort): Port {
  const state = createPortState({
    transmit: (frame) => channel.postMessage(frame),
    shut(reason) {
      const farewell: Farewell = { farewell: reason };
      channel.postMessage(farewell);
      channel.close();
    },
  });
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isFrame(data)) {
      state.received(data);
    } else {
      channel.close();
      state.gone(isFarewell(data) ? data.farewell : 'the other side sent something that is no frame');
    }
  });
  channel.addEventListener('close', () => state.gone('the other side is gone'));
  channel.start();
  return state.port;
}

function isFrame(data: unknown): data is Frame {
  return typeof data === 'string' || data instanceof Uint8Array;
}

function isFarewell(data: unknown): data is Farewell {
  return typeof data === 'object' && data !== null && 'farewell' in data && typeof data.farewell === 'string';
}
