/** Every open phantom with what the market makes of it now (WS-13). */
import { Ghost } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { LivePhantom } from '#contract/areas/phantoms.ts';
import { useDesk, useExchangeNow, useStream, useStreamed } from '../../lib/desk-context.tsx';
import { formatDuration, formatNumber, formatPrice } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { createLivePhantoms } from '../../lib/stores/live-phantoms.ts';
import { compareStrategies } from '../../lib/strategy-look.ts';
import { DISPOSITION_WORDS, strategyTitle } from '../../lib/words.ts';
import { Toggle, WordBadge } from '../../ui/controls.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Empty, StreamedPanel } from '../../ui/PanelState.tsx';
import { PositionBar } from '../../ui/PositionBar.tsx';
import { ResultR, SideSymbol } from '../../ui/ResultR.tsx';
import { GlyphLabel, StrategyGlyph } from '../../ui/StrategyGlyph.tsx';
import { LIVE_SORTS, type LiveSort, type LiveSortKey, nextLiveSort, sortLive, stopFromEntryR } from './live-sort.ts';
import './phantoms.css';

export function LivePhantoms() {
  const desk = useDesk();
  const [withPlacebo, setWithPlacebo] = useState(false);
  const wide = useMemo(() => createLivePhantoms(desk.client, true), [desk]);
  const shown = withPlacebo ? wide : desk.livePhantoms;
  const stream = useStream(shown);
  useEffect(() => {
    if (!withPlacebo) return;
    wide.open();
    return () => wide.close();
  }, [wide, withPlacebo]);
  return (
    <>
      <LiveFilter rows={stream.data ?? []} withPlacebo={withPlacebo} onChange={setWithPlacebo} />
      <StreamedPanel stream={stream} what="live phantoms" onRetry={() => shown.open()}>
        {(rows) => <LiveTable rows={rows} />}
      </StreamedPanel>
    </>
  );
}

interface LiveFilterProps {
  readonly rows: readonly LivePhantom[];
  readonly withPlacebo: boolean;
  readonly onChange: (withPlacebo: boolean) => void;
}

/** How many each strategy has open, and whether the placebo's are among them. */
function LiveFilter({ rows, withPlacebo, onChange }: LiveFilterProps) {
  const counts = Map.groupBy(rows, (row) => row.strategyId);
  const ids = [...counts.keys()].sort(compareStrategies);
  return (
    <div className="live-strategies">
      {ids.map((id) => (
        <span key={id} className="row">
          <GlyphLabel id={id} /> <span className="number faint">{counts.get(id)?.length}</span>
        </span>
      ))}
      <span className="grow" />
      <span {...tip('Random entries that measure what chance alone gives. They are no signals.', 'Placebo')}>
        With placebo
      </span>
      <Toggle label="Show the placebo’s phantoms" checked={withPlacebo} onChange={onChange} />
    </div>
  );
}

function LiveTable({ rows }: { readonly rows: readonly LivePhantom[] }) {
  const { view } = useDesk();
  const detailId = useStore(view, (state) => state.detailId);
  const [sort, setSort] = useState<LiveSort>({ by: 'openedAt', direction: 'descending' });
  const now = useExchangeNow(2_000);
  const sorted = useMemo(() => sortLive(rows, sort), [rows, sort]);
  const columns = useMemo(
    () => columnsFor(now, sort, (by) => setSort((before) => nextLiveSort(before, by))),
    [now, sort],
  );
  return (
    <DataTable
      label="Open phantoms"
      columns={columns}
      rows={sorted}
      idOf={(row) => row.id}
      onOpen={(row) => {
        view.selectInstrument(row.instrumentId);
        view.openDetail(row.id);
      }}
      activeId={detailId}
      smallestWidth="48.4rem"
      smallestNarrowWidth="38.8rem"
      empty={
        <Empty icon={<Ghost size={20} />} title="No phantom is open">
          Every signal, taken or not, is followed here until target, stop or timeout.
        </Empty>
      }
    />
  );
}

function columnsFor(
  now: number | null,
  sort: LiveSort,
  onSort: (by: LiveSortKey) => void,
): readonly Column<LivePhantom>[] {
  const sortOf = (by: LiveSortKey) => ({
    direction: sort.by === by ? sort.direction : null,
    toggle: () => onSort(by),
  });
  return [
    {
      key: 'symbol',
      header: LIVE_SORTS.symbol,
      term: 'instrument',
      track: 'minmax(8.6rem, 1.1fr)',
      sort: sortOf('symbol'),
      cell: (row) => (
        <span className="row history__symbol" {...tip(strategyTitle(row.strategyId), 'Strategy')}>
          <StrategyGlyph id={row.strategyId} />
          <SideSymbol symbol={row.symbol} side={row.side} />
        </span>
      ),
    },
    {
      key: 'unrealisedR',
      header: LIVE_SORTS.unrealisedR,
      term: 'unrealisedR',
      track: 'minmax(4.6rem, 0.6fr)',
      align: 'right',
      sort: sortOf('unrealisedR'),
      cell: (row) => <ResultR value={row.unrealisedR} strong />,
    },
    {
      key: 'distance',
      header: 'Stop ▸ target, in R',
      term: 'distance',
      track: 'minmax(9.5rem, 2fr)',
      cell: (row) => (
        <PositionBar
          toStopR={row.distanceToStopR}
          toTargetR={row.distanceToTargetR}
          stopFromEntryR={stopFromEntryR(row)}
        />
      ),
    },
    {
      key: 'price',
      isMinor: true,
      header: 'Price',
      term: 'lastPrice',
      track: 'minmax(5rem, 0.8fr)',
      align: 'right',
      cell: (row) => formatPrice(row.price, row.priceDecimals),
    },
    {
      key: 'entry',
      isMinor: true,
      header: 'Entry',
      term: 'entry',
      track: 'minmax(5rem, 0.8fr)',
      align: 'right',
      cell: (row) => <span className="soft">{formatPrice(row.entry, row.priceDecimals)}</span>,
    },
    {
      key: 'stop',
      isMinor: true,
      header: 'Stop',
      term: 'stopInForce',
      track: 'minmax(6.4rem, 0.9fr)',
      align: 'right',
      cell: (row) => (
        <span className="soft" {...(row.stopInForce === row.stop ? {} : defines('stopMoved'))}>
          {row.stopInForce !== row.stop && <span className="live__moved">BE</span>}
          {formatPrice(row.stopInForce, row.priceDecimals)}
        </span>
      ),
    },
    {
      key: 'target',
      isMinor: true,
      header: 'Target',
      term: 'target',
      track: 'minmax(5rem, 0.8fr)',
      align: 'right',
      cell: (row) => <span className="soft">{formatPrice(row.target, row.priceDecimals)}</span>,
    },
    {
      key: 'openedAt',
      header: LIVE_SORTS.openedAt,
      term: 'age',
      track: 'minmax(4.4rem, 0.6fr)',
      align: 'right',
      sort: sortOf('openedAt'),
      cell: (row) => (now === null ? '' : formatDuration(now - row.openedAt)),
    },
    {
      key: 'score',
      header: LIVE_SORTS.score,
      term: 'score',
      track: 'minmax(3.2rem, 0.4fr)',
      align: 'right',
      sort: sortOf('score'),
      cell: (row) => <span {...tip(`${row.scoreKind}, threshold ${row.threshold}`)}>{formatNumber(row.score)}</span>,
    },
    {
      key: 'disposition',
      header: 'Decision',
      term: 'disposition',
      track: 'minmax(7rem, 0.9fr)',
      cell: (row) => <WordBadge word={DISPOSITION_WORDS[row.disposition]} />,
    },
  ];
}

/** The tab's count. */
export function LiveCount() {
  const count = useStreamed(useDesk().livePhantoms, (rows) => rows.length);
  return count === null || count === 0 ? null : <span className="tab__count number">{count}</span>;
}
