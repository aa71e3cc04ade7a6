/** What a restart brings back from the record (PL-6). */
import type { BrokerFill } from '#core/domain/broker-fill.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { RiskState } from '#core/domain/risk.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Position, Ticket } from '#core/domain/trading.ts';
import type { WalkState } from '#core/fills/trade-walk.ts';
import type { ResolvedLife } from '#core/phantoms/life-cycle.ts';
import type { TakenKey } from './external-signals.ts';
import type { RestoredGate } from './gated-structures.ts';
import type { KeptOfInstrument } from './market-watch.ts';
import type { RestoredThresholds } from './threshold-desk.ts';

export interface RestoredBook {
  readonly clock: UnixMs;
  /** Close time of the newest bar worked, by instrument; one that closes by then is not decided on again. */
  readonly workedUntil?: ReadonlyMap<InstrumentId, UnixMs>;
  /** State null: no bar was walked yet. */
  readonly phantoms: readonly { readonly phantom: Phantom; readonly state: WalkState | null }[];
  readonly tickets: readonly Ticket[];
  readonly positions: readonly { readonly position: Position; readonly state: WalkState | null }[];
  /** Absent: nothing was remembered yet. */
  readonly risk?: RiskState;
  /** The newest resolved lives in the order in which they resolved. */
  readonly lives: readonly ResolvedLife[];
  /** Signals from outside that were taken (ST-20). */
  readonly externals?: readonly TakenKey[];
  /** Observations that wait for their label or are still looked back on. */
  readonly observations?: readonly KeptOfInstrument[];
  readonly fills?: readonly BrokerFill[];
  readonly thresholds?: RestoredThresholds;
  /** Gated signals whose time is not up. */
  readonly gated?: readonly RestoredGate[];
}
