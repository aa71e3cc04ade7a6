import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { NOTICE_KINDS } from '#contract/areas/notices.ts';
import { SettingsDialog } from '#renderer/features/settings/SettingsDialog.tsx';
import { announceNotices } from '#renderer/lib/announce.ts';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import { fakeTold } from '#test/support/fake-desk/fake-notices.ts';
import { openDesk, settle } from '../support/open-desk.ts';

afterEach(cleanup);

const act1 = (work: () => void) =>
  act(async () => {
    work();
    await settle();
  });

async function open() {
  const { desk } = openDesk();
  await settle();
  desk.view.openSettings('notices');
  await act1(() => {
    render(
      <DeskProvider value={desk}>
        <SettingsDialog onClose={() => {}} />
      </DeskProvider>,
    );
  });
  return desk;
}

describe('DE-17: notices', () => {
  it('every kind can be told in three ways, all of them off at first', async () => {
    const desk = await open();
    const boxes = screen.getAllByRole('checkbox');
    expect(boxes).toHaveLength(NOTICE_KINDS.length * 3);
    for (const box of boxes) expect((box as HTMLInputElement).checked).toBe(false);
    await act1(() => fireEvent.click(screen.getByRole('checkbox', { name: 'Breakers: Sound' })));
    expect(desk.settings.getState().data?.soundNotices).toEqual(['breaker']);
  });

  it('a browser that leaves its question unanswered holds no choice back, and the settings say what is missing', async () => {
    const before = Reflect.get(globalThis, 'Notification');
    const unanswered = { permission: 'default', requestPermission: () => new Promise<never>(() => {}) };
    Reflect.set(globalThis, 'Notification', unanswered);
    onTestFinished(() => void Reflect.set(globalThis, 'Notification', before));
    const desk = await open();
    await act1(() => fireEvent.click(screen.getByRole('checkbox', { name: 'Breakers: Desktop' })));
    expect(desk.settings.getState().data?.desktopNotices).toEqual(['breaker']);
    expect(screen.getByText(/until you allow it there/)).toBeDefined();
  });

  it('a kind is told in the ways that were chosen for it, and in no other', async () => {
    const { desk } = openDesk();
    await settle();
    await desk.client.call('settings.update', { desktopNotices: ['ticket'], soundNotices: ['closed'] });
    await settle();
    const told: string[] = [];
    announceNotices(desk, {
      showOnDesktop: ({ title }) => void told.push(`desktop ${title}`),
      playTone: (kind) => void told.push(`tone ${kind}`),
    });
    for (const kind of ['ticket', 'closed', 'breaker'] as const) {
      fakeTold.push({ kind, time: 0, title: kind, text: '' });
      await settle();
    }
    expect(told).toEqual(['desktop ticket', 'tone closed']);
  });

  it('the token leaves the form for the services, is not kept in the page, and a failure is shown', async () => {
    await open();
    const token = screen.getByLabelText('Bot token') as HTMLInputElement;
    expect(token.type).toBe('password');
    fireEvent.change(token, { target: { value: '123456:CANARY' } });
    fireEvent.change(screen.getByLabelText('Chat'), { target: { value: '42' } });
    await act1(() => fireEvent.click(screen.getByRole('button', { name: 'Configure' })));
    expect(screen.getByText('configured')).toBeDefined();
    expect(document.body.innerHTML).not.toContain('CANARY');
    await act1(() => fireEvent.click(screen.getByRole('button', { name: 'Send a test' })));
    expect(screen.getByText('Telegram could not be reached')).toBeDefined();
  });
});
