/**
 * Searches a seed and a starting instant of the demo market at which a first start soon shows a ticket (WS-2). It looks
 * only at when tickets appear, never at how they end: the demo must not flatter any strategy.
 * Usage: node scripts/find-demo-seed.ts [--seeds 12]
 */
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import { DAY_MS } from '#core/domain/timeframe.ts';
import { DEMO_DEFAULTS } from '#main/exchange/demo/demo-defaults.ts';
import { createGeneratedSource } from '#main/exchange/demo/market-generator.ts';
import { demoTickets } from '#test/support/demo-tickets.ts';

/** The market stands still while history runs, but for a minute or two; then, at x60, a market minute is a second. */
const EARLIEST_MINUTE = 5;
const LATEST_MINUTE = 15;
/** Where a candidate's first ticket is put. */
const FIRST_TICKET_MINUTE = 8;
const LOOK_AHEAD_MINUTES = 7 * 24 * 60;

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '12' } } });
const from = DEMO_DEFAULTS.epoch + 45 * DAY_MS;
for (let index = 1; index <= Number(values.seeds); index++) {
  const seed = `first-light-${index}`;
  const source = createGeneratedSource({ seed, epoch: DEMO_DEFAULTS.epoch });
  // A week ahead shows where tickets cluster; each candidate is then checked with exactly the history a start has.
  const ahead = demoTickets(source, from, DEFAULT_SETTINGS.historyDays, LOOK_AHEAD_MINUTES);
  for (const minute of new Set(ahead.map((ticket) => ticket.minute))) {
    if (minute < FIRST_TICKET_MINUTE) continue;
    const startAt = from + (minute - FIRST_TICKET_MINUTE) * 60_000;
    const tickets = demoTickets(source, startAt, DEFAULT_SETTINGS.historyDays, 180);
    const minutes = tickets.map((ticket) => Math.round(ticket.minute));
    const early = minutes.filter((at) => at >= EARLIEST_MINUTE && at <= LATEST_MINUTE).length;
    if (early >= 2 && minutes.length >= 5 && (minutes[0] ?? 0) >= EARLIEST_MINUTE) {
      const symbols = tickets.map(({ ticket }) => `${ticket.instrumentId.slice(5)} ${ticket.terms.side}`);
      process.stdout.write(`${JSON.stringify({ seed, startAt: new Date(startAt).toISOString(), minutes, symbols })}\n`);
    }
  }
}
