/**
 * Draws resolved phantoms as a long-running desk would have them: all strategies with their real feature sets, scores
 * that know a little, gates of scalps of which two matter, costs that eat most of it. The same seed gives the same rows.
 */
import { createRandom, type Random } from '#core/base/random.ts';
import { REGIMES, sessionAt } from '#core/domain/context.ts';
import type { ExitReason, Outcome, Phantom, PhantomResult, TradeTerms } from '#core/domain/phantom.ts';
import type { Decision, Disposition } from '#core/domain/score.ts';
import { type FeatureVector, type Side, type Signal, sideSign, signalId } from '#core/domain/signal.ts';
import { MINUTE_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { Position, Ticket } from '#core/domain/trading.ts';
import { besideSets } from '#core/engine/signal-issuer.ts';
import type { FeatureDefinition } from '#core/signals/features/feature.ts';
import { type FeatureSet, findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import type { Strategy } from '#core/signals/strategy.ts';

/** One phantom with what the trader was asked and did. */
export interface DrawnPhantom {
  readonly phantom: Phantom;
  /** What was recorded when it opened, where the decision came later: it then waited for the trader. */
  readonly openedWith: Decision | null;
  readonly ticket: Ticket | null;
  readonly position: Position | null;
}

/**
 * The newest signal's time; everything lies before it. Half a minute off every bar's close: a desk that is started on
 * the profile never finds the same signal.
 */
export const MILLION_ENDS_AT = Date.UTC(2026, 9, 1) + MINUTE_MS / 2;
/** Phantoms that open at the same close, each of another instrument: ties in the history's order. */
const PER_CLOSE = 4;
/** One phantom a minute over all: a million are 23 months. */
const CLOSE_MS = PER_CLOSE * MINUTE_MS;

/** The demo market's come first; they are simulated. */
const DEMO_SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'XRP/USDT', 'BNB/USDT'];
const REAL_BASES = 'BTC ETH SOL XRP BNB ADA DOGE AVAX LINK DOT LTC UNI ATOM NEAR APT'.split(' ');
const INSTRUMENTS = [
  ...DEMO_SYMBOLS.map((symbol) => ({ id: `demo:${symbol}`, simulated: true })),
  ...REAL_BASES.map((base) => ({ id: `binance:${base}/USDT`, simulated: false })),
].map((instrument, index) => ({ ...instrument, basePrice: [60_000, 3_000, 150, 0.6, 550, 0.5, 0.12][index % 7] ?? 1 }));

/** How often each strategy speaks; scalps most of all. */
const STRATEGY_SHARES: Readonly<Record<string, number>> = {
  scalp: 0.44,
  trend_pullback: 0.2,
  range_fade: 0.16,
  structure: 0.09,
  opening_range: 0.05,
};
/** For the rest, which is the placebo. */
const REMAINING_SHARE = 0.06;

interface StrategyPlan {
  readonly strategy: Strategy;
  readonly upTo: number;
  readonly own: FeatureSet;
  readonly beside: readonly FeatureSet[];
  readonly timeoutMs: number;
  /** Share of the price between entry and stop. */
  readonly stopShare: number;
}

/** Yields phantoms by opening time. */
export function* drawPhantoms(count: number, seed: string): Generator<DrawnPhantom, void, undefined> {
  const random = createRandom(`million profile ${seed}`);
  const plans = strategyPlans();
  const firstClose = MILLION_ENDS_AT - Math.ceil(count / PER_CLOSE) * CLOSE_MS;
  let firstInstrument = 0;
  for (let index = 0; index < count; index++) {
    const place = index % PER_CLOSE;
    if (place === 0) firstInstrument = random.integer(INSTRUMENTS.length);
    const instrument = INSTRUMENTS[(firstInstrument + place * 5) % INSTRUMENTS.length];
    const time = firstClose + Math.floor(index / PER_CLOSE) * CLOSE_MS;
    const share = random.next();
    const plan = plans.find(({ upTo }) => share < upTo) ?? plans.at(-1);
    if (instrument === undefined || plan === undefined) continue;
    yield drawPhantom(random, plan, instrument, time);
  }
}

function strategyPlans(): readonly StrategyPlan[] {
  let upTo = 0;
  const quiet = STRATEGIES.filter(({ id }) => STRATEGY_SHARES[id] === undefined).length;
  return STRATEGIES.map((strategy) => {
    upTo += STRATEGY_SHARES[strategy.id] ?? REMAINING_SHARE / quiet;
    const scalp = strategy.id === 'scalp';
    return {
      strategy,
      upTo,
      own: setOf(strategy.featureSet),
      beside: besideSets(strategy).map(setOf),
      timeoutMs: (scalp ? 30 : 240) * MINUTE_MS,
      stopShare: scalp ? 0.004 : 0.009,
    };
  });
}

function setOf(id: string): FeatureSet {
  const set = findFeatureSet(id);
  if (set === null) throw new Error(`there is no feature set ${id}`);
  return set;
}

function drawPhantom(
  random: Random,
  plan: StrategyPlan,
  instrument: (typeof INSTRUMENTS)[number],
  time: UnixMs,
): DrawnPhantom {
  const side: Side = random.next() < 0.52 ? 'long' : 'short';
  const sign = sideSign(side);
  const regime = REGIMES[Math.min(3, Math.floor(-Math.log(1 - random.next()) * 1.1))] ?? 'extreme';
  const entry = rounded(instrument.basePrice * (1 + 0.15 * Math.sin(time / 4e9) + 0.02 * random.normal()), 6);
  const risk = entry * plan.stopShare * (0.6 + 0.8 * random.next());
  const plannedRr = rounded(1.4 + 0.9 * random.next(), 2);
  const terms: TradeTerms = {
    side,
    entry,
    stop: rounded(entry - sign * risk, 6),
    tp1: rounded(entry + sign * risk, 6),
    tp1Fraction: 0.5,
    target: rounded(entry + sign * risk * plannedRr, 6),
    openedAt: time,
    timeoutMs: plan.timeoutMs,
    costs: { feeBps: 4, slippageBps: 1 },
  };
  const qscore = Math.round(clamp(62 + 15 * random.normal(), 5, 98));
  const facts = drawFacts(random, sign, qscore, REGIMES.indexOf(regime));
  const id = signalId(plan.strategy.id, instrument.id, time, side);
  const costR = (entry * 10) / 10_000 / risk;
  const signal: Signal = {
    id,
    instrumentId: instrument.id,
    strategyId: plan.strategy.id,
    strategyVersion: plan.strategy.version,
    timeframe: plan.strategy.timeframe,
    side,
    time,
    entry,
    stop: terms.stop,
    tp1: terms.tp1,
    tp1Fraction: terms.tp1Fraction,
    target: terms.target,
    plannedRr,
    plannedNetRr: rounded((plannedRr - costR) / (1 + costR), 3),
    expiresAt: time + 10 * MINUTE_MS,
    timeoutMs: plan.timeoutMs,
    reasons: ['drawn for a bench', 'no market stands behind it'],
    qscore,
    qualityParts: [
      { name: 'trend', meaning: 'how steady the trend is', weight: 2, value: qscore / 100 },
      { name: 'depth', meaning: 'how deep the pullback went', weight: 1, value: qscore / 100 },
    ],
    structureKey: `drawn-${time}`,
    marks: [{ label: 'pivot', time: time - 30 * MINUTE_MS, price: terms.stop }],
    context: { session: sessionAt(time), regime },
    cluster: random.integer(4),
  };
  const edge = edgeOf(plan.strategy.id, sign, facts, qscore);
  const chance = clamp(1 / (1 + plannedRr) + edge, 0.05, 0.9);
  const score = rounded(clamp(100 * (chance + 0.08 * random.normal()), 0, 100), 1);
  const result = drawResult(random, terms, chance, costR);
  const drawn = drawDecision(random, plan.strategy.id, time, score);
  const features = (set: FeatureSet): FeatureVector => ({
    setId: set.id,
    setHash: set.hash,
    values: drawVector(random, set, facts),
  });
  const decided = drawn.final;
  const phantom: Phantom = {
    id,
    signal,
    terms,
    instrumentId: instrument.id,
    features: random.next() < 0.002 ? null : features(plan.own),
    besideFeatures: plan.beside.map(features),
    decision: decided,
    result,
    resolvedOffline: decided.disposition === 'gap',
    simulated: instrument.simulated,
  };
  const ticket = drawn.openedWith === null ? null : ticketOf(phantom);
  const position = decided.disposition === 'executed' ? positionOf(random, phantom) : null;
  return { phantom, openedWith: drawn.openedWith, ticket, position };
}

type Facts = Readonly<Record<string, number>>;

/** What the gates of scalps ask (PH-40), and a few names that several sets share. */
function drawFacts(random: Random, side: number, qscore: number, regime: number): Facts {
  const signed = (share: number) => (random.next() < share ? side : -side);
  const body = random.next();
  const upper = (1 - body) * random.next();
  return {
    side,
    qscore,
    volatility_regime: regime,
    ts15: clamp(58 + 20 * random.normal(), 0, 100),
    body_ratio: body,
    upper_wick_ratio: upper,
    lower_wick_ratio: 1 - body - upper,
    body_direction: signed(0.72),
    ema_direction_15m: signed(0.66),
    bb_width_rank: random.next(),
    micro_seq: random.next() < 0.55 ? 1 : 0,
    volume_ratio: Math.exp(0.15 + 0.5 * random.normal()),
    vwap_dist_atr: Math.abs(0.9 * random.normal()),
    impulse_ratio: Math.abs(0.7 * random.normal()),
  };
}

/** What the facts add to the chance of a win: two gates of scalps, the grade a little, the placebo nothing. */
function edgeOf(strategyId: string, side: number, facts: Facts, qscore: number): number {
  if (strategyId === 'placebo') return 0;
  const grade = (qscore - 62) / 900;
  if (strategyId !== 'scalp') return grade;
  const trend = (facts.ts15 ?? 0) >= 60 ? 0.03 : -0.03;
  const aligned = (facts.ema_direction_15m ?? 0) === side ? 0.02 : -0.03;
  return grade + trend + aligned;
}

/** One in so many values could not be computed. */
const MISSING_SHARE = 0.005;

function drawVector(random: Random, { features }: FeatureSet, facts: Facts): Float64Array {
  const values = new Float64Array(features.length);
  for (const [at, feature] of features.entries()) {
    values[at] = random.next() < MISSING_SHARE ? Number.NaN : (facts[feature.name] ?? drawValue(random, feature));
  }
  return values;
}

function drawValue(random: Random, { range: [least, greatest] }: FeatureDefinition): number {
  if (Number.isFinite(least) && Number.isFinite(greatest)) return least + (greatest - least) * random.next();
  if (Number.isFinite(least)) return least + Math.abs(random.normal());
  return random.normal();
}

function drawResult(random: Random, terms: TradeTerms, chance: number, costR: number): PhantomResult {
  const risk = Math.abs(terms.entry - terms.stop);
  const sign = sideSign(terms.side);
  const rr = Math.abs(terms.target - terms.entry) / risk;
  const timedOut = random.next() < 0.07;
  const won = random.next() < chance;
  const breakEven = !won && random.next() < 0.2;
  const exitReason: ExitReason = timedOut ? 'timeout' : won ? 'tp' : breakEven ? 'be' : 'sl';
  const tp1Hit = !timedOut && (won || breakEven);
  const gross = timedOut ? 0.5 * random.normal() : won ? 0.5 + 0.5 * rr : breakEven ? 0.5 : -1;
  const netR = gross - costR;
  const outcome: Outcome = timedOut ? 'timeout' : netR > 0 ? 'win' : 'loss';
  const favourable = won ? rr : tp1Hit ? 1 + 0.3 * random.next() : 0.9 * random.next();
  const adverse = exitReason === 'sl' ? 1 : 0.9 * random.next();
  const minutes = timedOut ? terms.timeoutMs / MINUTE_MS : 1 + random.integer(terms.timeoutMs / MINUTE_MS - 1);
  const ambiguous = exitReason === 'sl' && random.next() < 0.02;
  return {
    outcome,
    exitReason,
    exitPrice: rounded(terms.entry + sign * risk * (timedOut ? gross : won ? rr : breakEven ? 0 : -1), 6),
    exitTime: terms.openedAt + minutes * MINUTE_MS,
    grossR: gross,
    netR,
    pnlPercent: (100 * gross * risk) / terms.entry,
    maxFavorablePrice: rounded(terms.entry + sign * risk * favourable, 6),
    maxAdversePrice: rounded(terms.entry - sign * risk * adverse, 6),
    maxFavorableR: favourable,
    maxAdverseR: adverse,
    oneRHit: favourable >= 1,
    twoRHit: favourable >= 2,
    tp1Hit,
    beMoved: tp1Hit,
    runnerHit: tp1Hit && won,
    timeToTp1Sec: tp1Hit ? Math.ceil(minutes / 2) * 60 : null,
    timeToExitSec: minutes * 60,
    barsHeld: minutes,
    ambiguous,
    optimistic: ambiguous ? { outcome: 'win', exitReason: 'tp', netR: 0.5 + 0.5 * rr - costR } : null,
    resolverVersion: 1,
  };
}

/** Dispositions of those that never asked, with their share of all. */
const UNASKED: readonly (readonly [upTo: number, disposition: Disposition, reason: string])[] = [
  [0.14, 'bootstrap', 'found while history ran, before the desk was live'],
  [0.24, 'shadow', 'the stage is shadow: nothing is asked'],
  [0.32, 'phase0', 'the strategy has to prove itself first'],
  [0.34, 'gap', 'the bar came from history after a lost connection'],
  [0.37, 'blocked', 'costs: too small a move after fees'],
  [0.372, 'fault', 'the features could not be computed'],
];
const THRESHOLD = 45;
const SKIP_REASONS = ['news ahead', 'already exposed', 'too late in the session', 'I do not trust it'];

function drawDecision(
  random: Random,
  strategyId: string,
  time: UnixMs,
  score: number,
): { readonly final: Decision; readonly openedWith: Decision | null } {
  const heuristic = random.next() < 0.3;
  const decision = (disposition: Disposition, reason: string): Decision => ({
    stage: 'advisory',
    score: {
      value: score,
      kind: heuristic ? 'heuristic' : 'model',
      version: heuristic ? 'trend-heuristic@1' : 'drawn-model@1',
      parts: [{ name: 'base', points: score }],
      reason: heuristic ? 'no model is trained yet' : null,
    },
    threshold: { value: THRESHOLD, source: 'default', evidence: 'the default, no records yet', count: 0 },
    disposition,
    reason,
    decidedBy: 'engine',
    decidedAt: time,
  });
  if (strategyId === 'placebo') return { final: decision('shadow', 'a placebo is never asked'), openedWith: null };
  const draw = random.next();
  for (const [upTo, disposition, reason] of UNASKED) {
    if (draw < upTo) return { final: decision(disposition, reason), openedWith: null };
  }
  if (score < THRESHOLD) {
    const reason = `score ${score} is below the threshold ${THRESHOLD}`;
    return { final: decision('rejected_score', reason), openedWith: null };
  }
  const openedWith = decision('pending', 'waiting for your decision');
  const answer = random.next();
  const decidedAt = time + (1 + random.integer(9)) * MINUTE_MS;
  if (answer < 0.4) {
    const executed = decision('executed', 'you approved it');
    return { final: { ...executed, decidedBy: 'trader', decidedAt }, openedWith };
  }
  if (answer < 0.7) {
    const skipped = decision('skipped', SKIP_REASONS[random.integer(SKIP_REASONS.length)] ?? '');
    return { final: { ...skipped, decidedBy: 'trader', decidedAt }, openedWith };
  }
  return { final: { ...decision('expired', 'time'), decidedAt: time + 10 * MINUTE_MS }, openedWith };
}

const TICKET_STATES = { executed: 'approved', skipped: 'skipped' } as const;
/** In quote units. */
const RISK_AMOUNT = 50;

function ticketOf({ id, instrumentId, terms, signal, decision }: Phantom): Ticket {
  const amount = rounded(RISK_AMOUNT / Math.abs(terms.entry - terms.stop), 6);
  const state =
    decision.disposition === 'executed' || decision.disposition === 'skipped'
      ? TICKET_STATES[decision.disposition]
      : 'expired';
  return {
    id,
    instrumentId,
    openedAt: terms.openedAt,
    expiresAt: signal.expiresAt,
    terms,
    size: { amount, notional: amount * terms.entry, riskAmount: RISK_AMOUNT, basis: 'risk 0.5 % of equity' },
    score: decision.score,
    threshold: decision.threshold,
    belowThreshold: false,
    state,
    closedAt: decision.decidedAt,
    closeReason: state === 'approved' ? null : decision.reason,
  };
}

function positionOf(random: Random, { id, instrumentId, terms, decision, result }: Phantom): Position {
  const risk = Math.abs(terms.entry - terms.stop);
  const hesitationR = rounded(0.05 * random.normal(), 4);
  const openedAt = Math.min(decision.decidedAt, result.exitTime ?? decision.decidedAt);
  return {
    id,
    instrumentId,
    amount: rounded(RISK_AMOUNT / risk, 6),
    terms: {
      ...terms,
      entry: terms.entry + sideSign(terms.side) * hesitationR * risk,
      openedAt,
      costs: { ...terms.costs, entrySlippageInPrice: true },
    },
    intendedPrice: terms.entry,
    hesitationR,
    state: 'closed',
    result: { ...result, netR: (result.netR ?? 0) - hesitationR },
    profit: ((result.netR ?? 0) - hesitationR) * RISK_AMOUNT,
  };
}

function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

function clamp(value: number, least: number, greatest: number): number {
  return Math.min(greatest, Math.max(least, value));
}
