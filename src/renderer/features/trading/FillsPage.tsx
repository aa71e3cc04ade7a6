/** Fills with the intended price against the real one, and what hesitation cost over all of them (DE-30). */
import { useMemo } from 'react';
import type { FillRow, Fills } from '#contract/areas/risk.ts';
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import {
  formatAmount,
  formatCount,
  formatDateTime,
  formatNumber,
  formatPrice,
  formatR,
  formatSigned,
} from '../../lib/format.ts';
import { defines } from '../../lib/glossary.ts';
import { useAnswer } from '../../lib/use-answer.ts';
import { Badge } from '../../ui/controls.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { ExportButtons } from '../../ui/ExportButtons.tsx';
import { Empty, Failed, Skeleton } from '../../ui/PanelState.tsx';
import { ResultR, SideSymbol } from '../../ui/ResultR.tsx';

const ROWS = 500;

export function FillsPage() {
  const { view, positions } = useDesk();
  const state = useStreamed(
    positions,
    (rows) => `${rows.length} ${rows.filter((row) => row.state === 'closed').length}`,
  );
  const { value, problem } = useAnswer((client) => client.call('orders.fills', { limit: ROWS }), state ?? '');
  const columns = useMemo(() => fillColumns(), []);
  if (value === null) return problem === null ? <Skeleton label="Loading fills" /> : <Failed problem={problem} />;
  return (
    <>
      <Hesitation fills={value} />
      <div className="row trading__exports">
        <ExportButtons
          name="Fills"
          request={(format) => ({ what: 'fills', format })}
          disabled={value.rows.length === 0}
        />
        <ExportButtons name="Orders" request={(format) => ({ what: 'orders', format })} />
      </div>
      <DataTable
        label="Fills"
        columns={columns}
        rows={value.rows}
        idOf={(row) => row.ticketId}
        onOpen={(row) => {
          view.selectInstrument(row.instrumentId);
          view.openDetail(row.ticketId);
        }}
        smallestWidth="52rem"
        empty={<Empty title="No fill yet">Each approved ticket is filled on the paper account and listed here.</Empty>}
      />
    </>
  );
}

function Hesitation({ fills }: { readonly fills: Fills }) {
  const { count, mean, interval } = fills.hesitation;
  if (count === 0) return null;
  return (
    <p className="fills__sum number" {...defines('hesitation')}>
      Waiting and filling cost{' '}
      <span className="strong">
        {mean === null || interval === null ? 'too few to say' : `${formatR(mean, 3)} per trade`}
      </span>
      {interval !== null && (
        <span className="faint">
          {' '}
          [{formatSigned(interval.low, 3)}, {formatSigned(interval.high, 3)}]
        </span>
      )}{' '}
      over {formatCount(count, 'closed pair')} of position and phantom.
    </p>
  );
}

function fillColumns(): readonly Column<FillRow>[] {
  return [
    {
      key: 'time',
      header: 'Filled',
      term: 'filledTime',
      track: 'minmax(5.6rem, 0.8fr)',
      cell: (row) => <span className="soft">{formatDateTime(row.filledAt)}</span>,
    },
    {
      key: 'symbol',
      header: 'Instrument',
      term: 'instrument',
      track: 'minmax(6.2rem, 1fr)',
      cell: (row) => <SideSymbol symbol={row.symbol} side={row.side} />,
    },
    {
      key: 'by',
      header: 'By',
      term: 'filledBy',
      track: 'minmax(4rem, 0.5fr)',
      cell: (row) => <Badge>{row.decidedBy === 'trader' ? 'you' : 'engine'}</Badge>,
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
      key: 'intended',
      header: 'Intended',
      term: 'intended',
      track: 'minmax(5rem, 0.7fr)',
      align: 'right',
      cell: (row) => formatPrice(row.intendedPrice, row.priceDecimals),
    },
    {
      key: 'real',
      header: 'Filled at',
      term: 'intended',
      track: 'minmax(5rem, 0.7fr)',
      align: 'right',
      cell: (row) => formatPrice(row.fillPrice, row.priceDecimals),
    },
    {
      key: 'difference',
      header: 'Worse by',
      term: 'intended',
      track: 'minmax(4.4rem, 0.6fr)',
      align: 'right',
      cell: (row) => (
        <span className={row.differenceBps > 0.05 ? 'down' : row.differenceBps < -0.05 ? 'up' : 'soft'}>
          {formatSigned(row.differenceBps, 1)} bp
        </span>
      ),
    },
    {
      key: 'fees',
      header: 'Fees',
      term: 'costs',
      track: 'minmax(3.8rem, 0.5fr)',
      align: 'right',
      cell: (row) => <span className="soft">{formatNumber(row.fees, 2)}</span>,
    },
    {
      key: 'net',
      header: 'Net R',
      term: 'netR',
      track: 'minmax(4.4rem, 0.5fr)',
      align: 'right',
      cell: (row) => <ResultR value={row.netR} strong />,
    },
    {
      key: 'phantom',
      header: 'Phantom',
      term: 'phantom',
      track: 'minmax(4.4rem, 0.5fr)',
      align: 'right',
      cell: (row) => <ResultR value={row.phantomNetR} />,
    },
    {
      key: 'cost',
      header: 'Hesitation',
      term: 'hesitation',
      track: 'minmax(4.9rem, 0.6fr)',
      align: 'right',
      cell: (row) => formatR(row.costOfHesitationR),
    },
  ];
}
