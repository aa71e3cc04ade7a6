/** The process that `kill-harness.ts` kills: writes step after step, and says so on standard output once each is durable. */
import { writeSync } from 'node:fs';
import type { Phantom } from '#core/domain/phantom.ts';
import { openProfile } from '#main/store/database.ts';
import { makePhantom, makePosition, makeTicket, NOON, resolvedResult } from './phantom-fixtures.ts';

const MINUTE_MS = 60_000;

function phantomOf(step: number): Phantom {
  const phantom = makePhantom({ time: NOON + step * MINUTE_MS });
  return { ...phantom, decision: { ...phantom.decision, disposition: 'pending', reason: 'asked' } };
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('give the folder of a profile');
const profile = openProfile(folder);
if (!profile.ok) throw new Error(profile.error.message);
const { record, history } = profile.value;

for (let step = history.count({}) + 1; ; step++) {
  const phantom = phantomOf(step);
  const before = phantomOf(step - 1);
  const time = phantom.signal.time;
  const written = record.step((writer) => {
    writer.phantomOpened(time, phantom);
    writer.ticketPut(time, makeTicket(phantom));
    writer.positionPut(makePosition(phantom));
    if (step > 1) {
      writer.phantomDecided(time, before.id, { ...before.decision, disposition: 'skipped', decidedBy: 'trader' });
      writer.ticketPut(time, { ...makeTicket(before), state: 'skipped', closedAt: time });
      writer.positionPut({
        ...makePosition(before),
        state: 'closed',
        result: resolvedResult(before, 'win'),
        profit: 1,
      });
    }
    if (step > 2) {
      const closing = phantomOf(step - 2);
      writer.phantomClosed(time, closing.id, resolvedResult(closing, 'win'), false);
    }
    for (const open of step > 1 ? [before, phantom] : [phantom]) writer.phantomProgressed(open.id, step);
    writer.accountPut(time, { currency: 'USDT', startingEquity: 0, equity: step });
    writer.faultRaised({ time, source: 'test', instrumentId: null, message: `step ${step}` });
    writer.snapshotPut('engine', step, step);
    const worked = { instrumentId: phantom.instrumentId, openTime: time, closeTime: time + 60_000 };
    writer.engineAdvanced(step, [worked]);
  });
  if (!written.ok) throw new Error(written.error.message);
  writeSync(1, `${step}\n`);
}
