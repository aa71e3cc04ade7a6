/** DE-10, DE-20 to DE-23, RE-22 inside the engine: each limit and breaker with what it lets through and what it stops. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { DEFAULT_RISK, type RiskSettings } from '#core/domain/risk.ts';
import type { Decision, Stage } from '#core/domain/score.ts';
import type { EngineSettings } from '#core/engine/messages.ts';
import { sizeFactors } from '#core/engine/size-factors.ts';
import {
  BTC,
  draftAround,
  MINUTE,
  onceAt,
  ScriptedDesk,
  START,
  scriptedStrategy,
} from '#test/support/scripted-desk.ts';

const WARM = 360;
const DAY = 1440;

/** So many instruments, in order of their ids. */
function instruments(count: number): Instrument[] {
  return Array.from({ length: count }, (_, index) => ({ ...BTC, id: `binance:${'ABCDEFGHIJKL'[index]}/USDT` }));
}

/** Limits as wide as they go, but for those a test names. */
const WIDE: RiskSettings = {
  ...DEFAULT_RISK,
  volatilitySizing: false,
  maximumPositions: 100,
  positionsPerInstrument: 100,
  positionsPerCluster: 100,
  dailyLossLimit: 1,
  ordersPerMinute: 100,
  breakerLosses: 100,
  breakerDrawdown: 1,
};

interface Setting {
  readonly count?: number;
  readonly risk?: Partial<RiskSettings>;
  readonly settings?: Partial<EngineSettings>;
}

/** One ticket per instrument, each worth about a tenth of the equity. */
function withTickets({ count = 1, risk = {}, settings = {} }: Setting): ScriptedDesk {
  const all = { riskPerTrade: 0.002, ...settings, risk: { ...WIDE, ...risk } };
  const desk = new ScriptedDesk([onceAt(WARM)], all, instruments(count));
  desk.calm(WARM);
  return desk;
}

function approveAll(desk: ScriptedDesk): void {
  for (const ticket of [...desk.engine.openTickets()]) {
    desk.feed({ kind: 'approve', time: desk.now + 1_000, ticketId: ticket.id, amount: null });
  }
}

const refusals = (desk: ScriptedDesk) => desk.of('intent-refused').map(({ message }) => message);
const decisions = (desk: ScriptedDesk) => desk.of('phantom-opened').map(({ phantom }) => phantom.decision);

it('DE-21, DE-22: the settings begin with the engine’s own defaults', () => {
  expect(DEFAULT_SETTINGS).toMatchObject(DEFAULT_RISK);
});

describe('limits', () => {
  it.each([
    ['open-positions', { maximumPositions: 2 }, 3, 2],
    ['per-cluster', { positionsPerCluster: 2 }, 3, 2],
    ['orders-per-minute', { ordersPerMinute: 2 }, 3, 2],
  ] as const)('DE-21: %s is checked again at the click', (rule, risk, count, most) => {
    const desk = withTickets({ count, risk });
    expect(desk.of('ticket-opened')).toHaveLength(count);
    approveAll(desk);
    expect(desk.of('position-opened')).toHaveLength(most);
    expect(refusals(desk)).toEqual([expect.stringContaining(rule)]);
  });

  it('DE-21: orders per minute are free again after a minute', () => {
    const desk = withTickets({ count: 3, risk: { ordersPerMinute: 2 } });
    approveAll(desk);
    desk.calm(1);
    desk.feed({ kind: 'heartbeat', time: desk.now + 2_000 });
    approveAll(desk);
    expect(desk.of('position-opened')).toHaveLength(3);
  });

  it.each([
    ['per-instrument', { positionsPerInstrument: 1 }],
    ['open-positions', { maximumPositions: 1 }],
    ['per-cluster', { positionsPerCluster: 1 }],
  ] as const)('DE-21: %s blocks a signal before its ticket opens, with the rule', (rule, risk) => {
    const levels = scriptedStrategy((now, close) =>
      now === START + WARM * MINUTE || now === START + (WARM + 15) * MINUTE
        ? draftAround(close, { structureKey: String(now) })
        : null,
    );
    const desk = new ScriptedDesk([levels], { risk: { ...WIDE, ...risk } });
    desk.calm(WARM);
    approveAll(desk);
    desk.calm(15);
    expect(decisions(desk)[1]).toMatchObject({ disposition: 'blocked', decidedBy: 'engine' });
    expect(decisions(desk)[1]?.reason).toMatch(new RegExp(`^${rule}: `));
    expect(desk.of('ticket-opened')).toHaveLength(1);
  });

  it('DE-21: exposure is refused at the click, and cut from what a ticket proposes', () => {
    const desk = withTickets({ count: 2, risk: { exposureLimit: 0.12 } });
    const [first, second] = [...desk.engine.openTickets()];
    desk.feed({ kind: 'approve', time: desk.now + 1_000, ticketId: first?.id ?? '', amount: 13 });
    expect(refusals(desk)).toEqual([expect.stringContaining('exposure')]);
    desk.feed({ kind: 'approve', time: desk.now + 2_000, ticketId: first?.id ?? '', amount: null });
    desk.feed({ kind: 'approve', time: desk.now + 3_000, ticketId: second?.id ?? '', amount: null });
    const exposure = [...desk.engine.openPositions()].reduce(
      (sum, { position }) => sum + position.amount * position.terms.entry,
      0,
    );
    expect(desk.of('position-opened')).toHaveLength(2);
    expect(exposure).toBeLessThanOrEqual(1_200 * (1 + 1e-9));
  });

  it('DE-21: price sanity refuses an order that was planned too far from the market', () => {
    const desk = withTickets({ risk: { priceSanity: 0.003 } });
    desk.feed({ kind: 'quote', time: desk.now + 500, instrumentId: 'binance:A/USDT', price: 100.4 });
    approveAll(desk);
    expect(refusals(desk)).toEqual([expect.stringContaining('price-sanity')]);
  });

  it('DE-21: a day’s loss, open positions included, stops entries until 00:00 UTC', () => {
    const desk = withTickets({ count: 2, risk: { dailyLossLimit: 0.001 } });
    const [first, second] = [...desk.engine.openTickets()];
    desk.feed({ kind: 'approve', time: desk.now + 1_000, ticketId: first?.id ?? '', amount: null });
    // Down 0.4 on some ten units: more than 0.1 % of 10,000 with costs, before anything is closed.
    for (const id of ['binance:A/USDT', 'binance:B/USDT']) {
      desk.feed({ kind: 'quote', time: desk.now + 2_000, instrumentId: id, price: 99.6 });
    }
    desk.feed({ kind: 'quote', time: desk.now + 2_000, instrumentId: 'binance:A/USDT', price: 98.5 });
    desk.feed({ kind: 'approve', time: desk.now + 3_000, ticketId: second?.id ?? '', amount: null });
    expect(refusals(desk)).toEqual([expect.stringContaining('daily-loss')]);
    expect(desk.engine.riskReport().stopped).toMatch(/daily-loss/);
    desk.calm(DAY - WARM);
    expect(desk.engine.riskReport().limits.find(({ limit }) => limit === 'daily-loss')?.isReached).toBe(false);
  });
});

describe('sizes', () => {
  it('DE-20: no position is worth more than the largest that is allowed', () => {
    const [ticket] = [...withTickets({ risk: { maximumNotional: 500 } }).engine.openTickets()];
    expect(ticket?.size.notional).toBeLessThanOrEqual(500);
    expect(ticket?.size.basis).toBe('cut to the maximum notional');
  });

  it('DE-20: the factor of volatility is 1 and says so while a week of hours is not there', () => {
    const [ticket] = [...withTickets({ risk: { volatilitySizing: true } }).engine.openTickets()];
    expect(ticket?.size.basis).toBe('risk 0.2 % of equity × 1.00 volatility (unknown: 6 of 168 hours)');
  });
});

/** One position per quarter of an hour; each bar after it decides it. */
function trading(risk: Partial<RiskSettings>, win: (trade: number) => boolean, trades: number): ScriptedDesk {
  const levels = scriptedStrategy((now, close) =>
    now >= START + WARM * MINUTE ? draftAround(close, { structureKey: String(now) }) : null,
  );
  const desk = new ScriptedDesk([levels], { stage: 'auto', risk: { ...WIDE, ...risk } });
  desk.calm(WARM);
  for (let trade = 0; trade < trades; trade++) {
    desk.minute(win(trade) ? [100, 106, 99.5, 100] : [100, 100.5, 97, 100]);
    desk.calm(14);
  }
  return desk;
}

describe('breakers', () => {
  const tripped = (desk: ScriptedDesk) => desk.of('breaker-tripped').map(({ breaker }) => breaker);

  it('DE-22: losses in a row stop entries; reset by hand, the count begins anew', () => {
    const desk = trading({ breakerLosses: 3 }, () => false, 5);
    expect(desk.of('position-closed')).toHaveLength(3);
    expect(tripped(desk)).toEqual(['losses-in-a-row']);
    expect(decisions(desk).at(-1)?.reason).toMatch(/^breaker losses-in-a-row: 3 positions lost/);
    desk.feed({ kind: 'breaker', time: desk.now + 1, breaker: 'losses-in-a-row', action: 'reset' });
    desk.calm(15);
    expect(desk.of('position-opened')).toHaveLength(4);
    expect(desk.engine.riskState.breakerExercisedAt).not.toBeNull();
  });

  it('DE-22: a win sets the losses in a row back', () => {
    expect(tripped(trading({ breakerLosses: 3 }, (trade) => trade % 3 === 2, 8))).toEqual([]);
  });

  it('DE-22: a win rate below 30 % of the last 30 stops entries, and says nothing before there are 30', () => {
    const desk = trading({ breakerWinRate: 0.3 }, (trade) => trade % 4 === 3, 29);
    expect(tripped(desk)).toEqual([]);
    expect(desk.engine.riskReport().breakers[0]).toMatchObject({
      value: null,
      note: expect.stringContaining('too few'),
    });
    expect(tripped(trading({ breakerWinRate: 0.3 }, (trade) => trade % 4 === 3, 31))).toEqual(['win-rate']);
  });

  it('DE-22: a drawdown stops entries, realised or not', () => {
    const desk = withTickets({ risk: { breakerDrawdown: 0.001 } });
    approveAll(desk);
    desk.minute([100, 100.2, 99.8, 100]);
    desk.minute([100, 100, 98.4, 98.5]);
    expect(desk.of('position-closed')).toEqual([]);
    expect(tripped(desk)).toEqual(['drawdown']);
  });

  it('DE-22: missing bars stop entries until they are there again', () => {
    const desk = withTickets({ risk: { breakerMissingBars: 0.05 } });
    desk.skip(6);
    desk.minute([100, 100.2, 99.8, 100]);
    expect(tripped(desk)).toEqual(['data-quality']);
    approveAll(desk);
    expect(refusals(desk)).toEqual([expect.stringContaining('data-quality')]);
    desk.calm(60);
    expect(desk.of('breaker-reset')).toMatchObject([{ breaker: 'data-quality' }]);
  });

  it('DE-22: an open drift alert stops entries until it is gone', () => {
    const desk = withTickets({});
    desk.feed({ kind: 'drift', time: desk.now + 1, alerts: ['trend: its loss has risen'] });
    approveAll(desk);
    expect(refusals(desk)).toEqual([expect.stringContaining('drift')]);
    desk.feed({ kind: 'drift', time: desk.now + 2, alerts: [] });
    approveAll(desk);
    expect(desk.of('position-opened')).toHaveLength(1);
  });

  it('DE-22: three orders in a row that were not carried out stop entries; one that was sets the count back', () => {
    const desk = withTickets({ count: 2 });
    const fail = (times: number) => {
      for (let time = 0; time < times; time++) {
        desk.feed({ kind: 'order-failed', time: desk.now + 1, instrumentId: 'binance:A/USDT', message: 'refused' });
      }
    };
    const [first, second] = [...desk.engine.openTickets()];
    fail(2);
    desk.feed({ kind: 'approve', time: desk.now + 2, ticketId: first?.id ?? '', amount: null });
    fail(2);
    expect(tripped(desk)).toEqual([]);
    fail(1);
    desk.feed({ kind: 'approve', time: desk.now + 3, ticketId: second?.id ?? '', amount: null });
    expect(tripped(desk)).toEqual(['order-errors']);
    expect(refusals(desk)).toEqual([expect.stringContaining('order-errors')]);
  });

  it('DE-22: "what would trip now" lists each with its value, its limit and what resets it', () => {
    const { breakers } = withTickets({}).engine.riskReport();
    expect(breakers.map(({ breaker }) => breaker)).toEqual([
      ...['win-rate', 'losses-in-a-row', 'drawdown', 'data-quality', 'drift', 'order-errors'],
    ]);
    expect(breakers.every(({ resetsBy, note, maximum }) => resetsBy !== '' && note !== '' && maximum > 0)).toBe(true);
  });
});

describe('what is unknown', () => {
  it('RE-22: a stale price lets nothing in', () => {
    const desk = withTickets({});
    desk.feed({ kind: 'heartbeat', time: desk.now + 4 * MINUTE });
    approveAll(desk);
    expect(refusals(desk)).toEqual([expect.stringContaining('old')]);
  });

  it('RE-22, MK-24: on a feed faster than real time, bars that are on their way are neither old nor missing', () => {
    const late = (onTheWayMs: number, minutes: number) => {
      const desk = withTickets({ risk: { breakerMissingBars: 0.01 } });
      desk.feed({ kind: 'heartbeat', time: desk.now + minutes * MINUTE, onTheWayMs });
      approveAll(desk);
      return refusals(desk)[0] ?? 'entered';
    };
    expect(late(0, 4)).toContain('data-quality');
    expect(late(8 * MINUTE, 4)).toBe('entered');
    expect(late(8 * MINUTE, 12)).toContain('data-quality');
    // A hole between bars that came is missing at any speed.
    const holed = withTickets({ risk: { breakerMissingBars: 0.05 } });
    holed.feed({ kind: 'heartbeat', time: holed.now, onTheWayMs: 60 * MINUTE });
    holed.skip(6);
    holed.minute([100, 100.2, 99.8, 100]);
    expect(holed.of('breaker-tripped').map(({ breaker }) => breaker)).toEqual(['data-quality']);
  });

  it('RE-22: a check that throws lets nothing in, and exits go on', () => {
    const desk = withTickets({ count: 2 });
    const [first, second] = [...desk.engine.openTickets()];
    desk.feed({ kind: 'approve', time: desk.now + 1_000, ticketId: first?.id ?? '', amount: null });
    const signals = desk.engine.instrument('binance:B/USDT')?.signals;
    if (signals !== undefined) {
      signals.cluster = () => {
        throw new Error('no clusters today');
      };
    }
    desk.feed({ kind: 'approve', time: desk.now + 2_000, ticketId: second?.id ?? '', amount: null });
    expect(refusals(desk)).toEqual([expect.stringContaining('a check failed: no clusters today')]);
    desk.feed({ kind: 'kill-switch', time: desk.now + 3_000, engaged: true, closePositions: true });
    expect(desk.of('position-closed')).toHaveLength(1);
  });
});

describe('the kill switch', () => {
  it('DE-23: nothing enters, what waits is closed as blocked, positions stay', () => {
    const desk = withTickets({ count: 2 });
    const [first, second] = [...desk.engine.openTickets()];
    desk.feed({ kind: 'approve', time: desk.now + 1_000, ticketId: first?.id ?? '', amount: null });
    desk.feed({ kind: 'kill-switch', time: desk.now + 2_000, engaged: true, closePositions: false });
    desk.feed({ kind: 'approve', time: desk.now + 3_000, ticketId: second?.id ?? '', amount: null });
    expect(desk.of('position-opened')).toHaveLength(1);
    expect([...desk.engine.openPositions()]).toHaveLength(1);
    expect(desk.of('phantom-decided').at(-1)?.decision).toMatchObject({ disposition: 'blocked', decidedBy: 'engine' });
  });

  it('DE-23: it blocks signals that come while it is engaged, and releases', () => {
    const desk = new ScriptedDesk([onceAt(WARM), onceAt(WARM + 15, { structureKey: 'two' }, 'range_fade')], {
      risk: WIDE,
    });
    desk.calm(WARM - 1);
    desk.feed({ kind: 'kill-switch', time: desk.now + 1, engaged: true, closePositions: false });
    desk.calm(1);
    expect(decisions(desk)[0]?.reason).toMatch(/^kill-switch: /);
    desk.feed({ kind: 'kill-switch', time: desk.now + 1, engaged: false, closePositions: false });
    desk.calm(15);
    expect(decisions(desk)[1]?.reason).not.toMatch(/^kill-switch/);
  });

  it('DE-23: the second confirmation closes positions at the newest price, with the costs of an exit', () => {
    const desk = withTickets({});
    approveAll(desk);
    const [opened] = desk.of('position-opened');
    desk.feed({ kind: 'quote', time: desk.now + 2_000, instrumentId: 'binance:A/USDT', price: 100.3 });
    desk.feed({ kind: 'kill-switch', time: desk.now + 3_000, engaged: true, closePositions: true });
    const entry = opened?.position.terms.entry ?? 0;
    const amount = opened?.position.amount ?? 0;
    const net = 100.3 - entry - 0.0001 * entry - 0.0002 * 100.3;
    const [closed] = desk.of('position-closed');
    expect(closed?.position.result).toMatchObject({ exitReason: 'closed', exitPrice: 100.3 });
    expect(closed?.position.profit).toBeCloseTo(amount * net, 9);
    expect(desk.of('kill-switch-set')).toMatchObject([{ engaged: true, closedPositions: 1 }]);
    // The phantom goes on to its own end.
    expect(desk.of('phantom-closed')).toEqual([]);
  });
});

describe('stages', () => {
  it('DE-10: auto enters what passes every check, decided by the engine, without a ticket', () => {
    const desk = new ScriptedDesk([onceAt(WARM)], { stage: 'auto', risk: WIDE });
    desk.calm(WARM);
    expect(decisions(desk)).toMatchObject([{ disposition: 'executed', decidedBy: 'engine', stage: 'auto' }]);
    expect(desk.of('ticket-opened')).toEqual([]);
    expect(desk.of('position-opened')[0]?.position.terms.entry).toBeCloseTo(100 * 1.0001, 9);
  });

  it('DE-10: auto enters nothing below its threshold, in a gap, or against a limit', () => {
    const below = new ScriptedDesk([onceAt(WARM)], { stage: 'auto', fixedMinimumScore: 95, risk: WIDE });
    below.calm(WARM);
    const gap = new ScriptedDesk([onceAt(WARM)], { stage: 'auto', risk: WIDE });
    gap.calm(WARM, 'gap');
    const limited = new ScriptedDesk([onceAt(WARM)], { stage: 'auto', risk: { ...WIDE, exposureLimit: 0.0001 } });
    limited.calm(WARM);
    for (const desk of [below, gap, limited]) expect(desk.of('position-opened')).toEqual([]);
    expect(decisions(limited)[0]).toMatchObject({ disposition: 'blocked' });
  });

  it('DE-10: in hybrid a ticket still asks', () => {
    const desk = new ScriptedDesk([onceAt(WARM)], { stage: 'hybrid', risk: WIDE });
    desk.calm(WARM);
    expect(desk.of('ticket-opened')).toHaveLength(1);
    expect(desk.of('position-opened')).toEqual([]);
  });

  it('DE-10, ML-32: the opening-range models scale the size in hybrid and auto; elsewhere they speak and it stays', () => {
    const desk = new ScriptedDesk([]);
    const [state] = [...desk.engine.instruments()];
    if (state === undefined) throw new Error('the desk has an instrument');
    const opening = { version: 'direction v1', direction: 'up', probability: 0.7, confidence: 'HIGH' } as const;
    const advice = {
      opinion: null,
      opening: { ...opening, riskFactor: 1.25, agrees: true, expectedR: null, reasons: [] },
    };
    const decision = { advice } as unknown as Decision;
    const factors = (stage: Stage) => sizeFactors(state, decision, stage, WIDE, null);
    expect(factors('hybrid')).toEqual([{ name: 'model (high confidence)', value: 1.25 }]);
    expect(factors('auto')).toEqual(factors('hybrid'));
    expect(factors('advisory')).toEqual([]);
    expect(factors('shadow')).toEqual([]);
    expect(sizeFactors(state, {} as Decision, 'hybrid', WIDE, null)).toEqual([]);
  });

  it('DE-12: a change of the stage is told, with the one before', () => {
    const desk = new ScriptedDesk([]);
    desk.feed({ kind: 'settings', time: START, settings: { ...desk.engine.settings, stage: 'auto' } });
    expect(desk.of('stage-set')).toMatchObject([{ stage: 'auto', before: 'advisory' }]);
  });
});
