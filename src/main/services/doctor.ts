/** What the workstation needs and whether it is there: versions, folders, database, browser, each with its remedy (WS-3). */
import { accessSync, constants, existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Result } from '#core/base/result.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { StoreFault } from '#main/store/store-fault.ts';

export type CheckState =
  | 'ok'
  /** Works, but something should be done. */
  | 'warning'
  /** A part of the workstation is not there; the rest works without it. */
  | 'missing'
  /** The workstation is unusable. */
  | 'failed';

export interface DoctorCheck {
  readonly name: string;
  readonly state: CheckState;
  readonly detail: string;
  /** Null when there is nothing to do. */
  readonly remedy: string | null;
}

export interface DoctorReport {
  readonly usable: boolean;
  readonly versions: {
    readonly shadowdesk: string;
    readonly node: string;
    readonly sqlite: string | null;
    readonly platform: string;
  };
  readonly profile: string;
  readonly checks: readonly DoctorCheck[];
}

/** What only a host knows. */
export interface DoctorGround {
  readonly version: string;
  readonly nodeVersion: string;
  readonly platform: string;
  readonly profileDir: string;
  /** Opens the profile for reading beside its owner. */
  readonly openProfile: () => Result<ProfileReader, StoreFault>;
  /** Paths of a browser and of the Electron binary; null where there is none. */
  readonly browserPath: string | null;
  readonly electronPath: string | null;
  /** The built window's folder. */
  readonly windowDir: string;
}

/** Strips types and runs the native database module (design: better-sqlite3 13 needs it). */
const NODE_MAJOR = 24;
const LOW_SPACE_BYTES = 1024 ** 3;
const NO_SPACE_BYTES = 50 * 1024 ** 2;

export function examine(ground: DoctorGround): DoctorReport {
  const database = examineDatabase(ground);
  const checks = [
    nodeCheck(ground.nodeVersion),
    folderCheck(ground.profileDir),
    spaceCheck(ground.profileDir),
    ...database.checks,
    partCheck('window', existsSync(join(ground.windowDir, 'index.html')) ? ground.windowDir : null, {
      absent: 'the window is not built',
      remedy: 'Run npm start; it builds the window first.',
    }),
    partCheck('browser', ground.browserPath, {
      absent: 'no Chrome or Chromium was found',
      remedy: 'Install Google Chrome or Chromium to use the window in a browser; the command line works without it.',
    }),
    partCheck('desktop', ground.electronPath, {
      absent: 'the Electron binary is not there',
      remedy: 'npm start fetches it when there is a network; until then the window opens in a browser.',
    }),
  ];
  return {
    usable: checks.every((check) => check.state !== 'failed'),
    versions: {
      shadowdesk: ground.version,
      node: ground.nodeVersion,
      sqlite: database.sqlite,
      platform: ground.platform,
    },
    profile: ground.profileDir,
    checks,
  };
}

function nodeCheck(version: string): DoctorCheck {
  const enough = Number(version.split('.')[0]) >= NODE_MAJOR;
  return {
    name: 'node',
    state: enough ? 'ok' : 'failed',
    detail: `Node ${version}`,
    remedy: enough ? null : `Start it with npm run desk, which uses the Node ${NODE_MAJOR} that npm ci installed.`,
  };
}

/** The folder itself, or where it would be made. */
function folderCheck(folder: string): DoctorCheck {
  const exists = existsSync(folder);
  const probed = exists ? folder : nearestFolder(folder);
  try {
    if (exists) {
      // access() alone says yes on read-only media and for the superuser: only a written file proves it.
      const probe = join(folder, `.doctor-${process.pid}`);
      writeFileSync(probe, '');
      rmSync(probe);
    } else {
      accessSync(probed, constants.W_OK | constants.X_OK);
    }
    const detail = exists ? `${folder} is writable` : `${folder} does not exist yet and can be made`;
    return { name: 'profile folder', state: 'ok', detail, remedy: null };
  } catch (error) {
    return {
      name: 'profile folder',
      state: 'failed',
      detail: `${folder} cannot be written: ${messageOf(error)}`,
      remedy: 'Give your account write access to it, or choose another folder with --profile.',
    };
  }
}

function spaceCheck(folder: string): DoctorCheck {
  try {
    const { bavail, bsize } = statfsSync(nearestFolder(folder));
    const free = bavail * bsize;
    const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
    if (free >= LOW_SPACE_BYTES) return { name: 'disk space', state: 'ok', detail, remedy: null };
    const state = free < NO_SPACE_BYTES ? 'failed' : 'warning';
    return { name: 'disk space', state, detail, remedy: 'Free some space on the disk that holds the profile.' };
  } catch (error) {
    const detail = `cannot be measured: ${messageOf(error)}`;
    return { name: 'disk space', state: 'warning', detail, remedy: 'Check the disk that holds the profile.' };
  }
}

function examineDatabase({ openProfile }: DoctorGround): {
  readonly sqlite: string | null;
  readonly checks: readonly DoctorCheck[];
} {
  const opened = openProfile();
  if (!opened.ok) {
    const { kind, message, remedy } = opened.error;
    if (kind === 'missing') {
      const detail = 'there is no record yet; it is made at the first start';
      return { sqlite: null, checks: [{ name: 'database', state: 'ok', detail, remedy: null }] };
    }
    // An older record is upgraded by itself at the next start.
    const state = kind === 'older-version' || kind === 'busy' ? 'warning' : 'failed';
    return { sqlite: null, checks: [{ name: 'database', state, detail: message, remedy }] };
  }
  const profile = opened.value;
  try {
    const problems = profile.check();
    const bars = profile.candles.series().reduce((sum, series) => sum + series.bars, 0);
    const phantoms = profile.history.count({});
    const whole: DoctorCheck = {
      name: 'database',
      state: problems.length === 0 ? 'ok' : 'failed',
      detail:
        problems.length === 0
          ? `integrity and references are sound: ${phantoms} phantoms, ${bars} candles`
          : `damaged: ${problems.slice(0, 5).join('; ')}`,
      remedy: problems.length === 0 ? null : 'Keep the file aside and restore the newest copy from the backups folder.',
    };
    return { sqlite: profile.sqliteVersion, checks: [whole] };
  } finally {
    profile.close();
  }
}

function partCheck(
  name: string,
  path: string | null,
  { absent, remedy }: { readonly absent: string; readonly remedy: string },
): DoctorCheck {
  if (path === null) return { name, state: 'missing', detail: absent, remedy };
  return { name, state: 'ok', detail: path, remedy: null };
}

/** The folder, or the nearest one above it that exists. */
function nearestFolder(folder: string): string {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  return nearest;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
