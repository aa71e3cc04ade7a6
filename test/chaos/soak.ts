/**
 * A long live session at high speed with faults and a trader who decides at random: no fault may end it, every signal
 * is in exactly one state, and at the end its record equals the replay of its bars.
 * Usage: node test/chaos/soak.ts [--minutes 60] [--speed 100] [--seed text]
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRandom } from '#core/base/random.ts';
import type { App } from '#main/app.ts';
import {
  expectSameLives,
  openDesk,
  reach,
  recordedPhantoms,
  replayedPhantoms,
  startMarket,
  withProfile,
} from '#test/support/live-run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    speed: { type: 'string', default: '100' },
    seed: { type: 'string', default: 'soak' },
  },
});
const minutes = Number(values.minutes);
const random = createRandom(values.seed);
const folder = mkdtempSync(join(tmpdir(), 'desk-soak-'));
const market = await startMarket(Number(values.speed));
let app: App = await openDesk(folder, market, 30);
await reach(app, 'live');
app.settings.update({ stage: 'advisory' });

const counts = {
  drops: 0,
  mutes: 0,
  failures: 0,
  badCandles: 0,
  restarts: 0,
  approved: 0,
  skipped: 0,
  left: 0,
  refused: 0,
};
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const startedAt = performance.now();
const rss: number[] = [];
let nextFault = 30;
let nextLine = 60;

for (let second = 0; performance.now() - startedAt < minutes * 60_000; second++) {
  await pause(1_000);
  decideTickets();
  if (second >= nextFault) {
    nextFault = second + 20 + random.integer(40);
    await fault();
  }
  if (second >= nextLine) {
    nextLine = second + 60;
    rss.push(Math.round(process.memoryUsage().rss / 1e6));
    process.stdout.write(`${line()}\n`);
  }
}
delay.disable();
await reach(app, 'live');
await app.close();
await market.close();

const report = withProfile(folder, (profile) => {
  assert.deepEqual(profile.check(), [], 'both databases are sound');
  const live = recordedPhantoms(profile);
  expectSameLives(live, replayedPhantoms(profile));
  const statistics = profile.history.statistics({});
  const states = Object.values(statistics.outcomes).reduce((sum, count) => sum + count, 0);
  assert.equal(states, statistics.total, 'every signal is in exactly one state');
  assert.equal(statistics.total, live.size);
  return statistics;
});
process.stdout.write(`${line()}\n${JSON.stringify({ minutes, ...counts, rss, ...report })}\n`);
rmSync(folder, { recursive: true, force: true });

function decideTickets(): void {
  for (const ticket of app.session.keeper?.engine.openTickets() ?? []) {
    const draw = random.next();
    if (draw < 0.4) {
      if (app.session.approve(ticket.id, null).done) counts.approved++;
      else counts.refused++;
    } else if (draw < 0.7) {
      app.session.skip(ticket.id, 'random');
      counts.skipped++;
    } else {
      counts.left++;
    }
  }
}

async function fault(): Promise<void> {
  switch (random.integer(6)) {
    case 0:
      counts.drops++;
      return market.control.dropSockets(random.next() < 0.5 ? 1006 : 1000);
    case 1:
      counts.mutes++;
      market.control.muteSockets({ forMs: 5_000 });
      return;
    case 2:
      counts.failures++;
      market.control.failRequests({ status: 429, count: 2, retryAfterSeconds: 1 });
      return market.control.dropSockets(1006);
    case 3:
      counts.badCandles++;
      return market.control.faultCandles({ fault: 'malformed', count: 3 });
    case 4:
      counts.badCandles++;
      return market.control.faultCandles({ fault: 'lost', count: 2 });
    default:
      counts.restarts++;
      await app.close();
      await pause(1_000);
      app = await openDesk(folder, market, 30);
      app.settings.update({ stage: 'advisory' });
  }
}

function line(): string {
  const p99 = (delay.percentile(99) / 1e6 - 5).toFixed(1);
  const worst = (delay.max / 1e6).toFixed(0);
  const at = new Date(app.session.now()).toISOString();
  return `${at} ${app.session.state.connection} loop p99 ${p99} ms max ${worst} ms, ${JSON.stringify(counts)}, rss ${rss.at(-1) ?? 0} MB`;
}
