/** Grading history again: both grades stay, the ledger adds up, and a stop loses nothing (PH-10, PH-32). */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Emitter } from '#core/base/emitter.ts';
import type { Candle } from '#core/domain/candle.ts';
import { type Phantom, type PhantomResult, RESOLVER_VERSION } from '#core/domain/phantom.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { resolveTrade } from '#core/phantoms/resolver.ts';
import { AnalysisDesk } from '#main/services/analysis/analysis-desk.ts';
import { type RegradeOptions, regrade } from '#main/services/analysis/regrade.ts';
import { RevisionWatch } from '#main/services/analysis/revision-watch.ts';
import { DeskLog } from '#main/services/desk-log.ts';
import type { EngineStep } from '#main/services/engine-keeper.ts';
import type { SettingsService } from '#main/services/settings-service.ts';
import { restoredThresholds } from '#main/services/thresholds/restored-thresholds.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { makePhantom, NOON, resolvedResult } from '../../support/phantom-fixtures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const OLD = RESOLVER_VERSION - 1;
const REAL = { simulated: false } as const;
const [KNOWN, UNKNOWN] = ['binance:BTC/USDT', 'binance:ETH/USDT'];

function candlesFrom(openTime: number): Candle[] {
  return Array.from({ length: 600 }, (_, bar) => {
    const open = 100 + 6 * Math.sin(bar / 40);
    return { openTime: openTime + bar * MINUTE_MS, open, high: open + 0.3, low: open - 0.3, close: open, volume: 1 };
  });
}

function phantomAt(index: number, instrumentId = KNOWN as string) {
  return makePhantom({ instrumentId, time: NOON + index * MINUTE_MS });
}

type Grade = (phantom: Phantom) => PhantomResult;

const gradedBefore: Grade = (phantom) => ({ ...resolvedResult(phantom, 'loss'), resolverVersion: OLD });

/** Forty phantoms, and one whose candles nobody has. */
function recorded(grade = gradedBefore): Profile {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  const profile = opened.value;
  profile.candles.write(KNOWN as string, '1m', candlesFrom(NOON), NOON);
  for (const phantom of [...Array.from({ length: 40 }, (_, at) => phantomAt(at)), phantomAt(0, UNKNOWN)]) {
    const result = grade(phantom);
    const written = profile.record.step((writer) => {
      writer.phantomOpened(phantom.signal.time, phantom);
      writer.phantomClosed(result.exitTime ?? 0, phantom.id, result, false);
    });
    expect(written.ok).toBe(true);
  }
  return profile;
}

async function regraded(profile: Profile, signal?: AbortSignal, more: Partial<RegradeOptions> = {}) {
  const done = await regrade({
    profile,
    baseTimeframe: '1m',
    scope: 'all',
    ...more,
    wallClock: () => NOON,
    progress: () => undefined,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!done.ok) throw new Error(done.error.message);
  return done.value;
}

describe('grading again', () => {
  it('PH-10: every phantom with candles gets what the resolver of now says, the others stay', async () => {
    const profile = recorded();
    expect(await regraded(profile)).toMatchObject({ graded: 40, withoutCandles: 1, stopped: false });
    for (let at = 0; at < 40; at++) {
      const phantom = phantomAt(at);
      expect(profile.history.detail(phantom.id)?.phantom.result).toEqual(
        resolveTrade(phantom.terms, '1m', candlesFrom(NOON)),
      );
    }
    expect(profile.history.detail(phantomAt(0, UNKNOWN).id)?.phantom.result.resolverVersion).toBe(OLD);
    expect(await regraded(profile)).toMatchObject({ graded: 0, withoutCandles: 1 });
    expect(profile.check()).toEqual([]);
    profile.close();
  });

  it('PH-10, PH-32: the ledger adds up before and after, per version, and never mixes them', async () => {
    const profile = recorded();
    const desk = new AnalysisDesk(profile.analysis, () => 0);
    const ledgerOf = async (resolverVersion: number) => {
      const { lines, total, scope } = await desk.calls['analysis.ledger']({ ...REAL, resolverVersion });
      expect(Math.abs(lines.reduce((sum, { netR }) => sum + netR, 0) - total.netR)).toBeLessThan(1e-9);
      return { total: total.netR, resolved: total.resolved, others: scope.otherVersions };
    };
    const before = await ledgerOf(OLD);
    expect(before).toMatchObject({ resolved: 41, others: 0 });
    expect(await ledgerOf(RESOLVER_VERSION)).toEqual({ total: 0, resolved: 0, others: 41 });
    const { netRChange } = await regraded(profile);
    expect(await ledgerOf(OLD)).toEqual(before);
    const after = await ledgerOf(RESOLVER_VERSION);
    expect(after).toMatchObject({ resolved: 40, others: 1 });
    const left = profile.history.detail(phantomAt(0, UNKNOWN).id)?.row.netR ?? 0;
    expect(after.total).toBeCloseTo(before.total - left + netRChange, 9);
    profile.close();
  });

  it('PH-10, PL-6: thresholds and the memory of lives come back as if the rules of now had always graded', async () => {
    const remembered = (profile: Profile) => {
      const { learned } = restoredThresholds(profile.thresholds);
      const lives = [...profile.loadOpen().recentlyResolved.values()].flat();
      const [rate] = profile.thresholds.winRates(50);
      return {
        thresholds: learned.flatMap(({ newest }) => newest),
        byQuality: profile.thresholds.newestByQuality('trend_pullback', 50),
        lives: lives.map(({ id, result }) => ({ id, result })),
        rate,
      };
    };
    const profile = recorded();
    const nothing = { thresholds: [], byQuality: [], lives: [] };
    expect(remembered(profile)).toMatchObject({ ...nothing, rate: { resolved: 0, wins: 0 } });
    await regraded(profile);
    // What could not be graded again has no part in it either.
    const fresh = recorded((phantom) =>
      phantom.instrumentId === UNKNOWN ? gradedBefore(phantom) : resolveTrade(phantom.terms, '1m', candlesFrom(NOON)),
    );
    expect(remembered(profile)).toEqual(remembered(fresh));
    expect(remembered(profile).lives).toHaveLength(40);
    expect(remembered(profile).thresholds).toHaveLength(40);
    for (const open of [profile, fresh]) open.close();
  });

  it('PH-10: stopped before it began it changes nothing, and goes on next time', async () => {
    const profile = recorded();
    expect(await regraded(profile, AbortSignal.abort())).toMatchObject({ graded: 0, stopped: true });
    expect(await regraded(profile)).toMatchObject({ graded: 40, stopped: false });
    profile.close();
  });
});

const asResolved: Grade = (phantom) => resolveTrade(phantom.terms, '1m', candlesFrom(NOON));

/** A spike through everything in minute 20: whoever is open then and long has its stop taken. */
const revisedBar = () => {
  const bar = candlesFrom(NOON)[20] as Candle;
  return { ...bar, high: bar.high + 40, low: bar.low - 40 };
};

const kept = (profile: Profile) =>
  profile.grades
    .page({ notOfVersion: null, instrumentIds: [KNOWN as string], phantomNos: [] }, 0, 100)
    .map(({ no, result }) => ({ no, result }));

describe('MK-3: bars that were changed after they closed', () => {
  it('closed phantoms stay as they are until they are graded again; the old grade is kept', async () => {
    const profile = recorded(asResolved);
    const before = kept(profile);
    expect(await regraded(profile)).toMatchObject({ graded: 0, changed: 0 });
    profile.candles.write(KNOWN as string, '1m', [revisedBar()], NOON);
    expect(kept(profile)).toEqual(before);
    const dry = await regraded(profile, undefined, { scope: 'revised', dryRun: true });
    expect(dry.changed).toBeGreaterThan(3);
    expect(kept(profile)).toEqual(before);

    const series = candlesFrom(NOON).with(20, revisedBar());
    const expected = new Map(
      Array.from({ length: 40 }, (_, at) => phantomAt(at)).map((phantom) => [
        phantom.id,
        resolveTrade(phantom.terms, '1m', series),
      ]),
    );
    const done = await regraded(profile, undefined, { scope: 'revised' });
    expect(done.changed).toBe(dry.changed);
    expect(done.netRChange).toBeCloseTo(dry.netRChange, 12);
    for (const [id, result] of expected) expect(profile.history.detail(id)?.phantom.result).toEqual(result);
    const after = kept(profile);
    const changed = before.filter(({ result }, at) => JSON.stringify(result) !== JSON.stringify(after[at]?.result));
    expect(changed).toHaveLength(done.changed);
    for (let at = 0; at < 40; at++) {
      const { outcome, netR, exitTime } = (before[at] as (typeof before)[number]).result;
      const isChanged = changed.some(({ no }) => no === before[at]?.no);
      expect(profile.earlierGrades(phantomAt(at).id)).toEqual(
        isChanged ? [{ reason: 'revised', outcome, netR, exitTime, replacedAt: NOON }] : [],
      );
    }
    // Each was resolved again for this change: it is not looked at twice, until the bar changes once more.
    expect(await regraded(profile, undefined, { scope: 'revised' })).toMatchObject({ graded: 0, changed: 0 });
    profile.candles.write(KNOWN as string, '1m', [candlesFrom(NOON)[20] as Candle], NOON);
    expect((await regraded(profile, undefined, { scope: 'revised' })).changed).toBe(done.changed);
    expect(kept(profile)).toEqual(before);
    expect(profile.check()).toEqual([]);
    profile.close();
  });

  it('a phantom that had ended before the bar, or opened after it, is not resolved again; nor for volume alone', async () => {
    const profile = recorded(asResolved);
    const bar = candlesFrom(NOON)[20] as Candle;
    profile.candles.write(KNOWN as string, '1m', [{ ...bar, volume: 99 }], NOON);
    expect(await regraded(profile, undefined, { scope: 'revised' })).toMatchObject({ graded: 0 });
    profile.candles.write(KNOWN as string, '1m', [revisedBar()], NOON);
    const open = kept(profile).filter(
      ({ result }, at) => at * MINUTE_MS <= 20 * MINUTE_MS && (result.exitTime ?? 0) >= NOON + 20 * MINUTE_MS,
    );
    expect((await regraded(profile, undefined, { scope: 'revised' })).graded).toBe(open.length);
    expect(open.length).toBeLessThan(40);
    profile.close();
  });

  it('PH-32: the figures of the record are those after the grading, once each', async () => {
    const profile = recorded(asResolved);
    const desk = new AnalysisDesk(profile.analysis, () => 0);
    const total = async () => (await desk.calls['analysis.ledger'](REAL)).total;
    const before = await total();
    profile.candles.write(KNOWN as string, '1m', [revisedBar()], NOON);
    const { netRChange } = await regraded(profile, undefined, { scope: 'revised' });
    const after = await total();
    expect(after.netR - before.netR).toBeCloseTo(netRChange, 9);
    expect(netRChange).not.toBe(0);
    expect(after.resolved).toBe(before.resolved);
    profile.close();
  });
});

describe('MK-3: the watch', () => {
  function watched(profile: Profile, connection: 'live' | 'bootstrapping' = 'live') {
    const said: string[] = [];
    const session = {
      revised: new Emitter<string>(),
      stepped: new Emitter<EngineStep>(),
      state: { connection, message: '', remedy: '', progress: null },
      now: () => NOON,
      startAnew: async (message: string) => void said.push(message),
    };
    const settings = { current: { baseTimeframe: '1m' } } as SettingsService;
    const log = new DeskLog(profile.desk, () => NOON);
    const watch = new RevisionWatch({ profile, session, settings, log, wallClock: () => NOON }, () =>
      said.push(`outdated ${watch.outdated}`),
    );
    onTestFinished(() => watch.close());
    const closing = [{ kind: 'phantom-closed' }] as unknown as EngineStep['events'];
    const step = () => session.stepped.emit({ input: { kind: 'heartbeat', time: NOON }, events: closing });
    return { watch, said, log, step };
  }

  it('tells how many would have another result; at the click they get it, and the engine starts anew', async () => {
    const profile = recorded(asResolved);
    const { watch, said, log } = watched(profile);
    await watch.look();
    expect([watch.outdated, said]).toEqual([0, []]);
    profile.candles.write(KNOWN as string, '1m', [revisedBar()], NOON);
    const before = kept(profile);
    await watch.look();
    expect(watch.outdated).toBeGreaterThan(3);
    expect(kept(profile)).toEqual(before);
    const answer = await watch.regrade();
    expect(answer).toMatchObject({ done: true, message: expect.stringContaining('have another result') });
    expect(said).toEqual([
      expect.stringMatching(/^outdated \d+$/),
      'outdated 0',
      expect.stringContaining('graded again'),
    ]);
    expect(log.tail().at(-1)).toMatchObject({ level: 'notice', message: answer.message });
    expect(kept(profile)).not.toEqual(before);
    await watch.look();
    expect(watch.outdated).toBe(0);
    watch.close();
    profile.close();
  });

  it('looks again once something closes that may have lived on a changed bar, and not otherwise', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const profile = recorded(asResolved);
    const { watch, step, said } = watched(profile);
    const later = async () => {
      await vi.advanceTimersByTimeAsync(3_000);
      // Pages are worked between other work.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    };
    await later();
    profile.candles.write(KNOWN as string, '1m', [revisedBar()], NOON);
    step();
    await later();
    expect(said).toEqual([]);
    await watch.look();
    expect(said).toHaveLength(1);
    // One more that lived on it closes.
    const late = makePhantom({ instrumentId: KNOWN as string, time: NOON, strategyId: 'scalp' });
    const result = resolveTrade(late.terms, '1m', candlesFrom(NOON));
    profile.record.step((writer) => {
      writer.phantomOpened(late.signal.time, late);
      writer.phantomClosed(result.exitTime ?? 0, late.id, result, false);
    });
    step();
    await later();
    expect(said).toHaveLength(2);
    watch.close();
    profile.close();
  });

  it('waits for the end of a history run, and looks no more once it is closed', async () => {
    const profile = recorded(asResolved);
    const { watch } = watched(profile, 'bootstrapping');
    expect(await watch.regrade()).toMatchObject({ done: false });
    const looking = watch.look();
    watch.close();
    profile.close();
    await looking;
  });
});

describe('PH-12: finer candles that are stored by now', () => {
  const FIVE = 5 * MINUTE_MS;

  /** 5m bars around 100, every fourth of which reaches stop and target. */
  function coarse(): Candle[] {
    return Array.from({ length: 120 }, (_, at) => {
      const reach = at % 4 === 1 ? 9 : 0.3;
      return { openTime: NOON + at * FIVE, open: 100, high: 100 + reach, low: 100 - reach, close: 100, volume: 5 };
    });
  }

  /** Minutes of each bar that reach its high in the second and its low in the fourth one. */
  function refined(): Candle[] {
    return coarse().flatMap(({ openTime, open, high, low, close }) =>
      [0, 1, 2, 3, 4].map((minute) => ({
        openTime: openTime + minute * MINUTE_MS,
        open: minute === 0 ? open : minute < 4 ? (open + close) / 2 : close,
        high: minute === 1 ? high : Math.max(open, close),
        low: minute === 3 ? low : Math.min(open, close),
        close,
        volume: 1,
      })),
    );
  }

  function recordedOnFive(): Profile {
    const opened = openProfile(temporaryFolder());
    if (!opened.ok) throw new Error(opened.error.message);
    const profile = opened.value;
    profile.candles.write(KNOWN as string, '5m', coarse(), NOON);
    for (let at = 0; at < 20; at++) {
      const phantom = phantomAt(at * 5);
      const result = resolveTrade(phantom.terms, '5m', coarse());
      profile.record.step((writer) => {
        writer.phantomOpened(phantom.signal.time, phantom);
        writer.phantomClosed(result.exitTime ?? 0, phantom.id, result, false);
      });
    }
    return profile;
  }

  it('settle what was ambiguous; before and after are told, and nothing is done without them', async () => {
    const profile = recordedOnFive();
    const five = { baseTimeframe: '5m' } as const;
    const ambiguous = kept(profile).filter(({ result }) => result.ambiguous).length;
    expect(ambiguous).toBeGreaterThan(3);
    expect(await regraded(profile, undefined, five)).toMatchObject({ graded: 0 });
    profile.candles.write(KNOWN as string, '1m', refined(), NOON);
    const done = await regraded(profile, undefined, five);
    expect(done).toMatchObject({ graded: 20, ambiguousBefore: ambiguous, ambiguousAfter: 0, withoutCandles: 0 });
    expect(done.changed).toBeGreaterThanOrEqual(ambiguous);
    for (let at = 0; at < 20; at++) {
      const { id, terms } = phantomAt(at * 5);
      const fine = { durationMs: MINUTE_MS, candles: refined() };
      expect(profile.history.detail(id)?.phantom.result).toEqual(resolveTrade(terms, '5m', coarse(), fine));
    }
    const earlier = Array.from({ length: 20 }, (_, at) => profile.earlierGrades(phantomAt(at * 5).id)).flat();
    expect([earlier.length, new Set(earlier.map(({ reason }) => reason))]).toEqual([done.changed, new Set(['finer'])]);
    expect(await regraded(profile, undefined, five)).toMatchObject({ changed: 0 });
    profile.close();
  });

  it('what was walked on 1m bars is resolved on them, whatever the setting is now', async () => {
    const profile = recorded(asResolved);
    const before = kept(profile);
    profile.candles.write(KNOWN as string, '5m', coarse(), NOON);
    expect(await regraded(profile, undefined, { baseTimeframe: '5m' })).toMatchObject({ graded: 40, changed: 0 });
    expect(kept(profile)).toEqual(before);
    profile.close();
  });
});
