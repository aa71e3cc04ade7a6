/** Phantom history as the trader filters it: pages by cursor, statistics of the same filter, and news without jumping. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PhantomFilter, PhantomRow, PhantomSort, PhantomStatistics } from '#contract/areas/phantoms.ts';
import type { RemoteError } from '#contract/errors.ts';
import type { Outcome } from '#core/domain/phantom.ts';
import { problemOf } from '../../lib/client.ts';
import type { Desk } from '../../lib/desk.ts';
import { recall, remember } from '../../lib/memory.ts';
import { PERIODS, type PeriodName, periodRange } from './periods.ts';

export interface HistoryState {
  readonly filter: PhantomFilter;
  /** What `from` of the filter was made of. */
  readonly period: PeriodName;
  /** The filter that total and statistics belong to: the one before, while those of a new one are added up. */
  readonly shownFilter: PhantomFilter;
  /** The rows are there, and what they add up to is not yet. */
  readonly isAdding: boolean;
  readonly sort: PhantomSort;
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed';
  readonly rows: readonly PhantomRow[];
  readonly total: number | null;
  readonly nextCursor: string | null;
  readonly isPaging: boolean;
  readonly problem: RemoteError | null;
  readonly statistics: PhantomStatistics | null;
  /** Something changed since the rows were read, and the trader is reading further down. */
  readonly isOutdated: boolean;
}

type FilterChange = { readonly [K in keyof PhantomFilter]?: PhantomFilter[K] | undefined };

/** Empty parts leave the filter. */
function filterWith(filter: PhantomFilter, part: FilterChange): PhantomFilter {
  return Object.fromEntries(
    Object.entries({ ...filter, ...part }).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  ) as PhantomFilter;
}

export interface HistoryStore extends StoreApi<HistoryState> {
  /** Replaces parts of the filter; `undefined` takes a part out. */
  setFilter(change: FilterChange): void;
  setPeriod(name: PeriodName): void;
  clearFilter(): void;
  toggleSort(by: PhantomSort['by']): void;
  loadMore(): Promise<void>;
  refresh(): Promise<void>;
  /** The table tells whether its first row is in view: only then do rows change by themselves. */
  setAtTop(isAtTop: boolean): void;
  /** Reads the first rows as soon as there is a desk, so that the table opens with them; `start` reads them anew. */
  prefetch(): void;
  start(): () => void;
}

const PAGE_ROWS = 200;
const NO_FILTER: PhantomFilter = {};

export function isFiltered(filter: PhantomFilter): boolean {
  return Object.values(filter).some((part) => part !== undefined && !(Array.isArray(part) && part.length === 0));
}

const NAME = 'history';

/** A period is remembered by its name: its days are those of the day it is asked on. */
type Remembered = Pick<HistoryState, 'filter' | 'period' | 'sort'>;

const TEXT_LISTS = ['instrumentIds', 'strategyIds', 'sides', 'outcomes', 'dispositions'] as const;
const SORTS: readonly PhantomSort['by'][] = ['openedAt', 'exitTime', 'netR', 'score', 'qscore'];

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false;
  const { filter, period, sort } = value as Partial<Remembered>;
  if (typeof filter !== 'object' || filter === null || typeof sort !== 'object' || sort === null) return false;
  const isListOfText = (list: unknown) => Array.isArray(list) && list.every((one) => typeof one === 'string');
  return (
    PERIODS.some(({ name }) => name === period) &&
    SORTS.some((by) => by === sort.by) &&
    (sort.direction === 'ascending' || sort.direction === 'descending') &&
    Object.entries(filter).every(([key, part]) =>
      key === 'search'
        ? typeof part === 'string'
        : key === 'includePlacebo'
          ? typeof part === 'boolean'
          : TEXT_LISTS.some((name) => name === key) && isListOfText(part),
    )
  );
}

/** Activity comes in bursts when bars close: one reload answers a burst. */
const SETTLE_MS = 400;

type Parts = Pick<Desk, 'client' | 'activity' | 'link' | 'clock' | 'memory'>;

export function createHistoryStore(desk: Parts): HistoryStore {
  const store = createStore<HistoryState>(() => ({
    ...recall<Remembered>(desk.memory, NAME, isRemembered, {
      filter: NO_FILTER,
      period: 'all',
      sort: { by: 'openedAt', direction: 'descending' },
    }),
    shownFilter: NO_FILTER,
    isAdding: false,
    phase: 'idle',
    rows: [],
    total: null,
    nextCursor: null,
    isPaging: false,
    problem: null,
    statistics: null,
    isOutdated: false,
  }));
  let generation = 0;
  let isAtTop = true;
  let isStarted = false;
  let isPrefetching = false;

  async function load(keepsRows: boolean): Promise<void> {
    const mine = ++generation;
    const { filter, sort, phase } = store.getState();
    // News in the middle of a changed filter's load does not make the rows of the filter before current.
    const isCurrent = keepsRows && phase !== 'loading';
    store.setState({
      phase: isCurrent ? 'ready' : 'loading',
      problem: null,
      isPaging: false,
      isOutdated: false,
      isAdding: false,
    });
    try {
      const page = desk.client.call('phantoms.history', { filter, sort, cursor: null, limit: PAGE_ROWS });
      const summary = desk.client.call('phantoms.statistics', filter);
      // It is waited for below; the page may fail first.
      summary.catch(() => undefined);
      const { rows, nextCursor } = await page;
      if (mine !== generation) return;
      store.setState({ phase: 'ready', rows, nextCursor, isAdding: true });
      const statistics = await summary;
      if (mine !== generation) return;
      store.setState({ statistics, total: statistics.total, shownFilter: filter, isAdding: false });
    } catch (thrown) {
      if (mine !== generation) return;
      const problem = problemOf(thrown);
      const onlyFigures = store.getState().isAdding;
      if (!isCurrent && !onlyFigures) store.setState({ phase: 'failed', problem });
      else store.setState({ problem, isOutdated: true, isAdding: false });
      // Rows are never shown with the figures of another filter.
      if (!isCurrent && onlyFigures) store.setState({ statistics: null, total: null });
    }
  }

  function change(next: Partial<Remembered>): void {
    store.setState(next);
    const { filter, period, sort } = store.getState();
    const { from: _, to: __, ...rest } = filter;
    remember(desk.memory, NAME, { filter: rest, period, sort } satisfies Remembered);
    if (isStarted) void load(false);
  }

  /** A period that was remembered has no days yet. */
  function fillPeriod(): void {
    const { filter, period } = store.getState();
    if (period === 'all' || filter.from !== undefined) return;
    store.setState({ filter: filterWith(filter, rangeOf(period)) });
  }

  async function readAhead(): Promise<void> {
    if (isStarted || store.getState().phase !== 'idle') return;
    isPrefetching = true;
    fillPeriod();
    await load(false);
    isPrefetching = false;
  }

  const rangeOf = (period: PeriodName) => periodRange(period, desk.clock.now() ?? Date.now());

  return Object.assign(store, {
    setFilter(part: FilterChange) {
      change({ filter: filterWith(store.getState().filter, part) });
    },
    setPeriod(period: PeriodName) {
      change({ period, filter: filterWith(store.getState().filter, rangeOf(period)) });
    },
    clearFilter: () => change({ filter: NO_FILTER, period: 'all' }),
    toggleSort(by: PhantomSort['by']) {
      const { sort } = store.getState();
      const direction = sort.by === by && sort.direction === 'descending' ? 'ascending' : 'descending';
      change({ sort: { by, direction } });
    },
    async loadMore() {
      const { nextCursor, isPaging, phase, filter, sort } = store.getState();
      if (nextCursor === null || isPaging || phase !== 'ready') return;
      const mine = generation;
      store.setState({ isPaging: true });
      try {
        const page = await desk.client.call('phantoms.history', { filter, sort, cursor: nextCursor, limit: PAGE_ROWS });
        if (mine !== generation) return;
        store.setState((state) => {
          // A row that moved between two pages while they were read is shown once.
          const known = new Set(state.rows.map((row) => row.id));
          const fresh = page.rows.filter((row) => !known.has(row.id));
          return { rows: [...state.rows, ...fresh], nextCursor: page.nextCursor, isPaging: false };
        });
      } catch (thrown) {
        if (mine === generation) store.setState({ isPaging: false, problem: problemOf(thrown), nextCursor: null });
      }
    },
    refresh: () => load(store.getState().rows.length > 0),
    setAtTop(value: boolean) {
      isAtTop = value;
      if (isAtTop && store.getState().isOutdated) void load(true);
    },
    prefetch() {
      const look = () => {
        if (desk.activity.getState().data === null) return;
        end();
        void readAhead();
      };
      const end = desk.activity.subscribe(look);
      look();
    },
    start() {
      isStarted = true;
      fillPeriod();
      // What is on its way is what would be asked for.
      if (!isPrefetching) void load(store.getState().rows.length > 0);
      let timer: ReturnType<typeof setTimeout> | null = null;
      const end = desk.activity.subscribe((state, before) => {
        if (state.data === before.data || before.data === null) return;
        if (!isAtTop || store.getState().rows.length > PAGE_ROWS) {
          store.setState({ isOutdated: true });
          return;
        }
        timer ??= setTimeout(() => {
          timer = null;
          void load(true);
        }, SETTLE_MS);
      });
      return () => {
        isStarted = false;
        isPrefetching = false;
        generation++;
        if (timer !== null) clearTimeout(timer);
        end();
      };
    },
  });
}

/** Fewer resolved phantoms than this say nothing reliable. */
export const ENOUGH_RESOLVED = 20;

/** `chosen by outcome`: rates over rows that were picked by how they ended would say nothing. */
export type SummaryVerdict = 'none' | 'chosen by outcome' | 'too few' | 'enough';

export function verdictOf(statistics: PhantomStatistics, filter: PhantomFilter): SummaryVerdict {
  if (statistics.resolved === null || statistics.resolved.count === 0) return 'none';
  if (filter.outcomes !== undefined) return 'chosen by outcome';
  return statistics.resolved.count < ENOUGH_RESOLVED ? 'too few' : 'enough';
}

/** Outcomes in the order the summary names them, those without rows left out. */
export function outcomeCounts(statistics: PhantomStatistics): readonly (readonly [Outcome, number])[] {
  const order: readonly Outcome[] = ['win', 'loss', 'timeout', 'open', 'gated', 'unavailable'];
  return order.flatMap((outcome) => {
    const count = statistics.outcomes[outcome];
    return count > 0 ? [[outcome, count] as const] : [];
  });
}
