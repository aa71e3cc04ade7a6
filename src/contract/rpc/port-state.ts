/** The part of a `Port` that every carrier shares: frames wait for their receiver, and closing happens once. */
import type { Frame, Port } from './port.ts';

/** What a carrier can do with its own kind of connection. */
export interface Carrier {
  transmit(frame: Frame): void;
  /** Closes the connection; called at most once, and not when the other side closed it. */
  shut(reason: string): void;
}

export interface PortState {
  readonly port: Port;
  /** The carrier calls this for each frame that arrives, in order. */
  received(frame: Frame): void;
  /** The carrier calls this when the connection is gone, however often it notices. */
  gone(reason: string): void;
}

export function createPortState(carrier: Carrier): PortState {
  let receive: ((frame: Frame) => void) | null = null;
  const waiting: Frame[] = [];
  const closeListeners: ((reason: string) => void)[] = [];
  let closedBecause: string | null = null;

  function gone(reason: string): void {
    if (closedBecause !== null) return;
    closedBecause = reason;
    for (const closed of closeListeners.splice(0)) closed(reason);
  }

  return {
    received(frame) {
      if (closedBecause !== null) return;
      // Behind the waiting ones, even while these are being delivered.
      if (receive === null || waiting.length > 0) waiting.push(frame);
      else receive(frame);
    },
    gone,
    port: {
      send(frame) {
        if (closedBecause === null) carrier.transmit(frame);
      },
      onFrame(next) {
        receive = next;
        while (waiting.length > 0) {
          const [frame] = waiting;
          try {
            if (frame !== undefined) next(frame);
          } finally {
            waiting.shift();
          }
        }
      },
      onClose(closed) {
        if (closedBecause === null) closeListeners.push(closed);
        else closed(closedBecause);
      },
      close(reason = 'closed by this side') {
        if (closedBecause !== null) return;
        carrier.shut(reason);
        gone(reason);
      },
    },
  };
}
