import { describe, expect, it } from 'vitest';
import type { TicketView } from '#contract/areas/trading.ts';
import { problemOf } from '#renderer/lib/client.ts';
import { ExchangeClock } from '#renderer/lib/exchange-clock.ts';
import { forgetfulMemory, recall, remember } from '#renderer/lib/memory.ts';
import { applyRows, createStreamStore } from '#renderer/lib/stores/stream-store.ts';
import { reduceTickets, ticketBook } from '#renderer/lib/stores/tickets.ts';
import { orderRows } from '#renderer/lib/stores/watchlist-order.ts';
import { refusal, scriptedClient } from '../support/scripted-client.ts';

interface Row {
  readonly id: string;
  readonly value: number;
}

const idOf = (row: Row) => row.id;

describe('rows by id', () => {
  const before: readonly Row[] = [
    { id: 'a', value: 1 },
    { id: 'b', value: 2 },
  ];

  it('are replaced in place, added at the end and removed, while the others stay the same objects', () => {
    const after = applyRows(
      before,
      [
        { id: 'b', value: 3 },
        { id: 'c', value: 4 },
      ],
      ['x'],
      idOf,
    );
    expect(after.map(idOf)).toEqual(['a', 'b', 'c']);
    expect(after[0]).toBe(before[0]);
    expect(after[1]?.value).toBe(3);
    expect(applyRows(after, [], ['a'], idOf).map(idOf)).toEqual(['b', 'c']);
  });

  it('stay the same list when nothing changes', () => {
    expect(applyRows(before, [], [], idOf)).toBe(before);
  });

  it('a row that is changed and removed in one delta is gone', () => {
    expect(applyRows(before, [{ id: 'a', value: 9 }], ['a'], idOf).map(idOf)).toEqual(['b']);
  });
});

describe('the watchlist’s order', () => {
  it('is the trader’s, and the alphabet’s for the rest', () => {
    const rows = ['ADA', 'ETH', 'BTC', 'AAA'].map((symbol) => ({ symbol }));
    expect(orderRows(rows, ['BTC', 'ETH']).map(({ symbol }) => symbol)).toEqual(['BTC', 'ETH', 'AAA', 'ADA']);
  });
});

describe('a stream store', () => {
  function open() {
    const client = scriptedClient();
    const store = createStreamStore<'settings.current', { theme: string }>({
      client,
      name: 'settings.current',
      input: {},
      fromSnapshot: (snapshot) => snapshot,
      reduce: (_, delta) => delta,
    });
    store.open();
    return { client, store, stream: client.streams[0] };
  }

  it('is loading, then ready, then follows deltas', () => {
    const { store, stream } = open();
    expect(store.getState().phase).toBe('loading');
    stream?.snapshot({ theme: 'dark' });
    expect(store.getState()).toMatchObject({ phase: 'ready', data: { theme: 'dark' } });
    stream?.delta({ theme: 'light' });
    expect(store.getState().data).toEqual({ theme: 'light' });
  });

  it('keeps the last state as stale when the connection goes, and is ready again with the next snapshot', () => {
    const { store, stream } = open();
    stream?.snapshot({ theme: 'dark' });
    store.markStale();
    expect(store.getState()).toMatchObject({ phase: 'stale', data: { theme: 'dark' } });
    stream?.snapshot({ theme: 'light' });
    expect(store.getState().phase).toBe('ready');
  });

  it('fails without data when the stream is refused, and can be opened again', () => {
    const { client, store, stream } = open();
    stream?.end(refusal('No profile.'));
    expect(store.getState()).toMatchObject({ phase: 'failed', problem: { message: 'No profile.' } });
    store.open();
    expect(client.streams).toHaveLength(2);
    expect(store.getState().phase).toBe('loading');
  });

  it('ignores frames of a subscription that was closed', () => {
    const { store, stream } = open();
    store.close();
    stream?.snapshot({ theme: 'dark' });
    expect(stream?.isOpen).toBe(false);
    expect(store.getState().data).toBeNull();
  });
});

describe('the book of tickets', () => {
  const ticket = (id: string, expiresAt: number, state: TicketView['state'] = 'open') =>
    ({ id, expiresAt, openedAt: 0, state, closeReason: state === 'open' ? null : 'time' }) as TicketView;

  it('puts what runs out first in front', () => {
    expect(ticketBook([ticket('b', 20), ticket('a', 10)]).open.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('DE-16: keeps the last state of a ticket that is closed and removed in one delta', () => {
    const book = ticketBook([ticket('a', 10), ticket('b', 20)]);
    const after = reduceTickets(book, { upserted: [ticket('a', 10, 'expired')], removed: ['a'] });
    expect(after.open.map(({ id }) => id)).toEqual(['b']);
    expect(after.closed.map(({ id, state }) => [id, state])).toEqual([['a', 'expired']]);
  });

  it('names a closed ticket once, however often it is told', () => {
    let book = ticketBook([ticket('a', 10)]);
    book = reduceTickets(book, { upserted: [ticket('a', 10, 'skipped')], removed: [] });
    book = reduceTickets(book, { upserted: [ticket('a', 10, 'skipped')], removed: ['a'] });
    expect(book.closed).toHaveLength(1);
  });
});

describe('the exchange clock', () => {
  it('MK-24: runs on between heartbeats at the speed of the feed, and stands still when paused', () => {
    let nowMs = 0;
    const clock = new ExchangeClock(() => nowMs);
    expect(clock.now()).toBeNull();
    clock.set(1_000_000, 60);
    nowMs = 500;
    expect(clock.now()).toBe(1_030_000);
    clock.freeze();
    nowMs = 10_000;
    expect(clock.now()).toBe(1_030_000);
  });
});

describe('what is remembered', () => {
  const isNumber = (value: unknown): value is number => typeof value === 'number';

  it('comes back when it is valid, and else the fallback does', () => {
    const memory = forgetfulMemory();
    remember(memory, 'width', 7);
    expect(recall(memory, 'width', isNumber, 1)).toBe(7);
    remember(memory, 'width', 'wide');
    expect(recall(memory, 'width', isNumber, 1)).toBe(1);
    memory.setItem('shadowdesk.width', '{broken');
    expect(recall(memory, 'width', isNumber, 1)).toBe(1);
  });

  it('a storage that refuses costs nothing but the memory', () => {
    const refusing = {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('full');
      },
      removeItem: () => {},
    };
    remember(refusing, 'width', 7);
    expect(recall(refusing, 'width', isNumber, 1)).toBe(1);
  });
});

describe('a failed call', () => {
  it('keeps the services’ words, and has words for what nobody expected', () => {
    expect(problemOf(Object.assign(new Error('Gone.'), { code: 'not-found', remedy: 'Look elsewhere.' }))).toEqual({
      code: 'not-found',
      message: 'Gone.',
      remedy: 'Look elsewhere.',
    });
    expect(problemOf(new Error('boom'))).toMatchObject({ code: 'internal', message: 'boom' });
  });
});
