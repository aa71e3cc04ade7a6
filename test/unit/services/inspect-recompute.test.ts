/** FE-6: what was recorded is what the stored candles give; a change of either is found and named. */
import { describe, expect, it } from 'vitest';
import { invariant } from '#core/base/invariant.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { asStored } from '#core/domain/market-facts.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';
import type { EngineInput } from '#core/engine/messages.ts';
import { EngineKeeper } from '#main/services/engine-keeper.ts';
import { type RecomputeRequest, recompute } from '#main/services/inspect-recompute.ts';
import { withParameters } from '#main/services/strategy-settings.ts';
import type { Profile } from '#main/store/database.ts';
import { fixtureCandles } from '#test/golden/golden-run.ts';
import { ALL_STRATEGIES, type World, worldInputs } from '#test/support/market-world.ts';
import { emptyProfile, putCandles, RESEARCH_SETTINGS } from '#test/support/research-profile.ts';
import { testInstrument } from '#test/support/signals-run.ts';

const BARS = 2_400;
const INSTRUMENTS = ['BTC', 'SOL'].map((base) => testInstrument(base));
const WORLD: World = new Map(
  INSTRUMENTS.map(({ id, base }) => [id, fixtureCandles(`${base}USDT-5m.csv.gz`).slice(0, BARS)]),
);
const SOL: RecomputeRequest = { exchange: 'binance', symbol: 'SOL/USDT', peers: null, from: null, to: null };

/** A session over the fixture's candles with market facts, recorded as a live one is. */
function recordedSession(instruments: readonly Instrument[] = INSTRUMENTS, strategies = ALL_STRATEGIES): Profile {
  const profile = emptyProfile();
  for (const { id, symbol } of instruments) putCandles(profile, symbol, '5m', WORLD.get(id) ?? []);
  profile.notes.putInstruments(instruments);
  const keeper = EngineKeeper.restore({
    profile,
    instruments,
    strategies,
    settings: { stage: 'shadow', riskPerTrade: 0.005, disabledStrategies: [], ...RESEARCH_SETTINGS },
    account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
  });
  const inputs = worldInputs(
    new Map([...WORLD].filter(([id]) => instruments.some((i) => i.id === id))),
    timeframeMs('5m'),
  );
  // Facts as they are stored: rounded, and of every second bar only.
  const told = inputs.flatMap((input): readonly EngineInput[] => {
    if (input.kind !== 'market') return [input];
    const openTime = input.time + 1 - timeframeMs('5m');
    if ((openTime / timeframeMs('5m')) % 2 === 0) return [];
    const facts = asStored(input.facts);
    profile.notes.facts.write([{ instrumentId: input.instrumentId, timeframe: '5m', openTime, facts }]);
    return [{ ...input, facts }];
  });
  keeper.applyBulk(told);
  return profile;
}

function reportOf(profile: Profile, request: Partial<RecomputeRequest> = {}) {
  const report = recompute(profile, { ...SOL, ...request }, RESEARCH_SETTINGS);
  invariant(report.ok, 'the check runs');
  return report.value;
}

describe('recomputing recorded vectors', () => {
  it('FE-6, PL-6: a recorded session is found again to the bit: every set of every strategy, market facts included', () => {
    const profile = recordedSession();
    const report = reportOf(profile);
    expect(report).toMatchObject({ differing: 0, differences: [], notFound: [], otherVersions: 0, onlyOnOneSide: 0 });
    expect(report.signals).toBe(profile.history.count({ instrumentIds: ['binance:SOL/USDT'] }));
    expect(report.signals).toBeGreaterThan(30);
    // Each signal has its own set, `immediate` and `quality` at least.
    expect(report.vectors).toBeGreaterThanOrEqual(3 * report.signals);
    const third = WORLD.get('binance:SOL/USDT')?.[BARS / 3]?.openTime ?? 0;
    const part = reportOf(profile, {
      from: third,
      to: 2 * third - (WORLD.get('binance:SOL/USDT')?.[0]?.openTime ?? 0),
    });
    expect(part.signals).toBeGreaterThan(0);
    expect(part.signals).toBeLessThan(report.signals);
    expect(part.differing).toBe(0);
  });

  it('FE-6: what the trader set of a strategy is found again with it, and not with what the strategy came with', () => {
    const parameters = { range_fade: { minimumBars: 28 } };
    const sol = INSTRUMENTS.filter(({ base }) => base === 'SOL');
    const profile = recordedSession(sol, withParameters(ALL_STRATEGIES, parameters));
    expect(reportOf(profile, { parameters })).toMatchObject({ differing: 0, notFound: [], onlyOnOneSide: 0 });
    const byDefault = reportOf(profile);
    expect(byDefault.differing + byDefault.notFound.length).toBeGreaterThan(0);
  });

  it('FE-6: a candle that changed afterwards shows in the features that looked at it', () => {
    const profile = recordedSession();
    const candles = WORLD.get('binance:SOL/USDT') ?? [];
    const changed = candles[1_500];
    invariant(changed !== undefined, 'there is such a bar');
    putCandles(profile, 'SOL/USDT', '5m', [{ ...changed, volume: changed.volume * 3 }]);
    const report = reportOf(profile);
    expect(report.differing).toBeGreaterThan(0);
    const features = new Set(report.differences.map(({ feature }) => feature));
    expect([...features].some((name) => name.includes('volume'))).toBe(true);
    const [difference] = report.differences;
    expect(difference?.recorded).not.toBe(difference?.recomputed);
    // What was recorded before the change is as it was.
    expect(reportOf(profile, { to: changed.openTime }).differing).toBe(0);
  });

  it('FE-6: without its leader the features that look at it differ, and only they and what hangs on them', () => {
    const report = reportOf(recordedSession(), { peers: [] });
    expect(report.differing).toBeGreaterThan(0);
    // What the past knows counts the signals of all instruments together (FE-2).
    const features = new Set(report.differences.map(({ feature }) => feature));
    const own = [...features].filter((name) => !name.endsWith('_past') && name !== 'recent_win_rate');
    expect(own.sort()).toEqual(['independence', 'leader_correlation']);
  });

  it('a market that is not stored is a fault that says what is', () => {
    const answer = recompute(emptyProfile(), SOL, RESEARCH_SETTINGS);
    expect(answer.ok ? null : answer.error.kind).toBe('no-candles');
  });
});
