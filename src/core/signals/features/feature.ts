/** What a feature is (FE-1): a named, versioned number computed from what was known at the signal's bar close. */
import type { BarsView } from '#core/domain/bar-series.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import type { MarketFacts } from '#core/domain/market-facts.ts';
import type { SignalDraft } from '#core/domain/signal.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import type { SessionFacts } from '../sessions/session-tracker.ts';
import type { TimeframeView } from '../strategy.ts';

/** The drafted signal as the engine completed it. `time` is its bar's close time, `entry` that bar's close. */
export interface FeatureSubject extends Pick<SignalDraft, 'side' | 'stop' | 'target' | 'measures'> {
  readonly time: UnixMs;
  /** The timeframe its strategy decides on. */
  readonly timeframe: Timeframe;
  readonly entry: number;
  /** 0-100. */
  readonly qscore: number;
  /** Gross reward:risk. */
  readonly plannedRr: number;
}

/**
 * What the past knows of life-cycle facts (FE-2): averages over phantoms of the same strategy and cluster that had
 * resolved before this signal, shrunk to the strategy's mean. The engine's memory supplies them; NaN = missing.
 */
export interface PastFacts {
  /** Shares, 0-1. */
  readonly tp1RatePast: number;
  readonly beRatePast: number;
  readonly runnerRatePast: number;
  /** Seconds. */
  readonly medianTimeToTp1Past: number;
  readonly medianTimeToExitPast: number;
  /** Share of wins among the strategy's last resolved phantoms, 0-1. */
  readonly recentWinRate: number;
}

/** Nothing is known of the past yet. */
export const NO_PAST_FACTS: PastFacts = {
  tp1RatePast: Number.NaN,
  beRatePast: Number.NaN,
  runnerRatePast: Number.NaN,
  medianTimeToTp1Past: Number.NaN,
  medianTimeToExitPast: Number.NaN,
  recentWinRate: Number.NaN,
};

/** All that a feature may look at (PL-5). */
export interface FeatureInput {
  readonly instrument: Instrument;
  readonly subject: FeatureSubject;
  readonly past: PastFacts;
  /** The signal's own timeframe at the newest close. */
  readonly own: TimeframeView;
  /** 15m and 1h at the newest close. */
  readonly quarter: TimeframeView;
  readonly hour: TimeframeView;
  /** FE-3 codes; NaN while unknown. */
  readonly regimeCode: number;
  readonly clusterCode: number;
  /** FE-3: percentile of ATR percent on 15m within 30 days, 0-100; NaN while unknown. */
  readonly volatilityPercentile: number;
  /** 15m bars of the leader (FE-3); only bars that closed strictly before `subject.time` are read. Null: none. */
  readonly leader: BarsView | null;
  /** The newest closed bars of any timeframe, the base included; how many are held depends on the timeframe. */
  readonly bars: (timeframe: Timeframe) => BarsView;
  /** Sessions and opening ranges up to the newest 5m close (FE-15). */
  readonly sessions: SessionFacts;
  /** MK-15, of the newest bar. */
  readonly market: MarketFacts;
  /** An imported index (FE-13) as it was known before `subject.time`, 0-100; NaN where there is none. */
  readonly sentimentIndex: number;
}

/** History a feature needs: with fewer bars of the timeframe it is NaN. `own` is the signal's timeframe. Null: none. */
export interface WarmUp {
  readonly timeframe: Timeframe | 'own';
  readonly bars: number;
}

export interface FeatureDefinition {
  readonly name: string;
  /** Raised when the number it gives for the same bars changes; changes the hash of every set that holds it. */
  readonly version: number;
  /** One line: what it measures and how it treats long and short. */
  readonly meaning: string;
  /** e.g. `ATR`, `percent`, `bps per bar`, `code`, `share`. */
  readonly unit: string;
  /** Least and greatest possible value. */
  readonly range: readonly [number, number];
  readonly warmUp: WarmUp | null;
  /** NaN = missing (FE-4), never 0 in its place. */
  readonly compute: (input: FeatureInput) => number;
}

/** A feature that the strategy measured itself and put into its draft. */
export function measured(
  name: string,
  meaning: string,
  unit: string,
  range: readonly [number, number],
): FeatureDefinition {
  return {
    name,
    version: 1,
    meaning,
    unit,
    range,
    warmUp: null,
    compute: ({ subject }) => subject.measures[name] ?? Number.NaN,
  };
}
