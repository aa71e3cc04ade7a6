/** The observations that an engine goes on with after a restart (PL-6): those that wait, and those of the last hours. */
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { ObservationKind } from '#core/domain/observation.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { Connection } from './connection.ts';
import { decodeVector } from './phantom-rows.ts';

export interface KeptObservation {
  readonly kind: ObservationKind;
  readonly instrumentId: InstrumentId;
  readonly time: UnixMs;
  readonly isWaiting: boolean;
  readonly vector: FeatureVector;
}

/** A label that is not known by then will never be: nothing is watched for longer than half a day. */
const LOOKED_BACK_MS = DAY_MS;

export function keptObservations(connection: Connection, now: UnixMs): readonly KeptObservation[] {
  return connection
    .prepare(
      `SELECT o.kind, o.instrument_id, o.time, o.state, s.set_id, s.set_hash, o.vector
       FROM observations o JOIN feature_sets s ON s.no = o.set_no
       WHERE o.no IN (SELECT no FROM observations WHERE state = 'waiting' AND time > ? UNION
         SELECT no FROM observations WHERE kind = 'opening' AND simulated IN (0, 1) AND state = 'labelled' AND time > ?)
       ORDER BY o.time, o.no`,
    )
    .all(now - LOOKED_BACK_MS, now - LOOKED_BACK_MS)
    .map(([kind, instrumentId, time, state, setId, setHash, vector]) => ({
      kind: kind as ObservationKind,
      instrumentId: instrumentId as string,
      time: time as number,
      isWaiting: state === 'waiting',
      vector: { setId: setId as string, setHash: setHash as string, values: decodeVector(vector as Buffer) },
    }));
}
