/** What real fills cost on average, and from when on that replaces what is assumed (PH-13, DE-34). */
import type { BrokerFill } from '#core/domain/broker-fill.ts';
import { type Instrument, splitInstrumentId } from '#core/domain/instrument.ts';

/** PH-13. */
export const FILLS_NEEDED = 30;

/** Per side, in basis points of the intended notional. */
export interface MeasuredCosts {
  readonly feeBps: number;
  /** Negative: on average prices were better than intended. */
  readonly slippageBps: number;
  readonly fills: number;
}

type Market = Pick<Instrument, 'exchange' | 'kind'>;

/**
 * Means over all fills of one market: an exchange's spot, or its swaps, which have fees of their own. A simulated
 * market's fills count for nothing: they measure the simulation.
 */
export class FillBook {
  readonly #known = new Set<string>();
  readonly #sums = new Map<string, { fills: number; feeBps: number; slippageBps: number }>();

  /** False when it is known already. */
  take(fill: BrokerFill): boolean {
    if (this.#known.has(fill.id)) return false;
    this.#known.add(fill.id);
    this.#add(fill);
    return true;
  }

  #add({ instrumentId, side, intendedPrice, price, amount, fee }: BrokerFill): void {
    const { exchange, symbol } = splitInstrumentId(instrumentId);
    if (exchange === SIMULATED) return;
    const intended = intendedPrice * amount;
    const worse = (side === 'buy' ? price - intendedPrice : intendedPrice - price) * amount;
    // Written so that a figure which is not known counts for nothing.
    if (!(intended > 0 && price > 0 && Number.isFinite(worse) && Number.isFinite(fee))) return;
    // ccxt writes what a contract settles in behind a colon.
    const key = keyOf({ exchange, kind: symbol.includes(':') ? 'swap' : 'spot' });
    const sums = this.#sums.get(key) ?? { fills: 0, feeBps: 0, slippageBps: 0 };
    sums.fills++;
    sums.feeBps += (fee / intended) * BPS;
    sums.slippageBps += (worse / intended) * BPS;
    this.#sums.set(key, sums);
  }

  /** Null below 30 fills. */
  costsOf(market: Market): MeasuredCosts | null {
    const sums = this.#sums.get(keyOf(market));
    if (sums === undefined || sums.fills < FILLS_NEEDED) return null;
    const { fills } = sums;
    return { feeBps: sums.feeBps / fills, slippageBps: sums.slippageBps / fills, fills };
  }
}

const BPS = 10_000;
/** The embedded demo exchange. */
const SIMULATED = 'demo';

function keyOf({ exchange, kind }: Market): string {
  return `${exchange} ${kind}`;
}
