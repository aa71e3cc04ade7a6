/** Signals from outside in the engine (ST-20): what is taken, what is refused and why, and what follows. */
import { describe, expect, it } from 'vitest';
import type { ExternalSignal } from '#core/domain/external-signal.ts';
import type { ExternalInput } from '#core/engine/external-signals.ts';
import { BTC, MINUTE, onceAt, ScriptedDesk } from '#test/support/scripted-desk.ts';

/** Long, 1 R = 2 price units below the calm market's close of 100. */
function proposal(more: Partial<ExternalSignal> = {}): ExternalSignal {
  return {
    source: 'tv',
    id: 'a1',
    side: 'long',
    entry: null,
    stop: 98,
    tp1: null,
    target: 106,
    timeoutMs: null,
    reasons: ['breakout'],
    timeframe: null,
    ...more,
  };
}

function inputAt(
  desk: ScriptedDesk,
  more: Partial<ExternalSignal> = {},
  over: Partial<ExternalInput> = {},
): ExternalInput {
  return {
    kind: 'external',
    time: desk.now + 5_000,
    instrumentId: BTC.id,
    signal: proposal(more),
    origin: 'live',
    ...over,
  };
}

function calmDesk(settings: ConstructorParameters<typeof ScriptedDesk>[1] = {}): ScriptedDesk {
  const desk = new ScriptedDesk([onceAt(1e9)], settings);
  // In the middle of a 15m bar.
  desk.calm(15 * 20 + 7);
  return desk;
}

describe('ST-20: a signal from outside', () => {
  it('gets entry and time of the newest bar, features, a score, a phantom and a ticket like any other', () => {
    const desk = calmDesk();
    const events = desk.feed(inputAt(desk));
    expect(events.map(({ kind }) => kind)).toEqual(['phantom-opened', 'ticket-opened']);
    const [opened] = desk.of('phantom-opened');
    const phantom = opened?.phantom;
    expect(phantom?.id).toBe(`external:tv|${BTC.id}|${desk.now}|long`);
    expect(phantom?.signal).toMatchObject({
      strategyId: 'external:tv',
      time: desk.now,
      entry: 100,
      stop: 98,
      target: 106,
      timeframe: '15m',
      timeoutMs: 36 * 60 * MINUTE,
      expiresAt: desk.now + 15 * MINUTE,
      reasons: ['breakout'],
      qscore: 100,
    });
    expect(phantom?.features?.setId).toBe('quality');
    expect(phantom?.besideFeatures.map(({ setId }) => setId)).toEqual(['immediate']);
    expect(phantom?.decision.score).toMatchObject({ kind: 'heuristic', version: 'external-heuristic@1' });
    expect(phantom?.decision.disposition).toBe('pending');
    expect(phantom?.terms.costs).toEqual({ feeBps: 1, slippageBps: 1 });
  });

  it('is followed by the resolver and can be approved like any other', () => {
    const desk = calmDesk();
    desk.feed(inputAt(desk));
    const ticketId = desk.of('ticket-opened')[0]?.ticket.id ?? '';
    desk.feed({ kind: 'approve', time: desk.now + 6_000, ticketId, amount: null });
    expect(desk.of('position-opened')).toHaveLength(1);
    desk.minute([100, 107, 100, 106.5]);
    expect(desk.of('phantom-closed')[0]).toMatchObject({
      phantomId: ticketId,
      result: { outcome: 'win', exitReason: 'tp' },
    });
  });

  it('DE-16: its open ticket is scored again on each base bar', () => {
    const desk = calmDesk();
    desk.feed(inputAt(desk));
    desk.minute([100, 100.1, 99.9, 100]);
    expect(desk.of('ticket-updated').map(({ features }) => features?.setId)).toEqual(['quality']);
  });

  it('counts once: the same source and id change nothing, another source is another signal', () => {
    const desk = calmDesk();
    desk.feed(inputAt(desk));
    const clock = desk.engine.clock;
    const again = inputAt(desk, {}, { time: desk.now + 50_000 });
    expect(desk.engine.externalObjection(again)?.kind).toBe('duplicate');
    expect(desk.feed(again)).toEqual([]);
    expect(desk.engine.clock).toBe(clock);
    expect(desk.engine.openPhantoms.size).toBe(1);
    desk.minute([100, 101, 99, 100]);
    expect(desk.engine.externalObjection(inputAt(desk))?.kind).toBe('duplicate');
    expect(desk.engine.externalObjection(inputAt(desk, { source: 'other' }))).toBeNull();
  });

  it('leaves one signal per source, instrument, side and bar', () => {
    const desk = calmDesk();
    desk.feed(inputAt(desk));
    expect(desk.engine.externalObjection(inputAt(desk, { id: 'a2' }))?.kind).toBe('same-bar');
    expect(desk.engine.externalObjection(inputAt(desk, { id: 'a2', side: 'short', stop: 102, target: 95 }))).toBeNull();
    desk.minute([100, 101, 99, 100]);
    expect(desk.feed(inputAt(desk, { id: 'a2' })).map(({ kind }) => kind)).toContain('phantom-opened');
  });

  it('PH-1: blocked by costs, rejected by score, recorded only in shadow', () => {
    const dispositionOf = (
      settings: ConstructorParameters<typeof ScriptedDesk>[1],
      more: Partial<ExternalSignal> = {},
    ) => {
      const desk = calmDesk(settings);
      desk.feed(inputAt(desk, more));
      return desk.of('phantom-opened')[0]?.phantom.decision.disposition;
    };
    expect(dispositionOf({}, { target: 101 })).toBe('blocked');
    expect(dispositionOf({ fixedMinimumScore: 99 })).toBe('rejected_score');
    expect(dispositionOf({ stage: 'shadow' })).toBe('shadow');
  });

  it('WS-21: from a file it has the disposition imported, whatever the stage and the costs say', () => {
    for (const target of [106, 101]) {
      const desk = calmDesk();
      desk.feed(inputAt(desk, { target }, { origin: 'import' }));
      expect(desk.of('phantom-opened')[0]?.phantom.decision.disposition).toBe('imported');
      expect(desk.of('ticket-opened')).toEqual([]);
    }
  });

  it('WS-21: an imported life bears on no later signal of the same source', () => {
    const winRateAfter = (origin: ExternalInput['origin']) => {
      const desk = calmDesk();
      desk.feed(inputAt(desk, {}, { origin }));
      desk.minute([100, 107, 100, 100]);
      desk.feed(inputAt(desk, { id: 'a2' }));
      return desk.of('phantom-opened').at(-1)?.phantom.features?.values[6];
    };
    expect(winRateAfter('live')).toBe(1);
    expect(winRateAfter('import')).toBeNaN();
  });
});

describe('ST-3: what is no signal, with the reason', () => {
  it.each([
    ['a stop on the wrong side', { stop: 101 }, 'levels', 'stop of a long lies below'],
    ['a target on the wrong side', { target: 99 }, 'levels', 'target of a long lies above'],
    ['a stop that is too near', { stop: 99.9 }, 'levels', 'ATR(14) of 15m'],
    ['a stop that is too far', { stop: 80, target: 150 }, 'levels', 'ATR(14) of 15m'],
    ['a first target beyond the target', { tp1: 107 }, 'levels', 'between entry and target'],
    ['a first target behind the entry', { tp1: 99 }, 'levels', 'between entry and target'],
    ['an entry far from the market', { entry: 101 }, 'levels', '0.33 R away'],
    ['a price that is none', { stop: Number.NaN }, 'levels', 'stop must be a price'],
    ['an endless timeout', { timeoutMs: 31 * 86_400_000 }, 'levels', 'timeout'],
    ['a timeout within a bar', { timeoutMs: 1_000 }, 'levels', 'timeout'],
    ['a timeframe without indicators', { timeframe: '5m' }, 'no-price', 'ATR(14) of 5m'],
  ] as const)('%s', (_, more, kind, words) => {
    const desk = calmDesk();
    const objection = desk.engine.externalObjection(inputAt(desk, more));
    expect(objection?.kind).toBe(kind);
    expect(objection?.message).toContain(words);
    expect(objection?.remedy).not.toBe('');
    expect(desk.feed(inputAt(desk, more))).toEqual([]);
  });

  it('an instrument that is not watched, a source that is switched off, no bar yet, a stale one, no ATR yet', () => {
    const kindOf = (desk: ScriptedDesk, over: Partial<ExternalInput> = {}) =>
      desk.engine.externalObjection(inputAt(desk, {}, over))?.kind;
    expect(kindOf(calmDesk(), { instrumentId: 'binance:XX/USDT' })).toBe('unknown-instrument');
    expect(kindOf(calmDesk({ disabledStrategies: ['external:tv'] }))).toBe('switched-off');
    expect(kindOf(new ScriptedDesk([onceAt(1e9)]))).toBe('no-price');
    const stale = calmDesk();
    expect(kindOf(stale, { time: stale.now + 4 * MINUTE })).toBeUndefined();
    expect(kindOf(stale, { time: stale.now + 4 * MINUTE + 1 })).toBe('no-price');
    const young = new ScriptedDesk([onceAt(1e9)]);
    young.calm(15 * 10);
    expect(kindOf(young)).toBe('no-price');
  });
});

it('PL-1, PL-6: the same inputs give the same events, bit for bit', () => {
  const run = () => {
    const desk = calmDesk();
    desk.feed(inputAt(desk));
    desk.calm(5);
    desk.feed(inputAt(desk, { id: 'a2', side: 'short', entry: 100.1, stop: 102, target: 96, tp1: 98.5 }));
    desk.minute([100, 107, 95, 100]);
    return desk.events;
  };
  const events = run();
  expect(events.filter(({ kind }) => kind === 'phantom-opened')).toHaveLength(2);
  expect(run()).toEqual(events);
});
