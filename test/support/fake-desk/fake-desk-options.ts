/** What a test or a story may choose of the fake desk. */
import type { ConnectionState } from '#contract/areas/session.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { FakeModelState } from './fake-models.ts';

export interface FakeDeskOptions {
  readonly now?: UnixMs;
  readonly historyDays?: number;
  /** Mean number of signals per instrument and quarter of an hour, in live time. */
  readonly signalRate?: number;
  /** Opens this many tickets at once at the start. */
  readonly tickets?: number;
  readonly connection?: ConnectionState;
  /** Closed phantoms that rest on bars which were changed (MK-3); none unless said. */
  readonly outdatedGrades?: number;
  /** `learning` unless said; `ready` and `several` also score new signals by a model. */
  readonly models?: FakeModelState;
}
