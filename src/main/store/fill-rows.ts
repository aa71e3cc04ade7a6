/** Fills at an exchange as the record keeps them (DE-34). */
import type { TakenFill } from '#core/domain/broker-fill.ts';
import type { Connection } from './connection.ts';

/** In the order in which they were taken. */
export function takenFills(connection: Connection): readonly TakenFill[] {
  return connection
    .prepare(
      `SELECT id, instrument_id, side, intended_price, price, amount, fee, time, after_close_time FROM broker_fills
       ORDER BY sequence`,
    )
    .all()
    .map(([id, instrumentId, side, intendedPrice, price, amount, fee, time, afterCloseTime]) => ({
      fill: {
        id: id as string,
        instrumentId: instrumentId as string,
        side: side as TakenFill['fill']['side'],
        intendedPrice: intendedPrice as number,
        price: price as number,
        amount: amount as number,
        fee: fee as number,
      },
      time: time as number,
      afterCloseTime: afterCloseTime as number,
    }));
}

export function putFill(connection: Connection, { fill, time, afterCloseTime }: TakenFill): void {
  const { id, instrumentId, side, intendedPrice, price, amount, fee } = fill;
  connection
    .prepare('INSERT INTO broker_fills VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(id, time, afterCloseTime, instrumentId, side, intendedPrice, price, amount, fee);
}
