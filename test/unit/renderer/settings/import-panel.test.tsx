import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ImportPanel } from '#renderer/features/imports/ImportPanel.tsx';
import { ImportProvider } from '#renderer/features/imports/import-context.tsx';
import { createImportStore } from '#renderer/features/imports/import-store.ts';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import { openDesk, settle } from '../support/open-desk.ts';
import { scriptedClient } from '../support/scripted-client.ts';

async function showPanel() {
  const { desk } = openDesk({ tickets: 0 });
  const client = scriptedClient();
  await settle();
  render(
    <DeskProvider value={desk}>
      <ImportProvider value={createImportStore(client)}>
        <ImportPanel />
      </ImportProvider>
    </DeskProvider>,
  );
  return client;
}

function choose(label: string, name: string): void {
  fireEvent.change(screen.getByLabelText(label), { target: { files: [new File(['time,value'], name)] } });
}

const press = (name: string) => act(async () => void fireEvent.click(screen.getByRole('button', { name })));

afterEach(cleanup);

describe('the Imports panel', () => {
  it('FE-13: takes the file of an index, of everything or of what is named, and asks for no instrument', async () => {
    const client = await showPanel();
    await act(async () => void fireEvent.click(screen.getByText('Sentiment index')));
    expect(screen.queryByText('Symbol')).toBeNull();
    choose('File of an index', 'fear.csv');
    fireEvent.change(screen.getByLabelText('Of'), { target: { value: ' USDT ' } });
    await press('Import');
    expect(client.calls[0]).toMatchObject({
      name: 'imports.begin',
      input: { kind: 'sentiment', fileName: 'fear.csv', scope: 'USDT' },
    });
  });

  it('FE-13: the report of an index says what was known already, and nothing of gaps in bars', async () => {
    const client = await showPanel();
    await act(async () => void fireEvent.click(screen.getByText('Sentiment index')));
    choose('File of an index', 'fear.csv');
    await press('Import');
    const report = { rowsRead: 3, accepted: 3, known: 2, rejected: [], gaps: [] };
    const answers = { 'imports.begin': { importId: 'a' }, 'imports.chunk': { received: 10 } };
    for (const [name, answer] of Object.entries({ ...answers, 'imports.finish': { report, fault: null } })) {
      await vi.waitFor(() => expect(client.calls.at(-1)?.name).toBe(name));
      await act(async () => client.calls.at(-1)?.resolve(answer));
    }
    expect(screen.getByText('Known already').nextSibling?.textContent).toBe('2');
    expect(screen.queryByText('Gaps')).toBeNull();
  });

  it('MK-30: a candle file is not sent before it is known of what it is', async () => {
    const client = await showPanel();
    choose('Candle file', 'candles.csv');
    await press('Import');
    expect(client.calls).toEqual([]);
    fireEvent.change(screen.getByLabelText('Symbol'), { target: { value: 'BTC/USDT' } });
    await press('Import');
    expect(client.calls[0]).toMatchObject({ name: 'imports.begin', input: { symbol: 'BTC/USDT', timeframe: '1m' } });
  });
});
