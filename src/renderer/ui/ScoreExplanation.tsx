/** Why a model gave its score: heads, contributions that add up, precedents, and whether it knows such signals (ML-42). */
import { TriangleAlert } from 'lucide-react';
import type { Contribution, Explanation, Precedent } from '#contract/areas/models.ts';
import type { Score } from '#core/domain/score.ts';
import { useDesk } from '../lib/desk-context.tsx';
import { formatDateTime, formatNumber, formatShare, formatSigned } from '../lib/format.ts';
import { defines, tip } from '../lib/glossary.ts';
import type { LoadedExplanation } from '../lib/use-explanation.ts';
import { Button } from './Button.tsx';
import { ResultR, SideSymbol } from './ResultR.tsx';
import './score-explanation.css';

export interface ScoreExplanationProps {
  readonly loaded: LoadedExplanation;
  readonly score: Score;
  readonly onRetry: () => void;
}

export function ScoreExplanation({ loaded, score, onRetry }: ScoreExplanationProps) {
  return (
    <div className="explanation">
      <p className="gauge__note">
        Calibrated probability of a win × 100, by <span className="strong">{score.version}</span>.
      </p>
      {loaded.phase === 'loading' && (
        <p className="caption" aria-live="polite" aria-busy="true">
          Working out why …
        </p>
      )}
      {loaded.phase === 'failed' && (
        <div className="row" role="alert">
          <span className="grow soft">The explanation could not be loaded: {loaded.problem.message}</span>
          <Button size="small" onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
      {loaded.phase === 'ready' &&
        (loaded.explanation === null || loaded.explanation.model === null ? (
          <p className="soft">No explanation is kept for this signal.</p>
        ) : (
          <Reasons explanation={loaded.explanation} score={score} />
        ))}
    </div>
  );
}

/** A tenth of a point: below what is shown. */
const SAME_SCORE = 0.1;

/** False when the signal has been scored again since it was explained. */
export function isSameScore(explanation: Explanation, score: Score): boolean {
  return Math.abs(explanation.score - score.value) <= SAME_SCORE;
}

function Reasons({ explanation, score }: { readonly explanation: Explanation; readonly score: Score }) {
  const { unusual, heads, contributions, precedents } = explanation;
  const wasRescored = !isSameScore(explanation, score);
  return (
    <>
      {unusual.length > 0 && (
        <p className="explanation__unusual" {...defines('unusual')}>
          <TriangleAlert size={13} aria-hidden="true" />
          <span>
            Unlike anything seen: {unusual.slice(0, 4).join(', ')}
            {unusual.length > 4 ? ` and ${unusual.length - 4} more` : ''} outside what the model was trained on.
          </span>
        </p>
      )}
      {heads.length > 0 && (
        <>
          <h4 className="eyebrow">
            <span {...defines('heads')}>Heads, before calibration</span>
          </h4>
          <dl className="explanation__heads">
            {heads.map((head) => (
              <div key={head.id} {...tip(`What the ${head.id} alone gave, before averaging and calibration.`, head.id)}>
                <dt>{head.id}</dt>
                <dd className="number">{formatShare(head.probability)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <h4 className="eyebrow">
        <span {...defines('contributions')}>Contributions, in points</span>
      </h4>
      {wasRescored && (
        <p className="caption">
          Of the score at the signal, {formatNumber(explanation.score, 1)}
          {explanation.interval === null
            ? ''
            : ` (90 % between ${formatNumber(explanation.interval.low)} and ${formatNumber(explanation.interval.high)})`}
          ; it has been scored again since.
        </p>
      )}
      <Contributions base={explanation.baseScore} score={explanation.score} contributions={contributions} />
      <p className="caption">{explanation.method}</p>
      <Precedents precedents={precedents} />
    </>
  );
}

/** The resolved phantoms most like this signal; each opens its life. */
export function Precedents({ precedents }: { readonly precedents: readonly Precedent[] }) {
  return (
    <>
      <h4 className="eyebrow">
        <span {...defines('precedents')}>Nearest precedents</span>
      </h4>
      {precedents.length === 0 ? (
        <p className="soft">None that has ended yet.</p>
      ) : (
        <ul className="explanation__precedents">
          {precedents.map((precedent) => (
            <PrecedentRow key={precedent.signalId} precedent={precedent} />
          ))}
        </ul>
      )}
    </>
  );
}

export interface ContributionsProps {
  readonly base: number;
  readonly score: number;
  readonly contributions: readonly Contribution[];
}

/** Bars from a common middle: right raises the score, left lowers it. */
function Contributions({ base, score, contributions }: ContributionsProps) {
  const largest = Math.max(0.1, ...contributions.map(({ points }) => Math.abs(points)));
  return (
    <ul className="parts">
      <li className="parts__row">
        <span className="parts__name">Base</span>
        <span />
        <span className="parts__value number">{formatNumber(base, 1)}</span>
      </li>
      {contributions.map((one) => (
        <li key={one.name} className="parts__row" {...tip(meaningOf(one), one.name)}>
          <span className="parts__name explanation__name">{one.name}</span>
          <span className="parts__bar parts__bar--signed">
            <span
              className={one.points >= 0 ? 'parts__fill parts__fill--plus' : 'parts__fill parts__fill--minus'}
              style={{ width: `${(Math.abs(one.points) / largest) * 50}%` }}
            />
          </span>
          <span className="parts__value number">{formatSigned(one.points, 1)}</span>
        </li>
      ))}
      <li className="parts__row parts__sum">
        <span className="parts__name">Score</span>
        <span />
        <span className="parts__value number">{formatNumber(score, 1)}</span>
      </li>
    </ul>
  );
}

function meaningOf({ meaning, value, unit }: Contribution): string {
  if (meaning === '') return 'The sum of the smaller contributions.';
  if (value === null) return `${meaning} Missing at this signal.`;
  const size = Math.abs(value);
  const decimals = Number.isInteger(value) ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
  return `${meaning} Here: ${formatNumber(value, decimals)}${unit === '' ? '' : ` ${unit}`}.`;
}

function PrecedentRow({ precedent }: { readonly precedent: Precedent }) {
  const { view } = useDesk();
  return (
    <li>
      <button
        type="button"
        className="explanation__precedent"
        onClick={() => view.openDetail(precedent.signalId)}
        {...tip(
          `${formatNumber(precedent.distance, 2)} standard deviations per feature away. Click for its whole life.`,
          'Precedent',
        )}
      >
        <span className="grow truncate">
          <SideSymbol symbol={precedent.symbol} side={precedent.side} />
        </span>
        <span className="caption number">{formatDateTime(precedent.openedAt)}</span>
        <span className="caption number">{formatNumber(precedent.distance, 2)} sd</span>
        <span className="explanation__result">
          <ResultR value={precedent.netR} />
        </span>
      </button>
    </li>
  );
}
