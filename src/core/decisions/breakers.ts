/** DE-22: what stops all new entries, why, and what resets it. */
import {
  BREAKER_IDS,
  type BreakerId,
  type BreakerReport,
  type RiskSettings,
  type RiskState,
} from '#core/domain/risk.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

/** Closed positions that the win rate looks at, and that must be there before it says anything. */
export const WIN_RATE_WINDOW = 30;

export interface BreakerFacts {
  readonly state: RiskState;
  /** Realised plus unrealised; NaN: unknown. */
  readonly equity: number;
  /** Of the newest 60 base bars of all instruments; null: no bar was expected yet. */
  readonly missingBars: number | null;
}

interface Measure {
  readonly value: number | null;
  readonly note: string;
}

interface BreakerRule {
  readonly unit: 'count' | 'share';
  readonly byHand: boolean;
  readonly resetsBy: string;
  maximum(settings: RiskSettings): number;
  measure(facts: BreakerFacts): Measure;
  trips(value: number, maximum: number): boolean;
  reset(state: RiskState): RiskState;
}

const RULES: Readonly<Record<BreakerId, BreakerRule>> = {
  'win-rate': {
    unit: 'share',
    byHand: true,
    resetsBy: 'you, by hand; it then looks at positions that close later',
    maximum: ({ breakerWinRate }) => breakerWinRate,
    measure: ({ state: { wins } }) =>
      wins.length < WIN_RATE_WINDOW
        ? { value: null, note: `too few: ${wins.length} of ${WIN_RATE_WINDOW} positions have closed` }
        : { value: wins.filter(Boolean).length / wins.length, note: `won of the last ${WIN_RATE_WINDOW} positions` },
    trips: (value, minimum) => value < minimum,
    reset: (state) => ({ ...state, wins: [] }),
  },
  'losses-in-a-row': {
    unit: 'count',
    byHand: true,
    resetsBy: 'you, by hand; the count then begins anew',
    maximum: ({ breakerLosses }) => breakerLosses,
    measure: ({ state }) => ({ value: state.lossesInARow, note: 'positions lost one after another' }),
    trips: atLeast,
    reset: (state) => ({ ...state, lossesInARow: 0 }),
  },
  drawdown: {
    unit: 'share',
    byHand: true,
    resetsBy: 'you, by hand; the highest equity then counts from the present one',
    maximum: ({ breakerDrawdown }) => breakerDrawdown,
    measure: ({ state: { peakEquity }, equity }) => {
      if (peakEquity === null) return { value: null, note: 'no equity was seen yet' };
      if (Number.isNaN(equity)) return { value: null, note: 'the equity is unknown' };
      return { value: Math.max(0, (peakEquity - equity) / peakEquity), note: 'below the highest equity' };
    },
    trips: atLeast,
    reset: (state) => ({ ...state, peakEquity: null }),
  },
  'data-quality': {
    unit: 'share',
    byHand: false,
    resetsBy: 'itself, once the bars are there again',
    maximum: ({ breakerMissingBars }) => breakerMissingBars,
    measure: ({ missingBars }) => ({
      value: missingBars,
      note: missingBars === null ? 'no bar was expected yet' : 'of the last 60 base bars are missing or late',
    }),
    trips: (value, maximum) => value > maximum,
    reset: (state) => state,
  },
  drift: {
    unit: 'count',
    byHand: false,
    resetsBy: 'itself, once the model that drifted is trained anew or no longer at work',
    maximum: () => 1,
    measure: ({ state: { drift } }) => ({
      value: drift.length,
      note: drift.length === 0 ? 'no open drift alert' : drift.join('; '),
    }),
    trips: atLeast,
    reset: (state) => state,
  },
  'order-errors': {
    unit: 'count',
    byHand: true,
    resetsBy: 'you, by hand; an order that is filled sets the count back as well',
    maximum: ({ breakerOrderErrors }) => breakerOrderErrors,
    measure: ({ state }) => ({ value: state.orderErrors, note: 'orders in a row that the broker did not carry out' }),
    trips: atLeast,
    reset: (state) => ({ ...state, orderErrors: 0 }),
  },
};

export function breakerReports(facts: BreakerFacts, settings: RiskSettings): readonly BreakerReport[] {
  return BREAKER_IDS.map((breaker) => {
    const rule = RULES[breaker];
    const maximum = rule.maximum(settings);
    const { value, note } = rule.measure(facts);
    return {
      breaker,
      value,
      maximum,
      unit: rule.unit,
      wouldTrip: value !== null && rule.trips(value, maximum),
      tripped: facts.state.tripped.find((one) => one.breaker === breaker) ?? null,
      note,
      resetsBy: rule.resetsBy,
      byHand: rule.byHand,
    };
  });
}

/** What has changed with this look: newly tripped, and those that reset themselves. */
export interface BreakerLook {
  readonly state: RiskState;
  readonly tripped: readonly BreakerId[];
  readonly reset: readonly BreakerId[];
}

/** Trips whose condition holds, resets those that reset themselves; the state is the same object where nothing changed. */
export function lookAtBreakers(facts: BreakerFacts, settings: RiskSettings, now: UnixMs): BreakerLook {
  let { state } = facts;
  const tripped: BreakerId[] = [];
  const reset: BreakerId[] = [];
  for (const report of breakerReports(facts, settings)) {
    const { breaker, wouldTrip } = report;
    if (wouldTrip && report.tripped === null) {
      state = trip(state, breaker, whyOf(report), now, false);
      tripped.push(breaker);
    } else if (!wouldTrip && report.tripped !== null && !report.byHand && !report.tripped.isDrill) {
      state = resetBreaker(state, breaker, now);
      reset.push(breaker);
    }
  }
  return { state, tripped, reset };
}

export function trip(state: RiskState, breaker: BreakerId, why: string, at: UnixMs, isDrill: boolean): RiskState {
  return { ...state, tripped: [...state.tripped, { breaker, at, why, isDrill }] };
}

/** What led to the trip counts no more: the breaker looks at what comes after. */
export function resetBreaker(state: RiskState, breaker: BreakerId, now: UnixMs): RiskState {
  const tripped = state.tripped.filter((one) => one.breaker !== breaker);
  return { ...RULES[breaker].reset(state), tripped, breakerExercisedAt: now };
}

function whyOf({ value, maximum, unit, note }: BreakerReport): string {
  const spell = (figure: number) => (unit === 'share' ? `${Number((figure * 100).toFixed(2))} %` : String(figure));
  return `${spell(value ?? 0)} ${note}; the limit is ${spell(maximum)}`;
}

function atLeast(value: number, maximum: number): boolean {
  return value >= maximum;
}
