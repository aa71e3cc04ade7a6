/** The decision ledger (PH-32): who decided, what it was worth against deciding otherwise, and that it all adds up. */
import { useState } from 'react';
import type { Ledger, LedgerLine } from '#contract/areas/analysis.ts';
import { formatCount, formatR, MISSING } from '../../lib/format.ts';
import { Segmented } from '../../ui/controls.tsx';
import { Empty } from '../../ui/PanelState.tsx';
import { KeyFigure, signedRange, signTone } from './figures.tsx';
import { LedgerFoot, LedgerRow, LedgerSum, LedgerTable, StrategyLedgers } from './LedgerTable.tsx';
import { divergingScale } from './scale.ts';

export function LedgerPage({ ledger }: { readonly ledger: Ledger }) {
  const { lines, total, strategies } = ledger;
  const [view, setView] = useState<'whole' | 'strategies'>('whole');
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
          note={signedRange(total.netRSumInterval)}
        />
      </div>
      {strategies.length > 1 && (
        <div className="ledger__view">
          <Segmented
            small
            label="Ledger of"
            value={view}
            choices={[
              { value: 'whole', label: 'All together' },
              { value: 'strategies', label: 'By strategy' },
            ]}
            onChoose={setView}
          />
        </div>
      )}
      {view === 'strategies' && strategies.length > 1 ? (
        <StrategyLedgers strategies={strategies} total={total} />
      ) : (
        <LedgerTable>
          <tbody>
            {lines.map((line) => (
              <LedgerRow key={line.disposition} line={line} scale={scale} />
            ))}
          </tbody>
          <LedgerFoot total={total}>
            <LedgerSum parts={lines} total={total.netR} what="lines" />
          </LedgerFoot>
        </LedgerTable>
      )}
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
  return signedRange(line.netRSumInterval) || formatCount(line.resolved, 'resolved trade');
}
