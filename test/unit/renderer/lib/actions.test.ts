import { afterEach, describe, expect, it } from 'vitest';
import {
  type Action,
  actionFor,
  type KeyPress,
  listenForShortcuts,
  matchesShortcut,
  shortcutKeys,
  takesText,
} from '#renderer/lib/actions/action.ts';

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, ...held };
}

function action(name: string, shortcut: string, over: Partial<Action> = {}): Action {
  return { name, label: name, group: 'test', shortcut, enabledWhen: () => true, perform: () => {}, ...over };
}

afterEach(() => document.body.replaceChildren());

describe('shortcuts', () => {
  it('tell a plain letter from the same letter with Shift or Ctrl', () => {
    expect(matchesShortcut('s', press('s'), false)).toBe(true);
    expect(matchesShortcut('s', press('S', { shiftKey: true }), false)).toBe(false);
    expect(matchesShortcut('shift+s', press('S', { shiftKey: true }), false)).toBe(true);
    expect(matchesShortcut('a', press('a', { ctrlKey: true }), false)).toBe(false);
    expect(matchesShortcut('a', press('a', { altKey: true }), false)).toBe(false);
  });

  it('take Ctrl elsewhere and Cmd on a Mac for mod', () => {
    expect(matchesShortcut('mod+,', press(',', { ctrlKey: true }), false)).toBe(true);
    expect(matchesShortcut('mod+,', press(',', { metaKey: true }), true)).toBe(true);
    expect(matchesShortcut('mod+,', press(',', { ctrlKey: true }), true)).toBe(false);
    expect(shortcutKeys('mod+,', true)).toEqual(['⌘', ',']);
  });

  it('match a symbol by what was written, however the keyboard makes it', () => {
    expect(matchesShortcut('?', press('?', { shiftKey: true }), false)).toBe(true);
    expect(matchesShortcut('?', press('?'), false)).toBe(true);
  });

  it('DE-15: a held key approves once, while moving through a list repeats', () => {
    const approve = action('approve', 'a');
    const next = action('next', 'ArrowDown', { repeats: true });
    expect(actionFor([approve, next], press('a', { repeat: true }), false)).toBeNull();
    expect(actionFor([approve, next], press('ArrowDown', { repeat: true }), false)).toBe(next);
  });

  it('pass over what is disabled', () => {
    const off = action('off', 'a', { enabledWhen: () => false });
    const on = action('on', 'a');
    expect(actionFor([off, on], press('a'), false)).toBe(on);
    expect(actionFor([off], press('a'), false)).toBeNull();
  });
});

describe('the keyboard listener', () => {
  function listenFor(shortcut: string) {
    let count = 0;
    const perform = () => {
      count++;
    };
    const stop = listenForShortcuts(document, () => [action('one', shortcut, { perform })], false);
    const type = (key: string, init: KeyboardEventInit = {}) =>
      (document.activeElement ?? document.body).dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }),
      );
    return { count: () => count, stop, type };
  }

  it('leaves plain keys to a field that takes text', () => {
    const field = document.body.appendChild(document.createElement('input'));
    field.focus();
    expect(takesText(field)).toBe(true);
    const listener = listenFor('a');
    listener.type('a');
    expect(listener.count()).toBe(0);
    field.blur();
    listener.type('a');
    expect(listener.count()).toBe(1);
    listener.stop();
  });

  it('does nothing behind a dialog: what cannot be seen must not be approved', () => {
    const dialog = document.body.appendChild(document.createElement('div'));
    dialog.setAttribute('aria-modal', 'true');
    const listener = listenFor('a');
    listener.type('a');
    expect(listener.count()).toBe(0);
    dialog.remove();
    listener.type('a');
    expect(listener.count()).toBe(1);
    listener.stop();
  });

  it('stops when told to', () => {
    const listener = listenFor('a');
    listener.stop();
    listener.type('a');
    expect(listener.count()).toBe(0);
  });
});
