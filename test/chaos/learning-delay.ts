/**
 * How long a whole retrain holds the engine's event loop, while bars keep arriving and tickets open (ML-20, RE-30).
 * Usage: node test/chaos/learning-delay.ts [--speed 100] [--days 30] [--rounds 3]
 * Prints one JSON object: delays in ms with and without a training, and what happened meanwhile. `idle` is the delay of a
 * process beside it that does nothing: what the machine's other work does to anybody.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type App, createApp } from '#main/app.ts';
import { reach } from '#test/support/live-run.ts';

const { values } = parseArgs({
  options: {
    speed: { type: 'string', default: '100' },
    days: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '3' },
  },
});
const MODEL = 'trend@demo';
const RESOLUTION_MS = 1;

const folder = mkdtempSync(join(tmpdir(), 'desk-delay-'));
const created = await createApp({
  profileDir: folder,
  settings: { historyDays: Number(values.days), stage: 'advisory', slowForTickets: false, fixedMinimumScore: 0 },
});
if (!created.ok) throw new Error(created.error.message);
const app: App = created.value;
await app.start();
await reach(app, 'live');
// The window is open: its view of the models is computed as it is for a user.
await app.service.streams['models.overview']({}, { push: () => undefined, end: () => undefined });
await allTrained(app);
app.demo()?.setSpeed(Number(values.speed));
await pause(3_000);

/** Answers each line with its delays since the one before. */
const IDLE_PROCESS = `
  const delay = require('node:perf_hooks').monitorEventLoopDelay({ resolution: ${RESOLUTION_MS} });
  delay.enable();
  process.stdin.on('data', () => {
    const of = (share) => Math.round((delay.percentile(share) / 1e6 - ${RESOLUTION_MS}) * 10) / 10;
    process.stdout.write(JSON.stringify({ p99Ms: of(99), maxMs: of(100) }));
    delay.reset();
  });`;
const idle = spawn(process.execPath, ['-e', IDLE_PROCESS], { stdio: ['pipe', 'pipe', 'inherit'] });
const idleDelay = async () => {
  idle.stdin.write('now');
  const [answer] = await once(idle.stdout, 'data');
  return JSON.parse(String(answer));
};

const counts = { bars: 0, tickets: 0, closed: 0 };
app.session.stepped.on(({ input, events }) => {
  if (input.kind === 'bars') counts.bars += input.bars.length;
  for (const event of events) {
    if (event.kind === 'ticket-opened') counts.tickets++;
    if (event.kind === 'phantom-closed') counts.closed++;
  }
});
const rounds = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const training = await measured(async () => {
    const over = allTrained(app);
    const answer = await app.service.calls['models.train']({ model: MODEL });
    if (!answer.done) throw new Error(answer.message);
    await over;
    const job = app.models.jobs(20).find(({ model }) => model === MODEL);
    if (job?.state !== 'completed') throw new Error(`the training ended as ${job?.state}: ${job?.error}`);
    return job.examples;
  });
  const quiet = await measured(() => pause(training.seconds * 1_000));
  rounds.push({ training, quiet: { ...quiet, result: undefined } });
}
idle.kill();
await app.close();
rmSync(folder, { recursive: true, force: true });
process.stdout.write(
  `${JSON.stringify({ speed: Number(values.speed), days: Number(values.days), rounds }, null, 2)}\n`,
);

async function measured<T>(work: () => Promise<T>) {
  Object.assign(counts, { bars: 0, tickets: 0, closed: 0 });
  await idleDelay();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const begin = performance.now();
  const result = await work();
  const seconds = Math.round(performance.now() - begin) / 1_000;
  delay.disable();
  // A sample is the time between two looks: what is beyond the resolution is delay.
  const late = (nanoseconds: number) => Math.round((nanoseconds / 1e6 - RESOLUTION_MS) * 10) / 10;
  const delays = { p50Ms: late(delay.percentile(50)), p99Ms: late(delay.percentile(99)), maxMs: late(delay.max) };
  return { seconds, ...delays, idle: await idleDelay(), ...counts, result };
}

/** Resolves when no training waits or runs any more. */
function allTrained(desk: App): Promise<void> {
  return new Promise((resolve) => {
    const stop = desk.learning.desk.changed.on(() => {
      if (desk.learning.models().some(({ key }) => desk.learning.desk.isBusy(key))) return;
      stop();
      resolve();
    });
  });
}
