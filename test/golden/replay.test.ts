/** Golden test of the engine: fixture candles in, event stream and its hash out; `npm run golden` updates it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Observation } from '#core/domain/observation.ts';
import type { Engine, RestoredBook } from '#core/engine/engine.ts';
import type { EngineEvent, EngineInput } from '#core/engine/messages.ts';
import { type ResolvedLife, resolvedLife } from '#core/phantoms/life-cycle.ts';
import { GOLDEN_FILE, type GoldenReplay, goldenEngine, goldenInputs, goldenReplay, hashOf } from './golden-run.ts';

const inputs = goldenInputs();

describe('golden replay', () => {
  it('PL-6: the fixture candles give the recorded event stream, to the byte', () => {
    const recorded: GoldenReplay = JSON.parse(readFileSync(GOLDEN_FILE, 'utf8'));
    const replayed = goldenReplay();
    expect(replayed.events).toEqual(recorded.events);
    expect(replayed).toEqual(recorded);
    expect(recorded.events.length).toBeGreaterThan(100);
  });

  it('PL-6: the same inputs give the same events a second time', () => {
    const first = runAll(goldenEngine(), inputs);
    const second = runAll(goldenEngine(), inputs);
    expect(hashOf(second)).toBe(hashOf(first));
  });

  it.each([0.05, 0.37, 0.5, 0.81])('PL-6: a restart after %d of the bars changes no later event', (share) => {
    const cut = Math.floor(inputs.length * share);
    const engine = goldenEngine();
    const before = runAll(engine, inputs.slice(0, cut));
    const restarted = restart(engine, before);
    const expected = runAll(engine, inputs.slice(cut));
    const events = runAll(restarted, inputs.slice(cut));
    expect(expected.length).toBeGreaterThan(10);
    expect(hashOf(events)).toBe(hashOf(expected));
  });
});

function runAll(engine: Engine, of: readonly EngineInput[]): readonly EngineEvent[] {
  return of.flatMap((input) => engine.step(input));
}

/** A fresh engine with what a restart brings back: market snapshots, the open book, the lives that have resolved. */
function restart(engine: Engine, before: readonly EngineEvent[]): Engine {
  const fresh = goldenEngine();
  for (const state of engine.instruments()) {
    const accepted = fresh.restoreMarket(state.instrument.id, structuredClone(state.snapshot()));
    expect(accepted).toBe(true);
  }
  fresh.restoreBook({
    clock: engine.clock,
    phantoms: [...engine.openPhantoms.all()].map(({ phantom, walk }) => ({
      phantom: structuredClone(phantom),
      state: JSON.parse(JSON.stringify(walk.state())),
    })),
    tickets: [...engine.openTickets()],
    positions: [],
    lives: livesOf(before),
    observations: observationsOf(before),
  });
  return fresh;
}

/** Each observation, with whether its label is still to come. */
function observationsOf(events: readonly EngineEvent[]): NonNullable<RestoredBook['observations']> {
  const labelled = new Set(events.flatMap((event) => (event.kind === 'labelled' ? [keyOf(event.label)] : [])));
  return events.flatMap((event) => {
    if (event.kind !== 'observed') return [];
    const { instrumentId, kind, time, vector } = event.observation;
    return [{ instrumentId, kind, time, vector, isWaiting: !labelled.has(keyOf(event.observation)) }];
  });
}

function keyOf({ instrumentId, kind, time }: Pick<Observation, 'instrumentId' | 'kind' | 'time'>): string {
  return `${kind}|${instrumentId}|${time}`;
}

function livesOf(events: readonly EngineEvent[]): readonly ResolvedLife[] {
  const opened = new Map(
    events.flatMap((event) => (event.kind === 'phantom-opened' ? [[event.phantom.id, event.phantom] as const] : [])),
  );
  return events.flatMap((event) => {
    const phantom = event.kind === 'phantom-closed' ? opened.get(event.phantomId) : undefined;
    if (event.kind !== 'phantom-closed' || phantom === undefined) return [];
    return resolvedLife(phantom.signal.strategyId, phantom.signal.cluster, event.result) ?? [];
  });
}
