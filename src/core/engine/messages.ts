/** What goes into the engine and what comes out (PL-1, PL-2). Inputs carry their time; events are past tense. */
import type { AdaptiveMinimum } from '#core/decisions/adaptive-minimum.ts';
import type { ThresholdBook } from '#core/decisions/threshold-book.ts';
import type { BrokerFill } from '#core/domain/broker-fill.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { ExternalSignal } from '#core/domain/external-signal.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { MarketFacts } from '#core/domain/market-facts.ts';
import type { Prediction } from '#core/domain/model.ts';
import type { Observation, ObservationLabel } from '#core/domain/observation.ts';
import type { Phantom, PhantomResult } from '#core/domain/phantom.ts';
import type { BreakerId, EquityPoint, RiskSettings, RiskState } from '#core/domain/risk.ts';
import type { Decision, Stage } from '#core/domain/score.ts';
import type { SentimentIndex } from '#core/domain/sentiment-index.ts';
import type { FeatureVector, SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount, Position, Ticket, TicketId } from '#core/domain/trading.ts';
import type { ModelPair } from './scoring-model.ts';

/**
 * Where a batch of bars comes from. It decides only what a signal in it becomes: live signals follow the stage, gap
 * signals (PL-8) and bootstrap signals (PL-11) become phantoms and never tickets, replay is treated like shadow.
 */
const BATCH_ORIGINS = ['live', 'gap', 'bootstrap', 'replay'] as const;
export type BatchOrigin = (typeof BATCH_ORIGINS)[number];

/** Where a signal comes from: a batch, or a file of signals that somebody else found (ST-20). */
export type SignalOrigin = BatchOrigin | 'import';

export interface BaseBar {
  readonly instrumentId: InstrumentId;
  readonly candle: Candle;
  /** Bars of a finer stored series that cover this one without a hole, where there are any (PH-12). */
  readonly fine?: readonly Candle[];
}

/** Settings the engine reads; a change is an input like any other. */
export interface EngineSettings {
  readonly stage: Stage;
  /** Share of equity at risk per trade, 0.005 = 0.5 % (DE-20). */
  readonly riskPerTrade: number;
  /** Null: the learned or adaptive threshold; else a fixed minimum score (DE-10). */
  readonly fixedMinimumScore: number | null;
  readonly slippageBps: number;
  /** Strategies switched off by the trader. */
  readonly disabledStrategies: readonly string[];
  /** PH-2: gated signals are followed too, so that the gates can be graded; absent: no. */
  readonly trackGated?: boolean;
  /** PH-43: gates (PH-40) that a scalp must pass to be asked for or entered; none unless said. */
  readonly scalpGates?: readonly string[];
  /** Strategies on trial that the trader let out of phase 0 (ST-11); none unless said. */
  readonly promotedStrategies?: readonly string[];
  /** DE-10; absent: on. Off: models go on answering and are measured, the rules' score decides. */
  readonly scoreSignals?: boolean;
  /** Absent: the defaults. */
  readonly risk?: RiskSettings;
}

export type EngineInput =
  /** Final base bars that close together (PL-4), of one close time, at most one per instrument. */
  | {
      readonly kind: 'bars';
      readonly closeTime: UnixMs;
      readonly bars: readonly BaseBar[];
      readonly origin: BatchOrigin;
    }
  /**
   * What the exchange tells beside candles (MK-15). It counts for the base bar that `time` lies in, when that is worked:
   * for no earlier bar (it was not known then) and for no later one (it is stale).
   */
  | {
      readonly kind: 'market';
      readonly time: UnixMs;
      readonly instrumentId: InstrumentId;
      readonly facts: MarketFacts;
    }
  /**
   * A sentiment index was imported (FE-13): the whole index from now on. It says nothing else of what was worked before
   * than the one until now did.
   */
  | { readonly kind: 'sentiment'; readonly time: UnixMs; readonly index: SentimentIndex }
  /**
   * Advances the clock in quiet markets (PL-3). `onTheWayMs` is the feed time that bars may be behind it although nothing
   * is wrong: on a feed faster than real time the way itself takes minutes of the market (MK-24). Absent: none.
   */
  | { readonly kind: 'heartbeat'; readonly time: UnixMs; readonly onTheWayMs?: number }
  /** Last price of a forming bar: tickets look at it, phantoms never (RE-14). */
  | { readonly kind: 'quote'; readonly time: UnixMs; readonly instrumentId: InstrumentId; readonly price: number }
  | {
      readonly kind: 'approve';
      readonly time: UnixMs;
      readonly ticketId: TicketId;
      /** Base units; null takes the ticket's size. */
      readonly amount: number | null;
    }
  | { readonly kind: 'skip'; readonly time: UnixMs; readonly ticketId: TicketId; readonly reason: string | null }
  /**
   * A signal from outside (ST-20), judged at the newest close. One that `Engine.externalObjection` objects to changes
   * nothing: it is for the caller to ask first and to say why.
   */
  | {
      readonly kind: 'external';
      readonly time: UnixMs;
      readonly instrumentId: InstrumentId;
      readonly signal: ExternalSignal;
      readonly origin: Extract<SignalOrigin, 'live' | 'replay' | 'import'>;
    }
  /** DE-23: engaged, nothing enters and what waits for a click is closed; `closePositions` ends the open ones as well. */
  | { readonly kind: 'kill-switch'; readonly time: UnixMs; readonly engaged: boolean; readonly closePositions: boolean }
  /** DE-22: resets a breaker, or trips it by hand to see that it works. */
  | { readonly kind: 'breaker'; readonly time: UnixMs; readonly breaker: BreakerId; readonly action: 'reset' | 'trip' }
  /** The drift alerts that are open from now on, each in words (DE-22). */
  | { readonly kind: 'drift'; readonly time: UnixMs; readonly alerts: readonly string[] }
  /** A broker's report: an entry order was not carried out (PL-2, DE-22). */
  | {
      readonly kind: 'order-failed';
      readonly time: UnixMs;
      readonly instrumentId: InstrumentId;
      readonly message: string;
    }
  /** A broker's report: an order at an exchange was filled (DE-34). One that is known already changes nothing. */
  | { readonly kind: 'filled'; readonly time: UnixMs; readonly fill: BrokerFill }
  | { readonly kind: 'settings'; readonly time: UnixMs; readonly settings: EngineSettings }
  /** A model was activated, retired or rolled back: from now on whoever asks it hears these (ML-24). */
  | {
      readonly kind: 'models';
      readonly time: UnixMs;
      /** Its id in the table of models, e.g. `trend`; strategies name the one that scores them (ML-11). */
      readonly model: string;
      readonly models: ModelPair | null;
    }
  /** The exchange reports a delisting or halt (MK-14). */
  | { readonly kind: 'delisted'; readonly time: UnixMs; readonly instrumentId: InstrumentId; readonly reason: string };

const REFUSALS = ['unknown ticket', 'already decided', 'expired', 'price moved', 'size', 'no price', 'risk'] as const;
export type Refusal = (typeof REFUSALS)[number];

export type EngineEvent =
  /** A signal was found; its phantom opened with it, its decision inside (PH-1). */
  | { readonly kind: 'phantom-opened'; readonly time: UnixMs; readonly phantom: Phantom }
  /** What a model said of a signal that was just found; its phantom opened with the event before (ML-45). */
  | { readonly kind: 'predicted'; readonly time: UnixMs; readonly prediction: Prediction }
  /** An opening range ended or an hour closed, whether or not a signal came of it (ML-3). */
  | { readonly kind: 'observed'; readonly time: UnixMs; readonly observation: Observation }
  /** What came of an observation is known, or can never be. */
  | { readonly kind: 'labelled'; readonly time: UnixMs; readonly label: ObservationLabel }
  /** tp1 was taken: the one life-cycle step worth an event of its own. */
  | { readonly kind: 'phantom-tp1'; readonly time: UnixMs; readonly phantomId: SignalId; readonly price: number }
  | {
      readonly kind: 'phantom-closed';
      readonly time: UnixMs;
      readonly phantomId: SignalId;
      readonly result: PhantomResult;
      readonly resolvedOffline: boolean;
    }
  /** A pending phantom got its final disposition. */
  | {
      readonly kind: 'phantom-decided';
      readonly time: UnixMs;
      readonly phantomId: SignalId;
      readonly decision: Decision;
    }
  /** Thresholds of one strategy and kind of score were fitted anew: they count from the next signal on (DE-2). */
  | { readonly kind: 'thresholds-fitted'; readonly time: UnixMs; readonly book: ThresholdBook }
  /** An execution was resolved, and with it the minimum or margin of its strategy was looked at again (ML-51). */
  | {
      readonly kind: 'minimum-adapted';
      readonly time: UnixMs;
      readonly strategyId: string;
      readonly minimum: AdaptiveMinimum;
    }
  | { readonly kind: 'ticket-opened'; readonly time: UnixMs; readonly ticket: Ticket }
  /** Scored again on a base bar; `features` is the fresh vector, kept with the ticket and never trained on (DE-16). */
  | {
      readonly kind: 'ticket-updated';
      readonly time: UnixMs;
      readonly ticket: Ticket;
      readonly features: FeatureVector | null;
    }
  | { readonly kind: 'ticket-closed'; readonly time: UnixMs; readonly ticket: Ticket }
  | { readonly kind: 'fill-taken'; readonly time: UnixMs; readonly fill: BrokerFill }
  | { readonly kind: 'position-opened'; readonly time: UnixMs; readonly position: Position }
  | { readonly kind: 'position-closed'; readonly time: UnixMs; readonly position: Position }
  | { readonly kind: 'account-changed'; readonly time: UnixMs; readonly account: PaperAccount }
  /** What risk remembers has changed: the whole of it, for the record (PL-6). */
  | { readonly kind: 'risk-changed'; readonly time: UnixMs; readonly risk: RiskState }
  | {
      readonly kind: 'breaker-tripped';
      readonly time: UnixMs;
      readonly breaker: BreakerId;
      readonly why: string;
      readonly isDrill: boolean;
    }
  | { readonly kind: 'breaker-reset'; readonly time: UnixMs; readonly breaker: BreakerId }
  | {
      readonly kind: 'kill-switch-set';
      readonly time: UnixMs;
      readonly engaged: boolean;
      readonly closedPositions: number;
    }
  | { readonly kind: 'stage-set'; readonly time: UnixMs; readonly stage: Stage; readonly before: Stage }
  /** The account with its open positions, at each hour that has some and after each close. */
  | { readonly kind: 'equity-marked'; readonly time: UnixMs; readonly point: EquityPoint }
  /** A trader's intent that could not be followed, with why; nothing was changed. */
  | {
      readonly kind: 'intent-refused';
      readonly time: UnixMs;
      readonly ticketId: TicketId;
      readonly refusal: Refusal;
      readonly message: string;
    }
  /** A strategy or feature threw and is quarantined for this instrument (PL-9). */
  | {
      readonly kind: 'fault-raised';
      readonly time: UnixMs;
      readonly source: string;
      readonly instrumentId: InstrumentId | null;
      readonly message: string;
    };
