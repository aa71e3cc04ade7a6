/** Grading history again: both grades stay, the ledger adds up, and a stop loses nothing (PH-10, PH-32). */
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { type Phantom, type PhantomResult, RESOLVER_VERSION } from '#core/domain/phantom.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { resolveTrade } from '#core/phantoms/resolver.ts';
import { AnalysisDesk } from '#main/services/analysis/analysis-desk.ts';
import { regrade } from '#main/services/analysis/regrade.ts';
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

async function regraded(profile: Profile, signal?: AbortSignal) {
  const done = await regrade({
    profile,
    baseTimeframe: '1m',
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
