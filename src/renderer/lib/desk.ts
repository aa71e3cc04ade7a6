/** Everything the window's rooms share: the client, the exchange clock, and one store per state stream. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { WatchlistRow } from '#contract/areas/market.ts';
import type { ModelNotice, ModelsSnapshot } from '#contract/areas/models.ts';
import type { DeskNotice, TelegramStatus } from '#contract/areas/notices.ts';
import type { LivePhantom, PhantomActivity } from '#contract/areas/phantoms.ts';
import type { RiskStatus } from '#contract/areas/risk.ts';
import type { DemoStatus, LogEntry, SessionStatus } from '#contract/areas/session.ts';
import type { Settings } from '#contract/areas/settings.ts';
import type { PositionView } from '#contract/areas/trading.ts';
import type { Link, LinkState } from '#contract/rpc/reconnecting-client.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { DeskClient } from './client.ts';
import { ExchangeClock } from './exchange-clock.ts';
import { type Memory, recall, remember } from './memory.ts';
import { createLivePhantoms } from './stores/live-phantoms.ts';
import { createNoticesStore, type NoticesStore } from './stores/notices.ts';
import { applyRows, createStreamStore, type StreamStore } from './stores/stream-store.ts';
import { reduceTickets, type TicketBook, ticketBook } from './stores/tickets.ts';
import { createViewStore, type ViewStore } from './stores/view.ts';
import { orderRows } from './stores/watchlist-order.ts';

export interface Desk {
  readonly client: DeskClient;
  readonly memory: Memory;
  readonly clock: ExchangeClock;
  readonly monotonicMs: () => number;
  readonly view: ViewStore;
  readonly notices: NoticesStore;
  /** The window's own connection to the services, not the services' connection to the exchange. */
  readonly link: StoreApi<{ readonly now: LinkState }>;
  /** Dials again at once. */
  readonly reconnect: () => void;
  readonly session: StreamStore<SessionStatus>;
  readonly demo: StreamStore<DemoStatus>;
  readonly settings: StreamStore<Settings>;
  readonly watchlist: StreamStore<readonly WatchlistRow[]>;
  readonly tickets: StreamStore<TicketBook>;
  readonly positions: StreamStore<readonly PositionView[]>;
  readonly livePhantoms: StreamStore<readonly LivePhantom[]>;
  readonly activity: StreamStore<PhantomActivity>;
  readonly models: StreamStore<ModelsSnapshot>;
  /** Since the window was opened, oldest first. */
  readonly modelNotices: StreamStore<readonly ModelNotice[]>;
  /** The newest of what happened since the window was opened (DE-17). */
  readonly told: StreamStore<readonly DeskNotice[]>;
  readonly telegram: StreamStore<TelegramStatus>;
  readonly risk: StreamStore<RiskStatus>;
  readonly log: StreamStore<readonly LogEntry[]>;
  /** Opens every stream. */
  start(): void;
  stop(): void;
}

/** Enough to scroll through; older entries are in the log file. */
const LOG_ENTRIES_KEPT = 2_000;

const MODEL_NOTICES_KEPT = 20;

export interface DeskParts {
  readonly client: DeskClient;
  readonly link: Link;
  readonly memory: Memory;
  readonly monotonicMs: () => number;
}

const isText = (value: unknown): value is string | null => typeof value === 'string';

export function createDesk({ client, link, memory, monotonicMs }: DeskParts): Desk {
  const clock = new ExchangeClock(monotonicMs);
  const view = createViewStore(recall<InstrumentId | null>(memory, 'instrument', isText, null));
  const linkStore = createStore<{ readonly now: LinkState }>(() => ({ now: link.current() }));
  const whole = <T>(_: T, next: T): T => next;
  const keep = <T>(snapshot: T): T => snapshot;

  const session = createStreamStore<'session.status', SessionStatus>({
    client,
    name: 'session.status',
    input: {},
    fromSnapshot: keep,
    reduce: whole,
  });
  const demo = createStreamStore<'demo.status', DemoStatus>({
    client,
    name: 'demo.status',
    input: {},
    fromSnapshot: keep,
    reduce: whole,
  });
  const settings = createStreamStore<'settings.current', Settings>({
    client,
    name: 'settings.current',
    input: {},
    fromSnapshot: keep,
    reduce: whole,
  });
  const ordered = (rows: readonly WatchlistRow[]) => orderRows(rows, settings.getState().data?.symbols ?? []);
  const watchlist = createStreamStore<'market.watchlist', readonly WatchlistRow[]>({
    client,
    name: 'market.watchlist',
    input: {},
    fromSnapshot: ordered,
    reduce: (rows, delta) => {
      const next = applyRows(rows, delta.upserted, delta.removed, (row) => row.instrumentId);
      return next.length === rows.length ? next : ordered(next);
    },
  });
  const tickets = createStreamStore<'tickets.open', TicketBook>({
    client,
    name: 'tickets.open',
    input: {},
    fromSnapshot: ticketBook,
    reduce: reduceTickets,
  });
  const positions = createStreamStore<'positions.recent', readonly PositionView[]>({
    client,
    name: 'positions.recent',
    input: {},
    fromSnapshot: keep,
    reduce: (rows, delta) => applyRows(rows, delta.upserted, [], (row) => row.id),
  });
  const livePhantoms = createLivePhantoms(client, false);
  const activity = createStreamStore<'phantoms.activity', PhantomActivity>({
    client,
    name: 'phantoms.activity',
    input: {},
    fromSnapshot: keep,
    reduce: whole,
  });
  const models = createStreamStore<'models.overview', ModelsSnapshot>({
    client,
    name: 'models.overview',
    input: {},
    fromSnapshot: keep,
    reduce: whole,
  });
  const modelNotices = createStreamStore<'models.notices', readonly ModelNotice[]>({
    client,
    name: 'models.notices',
    input: {},
    fromSnapshot: () => [],
    reduce: (notices, notice) => [...notices, notice].slice(-MODEL_NOTICES_KEPT),
  });
  const told = createStreamStore<'notices.told', readonly DeskNotice[]>({
    client,
    name: 'notices.told',
    input: {},
    fromSnapshot: () => [],
    reduce: (_, notice) => [notice],
  });
  const telegram = createStreamStore<'telegram.status', TelegramStatus>({
    client,
    name: 'telegram.status',
    input: {},
    fromSnapshot: keep,
    reduce: whole,
  });
  const risk = createStreamStore<'risk.status', RiskStatus>({
    client,
    name: 'risk.status',
    input: {},
    fromSnapshot: keep,
    reduce: whole,
  });
  const log = createStreamStore<'session.log', readonly LogEntry[]>({
    client,
    name: 'session.log',
    input: {},
    fromSnapshot: (snapshot) => snapshot.entries.slice(-LOG_ENTRIES_KEPT),
    reduce: (entries, delta) => [...entries, ...delta.entries].slice(-LOG_ENTRIES_KEPT),
  });

  const streams = [
    session,
    demo,
    settings,
    watchlist,
    tickets,
    positions,
    livePhantoms,
    activity,
    models,
    modelNotices,
    told,
    telegram,
    risk,
    log,
  ];
  const alwaysOpen = streams.filter((stream) => stream !== demo);

  // The demo market's controls exist only while the exchange is the demo one.
  function followDemo(): void {
    if (session.getState().data?.connection.exchange === 'demo') demo.open();
    else demo.close();
  }

  function followLink(now: LinkState): void {
    linkStore.setState({ now });
    if (now.state === 'connected') {
      // The client restores open streams by itself; these are the ones that had ended.
      for (const stream of alwaysOpen) stream.open();
      followDemo();
    } else {
      clock.freeze();
      for (const stream of streams) stream.markStale();
    }
  }

  const unlisten = [
    link.onChange(followLink),
    session.subscribe((state, before) => {
      if (state.data === null || state.data === before.data) return;
      clock.set(state.data.clock.exchangeTime, state.data.clock.speed);
      followDemo();
    }),
    demo.subscribe((state, before) => {
      if (state.data === null || state.data === before.data) return;
      clock.set(state.data.exchangeTime, state.data.currentSpeed);
    }),
    settings.subscribe((state, before) => {
      const rows = watchlist.getState().data;
      if (rows !== null && state.data?.symbols !== before.data?.symbols) watchlist.setState({ data: ordered(rows) });
    }),
    watchlist.subscribe((state) => {
      const rows = state.data;
      if (rows === null) return;
      const selected = view.getState().instrumentId;
      const first = rows[0];
      if (first !== undefined && !rows.some((row) => row.instrumentId === selected)) {
        view.selectInstrument(first.instrumentId);
      }
    }),
    view.subscribe((state, before) => {
      if (state.instrumentId !== before.instrumentId) remember(memory, 'instrument', state.instrumentId);
    }),
  ];

  return {
    client,
    memory,
    clock,
    monotonicMs,
    view,
    notices: createNoticesStore(),
    link: linkStore,
    reconnect: () => link.retryNow(),
    session,
    demo,
    settings,
    watchlist,
    tickets,
    positions,
    livePhantoms,
    activity,
    models,
    modelNotices,
    told,
    telegram,
    risk,
    log,
    start() {
      for (const stream of alwaysOpen) stream.open();
    },
    stop() {
      for (const stream of streams) stream.close();
      for (const end of unlisten) end();
    },
  };
}
