import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectionState } from '#contract/areas/session.ts';
import { FirstRunGuide } from '#renderer/features/settings/FirstRunGuide.tsx';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import { openDesk, settle } from '../support/open-desk.ts';

afterEach(cleanup);

async function show(connection: ConnectionState) {
  const { desk } = openDesk({ connection });
  await settle();
  await act(async () => {
    render(
      <DeskProvider value={desk}>
        <FirstRunGuide />
      </DeskProvider>,
    );
    await settle();
  });
  return desk;
}

const press = (name: string) =>
  act(async () => {
    fireEvent.click(screen.getByRole('button', { name }));
    await settle();
  });
const pressEscape = () =>
  act(async () => {
    fireEvent.keyDown(document, { key: 'Escape' });
    await settle();
  });
const guide = () => screen.queryByRole('dialog', { name: 'First-run guide' });

describe('WS-5: the first-run guide', () => {
  it('opens by itself over the history run, leads through choices with defaults, and ends with what comes next', async () => {
    await show('bootstrapping');
    expect(guide()).not.toBeNull();
    // Beside the work: nothing behind it is out of reach.
    expect(guide()?.getAttribute('aria-modal')).toBeNull();
    expect(screen.getByRole('radiogroup', { name: 'Exchange' })).toBeDefined();
    await press('Next');
    for (const label of ['History', 'Risk per trade'])
      expect(screen.getByRole('textbox', { name: label })).toBeDefined();
    expect(screen.getByRole('radio', { name: /^Advisory/ }).getAttribute('aria-checked')).toBe('true');
    await press('Next');
    const words = guide()?.textContent ?? '';
    for (const part of ['first ticket', 'A approves', 'S skips', 'J K', 'Was my skip right?', 'Export CSV']) {
      expect(words).toContain(part);
    }
    await press('Start');
    expect(guide()).toBeNull();
  });

  it('is skipped by Esc, comes back only when it is asked for, and leaves Esc to what lies above it', async () => {
    const desk = await show('bootstrapping');
    act(() => desk.view.openDialog('help'));
    await pressEscape();
    expect(guide()).not.toBeNull();
    act(() => desk.view.closeDialog());
    await pressEscape();
    expect(guide()).toBeNull();
    expect(desk.settings.getState().data?.guideSeen).toBe(true);
    act(() => desk.view.setGuide(true));
    expect(guide()).not.toBeNull();
  });

  it('a choice that is not applied is said, and is not lost by looking at another page', async () => {
    const desk = await show('bootstrapping');
    await press('ETH/USDT');
    await press('Next without applying');
    await press('Back');
    expect(screen.getByRole('button', { name: 'ETH/USDT' }).getAttribute('aria-pressed')).toBe('false');
    await press('Apply');
    expect(desk.settings.getState().data?.symbols).not.toContain('ETH/USDT');
    expect(screen.getByRole('button', { name: 'Next' })).toBeDefined();
  });

  it('does not come up by itself on a profile that has its history', async () => {
    await show('live');
    expect(guide()).toBeNull();
  });
});
