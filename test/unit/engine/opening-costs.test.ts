/** PH-13: what a phantom that opens now costs. */
import { describe, expect, it } from 'vitest';
import { NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import { BTC, draftAround, MINUTE, ScriptedDesk, scriptedStrategy } from '#test/support/scripted-desk.ts';

const SWAP = { ...BTC, id: 'binance:BTC/USDT:USDT', symbol: 'BTC/USDT:USDT', kind: 'swap' as const };

function deskOn(instrument: typeof BTC): ScriptedDesk {
  const strategy = scriptedStrategy((now) => draftAround(100, { structureKey: `${now}` }));
  return new ScriptedDesk([strategy], {}, [instrument]);
}

/** The facts of the bar that closes next. */
function tell(desk: ScriptedDesk, instrumentId: string, fundingRate = 0.0002): void {
  const fundingTimes = { next: desk.now + 60 * MINUTE, intervalMs: 480 * MINUTE };
  const facts = { ...NO_MARKET_FACTS, fundingRate, fundingTimes };
  desk.feed({ kind: 'market', time: desk.now + MINUTE - 1, instrumentId, facts });
}

const costsOf = (desk: ScriptedDesk) => desk.of('phantom-opened').at(-1)?.phantom.terms.costs;

describe('PH-13: funding is fixed in the phantom when it opens', () => {
  it('from the facts of its own bar, of a swap; the position that comes of it has the same', () => {
    const desk = deskOn(SWAP);
    desk.calm(15 * 21 - 1);
    tell(desk, SWAP.id);
    const next = desk.now + 60 * MINUTE;
    desk.calm(1);
    const costs = { feeBps: 1, slippageBps: 1, funding: { rate: 0.0002, next, intervalMs: 480 * MINUTE } };
    expect(costsOf(desk)).toEqual(costs);
    const ticketId = desk.of('ticket-opened').at(-1)?.ticket.id ?? '';
    desk.feed({ kind: 'approve', time: desk.now + 1_000, ticketId, amount: null });
    expect(desk.of('position-opened').at(-1)?.position.terms.costs).toMatchObject({ funding: costs.funding });
    // The bars after it tell nothing: nothing is known any more.
    desk.calm(15);
    expect(costsOf(desk)).toEqual({ feeBps: 1, slippageBps: 1 });
  });

  it.each([
    ['a rate without its times', SWAP, 0.0001, false],
    ['times without a rate', SWAP, Number.NaN, true],
    ['spot, whatever is told', BTC, 0.0002, true],
  ] as const)('%s: none', (_, instrument, rate, hasTimes) => {
    const desk = deskOn(instrument);
    desk.calm(15 * 21 - 1);
    if (hasTimes) tell(desk, instrument.id, rate);
    else {
      const facts = { ...NO_MARKET_FACTS, fundingRate: rate };
      desk.feed({ kind: 'market', time: desk.now + 1, instrumentId: instrument.id, facts });
    }
    desk.calm(1);
    expect(costsOf(desk)).toEqual({ feeBps: 1, slippageBps: 1 });
  });
});
