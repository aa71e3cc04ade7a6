/** What a host needs of the application: everything else is the application's own business. */
import type { DeskService } from '#contract/service.ts';

export interface HostedApp {
  readonly service: DeskService;
  /** Opens what takes time (exchange, history); the window is served meanwhile. */
  start(): Promise<void>;
  /** Ends everything in order; the record is complete afterwards. */
  close(): Promise<void>;
}

export type CreateHostedApp = (options: { readonly profileDir: string }) => Promise<HostedApp>;
