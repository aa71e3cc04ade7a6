/** FE-13, FE-2, PL-1: a sentiment index from a file: checked, kept with when it came, and the same live and in a replay. */
import { describe, expect, it } from 'vitest';
import { invariant } from '#core/base/invariant.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { parseSentiment } from '#main/files/sentiment-csv.ts';
import { EngineKeeper } from '#main/services/engine-keeper.ts';
import { FileImports } from '#main/services/file-imports.ts';
import { recompute } from '#main/services/inspect-recompute.ts';
import { replay } from '#main/services/replay.ts';
import { EventHash } from '#main/services/research/event-hash.ts';
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
const INPUTS = worldInputs(WORLD, timeframeMs('5m'), false);
const START = WORLD.get('binance:SOL/USDT')?.[0]?.openTime ?? 0;
const HOUR = 3_600_000;

function keeperOn(profile: Profile): EngineKeeper {
  return EngineKeeper.restore({
    profile,
    instruments: INSTRUMENTS,
    strategies: ALL_STRATEGIES,
    settings: { stage: 'shadow', riskPerTrade: 0.005, disabledStrategies: [], ...RESEARCH_SETTINGS },
    account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
  });
}

function profileWithCandles(): Profile {
  const profile = emptyProfile();
  for (const { id, symbol } of INSTRUMENTS) putCandles(profile, symbol, '5m', WORLD.get(id) ?? []);
  profile.notes.putInstruments(INSTRUMENTS);
  return profile;
}

/** Every six hours of the whole fixture and before it, another value each. */
function indexCsv(shift: number): string {
  const lines = Array.from({ length: 40 }, (_, index) => {
    return `${new Date(START + (index - 2) * 6 * HOUR + 60_000).toISOString()},${(index * 7 + shift) % 100}`;
  });
  return ['time,value', ...lines].join('\n');
}

/** As the window sends a file. */
async function sent(profile: Profile, text: string, scope = '', onStored: () => void = () => undefined) {
  const imports = new FileImports(profile, () => 1, onStored);
  const { importId } = imports.begin({ kind: 'sentiment', fileName: 'index.csv', scope });
  imports.chunk(importId, Buffer.from(text).toString('base64'));
  const { report, fault } = await imports.finish(importId);
  if (report === null) throw new Error(fault?.message);
  return report;
}

function sentimentOf(profile: Profile): readonly { readonly time: number; readonly value: number }[] {
  const set = findFeatureSet('market');
  const at = set?.names.indexOf('sentiment') ?? -1;
  return [...profile.exportVectors({}, set?.hash ?? '', 'ascending')].map(({ openedAt, values }) => ({
    time: openedAt,
    value: values[at] ?? Number.NaN,
  }));
}

describe('the file', () => {
  it('FE-13: names time and value; lines that do not fit are rejected with their reason', () => {
    const text = [
      ['Timestamp', 'Value', 'Quote', 'Symbol'],
      ['1719792000', '44', '', ''],
      ['2024-07-02', '51.5', 'USDT', ''],
      ['1719964800000', '60', 'USDT', 'BTC/USDT'],
      ['2024-07-04', '101', '', ''],
      ['2024-07-05', 'greed', '', ''],
      ['2024-07-06', '', '', ''],
      ['tomorrow', '10', '', ''],
      ['2024-07-07', '10', 'US DT', ''],
    ];
    const rows = parseSentiment(text.map((cells) => cells.join(';')).join('\r\n'), 'binance:SOL/USDT');
    expect(rows.ok && rows.value).toEqual([
      { line: 2, scope: 'binance:SOL/USDT', time: Date.UTC(2024, 6, 1), value: 44 },
      { line: 3, scope: 'USDT', time: Date.UTC(2024, 6, 2), value: 51.5 },
      { line: 4, scope: 'BTC/USDT', time: Date.UTC(2024, 6, 3), value: 60 },
      { line: 5, reason: 'value is not within 0 to 100: "101"' },
      { line: 6, reason: 'value is no number: "greed"' },
      { line: 7, reason: 'value is empty' },
      { line: 8, reason: expect.stringContaining('time') },
      { line: 9, reason: 'no instrument, symbol or quote: "US DT"' },
    ]);
    const nameless = parseSentiment('when,value\n1,2', '');
    expect(nameless).toMatchObject({ ok: false, error: { message: expect.stringContaining('names no time') } });
  });

  it('FE-13: a file that comes again changes nothing; second lines for one time and scope are rejected', async () => {
    const profile = emptyProfile();
    const text = 'time,value\n2024-07-01,40\n2024-07-02,50\n2024-07-01,45';
    expect(await sent(profile, text)).toMatchObject({ rowsRead: 3, accepted: 2, known: 0, rejected: [{ line: 4 }] });
    expect(await sent(profile, text)).toMatchObject({ accepted: 2, known: 2 });
    const [btc] = INSTRUMENTS;
    invariant(btc !== undefined, 'there is BTC');
    expect(profile.notes.sentiment.book().at(btc, Date.UTC(2024, 6, 2))).toBe(40);
    expect(profile.check()).toEqual([]);
  });
});

describe('a desk that an index is imported into', () => {
  it('FE-2, FE-6, PL-6: knows it from then on, through a restart, and no replay knows more; a correction changes no past', async () => {
    const profile = profileWithCandles();
    const hash = new EventHash();
    const keeper = keeperOn(profile);
    keeper.stepped.on(({ events }) => hash.add(events));
    const [half, later, last] = [0.5, 0.75, 0.85].map((share) => Math.floor(INPUTS.length * share));
    keeper.applyBulk(INPUTS.slice(0, half));
    const importedAt = keeper.engine.clock;
    await sent(profile, indexCsv(0), '', () => {
      keeper.apply({ kind: 'sentiment', time: importedAt, index: profile.notes.sentiment.book() });
    });
    keeper.applyBulk(INPUTS.slice(half, later));
    keeper.snapshotAll();
    const restarted = keeperOn(profile);
    restarted.stepped.on(({ events }) => hash.add(events));
    // Of the index it knows what the store says.
    restarted.applyBulk(INPUTS.slice(later, last));
    const correctedAt = restarted.engine.clock;
    await sent(profile, indexCsv(31), 'USDT', () => {
      restarted.apply({ kind: 'sentiment', time: correctedAt, index: profile.notes.sentiment.book() });
    });
    restarted.applyBulk(INPUTS.slice(last));

    const recorded = sentimentOf(profile);
    const before = recorded.filter(({ time }) => time <= importedAt);
    const after = recorded.filter(({ time }) => time > importedAt);
    const corrected = recorded.filter(({ time }) => time > correctedAt);
    expect(Math.min(before.length, after.length - corrected.length, corrected.length)).toBeGreaterThan(3);
    expect(before.every(({ value }) => Number.isNaN(value))).toBe(true);
    expect(after.some(({ value }) => Number.isNaN(value))).toBe(false);
    for (const { time, value } of after) {
      const index = Math.floor((time - 1 - START - 60_000) / (6 * HOUR)) + 2;
      expect(value).toBe((index * 7 + (time > correctedAt ? 31 : 0)) % 100);
    }
    const request = { exchange: 'binance', symbol: 'SOL/USDT', peers: null, from: null, to: null };
    const check = () => recompute(profile, request, RESEARCH_SETTINGS);
    expect(check()).toMatchObject({ ok: true, value: { differing: 0, notFound: [], onlyOnOneSide: 0 } });
    await sent(profile, indexCsv(63));
    const symbols = INSTRUMENTS.map(({ symbol }) => symbol);
    const everything = { exchange: 'binance', symbols, strategies: null, baseTimeframe: null, from: null, to: null };
    const again = replay({ store: profile, request: everything, settings: RESEARCH_SETTINGS, monotonic: () => 0 });
    expect(again.ok && again.value.eventHash).toBe(hash.digest());
    expect(check()).toMatchObject({ ok: true, value: { differing: 0, notFound: [], onlyOnOneSide: 0 } });
  });

  it('FE-13: history that nobody has worked yet is worked with what was published by then', async () => {
    const profile = profileWithCandles();
    await sent(profile, indexCsv(0));
    keeperOn(profile).applyBulk(INPUTS);
    const recorded = sentimentOf(profile);
    expect(recorded.length).toBeGreaterThan(10);
    expect(recorded.some(({ value }) => Number.isNaN(value))).toBe(false);
    expect(new Set(recorded.map(({ value }) => value)).size).toBeGreaterThan(5);
  });
});
