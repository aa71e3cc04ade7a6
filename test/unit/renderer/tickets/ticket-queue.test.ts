import { describe, expect, it } from 'vitest';
import type { TicketView } from '#contract/areas/trading.ts';
import { ticketActions } from '#renderer/features/tickets/ticket-actions.ts';
import { levelRows, sizeFigures, timeLeft } from '#renderer/features/tickets/ticket-figures.ts';
import { createTicketStore } from '#renderer/features/tickets/ticket-store.ts';
import { openDesk, settle } from '../support/open-desk.ts';

const SETTLED_MS = 500;

async function queue(tickets: number) {
  const opened = openDesk({ tickets });
  const store = createTicketStore(opened.desk);
  const stop = store.start();
  await settle();
  opened.pass(SETTLED_MS);
  const openIds = () => opened.desk.tickets.getState().data?.open.map(({ id }) => id) ?? [];
  return { ...opened, store, stop, openIds };
}

describe('the queue of tickets', () => {
  it('DE-15: shows the first ticket with its instrument, and the next one once it is decided', async () => {
    const { desk, store, openIds, pass } = await queue(3);
    const [first, second] = openIds();
    expect(store.getState().currentId).toBe(first);
    expect(desk.view.getState().instrumentId).toBe(store.current()?.instrumentId);
    await store.approve();
    await settle();
    expect(store.getState().answer).toMatchObject({ ticketId: first, done: true });
    expect(store.getState().currentId).toBe(second);
    expect(desk.positions.getState().data?.some(({ id }) => id === first)).toBe(true);
    pass(SETTLED_MS);
    await store.skip('News ahead');
    await settle();
    expect(desk.tickets.getState().data?.closed.map(({ state, closeReason }) => [state, closeReason])).toEqual([
      ['skipped', 'News ahead'],
      ['approved', null],
    ]);
  });

  it('DE-15: a key meant for one ticket does not decide the next, which has only just come up', async () => {
    const { store, openIds, pass } = await queue(2);
    await Promise.all([store.approve(), store.approve()]);
    await settle();
    expect(openIds()).toHaveLength(1);
    expect(store.canDecide()).toBe(false);
    await store.approve();
    expect(openIds()).toHaveLength(1);
    pass(SETTLED_MS);
    expect(store.canDecide()).toBe(true);
  });

  it('DE-15: the key for the next ticket brings the chart of the only one back', async () => {
    const { desk, store } = await queue(1);
    const ticket = store.current();
    desk.view.selectInstrument('demo:SOMETHING/ELSE');
    const next = ticketActions(desk, store).find(({ name }) => name === 'tickets.next');
    expect(next?.enabledWhen?.()).toBe(true);
    next?.perform();
    expect(store.current()).toBe(ticket);
    expect(desk.view.getState().instrumentId).toBe(ticket?.instrumentId);
  });

  it('sends the edited size, and forgets it with its ticket', async () => {
    const { desk, store, openIds } = await queue(1);
    const [id = ''] = openIds();
    store.setAmount(id, 0.01);
    await store.approve();
    await settle();
    expect(desk.positions.getState().data?.find((one) => one.id === id)?.amount).toBe(0.01);
    expect(store.getState().amounts.size).toBe(0);
  });

  it('DE-16: a click after expiry changes nothing and says why', async () => {
    const { desk, store, openIds, pass } = await queue(1);
    const [id = ''] = openIds();
    const ticket = desk.tickets.getState().data?.open[0];
    await desk.client.call('tickets.skip', { ticketId: id, reason: null });
    // The window has not heard of it yet: its own list still holds the ticket.
    desk.tickets.setState({ data: { open: ticket === undefined ? [] : [ticket], closed: [] } });
    pass(SETTLED_MS);
    await store.approve();
    expect(store.getState().answer).toMatchObject({ done: false });
    expect(store.getState().answer?.message).toContain('expired');
    expect(desk.positions.getState().data?.some((one) => one.id === id && one.state === 'open')).toBe(false);
  });

  it('decides nothing while the connection is lost, and goes on when it is back', async () => {
    const { desk, store, breakConnection, dialAgain } = await queue(1);
    breakConnection();
    await settle();
    expect(desk.link.getState().now.state).toBe('lost');
    expect(desk.tickets.getState().phase).toBe('stale');
    expect(store.canDecide()).toBe(false);
    dialAgain();
    await settle();
    expect(desk.tickets.getState().phase).toBe('ready');
    expect(store.canDecide()).toBe(true);
  });

  it('an answer lost on the way is not called a refusal', async () => {
    const { store, breakConnection } = await queue(1);
    const sent = store.approve();
    breakConnection();
    await sent;
    expect(store.getState().answer).toMatchObject({ done: false });
    expect(store.getState().answer?.message).toContain('before you repeat it');
  });

  it('moves through the queue both ways and round', async () => {
    const { desk, store, openIds } = await queue(3);
    const actions = ticketActions(desk, store);
    const perform = (name: string) => actions.find((action) => action.name === name)?.perform();
    const [first, second, third] = openIds();
    perform('tickets.next');
    expect(store.getState().currentId).toBe(second);
    perform('tickets.previous');
    perform('tickets.previous');
    expect(store.getState().currentId).toBe(third);
    perform('tickets.next');
    expect(store.getState().currentId).toBe(first);
  });

  it('DE-15: approve is A, skip is S, and neither repeats while held', async () => {
    const { desk, store } = await queue(1);
    const actions = ticketActions(desk, store);
    const byKey = (key: string) => actions.find((action) => action.shortcut === key);
    expect(byKey('a')?.name).toBe('tickets.approve');
    expect(byKey('s')?.name).toBe('tickets.skip');
    expect(byKey('a')?.repeats).toBeUndefined();
    expect(byKey('s')?.repeats).toBeUndefined();
  });
});

describe('the figures of a ticket', () => {
  const terms = (side: 'long' | 'short'): TicketView['terms'] => ({
    side,
    entry: 100,
    stop: side === 'long' ? 90 : 110,
    tp1: side === 'long' ? 116 : 84,
    tp1Fraction: 0.5,
    target: side === 'long' ? 125 : 75,
    openedAt: 0,
    timeoutMs: 1,
    costs: { feeBps: 10, slippageBps: 2 },
  });

  it('levels stand from the highest price to the lowest, with distances in the trade’s favour', () => {
    expect(levelRows(terms('long')).map(({ name, distanceR }) => [name, distanceR])).toEqual([
      ['target', 2.5],
      ['tp1', 1.6],
      ['entry', 0],
      ['stop', -1],
    ]);
    expect(levelRows(terms('short')).map(({ name, distanceR }) => [name, distanceR])).toEqual([
      ['stop', -1],
      ['entry', 0],
      ['tp1', 1.6],
      ['target', 2.5],
    ]);
    expect(levelRows(terms('short')).at(-1)?.distancePercent).toBeCloseTo(-25);
  });

  it('another amount scales what is at stake', () => {
    const ticket = {
      size: { amount: 2, notional: 200, riskAmount: 50, basis: '' },
      costAmount: 4,
    } as TicketView;
    expect(sizeFigures(ticket, null)).toMatchObject({ amount: 2, riskAmount: 50, factor: 1 });
    expect(sizeFigures(ticket, 0.5)).toEqual({
      amount: 0.5,
      notional: 50,
      riskAmount: 12.5,
      costAmount: 1,
      factor: 0.25,
    });
  });

  it('time left is exchange time, and also told in the trader’s own', () => {
    const ticket = { openedAt: 0, expiresAt: 900_000 };
    expect(timeLeft(ticket, 300_000, 5)).toMatchObject({ leftMs: 600_000, wallMs: 120_000, isUrgent: false });
    expect(timeLeft(ticket, 800_000, 0)).toMatchObject({ leftMs: 100_000, wallMs: null, isUrgent: true });
    expect(timeLeft(ticket, 2_000_000, 1).leftMs).toBe(0);
  });
});
