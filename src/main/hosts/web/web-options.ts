/** The command line of the web host. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { defaultProfileDir, type Machine } from '../profile-folder.ts';

export interface WebOptions {
  readonly profileDir: string;
  /** Null: the usual port, or the next free one. */
  readonly port: number | null;
  readonly openBrowser: boolean;
  readonly help: boolean;
}

export const WEB_HELP = `Opens Shadowdesk's window in a browser on this machine.

  --profile DIR   where the record is kept
  --port N        serve exactly here (default: 7462 or the next free one; 0: any)
  --no-open       print the address only
  --help          this text

Example: npm run serve -- --no-open --port 7462`;

export function parseWebOptions(args: readonly string[], machine: Machine): Result<WebOptions, Fault<'usage'>> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        profile: { type: 'string' },
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const port = values.port === undefined ? null : Number(values.port);
    if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      return usage(`--port takes a number from 0 to 65535, not ${values.port}.`);
    }
    const profileDir = resolve(values.profile ?? defaultProfileDir(machine));
    return ok({ profileDir, port, openBrowser: !values['no-open'], help: values.help });
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(message: string): Result<never, Fault<'usage'>> {
  return err({ kind: 'usage', message, remedy: 'See --help.' });
}
