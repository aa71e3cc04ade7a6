/** A score against its threshold, and what it is made of. Says of what kind it is: a heuristic is never a probability. */
import { THRESHOLD_TEXTS } from '#contract/areas/status-words.ts';
import type { Score, ScoreKind, Threshold } from '#core/domain/score.ts';
import type { QualityPart } from '#core/domain/signal.ts';
import { formatNumber, formatSigned } from '../lib/format.ts';
import { defines, tip } from '../lib/glossary.ts';
import { SCORE_KIND_WORDS } from '../lib/words.ts';
import './score-gauge.css';

/** What the rows behind a model's calibration leave open, 0-100 (ML-42). */
export type ScoreInterval =
  | { readonly phase: 'loading' }
  | { readonly phase: 'none' }
  | { readonly phase: 'known'; readonly low: number; readonly high: number };

export interface ScoreGaugeProps {
  readonly score: Score;
  readonly threshold: Threshold;
  /** Left out for points by rules, which have none. */
  readonly interval?: ScoreInterval;
}

export function ScoreGauge({ score, threshold, interval }: ScoreGaugeProps) {
  const passes = score.value >= threshold.value;
  return (
    <div className="gauge">
      <div className="gauge__line">
        <span className="gauge__value number" {...defines('score')}>
          {formatScore(score.value)}
        </span>
        <span className="soft">/ 100</span>
        <ScoreKindBadge kind={score.kind} version={score.version} />
        <span className="grow" />
        <span className={passes ? 'gauge__verdict' : 'gauge__verdict gauge__verdict--below'}>
          {passes ? 'above threshold' : 'below threshold'}
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a meter element cannot carry the threshold's mark. */}
      <div
        className="gauge__track"
        role="meter"
        aria-label="Score"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={score.value}
      >
        <div
          className={passes ? 'gauge__fill' : 'gauge__fill gauge__fill--below'}
          style={{ width: `${Math.min(100, Math.max(0, score.value))}%` }}
        />
        {interval?.phase === 'known' && (
          <div
            className="gauge__interval"
            style={{ left: `${interval.low}%`, width: `${Math.max(0, interval.high - interval.low)}%` }}
          />
        )}
        <div className="gauge__threshold" style={{ left: `${threshold.value}%` }} />
      </div>
      {interval !== undefined && <IntervalNote interval={interval} threshold={threshold} />}
      <p className="gauge__note" {...defines('threshold')}>
        Threshold <span className="number strong">{formatScore(threshold.value)}</span>,{' '}
        {THRESHOLD_TEXTS[threshold.source]}. {sentence(threshold.evidence)}
      </p>
      {score.reason !== null && <p className="gauge__note gauge__note--reason">{sentence(score.reason)}</p>}
    </div>
  );
}

/** The interval in words, and that the threshold lies in it: then the other side is as good a guess. */
function IntervalNote({ interval, threshold }: { readonly interval: ScoreInterval; readonly threshold: Threshold }) {
  if (interval.phase === 'loading') return <p className="gauge__note faint">90 % interval …</p>;
  if (interval.phase === 'none') {
    return (
      <p className="gauge__note faint" {...defines('scoreInterval')}>
        No interval is known for this score.
      </p>
    );
  }
  const { low, high } = interval;
  const isClose = threshold.value >= low && threshold.value <= high;
  return (
    <p className="gauge__note" {...defines('scoreInterval')}>
      90 % between <span className="number strong">{formatBound(low, interval)}</span> and{' '}
      <span className="number strong">{formatBound(high, interval)}</span>
      {isClose ? '; the threshold lies within: a close call.' : '.'}
    </p>
  );
}

/** Whole points, but tenths where whole ones would be the same. */
function formatBound(value: number, { low, high }: { readonly low: number; readonly high: number }): string {
  return formatNumber(value, high - low < 2 ? 1 : 0);
}

function ScoreKindBadge({ kind, version }: { readonly kind: ScoreKind; readonly version?: string }) {
  const word = SCORE_KIND_WORDS[kind];
  const title = version === undefined ? word.label : `${word.label} (${version})`;
  return (
    <span className={`badge badge--${word.tone}`} {...tip(word.meaning, title)}>
      {word.label}
    </span>
  );
}

/** Points by rules are whole; a model's probability has a tenth. */
function formatScore(value: number): string {
  return formatNumber(value, Number.isInteger(value) ? 0 : 1);
}

/** `no model yet` as a sentence of its own. */
function sentence(text: string): string {
  if (text === '') return '';
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** Points by rules that add up to the score, largest bars for largest points. */
export function ScoreParts({ score }: { readonly score: Pick<Score, 'parts' | 'value'> }) {
  const { parts, value } = score;
  if (parts.length === 0) return null;
  const largest = Math.max(1, ...parts.filter((part) => part.name !== 'base').map((part) => Math.abs(part.points)));
  const sum = parts.reduce((total, { points }) => total + points, 0);
  return (
    <>
      <h4 className="eyebrow">
        <span {...defines('scoreParts')}>Points by rules</span>
      </h4>
      <ul className="parts">
        {parts.map((part) => (
          <li key={part.name} className="parts__row">
            <span className="parts__name">{part.name === 'base' ? 'Base' : part.name}</span>
            {part.name === 'base' ? (
              <span />
            ) : (
              <span className="parts__bar parts__bar--signed">
                <span
                  className={part.points >= 0 ? 'parts__fill parts__fill--plus' : 'parts__fill parts__fill--minus'}
                  style={{ width: `${(Math.abs(part.points) / largest) * 50}%` }}
                />
              </span>
            )}
            <span className="parts__value number">
              {part.name === 'base'
                ? formatNumber(part.points)
                : formatSigned(part.points, Number.isInteger(part.points) ? 0 : 1)}
            </span>
          </li>
        ))}
        <li className="parts__row parts__sum">
          <span className="parts__name">Score</span>
          <span className="parts__cut">{Math.abs(sum - value) > 0.05 ? 'cut to 0–100' : ''}</span>
          <span className="parts__value number">{formatScore(value)}</span>
        </li>
      </ul>
    </>
  );
}

export function QualityParts({ parts }: { readonly parts: readonly QualityPart[] }) {
  return (
    <ul className="parts">
      {parts.map((part) => (
        <li key={part.name} className="parts__row" {...tip(`${part.meaning} Weight ${part.weight}.`, part.name)}>
          <span className="parts__name">{part.name}</span>
          <span className="parts__bar parts__bar--share">
            <span className="parts__fill parts__fill--share" style={{ width: `${part.value * 100}%` }} />
          </span>
          <span className="parts__value number">{formatNumber(part.value * 100)}</span>
        </li>
      ))}
    </ul>
  );
}
