/** The arrangement of panels as the trader left it, remembered on this machine. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { forget, type Memory, recall, remember } from '../../lib/memory.ts';
import { activate, completedLayout, type DropZone, type LayoutNode, movePanel, resize } from './layout.ts';

export interface LayoutState {
  readonly layout: LayoutNode;
}

export interface LayoutStore extends StoreApi<LayoutState> {
  activate(panel: string): void;
  move(panel: string, targetGroupId: string, zone: DropZone): void;
  resize(splitId: string, index: number, deltaPx: number, lengthPx: number): void;
  reset(): void;
}

const NAME = 'layout.1';

export function createLayoutStore(
  memory: Memory,
  panels: readonly string[],
  defaultLayout: () => LayoutNode,
): LayoutStore {
  const isMine = (value: unknown): value is LayoutNode => completedLayout(value, panels) !== null;
  const stored = recall<LayoutNode | null>(memory, NAME, isMine, null);
  const store = createStore<LayoutState>(() => ({ layout: completedLayout(stored, panels) ?? defaultLayout() }));
  function change(next: (layout: LayoutNode) => LayoutNode): void {
    store.setState((state) => ({ layout: next(state.layout) }));
    remember(memory, NAME, store.getState().layout);
  }
  return Object.assign(store, {
    activate: (panel: string) => change((layout) => activate(layout, panel)),
    move: (panel: string, targetGroupId: string, zone: DropZone) =>
      change((layout) => movePanel(layout, panel, targetGroupId, zone)),
    resize: (splitId: string, index: number, deltaPx: number, lengthPx: number) =>
      change((layout) => resize(layout, splitId, index, deltaPx, lengthPx)),
    reset() {
      forget(memory, NAME);
      store.setState({ layout: defaultLayout() });
    },
  });
}
