/** What is watched at times of its own, whether or not a signal comes: openings of sessions and hours (ML-3). */
import type { InstrumentId } from './instrument.ts';
import type { ModelId } from './model.ts';
import type { FeatureVector } from './signal.ts';
import type { UnixMs } from './timeframe.ts';

const OBSERVATION_KINDS = ['opening', 'hour'] as const;
/** opening: the end of a session's opening range; hour: the close of an hour. */
export type ObservationKind = (typeof OBSERVATION_KINDS)[number];

export interface Observation {
  readonly kind: ObservationKind;
  readonly instrumentId: InstrumentId;
  /** All that the vector knows had closed by then. */
  readonly time: UnixMs;
  readonly vector: FeatureVector;
  readonly simulated: boolean;
  /** What the model of these observations forecast then (ML-45); null while none was at work. */
  readonly said: { readonly modelId: ModelId; readonly answer: Readonly<Record<string, number>> } | null;
}

export interface ObservationLabel {
  readonly kind: ObservationKind;
  readonly instrumentId: InstrumentId;
  /** Of the observation. */
  readonly time: UnixMs;
  /**
   * opening: the class (0 up, 1 down, 2 none); hour: the natural logarithm of the realised volatility of the hour after.
   * Null: it can never be known, because bars are missing.
   */
  readonly target: number | null;
  readonly resolvedAt: UnixMs;
}
