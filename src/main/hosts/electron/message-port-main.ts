/** A `Port` over the main process's end of a MessageChannel. */
import type { MessagePortMain } from 'electron';
import type { Frame, Port } from '#contract/rpc/port.ts';
import { createPortState } from '#contract/rpc/port-state.ts';

/** Closing is a message of its own, the same as in the page's carrier, because a reason has to travel. */
interface Farewell {
  readonly farewell: string;
}

export function portOverMessagePortMain(channel: MessagePortMain): Port {
  const state = createPortState({
    transmit: (frame) => channel.postMessage(frame),
    shut(reason) {
      const farewell: Farewell = { farewell: reason };
      channel.postMessage(farewell);
      channel.close();
    },
  });
  channel.on('message', ({ data }: { readonly data: unknown }) => {
    if (isFrame(data)) {
      state.received(data);
    } else {
      state.gone(isFarewell(data) ? data.farewell : 'the page sent something that is no frame');
      channel.close();
    }
  });
  // Also when the page was reloaded, navigated away or crashed.
  channel.on('close', () => state.gone('the page is gone'));
  channel.start();
  return state.port;
}

function isFrame(data: unknown): data is Frame {
  return typeof data === 'string' || data instanceof Uint8Array;
}

function isFarewell(data: unknown): data is Farewell {
  return typeof data === 'object' && data !== null && 'farewell' in data && typeof data.farewell === 'string';
}
