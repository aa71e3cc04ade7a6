/** What models say of a signal beside its score: kept with the decision and shown, never deciding (ML-31, ML-32). */

/** The quality model's second opinion (ML-31). */
export interface QualityOpinion {
  /** E.g. `quality v2`. */
  readonly version: string;
  /** Calibrated probability of a win, 0-1. */
  readonly probability: number;
  /** max(p, 1 - p). */
  readonly confidence: number;
  readonly recommendation: 'EXECUTE' | 'SKIP';
  readonly risk: 'low' | 'medium' | 'high';
  /** In words, the strongest first. Found for signals that become tickets: nobody reads those of the others. */
  readonly factorsFor: readonly string[];
  readonly factorsAgainst: readonly string[];
}

/** What the opening-range models make of an opening together (ML-32). */
export interface OpeningAdvice {
  /** Of the direction model, e.g. `direction v1`; null where none may speak. */
  readonly version: string | null;
  /** Of the first close outside the range; null where no direction model may speak. */
  readonly direction: 'up' | 'down' | 'none' | null;
  /** Of the direction, 0-1. */
  readonly probability: number | null;
  readonly confidence: 'LOW' | 'MEDIUM' | 'HIGH';
  /** What the confidence would make of a position's risk: it scales sizes in hybrid and auto (DE-10). */
  readonly riskFactor: number;
  /** Whether the signal goes the recommended way; null without a way. */
  readonly agrees: boolean | null;
  /** R that is expected of the signal; null without a model. */
  readonly expectedR: number | null;
  /** In words, the direction first. */
  readonly reasons: readonly string[];
}

export interface SignalAdvice {
  readonly opinion: QualityOpinion | null;
  readonly opening: OpeningAdvice | null;
}
