import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { StatusBar } from '#renderer/features/status/StatusBar.tsx';
import { drawEquity } from '#renderer/features/trading/equity-shape.ts';
import { KillSwitchDialog } from '#renderer/features/trading/KillSwitchDialog.tsx';
import { breakerLevel, limitLevel, usedShare } from '#renderer/features/trading/risk-words.ts';
import { TradingPanel } from '#renderer/features/trading/TradingPanel.tsx';
import { tradingActions } from '#renderer/features/trading/trading-actions.ts';
import { ActionsProvider } from '#renderer/lib/actions/actions-context.tsx';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import { openDesk, settle } from '../support/open-desk.ts';

afterEach(cleanup);

/** With one open position. */
async function show(content: ReactNode) {
  const opened = openDesk({ tickets: 1 });
  await settle();
  const ticketId = opened.desk.tickets.getState().data?.open[0]?.id ?? '';
  await opened.desk.client.call('tickets.approve', { ticketId, amount: null });
  await settle();
  render(
    <DeskProvider value={opened.desk}>
      <ActionsProvider value={tradingActions(opened.desk)}>{content}</ActionsProvider>
    </DeskProvider>,
  );
  await act(settle);
  return opened;
}

const click = (name: RegExp) =>
  act(async () => {
    fireEvent.click(screen.getByRole('button', { name }));
    await settle();
  });

describe('the kill switch', () => {
  it('DE-23: one key stops every entry at once; closing positions is asked separately', async () => {
    const { desk } = await show(<StatusBar />);
    expect(screen.getByRole('button', { name: 'Kill switch' })).toBeDefined();
    await act(async () => {
      tradingActions(desk)[0]?.perform();
      await settle();
    });
    expect(desk.risk.getState().data?.report?.killSwitch.engaged).toBe(true);
    expect(desk.view.getState().dialog).toBe('kill-switch');
    expect(screen.getByRole('button', { name: 'Kill switch, engaged' })).toBeDefined();
    expect(desk.positions.getState().data?.some((one) => one.state === 'open')).toBe(true);
  });

  it('DE-23: while it is engaged the key only opens the choice: it never releases', async () => {
    const { desk } = await show(<StatusBar />);
    for (let press = 0; press < 2; press++) {
      tradingActions(desk)[0]?.perform();
      await act(settle);
    }
    expect(desk.risk.getState().data?.report?.killSwitch.engaged).toBe(true);
  });

  it('DE-23: positions can be closed only once entries are stopped, and releasing is its own button', async () => {
    const { desk } = await show(<KillSwitchDialog onClose={() => {}} />);
    const close = () => screen.getByRole<HTMLButtonElement>('button', { name: /at the market/ });
    expect(close().disabled).toBe(true);
    await click(/^Stop every entry/);
    expect(close().disabled).toBe(false);
    await click(/^Release/);
    expect(desk.risk.getState().data?.report?.killSwitch.engaged).toBe(false);
  });

  it('a switch that cannot be reached says so', async () => {
    const { desk, breakConnection } = await show(<StatusBar />);
    breakConnection();
    await act(settle);
    tradingActions(desk)[0]?.perform();
    await act(settle);
    expect(desk.notices.getState().notices.at(-1)?.tone).toBe('danger');
  });
});

describe('the Trading panel', () => {
  it('DE-21, DE-22: shows every limit and breaker with its value, and trips and resets one by hand', async () => {
    const { desk } = await show(<TradingPanel />);
    for (const title of ['Open positions', 'Loss today', 'Exposure', 'Losses in a row', 'Drawdown', 'Missing bars']) {
      expect(screen.getByText(title)).toBeDefined();
    }
    const button = screen.getAllByRole('button', { name: 'Try it' })[0];
    if (button === undefined) throw new Error('a breaker can be tried');
    await act(async () => {
      fireEvent.click(button);
      await settle();
    });
    expect(screen.getByText('drill')).toBeDefined();
    expect(screen.getByText(/No entry passes/)).toBeDefined();
    await click(/^Reset/);
    expect(desk.risk.getState().data?.report?.stopped).toBeNull();
  });

  it('DE-12: shows each condition of the checklist with its evidence, and that it is locked', async () => {
    await show(<TradingPanel />);
    await act(async () => {
      fireEvent.click(screen.getByRole('radio', { name: 'Stage' }));
      await settle();
    });
    expect(screen.getByText('locked')).toBeDefined();
    expect(screen.getAllByLabelText('not met').length).toBeGreaterThan(3);
  });

  it('WS-16: draws the equity curve from what the account reports', async () => {
    await show(<TradingPanel />);
    await act(async () => {
      fireEvent.click(screen.getByRole('radio', { name: 'Equity' }));
      await settle();
    });
    expect(screen.getByRole('img', { name: /^Equity from/ })).toBeDefined();
  });
});

describe('figures of risk', () => {
  it('a limit is near from three quarters on; a maximum of zero is used up by anything', () => {
    const limit = { limit: 'exposure', unit: 'share', isReached: false, meaning: '' } as const;
    expect(limitLevel({ ...limit, value: 0.5, maximum: 1 })).toBe('calm');
    expect(limitLevel({ ...limit, value: 0.75, maximum: 1 })).toBe('near');
    expect(limitLevel({ ...limit, value: 1, maximum: 1, isReached: true })).toBe('reached');
    expect(usedShare({ value: 1, maximum: 0 })).toBe(1);
    expect(usedShare({ value: null, maximum: 3 })).toBeNull();
  });

  it('DE-22: a win rate far above its bound is not near it', () => {
    const breaker = {
      breaker: 'win-rate',
      value: 0.9,
      maximum: 0.3,
      unit: 'share',
      wouldTrip: false,
      tripped: null,
      note: '',
      resetsBy: '',
      byHand: true,
    } as const;
    expect(breakerLevel(breaker)).toBe('calm');
    expect(breakerLevel({ ...breaker, wouldTrip: true })).toBe('reached');
  });

  it('the deepest drawdown counts open positions and the peak before it', () => {
    const shape = drawEquity(
      [
        { time: 0, equity: 100, unrealised: 20 },
        { time: 1, equity: 100, unrealised: -30 },
        { time: 2, equity: 130, unrealised: 0 },
      ],
      100,
    );
    expect(shape.deepestDrawdown).toBeCloseTo(50 / 120, 10);
    expect(shape.realised.match(/[HV]/g)).toHaveLength(4);
  });
});

describe('fills and orders as files', () => {
  it('WS-20: each list goes out where it is shown, as CSV or NDJSON, and says how many rows it has', async () => {
    const saved: string[] = [];
    vi.stubGlobal('URL', { ...URL, createObjectURL: () => 'blob:file', revokeObjectURL: () => undefined });
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      saved.push(this.download);
    });
    onTestFinished(() => {
      vi.unstubAllGlobals();
      clicked.mockRestore();
    });
    await show(<TradingPanel />);
    await act(async () => {
      fireEvent.click(screen.getByText('Fills'));
      await settle();
    });
    await click(/Orders NDJSON/);
    expect(saved).toEqual(['orders.ndjson']);
    expect(screen.getByText(/orders\.ndjson: \d+ rows?/)).toBeDefined();
    await click(/Orders CSV/);
    expect(saved).toEqual(['orders.ndjson', 'orders.csv']);
    // Nothing has been filled and closed yet: there is no file of it.
    expect(screen.getByRole('button', { name: 'Fills CSV' }).hasAttribute('disabled')).toBe(true);
  });
});
