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
  const saved: string[] = [];
  const store = createModelsStore(opened.desk, (fileName, parts) => saved.push(`${fileName}: ${textOf(parts)}`));
  await settle();
  render(
    <DeskProvider value={opened.desk}>
      <ModelsProvider value={store}>
        <TrainingMark />
        <ModelsPanel />
      </ModelsProvider>
    </DeskProvider>,
  );
  return { ...opened, store, saved };
}

const textOf = (parts: readonly (string | Uint8Array)[]) =>
  parts.map((part) => (typeof part === 'string' ? part : new TextDecoder().decode(part))).join('');

async function click(element: HTMLElement) {
  await act(async () => {
    fireEvent.click(element);
    await settle();
  });
}

const rowOf = (name: string) => screen.getByRole('rowheader', { name }).closest('tr');

function sectionOf(title: string): HTMLElement {
  const name = title === 'Record' ? 'Record' : new RegExp(`^${title}`);
  const section = screen.getByRole('heading', { name }).closest('section');
  if (section === null) throw new Error(`${title} is a section`);
  return section;
}

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
    expect(screen.getByText('Version 2, out of sample')).toBeDefined();
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

  it('ML-50: shows which instrument decides with a model of its own, and what the others wait for', async () => {
    await showPanel('ready');
    const table = screen.getByRole('table', { name: 'Instruments and clusters beside the model of all' });
    const rowIn = (name: string) => within(table).getByRole('rowheader', { name }).closest('tr');
    expect(rowIn('BTC/USDT')?.textContent).toContain('Decides');
    expect(rowIn('BTC/USDT')?.querySelector('.up')?.textContent).toContain('better than the model of all');
    expect(rowIn('cluster 3')?.textContent).toContain('22 of 40');
    expect(rowIn('cluster 3')?.textContent).toContain('too few');
    expect(rowIn('DOGE/USDT')?.textContent).toContain('61 of 100');
    expect(rowIn('DOGE/USDT')?.querySelector('.up, .down')).toBeNull();
  });

  it('ML-50: one that decides is given up by hand, asked once more, and the model of all decides', async () => {
    await showPanel('ready');
    await click(screen.getByRole('button', { name: 'Give the model of BTC/USDT up' }));
    await click(screen.getByRole('button', { name: 'Give the model of BTC/USDT up now' }));
    expect(screen.queryByRole('button', { name: /Give the model of BTC/ })).toBeNull();
    expect(screen.getByText(/is given up: the model of all decides/)).toBeDefined();
  });

  it('FE-4: features that are often missing are named with their share', async () => {
    await showPanel('ready');
    expect(sectionOf('Drift').textContent).toMatch(/newest 200 signals: leader_correlation \(24.%\)/);
  });

  it('ML-50: a model without variants shows no table of them', async () => {
    await showPanel('young');
    expect(screen.queryByRole('heading', { name: /Models of their own/ })).toBeNull();
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
    expect(within(screen.getByRole('table', { name: 'Versions, newest first' })).getAllByText('too few')).toHaveLength(
      2,
    );
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
    expect(screen.getByText('Version 2, out of sample')).toBeDefined();
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

  it('ML-41: names the features that drifted, the furthest beyond chance first, each with its threshold', async () => {
    await showPanel('ready');
    expect(screen.getByText('3 features')).toBeDefined();
    expect(screen.getByText(/moved away from the training rows/)).toBeDefined();
    const drift = sectionOf('Drift');
    const rows = within(drift).getAllByRole('row').slice(1);
    expect(rows.map((row) => row.textContent)).toEqual(['atr_pct0.580.21', 'volume_ratio0.270.21', 'hour_sin0.240.22']);
    expect(rows[0]?.getAttribute('data-tip')).toContain('chance alone stays under 0.21');
  });

  it('ML-41: with too few signals it says so and claims no drift', async () => {
    await showPanel('young');
    expect(within(sectionOf('Drift')).getByText('Too little to say')).toBeDefined();
    expect(within(sectionOf('Drift')).queryByRole('table')).toBeNull();
  });

  it('ML-41: says when the model stops deciding, and that it did', async () => {
    await showPanel('ready');
    expect(screen.getByText('stops deciding on 11 Feb 2027, 81 days left')).toBeDefined();
    cleanup();
    await showPanel('expired');
    expect(screen.getByText('Expired')).toBeDefined();
    expect(screen.getByText('stopped deciding on 31 Oct 2026')).toBeDefined();
  });

  it('ML-45: the record shows each period with intervals, too few as such, and marks a prediction that did not hold', async () => {
    await showPanel('ready');
    const record = sectionOf('Record');
    const won = within(record).getByRole('rowheader', { name: 'Won' }).closest('tr');
    const cells = [...(won?.querySelectorAll('td') ?? [])];
    expect(cells.map((cell) => cell.textContent)).toEqual([
      'too few',
      '44.0\u00a0%35–53',
      '41.7\u00a0% not as predicted37–47',
    ]);
    expect(cells[2]?.getAttribute('data-tip')).toContain('is outside');
    const brier = within(record).getByRole('rowheader', { name: 'Brier' }).closest('tr');
    expect(brier?.querySelectorAll('.up')).toHaveLength(1);
  });

  it('ML-45: the weeks are a table too, with a week without results left out', async () => {
    await showPanel('ready');
    const table = screen.getByRole('table', { name: 'Predicted and won by week' });
    const rows = within(table).getAllByRole('row');
    expect(rows).toHaveLength(12);
    expect(rows.at(-1)?.textContent).toMatch(
      /^Week of 16 Nov 2026Predicted .*\u00a0%, won .*\u00a0%, of \d+ results\./,
    );
  });

  it('ML-25: compares with the one before in pairs, coloured only where the interval leaves zero out', async () => {
    await showPanel('ready');
    const shadow = sectionOf('Against v2, in shadow');
    const rows = within(shadow).getAllByRole('row');
    expect(rows[1]?.textContent).toContain('−0.012, the new one is better');
    expect(rows[2]?.textContent).toContain('undecided');
    expect(shadow.querySelectorAll('.up')).toHaveLength(1);
  });

  it('ML-25: until it is judged the shadow says how far it is, and shows no difference', async () => {
    await showPanel('young');
    const shadow = sectionOf('Against v1, in shadow');
    expect(within(shadow).getByText('34 of 50 signals')).toBeDefined();
    expect(within(shadow).getByRole('progressbar', { name: 'Signals: 34 of 50' })).toBeDefined();
    expect(shadow.textContent).not.toMatch(/ to [+−]/);
  });

  it('a model that never scored has no record, and none is made up', async () => {
    await showPanel('heuristic');
    expect(screen.queryByRole('heading', { name: 'Record' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Record' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Out of sample' })).toBeDefined();
  });

  it('ML-43: shows the most important features first, and all on demand', async () => {
    await showPanel('ready');
    expect(screen.queryByText('spread_bp')).toBeNull();
    await click(screen.getByRole('button', { name: 'All 13 features' }));
    expect(screen.getByText('spread_bp')).toBeDefined();
  });

  it('ML-43: importance by three ways, each in its own order and with its unit in words', async () => {
    await showPanel('ready');
    const names = () => [...document.querySelectorAll('.importance tbody th')].map((cell) => cell.textContent);
    const byGain = names();
    expect(screen.getByText(/^Share of the loss/)).toBeDefined();
    await click(screen.getByRole('radio', { name: 'Mean |SHAP|' }));
    expect(screen.getByText(/^Score points, of 100/)).toBeDefined();
    expect(names()).not.toEqual(byGain);
    await click(screen.getByRole('radio', { name: 'Permutation' }));
    expect(screen.getByText(/^Growth of the log loss/)).toBeDefined();
    const row = document.querySelector('.importance tbody tr');
    expect(row?.getAttribute('data-tip')).toMatch(/^v1 –, v2 \+0\.\d{4}, .*v5 \+0\.\d{4}$/);
  });

  it('notices stay with their model, the newest first', async () => {
    const { fake } = await showPanel('several');
    await act(async () => {
      fake.models.notifyOfAll();
      fake.models.notify('drift', 'Of another model.', 'range');
      await settle();
    });
    const list = screen.getByRole('list', { name: 'Lately' });
    const kinds = within(list)
      .getAllByRole('listitem')
      .map((item) => item.querySelector('.badge')?.textContent);
    expect(kinds).toEqual(['Expired', 'Training failed', 'Rolled back', 'Drift', 'Challenger rejected', 'Promoted']);
    expect(list.querySelectorAll('.badge--warning')).toHaveLength(3);
    expect(list.textContent).not.toContain('Of another model.');
  });

  it('ML-40: a version is saved as a file, and the file brings a challenger that decides nothing', async () => {
    const { saved, store, fake } = await showPanel('ready');
    await click(screen.getByRole('button', { name: 'Export v4' }));
    expect(saved).toHaveLength(1);
    expect(saved[0]).toMatch(/^trend-v4\.json: \{"format":"shadowdesk-model","id":"[0-9a-f]{64}"\}$/);
    expect(screen.getByText('trend-v4.json is saved.')).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Export v1' })).toBeNull();
    const file = new File([saved[0]?.slice('trend-v4.json: '.length) ?? ''], 'trend-v4.json');
    await act(async () => {
      fireEvent.change(screen.getByLabelText('Exported version'), { target: { files: [file] } });
      while (store.getState().transfer !== null) await new Promise((resolve) => setImmediate(resolve));
      await settle();
    });
    expect(screen.getByText('Added as challenger v6.')).toBeDefined();
    expect(screen.getByText('Challenger')).toBeDefined();
    expect(fake.models.snapshot().models[0]?.champion?.version).toBe(4);
  });

  it('ML-46: the training set is saved as CSV and as Parquet, also before a first version', async () => {
    const { saved } = await showPanel('learning');
    await click(screen.getByRole('button', { name: 'Training set (CSV)' }));
    await click(screen.getByRole('button', { name: 'Training set (Parquet)' }));
    expect(saved).toEqual([
      'training-trend@demo.csv: signal,label,weight,atr_pct\r\na,1,0.8,0.42\r\n',
      'training-trend@demo.parquet: PAR1 doubles PAR1',
    ]);
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
    expect(entries.map((entry) => entry.textContent?.includes('SIMULATED'))).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
    const [, second] = entries;
    if (second === undefined) throw new Error('there are three');
    await click(second);
    expect(screen.getByText('Learning: 12 of 30')).toBeDefined();
    expect(second.getAttribute('aria-current')).toBe('true');
  });
});
