/** How much to trade: risk per trade over stop distance, scaled by factors, cut to the exchange's steps and the account (DE-20). */
import type { Instrument } from '#core/domain/instrument.ts';
import type { TradeTerms } from '#core/domain/phantom.ts';
import type { PositionSize, SizeFactor } from '#core/domain/trading.ts';
import { roundTripCost } from '#core/fills/costs.ts';

export interface SizingLimits {
  readonly equity: number;
  /** Share of equity, 0.005 = 0.5 %. */
  readonly riskPerTrade: number;
  /** Each scales the risk, e.g. volatility. */
  readonly factors: readonly SizeFactor[];
  /** Quote units that are left of the exposure limit. */
  readonly room: number;
  /** Quote units; null: none beyond the room. */
  readonly maximumNotional: number | null;
}

/**
 * The size at which a stop costs `riskPerTrade` of equity times the factors, fees and slippage included, within room and
 * maximum notional. `amount` 0 means that nothing can be traded; `basis` then says why.
 */
export function positionSize(terms: TradeTerms, instrument: Instrument, limits: SizingLimits): PositionSize {
  const lossPerUnit = Math.abs(terms.entry - terms.stop) + roundTripCost(terms.costs, terms.entry, terms.stop);
  const scale = limits.factors.reduce((product, { value }) => product * value, 1);
  const byRisk = (limits.equity * limits.riskPerTrade * scale) / lossPerUnit;
  const byRoom = limits.room / terms.entry;
  const byNotional = (limits.maximumNotional ?? Number.POSITIVE_INFINITY) / terms.entry;
  const amount = cutToStep(Math.min(byRisk, byRoom, byNotional), instrument.amountStep);
  const { factors } = limits;
  if (byRoom < byRisk && byRoom <= byNotional) {
    return sizeOf(amount, terms, instrument, 'cut to the exposure limit', factors);
  }
  if (byNotional < byRisk) return sizeOf(amount, terms, instrument, 'cut to the maximum notional', factors);
  const scaled = factors.map(({ name, value }) => ` × ${value.toFixed(2)} ${name}`).join('');
  return sizeOf(amount, terms, instrument, `risk ${formatPercent(limits.riskPerTrade)} of equity${scaled}`, factors);
}

/** The same figures for an amount the trader chose; `amount` is cut to the step. */
export function chosenSize(amount: number, terms: TradeTerms, instrument: Instrument): PositionSize {
  return sizeOf(cutToStep(amount, instrument.amountStep), terms, instrument, 'chosen by you', []);
}

function sizeOf(
  amount: number,
  terms: TradeTerms,
  instrument: Instrument,
  basis: string,
  factors: readonly SizeFactor[],
): PositionSize {
  const notional = amount * terms.entry;
  // Written so that an unknown amount is none.
  if (!(amount > 0 && notional >= instrument.minNotional)) {
    const small = `below the exchange's minimum of ${instrument.minNotional}`;
    return { amount: 0, notional: 0, riskAmount: 0, basis: `${basis}: ${small}`, factors };
  }
  const lossPerUnit = Math.abs(terms.entry - terms.stop) + roundTripCost(terms.costs, terms.entry, terms.stop);
  return { amount, notional, riskAmount: amount * lossPerUnit, basis, factors };
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
