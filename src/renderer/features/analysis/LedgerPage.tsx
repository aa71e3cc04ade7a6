/** The decision ledger (PH-32): who decided, what it was worth against deciding otherwise, and that it all adds up. */
import { Equal, TriangleAlert } from 'lucide-react';
import type { Ledger, LedgerLine } from '#contract/areas/analysis.ts';
import { formatCount, formatNumber, formatR, formatSigned, MISSING } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { DISPOSITION_WORDS } from '../../lib/words.ts';
import { Empty } from '../../ui/PanelState.tsx';
import { ResultR } from '../../ui/ResultR.tsx';
import { DivergingBar } from './DivergingBar.tsx';
import { KeyFigure, PerTrade, rangeText, signTone, WinRate } from './figures.tsx';
import { addsUp, type DivergingScale, divergingScale } from './scale.ts';
import { DECIDER_WORDS } from './words.ts';

const signed = (value: number) => formatSigned(value, 1);

export function LedgerPage({ ledger }: { readonly ledger: Ledger }) {
  const { lines, total } = ledger;
  if (lines.length === 0) {
    return (
      <Empty title="No decisions yet">
        Every signal is decided by someone: you, the score, a rule, or time. They are graded here once their phantoms
        have ended.
      </Empty>
    );
  }
  const taken = lines.filter((line) => line.decider === 'taken');
  const decided = lines.filter((line) => ['model', 'trader', 'time', 'risk', 'gates'].includes(line.decider));
  const sumOf = (some: readonly LedgerLine[], pick: (line: LedgerLine) => number) =>
    some.reduce((so, line) => so + pick(line), 0);
  const takenR = sumOf(taken, (line) => line.netR);
  const savedR = sumOf(decided, (line) => line.savedR);
  const scale = divergingScale(lines.map((line) => ({ value: line.savedR, interval: line.savedRInterval })));
  return (
    <div className="ledger">
      <div className="key-figures">
        <KeyFigure
          label="Taken earned"
          term="ledgerTaken"
          value={hasResults(taken) ? formatR(takenR, 1) : MISSING}
          tone={signTone(takenR)}
          note={takenNote(taken)}
        />
        <KeyFigure
          label={savedR >= 0 ? 'Saying no saved' : 'Saying no cost'}
          term="ledgerSaved"
          value={hasResults(decided) ? formatR(Math.abs(savedR), 1).replace('+', '') : MISSING}
          tone={signTone(savedR)}
          note={formatCount(
            sumOf(decided, (line) => line.resolved),
            'resolved refusal',
          )}
        />
        <KeyFigure
          label="All signals"
          term="ledgerTotal"
          value={formatR(total.netR, 1)}
          tone={signTone(total.netR)}
          note={rangeText(total.netRSumInterval, signed)}
        />
      </div>
      <table className="ledger__table">
        <thead>
          <tr>
            <th {...defines('decider')}>Who decided</th>
            <th className="right" {...defines('signalCount')}>
              Signals
            </th>
            <th className="right" {...defines('winRate')}>
              Win rate
            </th>
            <th className="right ledger__each" {...defines('netRPerTrade')}>
              R per signal
            </th>
            <th className="right" {...defines('netRSum')}>
              Net R
            </th>
            <th className="ledger__bars" {...defines('savedR')}>
              <span className="ledger__bars-head">
                <span>◂ cost</span>
                <span>saved ▸</span>
              </span>
            </th>
            <th className="right" {...defines('savedR')}>
              Worth
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.disposition} line={line} scale={scale} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All signals</th>
            <td className="right number">{formatNumber(total.signals)}</td>
            <td className="right">
              <WinRate figures={total} />
            </td>
            <td className="right ledger__each">
              <PerTrade figures={total} />
            </td>
            <td className="right">
              <ResultR value={total.netR} strong />
            </td>
            <td colSpan={2}>
              <Sum lines={lines} total={total.netR} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/** A sum over nothing is no result. */
function hasResults(lines: readonly LedgerLine[]): boolean {
  return lines.some((line) => line.resolved > 0);
}

function takenNote(taken: readonly LedgerLine[]): string {
  const line = taken[0];
  if (line === undefined) return 'nothing was taken';
  return rangeText(line.netRSumInterval, signed) || formatCount(line.resolved, 'resolved trade');
}

function Line({ line, scale }: { readonly line: LedgerLine; readonly scale: DivergingScale }) {
  const decider = DECIDER_WORDS[line.decider];
  const disposition = DISPOSITION_WORDS[line.disposition];
  return (
    <tr>
      <th scope="row">
        <span className="ledger__decider" {...tip(decider.meaning, decider.label)}>
          {decider.label}
        </span>{' '}
        {disposition.label !== decider.label && (
          <span className="ledger__disposition" {...tip(disposition.meaning, disposition.label)}>
            {disposition.label.toLowerCase()}
          </span>
        )}
      </th>
      <td className="right number" {...tip(`${formatNumber(line.resolved)} have a result.`, 'Signals')}>
        {formatNumber(line.signals)}
      </td>
      <td className="right">
        <WinRate figures={line} />
      </td>
      <td className="right ledger__each">
        <PerTrade figures={line} />
      </td>
      <td className="right">
        <ResultR value={line.resolved === 0 ? null : line.netR} />
      </td>
      <td className="ledger__bars">
        <DivergingBar
          label={`${decider.label}: R saved or cost`}
          value={line.resolved === 0 ? null : line.savedR}
          interval={line.savedRInterval}
          scale={scale}
        />
      </td>
      <td className="right">
        <span className="figure">
          <ResultR value={line.resolved === 0 ? null : line.savedR} strong />
          <span className="figure__range number">{rangeText(line.savedRInterval, signed)}</span>
        </span>
      </td>
    </tr>
  );
}

/** The lines' sum against the total that was summed over the signals themselves: the proof under the bill. */
function Sum({ lines, total }: { readonly lines: readonly LedgerLine[]; readonly total: number }) {
  const { sum, isExact } = addsUp(
    lines.map((line) => line.netR),
    total,
  );
  if (isExact) {
    return (
      <span className="ledger__sum" {...defines('ledgerSum')}>
        <Equal size={13} aria-hidden="true" /> the lines add up to the total
      </span>
    );
  }
  return (
    <span className="ledger__sum ledger__sum--off" role="alert">
      <TriangleAlert size={13} aria-hidden="true" /> the lines add up to {formatR(sum, 6)}: please report this
    </span>
  );
}
