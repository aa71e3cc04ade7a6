/** The window's desk on the fake services, through the real contract client, with clocks moved by hand. */
import { type Contract, contract } from '#contract/contract.ts';
import { createMemoryPortPair } from '#contract/rpc/memory-port.ts';
import type { Port } from '#contract/rpc/port.ts';
import { createReconnectingClient } from '#contract/rpc/reconnecting-client.ts';
import { serveContract } from '#contract/rpc/server.ts';
import { createDesk, type Desk } from '#renderer/lib/desk.ts';
import { forgetfulMemory, type Memory } from '#renderer/lib/memory.ts';
import { createFakeDesk, type FakeDesk } from '#test/support/fake-desk/fake-desk.ts';
import type { FakeDeskOptions } from '#test/support/fake-desk/fake-desk-options.ts';

export interface OpenedDesk {
  readonly desk: Desk;
  readonly fake: FakeDesk;
  readonly memory: Memory;
  /** Moves the window's monotonic clock. */
  readonly pass: (ms: number) => void;
  /** Breaks the connection; `dialAgain` restores it. */
  readonly breakConnection: () => void;
  readonly dialAgain: () => void;
  readonly bugs: unknown[];
}

export function openDesk(options: FakeDeskOptions = {}, memory: Memory = forgetfulMemory()): OpenedDesk {
  const fake = createFakeDesk({ historyDays: 3, ...options });
  const bugs: unknown[] = [];
  let nowMs = 1_000;
  let host: Port | null = null;
  let retry: () => void = () => {};
  const client = createReconnectingClient<Contract>({
    dial: async () => {
      const [page, other] = createMemoryPortPair();
      host = other;
      serveContract(contract, fake.service, other, { onBug: (error) => bugs.push(error) });
      return page;
    },
    schedule: (action) => {
      retry = action;
      return () => {
        retry = () => {};
      };
    },
    onBug: (message) => bugs.push(message),
  });
  const desk = createDesk({ client, link: client.link, memory, monotonicMs: () => nowMs });
  desk.start();
  return {
    desk,
    fake,
    memory,
    pass: (ms) => {
      nowMs += ms;
    },
    breakConnection: () => host?.close('broken by the test'),
    dialAgain: () => retry(),
    bugs,
  };
}

/** Lets everything that is under way between client and services come through: it only needs microtasks. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
}
