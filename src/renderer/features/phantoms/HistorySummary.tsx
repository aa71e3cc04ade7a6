/** What the filtered phantoms add up to: counts, and figures with intervals only when there are enough. */
import type { PhantomFilter, PhantomStatistics } from '#contract/areas/phantoms.ts';
import { formatCount, formatNumber, formatShare, formatSigned } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { OUTCOME_WORDS } from '../../lib/words.ts';
import { Badge } from '../../ui/controls.tsx';
import { ENOUGH_RESOLVED, isFiltered, outcomeCounts, verdictOf } from './history-store.ts';

interface SummaryProps {
  readonly statistics: PhantomStatistics | null;
  readonly total: number | null;
  /** The filter that the figures belong to. */
  readonly filter: PhantomFilter;
  /** Figures of another filter are on their way. */
  readonly isBusy: boolean;
}

export function HistorySummary({ statistics, total, filter, isBusy }: SummaryProps) {
  if (statistics === null) {
    return isBusy ? (
      <div className="summary" aria-busy="true">
        <span className="faint">adding up…</span>
      </div>
    ) : null;
  }
  const verdict = verdictOf(statistics, filter);
  const { resolved } = statistics;
  return (
    <div className="summary" aria-busy={isBusy}>
      <span className="strong number">
        {formatCount(total ?? statistics.total, 'phantom')}
        {isFiltered(filter) ? ' match' : ''}
      </span>
      <span className="summary__outcomes">
        {outcomeCounts(statistics).map(([outcome, count]) => (
          <span key={outcome} className="number" {...tip(OUTCOME_WORDS[outcome].meaning, OUTCOME_WORDS[outcome].label)}>
            <span className={`summary__${OUTCOME_WORDS[outcome].tone}`}>{formatNumber(count)}</span>{' '}
            <span className="faint">{OUTCOME_WORDS[outcome].label.toLowerCase()}</span>
          </span>
        ))}
        {statistics.ambiguous > 0 && (
          <span className="number" {...defines('ambiguous')}>
            {formatNumber(statistics.ambiguous)} <span className="faint">ambiguous</span>
          </span>
        )}
      </span>
      <span className="grow" />
      {verdict === 'none' && <span className="faint">nothing resolved yet</span>}
      {verdict === 'chosen by outcome' && (
        <span
          className="faint"
          {...tip(
            'Choosing rows by how they ended makes any rate meaningless. Take the outcome out of the filter to see them.',
          )}
        >
          no rates: rows were chosen by outcome
        </span>
      )}
      {verdict === 'too few' && resolved !== null && (
        <span {...defines('tooFew')} className="row">
          <Badge tone="warning">Too few</Badge>
          <span className="soft number">
            {resolved.count} of {ENOUGH_RESOLVED} resolved
          </span>
        </span>
      )}
      {verdict === 'enough' && resolved !== null && (
        <>
          <span className="number" {...defines('netRPerTrade')}>
            <span className="faint">net R per trade</span>{' '}
            <span className="strong">{formatSigned(resolved.netRPerTrade, 3)}</span>{' '}
            <span className="faint">
              [{formatSigned(resolved.netRInterval[0], 2)}, {formatSigned(resolved.netRInterval[1], 2)}]
            </span>
          </span>
          <span className="number" {...defines('winRate')}>
            <span className="faint">win rate</span> <span className="strong">{formatShare(resolved.winRate)}</span>{' '}
            <span className="faint">
              [{formatNumber(resolved.winRateInterval[0] * 100)}–{formatNumber(resolved.winRateInterval[1] * 100)}]
            </span>
          </span>
        </>
      )}
    </div>
  );
}
