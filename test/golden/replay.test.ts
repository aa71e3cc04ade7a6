/** Golden test of the engine: fixture candles in, event stream and its hash out; `npm run golden` updates it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Observation } from '#core/domain/observation.ts';
import { teachesThresholds } from '#core/domain/score.ts';
import type { Engine } from '#core/engine/engine.ts';
import type { EngineEvent, EngineInput } from '#core/engine/messages.ts';
import type { RestoredBook } from '#core/engine/restored-book.ts';
import { type ResolvedLife, resolvedLife } from '#core/phantoms/life-cycle.ts';
import { GOLDEN_FILE, type GoldenReplay, goldenEngine, goldenInputs, goldenReplay, hashOf } from './golden-run.ts';

const inputs = goldenInputs();
/** Where the run is cut, ascending. */
const SHARES = [0.05, 0.37, 0.5, 0.81] as const;

describe('golden replay', () => {
  it('PL-6: the fixture candles give the recorded event stream, to the byte', () => {
    const recorded: GoldenReplay = JSON.parse(readFileSync(GOLDEN_FILE, 'utf8'));
    const replayed = goldenReplay();
    expect(replayed.events).toEqual(recorded.events);
    expect(replayed).toEqual(recorded);
    expect(recorded.events.length).toBeGreaterThan(100);
  });

  it('PL-6: the same inputs give the same events a second time', () => {
    const recorded: GoldenReplay = JSON.parse(readFileSync(GOLDEN_FILE, 'utf8'));
    expect(hashOf(walkedThrough().events)).toBe(recorded.eventHash);
  });

  it.each(SHARES)('PL-6: a restart after %d of the bars changes no later event', (share) => {
    const { events, restarts } = walkedThrough();
    const { cut, restarted, eventsBefore } = restarts.get(share) ?? {};
    const expected = events.slice(eventsBefore);
    expect(expected.length).toBeGreaterThan(10);
    const later = restarted === undefined ? [] : runAll(restarted, inputs.slice(cut));
    expect(hashOf(later)).toBe(hashOf(expected));
  });
});

interface Restart {
  readonly cut: number;
  readonly restarted: Engine;
  readonly eventsBefore: number;
}

let walked: { readonly events: readonly EngineEvent[]; readonly restarts: ReadonlyMap<number, Restart> } | null = null;

/** One run over all inputs that nothing interrupts; at each share a fresh engine takes over what a restart brings back. */
function walkedThrough(): NonNullable<typeof walked> {
  if (walked !== null) return walked;
  const engine = goldenEngine();
  const events: EngineEvent[] = [];
  const restarts = new Map<number, Restart>();
  let at = 0;
  for (const share of SHARES) {
    const cut = Math.floor(inputs.length * share);
    events.push(...runAll(engine, inputs.slice(at, cut)));
    restarts.set(share, { cut, restarted: restart(engine, events), eventsBefore: events.length });
    at = cut;
  }
  events.push(...runAll(engine, inputs.slice(at)));
  walked = { events, restarts };
  return walked;
}

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
    thresholds: thresholdsOf(before),
    gated: gatesOf(before),
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

/** Every record in the order in which it was resolved, and the newest book of each strategy and kind. */
function thresholdsOf(events: readonly EngineEvent[]): NonNullable<RestoredBook['thresholds']> {
  const opened = openedIn(events);
  const learned = new Map<string, Mutable<NonNullable<RestoredBook['thresholds']>['learned'][number]>>();
  for (const event of events) {
    if (event.kind === 'thresholds-fitted') {
      const own = learned.get(`${event.book.strategyId} ${event.book.kind}`);
      if (own !== undefined) own.book = JSON.parse(JSON.stringify(event.book));
    }
    const phantom = event.kind === 'phantom-closed' ? opened.get(event.phantomId) : undefined;
    if (event.kind !== 'phantom-closed' || phantom === undefined || event.result.netR === null) continue;
    const { strategyId, context } = phantom.signal;
    const { kind, value: score } = phantom.decision.score;
    if (kind === 'neutral' || !teachesThresholds(phantom.decision)) continue;
    const key = `${strategyId} ${kind}`;
    const own = learned.get(key) ?? { strategyId, kind, book: null, total: 0, newest: [] };
    const { netR, exitTime } = event.result;
    own.newest = [...own.newest, { time: exitTime ?? event.time, score, netR, win: netR > 0, ...context }];
    own.total++;
    learned.set(key, own);
  }
  return { learned: [...learned.values()], minimums: [], executions: [] };
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

function gatesOf(events: readonly EngineEvent[]): NonNullable<RestoredBook['gated']> {
  return [...openedIn(events).values()].flatMap(({ instrumentId, signal, terms, result }) => {
    if (result.outcome !== 'gated') return [];
    const { strategyId, side, structureKey } = signal;
    return [{ instrumentId, strategyId, side, structureKey, until: terms.openedAt + terms.timeoutMs }];
  });
}

function openedIn(events: readonly EngineEvent[]) {
  return new Map(
    events.flatMap((event) => (event.kind === 'phantom-opened' ? [[event.phantom.id, event.phantom] as const] : [])),
  );
}

function keyOf({ instrumentId, kind, time }: Pick<Observation, 'instrumentId' | 'kind' | 'time'>): string {
  return `${kind}|${instrumentId}|${time}`;
}

function livesOf(events: readonly EngineEvent[]): readonly ResolvedLife[] {
  const opened = openedIn(events);
  return events.flatMap((event) => {
    const phantom = event.kind === 'phantom-closed' ? opened.get(event.phantomId) : undefined;
    if (event.kind !== 'phantom-closed' || phantom === undefined) return [];
    return resolvedLife(phantom.signal.strategyId, phantom.signal.cluster, event.result) ?? [];
  });
}
