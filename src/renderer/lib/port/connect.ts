/** Connects the window to its host, whichever it is, and keeps it connected. */
import type { Contract } from '#contract/contract.ts';
import { createReconnectingClient, type ReconnectingClient } from '#contract/rpc/reconnecting-client.ts';
import { dialDesktop } from './desktop-door.ts';
import { createWebDoor } from './web-door.ts';

export type DeskClient = ReconnectingClient<Contract>;

/** The loopback host is the only one that serves the page over plain HTTP. */
export function connectToDesk(onBug: (message: string) => void): DeskClient {
  return createReconnectingClient<Contract>({
    dial: location.protocol === 'http:' ? createWebDoor() : dialDesktop,
    onBug,
    schedule(action, delayMs) {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
  });
}
