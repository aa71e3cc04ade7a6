/** DE-20, ST-3: sizes and planned reward:risk. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosenSize, positionSize } from '#core/decisions/sizing.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { plannedNetRewardRisk, roundTripCost } from '#core/fills/costs.ts';
import { BTC } from '#test/support/scripted-desk.ts';
import { longTrade } from '#test/support/trades.ts';

const limits = { equity: 10_000, riskPerTrade: 0.005, factors: [], room: 10_000, maximumNotional: null };
const costs = { feeBps: 10, slippageBps: 2 };

describe('positionSize', () => {
  it('DE-20: a stop costs the set share of equity, fees and slippage included', () => {
    const size = positionSize(longTrade({ costs }), { ...BTC, amountStep: 0 }, limits);
    expect(size.amount * (2 + 0.0012 * (100 + 98))).toBeCloseTo(50, 9);
    expect(size.riskAmount).toBeCloseTo(50, 9);
    expect(size.basis).toBe('risk 0.5 % of equity');
  });

  it('DE-20: it never risks more than asked, never passes the exposure left, and is a multiple of the step', () => {
    const steps = fc.constantFrom(0.001, 0.1, 1e-5, 1, 0.5);
    fc.assert(
      fc.property(
        steps,
        fc.double({ min: 0, max: 10_000, noNaN: true }),
        fc.double({ min: 90, max: 99.9, noNaN: true }),
        (step, exposure, stop) => {
          const instrument: Instrument = { ...BTC, amountStep: step };
          const size = positionSize(longTrade({ costs, stop }), instrument, { ...limits, room: 10_000 - exposure });
          expect(size.riskAmount).toBeLessThanOrEqual(50 + 1e-6);
          expect(size.notional).toBeLessThanOrEqual(10_000 - exposure + 1e-6);
          expect(Math.abs(size.amount / step - Math.round(size.amount / step))).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it("DE-20: below the exchange's minimum there is no size, and it says so", () => {
    const size = positionSize(longTrade({ costs }), { ...BTC, minNotional: 5_000 }, limits);
    expect(size).toMatchObject({ amount: 0, notional: 0 });
    expect(size.basis).toMatch(/minimum/);
  });

  it('DE-20: steps do not lose or gain one by rounding', () => {
    expect(chosenSize(0.3, longTrade(), { ...BTC, amountStep: 0.1 }).amount).toBe(0.3);
    expect(chosenSize(0.29, longTrade(), { ...BTC, amountStep: 0.1 }).amount).toBe(0.2);
  });
});

describe('plannedNetRewardRisk', () => {
  it('ST-3: (|target - entry| - c) / (|entry - stop| + c)', () => {
    const cost = roundTripCost(costs, 100, 100);
    expect(cost).toBeCloseTo(0.24, 12);
    expect(plannedNetRewardRisk(costs, 100, 98, 105)).toBeCloseTo((5 - 0.24) / (2 + 0.24), 12);
    expect(plannedNetRewardRisk(costs, 100, 99.9, 100.1)).toBeLessThan(0);
  });
});
