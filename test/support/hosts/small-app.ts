/** An application of three services for tests of the hosts; it writes its life into the profile, for the test to read. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DeskService } from '#contract/service.ts';
import type { HostedApp } from '#main/hosts/hosted-app.ts';

export const LIFE_FILE = 'life.txt';

/** `session.status` carries the number of starts of this process; `tickets.skip` answers with what it was asked. */
export async function createSmallApp({ profileDir }: { readonly profileDir: string }): Promise<HostedApp> {
  mkdirSync(profileDir, { recursive: true });
  const note = (line: string) => appendFileSync(join(profileDir, LIFE_FILE), `${line}\n`);
  note('created');
  const service = {
    calls: { 'tickets.skip': ({ ticketId }: { ticketId: string }) => ({ done: true, message: `skipped ${ticketId}` }) },
    streams: {
      'session.status': () => ({ snapshot: { version: String(process.pid) }, stop: () => note('stream stopped') }),
    },
  } as unknown as DeskService;
  return {
    service,
    start: async () => note('started'),
    close: async () => {
      // Closing takes a moment in truth, too.
      await new Promise((resolve) => setImmediate(resolve));
      note('closed');
    },
  };
}
