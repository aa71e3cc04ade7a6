/** Moving through the watchlist without the mouse. */
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Action } from '../../lib/actions/action.ts';
import type { Desk } from '../../lib/desk.ts';

/** The row `step` away from the selected one, stopping at the ends; the first when nothing is selected. */
export function neighbour(
  rows: readonly { readonly instrumentId: InstrumentId }[],
  selected: InstrumentId | null,
  step: 1 | -1,
): InstrumentId | null {
  const at = rows.findIndex((row) => row.instrumentId === selected);
  const next = at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step));
  return rows[next]?.instrumentId ?? null;
}

export function watchlistActions(desk: Pick<Desk, 'watchlist' | 'view'>): readonly Action[] {
  const rows = () => desk.watchlist.getState().data ?? [];
  const move = (step: 1 | -1) => {
    const next = neighbour(rows(), desk.view.getState().instrumentId, step);
    if (next !== null) desk.view.selectInstrument(next);
  };
  return [
    {
      name: 'watchlist.next',
      label: 'Next instrument',
      group: 'Instruments',
      shortcut: 'ArrowDown',
      repeats: true,
      enabledWhen: () => rows().length > 0,
      perform: () => move(1),
    },
    {
      name: 'watchlist.previous',
      label: 'Previous instrument',
      group: 'Instruments',
      shortcut: 'ArrowUp',
      repeats: true,
      enabledWhen: () => rows().length > 0,
      perform: () => move(-1),
    },
  ];
}
