/** What the chart draws, as the trader chose it, and the phantoms of the instrument on show. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PhantomRow } from '#contract/areas/phantoms.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { SignalId, SignalMark } from '#core/domain/signal.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import { type LevelShape, levelShape, passesFilter, type ShapeFilter } from '../../lib/charting/level-shapes.ts';
import type { Desk } from '../../lib/desk.ts';
import { recall, remember } from '../../lib/memory.ts';
import { TIMEFRAMES } from '../../lib/timeframes.ts';
import type { ChartLines } from './chart-controller.ts';

export interface ChartChoices extends ShapeFilter {
  readonly timeframe: Timeframe;
  readonly lines: ChartLines;
}

export interface ChartState {
  readonly choices: ChartChoices;
  readonly instrumentId: InstrumentId | null;
  /** Phantoms that opened in the loaded range, oldest first. */
  readonly rows: readonly PhantomRow[];
  readonly marks: ReadonlyMap<SignalId, readonly SignalMark[]>;
  /** The last attempt to load them failed: what is drawn may be incomplete. */
  readonly marksProblem: string | null;
}

export interface ChartStore extends StoreApi<ChartState> {
  choose(change: Partial<Omit<ChartChoices, 'lines'>> & { readonly lines?: Partial<ChartLines> }): void;
  /** The chart shows bars of this instrument from this time on. */
  setRange(instrumentId: InstrumentId, from: UnixMs): void;
  /** Follows live phantoms and activity until called. */
  start(): () => void;
}

const DEFAULT_CHOICES: ChartChoices = {
  timeframe: '5m',
  lines: { volume: true, ema20: true, ema50: true, vwap: false },
  open: true,
  closed: true,
  takenOnly: false,
};

const NAME = 'chart.1';

function isChoices(value: unknown): value is ChartChoices {
  if (typeof value !== 'object' || value === null) return false;
  const choices = value as Partial<ChartChoices>;
  const lines = choices.lines;
  return (
    TIMEFRAMES.some((timeframe) => timeframe === choices.timeframe) &&
    typeof choices.open === 'boolean' &&
    typeof choices.closed === 'boolean' &&
    typeof choices.takenOnly === 'boolean' &&
    typeof lines === 'object' &&
    [lines.volume, lines.ema20, lines.ema50, lines.vwap].every((shown) => typeof shown === 'boolean')
  );
}

/** Signals far ahead of any clock: the newest always belong to the range. */
const END_OF_TIME = 8_640_000_000_000_000;

export function createChartStore(desk: Pick<Desk, 'client' | 'memory' | 'livePhantoms' | 'activity'>): ChartStore {
  const store = createStore<ChartState>(() => ({
    choices: recall(desk.memory, NAME, isChoices, DEFAULT_CHOICES),
    instrumentId: null,
    rows: [],
    marks: new Map(),
    marksProblem: null,
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
      const answer = await desk.client.call('market.marks', { ...asked, to: END_OF_TIME });
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

  return Object.assign(store, {
    choose(change: Partial<Omit<ChartChoices, 'lines'>> & { readonly lines?: Partial<ChartLines> }) {
      store.setState((state) => ({
        choices: { ...state.choices, ...change, lines: { ...state.choices.lines, ...change.lines } },
      }));
      remember(desk.memory, NAME, store.getState().choices);
    },
    setRange(instrumentId: InstrumentId, from: UnixMs) {
      const isSame = range !== null && range.instrumentId === instrumentId;
      if (isSame && range !== null && from >= range.from) return;
      if (!isSame) store.setState({ instrumentId, rows: [], marks: new Map(), marksProblem: null });
      range = { instrumentId, from };
      void load();
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

/** The shapes to draw: those the filter passes, and always the focused one. Strong ones last, so that they lie on top. */
export function shapesOf(state: ChartState, focusedId: SignalId | null): readonly LevelShape[] {
  return state.rows
    .filter((row) => row.id === focusedId || passesFilter(row, state.choices))
    .map((row) => levelShape(row, state.marks.get(row.id)))
    .sort((a, b) => Number(a.isStrong) - Number(b.isStrong));
}
