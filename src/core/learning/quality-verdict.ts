/** The second opinion on a ticket (ML-31): what the quality model recommends, how sure it is, and what speaks for and against. */
import { invariant } from '#core/base/invariant.ts';

export interface QualityVerdict {
  /** Calibrated probability of a win, 0-1. */
  readonly probability: number;
  /** max(p, 1 - p). */
  readonly confidence: number;
  readonly recommendation: 'EXECUTE' | 'SKIP';
  readonly risk: 'low' | 'medium' | 'high';
  /** In words, the strongest first. */
  readonly factorsFor: readonly string[];
  readonly factorsAgainst: readonly string[];
}

/** One feature's part in the score, as the explanation gives it (ML-42). */
export interface Factor {
  readonly name: string;
  readonly unit: string;
  /** NaN when missing. */
  readonly value: number;
  /** In score points. */
  readonly points: number;
}

const EXECUTE_ABOVE = 0.6;
const LOW_RISK_FROM = 0.65;
const MEDIUM_RISK_FROM = 0.5;
const FACTORS_NAMED = 3;
/** Smaller parts move nothing that a trader would notice. */
const LEAST_POINTS = 0.5;

export function qualityVerdict(probability: number, factors: readonly Factor[]): QualityVerdict {
  invariant(probability >= 0 && probability <= 1, 'a quality verdict needs a probability');
  const strongest = (sign: 1 | -1) =>
    factors
      .filter(({ points }) => sign * points >= LEAST_POINTS)
      .sort((a, b) => sign * (b.points - a.points))
      .slice(0, FACTORS_NAMED)
      .map(inWords);
  return {
    probability,
    confidence: Math.max(probability, 1 - probability),
    recommendation: probability > EXECUTE_ABOVE ? 'EXECUTE' : 'SKIP',
    risk: probability >= LOW_RISK_FROM ? 'low' : probability >= MEDIUM_RISK_FROM ? 'medium' : 'high',
    factorsFor: strongest(1),
    factorsAgainst: strongest(-1),
  };
}

function inWords({ name, unit, value, points }: Factor): string {
  const amount = Number.isNaN(value)
    ? 'missing'
    : `at ${Number(value.toPrecision(3))}${unit === '' || unit === 'code' ? '' : ` ${unit}`}`;
  const change = `${points > 0 ? 'adds' : 'takes'} ${Math.abs(points).toFixed(1)} points`;
  return `${name.replaceAll('_', ' ')} ${amount} ${change}`;
}
