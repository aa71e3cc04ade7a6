import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionState } from '#contract/areas/session.ts';
import { Banners } from '#renderer/boot/Banners.tsx';
import { ErrorBoundary } from '#renderer/boot/ErrorBoundary.tsx';
import { HelpDialog } from '#renderer/boot/HelpDialog.tsx';
import { StartCurtain } from '#renderer/boot/StartCurtain.tsx';
import { CountsBar } from '#renderer/features/status/CountsBar.tsx';
import { StatusBar } from '#renderer/features/status/StatusBar.tsx';
import { Watchlist } from '#renderer/features/watchlist/Watchlist.tsx';
import { ActionsProvider } from '#renderer/lib/actions/actions-context.tsx';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import { GLOSSARY } from '#renderer/lib/glossary.ts';
import { openDesk, settle } from '../support/open-desk.ts';

async function show(content: ReactNode, state: ConnectionState = 'live') {
  const opened = openDesk({ tickets: 1, connection: state });
  await settle();
  render(
    <DeskProvider value={opened.desk}>
      <ActionsProvider value={[]}>{content}</ActionsProvider>
    </DeskProvider>,
  );
  return opened;
}

afterEach(cleanup);

describe('the status bar', () => {
  it('MK-22, DE-11: always says that the market is simulated and the account is a paper account', async () => {
    await show(<StatusBar />);
    expect(screen.getByText('SIMULATED')).toBeDefined();
    expect(screen.getByText('PAPER')).toBeDefined();
    expect(screen.getByText('Live')).toBeDefined();
    expect(screen.getByText('Advisory')).toBeDefined();
  });

  it('MK-21: sets the speed of the demo market, and says when it slowed down by itself', async () => {
    const { desk } = await show(<StatusBar />);
    expect(screen.getByText(/for ticket/)).toBeDefined();
    await act(async () => {
      fireEvent.click(screen.getByRole('radio', { name: '×10' }));
      await settle();
    });
    expect(desk.demo.getState().data?.speed).toBe(10);
    expect(screen.getByRole('radio', { name: '×10' }).getAttribute('aria-checked')).toBe('true');
  });

  it('counts what is open', async () => {
    await show(<CountsBar />);
    expect(screen.getByText('1 open ticket')).toBeDefined();
    expect(screen.getByText('No faults')).toBeDefined();
  });

  it('counts what the panels show, though the session has not told of it yet', async () => {
    const { desk } = await show(<CountsBar />);
    const { data } = desk.tickets.getState();
    const [ticket] = data?.open ?? [];
    if (data === null || ticket === undefined) throw new Error('the fake desk has an open ticket');
    act(() => desk.tickets.setState({ data: { ...data, open: [ticket, { ...ticket, id: 'another' }] } }));
    expect(desk.session.getState().data?.counts.openTickets).toBe(1);
    expect(screen.getByText('2 open tickets')).toBeDefined();
  });
});

describe('connections', () => {
  it('a lost connection is told, and that nothing can be approved', async () => {
    const { breakConnection } = await show(<Banners />);
    expect(screen.queryByRole('alert')).toBeNull();
    await act(async () => {
      breakConnection();
      await settle();
    });
    expect(screen.getByRole('alert').textContent).toContain('nothing can be approved');
  });

  it('RE-12: an exchange that is down is named with what to do', async () => {
    await show(<Banners />, 'reconnecting');
    expect(screen.getByRole('alert').textContent).toContain('The socket closed');
  });

  it('WS-2: the first start shows stage, share, rate and time left', async () => {
    const { desk } = await show(<StartCurtain>the workspace</StartCurtain>, 'bootstrapping');
    const text = document.body.textContent ?? '';
    expect(text).toContain('through the strategies');
    expect(text).toContain('per second');
    expect(text).toContain('left');
    // There are prices already: the workspace is shown beside the progress.
    expect(text).toContain('the workspace');
    act(() => desk.watchlist.setState({ data: [] }));
    expect(document.body.textContent).toContain('42');
    expect(document.body.textContent).not.toContain('the workspace');
  });
});

describe('the watchlist', () => {
  it('WS-10: selects by click and by arrow keys', async () => {
    const { desk } = await show(<Watchlist />);
    const options = screen.getAllByRole('option');
    expect(options).toHaveLength(6);
    const [first, second] = options;
    if (first === undefined || second === undefined) throw new Error('there are instruments');
    fireEvent.click(second);
    expect(desk.view.getState().instrumentId).toBe('demo:ETH/USDT');
    fireEvent.keyDown(second, { key: 'ArrowUp' });
    expect(desk.view.getState().instrumentId).toBe('demo:BTC/USDT');
  });

  it('MK-22: a row left from the demo says that it is simulated when another exchange was chosen', async () => {
    const { desk } = await show(<Watchlist />);
    expect(screen.queryByText('SIM')).toBeNull();
    await act(async () => {
      await desk.client.call('settings.update', { exchange: 'binance' });
      await settle();
    });
    expect(screen.getAllByText('SIM').length).toBeGreaterThan(0);
  });

  it('keeps the last state and says that it is stale', async () => {
    const { breakConnection } = await show(<Watchlist />);
    await act(async () => {
      breakConnection();
      await settle();
    });
    expect(screen.getByText(/last known state/)).toBeDefined();
    expect(screen.getAllByRole('option')).toHaveLength(6);
  });
});

describe('help', () => {
  it('defines every figure that a tooltip defines, within reach of the keyboard', async () => {
    await show(<HelpDialog onClose={() => {}} />);
    fireEvent.click(screen.getByRole('radio', { name: 'Glossary' }));
    const text = screen.getByRole('dialog').textContent ?? '';
    for (const term of Object.values(GLOSSARY)) expect(text).toContain(term.meaning);
  });

  it('closes on Escape even when the control that had the focus is gone', async () => {
    let isClosed = false;
    await show(
      <HelpDialog
        onClose={() => {
          isClosed = true;
        }}
      />,
    );
    (document.activeElement as HTMLElement).blur();
    fireEvent.keyDown(document.body, { key: 'Escape' });
    expect(isClosed).toBe(true);
  });

  it('closes on Escape and gives the focus back', async () => {
    const before = document.body.appendChild(document.createElement('button'));
    before.focus();
    let isClosed = false;
    await show(
      <HelpDialog
        onClose={() => {
          isClosed = true;
        }}
      />,
    );
    expect(screen.getByRole('dialog').contains(document.activeElement)).toBe(true);
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    expect(isClosed).toBe(true);
    cleanup();
    expect(document.activeElement).toBe(before);
    before.remove();
  });
});

describe('a bug in the window', () => {
  it('leaves words and a way on, never a blank page', () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
    function Broken(): ReactNode {
      throw new Error('undefined is not a function');
    }
    render(
      <ErrorBoundary>
        <Broken />
      </ErrorBoundary>,
    );
    expect(screen.getByRole('alert').textContent).toContain('undefined is not a function');
    expect(screen.getByRole('button', { name: 'Load the window again' })).toBeDefined();
    quiet.mockRestore();
  });
});
