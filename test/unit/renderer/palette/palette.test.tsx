import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { CommandPalette } from '#renderer/boot/CommandPalette.tsx';
import type { Action } from '#renderer/lib/actions/action.ts';
import { ActionsProvider } from '#renderer/lib/actions/actions-context.tsx';
import { fuzzyMatch } from '#renderer/lib/actions/fuzzy.ts';
import { findEntries, type PaletteEntry } from '#renderer/lib/actions/palette-entries.ts';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import { openDesk, settle } from '../support/open-desk.ts';

afterEach(cleanup);

function action(name: string, label: string, perform: () => void, enabled = true): Action {
  return { name, label, group: 'Window', shortcut: null, enabledWhen: () => enabled, perform };
}

async function show(actions: readonly Action[]) {
  const opened = openDesk();
  await settle();
  const closed = { count: 0 };
  const view = render(
    <DeskProvider value={opened.desk}>
      <ActionsProvider value={actions}>
        <CommandPalette
          onClose={() => {
            closed.count++;
            opened.desk.view.closeDialog();
          }}
        />
      </ActionsProvider>
    </DeskProvider>,
  );
  return { ...opened, ...view, closed, field: screen.getByRole('combobox') };
}

const labels = () => screen.queryAllByRole('option').map((one) => one.querySelector('.palette__label')?.textContent);

describe('the match of a few letters', () => {
  it('takes letters in their order, prefers starts of words and letters in a row', () => {
    expect(fuzzyMatch('shl', 'Show Live phantoms')?.positions).toEqual([0, 1, 5]);
    expect(fuzzyMatch('xq', 'Show Log')).toBeNull();
    expect(fuzzyMatch('gol', 'Log')).toBeNull();
    const scoreOf = (text: string) => fuzzyMatch('log', text)?.score ?? -Infinity;
    expect(scoreOf('Show Log')).toBeGreaterThan(scoreOf('Show Lodging'));
    expect(scoreOf('Show Lodging')).toBeGreaterThan(scoreOf('Fallback of old figures'));
  });

  it('ranks the label above the note, and what was used lately first while nothing is typed', () => {
    const entry = (id: string, label: string, note = ''): PaletteEntry => ({
      id,
      label,
      note,
      group: 'Settings',
      shortcut: null,
      perform: () => {},
    });
    const entries = [entry('a', 'Slippage', 'on top of the risk'), entry('b', 'Risk per trade'), entry('c', 'History')];
    expect(findEntries(entries, 'risk', []).map((one) => one.entry.id)).toEqual(['b', 'a']);
    expect(findEntries(entries, '', ['c', 'gone']).map((one) => one.entry.id)).toEqual(['c', 'a', 'b']);
  });
});

describe('the command palette', () => {
  it('closes before it does what was chosen, by keyboard alone', async () => {
    const order: string[] = [];
    const { field, desk, closed } = await show([
      action('a.one', 'Pause the market', () => order.push(`one after ${closed.count}`)),
      action('a.two', 'Dark or light', () => order.push(`two after ${closed.count}`)),
    ]);
    expect(document.activeElement).toBe(field);
    fireEvent.change(field, { target: { value: 'dol' } });
    expect(labels()[0]).toBe('Dark or light');
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(order).toEqual(['two after 1']);
    expect(desk.memory.getItem('shadowdesk.palette')).toContain('a.two');
  });

  it('does not offer what cannot be done now', async () => {
    await show([action('a.off', 'Approve ticket', () => {}, false)]);
    expect(labels()).not.toContain('Approve ticket');
  });

  it('jumps to an instrument and to a setting', async () => {
    const { field, desk } = await show([]);
    fireEvent.change(field, { target: { value: 'eth' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(desk.view.getState().instrumentId).toBe('demo:ETH/USDT');
    await act(settle);
    fireEvent.change(field, { target: { value: 'riskper' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(desk.view.getState()).toMatchObject({ dialog: 'settings', settingsSearch: 'Risk per trade' });
  });

  it('arrows go round the list; Escape closes without doing anything', async () => {
    let done = 0;
    const { field, closed } = await show([action('a.one', 'One', () => done++), action('a.two', 'Two', () => done++)]);
    fireEvent.keyDown(field, { key: 'ArrowUp' });
    const options = screen.getAllByRole('option');
    expect(options.at(-1)?.getAttribute('aria-selected')).toBe('true');
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    expect(options[0]?.getAttribute('aria-selected')).toBe('true');
    fireEvent.keyDown(field, { key: 'Escape' });
    expect([closed.count, done]).toEqual([1, 0]);
  });

  it('says so when nothing matches', async () => {
    const { field } = await show([]);
    fireEvent.change(field, { target: { value: 'zzqqx' } });
    expect(screen.getByText(/Nothing matches/)).toBeDefined();
    fireEvent.keyDown(field, { key: 'Enter' });
  });
});
