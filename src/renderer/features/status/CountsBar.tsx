/** Always in view at the bottom: what is open, faults, clock skew, and the keys that matter now. */
import { Crosshair, Ghost, Ticket, TriangleAlert, Wallet } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { Keys } from '../../ui/Button.tsx';

/** Beyond this the exchange's clock and ours disagree enough to matter (MK-13). */
const SKEW_WARNING_MS = 1_000;

export function CountsBar() {
  const { session, tickets, livePhantoms, positions, view } = useDesk();
  const counts = useStreamed(session, (data) => data.counts);
  // What a panel shows is counted where the panel reads it: two streams arrive one after the other.
  const openPhantoms = useStreamed(livePhantoms, (rows) => rows.length);
  const openTickets = useStreamed(tickets, (data) => data.open.length);
  const openPositions = useStreamed(positions, (rows) => rows.filter((row) => row.state === 'open').length);
  const skewMs = useStreamed(session, (data) => data.clock.skewMs);
  const version = useStreamed(session, (data) => data.version);
  if (counts === null) return <footer className="counts-bar" />;
  return (
    <footer className="counts-bar">
      <Count
        icon={<Ghost size={12} />}
        text={formatCount(openPhantoms ?? counts.openPhantoms, 'open phantom')}
        onOpen={() => view.showPanel('live')}
      />
      <Count
        icon={<Ticket size={12} />}
        text={formatCount(openTickets ?? counts.openTickets, 'open ticket')}
        hot={(openTickets ?? counts.openTickets) > 0}
        onOpen={() => view.showPanel('tickets')}
      />
      <Count
        icon={<Wallet size={12} />}
        text={formatCount(openPositions ?? counts.openPositions, 'paper position')}
        onOpen={() => view.showPanel('positions')}
      />
      <Count
        icon={counts.faults > 0 ? <TriangleAlert size={12} /> : <Crosshair size={12} />}
        text={counts.faults > 0 ? formatCount(counts.faults, 'fault') : 'No faults'}
        danger={counts.faults > 0}
        onOpen={() => view.showPanel('log')}
      />
      <span className="grow" />
      <KeyHints />
      {skewMs !== null && Math.abs(skewMs) > SKEW_WARNING_MS && (
        <span className="counts-bar__warning" {...defines('skew')}>
          Clock skew {formatNumber(skewMs / 1000, 1)} s
        </span>
      )}
      <span className="number">v{version}</span>
    </footer>
  );
}

interface CountProps {
  readonly icon: ReactNode;
  readonly text: string;
  readonly hot?: boolean;
  readonly danger?: boolean;
  readonly onOpen: () => void;
}

function Count({ icon, text, hot = false, danger = false, onOpen }: CountProps) {
  const tone = danger ? ' counts-bar__item--danger' : hot ? ' counts-bar__item--hot' : '';
  return (
    <button type="button" className={`counts-bar__item number${tone}`} onClick={onOpen} {...tip('Show the panel')}>
      {icon}
      {text}
    </button>
  );
}

function KeyHints() {
  const { tickets, view } = useDesk();
  const hasTickets = useStreamed(tickets, (data) => data.open.length > 0) === true;
  const isDetailOpen = useStore(view, (state) => state.detailId !== null);
  if (isDetailOpen) return null;
  const hints: readonly (readonly [string, string])[] = hasTickets
    ? [
        ['a', 'approve'],
        ['s', 'skip'],
        ['j', 'next ticket'],
        ['?', 'all keys'],
      ]
    : [
        ['ArrowDown', 'next instrument'],
        ['?', 'all keys'],
      ];
  return (
    <span className="counts-bar__hints">
      {hints.map(([shortcut, label]) => (
        <span key={shortcut} className="row">
          <Keys shortcut={shortcut} />
          {label}
        </span>
      ))}
    </span>
  );
}
