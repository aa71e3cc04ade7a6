/**
 * Risk and stages on the paper account: limits and breakers with present values, the kill switch, what unlocks auto, the
 * equity curve, and what was filled at which price (DE-10 to DE-12, DE-20 to DE-23, DE-30, DE-34).
 */
import { z } from 'zod';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { ExitReason } from '#core/domain/phantom.ts';
import { BREAKER_IDS, type ChecklistItem, type EquityPoint, type RiskReport } from '#core/domain/risk.ts';
import { STAGES, type Stage } from '#core/domain/score.ts';
import type { Side } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { TicketId } from '#core/domain/trading.ts';

/** Sent whole whenever it changed; null while the desk has no engine yet. */
export interface RiskStatus {
  readonly report: RiskReport | null;
  readonly currency: string;
  readonly startingEquity: number;
  /** Realised; null while the desk has no engine yet. */
  readonly realisedEquity: number | null;
  /** Newest first, at most 50: breakers, kill switch, stages, approvals. */
  readonly happened: readonly RiskHappening[];
}

export interface RiskHappening {
  readonly time: UnixMs;
  readonly kind: 'breaker-tripped' | 'breaker-reset' | 'kill-switch-set' | 'stage-set' | 'approval';
  readonly message: string;
}

/** `closePositions` is the second confirmation; it does nothing while `engaged` is false. */
export const killSwitchInput = z.object({ engaged: z.boolean(), closePositions: z.boolean() }).strict();
/** trip: by hand, to see that it works (DE-12 asks for that). */
export const breakerInput = z.object({ breaker: z.enum(BREAKER_IDS), action: z.enum(['reset', 'trip']) }).strict();

export interface StrategyChecklist {
  readonly strategyId: string;
  readonly items: readonly ChecklistItem[];
}

export interface StageChecklist {
  readonly stage: Stage;
  /** Each stage in one line. */
  readonly stages: readonly { readonly stage: Stage; readonly effect: string }[];
  /** Each master switch, its effect as it stands now (DE-10). */
  readonly switches: readonly {
    readonly setting: 'learning' | 'scoreSignals' | 'volatilitySizing' | 'fixedMinimumScore';
    readonly isOn: boolean;
    readonly effect: string;
  }[];
  /** What is the same for all strategies. */
  readonly desk: readonly ChecklistItem[];
  /** What each strategy has to show for itself; simulated signals count for nothing. */
  readonly strategies: readonly StrategyChecklist[];
  /** Auto on a live account: true while one condition fails. */
  readonly isLiveAutoLocked: boolean;
  /** What has to be typed to approve it. */
  readonly approvalPhrase: string;
}

/** `approval` is asked for on a live account only; it is kept, whether or not everything else is met. */
export const stageSetInput = z
  .object({
    account: z.enum(['paper', 'live']),
    stage: z.enum(STAGES),
    approval: z.string().max(200).nullable(),
  })
  .strict();

export const equityInput = z
  .object({ from: z.number().int().optional(), limit: z.number().int().min(2).max(5_000) })
  .strict();

export interface EquityCurve {
  readonly currency: string;
  readonly startingEquity: number;
  /** Ascending, the newest `limit`: one per closed position and per hour with open ones. */
  readonly points: readonly EquityPoint[];
}

export const fillsInput = z.object({ limit: z.number().int().min(1).max(1_000) }).strict();

/** One entry as it was meant and as it was filled, its result beside that of its phantom. */
export interface FillRow {
  readonly ticketId: TicketId;
  readonly instrumentId: InstrumentId;
  readonly symbol: string;
  readonly strategyId: string;
  readonly side: Side;
  readonly simulated: boolean;
  readonly priceDecimals: number;
  readonly decidedBy: 'trader' | 'engine';
  readonly filledAt: UnixMs;
  readonly amount: number;
  /** The signal's price, the price paid, and the difference in basis points and R (positive = worse). */
  readonly intendedPrice: number;
  readonly fillPrice: number;
  readonly differenceBps: number;
  readonly hesitationR: number;
  /** Fees of both sides, in quote units; the exit's is estimated while the position is open. */
  readonly fees: number;
  readonly exitReason: ExitReason | null;
  readonly exitPrice: number | null;
  readonly exitTime: UnixMs | null;
  readonly netR: number | null;
  readonly profit: number | null;
  /** What the phantom earned that entered at the signal's price; null while it is open. */
  readonly phantomNetR: number | null;
  /** Phantom minus position, both in units of the signal's risk: what hesitation and slippage cost; null until both ended. */
  readonly costOfHesitationR: number | null;
}

export interface Fills {
  /** Newest first. */
  readonly rows: readonly FillRow[];
  /** Over every closed pair, not only the rows. `interval` (95 %) is null while there are too few. */
  readonly hesitation: {
    readonly count: number;
    readonly mean: number | null;
    readonly interval: { readonly low: number; readonly high: number } | null;
  };
}
