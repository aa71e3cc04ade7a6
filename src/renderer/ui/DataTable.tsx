/** A table of any length: virtual rows, sortable heads, keyboard, and more rows on demand. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type UIEvent,
  useEffect,
  useRef,
  useState,
} from 'react';
import { defines, type TermName } from '../lib/glossary.ts';
import './data-table.css';

export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  /** A CSS grid track, e.g. `minmax(6rem, 1fr)`. */
  readonly track: string;
  readonly align?: 'left' | 'right';
  /** Left out where the panel is narrow: what the row's own page shows too. */
  readonly isMinor?: boolean;
  /** What the column shows: every figure is explained (WS-18). */
  readonly term: TermName;
  /** Set where the table can be sorted by it. */
  readonly sort?: { readonly direction: 'ascending' | 'descending' | null; readonly toggle: () => void };
  readonly cell: (row: Row) => ReactNode;
}

export interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** All rows there are, where more can be loaded than are held. */
  readonly total?: number;
  readonly idOf: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly activeId?: string | null;
  /** Called when the end of the held rows comes near. */
  readonly onNearEnd?: () => void;
  /** Says whether the view is at its top. */
  readonly onTop?: (isTop: boolean) => void;
  readonly smallestWidth: string;
  /** Without the minor columns. */
  readonly smallestNarrowWidth?: string;
  readonly empty: ReactNode;
}

const ROW_REM = 1.9;
const NEAR_END_ROWS = 40;

function rowPixels(): number {
  return ROW_REM * (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, total, idOf, onOpen, activeId, onNearEnd, onTop, smallestWidth, empty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: rowPixels,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  const isNearEnd = rows.length > 0 && lastShown >= rows.length - NEAR_END_ROWS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when more rows have come.
  useEffect(() => {
    if (isNearEnd) onNearEnd?.();
  }, [isNearEnd, rows.length, onNearEnd]);

  function onScroll(event: UIEvent<HTMLDivElement>): void {
    onTop?.(event.currentTarget.scrollTop < 4);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 };
    const step = steps[event.key];
    if (step !== undefined || event.key === 'Home' || event.key === 'End') {
      event.preventDefault();
      event.stopPropagation();
      const wanted = event.key === 'Home' ? 0 : event.key === 'End' ? rows.length - 1 : focused + (step ?? 0);
      const next = Math.max(0, Math.min(rows.length - 1, wanted));
      setFocused(next);
      virtual.scrollToIndex(next);
      requestAnimationFrame(() => {
        scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus();
      });
    }
    const row = rows[focused];
    if ((event.key === 'Enter' || event.key === ' ') && row !== undefined && onOpen !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      onOpen(row);
    }
  }

  const tracks = (some: readonly Column<Row>[]) => some.map((column) => column.track).join(' ');
  // The style sheet chooses by the width of the panel.
  const looks = {
    '--tracks': tracks(columns),
    '--tracks-narrow': tracks(columns.filter((column) => column.isMinor !== true)),
    '--smallest': smallestWidth,
    '--smallest-narrow': props.smallestNarrowWidth ?? smallestWidth,
  } as CSSProperties;
  const tabStop = Math.min(focused, Math.max(0, rows.length - 1));
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows need free placement, which table elements do not allow.
    <div
      ref={scroller}
      className="table"
      role="table"
      aria-label={label}
      aria-rowcount={(total ?? rows.length) + 1}
      style={looks}
      onScroll={onScroll}
    >
      <div className="table__inner">
        {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the header row is read, not operated. */}
        <div className="table__head" role="row">
          {columns.map((column) => (
            <HeadCell key={column.key} column={column} />
          ))}
        </div>
        {rows.length === 0 ? (
          <div className="table__empty">{empty}</div>
        ) : (
          // biome-ignore lint/a11y/useSemanticElements: see above.
          <div
            className="table__body"
            role="rowgroup"
            style={{ height: `${virtual.getTotalSize()}px` }}
            onKeyDown={onKeyDown}
          >
            {items.map((item) => {
              const row = rows[item.index];
              if (row === undefined) return null;
              const id = idOf(row);
              return (
                // biome-ignore lint/a11y/useSemanticElements: see above.
                // biome-ignore lint/a11y/useKeyWithClickEvents: the body handles the keys of all rows.
                <div
                  key={id}
                  role="row"
                  aria-rowindex={item.index + 2}
                  className={id === activeId ? 'table__row table__row--active' : 'table__row'}
                  data-index={item.index}
                  tabIndex={item.index === tabStop ? 0 : -1}
                  style={{
                    height: `${item.size}px`,
                    transform: `translateY(${item.start}px)`,
                  }}
                  onFocus={() => setFocused(item.index)}
                  onClick={() => onOpen?.(row)}
                >
                  {columns.map((column) => (
                    // biome-ignore lint/a11y/useSemanticElements: see above.
                    <div key={column.key} role="cell" className={cellClasses(column)}>
                      {column.cell(row)}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}

function cellClasses<Row>({ align, isMinor }: Column<Row>): string {
  return [
    'table__cell',
    align === 'right' ? 'table__cell--right number' : '',
    isMinor === true ? 'table__minor' : '',
  ].join(' ');
}

function HeadCell<Row>({ column }: { readonly column: Column<Row> }) {
  const { sort } = column;
  const definition = column.term === undefined ? {} : defines(column.term);
  const classes = [
    'table__th',
    column.align === 'right' ? 'table__th--right' : '',
    column.isMinor === true ? 'table__minor' : '',
  ].join(' ');
  if (sort === undefined) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: virtual rows need free placement.
      // biome-ignore lint/a11y/useFocusableInteractive: nothing to operate.
      <div role="columnheader" className={classes} {...definition}>
        {column.header}
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows need free placement.
    // biome-ignore lint/a11y/useFocusableInteractive: the button inside is focusable.
    <div role="columnheader" aria-sort={sort.direction ?? 'none'} className={classes}>
      <button type="button" className="table__sort" onClick={sort.toggle} {...definition}>
        {column.header}
        {sort.direction === 'ascending' && <ArrowUp size={11} aria-hidden="true" />}
        {sort.direction === 'descending' && <ArrowDown size={11} aria-hidden="true" />}
      </button>
    </div>
  );
}
