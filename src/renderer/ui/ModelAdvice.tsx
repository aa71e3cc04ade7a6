/** What models said beside the score: a second opinion and, for opening ranges, a recommendation. Neither decides. */
import type { OpeningAdvice, QualityOpinion, SignalAdvice } from '#core/domain/advice.ts';
import { formatNumber, formatShare } from '../lib/format.ts';
import { tip } from '../lib/glossary.ts';

export function ModelAdvice({ advice }: { readonly advice: SignalAdvice | null }) {
  if (advice === null) return null;
  return (
    <>
      {advice.opinion !== null && <Opinion opinion={advice.opinion} />}
      {advice.opening !== null && <Opening opening={advice.opening} />}
    </>
  );
}

function Opinion({ opinion }: { readonly opinion: QualityOpinion }) {
  const { version, probability, confidence, recommendation, risk, factorsFor, factorsAgainst } = opinion;
  const factors = [
    ...factorsFor.map((words) => `For: ${words}`),
    ...factorsAgainst.map((words) => `Against: ${words}`),
  ];
  return (
    <>
      <p className="caption" {...tip(`A second opinion of ${version}. It is shown, and never decides.`)}>
        Second opinion: {recommendation === 'EXECUTE' ? 'take it' : 'skip it'}, {formatShare(probability)} to win,
        confidence {formatShare(confidence)}, {risk} risk
      </p>
      {factors.length > 0 && <Words words={factors} />}
    </>
  );
}

const DIRECTION_WORDS = { up: 'up', down: 'down', none: 'no break' } as const;

function Opening({ opening }: { readonly opening: OpeningAdvice }) {
  const { version, direction, probability, confidence, riskFactor, reasons } = opening;
  const way =
    direction === null || probability === null
      ? 'no direction'
      : `${DIRECTION_WORDS[direction]} ${formatShare(probability)}`;
  return (
    <>
      <p
        className="caption"
        {...tip(`What the opening-range models say${version === null ? '' : `, ${version} among them`}.`)}
      >
        Opening range: {way}, {confidence.toLowerCase()} confidence, risk × {formatNumber(riskFactor, 2)}
      </p>
      <Words words={reasons} />
    </>
  );
}

function Words({ words }: { readonly words: readonly string[] }) {
  return (
    <ul className="reasons">
      {words.map((word) => (
        <li key={word} className={word.startsWith('Against') ? 'reasons__against' : ''}>
          {word}
        </li>
      ))}
    </ul>
  );
}
