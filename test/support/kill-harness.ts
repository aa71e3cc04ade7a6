/**
 * RE-2: kills a process that writes the real mix of steps, at random moments, and checks what it left behind.
 *
 * The writer acknowledges each step on its standard output after the step has returned. After a kill, every
 * acknowledged step must be there, at most the one in flight may be there beyond them, and no step may be there in part.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openProfile, type Profile } from '#main/store/database.ts';

export interface KillReport {
  readonly kills: number;
  /** Steps that were acknowledged before a kill, over all kills. */
  readonly acknowledged: number;
  /** Steps that were found in the record in the end. */
  readonly found: number;
  readonly slowestRestartMs: number;
}

export interface KillPlan {
  readonly folder: string;
  readonly kills: number;
  /** Acknowledgements to wait for before the n-th kill; then some thousandths of a second more. */
  readonly acknowledgementsBefore: (kill: number) => number;
  readonly delayMs: (kill: number) => number;
}

const WRITER = fileURLToPath(new URL('./step-writing-child.ts', import.meta.url));

/** Throws when a check fails: a protection is broken. */
export async function killRepeatedly(plan: KillPlan): Promise<KillReport> {
  let acknowledged = 0;
  let total = 0;
  let slowestRestartMs = 0;
  for (let kill = 0; kill < plan.kills; kill++) {
    const newest = await writeUntilKilled(plan, kill);
    total += Math.max(0, newest - acknowledged);
    acknowledged = newest;
    const begin = performance.now();
    const opened = openProfile(plan.folder);
    if (!opened.ok) throw new Error(`after kill ${kill} the profile does not open: ${opened.error.message}`);
    const profile = opened.value;
    try {
      profile.loadOpen();
      slowestRestartMs = Math.max(slowestRestartMs, performance.now() - begin);
      const found = checkSteps(profile);
      if (found < newest || found > newest + 1) {
        throw new Error(
          `after kill ${kill}: step ${newest} was acknowledged, but the newest in the record is ${found}`,
        );
      }
      acknowledged = found;
    } finally {
      profile.close();
    }
  }
  return { kills: plan.kills, acknowledged: total, found: acknowledged, slowestRestartMs };
}

/** Starts the writer, kills it (-9) while it writes, and returns the newest step that it acknowledged. */
async function writeUntilKilled(plan: KillPlan, kill: number): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [WRITER, plan.folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.stdout === null || child.stderr === null) throw new Error('the writer has pipes');
  const closed = once(child, 'close');
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => {
    complaint += text.toString();
  });
  let newest = 0;
  let seen = 0;
  let isKilled = false;
  for await (const line of createInterface({ input: child.stdout })) {
    newest = Number(line);
    if (++seen < plan.acknowledgementsBefore(kill) || isKilled) continue;
    isKilled = true;
    setTimeout(() => child.kill('SIGKILL'), plan.delayMs(kill));
  }
  await closed;
  if (!isKilled) throw new Error(`the writer ended by itself: ${complaint}`);
  return newest;
}

/**
 * Step n of the writer opens phantom n and its ticket, closes phantom n - 2, decides phantom n - 1, and sets clock,
 * account, position and settings to n. Returns n of the newest step; throws where the record holds a part of one.
 */
export function checkSteps(profile: Profile): number {
  const problems = profile.check();
  if (problems.length > 0) throw new Error(`the database is damaged: ${problems.join('; ')}`);
  const state = profile.loadOpen();
  const newest = profile.history.count({});
  const { outcomes, dispositions } = profile.history.statistics({});
  const closed = Math.max(0, newest - 2);
  const expected: readonly (readonly [string, unknown, unknown])[] = [
    ['clock', state.clock ?? 0, newest],
    ['equity', state.account?.equity ?? 0, newest],
    ['open phantoms', state.phantoms.length, newest - closed],
    ['closed phantoms', outcomes.win ?? 0, closed],
    ['undecided phantoms', dispositions.pending ?? 0, Math.min(1, newest)],
    ['decided phantoms', dispositions.skipped ?? 0, Math.max(0, newest - 1)],
    ['open tickets', state.tickets.length, Math.min(1, newest)],
    ['open positions', state.positions.length, Math.min(1, newest)],
    ['closed positions', profile.desk.closedPositions(Number.MAX_SAFE_INTEGER).length, Math.max(0, newest - 1)],
    ['progress', state.phantoms.every(({ progress }) => progress === newest), true],
    ['snapshot', state.snapshots[0]?.state ?? 0, newest],
    ['faults', profile.desk.faults(Number.MAX_SAFE_INTEGER).length, newest],
  ];
  for (const [what, found, wanted] of expected) {
    if (found !== wanted) throw new Error(`step ${newest} is there in part: ${what} is ${found}, not ${wanted}`);
  }
  return newest;
}
