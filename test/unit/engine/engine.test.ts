/** The chain inside the engine: from a draft to phantom, ticket, position and their ends. */
import { describe, expect, it } from 'vitest';
import {
  BTC,
  draftAround,
  ETH,
  MINUTE,
  onceAt,
  ScriptedDesk,
  START,
  scriptedStrategy,
} from '#test/support/scripted-desk.ts';

/** A draft comes with the bar that closes 6 h after the start: ATR and averages of 15m are warm. */
const WARM = 360;

describe('a signal', () => {
  it('PH-1, PL-10: opens a phantom with its facts, features, score, threshold and decision', () => {
    const desk = new ScriptedDesk([onceAt(WARM)]);
    desk.calm(WARM);
    const [opened] = desk.of('phantom-opened');
    expect(opened?.phantom).toMatchObject({
      id: `trend_pullback|${BTC.id}|${START + WARM * MINUTE}|long`,
      terms: { entry: 100, stop: 98, target: 105, openedAt: START + WARM * MINUTE },
      decision: { disposition: 'pending', decidedBy: 'engine', stage: 'advisory' },
      result: { outcome: 'open' },
      resolvedOffline: false,
    });
    expect(opened?.phantom.features?.setId).toBe('trend');
    expect(opened?.phantom.signal.expiresAt).toBe(START + (WARM + 15) * MINUTE);
    expect(desk.of('ticket-opened')).toHaveLength(1);
  });

  it('ST-3: a stop closer than 0.3 or farther than 4 ATR is no signal', () => {
    for (const stop of [99.9, 80]) {
      const desk = new ScriptedDesk([onceAt(WARM, { stop, target: 140 })]);
      desk.calm(WARM);
      expect(desk.of('phantom-opened')).toEqual([]);
    }
  });

  it('ST-3: a plan that costs eat is a signal, blocked by costs, without a ticket', () => {
    const desk = new ScriptedDesk([onceAt(WARM, { target: 102.01 })]);
    desk.calm(WARM);
    const [opened] = desk.of('phantom-opened');
    expect(opened?.phantom.decision).toMatchObject({ disposition: 'blocked' });
    expect(opened?.phantom.decision.reason).toMatch(/^costs: /);
    expect(desk.of('ticket-opened')).toEqual([]);
  });

  it('ST-3: while one is open, a further one on the same structure is none; another level is', () => {
    const keys = ['level-1', 'level-1', 'level-2'];
    const strategy = scriptedStrategy((now, close) => {
      const index = (now - START) / MINUTE / 15 - WARM / 15;
      const structureKey = keys[index];
      return structureKey === undefined ? null : draftAround(close, { structureKey });
    });
    const desk = new ScriptedDesk([strategy]);
    desk.calm(WARM + 45);
    expect(desk.of('phantom-opened').map((event) => event.phantom.signal.structureKey)).toEqual(['level-1', 'level-2']);
  });

  it('MK-1: a strategy may not decide on a bar with a hole in it', () => {
    const desk = new ScriptedDesk([onceAt(WARM)]);
    desk.calm(WARM - 8);
    desk.skip(3);
    desk.calm(5);
    expect(desk.now).toBe(START + WARM * MINUTE);
    expect(desk.of('phantom-opened')).toEqual([]);
  });

  it('PL-4: instruments of one batch are worked in order of their ids; a batch in another order is a bug', () => {
    expect(() => new ScriptedDesk([onceAt(WARM)], {}, [ETH, BTC]).calm(1)).toThrow(/order of instrument id/);
    const desk = new ScriptedDesk([onceAt(WARM)], {}, [BTC, ETH]);
    desk.calm(WARM);
    expect(desk.of('phantom-opened').map((event) => event.phantom.instrumentId)).toEqual([BTC.id, ETH.id]);
  });

  it('PL-4: a phantom that opened at the close of a bar can exit from the next bar on', () => {
    const desk = new ScriptedDesk([onceAt(WARM)]);
    desk.calm(WARM - 1);
    desk.minute([100, 110, 90, 100]);
    expect(desk.of('phantom-closed')).toEqual([]);
    desk.minute([100, 100, 97, 98]);
    expect(desk.of('phantom-closed')).toMatchObject([{ result: { exitReason: 'sl', barsHeld: 1 } }]);
  });
});

describe('dispositions', () => {
  const decisionOf = (desk: ScriptedDesk) => desk.of('phantom-opened')[0]?.phantom.decision;

  it('DE-10: in shadow a signal is only recorded', () => {
    const desk = new ScriptedDesk([onceAt(WARM)], { stage: 'shadow' });
    desk.calm(WARM);
    expect(decisionOf(desk)).toMatchObject({ disposition: 'shadow' });
    expect(desk.of('ticket-opened')).toEqual([]);
  });

  it('DE-1: below the threshold it is rejected by score, and the decision shows number, source and evidence', () => {
    const desk = new ScriptedDesk([onceAt(WARM)], { fixedMinimumScore: 95 });
    desk.calm(WARM);
    expect(decisionOf(desk)).toMatchObject({
      disposition: 'rejected_score',
      threshold: { value: 95, source: 'fixed' },
    });
  });

  it('PL-9: a neutral score passes no threshold, not even zero', () => {
    // A strategy without a heuristic scores the neutral 50.
    const desk = new ScriptedDesk([onceAt(WARM, {}, 'nobody')], { fixedMinimumScore: 0 });
    desk.calm(WARM);
    expect(decisionOf(desk)?.score).toMatchObject({ kind: 'neutral', value: 50 });
    expect(decisionOf(desk)?.disposition).toBe('rejected_score');
  });

  it('PL-8, PL-11: signals of a gap or a bootstrap become phantoms, never tickets', () => {
    for (const origin of ['gap', 'bootstrap'] as const) {
      const desk = new ScriptedDesk([onceAt(WARM)]);
      desk.calm(WARM - 1);
      desk.minute([100, 101, 99, 100], origin);
      expect(decisionOf(desk)).toMatchObject({ disposition: origin });
      expect(desk.of('ticket-opened')).toEqual([]);
    }
  });

  it('PL-8: a phantom that is resolved on bars that came after the fact says so', () => {
    const desk = new ScriptedDesk([onceAt(WARM)]);
    desk.calm(WARM);
    desk.minute([100, 106, 100, 105], 'gap');
    expect(desk.of('phantom-closed')).toMatchObject([{ resolvedOffline: true, result: { outcome: 'win' } }]);
  });
});

describe('faults', () => {
  it('PL-9: a strategy that throws is quarantined on its instrument with a visible fault; the rest goes on', () => {
    const broken = scriptedStrategy((_, __, id) => (id === BTC.id ? new Error('division by nothing') : null), 'broken');
    const desk = new ScriptedDesk([broken, onceAt(WARM)]);
    desk.calm(WARM);
    expect(desk.of('fault-raised')).toMatchObject([{ source: 'broken', instrumentId: BTC.id }]);
    expect(desk.of('phantom-opened')).toHaveLength(1);
  });
});

describe('tickets', () => {
  function withTicket(): { readonly desk: ScriptedDesk; readonly id: string } {
    const desk = new ScriptedDesk([onceAt(WARM)]);
    desk.calm(WARM);
    const id = desk.of('ticket-opened')[0]?.ticket.id ?? '';
    return { desk, id };
  }
  const decided = (desk: ScriptedDesk) => desk.of('phantom-decided').map((event) => event.decision);

  it('DE-30, DE-16: an approval fills at the last price plus slippage and makes the phantom executed', () => {
    const { desk, id } = withTicket();
    desk.feed({ kind: 'quote', time: desk.now + 5_000, instrumentId: BTC.id, price: 100.2 });
    desk.feed({ kind: 'approve', time: desk.now + 6_000, ticketId: id, amount: null });
    const [opened] = desk.of('position-opened');
    expect(opened?.position.terms.entry).toBeCloseTo(100.2 * 1.0001, 9);
    expect(opened?.position.hesitationR).toBeCloseTo((100.2 * 1.0001 - 100) / 2, 9);
    expect(decided(desk)).toMatchObject([{ disposition: 'executed', decidedBy: 'trader' }]);
  });

  it('DE-20: the size risks the set share of equity, costs included, cut to the step', () => {
    const { desk } = withTicket();
    const size = desk.of('ticket-opened')[0]?.ticket.size;
    // 0.5 % of 10,000 over 2 + 2 bp on each side.
    expect(size?.amount).toBeCloseTo(Math.floor((50 / (2 + 0.0002 * (100 + 98))) * 1000) / 1000, 9);
    expect(size?.riskAmount).toBeLessThanOrEqual(50);
  });

  it('DE-16: a click after the expiry never opens a position', () => {
    const { desk, id } = withTicket();
    desk.feed({ kind: 'approve', time: desk.now + 15 * MINUTE, ticketId: id, amount: null });
    expect(desk.of('position-opened')).toEqual([]);
    expect(desk.of('intent-refused')).toHaveLength(1);
    expect(decided(desk)).toMatchObject([{ disposition: 'expired', decidedBy: 'engine' }]);
  });

  it('DE-16: it expires when price has moved more than a quarter of R, either way, and at stop or target', () => {
    const cases = [
      [100.51, 'price moved'],
      [99.49, 'price moved'],
      [98, 'stop reached'],
      [105, 'target reached'],
    ] as const;
    for (const [price, reason] of cases) {
      const { desk } = withTicket();
      desk.feed({ kind: 'quote', time: desk.now + 1_000, instrumentId: BTC.id, price });
      expect(desk.of('ticket-closed')).toMatchObject([{ ticket: { state: 'expired', closeReason: reason } }]);
      expect(desk.of('phantom-closed')).toEqual([]);
    }
  });

  it('PL-3: heartbeats expire it in a quiet market', () => {
    const { desk } = withTicket();
    desk.feed({ kind: 'heartbeat', time: desk.now + 15 * MINUTE });
    expect(desk.of('ticket-closed')).toMatchObject([{ ticket: { closeReason: 'time' } }]);
  });

  it('DE-15: a skip keeps its reason; the phantom goes on to its own end', () => {
    const { desk, id } = withTicket();
    desk.feed({ kind: 'skip', time: desk.now + 1_000, ticketId: id, reason: 'news at 14:30' });
    expect(decided(desk)).toMatchObject([{ disposition: 'skipped', reason: 'news at 14:30', decidedBy: 'trader' }]);
    desk.minute([100, 105, 100, 105]);
    expect(desk.of('phantom-closed')).toMatchObject([{ result: { outcome: 'win' } }]);
  });

  it('DE-16: a second click on a decided ticket is refused and changes nothing', () => {
    const { desk, id } = withTicket();
    desk.feed({ kind: 'approve', time: desk.now + 1_000, ticketId: id, amount: null });
    desk.feed({ kind: 'approve', time: desk.now + 1_001, ticketId: id, amount: null });
    desk.feed({ kind: 'skip', time: desk.now + 1_002, ticketId: id, reason: null });
    expect(desk.of('position-opened')).toHaveLength(1);
    expect(desk.of('intent-refused')).toHaveLength(2);
    expect(decided(desk)).toHaveLength(1);
  });

  it('DE-16: it is scored again on each base bar, on a fresh vector', () => {
    const { desk } = withTicket();
    desk.calm(2);
    const updates = desk.of('ticket-updated');
    expect(updates).toHaveLength(2);
    expect(updates[0]?.features?.values.length).toBeGreaterThan(40);
  });

  it('RE-14: a quote never ends a phantom; the final bar decides', () => {
    const { desk } = withTicket();
    desk.feed({ kind: 'quote', time: desk.now + 1_000, instrumentId: BTC.id, price: 1 });
    expect(desk.of('phantom-closed')).toEqual([]);
  });

  it('MK-14: a delisting ends phantoms as unavailable, never as win or loss', () => {
    const { desk } = withTicket();
    desk.feed({ kind: 'delisted', time: desk.now + 1_000, instrumentId: BTC.id, reason: 'delisted' });
    expect(desk.of('phantom-closed')).toMatchObject([{ result: { outcome: 'unavailable', netR: null } }]);
    expect(desk.of('ticket-closed')).toHaveLength(1);
  });
});

describe('paper positions', () => {
  it('DE-30: exits follow the resolver, costs are paid, and the account changes by exactly that', () => {
    const desk = new ScriptedDesk([onceAt(WARM)]);
    desk.calm(WARM);
    const id = desk.of('ticket-opened')[0]?.ticket.id ?? '';
    desk.feed({ kind: 'approve', time: desk.now + 1_000, ticketId: id, amount: 2 });
    // The bar of the click is not counted; the next one takes the target.
    desk.minute([100, 100.2, 99.8, 100]);
    desk.minute([100, 106, 100, 105]);
    const [closed] = desk.of('position-closed');
    const entry = 100 * 1.0001;
    const net = 105 - entry - 0.0001 * entry - 0.0002 * 105;
    expect(closed?.position).toMatchObject({ state: 'closed', result: { exitReason: 'tp', outcome: 'win' } });
    expect(closed?.position.profit).toBeCloseTo(2 * net, 9);
    expect(desk.engine.account.equity).toBeCloseTo(10_000 + 2 * net, 9);
    expect([...desk.engine.openPositions()]).toEqual([]);
  });

  it('DE-20: after an approval the other open tickets are sized to the exposure that is left', () => {
    const desk = new ScriptedDesk([onceAt(WARM, { stop: 99.3, target: 102 })], { riskPerTrade: 0.006 }, [BTC, ETH]);
    desk.calm(WARM);
    const [first, second] = desk.of('ticket-opened').map((event) => event.ticket);
    expect((first?.size.notional ?? 0) + (second?.size.notional ?? 0)).toBeGreaterThan(10_000);
    desk.feed({ kind: 'approve', time: desk.now + 1_000, ticketId: first?.id ?? '', amount: null });
    const [resized] = desk.of('ticket-updated').map((event) => event.ticket);
    expect(resized?.id).toBe(second?.id);
    expect(resized?.size.basis).toMatch(/exposure/);
    desk.feed({ kind: 'approve', time: desk.now + 2_000, ticketId: second?.id ?? '', amount: null });
    const exposure = [...desk.engine.openPositions()].reduce(
      (sum, { position }) => sum + position.amount * position.terms.entry,
      0,
    );
    expect(desk.of('position-opened')).toHaveLength(2);
    expect(exposure).toBeLessThanOrEqual(10_000);
  });

  it('DE-20: exposure never passes the equity', () => {
    const desk = new ScriptedDesk([onceAt(WARM)]);
    desk.calm(WARM);
    const id = desk.of('ticket-opened')[0]?.ticket.id ?? '';
    desk.feed({ kind: 'approve', time: desk.now + 1_000, ticketId: id, amount: 101 });
    expect(desk.of('intent-refused')).toMatchObject([{ refusal: 'risk' }]);
    expect(desk.of('ticket-closed')).toEqual([]);
  });

  it('MK-14: after seven days without a bar past its timeout a phantom ends as unavailable, on live bars of others alone', () => {
    const desk = new ScriptedDesk([onceAt(WARM)], { stage: 'shadow' }, [BTC, ETH]);
    desk.calm(WARM);
    const opened = desk.of('phantom-opened').map(({ phantom }) => phantom);
    expect(opened.map(({ instrumentId }) => instrumentId)).toEqual([BTC.id, ETH.id]);
    const [silent] = opened;
    const givenUp = (silent?.terms.openedAt ?? 0) + (silent?.terms.timeoutMs ?? 0) + 7 * 86_400_000;
    const other = (closeTime: number, origin: 'live' | 'gap') => {
      const candle = { openTime: closeTime - MINUTE, open: 100, high: 101, low: 99, close: 100, volume: 1 };
      desk.feed({ kind: 'bars', closeTime, bars: [{ instrumentId: ETH.id, candle }], origin });
    };
    const ends = () =>
      desk.of('phantom-closed').flatMap(({ phantomId, result }) => (phantomId === silent?.id ? [result.outcome] : []));
    other(givenUp - MINUTE, 'live');
    other(givenUp, 'gap');
    expect(ends()).toEqual([]);
    other(givenUp + MINUTE, 'live');
    expect(ends()).toEqual(['unavailable']);
    expect(desk.of('phantom-closed').find(({ phantomId }) => phantomId === silent?.id)?.result.netR).toBeNull();
  });
});
