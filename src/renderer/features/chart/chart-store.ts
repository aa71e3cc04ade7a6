/** What the chart draws, as the trader chose it, and the phantoms of the instrument on show. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MarketContexts } from '#contract/areas/market.ts';
import type { PhantomRow } from '#contract/areas/phantoms.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { SignalId, SignalMark } from '#core/domain/signal.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import { type LevelShape, levelShape, passesFilter, type ShapeFilter } from '../../lib/charting/level-shapes.ts';
import type { Desk } from '../../lib/desk.ts';
import { type Memory, recall, remember } from '../../lib/memory.ts';
import { compareStrategies } from '../../lib/strategy-look.ts';
import { TIMEFRAMES } from '../../lib/timeframes.ts';
import type { ChartLines } from './chart-lines.ts';

export interface ChartChoices extends ShapeFilter {
  readonly timeframe: Timeframe;
  readonly lines: ChartLines;
  /** Behind the candles. */
  readonly sessions: boolean;
  readonly regimes: boolean;
}

export interface ChartState {
  readonly choices: ChartChoices;
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
  choose(change: Partial<Omit<ChartChoices, 'lines'>> & { readonly lines?: Partial<ChartLines> }): void;
  /** The chart shows bars of this instrument from this time on. */
  toggleStrategy(id: string): void;
  /** Session or regime has changed since. */
  refreshContexts(): void;
  setRange(instrumentId: InstrumentId, from: UnixMs): void;
  /** Follows live phantoms and activity until called. */
  start(): () => void;
}

const DEFAULT_CHOICES: ChartChoices = {
  timeframe: '5m',
  lines: { volume: true, ema20: true, ema50: true, vwap: false, bands: false, rsi: false, tsi: false },
  open: true,
  closed: true,
  takenOnly: false,
  blocked: false,
  phase0: false,
  placebo: false,
  hiddenStrategies: [],
  sessions: true,
  regimes: true,
};

const NO_CONTEXTS: MarketContexts = { sessions: [], regimes: [] };

const NAME = 'chart.2';

function isChoices(value: unknown): value is ChartChoices {
  if (typeof value !== 'object' || value === null) return false;
  const choices = value as Partial<ChartChoices>;
  const lines = choices.lines;
  return (
    TIMEFRAMES.some((timeframe) => timeframe === choices.timeframe) &&
    typeof choices.open === 'boolean' &&
    typeof choices.closed === 'boolean' &&
    [choices.takenOnly, choices.blocked, choices.phase0, choices.placebo].every((one) => typeof one === 'boolean') &&
    typeof choices.sessions === 'boolean' &&
    typeof choices.regimes === 'boolean' &&
    Array.isArray(choices.hiddenStrategies) &&
    typeof lines === 'object' &&
    lines !== null &&
    Object.values(lines).every((shown) => typeof shown === 'boolean')
  );
}

/** Lines that came with a later version are off until they are chosen. */
function remembered(memory: Memory): ChartChoices {
  const choices = recall(memory, NAME, isChoices, DEFAULT_CHOICES);
  return { ...choices, lines: { ...DEFAULT_CHOICES.lines, ...choices.lines } };
}

/** Signals far ahead of any clock: the newest always belong to the range. */
const END_OF_TIME = 8_640_000_000_000_000;

export function createChartStore(desk: Pick<Desk, 'client' | 'memory' | 'livePhantoms' | 'activity'>): ChartStore {
  const store = createStore<ChartState>(() => ({
    choices: remembered(desk.memory),
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
      const includePlacebo = store.getState().choices.placebo;
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
    const { sessions, regimes } = store.getState().choices;
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

  function choose(change: Partial<Omit<ChartChoices, 'lines'>> & { readonly lines?: Partial<ChartLines> }): void {
    store.setState((state) => ({
      choices: { ...state.choices, ...change, lines: { ...state.choices.lines, ...change.lines } },
    }));
    remember(desk.memory, NAME, store.getState().choices);
    if (change.placebo !== undefined) void load();
    if (change.sessions === true || change.regimes === true) void loadContexts();
  }

  return Object.assign(store, {
    choose,
    toggleStrategy(id: string) {
      const { hiddenStrategies } = store.getState().choices;
      const isHidden = hiddenStrategies.includes(id);
      const others = hiddenStrategies.filter((one) => one !== id);
      choose({ hiddenStrategies: isHidden ? others : [...others, id] });
    },
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
      const ends = [
        desk.livePhantoms.subscribe(takeLive),
        desk.activity.subscribe((state, before) => {
          if (state.data !== before.data && before.data !== null) void load();
        }),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
  });
}

/** Strategies with a signal in the loaded range that the filter would show, with how many; hidden ones included. */
export function strategiesIn({ rows, choices }: Pick<ChartState, 'rows' | 'choices'>): readonly StrategyCount[] {
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
export function shapesOf(state: ChartState, focusedId: SignalId | null): readonly LevelShape[] {
  return state.rows
    .filter((row) => row.id === focusedId || passesFilter(row, state.choices))
    .map((row) => levelShape(row, state.marks.get(row.id)))
    .sort((a, b) => Number(a.isStrong) - Number(b.isStrong));
}
