/** ML-51: a minimum that follows the results of what was executed, as a pure state machine. */

/** Which number moves: the minimum score of heuristic and enhanced scores, or the margin above a calibrated break-even. */
export type AdaptiveScale = 'score' | 'margin';

export interface AdaptiveRule {
  readonly start: number;
  readonly lowest: number;
  readonly highest: number;
}

/** In points of score. */
export const ADAPTIVE_RULES: Readonly<Record<AdaptiveScale, AdaptiveRule>> = {
  score: { start: 70, lowest: 70, highest: 85 },
  margin: { start: 3, lowest: 0, highest: 15 },
};

const STEP = 2;
/** Executions between two steps, and before the first. */
const EXECUTIONS_PER_STEP = 20;
/** Executions that the win rate looks back on. */
const WINDOW = 200;
const RAISE_ABOVE = 0.7;
const LOWER_BELOW = 0.3;

/** Plain data, so that it can be stored and restored as it is. */
export interface AdaptiveMinimum {
  readonly scale: AdaptiveScale;
  /** Points: the minimum, or the margin. */
  readonly value: number;
  /** Resolved executions so far, paper included. */
  readonly resolved: number;
  /** `resolved` at the last step; 0 before the first. */
  readonly steppedAt: number;
  /** The last 200 results, oldest first: 1 won, 0 not. */
  readonly recent: readonly (0 | 1)[];
}

export function startAdaptiveMinimum(scale: AdaptiveScale): AdaptiveMinimum {
  return { scale, value: ADAPTIVE_RULES[scale].start, resolved: 0, steppedAt: 0, recent: [] };
}

/**
 * The state after one more resolved execution. A step is taken when 20 were resolved since the last one and the win rate
 * of the last 200 is above 70 % (2 points up) or below 30 % (2 down); a step that its bound swallows is none.
 */
export function afterExecution(state: AdaptiveMinimum, won: boolean): AdaptiveMinimum {
  const recent = [...state.recent, won ? (1 as const) : (0 as const)].slice(-WINDOW);
  const next = { ...state, resolved: state.resolved + 1, recent };
  if (next.resolved - next.steppedAt < EXECUTIONS_PER_STEP) return next;
  const { lowest, highest } = ADAPTIVE_RULES[state.scale];
  const value = Math.min(highest, Math.max(lowest, state.value + directionOf(recent) * STEP));
  return value === state.value ? next : { ...next, value, steppedAt: next.resolved };
}

/** In words, with counts. */
export function adaptiveEvidence({ scale, value, resolved, recent }: AdaptiveMinimum): string {
  const what = scale === 'score' ? 'minimum' : 'margin';
  if (resolved < EXECUTIONS_PER_STEP) {
    return `${what} ${value}: ${resolved} of the ${EXECUTIONS_PER_STEP} executions that a first step needs`;
  }
  const wins = recent.filter((result) => result === 1).length;
  const rate = ((100 * wins) / recent.length).toFixed(0);
  return `${what} ${value}: ${rate} % of the last ${recent.length} executions won`;
}

function directionOf(recent: readonly (0 | 1)[]): -1 | 0 | 1 {
  const rate = recent.reduce<number>((sum, result) => sum + result, 0) / recent.length;
  if (rate > RAISE_ABOVE) return 1;
  return rate < LOWER_BELOW ? -1 : 0;
}
