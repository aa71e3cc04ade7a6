/** The facts of one phantom in sections: levels, decision, result, quality, features. */
import { useState } from 'react';
import type { FeatureGroup, FeatureValue, PhantomDetail } from '#contract/areas/phantoms.ts';
import type { Funding } from '#core/domain/phantom.ts';
import {
  formatDateTime,
  formatDuration,
  formatNumber,
  formatPercent,
  formatPrice,
  formatR,
  formatShare,
  MISSING,
} from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import {
  DISPOSITION_WORDS,
  EXIT_WORDS,
  OUTCOME_WORDS,
  REGIME_WORDS,
  SESSION_WORDS,
  STAGE_WORDS,
} from '../../lib/words.ts';
import { SearchField, WordBadge } from '../../ui/controls.tsx';
import { ExplainedScore } from '../../ui/ExplainedScore.tsx';
import { Fact } from '../../ui/Fact.tsx';
import { ModelAdvice } from '../../ui/ModelAdvice.tsx';
import { QualityParts } from '../../ui/ScoreGauge.tsx';
import { EarlierGrades } from './EarlierGrades.tsx';
import { Section } from './FactSection.tsx';
import { TruthSection } from './TruthSection.tsx';

export function DetailFacts({ detail }: { readonly detail: PhantomDetail }) {
  return (
    <>
      <DecisionFacts detail={detail} />
      <ResultFacts detail={detail} />
      {detail.truth !== null && <TruthSection truth={detail.truth} />}
      {detail.earlierGrades.length > 0 && <EarlierGrades grades={detail.earlierGrades} />}
      <SignalFacts detail={detail} />
      <Section title="Quality" term="qscore" aside={formatNumber(detail.row.qscore)}>
        <QualityParts parts={detail.phantom.signal.qualityParts} />
      </Section>
      <FeatureFacts detail={detail} />
    </>
  );
}

function DecisionFacts({ detail }: { readonly detail: PhantomDetail }) {
  const { decision } = detail.phantom;
  const word = DISPOSITION_WORDS[decision.disposition];
  return (
    <Section title="Decision" aside={<WordBadge word={word} />}>
      <p className="facts__sentence">
        {decision.decidedBy === 'trader' ? 'Decided by you' : 'Decided by the engine'},{' '}
        {formatDateTime(decision.decidedAt, true)} UTC, stage {STAGE_WORDS[decision.stage].label.toLowerCase()}
        {decision.reason === '' ? '.' : `: ${decision.reason}`}
      </p>
      <ExplainedScore signalId={detail.row.id} score={decision.score} threshold={decision.threshold} />
      <ModelAdvice advice={decision.advice ?? null} />
    </Section>
  );
}

function ResultFacts({ detail }: { readonly detail: PhantomDetail }) {
  const { row } = detail;
  const { result } = detail.phantom;
  const { optimistic } = result;
  return (
    <Section title={row.outcome === 'open' ? 'So far' : 'Result'}>
      <dl className="facts__grid">
        {row.outcome !== 'open' && (
          <>
            <Fact name="Exit">
              {result.exitReason === null ? MISSING : EXIT_WORDS[result.exitReason]}{' '}
              {formatPrice(result.exitPrice, row.priceDecimals)}
            </Fact>
            <Fact name="At">{formatDateTime(result.exitTime)}</Fact>
            <Fact name="Gross" term="grossR">
              {formatR(result.grossR)}
            </Fact>
            <Fact name="Net" term="netR">
              {formatR(result.netR)}
            </Fact>
            <Fact name="Price move">{formatPercent(result.pnlPercent)}</Fact>
          </>
        )}
        <Fact name="Best" term="mfe">
          {formatR(result.maxFavorableR)}
        </Fact>
        <Fact name="Worst" term="mae">
          {formatR(-result.maxAdverseR)}
        </Fact>
        <Fact name="1 R / 2 R seen">
          {result.oneRHit ? 'yes' : 'no'} / {result.twoRHit ? 'yes' : 'no'}
        </Fact>
        <Fact name="TP1" term="tp1">
          {result.tp1Hit ? `taken after ${formatDuration((result.timeToTp1Sec ?? 0) * 1000)}` : 'not taken'}
        </Fact>
        <Fact name="Bars held">{formatNumber(result.barsHeld)}</Fact>
        <Fact name="Resolver">
          v{result.resolverVersion}
          {row.resolvedOffline ? ', offline' : ''}
        </Fact>
      </dl>
      {result.ambiguous && optimistic !== null && (
        <p className="facts__note" {...defines('ambiguous')}>
          Ambiguous: one bar touched both sides. The other order would have been a{' '}
          {OUTCOME_WORDS[optimistic.outcome].label.toLowerCase()} at {formatR(optimistic.netR)}; the worse one counts.
        </p>
      )}
    </Section>
  );
}

function SignalFacts({ detail }: { readonly detail: PhantomDetail }) {
  const { row } = detail;
  const { signal, terms } = detail.phantom;
  return (
    <Section title="Signal">
      <ul className="facts__reasons">
        {signal.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <dl className="facts__grid">
        <Fact name="Opened">{formatDateTime(row.openedAt)}</Fact>
        <Fact name="Times out">{formatDateTime(row.timeoutAt)}</Fact>
        <Fact name="Entry">{formatPrice(row.entry, row.priceDecimals)}</Fact>
        <Fact name="Stop">{formatPrice(row.stop, row.priceDecimals)}</Fact>
        <Fact name="TP1" term="tp1">
          {formatPrice(row.tp1, row.priceDecimals)}
          {row.tp1 === null ? '' : ` (${formatShare(terms.tp1Fraction, 0)})`}
        </Fact>
        <Fact name="Target">{formatPrice(row.target, row.priceDecimals)}</Fact>
        <Fact name="Reward : risk" term="plannedRr">
          {formatNumber(signal.plannedRr, 2)}, net {formatNumber(signal.plannedNetRr, 2)}
        </Fact>
        <Fact name="Costs per side" term="costs">
          {formatNumber(terms.costs.feeBps, 1)} + {formatNumber(terms.costs.slippageBps, 1)} bp
          {terms.costs.measuredOn === undefined ? '' : ` (measured on ${terms.costs.measuredOn} fills)`}
        </Fact>
        {terms.costs.funding === undefined ? null : (
          <Fact name="Funding" term="funding">
            {fundingText(terms.costs.funding)}
          </Fact>
        )}
        <Fact name="Session" term="session">
          {SESSION_WORDS[row.session].label}
        </Fact>
        <Fact name="Regime" term="regime">
          {row.regime === null ? MISSING : REGIME_WORDS[row.regime].label}
        </Fact>
      </dl>
    </Section>
  );
}

/** e.g. `1.0 bp every 8 h`. */
function fundingText({ rate, intervalMs }: Funding): string {
  return `${formatNumber(rate * 10_000, 1)} bp every ${formatNumber(intervalMs / 3_600_000, 0)} h`;
}

/** e.g. `Relative strength index over 14 bars. (points, 0 to 100)` */
function meaningWithRange({ meaning, unit, range }: FeatureValue): string {
  const bounds = [unit, range].filter((part) => part !== undefined && part !== '').join(', ');
  return bounds === '' ? meaning : `${meaning} (${bounds})`;
}

/** Fewer than this are read at a glance. */
const SEARCHED_FROM = 12;

function FeatureFacts({ detail }: { readonly detail: PhantomDetail }) {
  const [search, setSearch] = useState('');
  const groups = matchingFeatures(detail.features, search);
  const all = detail.features.flatMap((group) => group.features);
  const missing = all.filter((feature) => feature.value === null).length;
  if (all.length === 0) {
    return (
      <Section title="Features">
        <p className="soft">None were recorded with this signal.</p>
      </Section>
    );
  }
  return (
    <Section title="Features at the signal" aside={formatNumber(all.length)}>
      <p className="facts__sentence">
        What was known at the signal’s close, and nothing later.
        {missing > 0 && ` ${missing} could not be known yet and are missing, never counted as zero.`}
      </p>
      {all.length >= SEARCHED_FROM && <SearchField label="Search features" value={search} onChange={setSearch} />}
      {groups.map((group) => (
        <FeatureGroupTable
          key={group.set}
          group={group}
          isOwn={group.set === detail.features[0]?.set && detail.phantom.decision.score.kind === 'model'}
        />
      ))}
      {groups.length === 0 && <p className="soft">No feature matches.</p>}
    </Section>
  );
}

/** Groups with the features whose name, meaning or set holds the text; empty groups are left out. */
export function matchingFeatures(groups: readonly FeatureGroup[], search: string): readonly FeatureGroup[] {
  const needle = search.trim().toLowerCase();
  if (needle === '') return groups;
  return groups
    .map((group) => ({
      ...group,
      features: group.features.filter(({ name, meaning }) =>
        `${group.title} ${name} ${meaning}`.toLowerCase().includes(needle),
      ),
    }))
    .filter((group) => group.features.length > 0);
}

function FeatureGroupTable({ group, isOwn }: { readonly group: FeatureGroup; readonly isOwn: boolean }) {
  return (
    <table className="features">
      <caption className="features__title">
        {group.title} <span className="faint number">{group.features.length}</span>
        {isOwn && <span className="badge badge--accent">read by the model</span>}
      </caption>
      <tbody>
        {group.features.map((feature) => (
          <tr key={feature.name} {...tip(meaningWithRange(feature), feature.name)}>
            <th scope="row">
              <span className="features__name">{feature.name}</span>
              <span className="features__meaning">{feature.meaning}</span>
            </th>
            <td className="number">
              {feature.value === null ? (
                <span
                  className="features__missing"
                  {...tip('Missing: it could not be known at the signal. Never counted as zero.')}
                >
                  missing
                </span>
              ) : (
                <>
                  {formatNumber(feature.value, featureDecimals(feature.value))}{' '}
                  <span className="faint">{feature.unit}</span>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Four significant digits, as features of all sizes stand in one column. */
export function featureDecimals(value: number): number {
  if (Number.isInteger(value)) return 0;
  const size = Math.abs(value);
  return size >= 1000 ? 1 : size >= 100 ? 2 : size >= 1 ? 3 : 4;
}
