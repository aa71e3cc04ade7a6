/** What the engine does with inputs that come late or twice. */
import { describe, expect, it } from 'vitest';
import { BTC, MINUTE, onceAt, ScriptedDesk, START } from '#test/support/scripted-desk.ts';

/** A draft comes with the bar that closes 6 h after the start. */
const WARM = 360;

describe('inputs out of order', () => {
  it('MK-3: a bar that was worked already changes nothing, whatever it says now', () => {
    const desk = new ScriptedDesk([onceAt(WARM)]);
    desk.calm(WARM);
    const twin = new ScriptedDesk([onceAt(WARM)]);
    twin.calm(WARM);
    const stopped = { openTime: START + (WARM - 1) * MINUTE, open: 100, high: 110, low: 90, close: 91, volume: 9 };
    const again = [{ instrumentId: BTC.id, candle: stopped }];
    expect(desk.feed({ kind: 'bars', closeTime: desk.now, bars: again, origin: 'live' })).toEqual([]);
    const stale = [{ instrumentId: BTC.id, candle: { ...stopped, openTime: stopped.openTime - 30 * MINUTE } }];
    expect(desk.feed({ kind: 'bars', closeTime: desk.now - 30 * MINUTE, bars: stale, origin: 'gap' })).toEqual([]);
    desk.calm(45);
    twin.calm(45);
    expect(desk.events).toEqual(twin.events);
  });

  it('PL-3: an input with an older time never takes the clock back', () => {
    const desk = new ScriptedDesk([onceAt(WARM)]);
    desk.calm(WARM);
    const ticketId = desk.of('ticket-opened')[0]?.ticket.id ?? '';
    const late = desk.now + 2 * MINUTE;
    desk.feed({ kind: 'heartbeat', time: late });
    desk.feed({ kind: 'approve', time: desk.now + MINUTE, ticketId, amount: null });
    expect(desk.of('position-opened')).toMatchObject([{ time: late, position: { terms: { openedAt: late } } }]);
  });
});
