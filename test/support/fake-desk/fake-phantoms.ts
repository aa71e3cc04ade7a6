/** Plausible signals with their phantoms, decided and resolved on the fake market. */
import type { FeatureValue, LivePhantom, PhantomDetail, PhantomRow } from '#contract/areas/phantoms.ts';
import type { TicketView } from '#contract/areas/trading.ts';
import { REGIMES, sessionAt } from '#core/domain/context.ts';
import type { ExitReason, Outcome, PhantomResult } from '#core/domain/phantom.ts';
import type { Disposition, Score, Threshold } from '#core/domain/score.ts';
import type { QualityPart, Side, SignalMark } from '#core/domain/signal.ts';
import { type FakeSeries, MINUTE, round } from './fake-market.ts';

const TIMEOUT_MS = 36 * 60 * MINUTE;
export const THRESHOLD: Threshold = {
  value: 70,
  source: 'adaptive-minimum',
  evidence: 'Starts at 70; 12 of 20 resolved executions so far.',
  count: 12,
};

const MODEL_THRESHOLD: Threshold = {
  value: 40.2,
  source: 'expected-value',
  evidence: 'Break-even at 40.2 % over 420 out-of-sample rows.',
  count: 420,
};

const thresholdFor = ({ kind }: Score): Threshold => (kind === 'model' ? MODEL_THRESHOLD : THRESHOLD);

export interface FakePhantom {
  row: PhantomRow;
  readonly marks: readonly SignalMark[];
  score: Score;
  readonly qualityParts: readonly QualityPart[];
  readonly reasons: readonly string[];
  readonly riskDistance: number;
  readonly costR: number;
  stopInForce: number;
  tp1Taken: boolean;
  maxFavorable: number;
  maxAdverse: number;
}

function averageRange(series: FakeSeries, at: number, count: number): number {
  let sum = 0;
  for (let k = at - count; k < at; k++) {
    const bar = series.bars[k];
    if (bar !== undefined) sum += bar[2] - bar[3];
  }
  return sum / count;
}

/** A signal at the close of the minute before index `at`. */
export function drawSignal(
  series: FakeSeries,
  at: number,
  random: () => number,
  strategyId = 'trend_pullback',
): FakePhantom {
  const { instrument, bars } = series;
  const previous = bars[at - 1] ?? bars[0];
  if (previous === undefined) throw new Error('the fake market has bars');
  const openedAt = previous[0] + MINUTE;
  const entry = round(previous[4], instrument.decimals);
  const side: Side = entry > (bars[Math.max(0, at - 240)]?.[4] ?? entry) === random() < 0.8 ? 'long' : 'short';
  const sign = side === 'long' ? 1 : -1;
  const riskDistance = averageRange(series, at, 60) * (4.5 + random() * 4);
  const stop = round(entry - sign * riskDistance, instrument.decimals);
  const tp1 = round(entry + sign * riskDistance * 1.6, instrument.decimals);
  const target = round(entry + sign * riskDistance * 2.5, instrument.decimals);
  const parts = [
    { name: 'base', points: 50 },
    ...[
      { name: 'slope at least 5 bp per bar', points: 10 },
      { name: 'averages stacked with the trade', points: 10 },
      { name: 'clear break of the level', points: 10 },
      { name: 'range expanding', points: 10 },
      { name: 'volatile (ATR at least 0.5 %)', points: -5 },
    ].filter(() => random() < 0.56),
  ];
  const score: Score = {
    value: parts.reduce((sum, part) => sum + part.points, 0),
    kind: 'heuristic',
    version: 'trend-heuristic@1',
    parts,
    reason: 'no model is trained yet: a rule-based grade, not a probability',
  };
  const part = (name: string, meaning: string, weight: number): QualityPart => ({
    name,
    meaning,
    weight,
    value: round(0.2 + random() * 0.8, 2),
  });
  const qualityParts = [
    part('break', 'How far the close broke beyond the swing level, in ATR.', 3),
    part('retrace', 'How deep the pullback went: half the leg is best.', 2),
    part('confirmation', 'Body and close of the two confirming candles.', 2),
    part('higher trend', 'Agreement with the 1h trend.', 2),
    part('volume', 'Volume of the confirming candles against the average.', 1),
  ];
  const weights = qualityParts.reduce((sum, one) => sum + one.weight, 0);
  const qscore = round((100 * qualityParts.reduce((sum, one) => sum + one.weight * one.value, 0)) / weights, 1);
  const levelTime = openedAt - (60 + Math.floor(random() * 120)) * MINUTE;
  const up = side === 'long';
  const markAt = (label: string, minutesBack: number, pick: 'high' | 'low'): SignalMark => {
    const bar = bars[Math.max(0, at - minutesBack)] ?? previous;
    return { label, time: bar[0], price: pick === 'high' ? bar[2] : bar[3] };
  };
  const marks: SignalMark[] = [
    { ...markAt(up ? 'broken swing high' : 'broken swing low', 150, up ? 'high' : 'low'), time: levelTime },
    markAt(up ? 'high after the break' : 'low after the break', 62, up ? 'high' : 'low'),
    markAt(up ? 'higher low' : 'lower high', 31, up ? 'low' : 'high'),
    { label: 'confirming candle', time: openedAt - 15 * MINUTE, price: entry },
  ];
  const price = (value: number) => value.toFixed(instrument.decimals);
  const [levelMark, , pullbackMark] = marks;
  return {
    row: {
      id: `${strategyId}|demo:${instrument.symbol}|${openedAt}|${side}`,
      instrumentId: `demo:${instrument.symbol}`,
      symbol: instrument.symbol,
      exchange: 'demo',
      simulated: true,
      strategyId,
      side,
      openedAt,
      timeoutAt: openedAt + TIMEOUT_MS,
      entry,
      stop,
      tp1,
      target,
      priceDecimals: instrument.decimals,
      session: sessionAt(openedAt),
      regime: random() < 0.08 ? null : (REGIMES[Math.min(3, Math.floor(random() * random() * 5))] ?? 'normal'),
      qscore,
      score: score.value,
      scoreKind: 'heuristic',
      threshold: THRESHOLD.value,
      disposition: 'bootstrap',
      dispositionReason: 'history run at the first start',
      decidedBy: 'engine',
      outcome: 'open',
      exitReason: null,
      exitPrice: null,
      exitTime: null,
      grossR: null,
      netR: null,
      pnlPercent: null,
      maxFavorableR: 0,
      maxAdverseR: 0,
      tp1Hit: false,
      barsHeld: 0,
      ambiguous: false,
      resolvedOffline: false,
    },
    marks,
    score,
    qualityParts,
    reasons: [
      `Closed ${up ? 'above' : 'below'} the swing ${up ? 'high' : 'low'} at ${price(levelMark?.price ?? entry)}.`,
      `Pulled back to ${price(pullbackMark?.price ?? entry)} and formed a ${up ? 'higher low' : 'lower high'}.`,
      `Two candles confirmed in the direction of the trade.`,
      random() < 0.7
        ? `The 1h trend points ${up ? 'up' : 'down'} as well.`
        : `Against it: the 1h trend points ${up ? 'down' : 'up'}.`,
    ],
    riskDistance,
    costR: (2 * 0.0012 * entry) / riskDistance,
    stopInForce: stop,
    tp1Taken: false,
    maxFavorable: 0,
    maxAdverse: 0,
  };
}

function inR(phantom: FakePhantom, price: number): number {
  return ((phantom.row.side === 'long' ? 1 : -1) * (price - phantom.row.entry)) / phantom.riskDistance;
}

/** Feeds one minute; closes the phantom when a level or the timeout is reached. */
export function feed(phantom: FakePhantom, bar: readonly number[]): void {
  const { row } = phantom;
  if (row.outcome !== 'open') return;
  const [time = 0, , high = 0, low = 0, close = 0] = bar;
  const isLong = row.side === 'long';
  const best = isLong ? high : low;
  const worst = isLong ? low : high;
  const barsHeld = row.barsHeld + 1;
  const hitStop = inR(phantom, worst) <= inR(phantom, phantom.stopInForce);
  const hitTarget = inR(phantom, best) >= 2.5;
  phantom.maxAdverse = Math.max(phantom.maxAdverse, Math.min(1, -inR(phantom, worst)), 0);
  if (!hitStop) phantom.maxFavorable = Math.max(phantom.maxFavorable, Math.min(2.5, inR(phantom, best)));
  let exit: { reason: ExitReason; price: number } | null = null;
  if (hitStop) exit = { reason: phantom.tp1Taken ? 'be' : 'sl', price: phantom.stopInForce };
  else if (hitTarget) exit = { reason: 'tp', price: row.target };
  else if (time + MINUTE >= row.timeoutAt) exit = { reason: 'timeout', price: close };
  const takesTp1 = !phantom.tp1Taken && !hitStop && inR(phantom, best) >= 1.6;
  if (takesTp1) {
    phantom.tp1Taken = true;
    phantom.stopInForce = row.entry;
  }
  phantom.row = {
    ...row,
    barsHeld,
    tp1Hit: phantom.tp1Taken,
    maxFavorableR: phantom.maxFavorable,
    maxAdverseR: phantom.maxAdverse,
  };
  if (exit === null) return;
  const rest = inR(phantom, exit.price);
  const grossR = phantom.tp1Taken ? 0.5 * 1.6 + 0.5 * rest : rest;
  const netR = grossR - phantom.costR;
  const outcome: Outcome = exit.reason === 'timeout' ? 'timeout' : netR > 0 ? 'win' : 'loss';
  phantom.row = {
    ...phantom.row,
    outcome,
    exitReason: exit.reason,
    exitPrice: exit.price,
    exitTime: time + MINUTE,
    grossR,
    netR,
    pnlPercent: (grossR * phantom.riskDistance * 100) / row.entry,
    ambiguous: hitStop && hitTarget,
  };
}

export function decide(phantom: FakePhantom, disposition: Disposition, reason: string, byTrader = false): void {
  const decidedBy = byTrader ? 'trader' : 'engine';
  phantom.row = { ...phantom.row, disposition, dispositionReason: reason, decidedBy };
}

/** As if a model had scored it. */
export function scoreBy(phantom: FakePhantom, score: Score): void {
  phantom.score = score;
  phantom.row = { ...phantom.row, score: score.value, scoreKind: score.kind, threshold: thresholdFor(score).value };
}

export function liveView(phantom: FakePhantom, price: number): LivePhantom {
  const now = inR(phantom, price);
  const unrealised = (phantom.tp1Taken ? 0.5 * 1.6 + 0.5 * now : now) - phantom.costR;
  return {
    ...phantom.row,
    stopInForce: phantom.stopInForce,
    price,
    unrealisedR: unrealised,
    distanceToStopR: now - inR(phantom, phantom.stopInForce),
    distanceToTargetR: 2.5 - now,
  };
}

export function ticketView(phantom: FakePhantom, price: number, expiresAt: number, equity: number): TicketView {
  const { row } = phantom;
  const riskAmount = equity * 0.005;
  const amount = Number((riskAmount / (phantom.riskDistance + 0.0024 * row.entry)).toPrecision(3));
  return {
    id: row.id,
    instrumentId: row.instrumentId,
    symbol: row.symbol,
    exchange: 'demo',
    simulated: true,
    strategyId: row.strategyId,
    side: row.side,
    priceDecimals: row.priceDecimals,
    openedAt: row.openedAt,
    expiresAt,
    terms: {
      side: row.side,
      entry: row.entry,
      stop: row.stop,
      tp1: row.tp1,
      tp1Fraction: 0.5,
      target: row.target,
      openedAt: row.openedAt,
      timeoutMs: TIMEOUT_MS,
      costs: { feeBps: 10, slippageBps: 2 },
    },
    size: { amount, notional: amount * row.entry, riskAmount, basis: 'risk 0.5 % of equity' },
    score: phantom.score,
    threshold: thresholdFor(phantom.score),
    belowThreshold: phantom.score.value < thresholdFor(phantom.score).value,
    state: 'open',
    closedAt: null,
    closeReason: null,
    reasons: phantom.reasons,
    qscore: row.qscore,
    qualityParts: phantom.qualityParts,
    marks: phantom.marks,
    plannedRr: 2.5,
    plannedNetRr: (2.5 - phantom.costR) / (1 + phantom.costR),
    session: row.session,
    regime: row.regime,
    advice: null,
    price,
    movedR: inR(phantom, price),
    costAmount: amount * row.entry * 0.0024,
    costR: phantom.costR,
  };
}

export const FEATURES: readonly FeatureValue[] = [
  { name: 'slope', meaning: 'Slope of the 20-bar average, per bar.', unit: 'bp', value: 6.42 },
  { name: 'ema_stack_score', meaning: 'How well the averages are stacked with the trade, 0-100.', unit: '', value: 75 },
  { name: 'break_dist_atr', meaning: 'Distance of the break beyond the level.', unit: 'ATR', value: 0.31 },
  { name: 'retrace_depth', meaning: 'Depth of the pullback as a share of the leg.', unit: '', value: 0.47 },
  { name: 'range_expansion', meaning: 'Range of the last bars against the average.', unit: '', value: 1.24 },
  { name: 'atr_pct', meaning: 'ATR(14) of price.', unit: '%', value: 0.38 },
  { name: 'rsi_14', meaning: 'Relative strength index over 14 bars.', unit: '', value: 58.1 },
  { name: 'volume_ratio', meaning: 'Volume against its 20-bar mean.', unit: '', value: 1.35 },
  { name: 'funding_rate', meaning: 'Funding rate of the perpetual swap.', unit: 'bp', value: null },
  { name: 'hour_sin', meaning: 'Time of day on the unit circle.', unit: '', value: -0.5 },
];

export function detailView(phantom: FakePhantom): PhantomDetail {
  const { row } = phantom;
  const result: PhantomResult = {
    outcome: row.outcome,
    exitReason: row.exitReason,
    exitPrice: row.exitPrice,
    exitTime: row.exitTime,
    grossR: row.grossR,
    netR: row.netR,
    pnlPercent: row.pnlPercent,
    maxFavorablePrice: row.entry + phantom.maxFavorable * phantom.riskDistance * (row.side === 'long' ? 1 : -1),
    maxAdversePrice: row.entry - phantom.maxAdverse * phantom.riskDistance * (row.side === 'long' ? 1 : -1),
    maxFavorableR: row.maxFavorableR,
    maxAdverseR: row.maxAdverseR,
    oneRHit: row.maxFavorableR >= 1,
    twoRHit: row.maxFavorableR >= 2,
    tp1Hit: row.tp1Hit,
    beMoved: row.tp1Hit,
    runnerHit: row.tp1Hit && row.exitReason === 'tp',
    timeToTp1Sec: row.tp1Hit ? 5_400 : null,
    timeToExitSec: row.exitTime === null ? null : (row.exitTime - row.openedAt) / 1000,
    barsHeld: row.barsHeld,
    ambiguous: row.ambiguous,
    optimistic: row.ambiguous ? { outcome: 'win', exitReason: 'tp', netR: 2.3 } : null,
    resolverVersion: 1,
  };
  const terms = ticketView(phantom, row.entry, row.openedAt, 10_000).terms;
  return {
    row,
    phantom: {
      id: row.id,
      signal: {
        id: row.id,
        instrumentId: row.instrumentId,
        strategyId: row.strategyId,
        strategyVersion: 1,
        timeframe: '15m',
        side: row.side,
        time: row.openedAt,
        entry: row.entry,
        stop: row.stop,
        tp1: row.tp1,
        tp1Fraction: 0.5,
        target: row.target,
        plannedRr: 2.5,
        plannedNetRr: 2.2,
        expiresAt: row.openedAt + 15 * MINUTE,
        timeoutMs: TIMEOUT_MS,
        reasons: phantom.reasons,
        qscore: row.qscore,
        qualityParts: phantom.qualityParts,
        structureKey: 'level',
        marks: phantom.marks,
        context: { session: row.session, regime: row.regime },
        cluster: 1,
      },
      terms,
      instrumentId: row.instrumentId,
      decision: {
        stage: row.disposition === 'bootstrap' ? 'shadow' : 'advisory',
        score: phantom.score,
        threshold: thresholdFor(phantom.score),
        disposition: row.disposition,
        reason: row.dispositionReason,
        decidedBy: row.decidedBy,
        decidedAt: row.openedAt,
      },
      result,
      resolvedOffline: row.resolvedOffline,
      simulated: true,
    },
    truth: null,
    earlierGrades: [],
    features: [
      { set: 'trend', title: 'Trend', features: FEATURES },
      { set: 'immediate', title: 'First days', features: BESIDE_FEATURES },
      { set: 'quality', title: 'Signal quality', features: BESIDE_FEATURES.slice(1, 3) },
    ],
  };
}

const BESIDE_FEATURES: readonly FeatureValue[] = [
  { name: 'trend_strength', meaning: 'Trend strength on 15m.', unit: 'points', range: '0 to 100', value: 61.2 },
  { name: 'momentum', meaning: 'Change over ten bars in ATR.', unit: 'ATR', value: 1.84 },
  { name: 'recent_win_rate', meaning: 'Wins among the last 50 resolved.', unit: 'share', range: '0 to 1', value: null },
];

/** Mostly the first ones, as in a real record. */
export function pickStrategy(number: number): string {
  const ids = ['trend_pullback', 'range_fade', 'scalp', 'opening_range', 'structure', 'trend_pullback', 'placebo'];
  return ids[number % ids.length] ?? 'trend_pullback';
}
