import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Explanation } from '#contract/areas/models.ts';
import type { Score, Threshold } from '#core/domain/score.ts';
import { DetailFacts } from '#renderer/features/phantoms/DetailFacts.tsx';
import { TicketDetails } from '#renderer/features/tickets/TicketDetails.tsx';
import { TicketProvider } from '#renderer/features/tickets/ticket-context.tsx';
import { createTicketStore } from '#renderer/features/tickets/ticket-store.ts';
import type { Desk } from '#renderer/lib/desk.ts';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import { ExplainedScore } from '#renderer/ui/ExplainedScore.tsx';
import { openDesk, settle } from '../support/open-desk.ts';
import { refusal, scriptedClient } from '../support/scripted-client.ts';

afterEach(cleanup);

const SCORE: Score = { value: 58.3, kind: 'model', version: 'trend v4', parts: [], reason: null };
const THRESHOLD: Threshold = { value: 46.2, source: 'expected-value', evidence: 'break-even', count: 420 };
const EXPLANATION: Explanation = {
  signalId: 'signal',
  model: 'trend v4',
  score: 58.3,
  baseScore: 43.8,
  interval: { low: 52.1, high: 63.7 },
  heads: [{ id: 'forest', probability: 0.6 }],
  contributions: [
    { name: 'slope', meaning: 'Slope.', unit: 'bp', value: 6.42, points: 17.5 },
    { name: 'atr', meaning: 'Range.', unit: '%', value: null, points: -3 },
  ],
  precedents: [
    {
      signalId: 'old',
      instrumentId: 'demo:BTC/USDT',
      symbol: 'BTC/USDT',
      side: 'long',
      openedAt: 0,
      netR: -1.1,
      distance: 0.4,
    },
  ],
  unusual: ['atr'],
  method: 'TreeSHAP, carried through the calibrator.',
};

async function explain(score = SCORE, threshold = THRESHOLD) {
  const opened = openDesk({ tickets: 0 });
  const client = scriptedClient();
  const desk: Desk = { ...opened.desk, client };
  await settle();
  const shown = render(
    <DeskProvider value={desk}>
      <ExplainedScore signalId="signal" score={score} threshold={threshold} />
    </DeskProvider>,
  );
  const answer = (settleCall: () => void) =>
    act(async () => {
      settleCall();
      await settle();
    });
  return { ...opened, desk, client, shown, answer };
}

describe('the explanation of a score', () => {
  it('ML-42: contributions stand between the base and the score, with signs, values and missing ones named', async () => {
    const { client, answer } = await explain();
    expect(screen.getByText(/Working out why/)).toBeDefined();
    expect(client.calls[0]).toMatchObject({ name: 'models.explain', input: { signalId: 'signal' } });
    await answer(() => client.calls[0]?.resolve(EXPLANATION));
    const [list] = screen.getAllByRole('list');
    if (list === undefined) throw new Error('there are contributions');
    const rows = within(list).getAllByRole('listitem');
    expect(rows.map((row) => row.textContent)).toEqual(['Base43.8', 'slope+17.5', 'atr−3.0', 'Score58.3']);
    expect(rows[1]?.querySelector('.parts__fill--plus')).not.toBeNull();
    expect(rows[2]?.querySelector('.parts__fill--minus')).not.toBeNull();
    expect(rows[1]?.getAttribute('data-tip')).toBe('Slope. Here: 6.42 bp.');
    expect(rows[2]?.getAttribute('data-tip')).toContain('Missing');
    expect(screen.getByText('TreeSHAP, carried through the calibrator.')).toBeDefined();
    expect(screen.getByText('60.0 %')).toBeDefined();
    expect(screen.getByText('trend v4')).toBeDefined();
  });

  it('ML-42: warns when the signal is unlike anything seen, and not otherwise', async () => {
    const first = await explain();
    await first.answer(() => first.client.calls[0]?.resolve(EXPLANATION));
    expect(screen.getByText(/Unlike anything seen: atr/)).toBeDefined();
    cleanup();
    const second = await explain();
    await second.answer(() => second.client.calls[0]?.resolve({ ...EXPLANATION, unusual: [] }));
    expect(screen.queryByText(/Unlike anything seen/)).toBeNull();
  });

  it('ML-42: a precedent shows its net R and opens its life', async () => {
    const { client, answer, desk } = await explain();
    await answer(() => client.calls[0]?.resolve(EXPLANATION));
    const precedent = screen.getByRole('button', { name: /BTC\/USDT/ });
    expect(precedent.textContent).toContain('−1.10');
    fireEvent.click(precedent);
    expect(desk.view.getState().detailId).toBe('old');
  });

  it('DE-16: says when the points are those of the score at the signal', async () => {
    const { client, answer } = await explain({ ...SCORE, value: 51 });
    await answer(() => client.calls[0]?.resolve(EXPLANATION));
    expect(screen.getByText(/scored again since/)).toBeDefined();
  });

  it('ML-42: the score has its 90 % interval in words and on the bar, and says what it is not', async () => {
    const { client, answer, shown } = await explain();
    expect(screen.getByText('90 % interval …')).toBeDefined();
    expect(shown.container.querySelector('.gauge__interval')).toBeNull();
    await answer(() => client.calls[0]?.resolve(EXPLANATION));
    const note = screen.getByText(/^90 % between/);
    expect(note.textContent).toBe('90 % between 52 and 64.');
    expect(note.getAttribute('data-tip')).toContain('not the range of this trade’s outcome');
    const bracket = shown.container.querySelector<HTMLElement>('.gauge__interval');
    expect(bracket?.style.left).toBe('52.1%');
    expect(Number.parseFloat(bracket?.style.width ?? '')).toBeCloseTo(11.6, 9);
  });

  it('ML-42: a threshold within the interval is called a close call', async () => {
    const { client, answer } = await explain(SCORE, { ...THRESHOLD, value: 55 });
    await answer(() => client.calls[0]?.resolve(EXPLANATION));
    expect(screen.getByText(/^90 % between/).textContent).toContain('a close call');
  });

  it('ML-42: an unknown interval is said, and one of another score is not drawn', async () => {
    const first = await explain();
    await first.answer(() => first.client.calls[0]?.resolve({ ...EXPLANATION, interval: null }));
    expect(screen.getByText('No interval is known for this score.')).toBeDefined();
    cleanup();
    const second = await explain({ ...SCORE, value: 51 });
    await second.answer(() => second.client.calls[0]?.resolve(EXPLANATION));
    expect(second.shown.container.querySelector('.gauge__interval')).toBeNull();
    expect(screen.getByText(/Of the score at the signal/).textContent).toContain('90 % between 52 and 64');
  });

  it('ML-10: points by rules stand between base and score, with a note where they were cut', async () => {
    const parts = [
      { name: 'base', points: 50 },
      { name: 'slope', points: 60 },
    ];
    const { client, answer, desk } = await explain({
      value: 100,
      kind: 'heuristic',
      version: 'trend@1',
      parts,
      reason: null,
    });
    const rows = within(screen.getByRole('list')).getAllByRole('listitem');
    expect(rows.map((row) => row.textContent)).toEqual(['Base50', 'slope+60', 'Scorecut to 0–100100']);
    // What became of signals like it is known without a model too.
    await answer(() =>
      client.calls[0]?.resolve({ ...EXPLANATION, model: null, interval: null, contributions: [], unusual: [] }),
    );
    fireEvent.click(screen.getByRole('button', { name: /BTC\/USDT/ }));
    expect(desk.view.getState().detailId).toBe('old');
    expect(screen.queryByText(/Contributions/)).toBeNull();
    expect(screen.queryByText(/90 %/)).toBeNull();
  });

  it('a failure can be tried again; without an explanation it says so', async () => {
    const { client, answer } = await explain();
    await answer(() => client.calls[0]?.reject(refusal('Busy.')));
    expect(screen.getByRole('alert').textContent).toContain('Busy.');
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await answer(() => client.calls[1]?.resolve(null));
    expect(screen.getByText('No explanation is kept for this signal.')).toBeDefined();
  });

  it('another model that scores asks for its own reasons; an answer for the old one does not replace them', async () => {
    const { client, answer, shown, desk } = await explain();
    shown.rerender(
      <DeskProvider value={desk}>
        <ExplainedScore signalId="signal" score={{ ...SCORE, version: 'trend v5' }} threshold={THRESHOLD} />
      </DeskProvider>,
    );
    expect(client.calls).toHaveLength(2);
    await answer(() => client.calls[1]?.resolve({ ...EXPLANATION, method: 'new' }));
    await answer(() => client.calls[0]?.resolve({ ...EXPLANATION, method: 'old' }));
    expect(screen.getByText('new')).toBeDefined();
    expect(screen.queryByText('old')).toBeNull();
  });
});

describe('where scores are shown', () => {
  async function showFirstTicket(models: 'learning' | 'ready') {
    const opened = openDesk({ tickets: 1, models });
    const store = createTicketStore(opened.desk);
    store.start();
    await settle();
    const ticket = store.current();
    if (ticket === null) throw new Error('a ticket is open');
    await act(async () => {
      render(
        <DeskProvider value={opened.desk}>
          <TicketProvider value={store}>
            <TicketDetails ticket={ticket} />
          </TicketProvider>
        </DeskProvider>,
      );
      await settle();
    });
    return { ...opened, ticket };
  }

  it('ML-11: a ticket scored by a model shows probability, version and contributions', async () => {
    const { ticket } = await showFirstTicket('ready');
    const text = screen.getByRole('article').textContent ?? '';
    expect(text).toContain('Calibrated probability of a win × 100, by trend v4.');
    expect(text).toContain('Contributions, in points');
    expect(text).toContain(ticket.score.value.toFixed(1));
  });

  it('ML-10: a heuristic ticket shows parts by rules, and no contributions', async () => {
    await showFirstTicket('learning');
    const text = screen.getByRole('article').textContent ?? '';
    expect(text).toContain('not a probability');
    expect(text).not.toContain('Contributions');
  });

  it('ML-42: the detail of a phantom that a model scored has the same explanation', async () => {
    const { desk, ticket } = await showFirstTicket('ready');
    cleanup();
    const detail = await desk.client.call('phantoms.detail', { id: ticket.id });
    if (detail === null) throw new Error('the phantom is in the record');
    await act(async () => {
      render(
        <DeskProvider value={desk}>
          <DetailFacts detail={detail} />
        </DeskProvider>,
      );
      await settle();
    });
    const decision = screen.getByRole('heading', { name: /Decision/ }).closest('section');
    expect(decision?.textContent).toContain('Contributions, in points');
    expect(decision?.textContent).toContain('trend v4');
  });
});
