import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import type { Phantom, PhantomResult } from '#core/domain/phantom.ts';
import type { EngineEvent, EngineSettings } from '#core/engine/messages.ts';
import { ThresholdDesk } from '#core/engine/threshold-desk.ts';
import { writeEvent } from '#main/services/engine-keeper.ts';
import { phantomWatch } from '#main/services/thresholds/phantom-watch.ts';
import { restoredThresholds } from '#main/services/thresholds/restored-thresholds.ts';
import { thresholdHistory, thresholdsNow } from '#main/services/thresholds/threshold-views.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import type { StepWriter } from '#main/store/step-writer.ts';
import { makePhantom, NOON, resolvedResult } from '#test/support/phantom-fixtures.ts';
import { emptyProfile } from '#test/support/research-profile.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const MINUTE = 60_000;
const SETTINGS: EngineSettings = {
  stage: 'advisory',
  riskPerTrade: 0.005,
  fixedMinimumScore: null,
  slippageBps: 2,
  disabledStrategies: [],
};
const REGIMES = ['normal', 'normal', null] as const;

interface Life {
  readonly phantom: Phantom;
  readonly result: PhantomResult;
  readonly time: number;
}

/** Wins become likely from a score of 78 on; every tenth is one that teaches nothing. */
function lives(count: number): readonly Life[] {
  const random = createRandom('threshold desk');
  return Array.from({ length: count }, (_, index) => {
    const base = makePhantom({ time: NOON + 37 * index * MINUTE });
    const value = Math.round(10 * (40 + 60 * random.next())) / 10;
    const regime = REGIMES[random.integer(3)] ?? null;
    const disposition = index % 10 === 9 ? ('gated' as const) : ('shadow' as const);
    const phantom: Phantom = {
      ...base,
      signal: { ...base.signal, context: { ...base.signal.context, regime } },
      decision: { ...base.decision, disposition, score: { ...base.decision.score, kind: 'heuristic', value } },
    };
    const wins = random.next() < 1 / (1 + Math.exp((78 - value) / 5));
    const result = { ...resolvedResult(phantom, wins ? 'win' : 'loss'), netR: wins ? 1.6 : -1.1 };
    return { phantom, result, time: result.exitTime ?? base.signal.time };
  });
}

function open(folder: string): Profile {
  const opened = openProfile(folder);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** Resolves all, with a restart from the record after each of `cuts`; gives the events and what is chosen at the end. */
function run(all: readonly Life[], cuts: ReadonlySet<number>, settings = SETTINGS) {
  const folder = temporaryFolder();
  let profile = open(folder);
  let desk = new ThresholdDesk();
  const events: EngineEvent[] = [];
  const waiting: ((writer: StepWriter) => void)[] = [];
  const write = () => {
    profile.record.step((writer) => {
      for (const work of waiting.splice(0)) work(writer);
    });
  };
  all.forEach(({ phantom, result, time }, index) => {
    const said: EngineEvent[] = [];
    desk.onResolved(phantom, result, time, settings, said);
    waiting.push((writer) => {
      writer.phantomOpened(phantom.signal.time, phantom);
      writer.phantomClosed(time, phantom.id, result, false);
      for (const event of said) writeEvent(writer, event);
    });
    events.push(...said);
    if (cuts.has(index) || index === all.length - 1) write();
    if (!cuts.has(index)) return;
    profile.close();
    profile = open(folder);
    desk = new ThresholdDesk();
    desk.restore(restoredThresholds(profile.thresholds));
  });
  const context = { session: 'european', regime: 'normal' } as const;
  const chosen = desk.choose('trend_pullback', 'heuristic', context, settings, null);
  return { events, chosen, profile };
}

describe('thresholds of the engine', () => {
  it('PL-6, DE-2: cut off anywhere and restored from the record, it fits the same books to the byte', () => {
    const all = lives(400);
    const whole = run(all, new Set());
    const cut = run(all, new Set([10, 55, 56, 120, 166, 167, 333]));
    expect(JSON.stringify(cut.events)).toBe(JSON.stringify(whole.events));
    expect(cut.chosen).toEqual(whole.chosen);
    // 360 of 400 teach: a fit at 50 and every 50 from there on.
    expect(whole.events.map((event) => (event.kind === 'thresholds-fitted' ? event.book.records : null))).toEqual([
      50, 100, 150, 200, 250, 300, 350,
    ]);
    expect(whole.chosen).toMatchObject({ source: 'context' });
    expect(whole.chosen.value).toBeGreaterThanOrEqual(70);
    expect(whole.chosen.value).toBeLessThanOrEqual(90);
    whole.profile.close();
    cut.profile.close();
  });

  it('DE-1: nothing learned gives 70, and a fixed minimum replaces what was learned', () => {
    const desk = new ThresholdDesk();
    const context = { session: 'us', regime: 'low' } as const;
    expect(desk.choose('s', 'heuristic', context, SETTINGS, null)).toMatchObject({ value: 70, source: 'default' });
    const fixed = run(lives(60), new Set(), { ...SETTINGS, fixedMinimumScore: 55 });
    expect(fixed.chosen).toMatchObject({ value: 55, source: 'fixed' });
    fixed.profile.close();
  });

  it('DE-1, DE-3, PH-22: the views show what a decision would take, each context with its own count, page by page', () => {
    const all = lives(400);
    const { profile, chosen } = run(all, new Set());
    const { contexts } = thresholdsNow(profile.thresholds, SETTINGS, { strategyId: 'trend_pullback' });
    expect(contexts.map(({ kind, decides }) => [kind, decides])).toEqual([
      ['heuristic', true],
      ['quality', false],
    ]);
    const [learned] = contexts;
    expect(learned).toMatchObject({ version: 7, records: 360, window: 360, nextFitAt: 400 });
    expect(learned?.cells).toHaveLength(16);
    const cell = learned?.cells.find(({ session, regime }) => session === 'european' && regime === 'normal');
    expect(cell).toMatchObject({ threshold: chosen.value, source: chosen.source, evidence: chosen.evidence });
    for (const { session, regime, earned } of learned?.cells ?? []) {
      const mine = all.filter(
        ({ phantom: { signal, decision } }) =>
          decision.disposition === 'shadow' && signal.context.session === session && signal.context.regime === regime,
      );
      expect(earned?.count ?? 0).toBe(mine.length);
      const sum = mine.reduce((total, { result }) => total + (result.netR ?? 0), 0);
      if (earned !== null) expect(earned.netR).toBeCloseTo(sum / mine.length, 9);
    }
    const first = thresholdHistory(profile.thresholds, {}, null, 5);
    const rest = thresholdHistory(profile.thresholds, {}, first.next, 5);
    expect([...first.entries, ...rest.entries].map(({ version }) => version)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(rest.next).toBeNull();
    expect(rest.entries.at(-1)).toMatchObject({ who: 'engine', records: 50, moves: [{ context: null, from: null }] });
    const watch = phantomWatch(profile.thresholds, [], all.at(-1)?.time ?? 0, 30);
    const newest = all.filter(({ phantom }) => phantom.decision.disposition === 'shadow').slice(-200);
    const wins = newest.filter(({ result }) => result.netR === 1.6).length;
    // PH-22: the newest 200, and what was gated by day.
    expect(watch.winRates).toMatchObject([{ strategyId: 'trend_pullback', resolved: 200, wins, isTooFew: false }]);
    expect(watch.refused.reduce((sum, { count }) => sum + count, 0)).toBe(40);
    expect(first.entries[0]?.why).toBe('50 more signals were resolved (350)');
    profile.close();
  });

  it('ML-51: the minimum now comes with its steps, newest first; executions without a step are none', () => {
    const profile = emptyProfile();
    const values = [70, 70, 72, 72, 74, 72];
    values.forEach((value, at) => {
      const minimum = { scale: 'score', value, resolved: 18 + 20 * at, steppedAt: 0, recent: [1, 0, 1] };
      profile.record.step((writer) => {
        writer.minimumPut(1_000 + at, 'trend_pullback', 'score', value, minimum);
        writer.minimumPut(1_000 + at, 'scalp', 'score', 70, { ...minimum, value: 70 });
      });
    });
    const { minimums } = thresholdsNow(profile.thresholds, SETTINGS, {});
    expect(minimums.map(({ strategyId, value }) => [strategyId, value])).toEqual([
      ['scalp', 70],
      ['trend_pullback', 72],
    ]);
    expect(minimums[0]?.moves).toEqual([]);
    expect(minimums[1]?.moves).toEqual([
      { time: 1_005, from: 74, to: 72, executions: 118 },
      { time: 1_004, from: 72, to: 74, executions: 98 },
      { time: 1_002, from: 70, to: 72, executions: 58 },
    ]);
  });
});
