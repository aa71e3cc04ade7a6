/** The signals room of one instrument: closed bars in; drafts, context and feature vectors out. */
import { invariant } from '#core/base/invariant.ts';
import { BarSeries, type BarSeriesSnapshot, type BarsView } from '#core/domain/bar-series.ts';
import type { Candle } from '#core/domain/candle.ts';
import { type DecisionContext, sessionAt } from '#core/domain/context.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import { type MarketFacts, NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import { NO_SENTIMENT, type SentimentIndex } from '#core/domain/sentiment-index.ts';
import type { FeatureVector, SignalDraft } from '#core/domain/signal.ts';
import { HOUR_MS, TIMEFRAMES, type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import type { FeatureInput, FeatureSubject, PastFacts } from './features/feature.ts';
import { featureVector, findFeatureSet } from './features/feature-catalogue.ts';
import { HourVolatilities } from './features/hour-volatilities.ts';
import { realisedVolatility } from './features/hourly-features.ts';
import { type ClusterTraits, clusterTraits, SymbolCluster } from './features/symbol-cluster.ts';
import { type MemoFigures, VectorMemo } from './features/vector-memo.ts';
import { VolatilityRegime } from './features/volatility-regime.ts';
import { restoreInto, type StateReader, type StateWriter, snapshotOf } from './indicators/indicator.ts';
import { TimeframeIndicators } from './indicators/timeframe-indicators.ts';
import { type SessionFacts, SessionTracker } from './sessions/session-tracker.ts';
import type { MarketView, Strategy, StrategyInstance, StrategyParameters, TimeframeView } from './strategy.ts';

export type { FeatureSubject, PastFacts } from './features/feature.ts';

/** Reads other instruments' bars (FE-3). */
export interface PeerReader {
  /**
   * The 15m bars of the leader, BTC against the same quote; null when the instrument is itself the leader or there is
   * none. Only bars that closed strictly before `before` are read (PL-4), whatever else the view holds.
   */
  leader15m(instrumentId: InstrumentId, before: UnixMs): BarsView | null;
}

export interface InstrumentSignalsOptions {
  readonly instrument: Instrument;
  /** `parameters` as `strategyParameters` gives them. */
  readonly strategies: readonly { readonly strategy: Strategy; readonly parameters: StrategyParameters }[];
  readonly peers: PeerReader;
  /** An imported index; none unless given. */
  readonly sentiment?: SentimentIndex;
}

/** Structured-cloneable. Restoring it and going on gives the same drafts and vectors, bit for bit (PL-6). */
export interface InstrumentSignalsSnapshot {
  /** Names what wrote it: layout, instrument, strategies with versions and parameters. */
  readonly layout: string;
  readonly now: UnixMs;
  readonly series: Readonly<Record<Timeframe, BarSeriesSnapshot>>;
  /** Indicators, regime, cluster and sessions. */
  readonly state: Float64Array;
  readonly market: MarketFacts;
  /** By strategy id. */
  readonly strategies: Readonly<Record<string, Float64Array>>;
}

/** Raised when an indicator, the regime, the cluster, the sessions, the hours or the order of saving changes: older snapshots are refused. */
const LAYOUT_VERSION = 4;

/**
 * Bars held. 15m: eleven days of range expansion (FE-10) are 1,056; 1h: thirty days of volatility (FE-3) are 720; the
 * rest serves strategies, charts and later sets.
 */
const CAPACITY: Readonly<Record<Timeframe, number>> = {
  '1m': 256,
  '5m': 512,
  '15m': 2048,
  '1h': 1024,
  '4h': 256,
  '1d': 256,
};

interface Frame extends TimeframeView {
  readonly bars: BarSeries;
}

interface RunningStrategy {
  readonly strategy: Strategy;
  readonly instance: StrategyInstance;
}

export class InstrumentSignals {
  readonly #instrument: Instrument;
  readonly #peers: PeerReader;
  readonly #sentiment: SentimentIndex;
  readonly #layout: string;
  readonly #series: Readonly<Record<Timeframe, BarSeries>>;
  /** Timeframes with indicators. */
  readonly #frames: ReadonlyMap<Timeframe, Frame>;
  readonly #quarter: Frame;
  readonly #hour: Frame;
  readonly #regime = new VolatilityRegime();
  readonly #cluster = new SymbolCluster();
  readonly #sessions = new SessionTracker();
  readonly #hours = new HourVolatilities();
  readonly #memo = new VectorMemo();
  readonly #strategies: ReadonlyMap<string, RunningStrategy>;
  readonly #view: MarketView;
  #now: UnixMs = Number.NEGATIVE_INFINITY;
  #market: MarketFacts = NO_MARKET_FACTS;

  constructor({ instrument, strategies, peers, sentiment = NO_SENTIMENT }: InstrumentSignalsOptions) {
    this.#instrument = instrument;
    this.#peers = peers;
    this.#sentiment = sentiment;
    this.#layout = layoutOf(instrument, strategies);
    this.#series = {
      '1m': new BarSeries('1m', CAPACITY['1m']),
      '5m': new BarSeries('5m', CAPACITY['5m']),
      '15m': new BarSeries('15m', CAPACITY['15m']),
      '1h': new BarSeries('1h', CAPACITY['1h']),
      '4h': new BarSeries('4h', CAPACITY['4h']),
      '1d': new BarSeries('1d', CAPACITY['1d']),
    };
    this.#quarter = { bars: this.#series['15m'], indicators: new TimeframeIndicators() };
    this.#hour = { bars: this.#series['1h'], indicators: new TimeframeIndicators() };
    this.#frames = this.#framesFor(
      strategies.flatMap(({ strategy }) => [strategy.timeframe, strategy.higherTimeframe]),
    );
    this.#strategies = new Map(
      strategies.map(({ strategy, parameters }) => [strategy.id, { strategy, instance: strategy.create(parameters) }]),
    );
    this.#view = this.#createView();
  }

  /**
   * Updates series and indicators with one closed bar; ascending time; of one close time the smaller timeframe first.
   * Base bars come as the base timeframe. `complete` false: a base candle was missing inside (MK-1); indicators take
   * the bar as it is, strategies do not decide on it.
   */
  onBar(timeframe: Timeframe, bar: Candle, complete: boolean): void {
    const closeTime = bar.openTime + timeframeMs(timeframe);
    if (closeTime > this.#now) this.#now = closeTime;
    this.#series[timeframe].push(bar, complete);
    if (timeframe === this.#instrument.baseTimeframe && closeTime % HOUR_MS === 0) {
      this.#hours.add(closeTime, realisedVolatility(this.#series[timeframe], timeframe));
    }
    if (timeframe === '1m') return;
    this.#frames.get(timeframe)?.indicators.add(bar);
    if (timeframe === '5m') this.#sessions.add(bar, complete);
    else if (timeframe === '15m') this.#regime.add((100 * this.#quarter.indicators.atr.value) / bar.close);
    else if (timeframe === '1h') this.#cluster.onHour(this.#hour.bars, closeTime);
  }

  /**
   * Runs one strategy: once after every close of its timeframe, also when its drafts are not wanted (a hole in the
   * calls makes it start anew). May throw; the caller quarantines it (PL-9).
   */
  propose(strategyId: string): SignalDraft | null {
    const running = this.#strategies.get(strategyId);
    invariant(running !== undefined, `strategy ${strategyId} runs on ${this.#instrument.id}`);
    const draft = running.instance.onBar(this.#view);
    return this.#series[running.strategy.timeframe].complete(0) ? draft : null;
  }

  /** Session and regime at the newest close (FE-3). */
  context(): DecisionContext {
    return { session: sessionAt(this.#now), regime: this.#regime.regime };
  }

  /** Realised volatilities of the hours of 30 days, up to the newest hour that has ended (DE-20). */
  get hours(): Pick<HourVolatilities, 'median'> {
    return this.#hours;
  }

  /** Symbol cluster 0-3 (FE-3), null while unknown. */
  cluster(): number | null {
    return Number.isNaN(this.#cluster.code) ? null : this.#cluster.code;
  }

  /** FE-3: from 12 instruments on the cluster is found across all of them, by the engine; null: this one's own cut. */
  assignCluster(code: number | null): void {
    this.#cluster.assign(code);
  }

  /** What the cluster is found from (FE-3), on bars that closed strictly before `before`; null below three days. */
  clusterTraits(before: UnixMs): ClusterTraits | null {
    const leader = this.#peers.leader15m(this.#instrument.id, before);
    return clusterTraits(this.#hour.bars, this.#quarter.bars, leader, before);
  }

  /** ATR14 in price units; NaN before warm-up and on timeframes without indicators. */
  atr(timeframe: Timeframe): number {
    return this.#frames.get(timeframe)?.indicators.atr.value ?? Number.NaN;
  }

  /** Session windows and opening ranges up to the newest 5m close (FE-15). */
  get sessions(): SessionFacts {
    return this.#sessions;
  }

  /** The newest closed bars; the number held depends on the timeframe. */
  bars(timeframe: Timeframe): BarsView {
    return this.#series[timeframe];
  }

  /** The recorded vector of a set for a draft at the newest close (FE-1, FE-6). Missing = NaN. */
  features(setId: string, signal: FeatureSubject, past: PastFacts): FeatureVector {
    const set = findFeatureSet(setId);
    invariant(set !== null, `feature set ${setId} exists`);
    const input = this.featureInput(signal, past);
    return set.scope === 'instrument' ? this.#memo.read(set, input) : featureVector(set, input);
  }

  /** All that a feature of a draft at the newest close may look at (PL-5). */
  featureInput(signal: FeatureSubject, past: PastFacts): FeatureInput {
    return {
      instrument: this.#instrument,
      subject: signal,
      past,
      own: this.#frame(signal.timeframe),
      quarter: this.#quarter,
      hour: this.#hour,
      regimeCode: this.#regime.code,
      clusterCode: this.#cluster.code,
      volatilityPercentile: this.#regime.percentile,
      leader: this.#peers.leader15m(this.#instrument.id, signal.time),
      bars: (timeframe) => this.#series[timeframe],
      sessions: this.#sessions,
      market: this.#market,
      sentimentIndex: this.#sentiment.at(this.#instrument, signal.time),
    };
  }

  /** FE-13: how often a vector that serves a whole bar was asked for, and how often it was there already. */
  get memo(): MemoFigures {
    return this.#memo.figures;
  }

  /** What the exchange told beside candles up to the newest bar (MK-15). */
  onMarket(facts: MarketFacts): void {
    this.#market = facts;
  }

  /** All indicators by name and timeframe, e.g. `ema20_15m`; NaN before warm-up. */
  indicatorValues(): Record<string, number> {
    const values: Record<string, number> = {};
    for (const [timeframe, { indicators }] of this.#frames) {
      for (const [name, value] of Object.entries(indicators.values())) values[`${name}_${timeframe}`] = value;
    }
    values.atr_pct_percentile_15m = this.#regime.percentile;
    return values;
  }

  /** What `snapshot` of this configuration would be marked with; others are refused by `restore`. */
  accepts(snapshot: InstrumentSignalsSnapshot): boolean {
    return snapshot.layout === this.#layout;
  }

  snapshot(): InstrumentSignalsSnapshot {
    const series = this.#series;
    return {
      layout: this.#layout,
      now: this.#now,
      series: {
        '1m': series['1m'].snapshot(),
        '5m': series['5m'].snapshot(),
        '15m': series['15m'].snapshot(),
        '1h': series['1h'].snapshot(),
        '4h': series['4h'].snapshot(),
        '1d': series['1d'].snapshot(),
      },
      state: snapshotOf({ save: (state) => this.#save(state) }),
      market: this.#market,
      strategies: Object.fromEntries([...this.#strategies].map(([id, { instance }]) => [id, snapshotOf(instance)])),
    };
  }

  /** Only for a snapshot that `accepts` agrees to; with any other one the caller replays stored bars instead. */
  restore(snapshot: InstrumentSignalsSnapshot): void {
    invariant(this.accepts(snapshot), 'a snapshot is restored into the configuration that took it');
    this.#now = snapshot.now;
    for (const timeframe of TIMEFRAMES) this.#series[timeframe].restore(snapshot.series[timeframe]);
    restoreInto({ load: (state) => this.#load(state) }, snapshot.state);
    this.#market = snapshot.market;
    for (const [id, { instance }] of this.#strategies) {
      const state = snapshot.strategies[id];
      invariant(state !== undefined, `the snapshot holds strategy ${id}`);
      restoreInto(instance, state);
    }
  }

  #save(state: StateWriter): void {
    for (const { indicators } of this.#frames.values()) indicators.save(state);
    this.#regime.save(state);
    this.#cluster.save(state);
    this.#sessions.save(state);
    this.#hours.save(state);
  }

  #load(state: StateReader): void {
    for (const { indicators } of this.#frames.values()) indicators.load(state);
    this.#regime.load(state);
    this.#cluster.load(state);
    this.#sessions.load(state);
    this.#hours.load(state);
  }

  #frame(timeframe: Timeframe): Frame {
    const frame = this.#frames.get(timeframe);
    invariant(frame !== undefined, `${timeframe} carries indicators on ${this.#instrument.id}`);
    return frame;
  }

  #framesFor(timeframes: readonly Timeframe[]): ReadonlyMap<Timeframe, Frame> {
    const frames = new Map<Timeframe, Frame>([
      ['15m', this.#quarter],
      ['1h', this.#hour],
    ]);
    for (const timeframe of timeframes) {
      invariant(timeframe !== '1m', 'no strategy decides on 1m bars');
      if (!frames.has(timeframe)) {
        frames.set(timeframe, { bars: this.#series[timeframe], indicators: new TimeframeIndicators() });
      }
    }
    return frames;
  }

  #createView(): MarketView {
    const now = () => this.#now;
    const frames = this.#frames;
    return {
      instrument: this.#instrument,
      get now() {
        return now();
      },
      base: this.#series[this.#instrument.baseTimeframe],
      timeframe(timeframe: Timeframe): TimeframeView {
        const frame = frames.get(timeframe);
        invariant(frame !== undefined, `a strategy reads only timeframes that carry indicators, not ${timeframe}`);
        return frame;
      },
    };
  }
}

function layoutOf(instrument: Instrument, strategies: InstrumentSignalsOptions['strategies']): string {
  const parts = strategies.map(({ strategy, parameters }) => [strategy.id, strategy.version, parameters]);
  return JSON.stringify([LAYOUT_VERSION, instrument.id, instrument.baseTimeframe, parts]);
}
