/** The enhanced score of `structure` (ML-30): its own grade, moved towards the model's score as far as examples carry it. */
import { clamp } from '#core/base/statistics.ts';
import type { Score, ScorePart } from '#core/domain/score.ts';

/** Independent examples at which model and rules would weigh alike, and the most a model may weigh. */
const HALF_WEIGHT_SAMPLES = 200;
const MOST_WEIGHT = 0.7;
/** `session_bonus` (0-25) that adds nothing, and points of bonus per point of score. */
const PLAIN_SESSION = 10;
const BONUS_PER_POINT = 3;

export interface ModelAnswer {
  /** 0-100. */
  readonly score: number;
  /** Independent examples behind the model (`effectiveSampleSize`). */
  readonly effectiveSamples: number;
  /** E.g. `structure v3`. */
  readonly version: string;
}

/** w = n / (n + 200), at most 0.7. */
export function modelWeight(effectiveSamples: number): number {
  return Math.min(MOST_WEIGHT, effectiveSamples / (effectiveSamples + HALF_WEIGHT_SAMPLES));
}

/**
 * clamp(base + w (score - base) + (session_bonus - 10) / 3, 0, 100), with its parts behind those of the base, so that
 * they still add up. `answer` may be a reason in words why there is none; that, or a figure that is no number, leaves the
 * base as it stands, and its reason says so.
 */
export function enhancedScore(base: Score, answer: ModelAnswer | string, sessionBonus: number): Score {
  if (typeof answer === 'string') return unenhanced(base, answer);
  const { score, effectiveSamples, version } = answer;
  if (!(score >= 0 && score <= 100)) return unenhanced(base, `${version} gave no score`);
  if (!(effectiveSamples >= 0)) return unenhanced(base, `${version} does not say how many examples it rests on`);
  if (!Number.isFinite(sessionBonus)) return unenhanced(base, 'the session is not known');
  const byModel = modelWeight(effectiveSamples) * (score - base.value);
  const bySession = (sessionBonus - PLAIN_SESSION) / BONUS_PER_POINT;
  const whole = base.value + byModel + bySession;
  const value = clamp(whole, 0, 100);
  const parts: ScorePart[] = [
    ...base.parts,
    { name: `${version} says ${score.toFixed(0)}`, points: byModel },
    { name: 'session', points: bySession },
  ];
  if (value !== whole) parts.push({ name: 'kept within 0 to 100', points: value - whole });
  return { value, kind: 'enhanced', version, parts, reason: null };
}

function unenhanced(base: Score, why: string): Score {
  const said = `not enhanced: ${why}`;
  return { ...base, reason: base.reason === null ? said : `${base.reason}; ${said}` };
}
