/** The watched instruments: price, change, shape of the day, context, phantoms, last signal, feed (WS-10). */
import { Ghost } from 'lucide-react';
import { type KeyboardEvent, memo, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { WatchlistRow } from '#contract/areas/market.ts';
import { useDesk, useExchangeNow, useStream, useStreamed } from '../../lib/desk-context.tsx';
import { formatDateTime, formatDuration, formatPercent, formatPrice } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { FEED_WORDS, REGIME_WORDS, SESSION_WORDS, strategyTitle } from '../../lib/words.ts';
import { Dot } from '../../ui/controls.tsx';
import { Empty, StreamedPanel } from '../../ui/PanelState.tsx';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { neighbour } from './watchlist-actions.ts';
import './watchlist.css';

export function Watchlist() {
  const desk = useDesk();
  const stream = useStream(desk.watchlist);
  return (
    <StreamedPanel stream={stream} what="the watchlist" onRetry={() => desk.watchlist.open()}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty title="No instruments yet">
            They appear when the exchange has listed them, or choose some in Settings.
          </Empty>
        ) : (
          <WatchlistRows rows={rows} />
        )
      }
    </StreamedPanel>
  );
}

function WatchlistRows({ rows }: { readonly rows: readonly WatchlistRow[] }) {
  const { view } = useDesk();
  const selected = useStore(view, (state) => state.instrumentId);
  const list = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = neighbour(rows, selected, step);
    if (next === null) return;
    view.selectInstrument(next);
    list.current?.querySelector<HTMLElement>(`[data-id="${next}"]`)?.focus();
  }

  return (
    <div ref={list} className="watchlist" role="listbox" aria-label="Instruments" tabIndex={-1} onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <WatchlistItem
          key={row.instrumentId}
          row={row}
          isSelected={row.instrumentId === selected}
          onSelect={view.selectInstrument}
        />
      ))}
    </div>
  );
}

interface ItemProps {
  readonly row: WatchlistRow;
  readonly isSelected: boolean;
  readonly onSelect: (id: string) => void;
}

const WatchlistItem = memo(function WatchlistItem({ row, isSelected, onSelect }: ItemProps) {
  const change = row.change24hPercent;
  const direction = change === null || Math.abs(change) < 0.005 ? 'flat' : change > 0 ? 'up' : 'down';
  const [base, quote] = row.symbol.split('/');
  const feed = FEED_WORDS[row.feed];
  // The status bar's badge speaks of the exchange that was chosen; rows that are left from the demo say so themselves.
  const isForeign = useStreamed(useDesk().session, (data) => data.connection.simulated) === false && row.simulated;
  return (
    <button
      type="button"
      role="option"
      aria-selected={isSelected}
      tabIndex={isSelected ? 0 : -1}
      className="watch"
      data-id={row.instrumentId}
      onClick={() => onSelect(row.instrumentId)}
    >
      <span className="watch__symbol">
        <span {...tip(feed.meaning, `Feed: ${feed.label}`)} className="watch__feed">
          <Dot tone={feed.tone} />
          <span className="visually-hidden">{feed.label}</span>
        </span>
        <span className="strong">{base}</span>
        <span className="faint">{quote}</span>
        {isForeign && (
          <span
            className="watch__hot"
            {...tip('A stored price of the demo exchange, not of the exchange you chose.', 'Simulated')}
          >
            SIM
          </span>
        )}
      </span>
      <span className="watch__spark">
        <Sparkline values={row.sparkline} width={46} height={20} direction={direction} />
      </span>
      <Price value={row.price} decimals={row.priceDecimals} />
      <span className="watch__second">
        <span className="watch__context truncate">
          {row.feed === 'live' ? (
            <>
              {row.regime === null ? (
                <span {...tip('Three days of history are needed first.', 'Regime')}>New</span>
              ) : (
                <span
                  className={row.regime === 'high' || row.regime === 'extreme' ? 'watch__hot' : ''}
                  {...defines('regime')}
                >
                  {REGIME_WORDS[row.regime].label.replace(' vol', '')}
                </span>
              )}
              <span aria-hidden="true">·</span>
              <span {...defines('session')}>{SESSION_WORDS[row.session].label.replace(' hours', '')}</span>
            </>
          ) : (
            <span className="watch__hot">{feed.label}</span>
          )}
        </span>
        <span className="watch__signal">
          {row.openPhantoms > 0 && (
            <span
              className="watch__phantoms number"
              {...tip(`Phantoms followed on ${row.symbol} now.`, 'Open phantoms')}
            >
              <Ghost size={11} aria-hidden="true" />
              {row.openPhantoms}
            </span>
          )}
          {row.lastSignal !== null && <LastSignal signal={row.lastSignal} />}
        </span>
      </span>
      <span className={`watch__change number ${direction === 'flat' ? 'faint' : direction}`} {...defines('change24h')}>
        {formatPercent(change)}
      </span>
    </button>
  );
});

function LastSignal({ signal }: { readonly signal: NonNullable<WatchlistRow['lastSignal']> }) {
  const now = useExchangeNow(5_000);
  const isLong = signal.side === 'long';
  return (
    <span
      className="number"
      {...tip(`${strategyTitle(signal.strategyId)}, ${signal.side}, ${formatDateTime(signal.time)} UTC`, 'Last signal')}
    >
      <span className={isLong ? 'up' : 'down'}>{isLong ? '▲' : '▼'}</span>{' '}
      {now === null
        ? ''
        : formatDuration(Math.max(0, now - signal.time))
            .split(' ')
            .slice(0, 2)
            .join(' ')}
    </span>
  );
}

/** The price with a short wash in the direction of its last move. */
function Price({ value, decimals }: { readonly value: number | null; readonly decimals: number }) {
  const element = useRef<HTMLSpanElement>(null);
  const before = useRef(value);
  useEffect(() => {
    const last = before.current;
    before.current = value;
    if (last === null || value === null || last === value) return;
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (still) return;
    const wash = getComputedStyle(document.documentElement).getPropertyValue(
      value > last ? '--up-wash' : '--down-wash',
    );
    element.current?.animate([{ backgroundColor: wash }, { backgroundColor: 'transparent' }], { duration: 600 });
  }, [value]);
  return (
    <span ref={element} className="watch__price number">
      {formatPrice(value, decimals)}
    </span>
  );
}
