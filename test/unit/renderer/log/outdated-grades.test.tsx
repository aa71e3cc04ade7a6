import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { LogPanel } from '#renderer/features/log/LogPanel.tsx';
import { logActions } from '#renderer/features/log/log-actions.ts';
import { EarlierGrades } from '#renderer/features/phantoms/EarlierGrades.tsx';
import { ActionsProvider } from '#renderer/lib/actions/actions-context.tsx';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import { openDesk, settle } from '../support/open-desk.ts';

afterEach(cleanup);

async function show(outdatedGrades: number) {
  const opened = openDesk({ outdatedGrades });
  await settle();
  render(
    <DeskProvider value={opened.desk}>
      <ActionsProvider value={logActions(opened.desk)}>
        <LogPanel />
      </ActionsProvider>
    </DeskProvider>,
  );
  return opened;
}

it('MK-3: the log offers to grade again what rests on changed bars, and says so no more afterwards', async () => {
  const { desk } = await show(3);
  expect(screen.getByRole('status').textContent).toContain('3 closed phantoms would have another result');
  await act(async () => {
    fireEvent.click(screen.getByText('Grade again'));
    await settle();
  });
  expect(desk.session.getState().data?.counts.outdatedGrades).toBe(0);
  expect(screen.queryByText('Grade again')).toBeNull();
});

it('MK-3: where nothing would change there is nothing to grade', async () => {
  await show(0);
  expect(screen.queryByText('Grade again')).toBeNull();
});

it('MK-3, PH-10: a phantom that was graded again shows what was said before, and why', () => {
  render(
    <EarlierGrades
      grades={[{ reason: 'revised', outcome: 'loss', netR: -1.12, replacedAt: Date.UTC(2026, 10, 21, 9) }]}
    />,
  );
  expect(screen.getByText('Loss')).toBeDefined();
  expect(screen.getByText(/the exchange changed a bar/)).toBeDefined();
});
