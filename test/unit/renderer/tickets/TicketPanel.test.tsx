import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TicketPanel } from '#renderer/features/tickets/TicketPanel.tsx';
import { ticketActions } from '#renderer/features/tickets/ticket-actions.ts';
import { TicketProvider } from '#renderer/features/tickets/ticket-context.tsx';
import { moveLimits } from '#renderer/features/tickets/ticket-figures.ts';
import { createTicketStore } from '#renderer/features/tickets/ticket-store.ts';
import { ActionsProvider } from '#renderer/lib/actions/actions-context.tsx';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import { formatPrice } from '#renderer/lib/format.ts';
import type { FakeDeskOptions } from '#test/support/fake-desk/fake-desk-options.ts';
import { openDesk, settle } from '../support/open-desk.ts';

async function showPanel(options: FakeDeskOptions) {
  const opened = openDesk(options);
  const store = createTicketStore(opened.desk);
  store.start();
  await settle();
  opened.pass(1_000);
  render(
    <DeskProvider value={opened.desk}>
      <ActionsProvider value={ticketActions(opened.desk, store)}>
        <TicketProvider value={store}>
          <TicketPanel />
        </TicketProvider>
      </ActionsProvider>
    </DeskProvider>,
  );
  return { ...opened, store };
}

afterEach(cleanup);

describe('the ticket panel', () => {
  it('DE-15: shows levels, money at risk, score with kind, threshold with evidence, reasons and quality', async () => {
    const { store } = await showPanel({ tickets: 1 });
    const ticket = store.current();
    expect(ticket).not.toBeNull();
    const article = screen.getByRole('article');
    const text = article.textContent ?? '';
    for (const part of ['Target', 'TP1', 'Entry', 'Stop', 'At risk', 'Costs', 'Net reward : risk', 'SIMULATED']) {
      expect(text).toContain(part);
    }
    for (const reason of ticket?.reasons ?? []) expect(text).toContain(reason);
    for (const part of ticket?.qualityParts ?? []) expect(text).toContain(part.name);
    expect(text).toContain(ticket?.threshold.evidence);
  });

  it('a heuristic score is named as such and never called a probability of its own', async () => {
    await showPanel({ tickets: 1 });
    const text = screen.getByRole('article').textContent ?? '';
    expect(text).toContain('heuristic');
    expect(text).toContain('not a probability');
    expect(text).not.toMatch(/win probability|chance of/i);
  });

  it('approves by its button and says what came of it', async () => {
    const { desk } = await showPanel({ tickets: 1 });
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: /Approve on paper/ }));
      await settle();
    });
    expect(desk.positions.getState().data?.some((position) => position.state === 'open')).toBe(true);
    expect(screen.getByText(/paper position opened/)).toBeDefined();
  });

  it('skips with a reason chosen from the list', async () => {
    const { desk } = await showPanel({ tickets: 1 });
    fireEvent.click(screen.getByRole('button', { name: 'Skip with a reason' }));
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'News ahead' }));
      await settle();
    });
    expect(desk.tickets.getState().data?.closed[0]).toMatchObject({ state: 'skipped', closeReason: 'News ahead' });
  });

  it('DE-16: says at which prices the ticket ends by itself, and how near the price is to them', async () => {
    const { store } = await showPanel({ tickets: 1 });
    const ticket = store.current();
    if (ticket === null) throw new Error('a ticket is open');
    const { against, favour } = moveLimits(ticket);
    const line = document.querySelector('.moved')?.textContent ?? '';
    for (const price of [against, favour]) expect(line).toContain(formatPrice(price, ticket.priceDecimals));
    expect(line).toContain('R further on');
    expect(moveLimits({ ...ticket, movedR: -0.2 })).toMatchObject({ isNear: true });
    expect(moveLimits({ ...ticket, movedR: 0.05 })).toMatchObject({ isNear: false });
  });

  it('DE-16: a ticket that ended by itself says why, and its market’s list keeps it', async () => {
    const { desk, store } = await showPanel({ tickets: 1 });
    const ticket = store.current();
    if (ticket === null) throw new Error('a ticket is open');
    const ended = { ...ticket, state: 'expired', closeReason: 'price moved', movedR: -0.27, closedAt: 1 } as const;
    const other = { ...ended, id: 'other', symbol: 'SOL/USDT', exchange: 'kraken' };
    act(() => desk.tickets.setState({ data: { open: [], closed: [ended, other] } }));
    expect(screen.getByText(/left the entry by more than 0.25 R \(−0.27 R\)/)).toBeDefined();
    const list = screen.getByRole('region', { name: /Tickets closed/ }).textContent ?? '';
    expect(list).toContain(ticket.symbol);
    expect(list).not.toContain('SOL/USDT');
  });

  it('several tickets are a queue, each with the time it has left', async () => {
    await showPanel({ tickets: 3 });
    const tabs = within(screen.getByRole('tablist')).getAllByRole('tab');
    expect(tabs).toHaveLength(3);
    expect(tabs[0]?.textContent).toMatch(/\d+:\d\d/);
    expect(tabs[0]?.getAttribute('aria-selected')).toBe('true');
  });

  it('without tickets it says what is going on and when to expect one', async () => {
    await showPanel({ tickets: 0 });
    expect(screen.getByText('Nothing to decide')).toBeDefined();
    expect(screen.getByText(/15-minute bar/)).toBeDefined();
  });

  it('while the kill switch is engaged it does not promise tickets', async () => {
    const { desk } = await showPanel({ tickets: 0 });
    await act(async () => {
      await desk.client.call('risk.killSwitch', { engaged: true, closePositions: false });
      await settle();
    });
    expect(screen.getByText('Entries are stopped')).toBeDefined();
    expect(screen.queryByText('Nothing to decide')).toBeNull();
  });

  it('what came of a decision does not stay above the tickets that come later', async () => {
    await showPanel({ tickets: 1 });
    vi.useFakeTimers();
    try {
      await act(async () => {
        fireEvent.click(screen.getByRole('button', { name: /Approve on paper/ }));
        await settle();
      });
      expect(screen.queryByText(/paper position opened/)).not.toBeNull();
      act(() => void vi.advanceTimersByTime(60_000));
      expect(screen.queryByText(/paper position opened/)).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  it('an edited size shows what it would risk', async () => {
    const { store } = await showPanel({ tickets: 1 });
    const ticket = store.current();
    const field = screen.getByLabelText(/^Amount in/);
    fireEvent.change(field, { target: { value: String((ticket?.size.amount ?? 0) * 2) } });
    fireEvent.blur(field);
    expect(screen.getByText(/Over the proposed size/)).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: /Back to the proposed/ }));
    expect(screen.queryByText(/Over the proposed size/)).toBeNull();
  });
});
