/** What a host needs of the application: everything else is the application's own business. */

import type { DeskService } from '#contract/service.ts';
import type { Fault, Result } from '#core/base/result.ts';
import type { SignalHook } from '#main/services/external/signal-hook.ts';

export interface HostedApp {
  readonly service: DeskService;
  /** Takes signals from outside (ST-20), for hosts that have a door for programs. */
  readonly hook?: SignalHook;
  /** The log that the window shows; a host writes bugs there. */
  readonly log: { write(level: 'error', source: string, message: string): void };
  /** Resolves when stored data can be shown; the window is served meanwhile. */
  start(): Promise<void>;
  /** Ends everything in order; the record is complete afterwards. */
  close(): Promise<void>;
}

/** Fails for what the user can do something about: a profile that is in use, or damaged. */
export type CreateHostedApp = (options: { readonly profileDir: string }) => Promise<Result<HostedApp, Fault>>;

/** Bugs reach the window's log in one line, and whoever started the host with all there is to know. */
export function bugReporter(app: HostedApp, complain: (line: string) => void): (error: unknown, where: string) => void {
  return (error, where) => {
    complain(`A bug in ${where}: ${describeError(error)}`);
    app.log.write('error', 'host', `A bug in ${where}: ${error instanceof Error ? error.message : String(error)}`);
  };
}

export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
