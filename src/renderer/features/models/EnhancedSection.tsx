/** Enhanced scores against the base that they move, over 7, 30 and 90 days and week by week (ML-45). */
import type { EnhancedRecord, EnhancedWeek, EnhancedWindow, TakenRate } from '#contract/areas/models.ts';
import { formatCount, formatDate, formatNumber, formatShare } from '../../lib/format.ts';
import { tip } from '../../lib/glossary.ts';
import { AccuracyTable } from './AccuracyTable.tsx';
import { type AccuracyCell, type RecordRow, shares, toneOf } from './accuracy-rows.ts';
import { FEWEST_ROWS } from './figure-rows.ts';
import { ModelSection } from './ModelSection.tsx';

export function EnhancedSection({ record }: { readonly record: EnhancedRecord | null }) {
  if (record === null) return null;
  return (
    <>
      <ModelSection title="Enhanced against base" term="enhancedRecord">
        <AccuracyTable
          windows={record.windows}
          rows={ENHANCED_ROWS}
          known={({ all }) => all.taken}
          one="a signal with an enhanced score"
        />
      </ModelSection>
      <ModelSection title="Enhanced against base by week" term="enhancedByWeek">
        <WeekTable weeks={record.weeks} />
      </ModelSection>
    </>
  );
}

function WeekTable({ weeks }: { readonly weeks: readonly EnhancedWeek[] }) {
  if (weeks.length === 0) return <p className="model__note">No week with results of enhanced scores yet.</p>;
  return (
    <table className="accuracy">
      <caption className="visually-hidden">Signals let through and won by week, base against enhanced</caption>
      <thead>
        <tr>
          <th scope="col">Week of</th>
          <th scope="col">Results</th>
          <th scope="col">Base won</th>
          <th scope="col">Enhanced won</th>
        </tr>
      </thead>
      <tbody>
        {weeks.toReversed().map(({ start, resolved, base, enhanced }) => (
          <tr key={start}>
            <th scope="row">{formatDate(start)}</th>
            <td className="number">{formatNumber(resolved)}</td>
            <WeekCell who="base" counts={base} />
            <WeekCell who="enhanced score" counts={enhanced} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface WeekCellProps {
  readonly who: string;
  readonly counts: EnhancedWeek['base'];
}

/** The share is faint under so many that it could be anything. */
function WeekCell({ who, counts: { taken, won } }: WeekCellProps) {
  if (taken === 0) {
    return (
      <td className="faint" {...tip(`The ${who} let none through.`)}>
        none
      </td>
    );
  }
  const isFew = taken < FEWEST_ROWS;
  const words = `Of ${formatCount(taken, 'signal')} that the ${who} let through ${formatNumber(won)} won.`;
  return (
    <td className={isFew ? 'number faint' : 'number'} {...tip(isFew ? `${words} Too few to say anything.` : words)}>
      {formatShare(won / taken)}
      <span className="accuracy__beside">of {formatNumber(taken)}</span>
    </td>
  );
}

const ENHANCED_ROWS: readonly RecordRow<EnhancedWindow>[] = [
  {
    key: 'scored',
    label: 'Enhanced scores',
    term: 'enhancedScored',
    of: ({ scored, pending }) => ({
      value: formatNumber(scored),
      beside: pending === 0 ? '' : `${formatNumber(pending)} open`,
      tone: 'plain',
      hint: `${formatNumber(pending)} without a result yet.`,
    }),
  },
  { key: 'base', label: 'Base won', term: 'enhancedBase', of: ({ base }) => rateCell(base, 'the base') },
  {
    key: 'enhanced',
    label: 'Enhanced won',
    term: 'enhancedWon',
    of: ({ enhanced }) => rateCell(enhanced, 'the enhanced score'),
  },
  {
    key: 'difference',
    label: 'Difference',
    term: 'enhancedDifference',
    of: ({ difference, all }) => {
      if (difference === null) return null;
      const { value } = difference;
      return {
        value: `${value > 0 ? '+' : ''}${formatNumber(100 * value, 1)} pts`,
        beside: `${formatNumber(100 * difference.low, 1)} to ${formatNumber(100 * difference.high, 1)}`,
        tone: toneOf({ ...difference, base: 0 }, 'higher'),
        hint: all.won === null ? '' : `All of them together won ${formatShare(all.won.value)}.`,
      };
    },
  },
];

function rateCell({ taken, won }: TakenRate, who: string): AccuracyCell | null {
  if (won === null) return null;
  const hint = `Of ${formatCount(taken, 'signal')} that ${who} let through.`;
  return { value: formatShare(won.value), beside: shares(won), tone: 'plain', hint };
}
