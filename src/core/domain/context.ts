/** The context of a decision: session x volatility regime (spec README "Words", FE-3). */
import { DAY_MS, HOUR_MS, type UnixMs } from './timeframe.ts';

/** In code order: asian 0, european 1, us 2, off 3 (FE-3). */
export const SESSIONS = ['asian', 'european', 'us', 'off'] as const;
export type Session = (typeof SESSIONS)[number];

/** In code order: low 0 to extreme 3 (FE-3). */
export const REGIMES = ['low', 'normal', 'high', 'extreme'] as const;
export type Regime = (typeof REGIMES)[number];

export interface DecisionContext {
  readonly session: Session;
  /** Null until the instrument has the history the percentile needs (three days). */
  readonly regime: Regime | null;
}

/** UTC hours at which the sessions end: asian 00-07, european 07-13, us 13-21, off 21-24. */
const SESSION_ENDS = [7, 13, 21, 24] as const;

/** The session that contains `time`, by UTC hour. */
export function sessionAt(time: UnixMs): Session {
  const hour = Math.floor((((time % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS);
  if (hour < SESSION_ENDS[0]) return 'asian';
  if (hour < SESSION_ENDS[1]) return 'european';
  return hour < SESSION_ENDS[2] ? 'us' : 'off';
}
