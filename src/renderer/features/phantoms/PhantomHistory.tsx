/** All phantoms with filters, statistics of exactly what is filtered, and its export (WS-13, WS-20). */
import { Clock3, Download, RefreshCw } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { PhantomRow, PhantomSort } from '#contract/areas/phantoms.ts';
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { formatCount, formatDateTime, formatDuration, formatNumber, formatPrice } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { DISPOSITION_WORDS, EXIT_WORDS, OUTCOME_WORDS, strategyTitle } from '../../lib/words.ts';
import { Button } from '../../ui/Button.tsx';
import { Badge, Bar, WordBadge } from '../../ui/controls.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Empty, Failed, Skeleton, StaleStrip } from '../../ui/PanelState.tsx';
import { ResultR, SideSymbol } from '../../ui/ResultR.tsx';
import { StrategyGlyph } from '../../ui/StrategyGlyph.tsx';
import { HistoryFilters } from './HistoryFilters.tsx';
import { HistorySummary } from './HistorySummary.tsx';
import { isFiltered } from './history-store.ts';
import { usePhantomStores } from './phantoms-context.tsx';
import './phantoms.css';

export function PhantomHistory() {
  const { history } = usePhantomStores();
  useEffect(() => history.start(), [history]);
  return (
    <>
      <HistoryFilters />
      <ExportStrip />
      <HistoryBody />
    </>
  );
}

function HistoryBody() {
  const { view, session } = useDesk();
  const marksSimulated = useStreamed(session, (data) => data.connection.simulated) === false;
  const { history } = usePhantomStores();
  const state = useStore(history);
  const detailId = useStore(view, (shown) => shown.detailId);
  const columns = useMemo(
    () => columnsFor(state.sort, history.toggleSort, marksSimulated),
    [state.sort, history, marksSimulated],
  );
  if (state.phase === 'failed') return <Failed problem={state.problem} onRetry={() => void history.refresh()} />;
  if (state.phase === 'idle' || (state.phase === 'loading' && state.rows.length === 0 && state.total === null)) {
    return <Skeleton label="Loading the history" />;
  }
  const filtered = isFiltered(state.filter);
  return (
    <>
      <HistorySummary
        statistics={state.statistics}
        total={state.total}
        filter={state.shownFilter}
        isBusy={state.phase === 'loading' || state.isAdding}
      />
      {state.problem !== null && (
        <StaleStrip onRetry={() => void history.refresh()}>
          {state.problem.message} Shown is what was read before.
        </StaleStrip>
      )}
      {state.problem === null && state.isOutdated && (
        <button type="button" className="history__news" onClick={() => void history.refresh()}>
          <RefreshCw size={12} aria-hidden="true" /> Phantoms have changed since: show the newest
        </button>
      )}
      <DataTable
        label="Phantom history"
        columns={columns}
        rows={state.rows}
        {...(state.total === null ? {} : { total: state.total })}
        idOf={(row) => row.id}
        onOpen={(row) => {
          view.selectInstrument(row.instrumentId);
          view.openDetail(row.id);
        }}
        activeId={detailId}
        onNearEnd={history.loadMore}
        onTop={history.setAtTop}
        smallestWidth="56rem"
        empty={
          filtered ? (
            <Empty title="Nothing matches the filter">
              <Button size="small" onClick={history.clearFilter}>
                Clear the filter
              </Button>
            </Empty>
          ) : (
            <Empty icon={<Clock3 size={20} />} title="No phantoms yet">
              The first ones come from the history run, or when a strategy finds a signal.
            </Empty>
          )
        }
      />
    </>
  );
}

/** `marksSimulated`: another exchange is chosen, so that the status bar's badge does not speak for the demo's rows. */
function columnsFor(
  sort: PhantomSort,
  toggle: (by: PhantomSort['by']) => void,
  marksSimulated: boolean,
): readonly Column<PhantomRow>[] {
  const sortOf = (by: PhantomSort['by']) => ({
    direction: sort.by === by ? sort.direction : null,
    toggle: () => toggle(by),
  });
  return [
    {
      key: 'openedAt',
      header: 'Opened, UTC',
      term: 'openedAt',
      track: 'minmax(5.6rem, 0.8fr)',
      sort: sortOf('openedAt'),
      cell: (row) => <span className="number soft">{formatDateTime(row.openedAt)}</span>,
    },
    {
      key: 'symbol',
      header: 'Instrument',
      term: 'instrument',
      // Wide enough for the mark as well: what is simulated is never shown without it.
      track: marksSimulated ? 'minmax(9rem, 1fr)' : 'minmax(6.2rem, 1fr)',
      cell: (row) => (
        <span className="row history__symbol">
          <SideSymbol symbol={row.symbol} side={row.side} />
          {row.simulated && marksSimulated && (
            <span
              className="badge badge--simulated history__simulated"
              {...tip('From the demo exchange, not from the exchange you chose.', 'Simulated')}
            >
              SIM
            </span>
          )}
        </span>
      ),
    },
    {
      key: 'strategy',
      header: 'Strategy',
      term: 'strategy',
      track: 'minmax(6.5rem, 1fr)',
      cell: (row) => (
        <span className="row history__strategy soft">
          <StrategyGlyph id={row.strategyId} />
          <span className="truncate">{strategyTitle(row.strategyId)}</span>
        </span>
      ),
    },
    {
      key: 'outcome',
      header: 'Outcome',
      term: 'outcome',
      track: 'minmax(5.4rem, 0.8fr)',
      cell: (row) => (
        <span className="row history__outcome">
          <WordBadge word={OUTCOME_WORDS[row.outcome]} />
          <Flags row={row} />
        </span>
      ),
    },
    {
      key: 'netR',
      header: 'Net R',
      term: 'netR',
      track: 'minmax(4.4rem, 0.5fr)',
      align: 'right',
      sort: sortOf('netR'),
      cell: (row) => <ResultR value={row.netR} strong />,
    },
    {
      key: 'disposition',
      header: 'Decision',
      term: 'disposition',
      track: 'minmax(5.2rem, 0.9fr)',
      cell: (row) => (
        <span {...tip(row.dispositionReason, DISPOSITION_WORDS[row.disposition].label)}>
          <Badge tone={DISPOSITION_WORDS[row.disposition].tone}>{DISPOSITION_WORDS[row.disposition].label}</Badge>
        </span>
      ),
    },
    {
      key: 'exit',
      header: 'Exit',
      term: 'exit',
      track: 'minmax(6.3rem, 1.1fr)',
      cell: (row) =>
        row.exitReason === null ? (
          <span className="faint">–</span>
        ) : (
          <span className="soft number">
            {EXIT_WORDS[row.exitReason]} {formatPrice(row.exitPrice, row.priceDecimals)}
          </span>
        ),
    },
    {
      key: 'held',
      header: 'Held',
      term: 'held',
      track: 'minmax(4.6rem, 0.6fr)',
      align: 'right',
      cell: (row) => (
        <span className="soft">{row.exitTime === null ? '–' : formatDuration(row.exitTime - row.openedAt)}</span>
      ),
    },
    {
      key: 'excursions',
      header: 'Best / worst',
      term: 'excursions',
      track: 'minmax(5.2rem, 0.7fr)',
      align: 'right',
      cell: (row) => (
        <span className="soft">
          {formatNumber(row.maxFavorableR, 2)} / {formatNumber(-row.maxAdverseR, 2)}
        </span>
      ),
    },
    {
      key: 'score',
      header: 'Score',
      term: 'score',
      track: 'minmax(3rem, 0.4fr)',
      align: 'right',
      sort: sortOf('score'),
      cell: (row) => (
        <span
          className={row.score >= row.threshold ? 'strong' : 'soft'}
          {...tip(`${row.scoreKind}, threshold ${row.threshold}`)}
        >
          {formatNumber(row.score)}
        </span>
      ),
    },
    {
      key: 'qscore',
      header: 'Quality',
      term: 'qscore',
      track: 'minmax(3.1rem, 0.4fr)',
      align: 'right',
      sort: sortOf('qscore'),
      cell: (row) => <span className="soft">{formatNumber(row.qscore)}</span>,
    },
  ];
}

function Flags({ row }: { readonly row: PhantomRow }) {
  return (
    <>
      {row.ambiguous && (
        <span className="flag flag--warning" {...defines('ambiguous')}>
          ?<span className="visually-hidden">ambiguous</span>
        </span>
      )}
      {row.resolvedOffline && (
        <span className="flag" {...defines('offline')}>
          ↺<span className="visually-hidden">resolved offline</span>
        </span>
      )}
    </>
  );
}

function ExportStrip() {
  const { exporting } = usePhantomStores();
  const state = useStore(exporting);
  if (state.phase === 'idle') return null;
  return (
    <div className="export-strip" aria-live="polite">
      <Download size={13} aria-hidden="true" />
      {state.phase === 'running' && (
        <>
          <span className="number">
            {formatNumber(state.rows)} of {formatNumber(state.total)} rows
          </span>
          <div className="grow">
            <Bar label="Export" fraction={state.total > 0 ? state.rows / state.total : null} />
          </div>
          <Button size="small" onClick={exporting.cancel}>
            Cancel
          </Button>
        </>
      )}
      {state.phase !== 'running' && (
        <>
          <span className={state.phase === 'failed' ? 'grow down' : 'grow'}>
            {state.phase === 'done'
              ? `${state.fileName}: ${formatCount(state.rows, 'row')}, exactly as filtered and sorted.`
              : state.message}
          </span>
          <Button size="small" look="ghost" onClick={exporting.dismiss}>
            Dismiss
          </Button>
        </>
      )}
    </div>
  );
}
