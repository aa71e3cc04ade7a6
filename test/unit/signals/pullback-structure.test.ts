/** Tiny drawn bars with the structure that must come out of them; mirrored prices, so all of them read as longs. */
import { describe, expect, it } from 'vitest';
import { restoreInto, snapshotOf } from '#core/signals/indicators/indicator.ts';
import {
  type ConfirmedPullback,
  type MirroredBar,
  PullbackStructure,
  type StructurePoint,
} from '#core/signals/strategies/pullback-structure.ts';

const RULES = {
  setupBars: 6,
  minimumBreakAtr: 0.5,
  minimumRetraceAtr: 1,
  maximumRetraceAtr: 3,
  confirmingCandles: 2,
};
const ORIGIN: StructurePoint = { price: 96, openTime: -1, rsi: 40, tsi: -5 };

type Drawn = readonly [open: number, high: number, low: number, close: number];

function bar(index: number, [open, high, low, close]: Drawn, atr = 1): MirroredBar {
  return { openTime: index, open, high, low, close, atr, rsi: 50 + index, tsi: index };
}

/** A structure that waits on the level 100 with the origin 96. */
function waiting(rules = RULES): PullbackStructure {
  const structure = new PullbackStructure(rules);
  structure.onBar(bar(-2, [98, 98.5, 97, 98]));
  structure.onLevel(100, -9, ORIGIN);
  return structure;
}

function follow(structure: PullbackStructure, drawn: readonly Drawn[], atr = 1): (ConfirmedPullback | null)[] {
  return drawn.map((one, index) => structure.onBar(bar(index, one, atr)));
}

const BREAK: Drawn = [99, 101.2, 98.9, 101];
const DIP: Drawn = [101, 101.1, 99.8, 100];
const UP: Drawn = [100, 100.5, 99.9, 100.4];
const UP_AGAIN: Drawn = [100.4, 101.3, 100.2, 101.1];

describe('pullback structure', () => {
  it('ST-10: a break, a pullback and two confirming candles are a signal with all its measures', () => {
    const found = follow(waiting(), [BREAK, DIP, UP, UP_AGAIN]);
    expect(found.slice(0, 3)).toEqual([null, null, null]);
    expect(found[3]).toEqual({
      levelPrice: 100,
      levelTime: -9,
      origin: ORIGIN,
      furthestClose: 101.1,
      topPrice: 101.2,
      topTime: 0,
      pullback: { price: 99.8, openTime: 1, rsi: 51, tsi: 1 },
      confirmations: 2,
    });
  });

  it('ST-10: a broken level gives one signal, not one per confirming candle', () => {
    const found = follow(waiting(), [BREAK, DIP, UP, UP_AGAIN, [101.1, 102, 101, 101.9], [101.9, 102.5, 101.5, 102.4]]);
    expect(found.filter((one) => one !== null)).toHaveLength(1);
  });

  it.each<{ reason: string; drawn: readonly Drawn[]; atr?: number }>([
    {
      reason: 'the close does not break the level',
      drawn: [[99, 101.2, 98.9, 100], DIP, UP, [100.4, 101, 100.2, 100]],
    },
    {
      reason: 'the break is a smaller part of ATR than required',
      drawn: [[99, 101.2, 98.9, 100.3], DIP, UP, [100.4, 100.9, 100.2, 100.45]],
    },
    {
      reason: 'the pullback is too shallow',
      drawn: [BREAK, [101, 101.1, 100.4, 100.5], [100.5, 100.9, 100.45, 100.8], UP_AGAIN],
    },
    { reason: 'only one candle confirms', drawn: [BREAK, DIP, UP, [101.1, 101.2, 100.2, 101]] },
    {
      reason: 'the confirming candles are not in a row',
      drawn: [BREAK, DIP, UP, [100.4, 100.5, 100, 100.2], [100.2, 101, 100.1, 100.9]],
    },
    {
      reason: 'the pullback is too deep',
      drawn: [BREAK, [101, 101.1, 98.1, 98.3], [98.3, 99, 98.2, 98.9], [98.9, 100, 98.8, 99.9]],
    },
    {
      reason: 'price makes its low within the confirming candles',
      drawn: [BREAK, DIP, UP, [100.2, 101.1, 99.5, 101]],
    },
    { reason: 'there is no ATR yet', drawn: [BREAK, DIP, UP, UP_AGAIN], atr: Number.NaN },
  ])('ST-10: no signal when $reason', ({ drawn, atr = 1 }) => {
    expect(follow(waiting(), drawn, atr).every((one) => one === null)).toBe(true);
  });

  it('ST-10: the low that broke the structure ends the setup for good', () => {
    const rules = { ...RULES, maximumRetraceAtr: 20 };
    const broken = follow(waiting(rules), [
      BREAK,
      [101, 101.1, 96, 97],
      [97, 99, 96.9, 98.9],
      [98.9, 101, 98.8, 100.9],
    ]);
    expect(broken.every((one) => one === null)).toBe(true);
    const held = follow(waiting(rules), [
      BREAK,
      [101, 101.1, 96.1, 97],
      [97, 99, 96.9, 98.9],
      [98.9, 101, 98.8, 100.9],
    ]);
    expect(held[3]).not.toBeNull();
  });

  it('ST-10: a setup that is too old gives nothing', () => {
    const flat: Drawn = [100.2, 100.3, 100, 100.1];
    const fresh = follow(waiting(), [BREAK, DIP, flat, flat, UP, UP_AGAIN]);
    expect(fresh[5]).not.toBeNull();
    const old = follow(waiting(), [BREAK, DIP, flat, flat, flat, flat, UP, UP_AGAIN]);
    expect(old.every((one) => one === null)).toBe(true);
  });

  it('ST-10: a new high starts the pullback anew', () => {
    const found = follow(waiting(), [
      BREAK,
      DIP,
      [100.5, 103, 100.4, 100.9],
      [100.9, 101, 100.6, 100.7],
      UP_AGAIN,
      [101.1, 102, 101, 101.8],
    ]);
    expect(found[5]).toMatchObject({ topPrice: 103, topTime: 2, pullback: { price: 100.2, openTime: 4 } });
  });

  it('ST-10: lows before the break move the origin', () => {
    const found = follow(waiting(), [[98, 98.2, 95, 97.5], BREAK, DIP, UP, UP_AGAIN]);
    expect(found[4]?.origin).toEqual({ price: 95, openTime: 0, rsi: 50, tsi: 0 });
  });

  it('PL-6: goes on from a snapshot at every bar', () => {
    const drawn = [BREAK, DIP, UP, UP_AGAIN];
    for (let at = 0; at <= drawn.length; at++) {
      const first = waiting();
      follow(first, drawn.slice(0, at));
      const second = new PullbackStructure(RULES);
      restoreInto(second, snapshotOf(first));
      const rest = (one: PullbackStructure) => drawn.slice(at).map((d, index) => one.onBar(bar(at + index, d)));
      expect(rest(second)).toEqual(rest(first));
    }
  });
});
