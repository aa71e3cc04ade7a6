/**
 * RE-42, FE-2, PL-4: no feature of any set knows more than what had happened at its signal, and none depends on where a
 * restart fell. Both checks are handed planted cheats and must catch them. They go over the catalogue: a new set is in.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import type { EngineEvent } from '#core/engine/messages.ts';
import { FEATURE_SETS } from '#core/signals/features/feature-catalogue.ts';
import {
  cutAt,
  differences,
  endOf,
  FIVE,
  FIVES,
  MINUTES,
  PAST,
  type Read,
  SOL,
  walk,
} from '#test/support/feature-readings.ts';
import { factsOf, subjectAt, type World, worldEngine, worldInputs } from '#test/support/market-world.ts';
import { seededRandom } from '#test/support/real-candles.ts';

/** The bars that close with bar `at` of everybody but `own` are drawn anew, and everything after it of everybody. */
function withOtherPeers(world: World, own: string, at: number): World {
  const random = seededRandom(at);
  const moved = (candle: Candle): Candle => {
    const factor = 0.5 + random();
    const { openTime, open, high, low, close, volume } = candle;
    const [o, h, l, c] = [open, high, low, close].map((price) => price * factor) as [number, number, number, number];
    return { openTime, open: o, high: h, low: l, close: c, volume: volume * factor };
  };
  return new Map(
    [...world].map(([id, candles]) => [
      id,
      candles.map((candle, index) => (index > at || (index === at && id !== own) ? moved(candle) : candle)),
    ]),
  );
}

describe.each([FIVES, MINUTES])('on a base of $name, no feature knows what comes after its signal', (setting) => {
  const { instruments, world, stepMs, inputs, cuts } = setting;
  let whole: ReturnType<typeof walk>;

  beforeAll(() => {
    whole = walk(worldEngine(instruments), inputs);
  });

  it.each(cuts)('FE-2, RE-42: cut after %i bars, every feature of every set is what it was', (cut) => {
    const { readings, events } = walk(worldEngine(instruments), worldInputs(cutAt(world, cut), stepMs));
    expect([...readings.keys()].at(-1)).toContain(`${SOL} ${endOf(setting, cut)}`);
    expect([...differences(whole.readings, readings)]).toEqual([]);
    // What strategies measure comes with their signals: the vectors that were recorded.
    const recorded = vectorsIn(events);
    expect(recorded.length).toBeGreaterThan(0);
    expect(recorded).toEqual(vectorsIn(whole.events).slice(0, recorded.length));
  });

  it('PL-4: what peers do in bars that close with the signal changes nothing', () => {
    const [cut = 0] = cuts;
    const changed = worldInputs(cutAt(withOtherPeers(world, SOL, cut - 1), cut), stepMs);
    const { readings } = walk(worldEngine(instruments), changed, { from: endOf(setting, cut) });
    const own = new Map([...readings].filter(([moment]) => moment.startsWith(SOL)));
    expect(own.size).toBeGreaterThan(0);
    expect([...differences(whole.readings, own)]).toEqual([]);
  });

  it('PL-6: stopped and restored in the middle, every feature of every set goes on bit for bit', () => {
    const at = (cuts[0] ?? 0) - 1;
    const stop = inputs.findIndex((input) => input.kind === 'bars' && input.closeTime === endOf(setting, at)) + 1;
    const first = worldEngine(instruments);
    for (const input of inputs.slice(0, stop)) first.step(input);
    const second = worldEngine(instruments);
    second.restoreClusters(structuredClone(first.clusters));
    for (const { instrument } of first.instruments()) {
      const snapshot = first.instrument(instrument.id)?.snapshot();
      expect(snapshot !== undefined && second.restoreMarket(instrument.id, structuredClone(snapshot))).toBe(true);
    }
    const { readings } = walk(second, inputs.slice(stop));
    expect(readings.size).toBeGreaterThan(6);
    expect([...differences(whole.readings, readings)]).toEqual([]);
  });
});

describe('the check itself', () => {
  it('FE-1: sees every feature of the catalogue: each has a value somewhere', () => {
    const valued = new Set<string>();
    for (const { instruments, inputs } of [FIVES, MINUTES]) {
      for (const values of walk(worldEngine(instruments), inputs).readings.values()) {
        for (const [name, value] of values) if (!Number.isNaN(value)) valued.add(name);
      }
    }
    const expected = FEATURE_SETS.flatMap(({ id, names }) => names.map((name) => `${id}.${name}`));
    expect(expected.filter((name) => !valued.has(name))).toEqual([]);
  });

  it('RE-42: catches a planted feature that reads the next close', () => {
    const leaking = (of: World): Read => {
      const closes = new Map(of.get(SOL)?.map(({ openTime, close }) => [openTime, close]));
      return ({ subject }) => new Map([['planted.next_close', closes.get(subject.time) ?? Number.NaN]]);
    };
    const [longer, shorter] = [cutAt(FIVES.world, 600), cutAt(FIVES.world, 300)];
    const run = (of: World) =>
      walk(worldEngine(FIVES.instruments), worldInputs(of, FIVE), { read: leaking(of), lookEvery: 3 }).readings;
    expect([...differences(run(longer), run(shorter))]).toEqual(['planted.next_close']);
  });

  it('PL-4: catches a planted feature that reads the newest bar of its leader', () => {
    const read: Read = ({ leader }) => new Map([['planted.leader_close', leader?.close(0) ?? Number.NaN]]);
    // A quarter hour closes here, and with it a bar of the leader.
    const honest = cutAt(FIVES.world, 300);
    const changed = cutAt(withOtherPeers(FIVES.world, SOL, 299), 300);
    const run = (of: World) =>
      walk(worldEngine(FIVES.instruments), worldInputs(of, FIVE), { read, lookEvery: 3 }).readings;
    expect([...differences(run(honest), run(changed))]).toEqual(['planted.leader_close']);
  });
});

describe('market facts', () => {
  it('MK-15: count for the bar in which they were asked for, not before and not after', () => {
    const [, instrument] = FIVES.instruments;
    if (instrument === undefined) throw new Error('there is a second instrument');
    const engine = worldEngine([instrument]);
    const seen = (FIVES.world.get(instrument.id) ?? []).slice(0, 40).map((candle, index) => {
      const closeTime = candle.openTime + FIVE;
      // Of four bars the first is told of in time, the second only behind its close: within the third.
      const time = [closeTime - 1, closeTime][index % 4];
      if (time !== undefined)
        engine.step({ kind: 'market', time, instrumentId: instrument.id, facts: factsOf(candle) });
      engine.step({ kind: 'bars', closeTime, bars: [{ instrumentId: instrument.id, candle }], origin: 'live' });
      const subject = subjectAt(engine, instrument.id, closeTime, '5m', 'long');
      return engine.instrument(instrument.id)?.signals.featureInput(subject, PAST).market.spreadBps ?? 0;
    });
    expect(seen.map(Number.isNaN)).toEqual(seen.map((_, index) => index % 2 === 1));
    expect(seen[0]).toBe(factsOf(FIVES.world.get(SOL)?.[0] as Candle).spreadBps);
    expect(seen[2]).toBe(factsOf(FIVES.world.get(SOL)?.[1] as Candle).spreadBps);
  });
});

/** Recorded vectors in order, NaN kept. */
function vectorsIn(events: readonly EngineEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind !== 'phantom-opened') return [];
    const { id, features, besideFeatures } = event.phantom;
    const vectors = [features, ...besideFeatures].map((vector) => `${vector?.setId} ${[...(vector?.values ?? [])]}`);
    return [`${id} ${vectors.join(' | ')}`];
  });
}
