/** Rejections (PH-31): what the score kept out, what that missed and what it avoided, and why nothing was taken. */
import type { CauseReport, DecisionMatrix, RejectionLine, RejectionReport } from '#contract/areas/analysis.ts';
import { formatCount, formatNumber, formatR, formatShare } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { DISPOSITION_WORDS } from '../../lib/words.ts';
import { Badge } from '../../ui/controls.tsx';
import { Empty } from '../../ui/PanelState.tsx';
import { ResultR } from '../../ui/ResultR.tsx';
import { GlyphLabel } from '../../ui/StrategyGlyph.tsx';
import { DivergingBar } from './DivergingBar.tsx';
import { KeyFigure, rangeText, signTone, TooFew, WinRate } from './figures.tsx';
import { divergingScale } from './scale.ts';

export interface RejectionsPageProps {
  readonly report: RejectionReport;
  readonly causes: CauseReport;
}

export function RejectionsPage({ report, causes }: RejectionsPageProps) {
  const { all, strategies } = report;
  if (all.signals === 0 && causes.clusters.length === 0) {
    return (
      <Empty title="Nothing was rejected yet">
        Signals under the threshold are listed here with what they would have earned.
      </Empty>
    );
  }
  return (
    <div className="rejections">
      <div className="key-figures">
        <KeyFigure
          label="Avoided"
          term="avoidedR"
          value={formatR(all.avoidedR, 1)}
          note={formatCount(all.wouldHaveLost, 'would-be loss', 'would-be losses')}
        />
        <KeyFigure
          label="Missed"
          term="missedR"
          value={formatR(all.missedR === 0 ? 0 : -all.missedR, 1)}
          note={formatCount(all.wouldHaveWon, 'would-be win')}
        />
        <KeyFigure
          label={all.savedR >= 0 ? 'Saved in all' : 'Cost in all'}
          term="savedR"
          value={formatR(all.savedR, 1)}
          tone={signTone(all.savedR)}
          note={rangeText(all.savedRInterval, (value) => formatR(value, 1))}
        />
        <Matrix matrix={all.matrix} />
      </div>
      {strategies.length > 0 && <StrategyTable lines={strategies} />}
      <Causes causes={causes} />
    </div>
  );
}

function Matrix({ matrix }: { readonly matrix: DecisionMatrix }) {
  const cells = [
    { label: 'Taken, won', value: matrix.correctApprovals, isRight: true },
    { label: 'Taken, lost', value: matrix.wrongApprovals, isRight: false },
    { label: 'Rejected, would have lost', value: matrix.correctRejections, isRight: true },
    { label: 'Rejected, would have won', value: matrix.wrongRejections, isRight: false },
  ];
  return (
    <div className="matrix" {...defines('decisionMatrix')}>
      <div className="matrix__grid">
        {cells.map((cell) => (
          <span key={cell.label} className={cell.isRight ? 'matrix__cell matrix__cell--right' : 'matrix__cell'}>
            <span className="number strong">{formatNumber(cell.value)}</span>
            <span className="matrix__label">
              {cell.isRight ? '✓' : '✕'} {cell.label}
            </span>
          </span>
        ))}
      </div>
      <span className="caption number">
        {matrix.accuracy === null
          ? 'too few decisions to call it accurate'
          : `${formatShare(matrix.accuracy, 1)} right (${rangeText(matrix.accuracyInterval, (value) => formatNumber(value * 100))})`}
      </span>
    </div>
  );
}

function StrategyTable({ lines }: { readonly lines: readonly RejectionLine[] }) {
  const scale = divergingScale(lines.map((line) => ({ value: line.savedR, interval: line.savedRInterval })));
  return (
    <section className="analysis__section">
      <h4>By strategy</h4>
      <table className="stat-table">
        <thead>
          <tr>
            <th {...defines('strategy')}>Strategy</th>
            <th className="right" {...defines('rejectedCount')}>
              Rejected
            </th>
            <th className="right" {...defines('winRate')}>
              Win rate
            </th>
            <th className="right" {...defines('avoidedR')}>
              Avoided
            </th>
            <th className="right" {...defines('missedR')}>
              Missed
            </th>
            <th className="bar-cell" {...defines('savedR')}>
              Cost ◂ ▸ saved
            </th>
            <th className="right" {...defines('savedR')}>
              Worth
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.strategyId}>
              <td>
                <GlyphLabel id={line.strategyId} />
              </td>
              <td className="right number">{formatNumber(line.signals)}</td>
              <td className="right">
                <WinRate figures={line} />
              </td>
              <td className="right number">{formatR(line.avoidedR, 1)}</td>
              <td className="right number">{formatR(line.missedR === 0 ? 0 : -line.missedR, 1)}</td>
              <td className="bar-cell">
                <DivergingBar
                  label="R saved or cost"
                  value={line.resolved === 0 ? null : line.savedR}
                  interval={line.savedRInterval}
                  scale={scale}
                />
              </td>
              <td className="right">
                <ResultR value={line.resolved === 0 ? null : line.savedR} strong />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Causes({ causes }: { readonly causes: CauseReport }) {
  const most = Math.max(1, ...causes.clusters.map((cluster) => cluster.signals));
  return (
    <section className="analysis__section">
      <h4 {...defines('causes')}>Why signals were not taken</h4>
      <table className="stat-table">
        <thead>
          <tr>
            <th {...defines('cause')}>Cause</th>
            <th className="right" {...defines('signalCount')}>
              Signals
            </th>
            <th className="bar-cell" {...defines('causeShare')}>
              Share
            </th>
            <th className="right" {...defines('savedR')}>
              Saved or cost
            </th>
          </tr>
        </thead>
        <tbody>
          {causes.clusters.map((cluster) => (
            <tr key={`${cluster.disposition} ${cluster.cause}`}>
              <td {...tip(cluster.example, 'For example')}>
                <Badge>{DISPOSITION_WORDS[cluster.disposition].label}</Badge>{' '}
                <span className="soft">{cluster.cause.replaceAll('#', '…')}</span>
              </td>
              <td className="right number">{formatNumber(cluster.signals)}</td>
              <td className="bar-cell">
                <span className="share-bar" style={{ width: `${(cluster.signals / most) * 100}%` }} />
              </td>
              <td className="right">
                {cluster.tooFew ? <TooFew resolved={cluster.resolved} /> : <ResultR value={cluster.savedR} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {causes.leftOff > 0 && <p className="caption">{formatCount(causes.leftOff, 'rarer cause')} not shown.</p>}
    </section>
  );
}
