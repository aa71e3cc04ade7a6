/** The trades inside one base bar: from open over both extremes to close, drawn from the seed and the bar alone. */
import { createRandom, type Random } from '#core/base/random.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { DemoInstrument, MarketBar } from './candle-source.ts';

/** Aggregate trades per base bar; about one a second of market time. */
export const TRADES_PER_BAR = 61;
/** Trades from one anchor (open, first extreme, second extreme) up to the next. */
const TRADES_PER_LEG = (TRADES_PER_BAR - 1) / 3;
/** How far a price between anchors may stray, as a fraction of the bar's range. */
const STRAY = 0.35;

export interface BarTrade {
  /** Place in the bar, 0 to TRADES_PER_BAR - 1. */
  readonly index: number;
  readonly time: UnixMs;
  readonly price: number;
  /** Base units. */
  readonly amount: number;
  /** The taker bought. */
  readonly takerBuys: boolean;
}

export interface BarTrades {
  /** Trades with `from < time <= to`. */
  between(from: UnixMs, to: UnixMs): readonly BarTrade[];
  /** The bar as its trades up to `now` (included) make it; the final bar once its time is over, null before its first trade. */
  barAt(now: UnixMs): MarketBar | null;
}

/**
 * Draws the trades of `bar`. They touch open, high, low and close exactly and add up to its volume, so that candles
 * built from trades equal the published ones, and forming bars nest: high only rises, low only falls, volume only grows.
 */
export function drawBarTrades(seed: string, instrument: DemoInstrument, barMs: number, bar: MarketBar): BarTrades {
  const ticksPerUnit = 10 ** instrument.priceDecimals;
  const stepsPerUnit = 10 ** instrument.amountDecimals;
  const random = createRandom(`${seed}/trades/${instrument.marketId}/${bar.openTime}`);
  const drawn = draw(random, bar, barMs, ticksPerUnit, Math.round(bar.volume * stepsPerUnit));

  /** How many trades have happened up to `now`. */
  function countUntil(now: UnixMs): number {
    let count = 0;
    while (count < TRADES_PER_BAR && (drawn.time[count] ?? Number.POSITIVE_INFINITY) <= now) count += 1;
    return count;
  }

  function tradeAt(index: number): BarTrade {
    const before = index === 0 ? 0 : (drawn.steps[index - 1] ?? 0);
    return {
      index,
      time: drawn.time[index] ?? bar.openTime,
      price: (drawn.ticks[index] ?? 0) / ticksPerUnit,
      amount: ((drawn.steps[index] ?? 0) - before) / stepsPerUnit,
      takerBuys: drawn.buys[index] === 1,
    };
  }

  return {
    between: (from, to) => {
      if (bar.volume === 0) return [];
      const trades: BarTrade[] = [];
      const end = countUntil(to);
      for (let index = countUntil(from); index < end; index++) trades.push(tradeAt(index));
      return trades;
    },
    barAt: (now) => {
      if (now >= bar.openTime + barMs) return bar;
      const count = bar.volume === 0 ? 0 : countUntil(now);
      if (count === 0) return null;
      let high = drawn.ticks[0] ?? 0;
      let low = high;
      for (let index = 1; index < count; index++) {
        const ticks = drawn.ticks[index] ?? 0;
        if (ticks > high) high = ticks;
        if (ticks < low) low = ticks;
      }
      const steps = drawn.steps[count - 1] ?? 0;
      const share = steps / stepsPerUnit / bar.volume;
      return {
        openTime: bar.openTime,
        open: bar.open,
        high: high / ticksPerUnit,
        low: low / ticksPerUnit,
        close: (drawn.ticks[count - 1] ?? 0) / ticksPerUnit,
        volume: steps / stepsPerUnit,
        quoteVolume: bar.quoteVolume * share,
        trades: Math.max(count, Math.floor(bar.trades * share)),
        takerBuyVolume: Math.floor(bar.takerBuyVolume * share * stepsPerUnit) / stepsPerUnit,
      };
    },
  };
}

interface DrawnTrades {
  /** UTC ms, rising. */
  readonly time: Float64Array;
  readonly ticks: Float64Array;
  /** Amount steps traded so far. */
  readonly steps: Float64Array;
  /** 1 where the taker bought. */
  readonly buys: Uint8Array;
}

function draw(random: Random, bar: MarketBar, barMs: number, ticksPerUnit: number, totalSteps: number): DrawnTrades {
  const open = Math.round(bar.open * ticksPerUnit);
  const close = Math.round(bar.close * ticksPerUnit);
  const high = Math.round(bar.high * ticksPerUnit);
  const low = Math.round(bar.low * ticksPerUnit);
  // A bar that closes up more often saw its low first: the other order needs the longer way.
  const closeShare = high > low ? (close - open) / (high - low) : 0;
  const lowFirst = random.next() < 0.5 + 0.4 * closeShare;
  const anchorTicks = [open, lowFirst ? low : high, lowFirst ? high : low, close];
  const firstExtremeAt = 0.08 + 0.42 * random.next();
  const secondExtremeAt = firstExtremeAt + 0.08 + (0.84 - firstExtremeAt) * random.next();
  const anchorTimes = [0, firstExtremeAt, secondExtremeAt, 1 - 1 / barMs];

  const time = new Float64Array(TRADES_PER_BAR);
  const ticks = new Float64Array(TRADES_PER_BAR);
  const steps = new Float64Array(TRADES_PER_BAR);
  const buys = new Uint8Array(TRADES_PER_BAR);
  let total = 0;
  for (let index = 0; index < TRADES_PER_BAR; index++) {
    const leg = Math.min(2, Math.floor(index / TRADES_PER_LEG));
    const share = (index - leg * TRADES_PER_LEG) / TRADES_PER_LEG;
    const fromTime = anchorTimes[leg] ?? 0;
    const toTime = anchorTimes[leg + 1] ?? 1;
    const fromTicks = anchorTicks[leg] ?? open;
    const toTicks = anchorTicks[leg + 1] ?? close;
    const isAnchor = share === 0 || index === TRADES_PER_BAR - 1;
    const stray = random.normal() * STRAY * (high - low) * Math.sqrt(share * (1 - share)) * (isAnchor ? 0 : 1);
    const straight = fromTicks + share * (toTicks - fromTicks);
    time[index] = bar.openTime + Math.floor((fromTime + share * (toTime - fromTime)) * barMs);
    ticks[index] = Math.min(high, Math.max(low, Math.round(straight + stray)));
    const previous = index === 0 ? open : (ticks[index - 1] ?? open);
    const rise = (ticks[index] ?? open) - previous;
    buys[index] = rise > 0 || (rise === 0 && random.next() < 0.5) ? 1 : 0;
    // Exponential amounts: many small trades, few large ones.
    total += 0.15 - Math.log(1 - random.next());
    steps[index] = total;
  }
  for (let index = 0; index < TRADES_PER_BAR; index++) {
    steps[index] = Math.round(((steps[index] ?? 0) / total) * totalSteps);
  }
  return { time, ticks, steps, buys };
}
