/** The client that outlives its connection, on scripted dials and a clock that the test turns. */
import { describe, expect, it } from 'vitest';
import { createMemoryPortPair } from '#contract/rpc/memory-port.ts';
import type { Port } from '#contract/rpc/port.ts';
import { createReconnectingClient, type LinkState } from '#contract/rpc/reconnecting-client.ts';
import { RemoteFailure } from '#contract/rpc/remote-failure.ts';
import { serveContract } from '#contract/rpc/server.ts';
import { createSmallService, type SmallContract, smallContract } from '#test/support/small-contract.ts';

const quiet = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const desk = createSmallService();
  const servers: Port[] = [];
  const timers: { action: () => void; delayMs: number; cancelled: boolean }[] = [];
  const dialling: { mode: 'up' | 'down' | 'refused' } = { mode: 'up' };
  const client = createReconnectingClient<SmallContract>({
    dial: async () => {
      if (dialling.mode === 'down') throw new Error('nobody answers');
      if (dialling.mode === 'refused') {
        throw new RemoteFailure({ code: 'refused', message: 'Not you.', remedy: 'Use the address.' });
      }
      const [near, far] = createMemoryPortPair();
      serveContract(smallContract, desk.service, far, { onBug: () => undefined });
      servers.push(far);
      return near;
    },
    schedule: (action, delayMs) => {
      const timer = { action, delayMs, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
  });
  const states: LinkState['state'][] = [client.link.current().state];
  client.link.onChange((state) => states.push(state.state));
  const fire = async () => {
    const timer = timers.shift();
    if (timer !== undefined && !timer.cancelled) timer.action();
    await quiet();
    return timer?.delayMs;
  };
  return { client, desk, servers, timers, dialling, states, fire };
}

describe('the reconnecting client', () => {
  it('opens its streams anew after a loss, with a fresh snapshot and no end', async () => {
    const { client, desk, servers, states, fire } = setUp();
    const events: unknown[] = [];
    client.subscribe(
      'counter.watch',
      { from: 5 },
      {
        onSnapshot: ({ value }) => events.push(['snapshot', value]),
        onDelta: ({ value }) => events.push(['delta', value]),
        onEnd: () => events.push(['end']),
      },
    );
    await quiet();
    desk.sinks[0]?.push({ value: 6 });
    await quiet();
    servers[0]?.close('restart');
    await quiet();
    expect(client.link.current()).toMatchObject({ state: 'lost', reason: 'restart' });
    await fire();
    desk.sinks[0]?.push({ value: 7 });
    await quiet();
    expect(events).toEqual([
      ['snapshot', 5],
      ['delta', 6],
      ['snapshot', 5],
      ['delta', 7],
    ]);
    expect(states).toEqual(['connecting', 'connected', 'lost', 'connected']);
  });

  it('holds a call until the first dial is through, and rejects calls while the connection is lost', async () => {
    const { client, servers, fire } = setUp();
    await expect(client.call('numbers.add', { left: 1, right: 2 })).resolves.toBe(3);
    servers[0]?.close('restart');
    await quiet();
    await expect(client.call('numbers.add', { left: 1, right: 2 })).rejects.toMatchObject({ code: 'closed' });
    await fire();
    await expect(client.call('numbers.add', { left: 1, right: 2 })).resolves.toBe(3);
  });

  it('waits longer after each failure, up to 5 s, and starts short again after a success', async () => {
    const { client, servers, dialling, fire } = setUp();
    await quiet();
    dialling.mode = 'down';
    servers[0]?.close('restart');
    await quiet();
    const delays: (number | undefined)[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) delays.push(await fire());
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    dialling.mode = 'up';
    await fire();
    await client.call('numbers.add', { left: 1, right: 2 });
    servers.at(-1)?.close('restart');
    await quiet();
    expect(await fire()).toBe(250);
  });

  it('does not hammer a host that accepts and closes at once', async () => {
    const { servers, fire } = setUp();
    await quiet();
    const delays: (number | undefined)[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      servers.at(-1)?.close('full');
      await quiet();
      delays.push(await fire());
    }
    expect(delays).toEqual([250, 500, 1000, 2000]);
  });

  it('stops trying when it is refused, until it is told to try', async () => {
    const { client, servers, timers, dialling, fire } = setUp();
    await quiet();
    dialling.mode = 'refused';
    servers[0]?.close('restart');
    await quiet();
    await fire();
    expect(client.link.current()).toEqual({ state: 'refused', message: 'Not you.', remedy: 'Use the address.' });
    expect(timers).toEqual([]);
    dialling.mode = 'up';
    client.link.retryNow();
    await quiet();
    expect(client.link.current()).toEqual({ state: 'connected' });
  });

  it('forgets a stream that was left while the connection was lost', async () => {
    const { client, desk, servers, fire } = setUp();
    const leave = client.subscribe(
      'counter.watch',
      { from: 5 },
      { onSnapshot: () => undefined, onDelta: () => undefined },
    );
    await quiet();
    servers[0]?.close('restart');
    await quiet();
    leave();
    await fire();
    expect(desk.sinks).toEqual([]);
  });

  it('ends a stream that the service refuses', async () => {
    const { client } = setUp();
    const error = await new Promise((resolve) => {
      client.subscribe(
        'counter.watch',
        { from: 0.5 },
        {
          onSnapshot: () => undefined,
          onDelta: () => undefined,
          onEnd: resolve,
        },
      );
    });
    expect(error).toMatchObject({ code: 'bad-input' });
  });

  it('stays closed once closed', async () => {
    const { client, servers, timers, desk } = setUp();
    await quiet();
    client.subscribe('counter.watch', { from: 1 }, { onSnapshot: () => undefined, onDelta: () => undefined });
    await quiet();
    const closed = new Promise((resolve) => client.onClose(resolve));
    client.close('bye');
    await expect(closed).resolves.toBe('bye');
    await quiet();
    expect(client.link.current()).toEqual({ state: 'closed' });
    expect(desk.stops.count).toBe(1);
    expect(timers).toEqual([]);
    client.link.retryNow();
    await quiet();
    expect(servers).toHaveLength(1);
    await expect(client.call('numbers.add', { left: 1, right: 1 })).rejects.toMatchObject({ code: 'closed' });
  });
});
