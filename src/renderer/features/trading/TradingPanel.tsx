/** The Trading panel (WS-16): what stops entries and what would trip next, equity, fills, and what unlocks the stages. */
import { useState } from 'react';
import type { RiskStatus } from '#contract/areas/risk.ts';
import { useDesk, useStream, useStreamed } from '../../lib/desk-context.tsx';
import { formatMoney } from '../../lib/format.ts';
import { tip } from '../../lib/glossary.ts';
import { Segmented } from '../../ui/controls.tsx';
import { Empty, StreamedPanel } from '../../ui/PanelState.tsx';
import { EquityPage } from './EquityPage.tsx';
import { FillsPage } from './FillsPage.tsx';
import { RiskPage } from './RiskPage.tsx';
import { StagePage } from './StagePage.tsx';
import './trading.css';

const PAGES = [
  { value: 'risk', label: 'Limits and breakers' },
  { value: 'equity', label: 'Equity' },
  { value: 'fills', label: 'Fills' },
  { value: 'stage', label: 'Stage' },
] as const;
type Page = (typeof PAGES)[number]['value'];

export function TradingPanel() {
  const desk = useDesk();
  const stream = useStream(desk.risk);
  return (
    <StreamedPanel stream={stream} what="risk and account" onRetry={() => desk.risk.open()}>
      {(status) => <Trading status={status} />}
    </StreamedPanel>
  );
}

function Trading({ status }: { readonly status: RiskStatus }) {
  const [page, setPage] = useState<Page>('risk');
  const isReplay = useStreamed(useDesk().session, (data) => data.connection.state === 'bootstrapping') === true;
  const { report } = status;
  return (
    <div className="trading">
      <header className="trading__head">
        <Segmented small label="Page" value={page} choices={PAGES} onChoose={setPage} />
        <span className="grow" />
        {isReplay ? (
          <span className="soft" {...tip('The past is run through the strategies: there is nothing to enter yet.')}>
            Entries wait for the end of the history run
          </span>
        ) : report !== null && report.stopped !== null ? (
          <span className="trading__stopped" aria-live="polite">
            ✕ No entry passes: {report.stopped}
          </span>
        ) : (
          <span className="trading__free">✓ Entries within the limits pass</span>
        )}
        <span className="caption">
          Equity, open positions included{' '}
          <span className="number strong">{formatMoney(report?.equity ?? null, status.currency)}</span>
        </span>
      </header>
      <div className="trading__page">
        {page === 'risk' &&
          (report === null ? (
            <Empty title="The engine is not running yet">Limits are measured from the first bar on.</Empty>
          ) : (
            <RiskPage report={report} happened={status.happened} />
          ))}
        {page === 'equity' && <EquityPage />}
        {page === 'fills' && <FillsPage />}
        {page === 'stage' && <StagePage />}
      </div>
    </div>
  );
}
