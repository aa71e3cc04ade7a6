/** Drives one instrument's signals room with base bars, the way the engine does. */
import type { BarsView } from '#core/domain/bar-series.ts';
import type { Candle } from '#core/domain/candle.ts';
import { type Instrument, instrumentId } from '#core/domain/instrument.ts';
import type { FeatureVector, SignalDraft } from '#core/domain/signal.ts';
import { type BaseTimeframe, type Timeframe, timeframeMs } from '#core/domain/timeframe.ts';
import { RollUp, type RollUpSnapshot } from '#core/market/roll-up.ts';
import { NO_PAST_FACTS } from '#core/signals/features/feature.ts';
import {
  InstrumentSignals,
  type InstrumentSignalsSnapshot,
  type PastFacts,
  type PeerReader,
} from '#core/signals/instrument-signals.ts';
import { qualityScore } from '#core/signals/quality.ts';
import { trendPullback } from '#core/signals/strategies/trend-pullback.ts';
import { type Strategy, strategyParameters } from '#core/signals/strategy.ts';

export function testInstrument(base = 'BTC', baseTimeframe: BaseTimeframe = '5m'): Instrument {
  return {
    id: instrumentId('binance', `${base}/USDT`),
    exchange: 'binance',
    symbol: `${base}/USDT`,
    base,
    quote: 'USDT',
    kind: 'spot',
    baseTimeframe,
    priceTick: 0.01,
    amountStep: 0.00001,
    minNotional: 5,
    takerFeeBps: 10,
    simulated: false,
  };
}

export interface Found {
  readonly time: number;
  readonly entry: number;
  readonly draft: SignalDraft;
  readonly vector: FeatureVector;
}

export const NO_PEERS: PeerReader = { leader15m: () => null };

export function leaderOf(bars: () => BarsView): PeerReader {
  return { leader15m: () => bars() };
}

export interface SignalsRunOptions {
  readonly instrument?: Instrument;
  readonly strategy?: Strategy;
  readonly peers?: PeerReader;
  readonly past?: PastFacts;
}

export interface SignalsRunSnapshot {
  readonly signals: InstrumentSignalsSnapshot;
  readonly rollUp: RollUpSnapshot;
}

export class SignalsRun {
  readonly signals: InstrumentSignals;
  readonly found: Found[] = [];
  readonly #strategy: Strategy;
  readonly #instrument: Instrument;
  readonly #past: PastFacts;
  readonly #rollUp: RollUp;
  #due = 0;
  #now = 0;

  constructor({
    instrument = testInstrument(),
    strategy = trendPullback,
    peers = NO_PEERS,
    past = NO_PAST_FACTS,
  }: SignalsRunOptions = {}) {
    this.#strategy = strategy;
    this.#instrument = instrument;
    this.#past = past;
    this.signals = new InstrumentSignals({
      instrument,
      strategies: [{ strategy, parameters: strategyParameters(strategy) }],
      peers,
    });
    this.#rollUp = new RollUp(instrument.baseTimeframe, (timeframe, bar, complete) =>
      this.#closed(timeframe, bar, complete),
    );
  }

  onBar(bar: Candle): void {
    const base = this.#instrument.baseTimeframe;
    this.#now = bar.openTime + timeframeMs(base);
    this.#closed(base, bar, true);
    this.#rollUp.onBar(bar);
    if (this.#due > 0) this.#propose();
    this.#due = 0;
  }

  /** Runs all bars; returns what was found in them. */
  run(bars: readonly Candle[]): Found[] {
    const before = this.found.length;
    for (const bar of bars) this.onBar(bar);
    return this.found.slice(before);
  }

  /** The vector of the set for any subject at the newest close. */
  vectorFor(draft: SignalDraft): FeatureVector {
    const entry = this.signals.bars(this.#strategy.timeframe).close(0);
    return this.signals.features(
      this.#strategy.featureSet,
      {
        ...draft,
        time: this.#now,
        timeframe: this.#strategy.timeframe,
        entry,
        qscore: qualityScore(draft.qualityParts),
        plannedRr: Math.abs(draft.target - entry) / Math.abs(entry - draft.stop),
      },
      this.#past,
    );
  }

  snapshot(): SignalsRunSnapshot {
    return structuredClone({ signals: this.signals.snapshot(), rollUp: this.#rollUp.snapshot() });
  }

  restore(snapshot: SignalsRunSnapshot): void {
    this.signals.restore(snapshot.signals);
    this.#rollUp.restore(snapshot.rollUp);
  }

  #closed(timeframe: Timeframe, bar: Candle, complete: boolean): void {
    this.signals.onBar(timeframe, bar, complete);
    if (timeframe !== this.#strategy.timeframe) return;
    const behind = bar.openTime + timeframeMs(timeframe) < this.#now;
    if (behind) this.signals.propose(this.#strategy.id);
    else this.#due++;
  }

  #propose(): void {
    const draft = this.signals.propose(this.#strategy.id);
    if (draft === null) return;
    const entry = this.signals.bars(this.#strategy.timeframe).close(0);
    this.found.push({ time: this.#now, entry, draft, vector: this.vectorFor(draft) });
  }
}

/** Drops what belongs to a bar that closed after `time`, and makes the rest comparable by `toEqual`. */
export function upTo(found: readonly Found[], time: number): Found[] {
  return found.filter((one) => one.time <= time);
}
