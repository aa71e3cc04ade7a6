import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { ModelsPanel, TrainingMark } from '#renderer/features/models/ModelsPanel.tsx';
import { ModelsProvider } from '#renderer/features/models/models-context.tsx';
import { createModelsStore } from '#renderer/features/models/models-store.ts';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import type { FakeModelState } from '#test/support/fake-desk/fake-models.ts';
import { openDesk, settle } from '../support/open-desk.ts';

async function showPanel(models: FakeModelState) {
  const opened = openDesk({ models, tickets: 0 });
  const store = createModelsStore(opened.desk);
  await settle();
  render(
    <DeskProvider value={opened.desk}>
      <ModelsProvider value={store}>
        <TrainingMark />
        <ModelsPanel />
      </ModelsProvider>
    </DeskProvider>,
  );
  return { ...opened, store };
}

async function click(element: HTMLElement) {
  await act(async () => {
    fireEvent.click(element);
    await settle();
  });
}

const rowOf = (name: string) => screen.getByRole('rowheader', { name }).closest('tr');

afterEach(cleanup);

describe('the Models panel', () => {
  it('WS-14: without a version it says how far learning is, and shows no figure', async () => {
    await showPanel('learning');
    expect(screen.getByText('Learning: 12 of 30')).toBeDefined();
    expect(screen.getByRole('progressbar', { name: 'Examples: 12 of 30' })).toBeDefined();
    expect(screen.getByText('SIMULATED')).toBeDefined();
    expect(screen.queryByRole('table')).toBeNull();
  });

  it('ML-24: when nothing proved itself it says so, with the reason of the rejection', async () => {
    await showPanel('heuristic');
    expect(screen.getByText('No better than the base rate: heuristic in use')).toBeDefined();
    expect(screen.getByText('Version 2')).toBeDefined();
    expect(screen.getAllByText(/not below the base rate/).length).toBeGreaterThan(0);
  });

  it('ML-22: shows each figure with its interval beside no model, coloured only where the interval excludes it', async () => {
    await showPanel('ready');
    const area = rowOf('AUC');
    expect(area?.textContent).toContain('0.500');
    expect(area?.textContent).toMatch(/0\.\d{3} to 0\.\d{3}/);
    expect(area?.querySelector('.up')?.textContent).toContain('better than no model');
    expect(rowOf('Coverage')?.querySelector('.up, .down')).toBeNull();
    expect(rowOf('Calibration error')?.querySelector('.up, .down')).toBeNull();
  });

  it('ML-22: the reliability curve has its bins with counts as a table too', async () => {
    await showPanel('ready');
    const table = screen.getByRole('table', { name: 'Reliability' });
    expect(within(table).getAllByRole('row')).toHaveLength(10);
    expect(table.textContent).toMatch(/Predicted \d+\.\d.%, won \d+\.\d.%, of \d+ rows\./);
    expect(table.textContent).toContain('Too few to say anything.');
  });

  it('a version without enough rows says too few, and never a number', async () => {
    await showPanel('ready');
    expect(screen.getAllByText('too few')).toHaveLength(2);
    await click(screen.getByRole('button', { name: 'v1 compare' }));
    expect(rowOf('AUC')?.textContent).toContain('too few');
  });

  it('WS-14: compares a version with the champion, without calling the difference a proof', async () => {
    await showPanel('ready');
    await click(screen.getByRole('button', { name: 'v3 compare' }));
    expect(screen.getByRole('columnheader', { name: /^v4/ })).toBeDefined();
    expect(screen.getByRole('columnheader', { name: /^v3/ })).toBeDefined();
    expect(screen.getByText(/a difference is no proof/)).toBeDefined();
    await click(screen.getByRole('button', { name: 'v3 compared' }));
    expect(screen.queryByRole('columnheader', { name: /^v3/ })).toBeNull();
  });

  it('ML-25: rolls back by one click and a confirmation, and says what decides now', async () => {
    const { fake } = await showPanel('ready');
    await click(screen.getByRole('button', { name: 'Roll back to v2' }));
    expect(fake.models.snapshot().models[0]?.champion?.version).toBe(4);
    const confirm = screen.getByRole('button', { name: 'v2 decides from now on' });
    expect(document.activeElement).toBe(confirm);
    await click(confirm);
    expect(fake.models.snapshot().models[0]?.champion?.version).toBe(2);
    expect(document.activeElement).toBe(screen.getByRole('table', { name: 'Versions, newest first' }));
    expect(screen.getByText('v2 decides from now on.')).toBeDefined();
    expect(screen.getByText('Version 2')).toBeDefined();
  });

  it('ML-25: Escape and the second button take the question back', async () => {
    const { fake } = await showPanel('ready');
    await click(screen.getByRole('button', { name: 'Roll back to v2' }));
    fireEvent.keyDown(screen.getByRole('button', { name: 'v2 decides from now on' }), { key: 'Escape' });
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Roll back to v2' }));
    await click(screen.getByRole('button', { name: 'Activate to v5' }));
    expect(screen.getByText('It did not prove itself.')).toBeDefined();
    await click(screen.getByRole('button', { name: 'Keep v4' }));
    expect(fake.models.snapshot().models[0]?.champion?.version).toBe(4);
  });

  it('a version whose artefact is gone cannot be activated', async () => {
    await showPanel('ready');
    expect(screen.queryByRole('button', { name: /v1$/ })).toBeNull();
    expect(screen.getByText('not kept')).toBeDefined();
  });

  it('ML-20: trains by hand, shows stage, progress and time left, and cancels', async () => {
    const { fake } = await showPanel('ready');
    await click(screen.getByRole('button', { name: 'Train now' }));
    expect(screen.getByRole('button', { name: 'Training …' })).toHaveProperty('disabled', true);
    await act(async () => {
      fake.advance(9_600);
      await settle();
    });
    const job = within(screen.getByRole('list', { name: 'Trainings under way' })).getByRole('listitem');
    expect(job.textContent).toContain('Walk-forward');
    expect(job.textContent).toMatch(/40.%, 14 s left/);
    await click(screen.getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByRole('list', { name: 'Trainings under way' })).toBeNull();
    expect(screen.getByText('Cancelled')).toBeDefined();
    expect(screen.getByRole('button', { name: 'Train now' })).toHaveProperty('disabled', false);
  });

  it('ML-41: names the features that drifted', async () => {
    await showPanel('ready');
    expect(screen.getByText(/moved away from the training rows/).textContent).toContain('atr_pct');
  });

  it('ML-43: shows the most important features first, and all on demand', async () => {
    await showPanel('ready');
    expect(screen.queryByText('spread_bp')).toBeNull();
    await click(screen.getByRole('button', { name: 'All 13 features' }));
    expect(screen.getByText('spread_bp')).toBeDefined();
  });

  it('RE-12: without a connection it keeps the last state, says so, and offers no intent', async () => {
    const { breakConnection } = await showPanel('ready');
    await act(async () => {
      breakConnection();
      await settle();
    });
    expect(screen.getByText(/last known state/)).toBeDefined();
    expect(screen.getByRole('button', { name: 'Train now' })).toHaveProperty('disabled', true);
    expect(screen.getByRole('button', { name: 'Roll back to v2' })).toHaveProperty('disabled', true);
  });

  it('several models are a list; each keeps its own state and says when it is simulated', async () => {
    await showPanel('several');
    const list = screen.getByRole('navigation', { name: 'Models' });
    const entries = within(list).getAllByRole('button');
    expect(entries.map((entry) => entry.textContent?.includes('SIMULATED'))).toEqual([true, false, true]);
    const [, second] = entries;
    if (second === undefined) throw new Error('there are three');
    await click(second);
    expect(screen.getByText('Learning: 12 of 30')).toBeDefined();
    expect(second.getAttribute('aria-current')).toBe('true');
  });
});
