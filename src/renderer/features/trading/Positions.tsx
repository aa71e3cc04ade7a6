/** Paper positions, open first: what was filled, what the delay cost, what came of it (DE-30). */
import { Wallet } from 'lucide-react';
import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { PositionView } from '#contract/areas/trading.ts';
import { useDesk, useExchangeNow, useStream, useStreamed } from '../../lib/desk-context.tsx';
import {
  formatAmount,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatPrice,
  formatR,
  formatSigned,
} from '../../lib/format.ts';
import { tip } from '../../lib/glossary.ts';
import { EXIT_WORDS, OUTCOME_WORDS } from '../../lib/words.ts';
import { Badge, WordBadge } from '../../ui/controls.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Empty, StreamedPanel } from '../../ui/PanelState.tsx';
import { ResultR, SideSymbol } from '../../ui/ResultR.tsx';
import { sortPositions } from './position-order.ts';

export function Positions() {
  const desk = useDesk();
  const stream = useStream(desk.positions);
  return (
    <StreamedPanel stream={stream} what="paper positions" onRetry={() => desk.positions.open()}>
      {(rows) => <PositionTable rows={rows} />}
    </StreamedPanel>
  );
}

function PositionTable({ rows }: { readonly rows: readonly PositionView[] }) {
  const { view } = useDesk();
  const detailId = useStore(view, (state) => state.detailId);
  const now = useExchangeNow(2_000);
  const sorted = useMemo(() => sortPositions(rows), [rows]);
  const columns = useMemo(() => columnsFor(now), [now]);
  return (
    <DataTable
      label="Paper positions"
      columns={columns}
      rows={sorted}
      idOf={(row) => row.id}
      onOpen={(row) => {
        view.selectInstrument(row.instrumentId);
        view.openDetail(row.id);
      }}
      activeId={detailId}
      smallestWidth="50rem"
      empty={
        <Empty icon={<Wallet size={20} />} title="No paper positions yet">
          Approving a ticket opens one here. No real money is involved.
        </Empty>
      }
    />
  );
}

function columnsFor(now: number | null): readonly Column<PositionView>[] {
  return [
    {
      key: 'symbol',
      header: 'Instrument',
      term: 'instrument',
      track: 'minmax(6.2rem, 1fr)',
      cell: (row) => <SideSymbol symbol={row.symbol} side={row.terms.side} />,
    },
    {
      key: 'state',
      header: 'State',
      term: 'columnState',
      track: 'minmax(4.7rem, 0.6fr)',
      cell: (row) =>
        row.state === 'open' ? (
          <Badge tone="accent">Open</Badge>
        ) : (
          <WordBadge word={OUTCOME_WORDS[row.result.outcome]} />
        ),
    },
    {
      key: 'r',
      header: 'Net R',
      term: 'netR',
      track: 'minmax(4.4rem, 0.5fr)',
      align: 'right',
      cell: (row) => <ResultR value={row.state === 'open' ? row.unrealisedR : row.result.netR} strong />,
    },
    {
      key: 'profit',
      header: 'Net profit',
      term: 'netProfit',
      track: 'minmax(6.4rem, 0.8fr)',
      align: 'right',
      cell: (row) => {
        const value = row.state === 'open' ? row.unrealisedProfit : row.profit;
        return (
          <>
            {formatSigned(value, 2)} <span className="faint">{quoteOf(row.symbol)}</span>
          </>
        );
      },
    },
    {
      key: 'amount',
      header: 'Amount',
      term: 'amount',
      track: 'minmax(4.4rem, 0.6fr)',
      align: 'right',
      cell: (row) => <span className="soft">{formatAmount(row.amount)}</span>,
    },
    {
      key: 'fill',
      header: 'Filled at',
      term: 'filledAt',
      track: 'minmax(4.9rem, 0.7fr)',
      align: 'right',
      cell: (row) => (
        <span {...tip(`The signal’s price was ${formatPrice(row.intendedPrice, row.priceDecimals)}.`)}>
          {formatPrice(row.terms.entry, row.priceDecimals)}
        </span>
      ),
    },
    {
      key: 'hesitation',
      header: 'Hesitation',
      term: 'hesitation',
      track: 'minmax(4.9rem, 0.6fr)',
      align: 'right',
      cell: (row) => (
        <span className={row.hesitationR > 0.005 ? 'down' : row.hesitationR < -0.005 ? 'up' : 'soft'}>
          {formatR(row.hesitationR)}
        </span>
      ),
    },
    {
      key: 'levels',
      header: 'Stop / target',
      term: 'stopAndTarget',
      track: 'minmax(8.6rem, 1.3fr)',
      align: 'right',
      cell: (row) => (
        <span className="soft">
          {formatPrice(row.terms.stop, row.priceDecimals)} / {formatPrice(row.terms.target, row.priceDecimals)}
        </span>
      ),
    },
    {
      key: 'now',
      header: 'Price / exit',
      term: 'priceOrExit',
      track: 'minmax(7.4rem, 1fr)',
      align: 'right',
      cell: (row) =>
        row.state === 'open' ? (
          formatPrice(row.price, row.priceDecimals)
        ) : (
          <span className="soft">
            {row.result.exitReason === null ? '' : EXIT_WORDS[row.result.exitReason]}{' '}
            {formatPrice(row.result.exitPrice, row.priceDecimals)}
          </span>
        ),
    },
    {
      key: 'time',
      header: 'Age / day',
      term: 'ageOrDay',
      track: 'minmax(4.2rem, 0.7fr)',
      align: 'right',
      cell: (row) => (
        <span className="soft" {...tip(`${formatDateTime(row.terms.openedAt)} UTC`, 'Opened')}>
          {row.state === 'open' && now !== null
            ? formatDuration(now - row.terms.openedAt)
            : formatDateTime(row.terms.openedAt).slice(0, 6)}
        </span>
      ),
    },
  ];
}

function quoteOf(symbol: string): string {
  return symbol.split(':')[0]?.split('/')[1] ?? '';
}

/** The tab's count of open positions. */
export function PositionCount() {
  const count = useStreamed(useDesk().positions, (rows) => rows.filter((row) => row.state === 'open').length);
  return count === null || count === 0 ? null : <span className="tab__count">{formatNumber(count)}</span>;
}
