/** The live lists of the window: watchlist, tickets, open phantoms, positions, activity. */

import type { FeedState, WatchlistRow } from '#contract/areas/market.ts';
import type { LivePhantom, PhantomActivity } from '#contract/areas/phantoms.ts';
import type { PositionView, TicketView } from '#contract/areas/trading.ts';
import type { OpenStream, StreamSink } from '#contract/service.ts';
import { sessionAt } from '#core/domain/context.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import { DAY_MS, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import type { Ticket, TicketId } from '#core/domain/trading.ts';
import type { EngineEvent } from '#core/engine/messages.ts';
import type { Profile } from '#main/store/database.ts';
import type { EngineStep } from '../engine-keeper.ts';
import type { LiveSession } from '../live-session.ts';
import { isPlacebo, shownPhantoms, storedFilter } from '../phantom-filters.ts';
import { PolledList } from './polled-list.ts';
import { livePhantom, positionView, priceDecimals, ticketView } from './rows.ts';

/** Prices come at most four times a second. */
const EVERY_MS = 250;
const SPARKLINE_POINTS = 48;
const CLOSED_POSITIONS_SHOWN = 100;
const CLOSED_TICKETS_KEPT = 50;

export class DeskViews {
  readonly watchlist: PolledList<WatchlistRow>;
  readonly tickets: PolledList<TicketView>;
  readonly phantoms: PolledList<LivePhantom>;
  /** With those of hidden strategies (ST-12). */
  readonly allPhantoms: PolledList<LivePhantom>;
  readonly positions: PolledList<PositionView>;
  readonly #session: LiveSession;
  readonly #profile: Profile;
  readonly #activitySinks = new Set<StreamSink<PhantomActivity>>();
  readonly #lastSignals = new Map<InstrumentId, NonNullable<WatchlistRow['lastSignal']>>();
  /** Tickets that closed since they were last told: how each ended goes out with its removal. */
  readonly #closedTickets = new Map<TicketId, Ticket>();

  constructor(session: LiveSession, profile: Profile) {
    this.#session = session;
    this.#profile = profile;
    const list = <Row>(key: (row: Row) => string, rows: () => readonly Row[]) =>
      new PolledList<Row>({ key, rows, everyMs: EVERY_MS });
    this.watchlist = list<WatchlistRow>(
      (row) => row.instrumentId,
      () => this.#watchlistRows(),
    );
    this.tickets = new PolledList<TicketView>({
      key: (row) => row.id,
      rows: () => this.#ticketRows(),
      everyMs: EVERY_MS,
      last: (id) => this.#closedTicket(id),
    });
    this.phantoms = list<LivePhantom>(
      (row) => row.id,
      () => this.#phantomRows(false),
    );
    this.allPhantoms = list<LivePhantom>(
      (row) => row.id,
      () => this.#phantomRows(true),
    );
    this.positions = list<PositionView>(
      (row) => row.id,
      () => this.#positionRows(),
    );
    session.stepped.on((step) => this.#onStep(step));
    session.formed.on(() => this.#touchAll(false));
    session.changed.on(() => this.watchlist.touch());
    session.reopened.on(() => {
      this.#lastSignals.clear();
      this.#touchAll(true);
    });
  }

  /** Counts of what happened since the last frame; history refreshes itself from it. */
  openActivity(sink: StreamSink<PhantomActivity>): OpenStream<PhantomActivity> {
    this.#activitySinks.add(sink);
    return {
      snapshot: { opened: 0, closed: 0, decided: 0 },
      stop: () => {
        this.#activitySinks.delete(sink);
      },
    };
  }

  close(): void {
    for (const list of this.#lists) list.close();
    this.#activitySinks.clear();
  }

  #onStep({ input, events }: EngineStep): void {
    if (input.kind === 'heartbeat' && events.length === 0) return;
    const count = (kind: EngineEvent['kind']) => events.filter((event) => event.kind === kind).length;
    for (const event of events) {
      if (event.kind === 'ticket-closed') this.#keepClosed(event.ticket);
      if (event.kind !== 'phantom-opened' || isPlacebo(event.phantom.signal.strategyId)) continue;
      const { signal } = event.phantom;
      this.#lastSignals.set(signal.instrumentId, {
        time: signal.time,
        side: signal.side,
        strategyId: signal.strategyId,
      });
    }
    const ticketsChanged = events.some((event) => event.kind.startsWith('ticket') || event.kind === 'phantom-decided');
    this.tickets.touch(ticketsChanged);
    if (ticketsChanged) this.positions.touch(true);
    this.#touchAll(false);
    const activity = {
      opened: count('phantom-opened'),
      closed: count('phantom-closed'),
      decided: count('phantom-decided'),
    };
    if (activity.opened + activity.closed + activity.decided === 0) return;
    for (const sink of this.#activitySinks) sink.push(activity);
  }

  #touchAll(now: boolean): void {
    for (const list of this.#lists) list.touch(now);
  }

  get #lists() {
    return [this.watchlist, this.tickets, this.phantoms, this.allPhantoms, this.positions];
  }

  #instrument(id: InstrumentId): Instrument | null {
    return this.#session.keeper?.engine.instrument(id)?.instrument ?? this.#profile.notes.instrument(id);
  }

  #ticketRows(): readonly TicketView[] {
    const engine = this.#session.keeper?.engine;
    if (engine === undefined) return [];
    return [...engine.openTickets()].flatMap((ticket) => {
      const open = engine.openPhantoms.get(ticket.id);
      if (open === undefined) return [];
      const { instrumentId } = ticket;
      return [ticketView(ticket, open.phantom, this.#session.price(instrumentId), this.#instrument(instrumentId))];
    });
  }

  #keepClosed(ticket: Ticket): void {
    this.#closedTickets.set(ticket.id, ticket);
    // Without a window nobody asks for them.
    const [oldest] = this.#closedTickets.keys();
    if (this.#closedTickets.size > CLOSED_TICKETS_KEPT && oldest !== undefined) this.#closedTickets.delete(oldest);
  }

  #closedTicket(id: TicketId): TicketView | null {
    const ticket = this.#closedTickets.get(id);
    // Its phantom may have ended with it.
    const phantom =
      this.#session.keeper?.engine.openPhantoms.get(id)?.phantom ?? this.#profile.history.detail(id)?.phantom;
    if (ticket === undefined || phantom === undefined) return null;
    const { instrumentId } = ticket;
    return ticketView(ticket, phantom, this.#session.price(instrumentId), this.#instrument(instrumentId));
  }

  #phantomRows(includePlacebo: boolean): readonly LivePhantom[] {
    const engine = this.#session.keeper?.engine;
    if (engine === undefined) return [];
    return [...(includePlacebo ? engine.openPhantoms.all() : shownPhantoms(engine))].map((open) => {
      const { instrumentId } = open.phantom;
      return livePhantom(open, this.#session.price(instrumentId), this.#instrument(instrumentId));
    });
  }

  #positionRows(): readonly PositionView[] {
    const open = [...(this.#session.keeper?.engine.openPositions() ?? [])].map(({ position, walk }) =>
      positionView(
        position,
        walk,
        this.#session.price(position.instrumentId),
        this.#instrument(position.instrumentId),
        strategyOf(position.id),
      ),
    );
    const closed = this.#profile.desk
      .closedPositions(CLOSED_POSITIONS_SHOWN)
      .map((position) =>
        positionView(position, null, null, this.#instrument(position.instrumentId), strategyOf(position.id)),
      );
    return [...open, ...closed];
  }

  #watchlistRows(): readonly WatchlistRow[] {
    const engine = this.#session.keeper?.engine;
    const now = this.#session.now();
    return this.#session.instruments.map((instrument) => {
      const state = engine?.instrument(instrument.id);
      const price = this.#session.price(instrument.id);
      const day = this.#closesOfDay(instrument, now);
      const first = day[0];
      return {
        instrumentId: instrument.id,
        symbol: instrument.symbol,
        exchange: instrument.exchange,
        simulated: instrument.simulated,
        price,
        change24hPercent: price === null || first === undefined ? null : (price / first - 1) * 100,
        sparkline: day,
        regime: state === undefined || state.lastOpenTime < 0 ? null : state.signals.context().regime,
        session: sessionAt(now),
        openPhantoms: (engine?.openPhantoms.of(instrument.id) ?? []).filter(
          ({ phantom }) => !isPlacebo(phantom.signal.strategyId),
        ).length,
        lastSignal: this.#lastSignal(instrument.id),
        feed: this.#feedState(instrument, state?.lastOpenTime ?? -1, now),
        priceDecimals: priceDecimals(instrument),
      };
    });
  }

  /** 15m closes of the last 24 h, thinned, oldest first; empty when a day is not there yet. */
  #closesOfDay(instrument: Instrument, now: UnixMs): readonly number[] {
    const bars = this.#session.keeper?.engine.instrument(instrument.id)?.signals.bars('15m');
    if (bars === undefined) return [];
    const perDay = DAY_MS / timeframeMs('15m');
    const step = perDay / SPARKLINE_POINTS;
    const closes: number[] = [];
    for (let ago = perDay - 1; ago >= 0; ago -= step) {
      if (ago < bars.size && bars.openTime(ago) >= now - DAY_MS - timeframeMs('1h')) closes.push(bars.close(ago));
    }
    return closes;
  }

  #lastSignal(id: InstrumentId): WatchlistRow['lastSignal'] {
    const known = this.#lastSignals.get(id);
    if (known !== undefined) return known;
    const newest = { by: 'openedAt', direction: 'descending' } as const;
    const page = this.#profile.history.page(storedFilter({ instrumentIds: [id] }), newest, null, 1);
    const row = page.ok ? page.value.rows[0] : undefined;
    if (row === undefined) return null;
    const signal = { time: row.openedAt, side: row.side, strategyId: row.strategyId };
    this.#lastSignals.set(id, signal);
    return signal;
  }

  #feedState(instrument: Instrument, lastOpenTime: UnixMs, now: UnixMs): FeedState {
    const { connection } = this.#session.state;
    if (this.#session.isGone(instrument.id)) return 'halted';
    if (lastOpenTime < 0) return 'waiting';
    if (connection === 'bootstrapping') return 'history';
    if (connection === 'catching-up') return 'gap';
    if (connection !== 'live') return 'stale';
    return now - lastOpenTime > 4 * timeframeMs(instrument.baseTimeframe) ? 'stale' : 'live';
  }
}

/** Ids begin with the strategy: `strategy|instrument|time|side`. */
function strategyOf(id: string): string {
  return id.slice(0, id.indexOf('|'));
}
