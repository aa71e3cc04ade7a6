/** Tiny drawn bars with the patterns that must come out of them; mirrored prices, so all of them read as longs. */
import { describe, expect, it } from 'vitest';
import { restoreInto, snapshotOf } from '#core/signals/indicators/indicator.ts';
import { LiquiditySweep, type PatternBar } from '#core/signals/strategies/liquidity-sweep.ts';
import { PriceZones } from '#core/signals/strategies/price-zones.ts';
import { type FoundPatterns, SmartMoney } from '#core/signals/strategies/smart-money.ts';

type Drawn = readonly [open: number, high: number, low: number, close: number];

function bar(index: number, [open, high, low, close]: Drawn, atr = 1): PatternBar {
  return { openTime: index, open, high, low, close, atr };
}

function follow<Found>(one: { onBar(bar: PatternBar): Found }, drawn: readonly Drawn[], atr = 1): Found[] {
  return drawn.map((shape, index) => one.onBar(bar(index, shape, atr)));
}

const SWEEP_RULES = { levelBars: 10, minimumSweepAtr: 0.2, maximumSweepAtr: 1.5, reclaimBars: 3 };

/** Follows the level 100 of a bar at -9. */
function sweeps(rules = SWEEP_RULES): LiquiditySweep {
  const sweep = new LiquiditySweep(rules);
  sweep.onBar(bar(-1, [101, 101.5, 100.5, 101]));
  sweep.onLevel(100, -9);
  return sweep;
}

const CALM: Drawn = [101, 101.2, 100.4, 100.9];
const SWEEP_AND_RECLAIM: Drawn = [100.2, 100.8, 99.4, 100.6];

describe('liquidity sweep', () => {
  it('a bar that trades below the level and closes up above it is one, with its extreme and age', () => {
    expect(follow(sweeps(), [CALM, SWEEP_AND_RECLAIM])).toEqual([
      null,
      { price: 100, time: -9, extreme: 99.4, extremeTime: 1, ageBars: 2, levels: 1 },
    ]);
  });

  it('the reclaim may come on a later bar: the extreme is the lowest of them', () => {
    const found = follow(sweeps(), [
      [100.2, 100.3, 99.5, 99.7],
      [99.7, 99.8, 99.1, 99.4],
      [99.4, 100.7, 99.3, 100.5],
    ]);
    expect(found[2]).toMatchObject({ extreme: 99.1, extremeTime: 1 });
  });

  it.each<{ reason: string; drawn: readonly Drawn[]; atr?: number }>([
    { reason: 'the level is not touched', drawn: [CALM, [100.4, 101, 100.05, 100.9]] },
    { reason: 'price touches the level exactly', drawn: [[100.4, 101, 100, 100.9]] },
    { reason: 'the close stays below', drawn: [[100.2, 100.8, 99.4, 99.95]] },
    { reason: 'the candle closes down', drawn: [[100.9, 101, 99.4, 100.6]] },
    { reason: 'the sweep is too shallow', drawn: [[100.2, 100.8, 99.85, 100.6]] },
    {
      reason: 'the sweep is too deep: the level is broken for good',
      drawn: [
        [100.2, 100.3, 98.4, 98.6],
        [98.6, 100.9, 98.5, 100.8],
      ],
    },
    {
      reason: 'the reclaim comes too late',
      drawn: [
        [100.2, 100.3, 99.4, 99.5],
        [99.5, 99.7, 99.4, 99.6],
        [99.6, 99.9, 99.5, 99.8],
        [99.8, 100.9, 99.7, 100.8],
      ],
    },
    { reason: 'the level is too old', drawn: [...Array<Drawn>(10).fill(CALM), SWEEP_AND_RECLAIM] },
    { reason: 'there is no ATR yet', drawn: [SWEEP_AND_RECLAIM], atr: Number.NaN },
  ])('no signal when $reason', ({ drawn, atr = 1 }) => {
    expect(follow(sweeps(), drawn, atr).every((one) => one === null)).toBe(true);
  });

  it('the level lasts to its last bar', () => {
    const found = follow(sweeps(), [...Array<Drawn>(9).fill(CALM), SWEEP_AND_RECLAIM]);
    expect(found.at(-1)).not.toBeNull();
  });

  it('a shallow touch leaves the level as it was: a later sweep counts anew', () => {
    const touch: Drawn = [100.2, 100.8, 99.9, 100.6];
    const found = follow(sweeps(), [touch, CALM, CALM, CALM, SWEEP_AND_RECLAIM]);
    expect(found.at(-1)).toMatchObject({ extreme: 99.4, extremeTime: 4 });
  });

  it('ST-3: a level is used up by its reclaim; several reclaimed at once are one, the lowest', () => {
    const two = sweeps();
    two.onLevel(99.8, -5);
    const found = follow(two, [SWEEP_AND_RECLAIM, SWEEP_AND_RECLAIM]);
    expect(found[0]).toMatchObject({ price: 99.8, time: -5, levels: 2 });
    expect(found[1]).toBeNull();
  });

  it('keeps the newest eight levels', () => {
    const sweep = new LiquiditySweep({ ...SWEEP_RULES, levelBars: 99, maximumSweepAtr: 99 });
    for (let level = 0; level < 9; level++) {
      sweep.onBar(bar(level, [200, 201, 199, 200]));
      sweep.onLevel(100 + level, level);
    }
    // Sweeps all of them: the level 100 is forgotten.
    expect(sweep.onBar(bar(20, [150, 151, 90, 150.5]))).toMatchObject({ price: 101, levels: 8 });
  });
});

const ZONE_RULES = { zoneBars: 6, depth: 0, confirmBars: 2 };

/** The zone from 100 to 101, made by a bar at -2. */
function zones(rules = ZONE_RULES): PriceZones {
  const one = new PriceZones(rules);
  one.onZone(101, 100, -2, 2.5);
  return one;
}

const ABOVE: Drawn = [103, 103.5, 102, 102.5];
const RETEST: Drawn = [101.2, 101.9, 100.6, 101.8];

describe('price zones', () => {
  it('the first return that turns up within the zone is told with its extreme', () => {
    expect(follow(zones(), [ABOVE, RETEST])).toEqual([
      null,
      { top: 101, bottom: 100, time: -2, strength: 2.5, extreme: 100, extremeTime: 1, ageBars: 2 },
    ]);
  });

  it('a wick through the bottom moves the extreme, a close through it ends the zone', () => {
    expect(follow(zones(), [[101.2, 101.9, 99.7, 101.8]])[0]).toMatchObject({ extreme: 99.7 });
    const broken = follow(zones({ ...ZONE_RULES, confirmBars: 5 }), [[101, 101.2, 99.5, 99.9], RETEST]);
    expect(broken).toEqual([null, null]);
  });

  it.each<{ reason: string; drawn: readonly Drawn[]; depth?: number }>([
    { reason: 'price does not come back', drawn: [[102, 102.5, 101.1, 102.4]] },
    { reason: 'it does not come deep enough', drawn: [RETEST], depth: 0.5 },
    { reason: 'the candle closes down', drawn: [[101.9, 102, 100.6, 101.2]] },
    { reason: 'it closes in the lower half', drawn: [[100.1, 100.6, 100, 100.5]] },
    {
      reason: 'the turn comes too late',
      drawn: [
        [101.5, 101.6, 100.6, 100.7],
        [100.9, 101, 100.2, 100.4],
        [100.4, 102, 100.3, 101.9],
      ],
    },
    { reason: 'the zone is too old', drawn: [...Array<Drawn>(6).fill(ABOVE), RETEST] },
  ])('nothing when $reason', ({ drawn, depth = 0 }) => {
    expect(follow(zones({ ...ZONE_RULES, depth }), drawn).every((one) => one === null)).toBe(true);
  });

  it('the turn may come on the bar after the touch', () => {
    const found = follow(zones(), [[101.5, 101.6, 100.2, 100.4], RETEST]);
    expect(found[1]).toMatchObject({ extreme: 100, extremeTime: 0 });
  });

  it('ST-3: a zone is used up by its return; of two the newer is told', () => {
    const one = zones();
    one.onBar(bar(0, ABOVE));
    one.onZone(101.2, 100.4, 0, 3);
    expect(one.holds(101.1)).toBe(true);
    expect(follow(one, [RETEST, ABOVE, RETEST])).toEqual([expect.objectContaining({ time: 0 }), null, null]);
    expect(one.holds(101.1)).toBe(false);
  });
});

const RULES = {
  levelBars: 50,
  minimumSweepAtr: 0.2,
  maximumSweepAtr: 1.5,
  reclaimBars: 3,
  zoneBars: 50,
  impulseAtr: 2,
  impulseBars: 3,
  minimumGapAtr: 0.5,
  gapFill: 0.5,
};

/** A swing high at 101, a down candle from 99.6 to 98.8, and an up candle that closes at 101.6. */
const IMPULSE: readonly Drawn[] = [
  [99.2, 99.5, 99, 99.4],
  [99.4, 99.6, 98.8, 99],
  [99, 101.7, 99, 101.6],
];
const BACK_TO_BLOCK: Drawn = [99.5, 100.4, 99.3, 100.2];

function side(): SmartMoney {
  const one = new SmartMoney(RULES);
  one.onSwingHigh(101);
  return one;
}

const last = (found: readonly (FoundPatterns | null)[]) => found.at(-1) ?? null;

describe('order blocks', () => {
  it('the last down candle before a break of structure with impulse is retested', () => {
    const found = last(follow(side(), [...IMPULSE, [101.6, 101.8, 101, 101.2], BACK_TO_BLOCK]));
    expect(found?.block).toMatchObject({ top: 99.6, bottom: 98.8, time: 1, ageBars: 2, extreme: 98.8 });
    expect(found?.block?.strength).toBeCloseTo(2.8, 12);
    expect(found).toMatchObject({ sweep: null, gap: null, count: 1 });
  });

  it.each<{ reason: string; drawn: readonly Drawn[]; atr?: number }>([
    { reason: 'the structure does not break', drawn: [...IMPULSE.slice(0, 2), [99, 101.7, 99, 100.9]] },
    { reason: 'the move is too small for ATR', drawn: IMPULSE, atr: 1.5 },
    {
      reason: 'the break comes too late',
      drawn: [
        ...IMPULSE.slice(0, 2),
        [99, 99.5, 99, 99.4],
        [99.4, 99.9, 99.3, 99.8],
        [99.8, 100.3, 99.7, 100.2],
        [100.2, 101.7, 100.1, 101.6],
      ],
    },
  ])('none when $reason', ({ drawn, atr = 1 }) => {
    expect(last(follow(side(), [...drawn, [101.6, 101.8, 101, 101.2], BACK_TO_BLOCK], atr))?.block ?? null).toBeNull();
  });

  it('a swing high is broken once: without a new one there is no further block', () => {
    const one = side();
    follow(one, [[100, 101.6, 99.9, 101.5], ...IMPULSE]);
    expect(last(follow(one, [BACK_TO_BLOCK]))?.block ?? null).toBeNull();
  });
});

/** Between the high of 100.2 and the low of 101 no bar traded twice. */
const GAP: readonly Drawn[] = [
  [99.8, 100.2, 99.7, 100],
  [100, 101.5, 99.9, 101.4],
  [101.4, 102, 101, 101.9],
];

describe('fair-value gaps', () => {
  it('a gap is filled to its middle and price turns up', () => {
    const found = last(follow(new SmartMoney(RULES), [...GAP, [101.9, 102, 101.3, 101.4], [100.5, 101.2, 100.4, 101]]));
    expect(found?.gap).toMatchObject({ top: 101, bottom: 100.2, time: 1, extreme: 100.2 });
    expect(found?.gap?.strength).toBeCloseTo(0.8, 12);
  });

  it.each<{ reason: string; drawn: readonly Drawn[]; fill?: Drawn }>([
    { reason: 'the bars overlap', drawn: [...GAP.slice(0, 2), [101.4, 102, 100.1, 101.9]] },
    { reason: 'it is too small', drawn: [...GAP.slice(0, 2), [101.4, 102, 100.6, 101.9]] },
    { reason: 'the candle between closed down', drawn: [GAP[0] as Drawn, [101.4, 101.5, 99.9, 100], GAP[2] as Drawn] },
    { reason: 'less than half of it is filled', drawn: GAP, fill: [101, 101.4, 100.7, 101.2] },
  ])('none when $reason', ({ drawn, fill = [100.5, 101.2, 100.4, 101] }) => {
    expect(last(follow(new SmartMoney(RULES), [...drawn, fill]))?.gap ?? null).toBeNull();
  });
});

describe('the patterns together', () => {
  it('a sweep into a block that still stands counts as two', () => {
    const one = side();
    follow(one, IMPULSE);
    one.onSwingLow(99.5, 77);
    // Sweeps 99.5 and turns within the block, but the block was touched and confirmed by the same close.
    const both = one.onBar(bar(9, BACK_TO_BLOCK));
    expect(both).toMatchObject({ sweep: { price: 99.5 }, block: { time: 1 }, count: 2 });
    const other = side();
    follow(other, [...IMPULSE, [101.6, 101.7, 98.9, 99.1]]);
    other.onSwingLow(99.3, 78);
    // Touched before, closes above 99.3 but not above the middle of the block yet.
    expect(other.onBar(bar(9, [99.05, 99.5, 98.95, 99.35]))).toMatchObject({ sweep: { price: 99.3 }, count: 2 });
  });

  it('PL-6: goes on from a snapshot at every bar', () => {
    const drawn = [...IMPULSE, ...GAP, BACK_TO_BLOCK, SWEEP_AND_RECLAIM, RETEST, [100.5, 101.2, 100.4, 101] as Drawn];
    for (let cut = 0; cut <= drawn.length; cut++) {
      const first = side();
      first.onSwingLow(100, 1);
      follow(first, drawn.slice(0, cut));
      const second = new SmartMoney(RULES);
      restoreInto(second, snapshotOf(first));
      const rest = (one: SmartMoney) => drawn.slice(cut).map((shape, index) => one.onBar(bar(cut + index, shape)));
      expect(rest(second)).toEqual(rest(first));
      expect(snapshotOf(second)).toEqual(snapshotOf(first));
    }
  });
});
