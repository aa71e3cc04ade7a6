import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Phantom } from '#core/domain/phantom.ts';
import { DISPOSITIONS } from '#core/domain/score.ts';
import type { Ticket } from '#core/domain/trading.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import type { StepWriter } from '#main/store/step-writer.ts';
import {
  makePhantom,
  makePosition,
  makeTicket,
  NOON,
  openResult,
  resolvedResult,
} from '#test/support/phantom-fixtures.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const MINUTE = 60_000;

function open(folder = temporaryFolder()): Profile {
  const profile = openProfile(folder);
  if (!profile.ok) throw new Error(profile.error.message);
  onTestFinished(() => profile.value.close());
  return profile.value;
}

function step(profile: Profile, work: (writer: StepWriter) => void): void {
  expect(profile.record.step(work)).toEqual({ ok: true, value: undefined });
}

/** Closes and opens again: what a restart finds. */
function restarted(profile: Profile): Profile {
  profile.close();
  return open(profile.folder);
}

const nth = (index: number, strategyId = 'trend_pullback'): Phantom =>
  makePhantom({ time: NOON + index * MINUTE, strategyId });

describe('phantoms in the record', () => {
  it('PL-6: an open phantom comes back whole, with features, decision and the newest progress', () => {
    const profile = open();
    const phantom = makePhantom();
    step(profile, (writer) => {
      writer.phantomOpened(NOON, phantom);
      writer.phantomProgressed(phantom.id, { bars: 1 });
    });
    step(profile, (writer) => writer.phantomProgressed(phantom.id, { bars: 2, stop: 99.5, tp1: null }));
    expect(restarted(profile).loadOpen().phantoms).toEqual([{ phantom, progress: { bars: 2, stop: 99.5, tp1: null } }]);
  });

  it('PH-20: a closed phantom leaves the open ones and keeps its result to the last field', () => {
    const profile = open();
    const phantom = makePhantom();
    const result = resolvedResult(phantom, 'loss');
    step(profile, (writer) => writer.phantomOpened(NOON, phantom));
    step(profile, (writer) => {
      writer.phantomProgressed(phantom.id, { bars: 1 });
      writer.phantomTp1(NOON + MINUTE, phantom.id, 102);
      writer.phantomClosed(NOON + 30 * MINUTE, phantom.id, result, true);
    });
    const after = restarted(profile);
    expect(after.loadOpen().phantoms).toEqual([]);
    const detail = after.history.detail(phantom.id);
    expect(detail?.phantom).toEqual({ ...phantom, result, resolvedOffline: true });
    expect(detail?.events.map(({ kind, time }) => [kind, time])).toEqual([
      ['opened', NOON],
      ['tp1', NOON + MINUTE],
      ['closed', NOON + 30 * MINUTE],
    ]);
  });

  it('PL-10: every decision is kept with who made it and why; the newest is the one that shows', () => {
    const profile = open();
    const phantom = makePhantom();
    const pending: Phantom = { ...phantom, decision: { ...phantom.decision, disposition: 'pending', reason: 'asked' } };
    const skipped = { ...phantom.decision, disposition: 'skipped', decidedBy: 'trader', reason: '=too late' } as const;
    step(profile, (writer) => writer.phantomOpened(NOON, pending));
    step(profile, (writer) => writer.phantomDecided(NOON + MINUTE, phantom.id, skipped));
    const detail = profile.history.detail(phantom.id);
    expect(detail?.events.map((event) => event.decision)).toEqual([pending.decision, skipped]);
    expect(detail?.phantom.decision).toEqual(skipped);
    expect(detail?.row).toMatchObject({ disposition: 'skipped', decidedBy: 'trader', dispositionReason: '=too late' });
    expect(profile.loadOpen().phantoms[0]?.phantom.decision).toEqual(skipped);
  });

  it('PH-2: a phantom that is born gated is terminal at once', () => {
    const profile = open();
    const gated: Phantom = { ...makePhantom(), result: { ...openResult(100), outcome: 'gated' } };
    step(profile, (writer) => writer.phantomOpened(NOON, gated));
    expect(profile.loadOpen().phantoms).toEqual([]);
    expect(profile.history.statistics({}).outcomes).toEqual({ gated: 1 });
  });

  it('PH-20: any phantom comes back as it went in', () => {
    const profile = open();
    const price = fc.double({ min: 1e-8, max: 1e8, noNaN: true });
    const r = fc.double({ min: -50, max: 50, noNaN: true }).map((value) => value + 0);
    const drawn = fc.record({
      entry: price,
      tp1: fc.option(price),
      regime: fc.constantFrom(null, 'low', 'extreme'),
      text: fc.string({ unit: 'binary' }),
      disposition: fc.constantFrom(...DISPOSITIONS),
      values: fc.option(fc.float64Array({ maxLength: 50 })),
      weight: r,
      netR: fc.option(r),
      flag: fc.boolean(),
    });
    let index = 0;
    fc.assert(
      fc.property(drawn, ({ entry, tp1, regime, text, disposition, values, weight, netR, flag }) => {
        const base = nth(index++);
        const phantom: Phantom = {
          ...base,
          simulated: flag,
          signal: {
            ...base.signal,
            entry,
            tp1,
            reasons: [text],
            qualityParts: [{ name: text, meaning: text, weight, value: 0.5 }],
            context: { session: 'us', regime },
          },
          terms: { ...base.terms, entry, tp1 },
          features: values === null ? null : { setId: 'trend', setHash: `hash-${values.length}`, values },
          decision: { ...base.decision, disposition, reason: text },
          result: { ...base.result, netR, tp1Hit: flag, maxFavorableR: Math.abs(weight) },
        };
        step(profile, (writer) => writer.phantomOpened(phantom.signal.time, phantom));
        expect(profile.history.detail(phantom.id)?.phantom).toEqual(phantom);
      }),
      { numRuns: 150 },
    );
  });

  it('PL-6: the newest 200 resolved of each strategy come back in the order in which they were resolved', () => {
    const profile = open();
    const phantoms = Array.from({ length: 205 }, (_, index) => nth(index));
    const other = nth(0, 'breakout');
    const unavailable = nth(1, 'breakout');
    step(profile, (writer) => {
      for (const phantom of [...phantoms, other, unavailable]) writer.phantomOpened(NOON, phantom);
      for (const phantom of phantoms.toReversed()) {
        writer.phantomClosed(NOON + 300 * MINUTE, phantom.id, resolvedResult(phantom, 'win'), false);
      }
      writer.phantomClosed(NOON + 300 * MINUTE, other.id, resolvedResult(other, 'timeout'), false);
      writer.phantomClosed(NOON, unavailable.id, resolvedResult(unavailable, 'unavailable'), false);
    });
    const { recentlyResolved } = profile.loadOpen();
    expect([...recentlyResolved.keys()]).toEqual(['breakout', 'trend_pullback']);
    expect(recentlyResolved.get('breakout')?.map(({ id }) => id)).toEqual([other.id]);
    const expected = phantoms.toReversed().slice(5);
    expect(recentlyResolved.get('trend_pullback')?.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  });

  it('closing twice, or closing what was never opened, is a bug and changes nothing', () => {
    const profile = open();
    const phantom = makePhantom();
    const close = (writer: StepWriter) => writer.phantomClosed(NOON, phantom.id, resolvedResult(phantom, 'win'), false);
    expect(() => profile.record.step(close)).toThrow('recorded before');
    step(profile, (writer) => writer.phantomOpened(NOON, phantom));
    step(profile, close);
    expect(() => profile.record.step(close)).toThrow('closes once');
    expect(profile.history.statistics({}).outcomes).toEqual({ win: 1 });
  });
});

describe('the other tables of the record', () => {
  it('PL-6: open tickets and positions, the account, clock, bars and snapshots come back', () => {
    const profile = open();
    const phantom = makePhantom();
    const ticket = makeTicket(phantom);
    const position = makePosition(phantom);
    const account = { currency: 'USDT', startingEquity: 10_000, equity: 10_012.5 };
    step(profile, (writer) => {
      writer.ticketPut(NOON, ticket);
      writer.positionPut(position);
      writer.positionProgressed(position.id, { bars: 3 });
      writer.phantomOpened(NOON, phantom);
      writer.accountPut(NOON, { ...account, equity: 10_000 });
      writer.accountPut(NOON, account);
      writer.engineAdvanced(NOON, [
        { instrumentId: 'b', openTime: NOON - MINUTE, closeTime: NOON },
        { instrumentId: 'a', openTime: NOON - MINUTE, closeTime: NOON },
      ]);
      writer.snapshotPut('a', NOON, { rows: Float64Array.of(1, Number.NaN), map: new Map([['x', -0]]) });
    });
    step(profile, (writer) =>
      writer.engineAdvanced(NOON + MINUTE, [{ instrumentId: 'a', openTime: NOON, closeTime: NOON + MINUTE }]),
    );
    const state = restarted(profile).loadOpen();
    expect(state.tickets).toEqual([ticket]);
    expect(state.positions).toEqual([{ position, progress: { bars: 3 } }]);
    expect(state.account).toEqual(account);
    expect(state.clock).toBe(NOON + MINUTE);
    expect(state.workedBars).toEqual([
      { instrumentId: 'a', openTime: NOON, closeTime: NOON + MINUTE },
      { instrumentId: 'b', openTime: NOON - MINUTE, closeTime: NOON },
    ]);
    expect(state.snapshots).toEqual([
      { scope: 'a', at: NOON, state: { rows: Float64Array.of(1, Number.NaN), map: new Map([['x', -0]]) } },
    ]);
  });

  it('a fresh profile has nothing to go on with', () => {
    expect(open().loadOpen()).toEqual({
      phantoms: [],
      risk: null,
      tickets: [],
      positions: [],
      account: null,
      clock: null,
      observations: [],
      workedBars: [],
      snapshots: [],
      recentlyResolved: new Map(),
      externals: [],
      fills: [],
      gated: [],
    });
  });

  it('keeps the newest two snapshots of a scope and offers the newest', () => {
    const profile = open();
    for (const at of [1, 2, 3, 4]) {
      step(profile, (writer) => {
        writer.snapshotPut('a', at, `a${at}`);
        writer.snapshotPut('b', 10 - at, `b${at}`);
      });
    }
    expect(profile.loadOpen().snapshots).toEqual([
      { scope: 'a', at: 4, state: 'a4' },
      { scope: 'b', at: 9, state: 'b1' },
    ]);
  });

  it('DE-16: a ticket is updated while it is open, and stays as it is once closed', () => {
    const profile = open();
    const phantom = makePhantom();
    const ticket = makeTicket(phantom);
    const closed: Ticket = { ...ticket, state: 'skipped', closedAt: NOON + MINUTE, closeReason: 'too late' };
    step(profile, (writer) => {
      writer.phantomOpened(NOON, phantom);
      writer.ticketPut(NOON, ticket);
    });
    const features = phantom.features;
    step(profile, (writer) => writer.ticketPut(NOON + MINUTE, { ...ticket, belowThreshold: true }, features));
    expect(profile.desk.rescores(ticket.id)).toEqual([
      {
        time: NOON + MINUTE,
        score: ticket.score.value,
        scoreKind: ticket.score.kind,
        threshold: ticket.threshold.value,
        belowThreshold: true,
        features,
      },
    ]);
    expect(profile.loadOpen().tickets).toEqual([{ ...ticket, belowThreshold: true }]);
    step(profile, (writer) => writer.ticketPut(NOON + MINUTE, closed));
    expect(profile.loadOpen().tickets).toEqual([]);
    expect(profile.desk.recentTickets(5)).toEqual([closed]);
    expect(profile.desk.ticket(ticket.id)).toEqual(closed);
    expect(() => profile.record.step((writer) => writer.ticketPut(NOON, ticket))).toThrow('stays as it is');
  });

  it('closed positions are listed newest first', () => {
    const profile = open();
    const phantoms = [0, 1, 2].map((index) => nth(index));
    const closed = phantoms.map((phantom, index) => ({
      ...makePosition(phantom),
      state: 'closed' as const,
      result: resolvedResult(phantom, 'win'),
      profit: index,
    }));
    step(profile, (writer) => {
      for (const phantom of phantoms) writer.phantomOpened(NOON, phantom);
      for (const position of closed) writer.positionPut({ ...position, state: 'open', profit: null });
      for (const position of closed) writer.positionPut(position);
    });
    expect(profile.loadOpen().positions).toEqual([]);
    expect(profile.desk.closedPositions(2)).toEqual([closed[2], closed[1]]);
  });

  it('a ticket without its phantom is refused at the end of the step', () => {
    const profile = open();
    const ticket = makeTicket(makePhantom());
    expect(() => profile.record.step((writer) => writer.ticketPut(NOON, ticket))).toThrow('FOREIGN KEY');
    expect(profile.loadOpen().tickets).toEqual([]);
  });

  it('settings, faults, log and the demo market come back', () => {
    const profile = open();
    const demo = { seed: 'first light', epoch: NOON, anchorExchange: NOON + 5, anchorWall: NOON + 9, speed: 60 };
    const line = { time: NOON, exchangeTime: null, level: 'notice', source: 'store', message: '=HELLO' } as const;
    const fault = { time: NOON, source: 'trend_pullback', instrumentId: null, message: 'threw' };
    profile.desk.putSettings({ stage: 'advisory', symbols: ['a', 'b'], minimum: null, absent: undefined });
    profile.desk.putSettings({ stage: 'shadow' });
    profile.desk.putDemoMarket({ ...demo, speed: 1 });
    profile.desk.keepDemoCheckpoints('other', new Map([[1, Float64Array.of(1)]]));
    profile.desk.keepDemoCheckpoints('market', new Map([[2, Float64Array.of(1.5, 0.1, -3)]]));
    profile.desk.putDemoMarket(demo);
    profile.desk.appendLog([line, { ...line, message: 'second' }, { ...line, exchangeTime: 7, message: 'third' }]);
    step(profile, (writer) => writer.faultRaised(fault));
    const { desk } = restarted(profile);
    expect(Object.fromEntries(desk.settings())).toEqual({ stage: 'shadow', symbols: ['a', 'b'], minimum: null });
    expect(desk.demoMarket()).toEqual(demo);
    expect(desk.demoCheckpoint('other', 1)).toBeNull();
    expect(desk.demoCheckpoint('market', 2)).toEqual(Float64Array.of(1.5, 0.1, -3));
    expect(desk.faults(5)).toEqual([fault]);
    expect(desk.logTail(2).map(({ message }) => message)).toEqual(['second', 'third']);
    expect(desk.logTail(2, 2)).toEqual([{ ...line, sequence: 1 }]);
  });
});

describe('steps', () => {
  it('PL-7: a step that fails leaves nothing behind, in the file or in memory', () => {
    const profile = open();
    const phantom = makePhantom();
    expect(() =>
      profile.record.step((writer) => {
        writer.phantomOpened(NOON, phantom);
        writer.engineAdvanced(NOON, []);
        throw new Error('half-way');
      }),
    ).toThrow('half-way');
    expect(profile.loadOpen()).toMatchObject({ phantoms: [], clock: null });
    step(profile, (writer) => writer.phantomOpened(NOON, phantom));
    expect(profile.loadOpen()).toMatchObject({ phantoms: [{ phantom }], clock: null });
  });

  it('PL-7: a bulk holds whole steps back, and its commit shows them', () => {
    const profile = open();
    const bulk = profile.record.startBulk(3);
    const add = (index: number) =>
      bulk.step((writer) => {
        writer.phantomOpened(NOON, nth(index));
        writer.phantomProgressed(nth(index).id, index);
      });
    add(0);
    add(1);
    expect(profile.history.count({})).toBe(0);
    add(2);
    expect(profile.history.count({})).toBe(3);
    add(3);
    bulk.commit();
    expect(profile.history.count({})).toBe(4);
    expect(profile.loadOpen().phantoms.map(({ progress }) => progress)).toEqual([0, 1, 2, 3]);
  });

  it('PL-7: a failing step of a bulk takes the uncommitted steps with it, never a part of one', () => {
    const profile = open();
    const bulk = profile.record.startBulk(2);
    for (const index of [0, 1, 2]) bulk.step((writer) => writer.phantomOpened(NOON, nth(index)));
    expect(() =>
      bulk.step((writer) => {
        writer.phantomOpened(NOON, nth(3));
        throw new Error('half-way');
      }),
    ).toThrow('half-way');
    expect(profile.history.count({})).toBe(2);
  });

  it('PL-7: a step or a setting beside a bulk comes after what the bulk has gathered', () => {
    const profile = open();
    const bulk = profile.record.startBulk(100);
    bulk.step((writer) => writer.phantomOpened(NOON, nth(0)));
    step(profile, (writer) => writer.phantomOpened(NOON, nth(1)));
    bulk.step((writer) => writer.phantomOpened(NOON, nth(2)));
    profile.desk.putSettings({ a: 1 });
    expect(profile.history.count({})).toBe(3);
  });

  it('RE-31: the statements kept do not grow with the steps', () => {
    const profile = open();
    const round = (index: number) => {
      const phantom = nth(index);
      step(profile, (writer) => {
        writer.phantomOpened(NOON, phantom);
        writer.phantomProgressed(phantom.id, {});
        writer.phantomClosed(NOON, phantom.id, resolvedResult(phantom, 'win'), false);
      });
      return profile.statementCount();
    };
    const warm = round(0);
    for (let index = 1; index < 20; index++) round(index);
    expect(round(20)).toBe(warm);
  });
});
