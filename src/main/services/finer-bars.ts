/** Finer bars that are stored already when a live bar is worked (PH-12). */
import type { InstrumentId } from '#core/domain/instrument.ts';
import { type BaseTimeframe, timeframeMs } from '#core/domain/timeframe.ts';
import type { Engine } from '#core/engine/engine.ts';
import type { BaseBar } from '#core/engine/messages.ts';
import type { CandleStore } from '#main/store/candle-store.ts';

type Held = Pick<Engine, 'openPhantoms' | 'openPositions'>;

/**
 * The bar with the 1m bars inside it, where all of them are stored and something may end on it. A replay finds the same
 * ones; what is stored later changes what is closed by a re-grade only.
 */
export function withFinerBars(
  engine: Held,
  candles: Pick<CandleStore, 'read'>,
  timeframe: BaseTimeframe,
  bar: BaseBar,
): BaseBar {
  if (timeframe !== '5m' || !isHeld(engine, bar.instrumentId)) return bar;
  const { openTime } = bar.candle;
  const end = openTime + timeframeMs('5m');
  const fine = [...candles.read(bar.instrumentId, '1m', openTime, end)];
  return fine.length * timeframeMs('1m') === timeframeMs('5m') ? { ...bar, fine } : bar;
}

/** By a phantom, or by a position that has outlived its own. */
function isHeld(engine: Held, id: InstrumentId): boolean {
  if (engine.openPhantoms.of(id).length > 0) return true;
  for (const { position } of engine.openPositions()) if (position.instrumentId === id) return true;
  return false;
}
