import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectionState } from '#contract/areas/session.ts';
import { AnalysisPanel } from '#renderer/features/analysis/AnalysisPanel.tsx';
import { AnalysisProvider } from '#renderer/features/analysis/analysis-context.tsx';
import { createAnalysisStore, scopeOf } from '#renderer/features/analysis/analysis-store.ts';
import { heatRows, warmthOf } from '#renderer/features/analysis/heat.ts';
import { LedgerPage } from '#renderer/features/analysis/LedgerPage.tsx';
import { addsUp, certaintyOf, divergingScale, placeOn } from '#renderer/features/analysis/scale.ts';
import type { Desk } from '#renderer/lib/desk.ts';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import { storyAnswers, storyClient } from '#test/support/fake-desk/story-analysis.ts';
import { storyLedger } from '#test/support/fake-desk/story-ledger.ts';
import { storyCell } from '#test/support/fake-desk/story-thresholds.ts';
import { openDesk, settle } from '../support/open-desk.ts';

afterEach(cleanup);

async function show(client = storyClient(), connection: ConnectionState = 'live') {
  const opened = openDesk({ connection });
  await settle();
  const store = createAnalysisStore(opened.desk, client);
  render(
    <DeskProvider value={opened.desk}>
      <AnalysisProvider value={store}>
        <AnalysisPanel />
      </AnalysisProvider>
    </DeskProvider>,
  );
  await act(settle);
  return { ...opened, store, client };
}

const open = (name: RegExp) =>
  act(async () => {
    fireEvent.click(screen.getByRole('button', { name }));
    await settle();
  });

const text = () => document.body.textContent ?? '';

describe('the decision ledger', () => {
  it('PH-32: every decider has a line, and the lines add up to the total', async () => {
    await show();
    for (const decider of ['You', 'The score', 'Time', 'Risk rules', 'Taken']) {
      expect(screen.getByText(decider)).toBeDefined();
    }
    expect(text()).toContain('add up to the total');
  });

  it('PH-32: a sum that is off is told, not hidden', () => {
    const ledger = storyLedger();
    render(<LedgerPage ledger={{ ...ledger, total: { ...ledger.total, netR: ledger.total.netR + 0.001 } }} />);
    expect(screen.getByRole('alert').textContent).toContain('please report');
    expect(addsUp([0.1, 0.2], 0.3).isExact).toBe(true);
    expect(addsUp([0.1, 0.2], 0.3 + 1e-7).isExact).toBe(false);
  });

  it('PH-30: below 20 resolved it says too few instead of a rate', async () => {
    await show();
    const row = screen.getByText('Waiting').closest('tr');
    expect(row?.textContent).toContain('too few');
    expect(row?.textContent).not.toContain('%');
  });

  it('PH-32: by strategy, each bill opens to its own decisions, and the strategies add up to the whole', () => {
    render(<LedgerPage ledger={storyLedger()} />);
    fireEvent.click(screen.getByRole('radio', { name: 'By strategy' }));
    expect(screen.getByText(/the strategies add up/)).toBeDefined();
    expect(screen.queryByText('The score')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Range fade, decisions' }));
    expect(screen.getByText('The score')).toBeDefined();
    expect(screen.getByText('Risk rules')).toBeDefined();
    expect(screen.getByText(/the lines add up/)).toBeDefined();
    // Eleven results say nothing of a rate.
    expect(screen.getByRole('row', { name: /My young one.*too few/i })).toBeDefined();
    cleanup();
    const { strategies, ...ledger } = storyLedger();
    render(<LedgerPage ledger={{ ...ledger, strategies: strategies.slice(1) }} />);
    fireEvent.click(screen.getByRole('radio', { name: 'By strategy' }));
    expect(screen.getByRole('alert').textContent).toContain('the strategies add up to');
  });

  it('explains itself when there is nothing yet', () => {
    render(<LedgerPage ledger={{ ...storyLedger(), lines: [] }} />);
    expect(screen.getByText('No decisions yet')).toBeDefined();
  });
});

describe('the pages of the analysis', () => {
  it('WS-15: each question is answered with what was counted under it', async () => {
    await show();
    for (const [name, expected] of [
      [/^My decisions/, 'it may be luck'],
      [/^Rejections/, 'Why signals were not taken'],
      [/^Contexts/, 'resolved signals'],
      [/^Patterns/, 'likely luck'],
      [/^Scalp gates/, 'Baseline'],
      [/^Honesty/, 'No evidence yet'],
    ] as const) {
      await open(name);
      expect(text()).toContain(expected);
    }
  });

  it('DE-2: a context shows its threshold, source and evidence when it is chosen', async () => {
    await show();
    await open(/^Contexts/);
    const cells = document.querySelectorAll<HTMLElement>('.heat__cell');
    expect(cells).toHaveLength(16);
    await act(async () => {
      if (cells[0] !== undefined) fireEvent.click(cells[0]);
    });
    expect(text()).toContain('own curve with weight');
  });

  it('PH-44: the gate advice is there as YAML', async () => {
    await show();
    await open(/^Scalp gates/);
    expect(document.querySelector('pre')?.textContent).toBe(storyAnswers().gates.findings?.advice.yaml);
  });
});

describe('the age of an answer', () => {
  const connectionIs = (desk: Desk, state: ConnectionState) =>
    act(async () => {
      const data = desk.session.getState().data;
      if (data !== null) desk.session.setState({ data: { ...data, connection: { ...data.connection, state } } });
      await settle();
    });

  it('WS-15: what was counted while history ran says so, and is counted again by itself when history has ended', async () => {
    const { desk, store, client } = await show(undefined, 'bootstrapping');
    expect(text()).toContain('while history still ran');
    await open(/^Honesty/);
    await connectionIs(desk, 'bootstrapping');
    expect(client.asked.map(({ name }) => name)).toEqual(['analysis.ledger', 'analysis.honesty']);
    await connectionIs(desk, 'live');
    expect(client.asked.map(({ name }) => name).slice(2)).toEqual(['analysis.honesty']);
    expect(text()).not.toContain('while history still ran');
    expect(text()).toMatch(/as of \d\d:\d\d/);
    // A page that was left meanwhile is counted again when it is looked at, once.
    for (const page of ['ledger', 'honesty', 'ledger'] as const) {
      await act(async () => {
        store.show(page);
        await settle();
      });
    }
    expect(client.asked.map(({ name }) => name).slice(3)).toEqual(['analysis.ledger']);
  });

  it('the answer before stays on show while it is counted again', async () => {
    const { desk, store } = await show(undefined, 'bootstrapping');
    const phases: boolean[] = [];
    store.subscribe(({ answers }) => phases.push(answers.ledger.data !== null));
    await connectionIs(desk, 'live');
    expect(phases.length).toBeGreaterThan(1);
    expect(phases).not.toContain(false);
  });

  it('a reload keeps the page and the scope, and no market', async () => {
    const { desk, store, client, memory } = await show();
    store.show('trader');
    store.setScope({ period: '30', simulated: false });
    expect(createAnalysisStore(desk, client).getState()).toMatchObject({
      page: 'trader',
      period: '30',
      simulated: null,
    });
    memory.setItem('shadowdesk.analysis', JSON.stringify({ page: 'nowhere', period: '30', strategyId: null }));
    expect(createAnalysisStore(desk, client).getState().page).toBe('ledger');
  });
});

describe('what is counted', () => {
  it('ST-12: Honesty tells how many of its signals are the placebo’s, the other pages that they leave it out', async () => {
    await show();
    expect(text()).toContain('without the placebo');
    await open(/^Honesty/);
    expect(text()).toContain('810 of them are the placebo’s');
  });
});

describe('the state', () => {
  it('PH-21, PH-22, PH-30: what scores, how the newest ended, what was refused by day, and what is not healthy', async () => {
    await show();
    await open(/^State/);
    const line = screen.getByRole('table', { name: 'What scores now' }).querySelector('tbody tr')?.textContent ?? '';
    expect(line).toContain('71.5');
    expect(line).toContain('37 … 51 of 200');
    // Twelve were taken: no rate is claimed of them.
    expect(line).toContain('too few');
    expect(text()).toContain('54 phantoms are open');
    expect(screen.getByRole('img', { name: 'Range fade, extreme regime: 2, 3 by day' })).toBeDefined();
    expect(screen.getByRole('img', { name: 'Trend pullback, costs: 0, 4 by day' })).toBeDefined();
  });
});

describe('the scope', () => {
  it('simulated and real never meet: the market in use is asked for, a change asks again', async () => {
    const { client } = await show();
    expect(client.asked).toEqual([{ name: 'analysis.ledger', input: { simulated: true } }]);
    await act(async () => {
      fireEvent.click(screen.getByRole('radio', { name: 'Real' }));
      await settle();
    });
    expect(client.asked.at(-1)?.input).toEqual({ simulated: false });
  });

  it('a period begins with a UTC day; gates ask for no strategy', async () => {
    const noon = Date.UTC(2026, 10, 21, 12);
    expect(scopeOf(true, '7', 'scalp', noon)).toEqual({
      simulated: true,
      strategyIds: ['scalp'],
      from: Date.UTC(2026, 10, 15),
    });
    const { store, client } = await show();
    await act(async () => {
      store.setScope({ strategyId: 'scalp' });
      store.show('gates');
      await settle();
    });
    expect(client.asked.at(-1)).toEqual({ name: 'analysis.gates', input: { simulated: true } });
  });

  it('an answer to a question that was changed meanwhile is dropped', async () => {
    const { desk } = openDesk();
    await settle();
    const waiting: ((value: never) => void)[] = [];
    const store = createAnalysisStore(desk, {
      call: () => new Promise((resolve) => waiting.push(resolve as (value: never) => void)),
    });
    const stop = store.start();
    store.setScope({ period: '7' });
    expect(waiting).toHaveLength(2);
    waiting[0]?.({ lines: ['old'] } as never);
    await settle();
    expect(store.getState().answers.ledger.data).toBeNull();
    waiting[1]?.(storyLedger() as never);
    await settle();
    expect(store.getState().answers.ledger.phase).toBe('ready');
    stop();
  });

  it('nothing is asked while the panel is not on screen', async () => {
    const { desk } = openDesk();
    await settle();
    const client = storyClient();
    createAnalysisStore(desk, client).setScope({ period: '30' });
    expect(client.asked).toEqual([]);
  });

  it('a failure is told with a way to ask again; phantoms that ended since make the answer stale', async () => {
    let isBroken = true;
    const { desk } = await show(storyClient(() => (isBroken ? new Error('The worker ended.') : null)));
    expect(screen.getByRole('alert').textContent).toContain('The worker ended.');
    isBroken = false;
    await open(/^Try again/);
    expect(text()).toContain('add up to the total');
    act(() => desk.activity.setState({ data: { opened: 0, closed: 3, decided: 0 } }));
    expect(text()).toContain('3 phantoms ended since');
    await open(/^Refresh/);
    expect(text()).not.toContain('ended since');
  });
});

describe('bars and colours claim no more than is known', () => {
  it('certain only when the whole interval is on one side of zero', () => {
    expect(certaintyOf({ value: 1, interval: [0.2, 2] })).toBe('good');
    expect(certaintyOf({ value: 1, interval: [-0.2, 2] })).toBe('unclear');
    expect(certaintyOf({ value: -1, interval: [-2, -0.1] })).toBe('bad');
    expect(certaintyOf({ value: 5, interval: null })).toBe('too-few');
  });

  it('a scale holds zero and every interval', () => {
    const scale = divergingScale([{ value: 3, interval: [-1, 7] }]);
    for (const value of [-1, 0, 3, 7]) {
      expect(placeOn(scale, value)).toBeGreaterThan(0);
      expect(placeOn(scale, value)).toBeLessThan(100);
    }
    expect(placeOn(scale, -1)).toBeLessThan(placeOn(scale, 0));
  });

  it('DE-3: a cell is warm only when its interval leaves out zero and there are 20', () => {
    const cell = storyCell('asian', 'normal');
    const earned = { count: 60, winRate: 0.5, averageWin: 1.5, averageLoss: 1, netR: 0.2 };
    expect(warmthOf({ ...cell, earned: { ...earned, interval: [0.05, 0.35] } })).toBe('up');
    expect(warmthOf({ ...cell, earned: { ...earned, interval: [-0.05, 0.45] } })).toBe('unclear');
    expect(warmthOf({ ...cell, earned: { ...earned, count: 19, interval: [0.05, 0.35] } })).toBe('too-few');
    expect(warmthOf({ ...cell, earned: null })).toBe('empty');
    const [first] = storyAnswers().contexts.contexts;
    if (first === undefined) throw new Error('the story has contexts');
    expect(heatRows(first).map((row) => row.cells.length)).toEqual([4, 4, 4, 4]);
  });
});
