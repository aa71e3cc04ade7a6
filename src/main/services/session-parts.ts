/** What a session is made of, what it shows, and what it says of a bug. */
import type { ConnectionState, JobProgress } from '#contract/areas/session.ts';
import type { Fault } from '#core/base/result.ts';
import type { Engine } from '#core/engine/engine.ts';
import type { ActiveStrategy } from '#core/engine/instrument-state.ts';
import type { OpenExchange } from '#main/exchange/feed.ts';
import type { Profile } from '#main/store/database.ts';
import type { DeskLog } from './desk-log.ts';
import type { HistoryLearner } from './history-run.ts';
import type { SettingsService } from './settings-service.ts';

export interface SessionOptions {
  readonly profile: Profile;
  readonly openExchange: OpenExchange;
  readonly strategies: readonly ActiveStrategy[];
  readonly settings: SettingsService;
  readonly log: DeskLog;
  /** Monotonic real time, ms. */
  readonly monotonic: () => number;
  /** What learns while the first start's history runs (PL-11); without it the heuristics score all of it. */
  readonly historyLearner?: (engine: Engine) => HistoryLearner | null;
}

export interface SessionState {
  readonly connection: ConnectionState;
  readonly message: string;
  readonly remedy: string;
  readonly progress: JobProgress | null;
}

export function unexpectedFault(error: unknown): Fault {
  return {
    kind: 'internal',
    message: `The connection stopped for an unexpected reason: ${error instanceof Error ? error.message : String(error)}`,
    remedy: 'Press Reconnect; if it happens again, report the log.',
  };
}
