/** Everything the engine keeps per instrument: roll-up, indicators and strategies, the newest bar and price. */
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { isUnknown, type MarketFacts, NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import { NO_SENTIMENT, type SentimentIndex } from '#core/domain/sentiment-index.ts';
import type { SignalDraft } from '#core/domain/signal.ts';
import { type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { RollUp, type RollUpSnapshot } from '#core/market/roll-up.ts';
import {
  InstrumentSignals,
  type InstrumentSignalsSnapshot,
  type PeerReader,
} from '#core/signals/instrument-signals.ts';
import type { Strategy, StrategyParameters } from '#core/signals/strategy.ts';

export interface ActiveStrategy {
  readonly strategy: Strategy;
  readonly parameters: StrategyParameters;
}

/** Structured-cloneable; restoring it and going on gives the same events to the byte (PL-6). */
export interface MarketSnapshot {
  readonly lastOpenTime: UnixMs;
  readonly lastClose: number;
  readonly rollUp: RollUpSnapshot;
  readonly signals: InstrumentSignalsSnapshot;
}

/** A strategy threw; it proposes nothing on this instrument any more (PL-9). */
export interface StrategyFault {
  readonly strategyId: string;
  readonly message: string;
}

export interface Proposal {
  readonly active: ActiveStrategy;
  readonly draft: SignalDraft;
}

export class InstrumentState {
  readonly instrument: Instrument;
  readonly durationMs: number;
  readonly signals: InstrumentSignals;
  /** By the timeframe they decide on, each list in order of id. */
  readonly #strategies: ReadonlyMap<Timeframe, readonly ActiveStrategy[]>;
  readonly #rollUp: RollUp;
  readonly #quarantined = new Set<string>();
  readonly #faults: StrategyFault[] = [];
  /** Strategies whose bar closed with the newest base bar. */
  readonly #due: ActiveStrategy[] = [];
  #now: UnixMs = 0;
  #lastOpenTime: UnixMs = -1;
  /** Close time of the newest bar that was worked before a restart, of whatever length it was. */
  #workedUntil: UnixMs = -1;
  #lastPrice = Number.NaN;
  #lastPriceAt: UnixMs = Number.NEGATIVE_INFINITY;
  #isGone = false;
  #facts: MarketFacts = NO_MARKET_FACTS;
  /** Feed time at which they were asked for. */
  #factsAt: UnixMs = Number.NEGATIVE_INFINITY;

  constructor(
    instrument: Instrument,
    strategies: readonly ActiveStrategy[],
    peers: PeerReader,
    sentiment: SentimentIndex = NO_SENTIMENT,
  ) {
    this.instrument = instrument;
    this.durationMs = timeframeMs(instrument.baseTimeframe);
    // Work in a batch goes by instrument id, then strategy id (PL-4).
    const ordered = [...strategies].sort((a, b) => (a.strategy.id < b.strategy.id ? -1 : 1));
    this.#strategies = Map.groupBy(ordered, ({ strategy }) => strategy.timeframe);
    this.signals = new InstrumentSignals({ instrument, strategies: ordered, peers, sentiment });
    this.#rollUp = new RollUp(instrument.baseTimeframe, (timeframe, bar, complete) =>
      this.#closed(timeframe, bar, complete),
    );
  }

  /** Open time of the newest base bar, -1 before the first. */
  get lastOpenTime(): UnixMs {
    return this.#lastOpenTime;
  }

  /** Bars that close by then were worked before a restart: what followed from them is on record. */
  setWorkedUntil(closeTime: UnixMs): void {
    this.#workedUntil = closeTime;
  }

  wasWorked({ openTime }: Candle): boolean {
    return openTime + this.durationMs <= this.#workedUntil;
  }

  /** Newest price known: the last bar's close, or a later quote. NaN before the first. */
  get lastPrice(): number {
    return this.#lastPrice;
  }

  /** When that price was known: the close of its bar, or the time of its quote. */
  get lastPriceAt(): UnixMs {
    return this.#lastPriceAt;
  }

  /** Close of the newest bar, whatever was quoted since; NaN before the first. The same after a restart (PL-6). */
  get lastClose(): number {
    const bars = this.signals.bars(this.instrument.baseTimeframe);
    return bars.size === 0 ? Number.NaN : bars.close(0);
  }

  /** MK-14: the exchange reported a delisting or halt. */
  get isGone(): boolean {
    return this.#isGone;
  }

  end(): void {
    this.#isGone = true;
  }

  quote(price: number, time: UnixMs): void {
    this.#lastPrice = price;
    this.#lastPriceAt = time;
  }

  onMarket(facts: MarketFacts, time: UnixMs): void {
    this.#facts = facts;
    this.#factsAt = time;
  }

  /** What the base bar that opens at `openTime` is worked with: facts from before it are too old, those after it too new. */
  factsFor(openTime: UnixMs): MarketFacts {
    const isOfBar = this.#factsAt >= openTime && this.#factsAt < openTime + this.durationMs;
    return isOfBar && !isUnknown(this.#facts) ? this.#facts : NO_MARKET_FACTS;
  }

  /** Adds one base bar to series and indicators; strategies whose bar closed with it become due. */
  onBar(bar: Candle): void {
    this.#now = bar.openTime + this.durationMs;
    this.#lastOpenTime = bar.openTime;
    this.#lastPrice = bar.close;
    this.#lastPriceAt = this.#now;
    this.#isGone = false;
    this.#due.length = 0;
    this.signals.onMarket(this.factsFor(bar.openTime));
    this.#closed(this.instrument.baseTimeframe, bar, true);
    this.#rollUp.onBar(bar);
  }

  /** Runs the strategies that are due, in order of id; each bar of a strategy's timeframe reaches it once. */
  propose(): readonly Proposal[] {
    if (this.#due.length === 0) return NO_PROPOSALS;
    const proposals: Proposal[] = [];
    for (const active of this.#due) {
      const draft = this.#run(active);
      if (draft !== null) proposals.push({ active, draft });
    }
    this.#due.length = 0;
    return proposals.sort((a, b) => (a.active.strategy.id < b.active.strategy.id ? -1 : 1));
  }

  /** Faults since the last call. */
  takeFaults(): readonly StrategyFault[] {
    return this.#faults.length === 0 ? NO_FAULTS : this.#faults.splice(0);
  }

  snapshot(): MarketSnapshot {
    return {
      lastOpenTime: this.#lastOpenTime,
      lastClose: this.#lastPrice,
      rollUp: this.#rollUp.snapshot(),
      signals: this.signals.snapshot(),
    };
  }

  restore(snapshot: MarketSnapshot): void {
    this.#lastOpenTime = snapshot.lastOpenTime;
    this.#lastPrice = snapshot.lastClose;
    this.#now = snapshot.lastOpenTime + this.durationMs;
    this.#lastPriceAt = this.#now;
    this.#rollUp.restore(snapshot.rollUp);
    this.signals.restore(snapshot.signals);
  }

  #closed(timeframe: Timeframe, bar: Candle, complete: boolean): void {
    this.signals.onBar(timeframe, bar, complete);
    const deciding = this.#strategies.get(timeframe);
    if (deciding === undefined) return;
    const behind = bar.openTime + timeframeMs(timeframe) < this.#now;
    for (const active of deciding) {
      // A bar that a gap left behind is incomplete: the strategy sees it in its turn and may not decide on it (MK-1).
      if (behind) this.#run(active);
      else this.#due.push(active);
    }
  }

  #run(active: ActiveStrategy): SignalDraft | null {
    const { id } = active.strategy;
    if (this.#quarantined.has(id)) return null;
    try {
      return this.signals.propose(id);
    } catch (error) {
      this.#quarantined.add(id);
      this.#faults.push({ strategyId: id, message: error instanceof Error ? error.message : String(error) });
      return null;
    }
  }
}

const NO_PROPOSALS: readonly Proposal[] = [];
const NO_FAULTS: readonly StrategyFault[] = [];
