/** What the sender's own truth log says of the signal, kept beside our outcome (ST-20). */
import type { TruthView } from '#contract/areas/phantoms.ts';
import { formatDateTime, formatDuration, formatNumber, MISSING } from '../../lib/format.ts';
import { TRUTH_WORDS } from '../../lib/words.ts';
import { WordBadge } from '../../ui/controls.tsx';
import { Fact } from '../../ui/Fact.tsx';
import { Section } from './FactSection.tsx';

export function TruthSection({ truth }: { readonly truth: TruthView }) {
  const { outcome, agrees, maxFavorablePips, maxAdversePips, runtimeSeconds, fileName, importedAt } = truth;
  const pips = (value: number | null) => (value === null ? MISSING : `${formatNumber(value, 1)} ticks`);
  return (
    <Section title="What its sender says" term="truthLog">
      <dl className="facts__grid">
        <Fact name="Real result">
          {outcome === null ? 'still running' : <WordBadge word={TRUTH_WORDS[outcome]} />}
          {agrees === false && <span className="soft"> differs from ours, which counts</span>}
        </Fact>
        <Fact name="Best">{pips(maxFavorablePips)}</Fact>
        <Fact name="Worst">{pips(maxAdversePips)}</Fact>
        <Fact name="Ran for">{runtimeSeconds === null ? MISSING : formatDuration(runtimeSeconds * 1000)}</Fact>
        <Fact name="From">
          {fileName}, {formatDateTime(importedAt)}
        </Fact>
      </dl>
    </Section>
  );
}
