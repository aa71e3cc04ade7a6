/** The record beside the engine: it never goes back, and it does not hold a batch up. */
import { describe, expect, it } from 'vitest';
import type { EngineInput } from '#core/engine/messages.ts';
import { withFills } from '#main/services/research/stored-fills.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { MINUTE, smallDesk, smallInstrument } from '#test/support/small-desk.ts';

const INSTRUMENTS = ['AAA', 'BBB', 'CCC'].map(smallInstrument);
const CANDLES = syntheticCandles({ count: 250, stepMs: MINUTE });

function batch(at: number): EngineInput {
  const bars = CANDLES.slice(at, at + 1).flatMap((candle) =>
    INSTRUMENTS.map(({ id }) => ({ instrumentId: id, candle })),
  );
  return { kind: 'bars', closeTime: SYNTHETIC_START + (at + 1) * MINUTE, bars, origin: 'live' };
}

describe('the engine keeper', () => {
  it('MK-3, PL-6: a bar that comes again does not take the record back to it', () => {
    const { profile, keeper } = smallDesk(INSTRUMENTS);
    for (const at of [0, 1, 2, 3, 1]) keeper.apply(batch(at));
    const worked = () => profile.loadOpen().workedBars.map(({ openTime }) => (openTime - SYNTHETIC_START) / MINUTE);
    expect(worked()).toEqual([3, 3, 3]);
    keeper.applyBulk([batch(2), batch(3)]);
    expect(worked()).toEqual([3, 3, 3]);
  });

  it('DE-34, PL-6: a fill at an exchange is recorded once, and a replay takes it behind the batch that it followed', () => {
    const { profile, keeper } = smallDesk(INSTRUMENTS);
    const fill = {
      id: 'o1',
      instrumentId: 'x:AAA',
      side: 'sell',
      intendedPrice: 2,
      price: 1.9,
      amount: 3,
      fee: 0.01,
    } as const;
    const inputs = [0, 1, 2].map(batch);
    keeper.apply(inputs[0] as EngineInput);
    keeper.apply(inputs[1] as EngineInput);
    const time = SYNTHETIC_START + 2 * MINUTE + 5_000;
    for (let told = 0; told < 2; told++) keeper.apply({ kind: 'filled', time, fill });
    keeper.apply(inputs[2] as EngineInput);
    const afterCloseTime = SYNTHETIC_START + 2 * MINUTE;
    expect(profile.fills()).toEqual([{ fill, time, afterCloseTime }]);
    expect(profile.loadOpen().fills).toEqual([fill]);
    const again = [...withFills(inputs, profile.fills())];
    expect(again).toEqual([inputs[0], inputs[1], { kind: 'filled', time, fill }, inputs[2]]);
    expect([...withFills(inputs.slice(2), profile.fills())]).toEqual(again.slice(2));
  });

  it('PE-6, PL-6: instruments that come due together are snapshotted in steps of their own', () => {
    const { profile, keeper } = smallDesk(INSTRUMENTS);
    let most = 0;
    let before = 0;
    for (let at = 0; at < CANDLES.length; at++) {
      keeper.apply(batch(at));
      const taken = profile.loadOpen().snapshots.filter(({ scope }) => scope.includes(':')).length;
      most = Math.max(most, taken - before);
      before = taken;
    }
    expect({ most, taken: before }).toEqual({ most: 1, taken: INSTRUMENTS.length });
  });
});
