/** How phantoms, tickets and positions look as rows of the window. */

import type { LivePhantom, PhantomRow } from '#contract/areas/phantoms.ts';
import type { PositionView, TicketView } from '#contract/areas/trading.ts';
import { movedR } from '#core/decisions/tickets.ts';
import { type Instrument, splitInstrumentId } from '#core/domain/instrument.ts';
import type { Phantom, PhantomResult } from '#core/domain/phantom.ts';
import { sideSign } from '#core/domain/signal.ts';
import type { Position, Ticket } from '#core/domain/trading.ts';
import { roundTripCost } from '#core/fills/costs.ts';
import type { TradeWalk } from '#core/fills/trade-walk.ts';
import type { OpenPhantom } from '#core/phantoms/phantom-book.ts';

/** Decimals used where the exchange did not tell its price step. */
const UNKNOWN_DECIMALS = 4;

/** Decimals that show one price step: 0.01 -> 2. */
export function priceDecimals(instrument: Instrument | null): number {
  const tick = instrument?.priceTick ?? 0;
  return tick > 0 ? Math.max(0, Math.min(10, Math.ceil(-Math.log10(tick) - 1e-9))) : UNKNOWN_DECIMALS;
}

function phantomRow(phantom: Phantom, result: PhantomResult, instrument: Instrument | null): PhantomRow {
  const { signal, terms, decision } = phantom;
  const { exchange, symbol } = splitInstrumentId(phantom.instrumentId);
  return {
    id: phantom.id,
    instrumentId: phantom.instrumentId,
    symbol,
    exchange,
    simulated: phantom.simulated,
    strategyId: signal.strategyId,
    side: terms.side,
    openedAt: terms.openedAt,
    timeoutAt: terms.openedAt + terms.timeoutMs,
    entry: terms.entry,
    stop: terms.stop,
    tp1: terms.tp1,
    target: terms.target,
    priceDecimals: priceDecimals(instrument),
    session: signal.context.session,
    regime: signal.context.regime,
    qscore: signal.qscore,
    score: decision.score.value,
    scoreKind: decision.score.kind,
    threshold: decision.threshold.value,
    disposition: decision.disposition,
    dispositionReason: decision.reason,
    decidedBy: decision.decidedBy,
    outcome: result.outcome,
    exitReason: result.exitReason,
    exitPrice: result.exitPrice,
    exitTime: result.exitTime,
    grossR: result.grossR,
    netR: result.netR,
    pnlPercent: result.pnlPercent,
    maxFavorableR: result.maxFavorableR,
    maxAdverseR: result.maxAdverseR,
    tp1Hit: result.tp1Hit,
    barsHeld: result.barsHeld,
    ambiguous: result.ambiguous,
    resolvedOffline: phantom.resolvedOffline,
  };
}

export function livePhantom(open: OpenPhantom, price: number | null, instrument: Instrument | null): LivePhantom {
  const { phantom, walk } = open;
  const { side, entry, stop, target } = phantom.terms;
  const sign = sideSign(side);
  const risk = Math.abs(entry - stop);
  const inR = (distance: number) => distance / risk;
  return {
    ...phantomRow({ ...phantom, resolvedOffline: open.resolvedOffline }, walk.result(), instrument),
    stopInForce: walk.stopInForce,
    price,
    unrealisedR: price === null ? null : walk.netRAt(price),
    distanceToStopR: price === null ? null : inR(sign * (price - walk.stopInForce)),
    distanceToTargetR: price === null ? null : inR(sign * (target - price)),
  };
}

export function ticketView(
  ticket: Ticket,
  phantom: Phantom,
  price: number | null,
  instrument: Instrument | null,
): TicketView {
  const { signal, terms } = phantom;
  const { exchange, symbol } = splitInstrumentId(ticket.instrumentId);
  const costPerUnit = roundTripCost(terms.costs, terms.entry, terms.entry);
  return {
    ...ticket,
    symbol,
    exchange,
    simulated: phantom.simulated,
    strategyId: signal.strategyId,
    side: terms.side,
    priceDecimals: priceDecimals(instrument),
    reasons: signal.reasons,
    qscore: signal.qscore,
    qualityParts: signal.qualityParts,
    marks: signal.marks,
    plannedRr: signal.plannedRr,
    plannedNetRr: signal.plannedNetRr,
    session: signal.context.session,
    regime: signal.context.regime,
    advice: phantom.decision.advice ?? null,
    price,
    movedR: price === null ? null : movedR(ticket, price),
    costAmount: costPerUnit * ticket.size.amount,
    costR: costPerUnit / Math.abs(terms.entry - terms.stop),
  };
}

export function positionView(
  position: Position,
  walk: TradeWalk | null,
  price: number | null,
  instrument: Instrument | null,
  strategyId: string,
): PositionView {
  const { exchange, symbol } = splitInstrumentId(position.instrumentId);
  const unrealisedR = walk === null || price === null ? null : walk.netRAt(price);
  const risk = Math.abs(position.terms.entry - position.terms.stop);
  return {
    ...position,
    result: walk === null ? position.result : walk.result(),
    symbol,
    exchange,
    simulated: instrument?.simulated ?? exchange === 'demo',
    strategyId,
    priceDecimals: priceDecimals(instrument),
    price,
    unrealisedR,
    unrealisedProfit: unrealisedR === null ? null : unrealisedR * risk * position.amount,
  };
}
