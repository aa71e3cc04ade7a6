/**
 * The process that `chaos.ts` kills: the whole desk of one profile, headless, on its own demo market, with a trader who
 * decides at random. Each committed step is acknowledged by a line on standard output; milestones go to the parent.
 *
 *   node test/chaos/desk-child.ts FOLDER SEED SPEED HISTORY_DAYS
 */
import { writeSync } from 'node:fs';
import { createRandom } from '#core/base/random.ts';
import type { Ticket } from '#core/domain/trading.ts';
import { createApp } from '#main/app.ts';
import { type Acknowledgement, countOfRisk, recordsOf, riskOfCount } from './acknowledgement.ts';

const [folder, seed, speed, historyDays] = process.argv.slice(2);
if (folder === undefined || seed === undefined) throw new Error('give the folder of a profile and a seed');
const random = createRandom(seed);

const created = await createApp({
  profileDir: folder,
  settings: {
    stage: 'advisory',
    // Low, so that nearly every signal asks the trader.
    fixedMinimumScore: random.integer(51),
    demoSpeed: Number(speed),
    historyDays: Number(historyDays),
    slowForTickets: false,
  },
});
if (!created.ok) throw new Error(`${created.error.message} ${created.error.remedy}`);
const app = created.value;

app.session.stepped.on(({ input, events }) => {
  // A heartbeat without events is not recorded: nothing to acknowledge.
  if (events.length === 0 && input.kind !== 'bars') return;
  const account = events.findLast((event) => event.kind === 'account-changed');
  acknowledge({
    clock: app.session.keeper?.engine.clock ?? 0,
    bars: input.kind === 'bars' ? input.bars.map(({ instrumentId, candle }) => [instrumentId, candle.openTime]) : [],
    records: recordsOf(events),
    equity: account?.account.equity ?? null,
    settingsCount: null,
  });
  for (const event of events) if (event.kind === 'ticket-opened') decideLater(event.ticket);
});

let before = '';
app.session.changed.on(({ connection, message }) => {
  if (connection === before) return;
  before = connection;
  process.send?.({ milestone: connection, message });
});

process.on('message', () => void app.close().then(() => process.exit(0)));
await app.start();
process.send?.({ milestone: 'usable', message: '' });
for (const ticket of app.session.keeper?.engine.openTickets() ?? []) decideLater(ticket);

// Settings are records too: a counter in one of them shows whether an acknowledged change was lost.
setInterval(() => {
  const count = countOfRisk(app.settings.current.riskPerTrade) + 1;
  if (!app.settings.update({ riskPerTrade: riskOfCount(count) }).ok) return;
  acknowledge({ clock: null, bars: [], records: [], equity: null, settingsCount: count });
}, 40);

function decideLater(ticket: Ticket): void {
  const draw = random.next();
  if (draw > 0.85) return;
  setTimeout(() => {
    if (draw < 0.6) app.session.approve(ticket.id, null);
    else app.session.skip(ticket.id, 'at random');
  }, random.integer(8));
}

/** Standard output is a file: a line is there whatever happens to this process a moment later. */
function acknowledge(line: Acknowledgement): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
