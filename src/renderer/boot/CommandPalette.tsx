/** The command palette (Ctrl/Cmd+K): a few letters find every action, panel, instrument and setting. */
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { SETTING_MEANINGS } from '#contract/areas/setting-defaults.ts';
import { useActions } from '../lib/actions/actions-context.tsx';
import { actionEntries, type FoundEntry, findEntries, type PaletteEntry } from '../lib/actions/palette-entries.ts';
import type { Desk } from '../lib/desk.ts';
import { useDesk } from '../lib/desk-context.tsx';
import { recall, remember } from '../lib/memory.ts';
import { Keys } from '../ui/Button.tsx';
import { useModal } from '../ui/overlays.tsx';
import './palette.css';

const RECENT_KEPT = 5;
const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function instrumentEntries(desk: Desk): readonly PaletteEntry[] {
  return (desk.watchlist.getState().data ?? []).map((row) => ({
    id: `instrument.${row.instrumentId}`,
    label: row.symbol,
    group: 'Instruments',
    note: 'show in chart',
    shortcut: null,
    perform() {
      desk.view.selectInstrument(row.instrumentId);
      desk.view.showPanel('chart');
    },
  }));
}

function settingEntries(desk: Desk): readonly PaletteEntry[] {
  return Object.entries(SETTING_MEANINGS).map(([key, { label, meaning }]) => ({
    id: `setting.${key}`,
    label,
    group: 'Settings',
    note: meaning,
    shortcut: null,
    perform: () => desk.view.openSettings(label),
  }));
}

export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const actions = useActions();
  const listId = useId();
  const { box, onKeyDown } = useModal(onClose);
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  // What can be done is asked once, when the palette opens: the list must not move under the pointer.
  const entries = useMemo(
    () => [
      ...actionEntries(actions.filter(({ name }) => name !== 'window.palette')),
      ...instrumentEntries(desk),
      ...settingEntries(desk),
    ],
    [actions, desk],
  );
  const recent = useMemo(() => recall(desk.memory, 'palette', isNames, []), [desk]);
  const found = useMemo(() => findEntries(entries, typed, recent), [entries, typed, recent]);
  const chosen = found[Math.min(at, found.length - 1)];

  useEffect(() => {
    list.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView?.({ block: 'nearest' });
  }, [at]);

  function perform({ entry }: FoundEntry): void {
    remember(desk.memory, 'palette', [entry.id, ...recent.filter((id) => id !== entry.id)].slice(0, RECENT_KEPT));
    // First closed, then done: what is done may open a dialog of its own.
    onClose();
    entry.perform();
  }

  function onKey(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      const wrapped = (Math.min(at, found.length - 1) + step + found.length) % found.length;
      setAt(Math.abs(step) === 1 ? wrapped : Math.max(0, Math.min(found.length - 1, at + step)));
    } else if (event.key === 'Enter' && chosen !== undefined) {
      event.preventDefault();
      perform(chosen);
    } else if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onClose();
    } else onKeyDown(event);
  }

  return createPortal(
    <div
      className="dialog-scrim palette-scrim"
      onPointerDown={(event) => event.target === event.currentTarget && onClose()}
    >
      <div ref={box} role="dialog" aria-modal="true" aria-label="Commands" className="palette" onKeyDown={onKey}>
        <input
          data-autofocus
          className="palette__input"
          role="combobox"
          aria-label="Find a command, instrument or setting"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={chosen === undefined ? undefined : `${listId}-${found.indexOf(chosen)}`}
          placeholder="Find a command, instrument or setting"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
        />
        <div ref={list} id={listId} role="listbox" aria-label="Found" className="palette__list">
          {found.length === 0 && <p className="palette__none">Nothing matches “{typed}”.</p>}
          {found.map((one, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above handles the keys of the list.
            <div
              key={one.entry.id}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={one === chosen}
              data-at={index}
              className="palette__entry"
              onPointerMove={() => index !== at && setAt(index)}
              onClick={() => perform(one)}
            >
              <span className="palette__label">
                <Highlighted text={one.entry.label} positions={one.positions} />
              </span>
              <span className="palette__note truncate">{one.entry.note}</span>
              {one.entry.shortcut !== null && <Keys shortcut={one.entry.shortcut} />}
              <span className="palette__group">{one.entry.group}</span>
            </div>
          ))}
        </div>
        <footer className="palette__foot caption">
          <span>
            <kbd className="keycap">↑</kbd> <kbd className="keycap">↓</kbd> choose
          </span>
          <span>
            <kbd className="keycap">↵</kbd> do
          </span>
          <span>
            <kbd className="keycap">Esc</kbd> close
          </span>
        </footer>
      </div>
    </div>,
    document.body,
  );
}

function Highlighted({ text, positions }: { readonly text: string; readonly positions: readonly number[] }) {
  if (positions.length === 0) return text;
  const matched = new Set(positions);
  const runs: { readonly from: number; text: string; readonly isMatch: boolean }[] = [];
  for (const [index, letter] of [...text].entries()) {
    const isMatch = matched.has(index);
    const last = runs.at(-1);
    if (last !== undefined && last.isMatch === isMatch) last.text += letter;
    else runs.push({ from: index, text: letter, isMatch });
  }
  return runs.map((run) =>
    run.isMatch ? <mark key={run.from}>{run.text}</mark> : <span key={run.from}>{run.text}</span>,
  );
}
