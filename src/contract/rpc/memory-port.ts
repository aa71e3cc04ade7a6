/** Two ends of a connection inside one process, for tests, the command line and everything else that needs no wire. */
import type { Frame, Port } from './port.ts';
import { type Carrier, createPortState, type PortState } from './port-state.ts';

/** What is sent at one end arrives at the other in a later microtask, as it would from a wire. */
export function createMemoryPortPair(): readonly [Port, Port] {
  const left: PortState = createPortState(carrierTo(() => right));
  const right: PortState = createPortState(carrierTo(() => left));
  return [left.port, right.port];
}

function carrierTo(other: () => PortState): Carrier {
  return {
    transmit(frame) {
      const sent = copied(frame);
      later(() => other().received(sent));
    },
    shut: (reason) => later(() => other().gone(reason)),
  };
}

const settled = Promise.resolve();

function later(action: () => void): void {
  // A throwing receiver is a bug of the receiver: the rejection stays unhandled, so the host hears of it.
  void settled.then(action);
}

function copied(frame: Frame): Frame {
  return typeof frame === 'string' ? frame : frame.slice();
}
