/** PH-10 to PH-15 as a table of tiny drawn candles with the expected exit, for both sides. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import type { ExitReason, Outcome, TradeTerms } from '#core/domain/phantom.ts';
import { TradeWalk } from '#core/fills/trade-walk.ts';
import { resolveTrade } from '#core/phantoms/resolver.ts';
import { FREE, longTrade, MINUTE, minutes, mirrored, type Ohlc, OPENED_AT, shortTrade } from '#test/support/trades.ts';

interface Row {
  readonly name: string;
  readonly candles: readonly Ohlc[];
  readonly terms?: Partial<TradeTerms>;
  readonly outcome: Outcome;
  readonly reason: ExitReason | null;
  readonly grossR: number | null;
  readonly exitPrice?: number;
  /** Minutes from the opening to the exit. */
  readonly exitMinute?: number;
  readonly tp1?: boolean;
  readonly runner?: boolean;
  readonly ambiguous?: boolean;
  readonly optimistic?: readonly [Outcome, ExitReason, number];
  readonly mfe?: number;
  readonly mae?: number;
}

const TABLE: readonly Row[] = [
  {
    name: 'PH-15: no candle decides: the phantom stays open',
    candles: [[100, 101, 99, 100]],
    outcome: 'open',
    reason: null,
    grossR: null,
    mfe: 0.5,
    mae: 0.5,
  },
  {
    name: 'PH-11: the stop fills at its level; the favourable extreme of the exit candle does not count (PH-6)',
    candles: [
      [100, 100.5, 99.5, 100],
      [100, 102, 97.5, 98],
    ],
    outcome: 'loss',
    reason: 'sl',
    grossR: -1,
    exitPrice: 98,
    exitMinute: 2,
    mfe: 0.25,
    mae: 1,
  },
  {
    name: 'PH-11: a bar that opens beyond the stop fills at its open, at its open time',
    candles: [
      [100, 100.5, 99.5, 100],
      [97, 103.5, 96, 103],
    ],
    outcome: 'loss',
    reason: 'sl',
    grossR: -1.5,
    exitPrice: 97,
    exitMinute: 1,
    ambiguous: false,
    mae: 1.5,
    mfe: 0.25,
  },
  {
    name: 'PH-15: a bar that opens exactly at the stop exits at the open',
    candles: [[98, 99, 97, 98.5]],
    outcome: 'loss',
    reason: 'sl',
    grossR: -1,
    exitMinute: 0,
  },
  {
    name: 'PH-15: opening at the target takes a pending tp1 and the rest at the open',
    candles: [[105.4, 106, 97, 99]],
    outcome: 'win',
    reason: 'tp',
    grossR: 2.7,
    exitPrice: 105.4,
    exitMinute: 0,
    tp1: true,
    runner: true,
    ambiguous: false,
    mfe: 2.7,
    mae: 0,
  },
  {
    name: 'PH-15: opening beyond tp1 takes its fraction at the open; the original stop still holds in that bar',
    candles: [[103.4, 103.6, 97.9, 98]],
    outcome: 'win',
    reason: 'sl',
    grossR: 0.5 * 1.7 + 0.5 * -1,
    exitPrice: 98,
    tp1: true,
    ambiguous: false,
    mfe: 1.7,
    mae: 1,
  },
  {
    name: 'PH-12: after tp1 at the open, stop and target in the same bar are ambiguous',
    candles: [[103.4, 105.2, 97.9, 98]],
    outcome: 'win',
    reason: 'sl',
    grossR: 0.5 * 1.7 + 0.5 * -1,
    tp1: true,
    ambiguous: true,
    optimistic: ['win', 'tp', 0.5 * 1.7 + 0.5 * 2.5],
  },
  {
    name: 'PH-4: tp1 takes half; the stop moves to entry only from the next candle on',
    candles: [
      [100, 103.2, 99, 103],
      [103, 103, 99.9, 100],
    ],
    outcome: 'win',
    reason: 'be',
    grossR: 0.8,
    exitPrice: 100,
    exitMinute: 2,
    tp1: true,
    runner: false,
    mfe: 1.6,
    mae: 0.5,
  },
  {
    name: 'PH-4: with a fraction of 0 tp1 only moves the stop, and break-even is no win',
    terms: { tp1Fraction: 0 },
    candles: [
      [100, 103.5, 100, 103],
      [103, 103, 99.9, 100],
    ],
    outcome: 'loss',
    reason: 'be',
    grossR: 0,
    tp1: true,
  },
  {
    name: 'PH-15: a bar that opens below the moved stop exits there',
    candles: [
      [100, 103.2, 100, 103],
      [99, 104, 99, 104],
    ],
    outcome: 'win',
    reason: 'be',
    grossR: 0.5 * 1.6 + 0.5 * -0.5,
    exitPrice: 99,
    exitMinute: 1,
    tp1: true,
  },
  {
    name: 'PH-15: tp1 and target in one bar are both taken at their levels',
    candles: [[100, 106, 99, 105]],
    outcome: 'win',
    reason: 'tp',
    grossR: 0.5 * 1.6 + 0.5 * 2.5,
    exitPrice: 105,
    exitMinute: 1,
    tp1: true,
    runner: true,
    mfe: 2.5,
    mae: 0.5,
  },
  {
    name: 'PH-12: a bar that touches stop and target is a loss, marked ambiguous, with the other reading beside it',
    candles: [[100, 105, 98, 104]],
    outcome: 'loss',
    reason: 'sl',
    grossR: -1,
    ambiguous: true,
    optimistic: ['win', 'tp', 0.5 * 1.6 + 0.5 * 2.5],
  },
  {
    name: 'PH-12: stop and pending tp1 in one bar: the optimistic reading still loses the rest at the original stop',
    candles: [[100, 103.3, 98, 103]],
    outcome: 'loss',
    reason: 'sl',
    grossR: -1,
    ambiguous: true,
    optimistic: ['win', 'sl', 0.5 * 1.6 + 0.5 * -1],
  },
  {
    name: 'PH-12: after tp1, the moved stop and the target in one bar',
    candles: [
      [100, 103.2, 100, 103],
      [103, 105.1, 99.9, 105],
    ],
    outcome: 'win',
    reason: 'be',
    grossR: 0.8,
    tp1: true,
    ambiguous: true,
    optimistic: ['win', 'tp', 0.8 + 1.25],
  },
  {
    name: 'PH-5: at the timeout the rest exits at the close',
    terms: { timeoutMs: 2 * MINUTE },
    candles: [
      [100, 101, 99.5, 100.5],
      [100.5, 101, 100, 100.8],
    ],
    outcome: 'timeout',
    reason: 'timeout',
    grossR: 0.4,
    exitPrice: 100.8,
    exitMinute: 2,
    mfe: 0.5,
    mae: 0.25,
  },
  {
    name: 'PH-15: the timeout also ends the bar that took tp1',
    terms: { timeoutMs: MINUTE },
    candles: [[100, 103.2, 99.5, 102]],
    outcome: 'timeout',
    reason: 'timeout',
    grossR: 0.5 * 1.6 + 0.5 * 1,
    tp1: true,
  },
  {
    name: 'PH-15: the stop comes before the timeout on the last bar',
    terms: { timeoutMs: MINUTE },
    candles: [[100, 101, 97, 100]],
    outcome: 'loss',
    reason: 'sl',
    grossR: -1,
  },
  {
    name: 'PH-4: a trade without tp1 runs straight to its target',
    terms: { tp1: null },
    candles: [[100, 105, 99, 105]],
    outcome: 'win',
    reason: 'tp',
    grossR: 2.5,
    tp1: false,
    runner: false,
  },
];

function check(row: Row, terms: TradeTerms, candles: readonly Candle[], mirror: boolean): void {
  const result = resolveTrade(terms, '1m', candles);
  expect(result.outcome).toBe(row.outcome);
  expect(result.exitReason).toBe(row.reason);
  if (row.grossR === null) expect(result.grossR).toBeNull();
  else expect(result.grossR).toBeCloseTo(row.grossR, 10);
  if (row.exitPrice !== undefined) {
    expect(result.exitPrice).toBeCloseTo(mirror ? 200 - row.exitPrice : row.exitPrice, 10);
  }
  if (row.exitMinute !== undefined) expect(result.exitTime).toBe(OPENED_AT + row.exitMinute * MINUTE);
  if (row.tp1 !== undefined) expect(result.tp1Hit).toBe(row.tp1);
  if (row.runner !== undefined) expect(result.runnerHit).toBe(row.runner);
  expect(result.ambiguous).toBe(row.ambiguous ?? false);
  if (row.optimistic === undefined) {
    expect(result.optimistic).toBeNull();
  } else {
    const [outcome, exitReason, netR] = row.optimistic;
    expect(result.optimistic).toMatchObject({ outcome, exitReason });
    expect(result.optimistic?.netR).toBeCloseTo(netR, 10);
  }
  if (row.mfe !== undefined) expect(result.maxFavorableR).toBeCloseTo(row.mfe, 10);
  if (row.mae !== undefined) expect(result.maxAdverseR).toBeCloseTo(row.mae, 10);
}

describe('the resolver, long', () => {
  for (const row of TABLE) {
    it(row.name, () => check(row, longTrade(row.terms), minutes(row.candles), false));
  }
});

describe('the resolver, short, on mirrored candles', () => {
  for (const row of TABLE) {
    it(row.name, () => {
      const { tp1, ...rest } = row.terms ?? {};
      const terms = shortTrade(tp1 === undefined ? rest : { ...rest, tp1 });
      check(row, terms, minutes(mirrored(row.candles)), true);
    });
  }
});

describe('what counts', () => {
  it('PH-15: a candle that opened before the entry is ignored', () => {
    const early = minutes([[100, 106, 97, 100]], OPENED_AT - MINUTE);
    expect(resolveTrade(longTrade(), '1m', early)).toMatchObject({ outcome: 'open', barsHeld: 0 });
  });

  it('PH-13: net R pays fee and slippage on the entry and on every exit', () => {
    const costs = { feeBps: 10, slippageBps: 2 };
    const result = resolveTrade(longTrade({ costs }), '1m', minutes([[100, 106, 99, 105]]));
    const exitValue = 0.5 * 103.2 + 0.5 * 105;
    expect(result.netR).toBeCloseTo((exitValue - 100) / 2 - (0.0012 * (100 + exitValue)) / 2, 12);
    expect(result.pnlPercent).toBeCloseTo(exitValue - 100, 12);
  });

  it('PH-13: a gross gain that the costs eat is a loss', () => {
    const costs = { feeBps: 50, slippageBps: 0 };
    const rows: Ohlc[] = [
      [100, 103.2, 100, 103],
      [103, 103, 99.9, 100],
    ];
    const result = resolveTrade(longTrade({ costs, tp1Fraction: 0.1 }), '1m', minutes(rows));
    expect(result.grossR).toBeGreaterThan(0);
    expect(result).toMatchObject({ outcome: 'loss', exitReason: 'be' });
  });

  it('DE-30: an entry price that holds its slippage pays it on exits only', () => {
    const costs = { feeBps: 10, slippageBps: 2, entrySlippageInPrice: true };
    const result = resolveTrade(longTrade({ costs, tp1: null }), '1m', minutes([[100, 105, 99, 105]]));
    expect(result.netR).toBeCloseTo(2.5 - (0.001 * 100 + 0.0012 * 105) / 2, 12);
  });

  it('PH-6: 1R and 2R count when they are exactly reached, and not on the bar that stops the trade', () => {
    const reached = resolveTrade(longTrade(), '1m', minutes([[100, 102, 99, 100]]));
    expect(reached).toMatchObject({ oneRHit: true, twoRHit: false });
    const stopped = resolveTrade(longTrade(), '1m', minutes([[100, 102, 98, 100]]));
    expect(stopped).toMatchObject({ oneRHit: false, exitReason: 'sl' });
  });

  it('PH-6: seconds to tp1 and to exit count from the opening', () => {
    const rows: Ohlc[] = [
      [100, 101, 99, 100],
      [100, 103.2, 100, 103],
      [103, 105, 103, 105],
    ];
    expect(resolveTrade(longTrade(), '1m', minutes(rows))).toMatchObject({
      timeToTp1Sec: 120,
      timeToExitSec: 180,
      barsHeld: 3,
      beMoved: true,
      runnerHit: true,
    });
  });
});

describe('finer candles', () => {
  const five = (row: Ohlc) => minutes([row], OPENED_AT, 5 * MINUTE);

  it('PH-12: a bar that touches stop and target is walked with the finer series first', () => {
    const coarse = five([100, 105.5, 97.5, 98]);
    const targetFirst = minutes([
      [100, 103, 100, 103],
      [103, 105.5, 103, 105],
      [105, 105, 97.5, 98],
      [98, 98, 97.8, 98],
      [98, 98.2, 97.9, 98],
    ]);
    const result = resolveTrade(longTrade(), '5m', coarse, { durationMs: MINUTE, candles: targetFirst });
    expect(result).toMatchObject({ outcome: 'win', exitReason: 'tp', ambiguous: false, barsHeld: 1 });
    expect(result.exitTime).toBe(OPENED_AT + 2 * MINUTE);
    expect(resolveTrade(longTrade(), '5m', coarse)).toMatchObject({ outcome: 'loss', ambiguous: true });
  });

  it('PH-12: after tp1 inside the bar, the entry counts as a level too', () => {
    const coarse = five([100, 103.5, 99.5, 100.5]);
    const fine = minutes([
      [100, 103.5, 100, 103],
      [103, 103, 99.5, 100],
      [100, 100.5, 99.8, 100.2],
      [100.2, 100.4, 100, 100.3],
      [100.3, 100.6, 100.2, 100.5],
    ]);
    const result = resolveTrade(longTrade(), '5m', coarse, { durationMs: MINUTE, candles: fine });
    expect(result).toMatchObject({ exitReason: 'be', tp1Hit: true, exitTime: OPENED_AT + 2 * MINUTE });
  });

  it('PH-12: a finer series with a hole is not used', () => {
    const coarse = five([100, 105.5, 97.5, 98]);
    const holed = minutes([
      [100, 105.5, 100, 105],
      [105, 105, 97.5, 98],
    ]);
    const result = resolveTrade(longTrade(), '5m', coarse, { durationMs: MINUTE, candles: holed });
    expect(result).toMatchObject({ outcome: 'loss', ambiguous: true });
  });
});

/** A random walk of minute candles around the trade's levels. */
const walk = fc
  .array(fc.tuple(fc.integer({ min: -12, max: 12 }), fc.nat(8), fc.nat(8)), { minLength: 5, maxLength: 90 })
  .map((steps) => {
    let open = 100;
    return steps.map(([move, up, down]): Ohlc => {
      const close = Math.max(90, open + move / 10);
      const row: Ohlc = [open, Math.max(open, close) + up / 10, Math.min(open, close) - down / 10, close];
      open = close + (up - down) / 50;
      return row;
    });
  });

describe('properties', () => {
  it('PH-14: stopping and continuing after any bar gives the result of one pass', () => {
    fc.assert(
      fc.property(walk, fc.nat(89), (rows, cut) => {
        const candles = minutes(rows);
        const whole = resolveTrade(longTrade(), '1m', candles);
        let trade = new TradeWalk(longTrade());
        candles.forEach((candle, index) => {
          trade.onBar(candle, MINUTE);
          if (index === cut && !trade.closed) {
            trade = TradeWalk.continue(longTrade(), JSON.parse(JSON.stringify(trade.state())));
          }
        });
        expect(trade.result()).toEqual(whole);
      }),
    );
  });

  it('PH-14: finer candles never find a later exit than the coarse ones allow', () => {
    fc.assert(
      fc.property(walk, (rows) => {
        const fine = minutes(rows.slice(0, rows.length - (rows.length % 5)));
        const coarse: Candle[] = [];
        for (let i = 0; i < fine.length; i += 5) {
          const part = fine.slice(i, i + 5);
          coarse.push({
            openTime: (part[0] as Candle).openTime,
            open: (part[0] as Candle).open,
            high: Math.max(...part.map((c) => c.high)),
            low: Math.min(...part.map((c) => c.low)),
            close: (part[4] as Candle).close,
            volume: 5,
          });
        }
        const withFine = resolveTrade(longTrade(), '5m', coarse, { durationMs: MINUTE, candles: fine });
        const without = resolveTrade(longTrade(), '5m', coarse);
        if (without.exitTime !== null) {
          expect(withFine.exitTime).not.toBeNull();
          expect(withFine.exitTime as number).toBeLessThanOrEqual(without.exitTime);
        }
      }),
    );
  });

  it('PH-6: R stays within what the levels and gaps allow, and excursions bracket it', () => {
    fc.assert(
      fc.property(walk, fc.constantFrom(FREE, { feeBps: 10, slippageBps: 2 }), (rows, costs) => {
        const result = resolveTrade(longTrade({ costs }), '1m', minutes(rows));
        expect(result.maxFavorableR).toBeGreaterThanOrEqual(0);
        expect(result.maxAdverseR).toBeGreaterThanOrEqual(0);
        if (result.grossR === null || result.netR === null) return;
        expect(result.netR).toBeLessThanOrEqual(result.grossR);
        expect(result.grossR).toBeLessThanOrEqual(result.maxFavorableR + 1e-9);
        expect(result.grossR).toBeGreaterThanOrEqual(-result.maxAdverseR - 1e-9);
        expect(result.outcome === 'win').toBe(result.exitReason !== 'timeout' && result.netR > 0);
      }),
    );
  });
});
