/** The phantoms of the instrument that a chart shows, and what is shaded behind its candles. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MarketContexts } from '#contract/areas/market.ts';
import type { PhantomRow } from '#contract/areas/phantoms.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { SignalId, SignalMark } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { type LevelShape, levelShape, passesFilter, type ShapeFilter } from '../../lib/charting/level-shapes.ts';
import type { Desk } from '../../lib/desk.ts';
import { compareStrategies } from '../../lib/strategy-look.ts';
import type { ChartLines } from './chart-lines.ts';

/** What every chart draws. */
export interface ChartChoices extends ShapeFilter {
  readonly lines: ChartLines;
  /** Behind the candles. */
  readonly sessions: boolean;
  readonly regimes: boolean;
}

export interface ChartState {
  readonly instrumentId: InstrumentId | null;
  /** Phantoms that opened in the loaded range, oldest first. */
  readonly rows: readonly PhantomRow[];
  readonly marks: ReadonlyMap<SignalId, readonly SignalMark[]>;
  /** The last attempt to load them failed: what is drawn may be incomplete. */
  readonly marksProblem: string | null;
  /** Of the loaded range; empty until they were asked for. */
  readonly contexts: MarketContexts;
}

export interface ChartStore extends StoreApi<ChartState> {
  /** Session or regime has changed since. */
  refreshContexts(): void;
  /** The chart shows bars of this instrument from this time on. */
  setRange(instrumentId: InstrumentId, from: UnixMs): void;
  /** Follows live phantoms, activity and choices until called. */
  start(): () => void;
}

const NO_CONTEXTS: MarketContexts = { sessions: [], regimes: [] };

/** Signals far ahead of any clock: the newest always belong to the range. */
const END_OF_TIME = 8_640_000_000_000_000;

/** `charts` says what is drawn: the same for every chart. */
export function createChartStore(
  desk: Pick<Desk, 'client' | 'livePhantoms' | 'activity'>,
  charts: StoreApi<{ readonly choices: ChartChoices }>,
): ChartStore {
  const store = createStore<ChartState>(() => ({
    instrumentId: null,
    rows: [],
    marks: new Map(),
    marksProblem: null,
    contexts: NO_CONTEXTS,
  }));
  let range: { readonly instrumentId: InstrumentId; readonly from: UnixMs } | null = null;
  let isLoading = false;
  let isWanted = false;

  /** One request at a time; changes that come meanwhile are answered by one more. */
  async function load(): Promise<void> {
    if (range === null) return;
    if (isLoading) {
      isWanted = true;
      return;
    }
    isLoading = true;
    const asked = range;
    try {
      const includePlacebo = charts.getState().choices.placebo;
      const answer = await desk.client.call('market.marks', { ...asked, to: END_OF_TIME, includePlacebo });
      if (range.instrumentId === asked.instrumentId) {
        const rows = [...answer.phantoms].sort((a, b) => a.openedAt - b.openedAt);
        const marks = new Map(answer.strategy.map((one) => [one.signalId, one.marks]));
        store.setState({ instrumentId: asked.instrumentId, rows, marks, marksProblem: null });
      }
    } catch {
      store.setState({ marksProblem: 'Phantoms could not be loaded; what is drawn may be incomplete.' });
    }
    isLoading = false;
    if (isWanted) {
      isWanted = false;
      await load();
    }
  }

  /** The newest answer counts; one that fails leaves the background as it is. */
  let contextsAsked = 0;
  async function loadContexts(): Promise<void> {
    const { sessions, regimes } = charts.getState().choices;
    if (range === null || (!sessions && !regimes)) return;
    const mine = ++contextsAsked;
    try {
      const contexts = await desk.client.call('market.contexts', { ...range, to: END_OF_TIME });
      if (mine === contextsAsked) store.setState({ contexts });
    } catch {
      // It is a background: without it the chart says no less.
    }
  }

  /** What moved among the open phantoms of the instrument, without asking. */
  function takeLive(): void {
    const live = desk.livePhantoms.getState().data;
    const { instrumentId, rows } = store.getState();
    if (live === null || instrumentId === null) return;
    const mine = new Map(live.filter((row) => row.instrumentId === instrumentId).map((row) => [row.id, row]));
    let hasChanged = false;
    const next = rows.map((row) => {
      const fresh = mine.get(row.id);
      if (fresh === undefined || (fresh.disposition === row.disposition && fresh.outcome === row.outcome)) return row;
      hasChanged = true;
      return fresh;
    });
    if (hasChanged) store.setState({ rows: next });
  }

  function takeChoices(choices: ChartChoices, before: ChartChoices): void {
    if (choices.placebo !== before.placebo) void load();
    if ((choices.sessions && !before.sessions) || (choices.regimes && !before.regimes)) void loadContexts();
  }

  return Object.assign(store, {
    refreshContexts: () => void loadContexts(),
    setRange(instrumentId: InstrumentId, from: UnixMs) {
      const isSame = range !== null && range.instrumentId === instrumentId;
      if (isSame && range !== null && from >= range.from) return;
      if (!isSame) {
        store.setState({ instrumentId, rows: [], marks: new Map(), marksProblem: null, contexts: NO_CONTEXTS });
      }
      range = { instrumentId, from };
      void load();
      void loadContexts();
    },
    start() {
      // Away from the screen it followed nothing.
      void load();
      void loadContexts();
      const ends = [
        desk.livePhantoms.subscribe(takeLive),
        desk.activity.subscribe((state, before) => {
          if (state.data !== before.data && before.data !== null) void load();
        }),
        charts.subscribe((state, before) => takeChoices(state.choices, before.choices)),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
  });
}

/** Strategies with a signal in the loaded range that the filter would show, with how many; hidden ones included. */
export function strategiesIn(rows: ChartState['rows'], choices: ChartChoices): readonly StrategyCount[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (!passesFilter(row, { ...choices, hiddenStrategies: [] })) continue;
    counts.set(row.strategyId, (counts.get(row.strategyId) ?? 0) + 1);
  }
  return [...counts]
    .map(([id, count]) => ({ id, count, isHidden: choices.hiddenStrategies.includes(id) }))
    .sort((a, b) => compareStrategies(a.id, b.id));
}

export interface StrategyCount {
  readonly id: string;
  readonly count: number;
  readonly isHidden: boolean;
}

/** The shapes to draw: those the filter passes, and always the focused one. Strong ones last, so that they lie on top. */
export function shapesOf(
  { rows, marks }: Pick<ChartState, 'rows' | 'marks'>,
  filter: ShapeFilter,
  focusedId: SignalId | null,
): readonly LevelShape[] {
  return rows
    .filter((row) => row.id === focusedId || passesFilter(row, filter))
    .map((row) => levelShape(row, marks.get(row.id)))
    .sort((a, b) => Number(a.isStrong) - Number(b.isStrong));
}
