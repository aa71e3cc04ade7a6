/** Where the user's record lives when nobody says otherwise: one folder for the window, the browser and the command line. */
import { join } from 'node:path';

export interface Machine {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
}

/** The same rule as Electron's `userData` for an application named shadowdesk, so that every host opens the same record. */
export function defaultProfileDir({ platform, env, homeDir }: Machine): string {
  const name = 'shadowdesk';
  if (platform === 'win32') return join(env.APPDATA ?? join(homeDir, 'AppData', 'Roaming'), name);
  if (platform === 'darwin') return join(homeDir, 'Library', 'Application Support', name);
  return join(env.XDG_CONFIG_HOME ?? join(homeDir, '.config'), name);
}
