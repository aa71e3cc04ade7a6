/** How much to trade: risk per trade over stop distance, cut to the exchange's steps and the account (DE-20). */
import type { Instrument } from '#core/domain/instrument.ts';
import type { TradeTerms } from '#core/domain/phantom.ts';
import type { PositionSize } from '#core/domain/trading.ts';
import { roundTripCost } from '#core/fills/costs.ts';

export interface SizingLimits {
  readonly equity: number;
  /** Share of equity, 0.005 = 0.5 %. */
  readonly riskPerTrade: number;
  /** Exposure of open positions already, in quote units. */
  readonly exposure: number;
}

/**
 * The size at which a stop costs `riskPerTrade` of equity, fees and slippage included, and total exposure stays within
 * equity. `amount` 0 means that nothing can be traded; `basis` then says why.
 */
export function positionSize(terms: TradeTerms, instrument: Instrument, limits: SizingLimits): PositionSize {
  const lossPerUnit = Math.abs(terms.entry - terms.stop) + roundTripCost(terms.costs, terms.entry, terms.stop);
  const byRisk = (limits.equity * limits.riskPerTrade) / lossPerUnit;
  const byExposure = Math.max(0, limits.equity - limits.exposure) / terms.entry;
  const amount = cutToStep(Math.min(byRisk, byExposure), instrument.amountStep);
  const basis =
    byExposure < byRisk
      ? 'cut to the exposure limit of 100 % of equity'
      : `risk ${formatPercent(limits.riskPerTrade)} of equity`;
  return sizeOf(amount, terms, instrument, basis);
}

/** The same figures for an amount the trader chose; `amount` is cut to the step. */
export function chosenSize(amount: number, terms: TradeTerms, instrument: Instrument): PositionSize {
  return sizeOf(cutToStep(amount, instrument.amountStep), terms, instrument, 'chosen by you');
}

function sizeOf(amount: number, terms: TradeTerms, instrument: Instrument, basis: string): PositionSize {
  const notional = amount * terms.entry;
  if (notional < instrument.minNotional || amount <= 0) {
    return {
      amount: 0,
      notional: 0,
      riskAmount: 0,
      basis: `below the exchange's minimum of ${instrument.minNotional}`,
    };
  }
  const lossPerUnit = Math.abs(terms.entry - terms.stop) + roundTripCost(terms.costs, terms.entry, terms.stop);
  return { amount, notional, riskAmount: amount * lossPerUnit, basis };
}

function cutToStep(amount: number, step: number): number {
  if (step <= 0) return amount;
  // The tolerance keeps 0.3 / 0.1 from becoming 2 steps; the rounding keeps 3 x 0.1 from becoming 0.30000000000000004.
  const cut = Math.floor(amount / step + 1e-9) * step;
  const decimals = Math.max(0, Math.ceil(-Math.log10(step)));
  return Number(cut.toFixed(Math.min(decimals, 12)));
}

function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
