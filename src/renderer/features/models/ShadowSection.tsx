/** The champion against the one before it, on the signals that both scored (ML-25). */
import type { Interval, ShadowComparison } from '#contract/areas/models.ts';
import { formatCount, formatR, formatShare, formatSigned, MISSING } from '../../lib/format.ts';
import { defines, type TermName } from '../../lib/glossary.ts';
import { Badge, Bar } from '../../ui/controls.tsx';
import { FIGURE_TONES, type Judgement, judge } from './figure-rows.ts';
import { IntervalStrip } from './IntervalStrip.tsx';
import { ModelSection } from './ModelSection.tsx';

export function ShadowSection({ shadow }: { readonly shadow: ShadowComparison | null }) {
  if (shadow === null) {
    return (
      <ModelSection title="Against the one before" term="shadow">
        <p className="model__note">
          No other version watches. After a promotion the one before it keeps scoring in shadow, and is compared here.
        </p>
      </ModelSection>
    );
  }
  const { signals, needed, message } = shadow;
  // Both are versions of the model whose name stands above.
  const name = shadow.name.replace(/^.* (?=v\d+$)/, '');
  const isJudged = signals >= needed;
  return (
    <ModelSection
      title={`Against ${name}, in shadow`}
      term="shadow"
      aside={
        <Badge tone={isJudged ? 'accent' : 'muted'} hint={`Judged from ${needed} signals on, over the newest 100.`}>
          {isJudged ? formatCount(signals, 'signal') : `${signals} of ${needed} signals`}
        </Badge>
      }
    >
      {!isJudged && <Bar label={`Signals: ${signals} of ${needed}`} fraction={needed > 0 ? signals / needed : null} />}
      <p className="model__note">{message}</p>
      <table className="shadow">
        <caption className="visually-hidden">This version against {name}</caption>
        <tbody>
          <tr>
            <th scope="row" {...defines('shadowWinRate')}>
              Win rate
            </th>
            <td className="number strong">{formatShare(shadow.winRate)}</td>
            <td className="number soft" colSpan={2}>
              {name} {formatShare(shadow.winRateBefore)}
            </td>
          </tr>
          <DifferenceRow
            label="Log loss"
            term="shadowLogLoss"
            difference={shadow.logLossDifference}
            better="lower"
            write={(value) => formatSigned(value, 3)}
            missing={`from ${needed} on`}
          />
          <DifferenceRow
            label="Net R per signal"
            term="shadowNetR"
            difference={shadow.netRDifference}
            better="higher"
            write={(value) => formatR(value)}
            missing={`from ${needed} on`}
          />
        </tbody>
      </table>
    </ModelSection>
  );
}

const VERDICTS: Readonly<Record<Judgement, string>> = {
  better: 'the new one is better',
  worse: 'the new one is worse',
  undecided: 'undecided',
};

interface DifferenceRowProps {
  readonly label: string;
  readonly term: TermName;
  readonly difference: Interval | null;
  readonly better: 'higher' | 'lower';
  readonly write: (value: number) => string;
  readonly missing: string;
}

/** New minus old with its interval; no difference is the tick. */
function DifferenceRow({ label, term, difference, better, write, missing }: DifferenceRowProps) {
  const heading = (
    <th scope="row" {...defines(term)}>
      {label}
    </th>
  );
  if (difference === null) {
    return (
      <tr>
        {heading}
        <td className="faint">{MISSING}</td>
        <td className="faint" colSpan={2}>
          {missing}
        </td>
      </tr>
    );
  }
  const figure = { ...difference, base: 0 };
  const judgement = judge(figure, better);
  return (
    <tr>
      {heading}
      <td className={`number strong ${FIGURE_TONES[judgement]}`}>
        {write(difference.value)}
        <span className="visually-hidden">, {VERDICTS[judgement]}</span>
      </td>
      <td className="number soft">
        {write(difference.low)} to {write(difference.high)}
      </td>
      <td className="shadow__strip" aria-hidden="true">
        <IntervalStrip figure={figure} judgement={judgement} />
      </td>
    </tr>
  );
}
