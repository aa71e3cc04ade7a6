/** The ticket panel (DE-15): one ticket with everything its decision needs, and the queue of the others. */
import { CircleCheck, CircleX, Hourglass, Radar, X } from 'lucide-react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { TicketView } from '#contract/areas/trading.ts';
import { useDesk, useExchangeNow, useStream, useStreamed } from '../../lib/desk-context.tsx';
import { formatCountdown, formatDateTime } from '../../lib/format.ts';
import { STAGE_WORDS } from '../../lib/words.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Empty, StreamedPanel } from '../../ui/PanelState.tsx';
import { TicketDecision } from './TicketDecision.tsx';
import { TicketDetails } from './TicketDetails.tsx';
import { useTicketStore } from './ticket-context.tsx';
import { timeLeft } from './ticket-figures.ts';
import './tickets.css';

export function TicketPanel() {
  const desk = useDesk();
  const stream = useStream(desk.tickets);
  return (
    <StreamedPanel stream={stream} what="tickets" onRetry={() => desk.tickets.open()}>
      {(book) => <TicketQueue open={book.open} closed={book.closed} />}
    </StreamedPanel>
  );
}

interface QueueProps {
  readonly open: readonly TicketView[];
  readonly closed: readonly TicketView[];
}

function TicketQueue({ open, closed }: QueueProps) {
  const store = useTicketStore();
  const currentId = useStore(store, (state) => state.currentId);
  const current = open.find((ticket) => ticket.id === currentId) ?? null;
  return (
    <>
      {open.length > 1 && <QueueStrip open={open} currentId={currentId} />}
      <AnswerStrip />
      {current === null ? (
        <div className="ticket-scroll">
          <NoTickets />
          <ClosedTickets closed={closed} />
        </div>
      ) : (
        <>
          <div className="ticket-scroll" key={current.id}>
            <TicketDetails ticket={current} />
            <ClosedTickets closed={closed} />
          </div>
          <TicketDecision ticket={current} />
        </>
      )}
    </>
  );
}

function QueueStrip({ open, currentId }: { readonly open: readonly TicketView[]; readonly currentId: string | null }) {
  const store = useTicketStore();
  const { clock } = useDesk();
  const now = useExchangeNow(500);
  return (
    <div className="queue" role="tablist" aria-label="Open tickets">
      {open.map((ticket) => {
        const left = now === null ? null : timeLeft(ticket, now, clock.speed);
        const isLong = ticket.side === 'long';
        return (
          <button
            key={ticket.id}
            type="button"
            role="tab"
            aria-selected={ticket.id === currentId}
            className="queue__chip"
            onClick={() => store.select(ticket.id)}
          >
            <span className={isLong ? 'up' : 'down'}>{isLong ? '▲' : '▼'}</span>
            <span className="strong">{ticket.symbol.split('/')[0]}</span>
            <span className={left?.isUrgent ? 'number queue__urgent' : 'number faint'}>
              {left === null ? '' : formatCountdown(left.leftMs)}
            </span>
          </button>
        );
      })}
    </div>
  );
}

/** Long enough to read it, too short to be taken for the state of a ticket that comes later. */
const ANSWER_MS = 12_000;
/** Nobody was looking for it. */
const EXPIRY_MS = 45_000;

/** What came of the newest decision, in the words of the services. A refusal stays until it is dismissed. */
function AnswerStrip() {
  const store = useTicketStore();
  const answer = useStore(store, (state) => state.answer);
  useEffect(() => {
    if (answer?.done !== true) return;
    const timer = window.setTimeout(store.dismissAnswer, answer.isExpiry === true ? EXPIRY_MS : ANSWER_MS);
    return () => window.clearTimeout(timer);
  }, [store, answer]);
  return (
    <div aria-live="polite">
      {answer !== null && (
        <div
          className={
            answer.isExpiry === true ? 'answer answer--expired' : answer.done ? 'answer' : 'answer answer--refused'
          }
        >
          {answer.isExpiry === true ? (
            <Hourglass size={14} aria-hidden="true" />
          ) : answer.done ? (
            <CircleCheck size={14} aria-hidden="true" />
          ) : (
            <CircleX size={14} aria-hidden="true" />
          )}
          <span className="grow">
            {!answer.message.startsWith(answer.title.split(' ')[0] ?? '') && <strong>{answer.title}: </strong>}
            {answer.message}
          </span>
          <IconButton label="Dismiss" size="small" icon={<X size={13} />} onClick={store.dismissAnswer} />
        </div>
      )}
    </div>
  );
}

/** No ticket is open: says what is going on and when to expect one. */
function NoTickets() {
  const { session, watchlist, livePhantoms, risk } = useDesk();
  const stopped = useStreamed(risk, (state) => state.report?.stopped ?? null);
  const status = useStreamed(session, (data) => data);
  const watched = useStreamed(watchlist, (rows) => rows.length) ?? 0;
  const followed = useStreamed(livePhantoms, (rows) => rows.length) ?? 0;
  if (status === null) return <Empty icon={<Hourglass size={20} />} title="Connecting" />;
  if (status.stage === 'shadow') {
    return (
      <Empty icon={<Radar size={20} />} title="No tickets in the shadow stage">
        {STAGE_WORDS.shadow.meaning} Choose Advisory in Settings to be asked.
      </Empty>
    );
  }
  if (status.connection.state !== 'live') {
    return (
      <Empty icon={<Hourglass size={20} />} title="Not live yet">
        Tickets open once bars arrive as they close. {status.connection.message}
      </Empty>
    );
  }
  if (stopped !== null) {
    return (
      <Empty icon={<CircleX size={20} />} title="Entries are stopped">
        No ticket opens meanwhile: {stopped}. Signals are still found, and {followed} phantoms are followed. The Trading
        panel says what releases it.
      </Empty>
    );
  }
  return (
    <Empty icon={<Radar size={20} />} title="Nothing to decide">
      {watched} instruments are watched. Strategies look at each close of a 15-minute bar; a signal that reaches its
      threshold opens a ticket here, usually for 15 minutes. {followed} phantoms are followed meanwhile.
    </Empty>
  );
}

function ClosedTickets({ closed }: { readonly closed: readonly TicketView[] }) {
  const { view, session } = useDesk();
  const exchange = useStreamed(session, (data) => data.connection.exchange);
  // Another exchange may have been chosen since: its tickets are of another market.
  const mine = closed.filter((ticket) => ticket.instrumentId.startsWith(`${exchange}:`));
  if (mine.length === 0) return null;
  return (
    <section className="closed-tickets" aria-label="Tickets closed since the window was opened">
      <h3 className="eyebrow">Closed in this session</h3>
      {mine.slice(0, 6).map((ticket) => (
        <button key={ticket.id} type="button" className="closed-ticket" onClick={() => view.openDetail(ticket.id)}>
          <span className={ticket.side === 'long' ? 'up' : 'down'}>{ticket.side === 'long' ? '▲' : '▼'}</span>
          <span className="strong">{ticket.symbol}</span>
          <span className="soft truncate grow">{closeWords(ticket)}</span>
          <span className="faint number">{formatDateTime(ticket.closedAt).slice(-5)}</span>
        </button>
      ))}
    </section>
  );
}

function closeWords(ticket: TicketView): string {
  const reason = ticket.closeReason === null || ticket.closeReason === '' ? '' : `: ${ticket.closeReason}`;
  switch (ticket.state) {
    case 'approved':
      return 'approved';
    case 'skipped':
      return `skipped${reason}`;
    case 'expired':
      return `expired${reason}`;
    case 'open':
      return 'open';
  }
}
