/** The contract's two ends over a memory pair: answers, faults, streams, limits, and what happens when the port goes. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { SessionStatus } from '#contract/areas/session.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import type { Contract } from '#contract/contract.ts';
import { type ContractClient, createClient } from '#contract/rpc/client.ts';
import { createMemoryPortPair } from '#contract/rpc/memory-port.ts';
import { RemoteFailure } from '#contract/rpc/remote-failure.ts';
import { type ServeLimits, serveContract } from '#contract/rpc/server.ts';
import { createSmallService, type SmallContract, smallContract } from '#test/support/small-contract.ts';

function connected(limits?: ServeLimits) {
  const [near, far] = createMemoryPortPair();
  const desk = createSmallService();
  const bugs: string[] = [];
  const onBug = (error: unknown, where: string) => bugs.push(`${where}: ${String(error)}`);
  serveContract(smallContract, desk.service, far, limits === undefined ? { onBug } : { onBug, limits });
  const client = createClient<SmallContract>(near, { onBug: (message) => bugs.push(message) });
  return { client, desk, bugs, near, far };
}

/** Everything that is under way in microtasks has happened. */
const quiet = () => new Promise((resolve) => setImmediate(resolve));

function recorder() {
  const events: unknown[] = [];
  return {
    events,
    handlers: {
      onSnapshot: (snapshot: { value: number }) => events.push(['snapshot', snapshot.value]),
      onDelta: (delta: { value: number }) => events.push(['delta', delta.value]),
      onEnd: (error: { code: string } | null) => events.push(['end', error?.code ?? null]),
    },
  };
}

describe('calls', () => {
  it('answer with the output of the handler', async () => {
    const { client } = connected();
    await expect(client.call('numbers.add', { left: 2, right: 3 })).resolves.toBe(5);
  });

  it('RE-51: an input that does not fit its schema is refused, and the message names the field', async () => {
    const { client, bugs } = connected();
    const wrong = { left: 2, right: 'three' } as unknown as { left: number; right: number };
    await expect(client.call('numbers.add', wrong)).rejects.toMatchObject({
      name: 'RemoteFailure',
      code: 'bad-input',
      message: expect.stringContaining('right'),
    });
    const extra = { left: 2, right: 3, more: 1 };
    await expect(client.call('numbers.add', extra)).rejects.toMatchObject({ code: 'bad-input' });
    expect(bugs).toEqual([]);
  });

  it('pass an expected refusal on with its remedy', async () => {
    const { client, bugs } = connected();
    await expect(client.call('fails.expected', {})).rejects.toMatchObject({
      code: 'not-found',
      message: 'No such thing.',
      remedy: 'Look elsewhere.',
    });
    expect(bugs).toEqual([]);
  });

  it('hide a bug from the client and report it to the host', async () => {
    const { client, bugs } = connected();
    const failure = await client.call('fails.bug', {}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RemoteFailure);
    expect(failure).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('secret');
    expect(bugs).toEqual(['fails.bug: Error: the secret detail']);
  });

  it('report an output that cannot be sent as a bug, and still answer', async () => {
    const { client, bugs } = connected();
    await expect(client.call('fails.unsendable', {})).rejects.toMatchObject({ code: 'internal' });
    expect(bugs).toHaveLength(1);
  });

  it('refuse unknown names, inherited ones, and streams', async () => {
    const { client } = connected();
    for (const name of ['nothing.here', '__proto__', 'constructor', 'toString', 'counter.watch']) {
      const untyped = client as unknown as { call(name: string, input: unknown): Promise<unknown> };
      await expect(untyped.call(name, {})).rejects.toMatchObject({ code: 'unknown-method' });
    }
  });

  it('reject with `closed` when the port goes before the answer, and afterwards', async () => {
    const { client, far } = connected();
    const pending = client.call('numbers.later', { key: 'never' });
    await quiet();
    far.close('test');
    await expect(pending).rejects.toMatchObject({ code: 'closed' });
    await expect(client.call('numbers.add', { left: 1, right: 1 })).rejects.toMatchObject({ code: 'closed' });
  });

  it('are limited in number per port, and the limit frees itself', async () => {
    const { client, desk } = connected({ callsInFlight: 2, openStreams: 1 });
    const first = client.call('numbers.later', { key: 'a' });
    const second = client.call('numbers.later', { key: 'b' });
    await expect(client.call('numbers.add', { left: 1, right: 1 })).rejects.toMatchObject({ code: 'unavailable' });
    desk.release.get('a')?.('done');
    await expect(first).resolves.toBe('done');
    await expect(client.call('numbers.add', { left: 1, right: 1 })).resolves.toBe(2);
    desk.release.get('b')?.('done');
    await second;
  });

  it('RE-51: over 1 MiB is refused here without being sent, and closes the port there when it is sent', async () => {
    const { client, near, far } = connected();
    const sent: unknown[] = [];
    const untouched = near.send;
    near.send = (frame) => {
      sent.push(frame);
      untouched(frame);
    };
    // Under a million characters, over a million bytes.
    const text = 'é'.repeat(600_000);
    await expect(client.call('text.echo', { text })).rejects.toMatchObject({ code: 'too-large' });
    expect(sent).toEqual([]);
    const closed = new Promise((resolve) => far.onClose(resolve));
    untouched(JSON.stringify({ kind: 'call', id: 9, name: 'text.echo', input: { text } }));
    await expect(closed).resolves.toContain('1048576 bytes');
  });

  it('carry just under 1 MiB', async () => {
    const { client } = connected();
    const text = 'x'.repeat(1_048_400);
    const answer = await client.call('text.echo', { text });
    expect(answer === text).toBe(true);
  });
});

describe('streams', () => {
  it('give a snapshot, then deltas in order', async () => {
    const { client, desk } = connected();
    const { events, handlers } = recorder();
    client.subscribe('counter.watch', { from: 7 }, handlers);
    await quiet();
    for (const value of [8, 9, 10]) desk.sinks[0]?.push({ value });
    await quiet();
    expect(events).toEqual([
      ['snapshot', 7],
      ['delta', 8],
      ['delta', 9],
      ['delta', 10],
    ]);
  });

  it('keep deltas back until the snapshot is there', async () => {
    const { client, desk } = connected();
    const { events, handlers } = recorder();
    client.subscribe('counter.slow', {}, handlers);
    await quiet();
    desk.sinks[0]?.push({ value: 1 });
    await quiet();
    expect(events).toEqual([]);
    desk.release.get('slow')?.('go');
    await quiet();
    desk.sinks[0]?.push({ value: 2 });
    await quiet();
    expect(events).toEqual([
      ['snapshot', 0],
      ['delta', 1],
      ['delta', 2],
    ]);
  });

  it('stop once when the client leaves, and call nothing afterwards', async () => {
    const { client, desk } = connected();
    const { events, handlers } = recorder();
    const leave = client.subscribe('counter.watch', { from: 1 }, handlers);
    await quiet();
    const [sink] = desk.sinks;
    sink?.push({ value: 2 });
    leave();
    leave();
    await quiet();
    sink?.push({ value: 3 });
    await quiet();
    expect(events).toEqual([['snapshot', 1]]);
    expect(desk.stops.count).toBe(1);
  });

  it('stop also when the client left while the stream was being opened', async () => {
    const { client, desk } = connected();
    const { events, handlers } = recorder();
    const leave = client.subscribe('counter.slow', {}, handlers);
    await quiet();
    leave();
    await quiet();
    expect(desk.stops.count).toBe(0);
    desk.release.get('slow')?.('go');
    await quiet();
    expect(desk.stops.count).toBe(1);
    expect(events).toEqual([]);
  });

  it('are all stopped, once each, when the port closes', async () => {
    const { client, desk, near } = connected();
    const first = recorder();
    const second = recorder();
    client.subscribe('counter.watch', { from: 1 }, first.handlers);
    client.subscribe('counter.watch', { from: 2 }, second.handlers);
    await quiet();
    near.close('gone');
    await quiet();
    expect(desk.stops.count).toBe(2);
    expect(desk.sinks).toEqual([]);
    expect(first.events).toEqual([
      ['snapshot', 1],
      ['end', 'closed'],
    ]);
  });

  it('can be ended by the service, with and without an error', async () => {
    const { client, desk } = connected();
    const { events, handlers } = recorder();
    client.subscribe('counter.watch', { from: 1 }, handlers);
    client.subscribe('counter.watch', { from: 2 }, handlers);
    await quiet();
    const [first, second] = [...desk.sinks];
    first?.end();
    second?.end({ code: 'unavailable', message: 'Later.', remedy: 'Wait.' });
    await quiet();
    expect(events.slice(2)).toEqual([
      ['end', null],
      ['end', 'unavailable'],
    ]);
    expect(desk.stops.count).toBe(2);
  });

  it('are refused when the input does not fit, and when there are too many', async () => {
    const { client } = connected({ callsInFlight: 9, openStreams: 1 });
    const bad = recorder();
    client.subscribe('counter.watch', { from: 0.5 }, bad.handlers);
    client.subscribe('counter.watch', { from: 1 }, recorder().handlers);
    const surplus = recorder();
    client.subscribe('counter.watch', { from: 2 }, surplus.handlers);
    await quiet();
    expect(bad.events).toEqual([['end', 'bad-input']]);
    expect(surplus.events).toEqual([['end', 'unavailable']]);
  });

  it('take a fresh snapshot when a delta is missing', async () => {
    const [near, far] = createMemoryPortPair();
    const bugs: string[] = [];
    const client = createClient<SmallContract>(near, { onBug: (message) => bugs.push(message) });
    const requests: { kind: string; id: number }[] = [];
    far.onFrame((frame) => requests.push(JSON.parse(String(frame))));
    const { events, handlers } = recorder();
    client.subscribe('counter.watch', { from: 1 }, handlers);
    await quiet();
    const say = (frame: object) => far.send(JSON.stringify(frame));
    say({ kind: 'snapshot', id: 1, snapshot: { value: 1 } });
    say({ kind: 'delta', id: 1, sequence: 1, delta: { value: 2 } });
    say({ kind: 'delta', id: 1, sequence: 3, delta: { value: 4 } });
    say({ kind: 'delta', id: 1, sequence: 4, delta: { value: 5 } });
    await quiet();
    expect(requests.map(({ kind, id }) => [kind, id])).toEqual([
      ['open', 1],
      ['stop', 1],
      ['open', 2],
    ]);
    say({ kind: 'snapshot', id: 2, snapshot: { value: 5 } });
    await quiet();
    expect(events).toEqual([
      ['snapshot', 1],
      ['delta', 2],
      ['snapshot', 5],
    ]);
    expect(bugs).toHaveLength(1);
  });
});

it('the client of the whole contract is typed from its declaration', () => {
  type Status = Parameters<ContractClient<Contract>['subscribe']>;
  expectTypeOf<Status[0]>().toEqualTypeOf<
    | 'session.status'
    | 'session.log'
    | 'demo.status'
    | 'market.watchlist'
    | 'market.bars'
    | 'tickets.open'
    | 'positions.recent'
    | 'risk.status'
    | 'phantoms.live'
    | 'phantoms.activity'
    | 'models.overview'
    | 'models.notices'
    | 'notices.told'
    | 'telegram.status'
    | 'settings.current'
  >();
  const check = (client: ContractClient<Contract>) => {
    client.subscribe(
      'session.status',
      {},
      {
        onSnapshot: (status) => expectTypeOf(status).toEqualTypeOf<SessionStatus>(),
        onDelta: (status) => expectTypeOf(status).toEqualTypeOf<SessionStatus>(),
      },
    );
    const answer = client.call('tickets.approve', { ticketId: 't', amount: null });
    expectTypeOf(answer).resolves.toEqualTypeOf<IntentAnswer>();
    // @ts-expect-error a stream is not a call
    void client.call('session.status', {});
    // @ts-expect-error a field is missing
    void client.call('tickets.approve', { ticketId: 't' });
  };
  expect(check).toBeTypeOf('function');
});
