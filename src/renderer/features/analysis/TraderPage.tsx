/** "Was my skip right?" (PH-31, PH-32): skips, expiries and approvals graded by what the phantoms did. */
import type { TraderApprovals, TraderDecisionRow, TraderGrades, TraderLine } from '#contract/areas/analysis.ts';
import { useDesk } from '../../lib/desk-context.tsx';
import { formatCount, formatDateTime, formatNumber } from '../../lib/format.ts';
import { defines, type TermName } from '../../lib/glossary.ts';
import { DISPOSITION_WORDS } from '../../lib/words.ts';
import { Badge, WordBadge } from '../../ui/controls.tsx';
import { Empty } from '../../ui/PanelState.tsx';
import { ResultR, SideSymbol } from '../../ui/ResultR.tsx';
import { StrategyGlyph } from '../../ui/StrategyGlyph.tsx';
import { DivergingBar } from './DivergingBar.tsx';
import { divergingScale } from './scale.ts';
import { VERDICT_WORDS } from './words.ts';

export function TraderPage({ grades }: { readonly grades: TraderGrades }) {
  const { skips, expiries, approvals, skipReasons, recent } = grades;
  if (skips.signals + expiries.signals + approvals.approved === 0) {
    return (
      <Empty title="You have not decided on a ticket yet">
        Approve or skip one. Its phantom goes on either way, and the verdict on your decision appears here.
      </Empty>
    );
  }
  const scale = divergingScale([
    { value: skips.savedR, interval: skips.savedRInterval },
    { value: expiries.savedR, interval: expiries.savedRInterval },
  ]);
  return (
    <div className="trader">
      <div className="verdict-cards">
        <VerdictCard title="Skipped" term="savedR" line={skips} scale={scale} />
        <VerdictCard title="Let expire" term="savedR" line={expiries} scale={scale} />
        <ApprovalCard approvals={approvals} />
      </div>
      <div className="trader__tables">
        {skipReasons.length > 0 && (
          <section className="analysis__section">
            <h4>Reasons you gave</h4>
            <table className="stat-table">
              <thead>
                <tr>
                  <th {...defines('skipReason')}>Reason</th>
                  <th className="right" {...defines('skips')}>
                    Skips
                  </th>
                  <th className="right" {...defines('savedR')}>
                    Saved or cost
                  </th>
                </tr>
              </thead>
              <tbody>
                {skipReasons.map((reason) => (
                  <tr key={reason.reason}>
                    <td>{reason.reason}</td>
                    <td className="right number">{formatNumber(reason.signals)}</td>
                    <td className="right">
                      <ResultR value={reason.resolved === 0 ? null : reason.savedR} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
        <section className="analysis__section">
          <h4>Your newest decisions</h4>
          <RecentTable rows={recent} />
        </section>
      </div>
    </div>
  );
}

interface VerdictCardProps {
  readonly title: string;
  readonly term: TermName;
  readonly line: TraderLine;
  readonly scale: ReturnType<typeof divergingScale>;
}

function VerdictCard({ title, term, line, scale }: VerdictCardProps) {
  return (
    <article className="verdict-card">
      <header className="row">
        <h4 className="grow" {...defines(term)}>
          {title}
        </h4>
        <WordBadge word={VERDICT_WORDS[line.verdict]} />
      </header>
      <p className="verdict-card__value">
        <ResultR value={line.resolved === 0 ? null : line.savedR} strong />
        <span className="caption">{line.savedR >= 0 ? 'saved' : 'cost'}</span>
      </p>
      <DivergingBar
        label={`${title}: R saved or cost`}
        value={line.resolved === 0 ? null : line.savedR}
        interval={line.savedRInterval}
        scale={scale}
      />
      <p className="verdict-card__sentence">{line.sentence}</p>
      <p className="caption number">
        {formatCount(line.signals, 'ticket')} · would have won {formatNumber(line.wouldHaveWon)}, lost{' '}
        {formatNumber(line.wouldHaveLost)}
      </p>
    </article>
  );
}

function ApprovalCard({ approvals }: { readonly approvals: TraderApprovals }) {
  return (
    <article className="verdict-card">
      <header className="row">
        <h4 className="grow" {...defines('hesitation')}>
          Approved
        </h4>
        <WordBadge word={VERDICT_WORDS[approvals.verdict]} />
      </header>
      <p className="verdict-card__value">
        <ResultR value={approvals.compared === 0 ? null : approvals.positionR} strong />
        <span className="caption">earned</span>
      </p>
      <p className="caption number">
        Phantoms of the same signals: <ResultR value={approvals.compared === 0 ? null : approvals.phantomR} /> ·
        hesitation cost <ResultR value={approvals.compared === 0 ? null : approvals.hesitationR} />
      </p>
      <p className="verdict-card__sentence">{approvals.sentence}</p>
      <p className="caption number">
        {formatCount(approvals.approved, 'ticket')} · {formatNumber(approvals.compared)} with both results
      </p>
    </article>
  );
}

const ROW_VERDICTS = {
  right: { label: 'Right', tone: 'good' },
  wrong: { label: 'Wrong', tone: 'danger' },
  open: { label: 'Open', tone: 'accent' },
} as const;

function RecentTable({ rows }: { readonly rows: readonly TraderDecisionRow[] }) {
  const { view } = useDesk();
  return (
    <table className="stat-table">
      <thead>
        <tr>
          <th {...defines('decisionTime')}>Time</th>
          <th {...defines('signal')}>Signal</th>
          <th {...defines('yourDecision')}>You</th>
          <th className="right" {...defines('phantom')}>
            Phantom
          </th>
          <th className="right" {...defines('positionResult')}>
            Position
          </th>
          <th {...defines('verdict')}>Verdict</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td className="soft number">{formatDateTime(row.openedAt)}</td>
            <td>
              <button
                type="button"
                className="row link-cell"
                onClick={() => {
                  view.selectInstrument(row.instrumentId);
                  view.openDetail(row.id);
                }}
              >
                <StrategyGlyph id={row.strategyId} />
                <SideSymbol symbol={row.instrumentId.split(':').slice(1).join(':')} side={row.side} />
              </button>
            </td>
            <td>
              {DISPOSITION_WORDS[row.disposition].label}
              {row.reason !== '' && <span className="faint"> · {row.reason}</span>}
            </td>
            <td className="right">
              <ResultR value={row.phantomR} />
            </td>
            <td className="right">
              <ResultR value={row.positionR} />
            </td>
            <td>
              <Badge tone={ROW_VERDICTS[row.verdict].tone}>{ROW_VERDICTS[row.verdict].label}</Badge>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
