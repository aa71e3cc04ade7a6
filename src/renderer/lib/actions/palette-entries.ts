/** What the command palette offers: actions that can be done now, instruments, settings; ranked by what was typed. */
import type { Action } from './action.ts';
import { fuzzyMatch } from './fuzzy.ts';

export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  /** Also searched, at less weight, and shown beside the label. */
  readonly note: string;
  readonly shortcut: string | null;
  readonly perform: () => void;
}

export interface FoundEntry {
  readonly entry: PaletteEntry;
  /** Positions in the label that were matched. */
  readonly positions: readonly number[];
}

/** What is found only by its note or group ranks below every match of a label of its length. */
const NOTE_WEIGHT = 0.4;

/** Of the best score; what is further behind was not meant. */
const LEAST_SHARE = 0.35;

export function actionEntries(actions: readonly Action[]): readonly PaletteEntry[] {
  return actions
    .filter((action) => action.enabledWhen())
    .map(({ name, label, group, shortcut, perform }) => ({ id: name, label, group, note: '', shortcut, perform }));
}

/** Best first; everything in its own order, recent ones first, while nothing is typed. */
export function findEntries(
  entries: readonly PaletteEntry[],
  typed: string,
  recent: readonly string[],
  limit = 60,
): readonly FoundEntry[] {
  if (typed.trim() === '') {
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const first = recent.flatMap((id) => byId.get(id) ?? []);
    const rest = entries.filter(({ id }) => !recent.includes(id));
    return [...first, ...rest].slice(0, limit).map((entry) => ({ entry, positions: [] }));
  }
  const found: (FoundEntry & { readonly score: number })[] = [];
  for (const entry of entries) {
    const own = fuzzyMatch(typed, entry.label);
    const other = fuzzyMatch(typed, `${entry.group} ${entry.label} ${entry.note}`);
    const score = Math.max(own?.score ?? -Infinity, other === null ? -Infinity : other.score * NOTE_WEIGHT);
    if (score === -Infinity) continue;
    found.push({ entry, positions: own?.positions ?? [], score: score + (recent.includes(entry.id) ? 1 : 0) });
  }
  found.sort((a, b) => b.score - a.score);
  // Letters found scattered over a long text are no answer when another text holds them together.
  const least = (found[0]?.score ?? 0) * LEAST_SHARE;
  return found.filter(({ score }) => score >= least).slice(0, limit);
}
