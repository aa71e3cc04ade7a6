/** What was said of a phantom before it was resolved again, and why (PH-10, MK-3, PH-12). */
import type { EarlierGradeView } from '#contract/areas/phantoms.ts';
import { formatDateTime, formatR } from '../../lib/format.ts';
import { OUTCOME_WORDS } from '../../lib/words.ts';
import { WordBadge } from '../../ui/controls.tsx';
import { Fact } from '../../ui/Fact.tsx';
import { Section } from './FactSection.tsx';

const WHY: Readonly<Record<EarlierGradeView['reason'], string>> = {
  rules: 'the rules of resolving changed',
  revised: 'the exchange changed a bar after it closed',
  finer: 'finer candles came',
};

export function EarlierGrades({ grades }: { readonly grades: readonly EarlierGradeView[] }) {
  return (
    <Section title="Graded again">
      <dl className="facts__grid">
        {grades.map(({ reason, outcome, netR, replacedAt }) => (
          <Fact key={`${replacedAt} ${reason}`} name={`Until ${formatDateTime(replacedAt)}`}>
            <WordBadge word={OUTCOME_WORDS[outcome]} /> {formatR(netR)}
            <span className="soft"> {WHY[reason]}</span>
          </Fact>
        ))}
      </dl>
    </Section>
  );
}
