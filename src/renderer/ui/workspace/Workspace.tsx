/** Panels in tab groups that can be resized, reordered and split, by mouse and by keyboard. Panels keep their state when moved. */
import { Ellipsis } from 'lucide-react';
import {
  Activity,
  type ComponentType,
  type KeyboardEvent,
  type ReactNode,
  type PointerEvent as ReactPointerEvent,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useStore } from 'zustand';
import { IconButton } from '../Button.tsx';
import { Menu, type MenuSection } from '../overlays.tsx';
import {
  type Box,
  type DropZone,
  dropZoneAt,
  groupsOf,
  type PlacedGroup,
  type PlacedSplitter,
  place,
  zoneBox,
} from './layout.ts';
import type { LayoutStore } from './layout-store.ts';
import './workspace.css';

export interface PanelDefinition {
  readonly id: string;
  readonly title: string;
  readonly icon: ReactNode;
  readonly Content: ComponentType;
  /** A count or mark beside the title. */
  readonly Mark?: ComponentType;
}

const GAP_PX = 5;
const HEAD_PX = 34;
const DRAG_STARTS_PX = 6;

interface Drag {
  readonly panel: string;
  readonly x: number;
  readonly y: number;
  readonly over: { readonly groupId: string; readonly zone: DropZone; readonly box: Box } | null;
}

export function Workspace({ panels, store }: { panels: readonly PanelDefinition[]; store: LayoutStore }) {
  const { layout } = useStore(store);
  const ground = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<{ width: number; height: number } | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);

  useLayoutEffect(() => {
    const element = ground.current;
    if (element === null) return;
    const measure = () => setRoom({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const placement = room === null ? null : place(layout, { x: 0, y: 0, ...room }, GAP_PX);
  const activeOf = new Map<string, PlacedGroup>();
  for (const placed of placement?.groups ?? []) activeOf.set(placed.group.active, placed);

  function overAt(clientX: number, clientY: number): Drag['over'] {
    const origin = ground.current?.getBoundingClientRect();
    if (origin === undefined || placement === null) return null;
    const x = clientX - origin.left;
    const y = clientY - origin.top;
    const hit = placement.groups.find(
      ({ box }) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height,
    );
    if (hit === undefined) return null;
    const zone = y - hit.box.y < HEAD_PX ? 'centre' : dropZoneAt(hit.box, x, y);
    return { groupId: hit.group.id, zone, box: zoneBox(hit.box, zone) };
  }

  function startDrag(panel: string, event: ReactPointerEvent): void {
    if (event.button !== 0) return;
    const from = { x: event.clientX, y: event.clientY };
    let last: Drag | null = null;
    function onMove(move: PointerEvent): void {
      const far = Math.hypot(move.clientX - from.x, move.clientY - from.y) >= DRAG_STARTS_PX;
      if (last === null && !far) return;
      last = { panel, x: move.clientX, y: move.clientY, over: overAt(move.clientX, move.clientY) };
      setDrag(last);
    }
    function end(drop: boolean): void {
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', onUp);
      window.removeEventListener('pointercancel', onCancel);
      window.removeEventListener('keydown', onKey, true);
      if (drop && last?.over) store.move(panel, last.over.groupId, last.over.zone);
      setDrag(null);
    }
    const onUp = () => end(true);
    const onCancel = () => end(false);
    const onKey = (key: globalThis.KeyboardEvent) => {
      if (key.key === 'Escape') end(false);
    };
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', onUp);
    window.addEventListener('pointercancel', onCancel);
    window.addEventListener('keydown', onKey, true);
  }

  return (
    <main ref={ground} className={drag === null ? 'workspace' : 'workspace workspace--dragging'}>
      {placement?.groups.map((placed) => (
        <GroupHead
          key={placed.group.id}
          placed={placed}
          panels={panels}
          store={store}
          onGrab={startDrag}
          groupCount={placement.groups.length}
        />
      ))}
      {placement !== null &&
        panels.map((panel) => {
          const placed = activeOf.get(panel.id);
          return (
            <Activity key={panel.id} mode={placed === undefined ? 'hidden' : 'visible'}>
              <section
                id={`panel-${panel.id}`}
                className="panel"
                role="tabpanel"
                aria-label={panel.title}
                style={bodyStyle(placed?.box ?? null)}
              >
                <panel.Content />
              </section>
            </Activity>
          );
        })}
      {placement?.splitters.map((splitter) => (
        <Splitter key={`${splitter.splitId}-${splitter.index}`} splitter={splitter} store={store} />
      ))}
      {drag?.over && <div className="drop-target" style={boxStyle(drag.over.box)} />}
      {drag !== null && (
        <div className="drag-label" style={{ left: `${drag.x + 12}px`, top: `${drag.y + 12}px` }}>
          {panels.find((panel) => panel.id === drag.panel)?.title}
        </div>
      )}
    </main>
  );
}

function boxStyle(box: Box) {
  return { left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` };
}

function bodyStyle(box: Box | null) {
  if (box === null) return {};
  return boxStyle({ ...box, y: box.y + HEAD_PX, height: Math.max(0, box.height - HEAD_PX) });
}

interface GroupHeadProps {
  readonly placed: PlacedGroup;
  readonly panels: readonly PanelDefinition[];
  readonly store: LayoutStore;
  readonly groupCount: number;
  readonly onGrab: (panel: string, event: ReactPointerEvent) => void;
}

function GroupHead({ placed, panels, store, onGrab }: GroupHeadProps) {
  const { group, box } = placed;
  const tabs = useRef<HTMLDivElement>(null);
  const members = group.panels.flatMap((id) => panels.find((panel) => panel.id === id) ?? []);

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const at = group.panels.indexOf(group.active);
    const next = group.panels[(at + step + group.panels.length) % group.panels.length];
    if (next === undefined) return;
    store.activate(next);
    tabs.current?.querySelector<HTMLElement>(`[data-panel="${next}"]`)?.focus();
  }

  return (
    <header className="group-head" style={boxStyle({ ...box, height: HEAD_PX })}>
      <div ref={tabs} className="group-head__tabs" role="tablist" onKeyDown={onKeyDown}>
        {members.map((panel) => (
          <button
            key={panel.id}
            type="button"
            role="tab"
            className="tab"
            data-panel={panel.id}
            aria-selected={panel.id === group.active}
            aria-controls={`panel-${panel.id}`}
            tabIndex={panel.id === group.active ? 0 : -1}
            onClick={() => store.activate(panel.id)}
            onPointerDown={(event) => onGrab(panel.id, event)}
          >
            {panel.icon}
            <span>{panel.title}</span>
            {panel.Mark !== undefined && <panel.Mark />}
          </button>
        ))}
      </div>
      <Menu
        label="Arrange panels"
        align="end"
        sections={arrangeSections(placed, panels, store)}
        button={(open, toggle) => (
          <IconButton
            label="Arrange panels"
            size="small"
            className="group-head__more"
            icon={<Ellipsis size={14} />}
            aria-haspopup="menu"
            aria-expanded={open}
            onClick={toggle}
          />
        )}
      />
    </header>
  );
}

function arrangeSections(placed: PlacedGroup, panels: readonly PanelDefinition[], store: LayoutStore): MenuSection[] {
  const { group } = placed;
  const titleOf = (id: string) => panels.find((panel) => panel.id === id)?.title ?? id;
  const active = group.active;
  const others = groupsOf(store.getState().layout).filter((other) => other.id !== group.id);
  const beside: readonly (readonly [DropZone, string])[] = [
    ['right', 'Split to the right'],
    ['bottom', 'Split below'],
  ];
  return [
    {
      heading: `Move “${titleOf(active)}”`,
      items: [
        ...others.map((other) => ({
          key: `to-${other.id}`,
          label: `Beside ${other.panels.map(titleOf).join(', ')}`,
          onChoose: () => store.move(active, other.id, 'centre'),
        })),
        ...(group.panels.length > 1
          ? beside.map(([zone, label]) => ({ key: zone, label, onChoose: () => store.move(active, group.id, zone) }))
          : []),
      ],
    },
    {
      heading: 'Layout',
      items: [{ key: 'reset', label: 'Back to the default layout', onChoose: () => store.reset() }],
    },
  ];
}

const KEY_STEP_PX = 24;

function Splitter({ splitter, store }: { readonly splitter: PlacedSplitter; readonly store: LayoutStore }) {
  const { direction, box, splitId, index, lengthPx } = splitter;
  const isRow = direction === 'row';

  function onPointerDown(event: ReactPointerEvent<HTMLDivElement>): void {
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    let last = isRow ? event.clientX : event.clientY;
    const onMove = (move: PointerEvent) => {
      const now = isRow ? move.clientX : move.clientY;
      store.resize(splitId, index, now - last, lengthPx);
      last = now;
    };
    const onEnd = () => {
      handle.removeEventListener('pointermove', onMove);
      handle.removeEventListener('lostpointercapture', onEnd);
    };
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('lostpointercapture', onEnd);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const less = isRow ? 'ArrowLeft' : 'ArrowUp';
    const more = isRow ? 'ArrowRight' : 'ArrowDown';
    const step = event.key === more ? KEY_STEP_PX : event.key === less ? -KEY_STEP_PX : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    store.resize(splitId, index, step, lengthPx);
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a movable separator is not a horizontal rule.
    <div
      className={isRow ? 'splitter splitter--row' : 'splitter splitter--column'}
      role="separator"
      tabIndex={0}
      aria-label="Resize panels"
      aria-orientation={isRow ? 'vertical' : 'horizontal'}
      aria-valuenow={Math.round(splitter.share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      style={boxStyle(box)}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
