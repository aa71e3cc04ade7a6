/** An application of three services for tests of the hosts; it writes its life into the profile, for the test to read. */
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DeskService } from '#contract/service.ts';
import { err, ok } from '#core/base/result.ts';
import type { CreateHostedApp } from '#main/hosts/hosted-app.ts';

export const LIFE_FILE = 'life.txt';
/** A profile that holds this file cannot be opened. */
export const REFUSAL_FILE = 'in-use.txt';

/** `session.status` carries the number of starts of this process; `tickets.skip` answers with what it was asked. */
export const createSmallApp: CreateHostedApp = async ({ profileDir }) => {
  mkdirSync(profileDir, { recursive: true });
  const note = (line: string) => appendFileSync(join(profileDir, LIFE_FILE), `${line}\n`);
  if (existsSync(join(profileDir, REFUSAL_FILE))) {
    return err({ kind: 'owned', message: 'The profile is in use.', remedy: 'Close the other window.' });
  }
  note('created');
  const service = {
    calls: { 'tickets.skip': ({ ticketId }: { ticketId: string }) => ({ done: true, message: `skipped ${ticketId}` }) },
    streams: {
      'session.status': () => ({ snapshot: { version: String(process.pid) }, stop: () => note('stream stopped') }),
    },
  } as unknown as DeskService;
  return ok({
    service,
    log: { write: (_level, source, message) => note(`${source}: ${message}`) },
    start: async () => note('started'),
    close: async () => {
      // Closing takes a moment in truth, too.
      await new Promise((resolve) => setImmediate(resolve));
      note('closed');
    },
  });
};
