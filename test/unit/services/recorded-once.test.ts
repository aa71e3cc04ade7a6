/** A signal is recorded once (PH-1): whatever bars come again, and whatever a file brought before. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PhantomFilter } from '#contract/areas/phantoms.ts';
import { invariant } from '#core/base/invariant.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';
import { openPhantomFile } from '#main/files/phantom-import.ts';
import { EngineKeeper } from '#main/services/engine-keeper.ts';
import { exportPhantomFile } from '#main/services/phantom-export.ts';
import { importPhantoms } from '#main/services/phantom-import.ts';
import type { Profile } from '#main/store/database.ts';
import { emptyProfile } from '#test/support/research-profile.ts';
import { BTC, draftAround, MINUTE, SETTINGS, START, scriptedStrategy } from '#test/support/scripted-desk.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const HOUR = 60;
const IN_FIVES: Instrument = { ...BTC, baseTimeframe: '5m' };
/** A long at each quarter of an hour, each of another structure. */
const strategy = scriptedStrategy((now, close) => draftAround(close, { structureKey: `at ${now}` }));

function keeperOf(profile: Profile, instrument = BTC): EngineKeeper {
  return EngineKeeper.restore({
    profile,
    instruments: [instrument],
    strategies: [{ strategy, parameters: {} }],
    settings: { ...SETTINGS, stage: 'shadow' },
    account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
  });
}

/** Bars that rise and fall by one around 100. */
function barsOf({ baseTimeframe }: Instrument, fromMinute: number, toMinute: number): readonly Candle[] {
  const step = timeframeMs(baseTimeframe) / MINUTE;
  const bars: Candle[] = [];
  for (let minute = fromMinute; minute < toMinute; minute += step) {
    bars.push({ openTime: START + minute * MINUTE, open: 100, high: 101, low: 99, close: 100, volume: 1 });
  }
  return bars;
}

/** Stores the bars and works them as history. */
function work(
  { profile, keeper }: { readonly profile: Profile; readonly keeper: EngineKeeper },
  instrument: Instrument,
  from: number,
  to: number,
) {
  const bars = barsOf(instrument, from, to);
  const durationMs = timeframeMs(instrument.baseTimeframe);
  invariant(profile.candles.write(instrument.id, instrument.baseTimeframe, bars, START).ok, 'the bars are stored');
  const faults: string[] = [];
  onTestFinished(keeper.failed.on(({ message }) => faults.push(message)));
  keeper.applyBulk(
    bars.map((candle) => ({
      kind: 'bars',
      closeTime: candle.openTime + durationMs,
      bars: [{ instrumentId: instrument.id, candle }],
      origin: 'bootstrap',
    })),
  );
  expect(faults).toEqual([]);
}

const idsOf = (profile: Profile) =>
  [...profile.exportPhantoms({}, { by: 'openedAt', direction: 'ascending' })].map(({ row }) => row.id);
const workedUntil = (profile: Profile) => ((profile.loadOpen().workedBars[0]?.closeTime ?? 0) - START) / MINUTE;

describe('a signal is recorded once', () => {
  it('PH-1, MK-3: also when the base timeframe changes and history comes again in other bars, there and back', () => {
    const profile = emptyProfile();
    work({ profile, keeper: keeperOf(profile) }, BTC, 0, 12 * HOUR + 2);
    const before = idsOf(profile);
    expect(before.length).toBeGreaterThan(10);

    work({ profile, keeper: keeperOf(profile, IN_FIVES) }, IN_FIVES, 0, 14 * HOUR);
    const after = idsOf(profile);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.length).toBe(before.length + 8);
    expect(workedUntil(profile)).toBe(14 * HOUR);

    work({ profile, keeper: keeperOf(profile) }, BTC, 0, 15 * HOUR);
    expect(idsOf(profile).length).toBe(after.length + 4);
    expect(profile.check()).toEqual([]);
  });

  it('PH-1, RE-1: nor when candles were lost and bars come again that were worked, cut off on the way', () => {
    const profile = emptyProfile();
    work({ profile, keeper: keeperOf(profile) }, BTC, 0, 8 * HOUR);
    const before = idsOf(profile);
    const lost = { ...profile, candles: emptyProfile().candles } as Profile;
    const cut = keeperOf(lost);
    work({ profile: lost, keeper: cut }, BTC, 0, 5 * HOUR);
    expect(workedUntil(profile)).toBe(8 * HOUR);
    work({ profile: lost, keeper: keeperOf(lost) }, BTC, 0, 9 * HOUR);
    expect(idsOf(profile).slice(0, before.length)).toEqual(before);
    expect(idsOf(profile).length).toBe(before.length + 4);
  });

  it('WS-21: a history that a file brought steps aside for the desk that finds the same signals; nothing of it is lost', async () => {
    const first = emptyProfile();
    work({ profile: first, keeper: keeperOf(first) }, BTC, 0, 12 * HOUR);
    const path = join(temporaryFolder(), 'history.csv');
    const ended: PhantomFilter = { outcomes: ['win', 'loss', 'timeout'] };
    const exported = await exportPhantomFile({ profile: first, request: { filter: ended, format: 'csv', file: path } });
    invariant(exported.ok, 'the history is exported');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(',bootstrap,', ',executed,'));

    const second = emptyProfile();
    const file = openPhantomFile(path);
    invariant(file.ok, 'the file is one of ours');
    const report = importPhantoms({ profile: second, file: file.value, accept: true, now: START });
    invariant(report.ok && report.value.accepted > 5, 'the file is imported and accepted');
    const brought = idsOf(second);
    const keeper = keeperOf(second);
    const aside: number[] = [];
    keeper.steppedAside.on((count) => aside.push(count));
    work({ profile: second, keeper }, BTC, 0, 12 * HOUR);

    expect(aside).toEqual([brought.length]);
    const own = idsOf(first);
    expect(new Set(idsOf(second))).toEqual(new Set([...own, ...brought.map((id) => `file:${id}`)]));
    for (const id of brought) {
      expect(second.history.detail(id)?.row.disposition).toBe('bootstrap');
      const kept = second.history.detail(`file:${id}`);
      expect(kept?.row.disposition).toBe('imported');
      expect(kept?.phantom.id).toBe(kept?.phantom.signal.id);
      expect(kept?.events.map(({ decision }) => decision?.disposition)).toContain('executed');
      expect(kept?.row.dispositionReason).toContain('this desk has found the same signal itself');
    }
    // Accepting the file again counts no signal twice.
    const again = importPhantoms({ profile: second, file: file.value, accept: true, now: START });
    expect(again.ok && again.value).toMatchObject({ imported: 0, accepted: 0, known: brought.length });
    expect(second.check()).toEqual([]);
  });
});
