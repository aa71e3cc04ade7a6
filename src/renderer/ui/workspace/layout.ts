/** The arrangement of panels as a tree of splits and tab groups: pure functions, so that every move can be tested. */

export interface Group {
  readonly kind: 'group';
  readonly id: string;
  readonly panels: readonly string[];
  readonly active: string;
}

export interface Split {
  readonly kind: 'split';
  readonly id: string;
  /** row: children side by side; column: one above the other. */
  readonly direction: 'row' | 'column';
  readonly children: readonly LayoutNode[];
  /** Shares of the room, one per child, adding up to 1. */
  readonly sizes: readonly number[];
}

export type LayoutNode = Group | Split;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedGroup {
  readonly group: Group;
  readonly box: Box;
}

export interface PlacedSplitter {
  readonly splitId: string;
  /** Between child `index` and the next. */
  readonly index: number;
  readonly direction: 'row' | 'column';
  readonly box: Box;
  /** Pixels along the split that its children share. */
  readonly lengthPx: number;
  /** Share of the two neighbours that the first one has, 0-1. */
  readonly share: number;
}

export interface Placement {
  readonly groups: readonly PlacedGroup[];
  readonly splitters: readonly PlacedSplitter[];
}

export type DropZone = 'centre' | 'left' | 'right' | 'top' | 'bottom';

/** A panel narrower or lower than this is of no use. */
export const SMALLEST_PX = 120;

export function group(id: string, panels: readonly string[], active = panels[0] ?? ''): Group {
  return { kind: 'group', id, panels, active };
}

export function split(
  id: string,
  direction: 'row' | 'column',
  parts: readonly (readonly [share: number, node: LayoutNode])[],
): Split {
  const total = parts.reduce((sum, [share]) => sum + share, 0);
  return {
    kind: 'split',
    id,
    direction,
    children: parts.map(([, node]) => node),
    sizes: parts.map(([share]) => share / total),
  };
}

/** Pixel boxes of all groups and splitters inside `box`, with `gap` pixels between neighbours. */
export function place(node: LayoutNode, box: Box, gap: number): Placement {
  const groups: PlacedGroup[] = [];
  const splitters: PlacedSplitter[] = [];
  placeInto(node, box, gap, groups, splitters);
  return { groups, splitters };
}

function placeInto(node: LayoutNode, box: Box, gap: number, groups: PlacedGroup[], splitters: PlacedSplitter[]): void {
  if (node.kind === 'group') {
    groups.push({ group: node, box });
    return;
  }
  const isRow = node.direction === 'row';
  const lengthPx = Math.max(0, (isRow ? box.width : box.height) - gap * (node.children.length - 1));
  let at = isRow ? box.x : box.y;
  const end = at + (isRow ? box.width : box.height);
  node.children.forEach((child, index) => {
    const share = node.sizes[index] ?? 0;
    const isLast = index === node.children.length - 1;
    const extent = isLast ? Math.max(0, end - at) : Math.round(lengthPx * share);
    placeInto(
      child,
      isRow ? { ...box, x: at, width: extent } : { ...box, y: at, height: extent },
      gap,
      groups,
      splitters,
    );
    at += extent;
    if (isLast) return;
    const next = node.sizes[index + 1] ?? 0;
    splitters.push({
      splitId: node.id,
      index,
      direction: node.direction,
      box: isRow ? { ...box, x: at, width: gap } : { ...box, y: at, height: gap },
      lengthPx,
      share: share + next > 0 ? share / (share + next) : 0.5,
    });
    at += gap;
  });
}

export function findGroupOf(node: LayoutNode, panel: string): Group | null {
  if (node.kind === 'group') return node.panels.includes(panel) ? node : null;
  for (const child of node.children) {
    const found = findGroupOf(child, panel);
    if (found !== null) return found;
  }
  return null;
}

export function groupsOf(node: LayoutNode): readonly Group[] {
  return node.kind === 'group' ? [node] : node.children.flatMap(groupsOf);
}

function mapGroups(node: LayoutNode, change: (group: Group) => LayoutNode): LayoutNode {
  if (node.kind === 'group') return change(node);
  return { ...node, children: node.children.map((child) => mapGroups(child, change)) };
}

/** Brings a panel to the front of its group. */
export function activate(node: LayoutNode, panel: string): LayoutNode {
  return mapGroups(node, (one) => (one.panels.includes(panel) ? { ...one, active: panel } : one));
}

/** Moves a splitter by `deltaPx`; neither neighbour gets below `SMALLEST_PX`. */
export function resize(
  node: LayoutNode,
  splitId: string,
  index: number,
  deltaPx: number,
  lengthPx: number,
): LayoutNode {
  if (node.kind === 'group') return node;
  const children = node.children.map((child) => resize(child, splitId, index, deltaPx, lengthPx));
  if (node.id !== splitId || lengthPx <= 0) return { ...node, children };
  const first = node.sizes[index] ?? 0;
  const second = node.sizes[index + 1] ?? 0;
  const smallest = Math.min(SMALLEST_PX / lengthPx, (first + second) / 2);
  const moved = Math.min(first + second - smallest, Math.max(smallest, first + deltaPx / lengthPx));
  const sizes = node.sizes.map((size, at) => (at === index ? moved : at === index + 1 ? first + second - moved : size));
  return { ...node, children, sizes };
}

/** Takes a panel out of its group and puts it into another one, or beside it as a group of its own. */
export function movePanel(node: LayoutNode, panel: string, targetGroupId: string, zone: DropZone): LayoutNode {
  const source = findGroupOf(node, panel);
  const isTarget = groupsOf(node).some((one) => one.id === targetGroupId);
  if (source === null || !isTarget) return node;
  if (source.id === targetGroupId && (zone === 'centre' || source.panels.length === 1)) return activate(node, panel);
  const newId = freshId(node, panel);
  const moved = mapGroups(node, (one) => {
    const left = one.id === source.id ? withoutPanel(one, panel) : one;
    if (one.id !== targetGroupId) return left;
    if (zone === 'centre') return { ...left, panels: [...left.panels, panel], active: panel };
    const own = group(newId, [panel]);
    const isBefore = zone === 'left' || zone === 'top';
    const pair = isBefore ? [own, left] : [left, own];
    const direction = zone === 'left' || zone === 'right' ? 'row' : 'column';
    return { kind: 'split', id: `split-${newId}`, direction, children: pair, sizes: [0.5, 0.5] };
  });
  return tidy(moved) ?? node;
}

function withoutPanel(one: Group, panel: string): Group {
  const panels = one.panels.filter((name) => name !== panel);
  return { ...one, panels, active: one.active === panel ? (panels[0] ?? '') : one.active };
}

function idsOf(node: LayoutNode): readonly string[] {
  return node.kind === 'group' ? [node.id] : [node.id, ...node.children.flatMap(idsOf)];
}

function freshId(node: LayoutNode, panel: string): string {
  const taken = new Set(idsOf(node));
  for (let count = 1; ; count++) {
    const id = `${panel}-${count}`;
    if (!taken.has(id) && !taken.has(`split-${id}`)) return id;
  }
}

/** Drops empty groups, dissolves splits with one child, and joins a split with a child that runs the same way. */
function tidy(node: LayoutNode): LayoutNode | null {
  if (node.kind === 'group') return node.panels.length > 0 ? node : null;
  const parts: (readonly [number, LayoutNode])[] = [];
  node.children.forEach((child, index) => {
    const kept = tidy(child);
    const share = node.sizes[index] ?? 0;
    if (kept === null) return;
    if (kept.kind === 'split' && kept.direction === node.direction) {
      kept.children.forEach((inner, at) => {
        parts.push([share * (kept.sizes[at] ?? 0), inner]);
      });
    } else {
      parts.push([share, kept]);
    }
  });
  const only = parts[0];
  if (only === undefined) return null;
  return parts.length === 1 ? only[1] : split(node.id, node.direction, parts);
}

/** Is `value` (from storage) an arrangement of exactly these panels? Anything else is worth less than the default. */
export function isLayoutOf(value: unknown, panels: readonly string[]): value is LayoutNode {
  if (!isNode(value)) return false;
  const found = groupsOf(value).flatMap((one) => one.panels);
  const ids = idsOf(value);
  return (
    found.length === panels.length && panels.every((panel) => found.includes(panel)) && new Set(ids).size === ids.length
  );
}

/**
 * A stored arrangement with the panels that came since, as further tabs of its fullest group; null when it is none of
 * these panels. A new version of the window does not throw the trader's arrangement away.
 */
export function completedLayout(value: unknown, panels: readonly string[]): LayoutNode | null {
  if (!isNode(value)) return null;
  const groups = groupsOf(value);
  const held = new Set(groups.flatMap((one) => one.panels));
  const missing = panels.filter((panel) => !held.has(panel));
  const fullest = groups.reduce((most, one) => (one.panels.length > most.panels.length ? one : most));
  const whole = mapGroups(value, (one) =>
    one.id === fullest.id ? { ...one, panels: [...one.panels, ...missing] } : one,
  );
  return isLayoutOf(whole, panels) ? whole : null;
}

function isNode(value: unknown): value is LayoutNode {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const node = value as Partial<Group> & Partial<Split>;
  if (typeof node.id !== 'string') return false;
  if (value.kind === 'group') {
    const { panels, active } = node;
    return (
      Array.isArray(panels) &&
      panels.every((panel) => typeof panel === 'string') &&
      active !== undefined &&
      panels.includes(active)
    );
  }
  if (value.kind !== 'split' || (node.direction !== 'row' && node.direction !== 'column')) return false;
  const { children, sizes } = node;
  if (!Array.isArray(children) || !Array.isArray(sizes) || children.length !== sizes.length) return false;
  if (children.length < 2) return false;
  const areShares = sizes.every((size) => typeof size === 'number' && size > 0 && size < 1);
  return areShares && Math.abs(sizes.reduce((sum, size) => sum + size, 0) - 1) < 1e-6 && children.every(isNode);
}

/** Where inside a group a panel would be dropped: its middle half joins the tabs, its edges split it. */
export function dropZoneAt(box: Box, x: number, y: number): DropZone {
  const acrossX = (x - box.x) / box.width;
  const acrossY = (y - box.y) / box.height;
  const edges = [
    ['left', acrossX],
    ['right', 1 - acrossX],
    ['top', acrossY],
    ['bottom', 1 - acrossY],
  ] as const;
  const [zone, distance] = edges.reduce((nearest, edge) => (edge[1] < nearest[1] ? edge : nearest));
  return distance < 0.25 ? zone : 'centre';
}

/** The part of a group that a drop in `zone` would fill. */
export function zoneBox(box: Box, zone: DropZone): Box {
  switch (zone) {
    case 'centre':
      return box;
    case 'left':
      return { ...box, width: box.width / 2 };
    case 'right':
      return { ...box, x: box.x + box.width / 2, width: box.width / 2 };
    case 'top':
      return { ...box, height: box.height / 2 };
    case 'bottom':
      return { ...box, y: box.y + box.height / 2, height: box.height / 2 };
  }
}
