/** The queue of tickets as the trader handles it: which one is on show, an edited size, what is on its way, what came of it. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TicketView } from '#contract/areas/trading.ts';
import type { TicketId } from '#core/domain/trading.ts';
import { problemOf } from '../../lib/client.ts';
import type { Desk } from '../../lib/desk.ts';
import type { TicketBook } from '../../lib/stores/tickets.ts';
import { MOVE_LIMIT_R } from './ticket-figures.ts';

export type TicketIntent = 'approve' | 'skip';

export interface TicketAnswer {
  readonly ticketId: TicketId;
  readonly title: string;
  readonly done: boolean;
  readonly message: string;
  /** It ran out before anyone decided: nobody's intent failed. */
  readonly isExpiry?: boolean;
}

export interface TicketState {
  /** The ticket on show; null when none is open. */
  readonly currentId: TicketId | null;
  /** Amounts the trader chose instead of the proposed ones. */
  readonly amounts: ReadonlyMap<TicketId, number>;
  readonly sending: ReadonlyMap<TicketId, TicketIntent>;
  /** The trader is choosing a reason for a skip. */
  readonly isGivingReason: boolean;
  /** What came of the newest intent. */
  readonly answer: TicketAnswer | null;
}

export interface TicketStore extends StoreApi<TicketState> {
  current(): TicketView | null;
  select(id: TicketId): void;
  selectNext(step: 1 | -1): void;
  /** Null goes back to the proposed amount. */
  setAmount(id: TicketId, amount: number | null): void;
  /** May the ticket on show be decided now? */
  canDecide(): boolean;
  approve(): Promise<void>;
  skip(reason: string | null): Promise<void>;
  askForReason(isAsking: boolean): void;
  dismissAnswer(): void;
  /** Follows the open tickets until called. */
  start(): () => void;
}

/** A ticket that has just come up by itself cannot be decided by a key that was meant for the one before it. */
const SETTLE_MS = 400;

/** Why a ticket ended by itself (DE-16); its phantom is followed all the same. */
function expiryWords({ closeReason, movedR }: TicketView): string {
  const how = movedR === null ? '' : ` (${movedR > 0 ? '+' : '−'}${Math.abs(movedR).toFixed(2)} R)`;
  switch (closeReason) {
    case 'price moved':
      return `expired: the price left the entry by more than ${MOVE_LIMIT_R} R${how}. The signal is followed as a phantom.`;
    case null:
    case '':
      return 'expired before a decision. The signal is followed as a phantom.';
    default:
      return `expired: ${closeReason}. The signal is followed as a phantom.`;
  }
}

type Parts = Pick<Desk, 'client' | 'tickets' | 'monotonicMs' | 'link' | 'view'>;

export function createTicketStore(desk: Parts): TicketStore {
  const store = createStore<TicketState>(() => ({
    currentId: null,
    amounts: new Map(),
    sending: new Map(),
    isGivingReason: false,
    answer: null,
  }));
  let shownSinceMs = Number.NEGATIVE_INFINITY;

  const openTickets = (): readonly TicketView[] => desk.tickets.getState().data?.open ?? [];
  const find = (id: TicketId | null) => openTickets().find((ticket) => ticket.id === id) ?? null;

  function putOnShow(id: TicketId | null): void {
    if (id === store.getState().currentId) return;
    shownSinceMs = desk.monotonicMs();
    store.setState({ currentId: id, isGivingReason: false });
    const ticket = find(id);
    if (ticket !== null) desk.view.selectInstrument(ticket.instrumentId);
  }

  /** Keeps the ticket on show while it is open; else the one that took its place in the queue. */
  function follow(before: readonly TicketView[]): void {
    const open = openTickets();
    const { currentId, amounts } = store.getState();
    const ids = new Set(open.map((ticket) => ticket.id));
    const kept = [...amounts].filter(([id]) => ids.has(id));
    if (kept.length !== amounts.size) store.setState({ amounts: new Map(kept) });
    if (currentId !== null && ids.has(currentId)) return;
    const at = Math.max(
      0,
      before.findIndex((ticket) => ticket.id === currentId),
    );
    putOnShow(open[Math.min(at, open.length - 1)]?.id ?? null);
  }

  /** A ticket that ends by itself says why, else it would just be gone. */
  function tellExpiry(before: TicketBook | null, now: TicketBook | null): void {
    const ticket = now?.closed[0];
    if (ticket === undefined || ticket === before?.closed[0] || ticket.state !== 'expired') return;
    const { sending } = store.getState();
    // Its own answer is on its way, and says more.
    if (sending.has(ticket.id)) return;
    store.setState({
      answer: {
        ticketId: ticket.id,
        title: `${ticket.symbol} ${ticket.side}`,
        done: true,
        isExpiry: true,
        message: expiryWords(ticket),
      },
    });
  }

  function setSending(id: TicketId, intent: TicketIntent | null): void {
    const sending = new Map(store.getState().sending);
    if (intent === null) sending.delete(id);
    else sending.set(id, intent);
    store.setState({ sending });
  }

  function canDecide(): boolean {
    const { currentId, sending } = store.getState();
    return (
      find(currentId) !== null &&
      currentId !== null &&
      !sending.has(currentId) &&
      desk.link.getState().now.state === 'connected' &&
      desk.monotonicMs() - shownSinceMs >= SETTLE_MS
    );
  }

  async function send(intent: TicketIntent, reason: string | null): Promise<void> {
    const ticket = find(store.getState().currentId);
    if (ticket === null || !canDecide()) return;
    const { id } = ticket;
    const title = `${ticket.symbol} ${ticket.side}`;
    setSending(id, intent);
    store.setState({ isGivingReason: false, answer: null });
    try {
      const amount = store.getState().amounts.get(id) ?? null;
      const answer =
        intent === 'approve'
          ? await desk.client.call('tickets.approve', { ticketId: id, amount })
          : await desk.client.call('tickets.skip', { ticketId: id, reason });
      store.setState({ answer: { ticketId: id, title, ...answer } });
    } catch (thrown) {
      const problem = problemOf(thrown);
      // A lost answer is not a refusal: what became of it is seen in the ticket itself.
      const message =
        problem.code === 'closed'
          ? 'The answer was lost with the connection. Look at the positions before you repeat it.'
          : `${problem.message} ${problem.remedy}`;
      store.setState({ answer: { ticketId: id, title, done: false, message } });
    }
    setSending(id, null);
  }

  return Object.assign(store, {
    current: () => find(store.getState().currentId),
    select(id: TicketId) {
      putOnShow(id);
      // It may have been on show already, with another instrument's chart beside it: what is decided is what is seen.
      const ticket = find(id);
      if (ticket !== null) desk.view.selectInstrument(ticket.instrumentId);
    },
    selectNext(step: 1 | -1) {
      const open = openTickets();
      if (open.length === 0) return;
      const at = open.findIndex((ticket) => ticket.id === store.getState().currentId);
      const next = open[(at + step + open.length) % open.length];
      putOnShow(next?.id ?? null);
      if (next !== undefined) desk.view.selectInstrument(next.instrumentId);
    },
    setAmount(id: TicketId, amount: number | null) {
      const amounts = new Map(store.getState().amounts);
      if (amount === null) amounts.delete(id);
      else amounts.set(id, amount);
      store.setState({ amounts });
    },
    canDecide,
    approve: () => send('approve', null),
    skip: (reason: string | null) => send('skip', reason),
    askForReason: (isAsking: boolean) => store.setState({ isGivingReason: isAsking }),
    dismissAnswer: () => store.setState({ answer: null }),
    start() {
      follow([]);
      return desk.tickets.subscribe((state, before) => {
        if (state.data === before.data) return;
        follow(before.data?.open ?? []);
        tellExpiry(before.data, state.data);
      });
    },
  });
}
