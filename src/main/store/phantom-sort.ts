/** The history in order: by which column and index, from which place on, as one statement. */
import { err, ok, type Result } from '#core/base/result.ts';
import type { Value } from './connection.ts';
import { type Condition, conditionOf, type FilterPlan } from './phantom-filter.ts';
import type { StoreFault } from './store-fault.ts';

export const PHANTOM_SORTS = ['openedAt', 'exitTime', 'netR', 'score', 'qscore'] as const;

export interface PhantomSort {
  readonly by: (typeof PHANTOM_SORTS)[number];
  readonly direction: 'ascending' | 'descending';
}

interface SortColumn {
  readonly column: string;
  readonly index: string;
  /** Rows without a value come last in both directions. */
  readonly nullable: boolean;
}

export const SORT_COLUMNS: Readonly<Record<PhantomSort['by'], SortColumn>> = {
  openedAt: { column: 'opened_at', index: 'phantoms_by_opened', nullable: false },
  exitTime: { column: 'exit_time', index: 'phantoms_by_exit', nullable: true },
  netR: { column: 'net_r', index: 'phantoms_by_net_r', nullable: true },
  score: { column: 'score', index: 'phantoms_by_score', nullable: false },
  qscore: { column: 'qscore', index: 'phantoms_by_qscore', nullable: false },
};

export interface Position {
  /** Null: among the rows without a value. */
  readonly key: number | null;
  readonly no: number;
}

export interface Query {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** Rows with a value and rows without one are two ranges of the index; a page may cross from the first to the second. */
export interface SortPart {
  readonly of: 'all' | 'valued' | 'empty';
  readonly after: Position | null;
}

export function parts(sort: PhantomSort, start: Position | null): readonly SortPart[] {
  if (!SORT_COLUMNS[sort.by].nullable) return [{ of: 'all', after: start }];
  if (start !== null && start.key === null) return [{ of: 'empty', after: start }];
  return [
    { of: 'valued', after: start },
    { of: 'empty', after: null },
  ];
}

interface Search {
  readonly plan: FilterPlan;
  readonly sort: PhantomSort;
  readonly part: SortPart;
  /** Holds for every match that has a value; it is there for the index alone. */
  readonly bound: Condition | null;
}

export function selectSorted(
  { plan, sort, part, bound }: Search,
  what: string,
  from: string,
  limit: number | null,
): Query {
  const { column } = SORT_COLUMNS[sort.by];
  const [order, beyond] = sort.direction === 'ascending' ? ['ASC', '>'] : ['DESC', '<'];
  const base = conditionOf(plan);
  const conditions = [base.sql];
  const values: Value[] = [...base.values];
  if (part.of === 'valued') conditions.push(`p.${column} IS NOT NULL`);
  if (part.of === 'empty') conditions.push(`p.${column} IS NULL`);
  else if (bound !== null) {
    conditions.push(bound.sql);
    values.push(...bound.values);
  }
  if (part.after !== null) {
    conditions.push(part.of === 'empty' ? `p.no ${beyond} ?` : `(p.${column}, p.no) ${beyond} (?, ?)`);
    if (part.of !== 'empty') values.push(part.after.key);
    values.push(part.after.no);
  }
  const by = part.of === 'empty' ? `p.no ${order}` : `p.${column} ${order}, p.no ${order}`;
  const tail = limit === null ? '' : ' LIMIT ?';
  if (limit !== null) values.push(limit);
  return { sql: `SELECT ${what} FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY ${by}${tail}`, values };
}

export function encodeCursor(sort: PhantomSort, { key, no }: Position): string {
  return Buffer.from(JSON.stringify([sort.by, sort.direction, key, no])).toString('base64url');
}

export function decodeCursor(cursor: string, sort: PhantomSort): Result<Position, StoreFault> {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts) && parts.length === 4 && parts[0] === sort.by && parts[1] === sort.direction) {
      const [, , key, no] = parts as readonly unknown[];
      const keyFits = typeof key === 'number' || (key === null && SORT_COLUMNS[sort.by].nullable);
      if (keyFits && typeof no === 'number') return ok({ key: key as number | null, no });
    }
  } catch {
    // Falls through to the fault: a cursor that is not ours.
  }
  return err({
    kind: 'bad-cursor',
    message: 'This place in the history belongs to another sort order or is damaged.',
    remedy: 'Start again from the first page.',
  });
}
