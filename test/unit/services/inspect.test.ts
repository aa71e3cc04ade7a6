/** Inspection of signals, features and indicators on stored candles. */
import { describe, expect, it } from 'vitest';
import { invariant } from '#core/base/invariant.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import {
  type InspectAnswer,
  type InspectRequest,
  inspectFeatures,
  inspectIndicators,
  inspectSignals,
} from '#main/services/inspect.ts';
import type { Profile } from '#main/store/database.ts';
import { fixtureCandles } from '#test/golden/golden-run.ts';
import { emptyProfile, putCandles, RESEARCH_SETTINGS } from '#test/support/research-profile.ts';

const BTC = fixtureCandles('BTCUSDT-5m.csv.gz').slice(0, 2_400);
const MIDDLE = BTC[1_200]?.openTime ?? 0;
const ALL: InspectRequest = {
  exchange: 'binance',
  symbol: 'BTC/USDT',
  names: null,
  strategies: ['trend_pullback'],
  baseTimeframe: null,
  from: null,
  to: null,
};

function rowsOf(answer: InspectAnswer) {
  invariant(answer.ok, 'the inspection runs');
  return answer.value.rows;
}

function stored(): Profile {
  const profile = emptyProfile();
  putCandles(profile, 'BTC/USDT', '5m', BTC);
  return profile;
}

describe('inspection', () => {
  it('shows every signal with its levels, its decision and its outcome', () => {
    const rows = rowsOf(inspectSignals(stored(), ALL, RESEARCH_SETTINGS));
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      expect(row.time).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:(00|15|30|45):00\.000Z$/);
      const sign = row.side === 'long' ? 1 : -1;
      expect(sign * (Number(row.entry) - Number(row.stop))).toBeGreaterThan(0);
      expect(sign * (Number(row.target) - Number(row.entry))).toBeGreaterThan(0);
      expect(['shadow', 'blocked', 'gated']).toContain(row.disposition);
    }
    expect(rows.filter((row) => row.outcome === 'loss').every((row) => Number(row.netR) <= 0)).toBe(true);
    expect(rows.some((row) => row.outcome === 'win')).toBe(true);
  });

  it('PL-5: neither the start nor the end of the range changes what a row says', () => {
    const profile = stored();
    const columns = ['id', 'entry', 'stop', 'target', 'qscore', 'score'];
    const all = rowsOf(inspectSignals(profile, { ...ALL, names: columns }, RESEARCH_SETTINGS));
    const late = rowsOf(inspectSignals(profile, { ...ALL, names: columns, from: MIDDLE }, RESEARCH_SETTINGS));
    const early = rowsOf(inspectSignals(profile, { ...ALL, names: columns, to: MIDDLE }, RESEARCH_SETTINGS));
    expect(early.length).toBeGreaterThan(0);
    expect(late.length).toBeGreaterThan(0);
    expect([...early, ...late]).toEqual(all);
  });

  it('FE-1: gives each signal every feature of its set, null where one is missing', () => {
    const rows = rowsOf(inspectFeatures(stored(), ALL, RESEARCH_SETTINGS));
    const names = findFeatureSet('trend')?.names ?? [];
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(Object.keys(row)).toEqual(['time', 'id', 'strategy', ...names]);
    // Nothing has resolved before the first signal (FE-2).
    expect(rows[0]?.tp1_rate_past).toBeNull();
    expect(typeof rows.at(-1)?.tp1_rate_past).toBe('number');
    expect(rows.some((row) => Object.values(row).some((value) => Number.isNaN(value)))).toBe(false);
  });

  it('gives the indicators at every closed bar of the timeframe, null before they are warm', () => {
    const rows = rowsOf(inspectIndicators(stored(), { ...ALL, names: ['close', 'ema20', 'complete'] }, '15m'));
    expect(rows).toHaveLength(800);
    expect(rows[0]).toEqual({ time: '2025-01-06T00:15:00.000Z', close: BTC[2]?.close, ema20: null, complete: true });
    expect(rows[0]?.close).toBe(BTC[2]?.close);
    expect(typeof rows[100]?.ema20).toBe('number');
    expect(rowsOf(inspectIndicators(stored(), ALL, '1h'))).toHaveLength(200);
  });

  it('what is not there is named', () => {
    const profile = stored();
    expect(inspectIndicators(profile, ALL, '1d')).toMatchObject({ error: { kind: 'no-indicators' } });
    expect(inspectIndicators(profile, { ...ALL, names: ['ema21'] }, '15m')).toMatchObject({
      error: { kind: 'unknown-name', remedy: expect.stringContaining('ema20') },
    });
    expect(inspectSignals(profile, { ...ALL, symbol: 'ETH/USDT' }, RESEARCH_SETTINGS)).toMatchObject({
      error: { kind: 'no-candles' },
    });
  });
});
