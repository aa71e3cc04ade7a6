/** The Analysis panel (WS-15): eight questions to the record, each over the same scope, each with how certain the answer is. */

import { RefreshCw } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';
import type { Bootstrap, ScopeFacts } from '#contract/areas/analysis-figures.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { formatCount, formatDate, formatDateTime, formatNumber } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { useStrategies } from '../../lib/use-strategies.ts';
import { strategyTitle } from '../../lib/words.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Badge, Segmented, SimulatedBadge } from '../../ui/controls.tsx';
import { ExportButtons } from '../../ui/ExportButtons.tsx';
import { Failed, Skeleton, StaleStrip } from '../../ui/PanelState.tsx';
import { useAnalysisStore } from './analysis-context.tsx';
import { ANALYSIS_PERIODS, type Answers, type Asked, PAGES, type Page } from './analysis-store.ts';
import { ContextsPage } from './ContextsPage.tsx';
import { GatesPage } from './GatesPage.tsx';
import { HonestyPage } from './HonestyPage.tsx';
import { LedgerPage } from './LedgerPage.tsx';
import { PatternsPage } from './PatternsPage.tsx';
import { RejectionsPage } from './RejectionsPage.tsx';
import { StatePage } from './StatePage.tsx';
import { TraderPage } from './TraderPage.tsx';
import { PAGE_TITLES } from './words.ts';
import './analysis.css';
import './analysis-pages.css';
import './state.css';

export function AnalysisPanel() {
  const store = useAnalysisStore();
  const page = useStore(store, (state) => state.page);
  const answer = useStore(store, (state) => state.answers[state.page]);
  useEffect(() => store.start(), [store]);
  return (
    <div className="analysis">
      <nav className="analysis__nav" aria-label="Questions">
        {PAGES.map((one) => (
          <button
            key={one}
            type="button"
            className="analysis__entry"
            aria-current={one === page}
            onClick={() => store.show(one)}
          >
            <span className="strong">{PAGE_TITLES[one].title}</span>
            <span className="caption">{PAGE_TITLES[one].question}</span>
          </button>
        ))}
      </nav>
      <div className="analysis__page">
        <ScopeBar isBusy={answer.phase === 'loading' && answer.data !== null} countedAt={answer.countedAt} />
        {answer.phase === 'failed' && answer.data !== null && (
          <StaleStrip onRetry={store.refresh}>
            {answer.problem?.message ?? 'Not answered'}: this is the answer before.
          </StaleStrip>
        )}
        {answer.isPartial && answer.data !== null && answer.phase !== 'failed' && (
          <StaleStrip>
            Counted while history still ran through the strategies. It is counted again by itself when history has
            ended.
          </StaleStrip>
        )}
        {!answer.isPartial && answer.resolvedSince > 0 && answer.phase !== 'failed' && (
          <StaleStrip onRetry={store.refresh}>
            {formatCount(answer.resolvedSince, 'phantom')} ended since this was counted.
          </StaleStrip>
        )}
        <div className="analysis__content">
          {answer.data !== null ? (
            <PageContent page={page} />
          ) : answer.phase === 'failed' ? (
            <Failed problem={answer.problem} onRetry={store.refresh} />
          ) : (
            <Skeleton label={`Asking: ${PAGE_TITLES[page].question}`} />
          )}
        </div>
      </div>
    </div>
  );
}

interface ScopeBarProps {
  readonly isBusy: boolean;
  readonly countedAt: UnixMs | null;
}

function ScopeBar({ isBusy, countedAt }: ScopeBarProps) {
  const store = useAnalysisStore();
  const desk = useDesk();
  const { page, period, strategyId, simulated: chosen } = useStore(store);
  const current = useStreamed(desk.session, (status) => status.connection.simulated);
  const simulated = chosen ?? current ?? true;
  const strategies = useStrategies();
  return (
    <header className="analysis__scope">
      <h3 className="analysis__title">{PAGE_TITLES[page].question}</h3>
      <span className="grow" />
      {page !== 'contexts' && (
        <Segmented
          small
          label="Period"
          value={period}
          choices={ANALYSIS_PERIODS}
          onChoose={(value) => store.setScope({ period: value })}
        />
      )}
      {page !== 'gates' && (
        <select
          className="field analysis__strategy"
          aria-label="Strategy"
          value={strategyId ?? ''}
          onChange={(event) => store.setScope({ strategyId: event.target.value === '' ? null : event.target.value })}
        >
          <option value="">All strategies</option>
          {strategies.map((id) => (
            <option key={id} value={id}>
              {strategyTitle(id)}
            </option>
          ))}
        </select>
      )}
      <Segmented
        small
        label="Market"
        value={simulated ? 'simulated' : 'real'}
        choices={[
          {
            value: 'simulated',
            label: 'Simulated',
            hint: 'Signals of the demo exchange. They say nothing about real markets.',
          },
          { value: 'real', label: 'Real', hint: 'Signals of real markets. The two never meet in one figure.' },
        ]}
        onChoose={(value) => store.setScope({ simulated: value === 'simulated' })}
      />
      {(page === 'ledger' || page === 'gates') && (
        <ExportButtons
          name={PAGE_TITLES[page].title}
          request={(format) => {
            const scope = store.scope();
            return scope === null ? null : { what: page, scope, format };
          }}
        />
      )}
      {simulated && <SimulatedBadge />}
      {countedAt !== null && (
        <span
          className="caption number"
          {...tip(`Counted at ${formatDateTime(countedAt)} UTC, exchange time.`, 'As of')}
        >
          as of {formatDateTime(countedAt).slice(-5)}
        </span>
      )}
      <IconButton
        label="Count again"
        size="small"
        icon={<RefreshCw size={13} className={isBusy ? 'spin' : ''} />}
        onClick={store.refresh}
      />
    </header>
  );
}

function PageContent({ page }: { readonly page: Page }): ReactNode {
  const store = useAnalysisStore();
  const answers = useStore(store, (state) => state.answers);
  const strategyId = useStore(store, (state) => state.strategyId);
  switch (page) {
    case 'ledger':
      return show(
        answers.ledger,
        (data) => <LedgerPage ledger={data} />,
        (data) => data,
      );
    case 'trader':
      return show(
        answers.trader,
        (data) => <TraderPage grades={data} />,
        (data) => data,
      );
    case 'rejections':
      return show(
        answers.rejections,
        (data) => <RejectionsPage {...data} />,
        ({ report }) => report,
      );
    case 'contexts':
      return show(
        answers.contexts,
        (data) => <ContextsPage now={data} strategyId={strategyId} />,
        () => null,
      );
    case 'patterns':
      return show(
        answers.patterns,
        (data) => <PatternsPage report={data} />,
        (data) => data,
      );
    case 'gates':
      return show(
        answers.gates,
        (data) => <GatesPage report={data} />,
        ({ scope }) => ({ scope, bootstrap: null }),
      );
    case 'honesty':
      return show(
        answers.honesty,
        (data) => <HonestyPage report={data} />,
        (data) => data,
      );
    case 'state':
      return show(
        answers.state,
        (data) => <StatePage {...data} />,
        ({ report }) => report,
      );
  }
}

interface Counted {
  readonly scope: ScopeFacts;
  readonly bootstrap: Bootstrap | null;
  /** Of the signals, the placebo's, where they are counted too. */
  readonly placeboSignals?: number;
}

function show<T extends Answers[Page]>(
  { data }: Asked<T>,
  content: (data: T) => ReactNode,
  counted: (data: T) => Counted | null,
): ReactNode {
  if (data === null) return null;
  const facts = counted(data);
  return (
    <>
      {content(data)}
      {facts !== null && <CountedFoot {...facts} />}
    </>
  );
}

/** What was counted, under every answer: how many, of when, graded by which rules, how intervals were made. */
function CountedFoot({ scope, bootstrap, placeboSignals }: Counted) {
  return (
    <footer className="analysis__foot caption number">
      <span>
        {formatCount(scope.signals, 'signal')}: {formatNumber(scope.resolved)} resolved, {formatNumber(scope.open)} open
        {scope.unavailable > 0 && `, ${formatNumber(scope.unavailable)} unavailable`}
        {scope.gated > 0 && `, ${formatNumber(scope.gated)} gated`}
      </span>
      <span {...defines('placeboCounted')}>
        {placeboSignals === undefined
          ? 'without the placebo'
          : `${formatNumber(placeboSignals)} of them are the placebo’s`}
      </span>
      {scope.first !== null && scope.last !== null && (
        <span>
          {formatDate(scope.first)} – {formatDate(scope.last)}
        </span>
      )}
      <span {...defines('resolverVersion')}>
        resolver {scope.resolverVersion}
        {scope.otherVersions > 0 && (
          <Badge tone="warning">{formatNumber(scope.otherVersions)} graded by others, left out</Badge>
        )}
      </span>
      {bootstrap !== null && (
        <span {...tip(BOOTSTRAP_MEANING, '95 % intervals')}>
          {bootstrap.unit === 'none'
            ? 'too short a time for intervals of R'
            : `intervals over ${formatCount(bootstrap.blocks, bootstrap.unit)}`}
        </span>
      )}
    </footer>
  );
}

const BOOTSTRAP_MEANING =
  'Whole days (or hours, while there are few days) are drawn again and again: signals of one time share their fate, so counting each alone would claim too much.';
