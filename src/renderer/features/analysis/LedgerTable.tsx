/** The ledger as a bill: a row per decision, for all signals together or for each strategy, and the proof that it adds up (PH-32). */
import { ChevronDown, ChevronRight, Equal, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { LedgerFigures, LedgerLine, StrategyLedger } from '#contract/areas/analysis.ts';
import { DECIDER_TEXTS } from '#contract/areas/status-words.ts';
import { formatNumber, formatR } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { DISPOSITION_WORDS, strategyTitle } from '../../lib/words.ts';
import { ResultR } from '../../ui/ResultR.tsx';
import { GlyphLabel } from '../../ui/StrategyGlyph.tsx';
import { DivergingBar } from './DivergingBar.tsx';
import { PerTrade, signedRange, WinRate } from './figures.tsx';
import { addsUp, type DivergingScale, divergingScale } from './scale.ts';

export function LedgerTable({ children }: { readonly children: ReactNode }) {
  return (
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
      {children}
    </table>
  );
}

/** The whole under the bill, with `children` as its proof. */
export function LedgerFoot({
  total,
  children,
}: {
  readonly total: LedgerFigures['total'];
  readonly children: ReactNode;
}) {
  return (
    <tfoot>
      <tr>
        <th scope="row">All signals</th>
        <Totals total={total} />
        <td colSpan={2}>{children}</td>
      </tr>
    </tfoot>
  );
}

function Totals({ total }: { readonly total: LedgerFigures['total'] }) {
  return (
    <>
      <td className="right number" {...tip(`${formatNumber(total.resolved)} have a result.`, 'Signals')}>
        {formatNumber(total.signals)}
      </td>
      <td className="right">
        <WinRate figures={total} />
      </td>
      <td className="right ledger__each">
        <PerTrade figures={total} />
      </td>
      <td className="right">
        <span className="figure">
          <ResultR value={total.resolved === 0 ? null : total.netR} strong />
          <span className="figure__range number">{signedRange(total.netRSumInterval)}</span>
        </span>
      </td>
    </>
  );
}

export interface StrategyLedgersProps {
  readonly strategies: readonly StrategyLedger[];
  readonly total: LedgerFigures['total'];
}

/** A row per strategy that opens to its decisions. */
export function StrategyLedgers({ strategies, total }: StrategyLedgersProps) {
  const scale = divergingScale(
    strategies.flatMap(({ lines }) => lines.map((line) => ({ value: line.savedR, interval: line.savedRInterval }))),
  );
  return (
    <LedgerTable>
      {strategies.map((one) => (
        <StrategyRows key={one.strategyId} ledger={one} scale={scale} />
      ))}
      <LedgerFoot total={total}>
        <LedgerSum parts={strategies.map((one) => one.total)} total={total.netR} what="strategies" />
      </LedgerFoot>
    </LedgerTable>
  );
}

interface StrategyRowsProps {
  readonly ledger: StrategyLedger;
  readonly scale: DivergingScale;
}

function StrategyRows({ ledger: { strategyId, lines, total }, scale }: StrategyRowsProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <tbody>
      <tr className="ledger__strategy">
        <th scope="row">
          <button
            type="button"
            className="ledger__toggle"
            aria-expanded={isOpen}
            aria-label={`${strategyTitle(strategyId)}, decisions`}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
            <GlyphLabel id={strategyId} />
          </button>
        </th>
        <Totals total={total} />
        <td colSpan={2}>
          {isOpen ? <LedgerSum parts={lines} total={total.netR} what="lines" /> : <Shares lines={lines} />}
        </td>
      </tr>
      {isOpen && lines.map((line) => <LedgerRow key={line.disposition} line={line} scale={scale} isPart />)}
    </tbody>
  );
}

/** Who decided most of a strategy's signals, in a line. */
function Shares({ lines }: { readonly lines: readonly LedgerLine[] }) {
  const most = lines.toSorted((a, b) => b.signals - a.signals).slice(0, 3);
  return (
    <span className="caption number">
      {most
        .map(
          ({ disposition, signals }) =>
            `${formatNumber(signals)} ${DISPOSITION_WORDS[disposition].label.toLowerCase()}`,
        )
        .join(', ')}
      {lines.length > most.length && ' …'}
    </span>
  );
}

interface LedgerRowProps {
  readonly line: LedgerLine;
  readonly scale: DivergingScale;
  readonly isPart?: boolean;
}

/** A decision, who made it, and what it was worth; `isPart` of a strategy's bill. */
export function LedgerRow({ line, scale, isPart = false }: LedgerRowProps) {
  const decider = DECIDER_TEXTS[line.decider];
  const disposition = DISPOSITION_WORDS[line.disposition];
  return (
    <tr className={isPart ? 'ledger__part' : undefined}>
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
          <span className="figure__range number">{signedRange(line.savedRInterval)}</span>
        </span>
      </td>
    </tr>
  );
}

export interface LedgerSumProps {
  readonly parts: readonly { readonly netR: number }[];
  readonly total: number;
  readonly what: 'lines' | 'strategies';
}

/** The parts' sum against the total that was summed over the signals themselves: the proof under the bill. */
export function LedgerSum({ parts, total, what }: LedgerSumProps) {
  const { sum, isExact } = addsUp(
    parts.map((part) => part.netR),
    total,
  );
  if (isExact) {
    return (
      <span className="ledger__sum" {...defines('ledgerSum')}>
        <Equal size={13} aria-hidden="true" /> the {what} add up to the total
      </span>
    );
  }
  return (
    <span className="ledger__sum ledger__sum--off" role="alert">
      <TriangleAlert size={13} aria-hidden="true" /> the {what} add up to {formatR(sum, 6)}: please report this
    </span>
  );
}
