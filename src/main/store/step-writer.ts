/** What one step writes (PL-7), in the words of the domain. Made by the record; valid inside its step only. */
import type { TakenFill } from '#core/domain/broker-fill.ts';
import type { TakenExternal } from '#core/domain/external-signal.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Prediction } from '#core/domain/model.ts';
import type { Observation, ObservationLabel } from '#core/domain/observation.ts';
import type { Phantom, PhantomResult } from '#core/domain/phantom.ts';
import type { EquityPoint, RiskState } from '#core/domain/risk.ts';
import type { Decision } from '#core/domain/score.ts';
import type { FeatureVector, SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount, Position, Ticket, TicketId } from '#core/domain/trading.ts';
import type { ThresholdVersionNote } from './threshold-writer.ts';

export interface FaultNote {
  readonly time: UnixMs;
  readonly source: string;
  readonly instrumentId: InstrumentId | null;
  readonly message: string;
}

/** The newest base bar the engine has worked. */
export interface WorkedBar {
  readonly instrumentId: InstrumentId;
  readonly openTime: UnixMs;
  /** Null where an older version wrote it: a bar of the base timeframe of then. */
  readonly closeTime: UnixMs | null;
}

export type RiskEventKind = 'breaker-tripped' | 'breaker-reset' | 'kill-switch-set' | 'stage-set' | 'approval';

export interface StepWriter {
  /**
   * A phantom that is born gated is terminal at once. True: one that a file brought under the same id stepped aside; it
   * stays, marked as imported, under another id.
   */
  phantomOpened(time: UnixMs, phantom: Phantom): boolean;
  /** The resolver's state of an open phantom; anything JSON can hold. */
  phantomProgressed(id: SignalId, progress: unknown): void;
  phantomTp1(time: UnixMs, id: SignalId, price: number): void;
  phantomClosed(time: UnixMs, id: SignalId, result: PhantomResult, resolvedOffline: boolean): void;
  phantomDecided(time: UnixMs, id: SignalId, decision: Decision): void;
  /** Opens, updates or closes; an update of an open ticket is also kept as a rescore, with the vector it was scored on (DE-16). */
  ticketPut(time: UnixMs, ticket: Ticket, features?: FeatureVector | null): void;
  /** A new version of one strategy's thresholds; anything JSON can hold. */
  thresholdsPut(time: UnixMs, version: ThresholdVersionNote, document: object): void;
  /** A minimum or margin after one more execution; anything JSON can hold. */
  minimumPut(time: UnixMs, strategyId: string, scale: 'score' | 'margin', value: number, document: object): void;
  positionPut(position: Position): void;
  positionProgressed(id: TicketId, progress: unknown): void;
  /** What a model said of a phantom that is opened in this step or was before (ML-45). */
  predicted(prediction: Prediction): void;
  /** One that is known already changes nothing. */
  observed(observation: Observation): void;
  labelled(label: ObservationLabel): void;
  accountPut(time: UnixMs, account: PaperAccount): void;
  riskPut(risk: RiskState): void;
  /** `document`: whatever JSON holds of it. */
  riskNoted(time: UnixMs, kind: RiskEventKind, document: unknown): void;
  equityMarked(point: EquityPoint): void;
  /** A signal from outside became a phantom that is opened in this step (ST-20). */
  externalTaken(taken: TakenExternal): void;
  /** A fill at an exchange (DE-34). */
  fillTaken(taken: TakenFill): void;
  faultRaised(fault: FaultNote): void;
  /** The engine's clock and the bars worked since the last call. */
  engineAdvanced(clock: UnixMs, bars: readonly WorkedBar[]): void;
  /** State as structured clone can hold it, e.g. of one instrument's indicators at a bar. The newest two are kept. */
  snapshotPut(scope: string, at: UnixMs, state: unknown): void;
}
