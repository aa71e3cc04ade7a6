/** Joins the live market to engine and stores: what becomes of each final, forming, refused and revised bar. */
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { BaseTimeframe } from '#core/domain/timeframe.ts';
import type { ExchangeConnection, ExchangeFault } from '#main/exchange/feed.ts';
import type { Profile } from '#main/store/database.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import type { DeskLog } from './desk-log.ts';
import type { EngineKeeper } from './engine-keeper.ts';
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
        keeper.apply({ kind: 'bars', closeTime, bars, origin: offline ? 'gap' : 'live' });
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
      },
      heartbeat: (time) => keeper.apply({ kind: 'heartbeat', time }),
      progress: options.onProgress,
    },
  });
  market.start();
  return market;
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
