/** A fill that a broker reports of an order at an exchange (DE-34); the paper account's own are positions, never this. */
import type { InstrumentId } from './instrument.ts';
import type { UnixMs } from './timeframe.ts';

export interface BrokerFill {
  /** The broker's; one is counted once. */
  readonly id: string;
  readonly instrumentId: InstrumentId;
  readonly side: 'buy' | 'sell';
  /** Price that the order was meant to trade at, and the one it did; quote units. */
  readonly intendedPrice: number;
  readonly price: number;
  /** Base units. */
  readonly amount: number;
  /** Quote units; negative where the exchange paid for it. */
  readonly fee: number;
}

/** As the record keeps it. */
export interface TakenFill {
  readonly fill: BrokerFill;
  /** Engine time of the report. */
  readonly time: UnixMs;
  /** Close time of the newest batch worked before it. */
  readonly afterCloseTime: UnixMs;
}
