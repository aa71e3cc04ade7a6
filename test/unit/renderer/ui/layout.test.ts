import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forgetfulMemory } from '#renderer/lib/memory.ts';
import {
  type DropZone,
  dropZoneAt,
  findGroupOf,
  group,
  groupsOf,
  isLayoutOf,
  type LayoutNode,
  movePanel,
  place,
  resize,
  SMALLEST_PX,
  split,
} from '#renderer/ui/workspace/layout.ts';
import { createLayoutStore } from '#renderer/ui/workspace/layout-store.ts';

const PANELS = ['watchlist', 'chart', 'tickets', 'live', 'history'];
const ROOM = { x: 0, y: 0, width: 1200, height: 800 };
const ZONES: readonly DropZone[] = ['centre', 'left', 'right', 'top', 'bottom'];

function start(): LayoutNode {
  return split('root', 'row', [
    [
      3,
      split('main', 'column', [
        [2, group('top', ['chart'])],
        [1, group('bottom', ['live', 'history'])],
      ]),
    ],
    [1, group('side', ['watchlist', 'tickets'])],
  ]);
}

describe('the arrangement of panels', () => {
  it('fills its room without overlap', () => {
    const { groups } = place(start(), ROOM, 5);
    const area = groups.reduce((sum, { box }) => sum + box.width * box.height, 0);
    expect(groups).toHaveLength(3);
    expect(area).toBeLessThanOrEqual(ROOM.width * ROOM.height);
    expect(area).toBeGreaterThan(ROOM.width * ROOM.height * 0.98);
  });

  it('WS-18: any sequence of moves keeps every panel exactly once, in an arrangement that can be stored', () => {
    const move = fc.record({
      panel: fc.constantFrom(...PANELS),
      target: fc.nat(10),
      zone: fc.constantFrom(...ZONES),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        let layout = start();
        for (const { panel, target, zone } of moves) {
          const groups = groupsOf(layout);
          layout = movePanel(layout, panel, groups[target % groups.length]?.id ?? '', zone);
          const shown = findGroupOf(layout, panel);
          expect(shown?.active).toBe(panel);
        }
        expect(isLayoutOf(JSON.parse(JSON.stringify(layout)), PANELS)).toBe(true);
      }),
    );
  });

  it('a splitter moves by what it was dragged, and never closes a panel', () => {
    const layout = start();
    const { splitters } = place(layout, ROOM, 5);
    const splitter = splitters.find((one) => one.splitId === 'root');
    if (splitter === undefined) throw new Error('the root has a splitter');
    const widths = (node: LayoutNode) =>
      place(node, ROOM, 5).groups.map(({ group: one, box }) => [one.id, box.width] as const);
    const moved = new Map(widths(resize(layout, 'root', 0, 50, splitter.lengthPx)));
    const before = new Map(widths(layout));
    expect((moved.get('top') ?? 0) - (before.get('top') ?? 0)).toBeCloseTo(50, 0);
    const far = new Map(widths(resize(layout, 'root', 0, 5_000, splitter.lengthPx)));
    expect(far.get('side')).toBeGreaterThanOrEqual(SMALLEST_PX - 1);
  });

  it('the edges of a group split it, its middle joins it', () => {
    const box = { x: 100, y: 100, width: 400, height: 400 };
    expect(dropZoneAt(box, 300, 300)).toBe('centre');
    expect(dropZoneAt(box, 110, 300)).toBe('left');
    expect(dropZoneAt(box, 490, 300)).toBe('right');
    expect(dropZoneAt(box, 300, 110)).toBe('top');
    expect(dropZoneAt(box, 300, 490)).toBe('bottom');
  });

  it('what is stored is used only when it arranges exactly today’s panels', () => {
    expect(isLayoutOf(start(), PANELS)).toBe(true);
    expect(isLayoutOf(start(), [...PANELS, 'new'])).toBe(false);
    expect(isLayoutOf({ kind: 'group', id: 'a', panels: PANELS, active: 'none' }, PANELS)).toBe(false);
    for (const broken of [null, 7, {}, { kind: 'split', id: 'x', direction: 'row', children: [], sizes: [] }]) {
      expect(isLayoutOf(broken, PANELS)).toBe(false);
    }
  });

  it('a panel that came with a new version joins the remembered arrangement; one that is gone resets it', () => {
    const memory = forgetfulMemory();
    createLayoutStore(memory, PANELS, start).move('history', 'side', 'top');
    const { layout } = createLayoutStore(memory, [...PANELS, 'models'], () => group('reset', [])).getState();
    expect(isLayoutOf(layout, [...PANELS, 'models'])).toBe(true);
    expect(findGroupOf(layout, 'models')?.panels).toEqual(['watchlist', 'tickets', 'models']);
    expect(findGroupOf(layout, 'history')?.panels).toEqual(['history']);
    const fewer = createLayoutStore(memory, PANELS.slice(1), () => group('reset', PANELS.slice(1))).getState();
    expect(fewer.layout).toEqual(group('reset', PANELS.slice(1)));
  });

  it('is remembered, and can be put back to the default', () => {
    const memory = forgetfulMemory();
    const store = createLayoutStore(memory, PANELS, start);
    store.move('history', 'side', 'top');
    const moved = store.getState().layout;
    expect(createLayoutStore(memory, PANELS, start).getState().layout).toEqual(moved);
    store.reset();
    expect(store.getState().layout).toEqual(start());
    expect(createLayoutStore(memory, PANELS, start).getState().layout).toEqual(start());
  });
});
