/** Joins the live market to engine and stores: what becomes of each final, forming, refused and revised bar. */
import type { Result } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import { asStored } from '#core/domain/market-facts.ts';
import type { BaseTimeframe, UnixMs } from '#core/domain/timeframe.ts';
import type { BaseBar } from '#core/engine/messages.ts';
import type { ExchangeConnection, ExchangeFault } from '#main/exchange/feed.ts';
import type { Profile } from '#main/store/database.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import type { DeskLog } from './desk-log.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import { withFinerBars } from './finer-bars.ts';
import { type LastWorked, LiveMarket, type MarketState } from './live-market.ts';

export interface FormingBar {
  readonly instrumentId: InstrumentId;
  readonly candle: Candle;
}

export interface FinalBars {
  readonly instrumentId: InstrumentId;
  readonly candles: readonly Candle[];
}

export interface LiveFeedOptions {
  readonly connection: ExchangeConnection;
  readonly keeper: EngineKeeper;
  readonly profile: Profile;
  readonly log: DeskLog;
  readonly instruments: readonly Instrument[];
  readonly baseTimeframe: BaseTimeframe;
  /** Monotonic real time, ms. */
  readonly monotonic: () => number;
  readonly onState: (state: MarketState, fault: ExchangeFault | null) => void;
  readonly onStoreFault: (fault: StoreFault) => void;
  /** Stored already. */
  readonly onFinal: (bars: FinalBars) => void;
  readonly onForming: (bar: FormingBar) => void;
  /** MK-3: stored already. */
  readonly onRevised: (instrumentId: InstrumentId) => void;
  readonly onProgress: (fetched: number, expected: number) => void;
}

/** Starts the feed; close the returned market to end it. */
export function startLiveFeed(options: LiveFeedOptions): LiveMarket {
  const { connection, keeper, profile, log, baseTimeframe } = options;
  const now = () => connection.clock.now();
  const market = new LiveMarket({
    connection,
    instruments: options.instruments,
    baseTimeframe,
    lastWorked: (id) => lastWorked(keeper, profile, baseTimeframe, id),
    monotonic: options.monotonic,
    listener: {
      state: options.onState,
      final: (instrumentId, candles) => {
        const written = profile.candles.write(instrumentId, baseTimeframe, candles, now());
        if (!written.ok) return options.onStoreFault(written.error);
        options.onFinal({ instrumentId, candles });
      },
      batch: ({ closeTime, bars, late, after }, offline) => {
        if (late) {
          for (const { instrumentId, candle } of bars) {
            profile.notes.noteLateBar({
              instrumentId,
              openTime: candle.openTime,
              processedAfterCloseTime: after,
            });
          }
        }
        if (offline) tellAgain(keeper, profile, baseTimeframe, closeTime, bars);
        const kept = keepFacts(keeper, profile, baseTimeframe, bars);
        if (!kept.ok) return options.onStoreFault(kept.error);
        const refined = bars.map((bar) => withFinerBars(keeper.engine, profile.candles, baseTimeframe, bar));
        keeper.apply({ kind: 'bars', closeTime, bars: refined, origin: offline ? 'gap' : 'live' });
      },
      forming: (instrumentId, candle) => {
        options.onForming({ instrumentId, candle });
        // Ticks matter to the engine only while a ticket waits on them; phantoms never look at them (RE-14).
        for (const ticket of keeper.engine.openTickets()) {
          if (ticket.instrumentId !== instrumentId) continue;
          keeper.apply({ kind: 'quote', time: now(), instrumentId, price: candle.close });
          return;
        }
      },
      rejected: (instrumentId, reason, raw) => {
        const text = JSON.stringify(raw);
        profile.notes.quarantine([{ instrumentId, timeframe: baseTimeframe, recordedAt: now(), reason, raw: text }]);
        log.write('warning', 'exchange', `${instrumentId}: a candle was refused: ${reason}`, now());
      },
      revised: (instrumentId, candle) => {
        profile.candles.write(instrumentId, baseTimeframe, [candle], now());
        log.write('warning', 'exchange', `${instrumentId} changed a closed bar; it is stored as a revision`, now());
        options.onRevised(instrumentId);
      },
      facts: (instrumentId, facts, askedAt) =>
        keeper.apply({ kind: 'market', time: askedAt, instrumentId, facts: asStored(facts) }),
      heartbeat: (time, onTheWayMs) => keeper.apply({ kind: 'heartbeat', time, onTheWayMs }),
      progress: options.onProgress,
    },
  });
  market.start();
  return market;
}

/** Stores what the bars will be worked with, before they are: what was decided on can always be replayed (PL-2). */
function keepFacts(
  { engine }: EngineKeeper,
  profile: Profile,
  timeframe: BaseTimeframe,
  bars: readonly BaseBar[],
): Result<void, StoreFault> {
  return profile.notes.facts.write(
    bars.flatMap(({ instrumentId, candle: { openTime } }) => {
      const state = engine.instrument(instrumentId);
      if (state === undefined || openTime <= state.lastOpenTime) return [];
      return [{ instrumentId, timeframe, openTime, facts: state.factsFor(openTime) }];
    }),
  );
}

/** A crash between storing facts and working their bar: the bar comes again from history, with the facts it had. */
function tellAgain(
  keeper: EngineKeeper,
  profile: Profile,
  timeframe: BaseTimeframe,
  closeTime: UnixMs,
  bars: readonly BaseBar[],
): void {
  for (const { instrumentId, candle } of bars) {
    const [stored] = profile.notes.facts.read(instrumentId, timeframe, candle.openTime, candle.openTime + 1);
    if (stored !== undefined) keeper.apply({ kind: 'market', time: closeTime - 1, instrumentId, facts: stored.facts });
  }
}

/** The newest bar the engine has worked, as it is stored: the feed goes on behind it. */
function lastWorked(
  keeper: EngineKeeper,
  profile: Profile,
  baseTimeframe: BaseTimeframe,
  id: InstrumentId,
): LastWorked | null {
  const openTime = keeper.engine.instrument(id)?.lastOpenTime ?? -1;
  if (openTime < 0) return null;
  const [candle] = profile.candles.read(id, baseTimeframe, openTime, openTime + 1);
  return { openTime, candle: candle ?? null };
}
