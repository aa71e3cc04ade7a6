import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { BarSeries } from '#core/domain/bar-series.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { SignalDraft } from '#core/domain/signal.ts';
import { MINUTE_MS, timeframeMs } from '#core/domain/timeframe.ts';
import { type FeatureDefinition, NO_PAST_FACTS } from '#core/signals/features/feature.ts';
import {
  FEATURE_SETS,
  FEATURES,
  featureIndex,
  featureNames,
  featureSetHash,
} from '#core/signals/features/feature-catalogue.ts';
import type { PastFacts } from '#core/signals/instrument-signals.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';
import { leaderOf, SignalsRun, testInstrument } from '#test/support/signals-run.ts';

/** FE-10, as the rule lists them. */
const TREND = `atr_pct, break_dist_atr, retrace_depth_atr, confirm_candles, ema_stack_score, range_expansion, div_ok,
  div_score, div_rsi_delta, div_tsi_delta, protective_pivot_present, session, symbol_cluster, volatility_regime, ts15,
  ts60, rc15, rc60, qscore, slope, adx, rsi, tsi, bb_width_pct, bb_position, volume_ratio, body_ratio,
  upper_wick_ratio, lower_wick_ratio, vwap_dist_atr, stop_dist_atr, planned_rr, hour_sin, hour_cos, weekday_sin,
  weekday_cos, leader_correlation, recent_win_rate, tp1_rate_past, be_rate_past, runner_rate_past,
  median_time_to_tp1_past, median_time_to_exit_past`;

const PAST: PastFacts = {
  tp1RatePast: 0.4,
  beRatePast: 0.3,
  runnerRatePast: 0.2,
  medianTimeToTp1Past: 3600,
  medianTimeToExitPast: 7200,
  recentWinRate: 0.45,
};

const DRAFT: SignalDraft = {
  side: 'long',
  stop: 1,
  tp1: null,
  tp1Fraction: 0,
  target: 1e6,
  reasons: [],
  qualityParts: [{ name: 'part', meaning: 'A part.', weight: 1, value: 0.5 }],
  structureKey: 'key',
  measures: {
    break_dist_atr: 1,
    retrace_depth_atr: 1,
    confirm_candles: 2,
    div_ok: 0,
    div_score: 0,
    div_rsi_delta: 0,
    div_tsi_delta: 0,
    protective_pivot_present: 1,
  },
  marks: [],
};

describe('feature catalogue', () => {
  it('FE-10: the trend set holds every named feature, and at least 40', () => {
    const names = featureNames('trend');
    expect(names.length).toBeGreaterThanOrEqual(40);
    for (const name of TREND.split(/,\s*/)) expect(names).toContain(name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('FE-2: no life-cycle fact of the signal itself is an input of any set', () => {
    const facts = ['tp1_hit', 'be_moved', 'runner_hit', 'time_to_tp1_sec', 'time_to_exit_sec', 'outcome', 'net_r'];
    for (const { names } of FEATURE_SETS) for (const fact of facts) expect(names).not.toContain(fact);
  });

  it('FE-1: every feature is documented in one line, with unit, range and warm-up', () => {
    expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length);
    for (const feature of FEATURES) {
      expect(feature.name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(feature.meaning).toMatch(/^\S[^\n]{10,160}\.$/);
      expect(feature.unit).not.toBe('');
      expect(feature.range[0]).toBeLessThan(feature.range[1]);
    }
  });

  it('FE-1: the hash of a set is over ordered names and versions', () => {
    for (const set of FEATURE_SETS) {
      const text = set.features.map(({ name, version }) => `${name}@${version}\n`).join('');
      expect(set.hash).toBe(createHash('sha256').update(text).digest('hex'));
    }
    const first = { name: 'a', version: 1 };
    const second = { name: 'b', version: 1 };
    const hash = featureSetHash([first, second]);
    expect(featureSetHash([second, first])).not.toBe(hash);
    expect(featureSetHash([first, { ...second, version: 2 }])).not.toBe(hash);
  });

  it('finds names and places, and says so when there are none', () => {
    expect(featureNames('trend')[featureIndex('trend', 'slope')]).toBe('slope');
    expect(featureIndex('trend', 'nothing')).toBe(-1);
    expect(featureIndex('nothing', 'slope')).toBe(-1);
    expect(featureNames('nothing')).toEqual([]);
  });
});

describe('the trend vector over time', () => {
  /** Per feature: the 15m bar (counted from 1) at which it first had a value; and all values outside its range. */
  const firstBar = new Map<string, number>();
  const outside: string[] = [];
  const names = featureNames('trend');

  beforeAll(() => {
    const candles = syntheticCandles({ count: 3600, stepMs: 5 * MINUTE_MS, seed: 12 });
    const leader = new BarSeries('15m', 4096);
    pushLeader(leader, candles);
    const run = new SignalsRun({ instrument: testInstrument('SOL'), past: PAST, peers: leaderOf(() => leader) });
    for (const [index, bar] of candles.entries()) {
      run.onBar(bar);
      if (index % 3 !== 2) continue;
      const vector = run.vectorFor(index % 2 === 0 ? DRAFT : { ...DRAFT, side: 'short' });
      for (const [place, name] of names.entries()) {
        const value = vector.values[place] as number;
        if (Number.isNaN(value)) continue;
        if (!firstBar.has(name)) firstBar.set(name, (index + 1) / 3);
        const [least, greatest] = definition(name).range;
        if (value < least || value > greatest) outside.push(`${name} ${value}`);
      }
    }
  });

  it.each(
    names,
  )('FE-1, FE-4: %s has its first value exactly when its warm-up is over, and is missing before', (name) => {
    const { warmUp } = definition(name);
    const barMs =
      warmUp === null ? 0 : timeframeMs(warmUp.timeframe === 'own' ? '15m' : warmUp.timeframe) * warmUp.bars;
    expect(firstBar.get(name)).toBe(Math.max(1, barMs / timeframeMs('15m')));
  });

  it('FE-1: no value leaves the range of its feature', () => {
    expect(outside).toEqual([]);
  });

  it('FE-2, FE-4: a fact that is not there is missing, never 0', () => {
    const run = new SignalsRun({ instrument: testInstrument('SOL'), past: NO_PAST_FACTS });
    run.run(syntheticCandles({ count: 60, stepMs: 5 * MINUTE_MS }));
    const { values } = run.vectorFor({ ...DRAFT, measures: {} });
    for (const name of ['tp1_rate_past', 'recent_win_rate', 'div_ok', 'break_dist_atr', 'leader_correlation', 'ts60']) {
      expect(values[featureIndex('trend', name)]).toBeNaN();
    }
  });
});

function definition(name: string): FeatureDefinition {
  const feature = FEATURES.find((one) => one.name === name);
  if (feature === undefined) throw new Error(`no feature ${name}`);
  return feature;
}

function pushLeader(leader: BarSeries, candles: readonly Candle[]): void {
  for (let i = 2; i < candles.length; i += 3) {
    const first = candles[i - 2] as Candle;
    const last = candles[i] as Candle;
    leader.push({ ...first, close: (first.close + last.close) / 2 }, true);
  }
}
