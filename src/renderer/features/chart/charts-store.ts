/** The charts beside each other (WS-11): how many, what each shows, how they are linked, and what all of them draw; remembered. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Timeframe } from '#core/domain/timeframe.ts';
import type { Desk } from '../../lib/desk.ts';
import { type Memory, recall, remember } from '../../lib/memory.ts';
import { TIMEFRAMES } from '../../lib/timeframes.ts';
import type { ChartLines } from './chart-lines.ts';
import { ChartLinks } from './chart-links.ts';
import { type ChartChoices, type ChartStore, createChartStore } from './chart-store.ts';

export type ChoicesChange = Partial<Omit<ChartChoices, 'lines'>> & { readonly lines?: Partial<ChartLines> };

export const CHART_COUNTS = [1, 2, 4] as const;
export type ChartCount = (typeof CHART_COUNTS)[number];

export interface ChartSlot {
  /** Null: the selected instrument, until the slot is given one of its own. */
  readonly instrumentId: InstrumentId | null;
  readonly timeframe: Timeframe;
}

interface Arrangement {
  readonly count: ChartCount;
  /** One for each chart there can be; the first `count` are on show. */
  readonly slots: readonly ChartSlot[];
  /** All charts show the selected instrument; else only the active one follows the selection. */
  readonly linksInstrument: boolean;
  /** All charts show the range of time of the one in hand. */
  readonly linksRange: boolean;
}

export interface ChartsState extends Arrangement {
  readonly choices: ChartChoices;
  /** The chart that the toolbar, the keys and the watchlist speak to. */
  readonly active: number;
}

export interface ChartsStore extends StoreApi<ChartsState> {
  /** The phantoms and shading of each slot. */
  readonly charts: readonly ChartStore[];
  readonly links: ChartLinks;
  choose(change: ChoicesChange): void;
  toggleStrategy(id: string): void;
  /** The active chart stays on show. */
  setCount(count: ChartCount): void;
  activate(index: number): void;
  /** Of the active chart. */
  setTimeframe(timeframe: Timeframe): void;
  linkInstrument(isLinked: boolean): void;
  linkRange(isLinked: boolean): void;
}

const MOST_CHARTS = 4;
const FIRST_TIMEFRAMES = ['5m', '1h', '15m', '4h'] as const satisfies readonly Timeframe[];

const DEFAULT_CHOICES: ChartChoices = {
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

const DEFAULT_ARRANGEMENT: Arrangement = {
  count: 1,
  slots: FIRST_TIMEFRAMES.map((timeframe) => ({ instrumentId: null, timeframe })),
  linksInstrument: true,
  linksRange: false,
};

const CHOICES = 'chart.2';
const ARRANGEMENT = 'charts.1';

function isChoices(value: unknown): value is ChartChoices {
  if (typeof value !== 'object' || value === null) return false;
  const { lines, hiddenStrategies, ...switches } = value as Partial<ChartChoices>;
  const { open, closed, takenOnly, blocked, phase0, placebo, sessions, regimes } = switches;
  return (
    [open, closed, takenOnly, blocked, phase0, placebo, sessions, regimes].every((one) => typeof one === 'boolean') &&
    Array.isArray(hiddenStrategies) &&
    typeof lines === 'object' &&
    lines !== null &&
    Object.values(lines).every((shown) => typeof shown === 'boolean')
  );
}

/** Lines that came with a later version are off until they are chosen. */
function rememberedChoices(memory: Memory): ChartChoices {
  const choices = recall(memory, CHOICES, isChoices, DEFAULT_CHOICES);
  return { ...choices, lines: { ...DEFAULT_CHOICES.lines, ...choices.lines } };
}

function isArrangement(value: unknown): value is Arrangement {
  if (typeof value !== 'object' || value === null) return false;
  const { count, slots, linksInstrument, linksRange } = value as Partial<Arrangement>;
  return (
    CHART_COUNTS.some((one) => one === count) &&
    typeof linksInstrument === 'boolean' &&
    typeof linksRange === 'boolean' &&
    Array.isArray(slots) &&
    slots.length === MOST_CHARTS &&
    slots.every(isSlot)
  );
}

function isSlot(value: unknown): value is ChartSlot {
  if (typeof value !== 'object' || value === null) return false;
  const { instrumentId, timeframe } = value as Partial<ChartSlot>;
  return (instrumentId === null || typeof instrumentId === 'string') && TIMEFRAMES.some((known) => known === timeframe);
}

export type ChartsDesk = Pick<Desk, 'client' | 'memory' | 'livePhantoms' | 'activity' | 'view' | 'watchlist'>;

export function createChartsStore(desk: ChartsDesk): ChartsStore {
  const arrangement = recall(desk.memory, ARRANGEMENT, isArrangement, DEFAULT_ARRANGEMENT);
  const store = createStore<ChartsState>(() => ({
    ...arrangement,
    choices: rememberedChoices(desk.memory),
    active: 0,
  }));
  const links = new ChartLinks();
  links.linkRange(arrangement.linksRange);

  function arrange(change: Partial<Arrangement & { readonly active: number }>): void {
    store.setState(change);
    const { count, slots, linksInstrument, linksRange } = store.getState();
    remember(desk.memory, ARRANGEMENT, { count, slots, linksInstrument, linksRange });
  }

  function setSlots(change: (slot: ChartSlot, index: number) => ChartSlot): void {
    arrange({ slots: store.getState().slots.map(change) });
  }

  function takeSelected(instrumentId: InstrumentId | null): void {
    if (instrumentId === null) return;
    const { active, linksInstrument } = store.getState();
    setSlots((slot, index) => (linksInstrument || index === active ? { ...slot, instrumentId } : slot));
  }

  takeSelected(desk.view.getState().instrumentId);
  desk.view.subscribe((state, before) => {
    if (state.instrumentId !== before.instrumentId) takeSelected(state.instrumentId);
  });
  // Another exchange, or other instruments: a chart whose own has gone shows the selected one.
  desk.watchlist.subscribe(({ data }, before) => {
    if (data === null || data === before.data || data.length === 0) return;
    const known = new Set(data.map(({ instrumentId }) => instrumentId));
    const isGone = ({ instrumentId }: ChartSlot) => instrumentId !== null && !known.has(instrumentId);
    const { slots, active } = store.getState();
    // The active one goes with the selection, which the desk moves itself.
    if (slots.some((slot, index) => index !== active && isGone(slot))) {
      setSlots((slot, index) => (index !== active && isGone(slot) ? { ...slot, instrumentId: null } : slot));
    }
  });

  function choose(change: ChoicesChange): void {
    store.setState(({ choices }) => ({
      choices: { ...choices, ...change, lines: { ...choices.lines, ...change.lines } },
    }));
    remember(desk.memory, CHOICES, store.getState().choices);
  }

  return Object.assign(store, {
    links,
    charts: Array.from({ length: MOST_CHARTS }, () => createChartStore(desk, store)),
    choose,
    toggleStrategy(id: string) {
      const { hiddenStrategies } = store.getState().choices;
      const isHidden = hiddenStrategies.includes(id);
      const others = hiddenStrategies.filter((one) => one !== id);
      choose({ hiddenStrategies: isHidden ? others : [...others, id] });
    },
    setCount(count: ChartCount) {
      const { slots, active } = store.getState();
      if (active < count) return arrange({ count });
      const [first, chosen] = [slots[0], slots[active]];
      if (first === undefined || chosen === undefined) return;
      arrange({ count, active: 0, slots: slots.with(0, chosen).with(active, first) });
    },
    activate(index: number) {
      const { active, count, slots } = store.getState();
      if (index === active || index >= count) return;
      store.setState({ active: index });
      const instrumentId = slots[index]?.instrumentId ?? null;
      if (instrumentId === null) takeSelected(desk.view.getState().instrumentId);
      else desk.view.selectInstrument(instrumentId);
    },
    setTimeframe(timeframe: Timeframe) {
      const { active } = store.getState();
      setSlots((slot, index) => (index === active ? { ...slot, timeframe } : slot));
    },
    linkInstrument(linksInstrument: boolean) {
      arrange({ linksInstrument });
      if (linksInstrument) takeSelected(desk.view.getState().instrumentId);
    },
    linkRange(linksRange: boolean) {
      arrange({ linksRange });
      links.linkRange(linksRange);
    },
  });
}
