/** Risk and stages for the window: present values, the kill switch, breakers, what unlocks auto, equity and fills (DE-10 to DE-12, DE-20 to DE-23). */

import type { EquityCurve, FillRow, Fills, RiskHappening, RiskStatus, StageChecklist } from '#contract/areas/risk.ts';
import type { Settings } from '#contract/areas/settings.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import type { DeskService } from '#contract/service.ts';
import { wilsonInterval } from '#core/base/proportions.ts';
import { expectedValue, tradeSums } from '#core/decisions/expected-value.ts';
import { deskChecklist, JUDGED_DAYS, strategyChecklist } from '#core/decisions/stage-checklist.ts';
import { type Instrument, splitInstrumentId } from '#core/domain/instrument.ts';
import type { BreakerId } from '#core/domain/risk.ts';
import type { Stage } from '#core/domain/score.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { EngineInput } from '#core/engine/messages.ts';
import type { Profile } from '#main/store/database.ts';
import type { FilledEntry, RiskEvent } from '#main/store/risk-history.ts';
import type { LearningService } from './learning/learning-service.ts';
import type { LiveSession } from './live-session.ts';
import type { SettingsService } from './settings-service.ts';
import { applyQuote } from './trader-intents.ts';
import { PolledValue } from './views/polled-list.ts';
import { priceDecimals } from './views/rows.ts';

const STATUS_EVERY_MS = 250;
const HAPPENED_SHOWN = 50;
/** Fills that the mean cost of hesitation is taken over. */
const HESITATION_FILLS = 100_000;
const BPS = 1e-4;

/** What has to be typed to let auto trade a live account. */
const APPROVAL_PHRASE = 'Trade my account without asking me';

export interface RiskParts {
  readonly profile: Profile;
  readonly session: Pick<
    LiveSession,
    'keeper' | 'now' | 'stepped' | 'reopened' | 'changed' | 'quote' | 'instruments' | 'state'
  >;
  readonly learning: Pick<LearningService, 'changed' | 'driftAlerts'>;
  readonly settings: SettingsService;
}

type RiskCalls = Pick<
  DeskService['calls'],
  'risk.killSwitch' | 'risk.breaker' | 'stage.checklist' | 'stage.set' | 'account.equity' | 'orders.fills'
>;
type RiskStreams = Pick<DeskService['streams'], 'risk.status'>;

export interface RiskService {
  readonly calls: RiskCalls;
  readonly streams: RiskStreams;
  close(): void;
}

export function createRiskService(parts: RiskParts): RiskService {
  const { profile, session, settings, learning } = parts;
  const status = new PolledValue(() => riskStatus(parts), STATUS_EVERY_MS);
  const touch = () => status.touch();
  session.stepped.on(touch);
  session.reopened.on(touch);
  settings.changed.on(touch);
  const stopDrift = learning.changed.on(() => tellDrift(session, learning.driftAlerts));
  return {
    calls: {
      'risk.killSwitch': ({ engaged, closePositions }) => setKillSwitch(parts, engaged, closePositions),
      'risk.breaker': ({ breaker, action }) => setBreaker(parts, breaker, action),
      'stage.checklist': () => stageChecklist(parts),
      'stage.set': ({ account, stage, approval }) => setStage(parts, account, stage, approval),
      'account.equity': ({ from, limit }) => equityCurve(parts, from ?? 0, limit),
      'orders.fills': ({ limit }) => fills(profile, limit),
    },
    streams: { 'risk.status': (_, sink) => status.open(sink) },
    close: () => {
      stopDrift();
      status.close();
    },
  };
}

/** DE-22: the engine hears of drift when it begins and when it is over. */
function tellDrift(session: RiskParts['session'], alerts: readonly string[]): void {
  const { keeper } = session;
  if (keeper === null || session.state.connection !== 'live') return;
  if (JSON.stringify(keeper.engine.riskState.drift) === JSON.stringify(alerts)) return;
  keeper.apply({ kind: 'drift', time: session.now(), alerts });
}

function riskStatus({ profile, session, settings }: RiskParts): RiskStatus {
  const engine = session.keeper?.engine;
  const account = engine?.account;
  return {
    report: engine?.riskReport() ?? null,
    currency: account?.currency ?? session.instruments[0]?.quote ?? 'USDT',
    startingEquity: account?.startingEquity ?? settings.current.startingEquity,
    realisedEquity: account?.equity ?? null,
    happened: profile.risk.events(HAPPENED_SHOWN).map(happening),
  };
}

function happening({ time, kind, document }: RiskEvent): RiskHappening {
  return { time, kind, message: happeningWords(kind, document) };
}

function happeningWords(kind: RiskEvent['kind'], document: RiskEvent['document']): string {
  switch (kind) {
    case 'breaker-tripped':
      return `breaker ${document.breaker} tripped: ${document.why}`;
    case 'breaker-reset':
      return `breaker ${document.breaker} reset`;
    case 'kill-switch-set':
      return `kill switch ${document.engaged === true ? 'engaged' : 'released'}, ${document.closedPositions} positions closed`;
    case 'stage-set':
      return `stage ${document.stage}, before it ${document.before}`;
    case 'approval':
      return 'auto on a live account approved by typing';
  }
}

/** DE-23: works whatever the state of the connection; what it cannot record it says. */
function setKillSwitch({ session }: RiskParts, engaged: boolean, closePositions: boolean): IntentAnswer {
  const { keeper } = session;
  if (keeper === null) return NOT_RUNNING;
  if (closePositions) quoteOpenPositions(session);
  apply(session, { kind: 'kill-switch', time: session.now(), engaged, closePositions });
  if (keeper.engine.riskReport().killSwitch.engaged !== engaged) return NOT_RECORDED;
  const left = [...keeper.engine.openPositions()].length;
  if (!engaged) return { done: true, message: 'the kill switch is released' };
  const open = left === 0 ? 'no position is open' : `${left} positions stay open and end by their own rules`;
  return { done: true, message: `the kill switch is engaged: nothing new is entered; ${open}` };
}

/** Positions close at the newest price, not at the last bar's. */
function quoteOpenPositions(session: RiskParts['session']): void {
  for (const { position } of session.keeper?.engine.openPositions() ?? []) {
    applyQuote(session, position.instrumentId);
  }
}

function setBreaker({ session }: RiskParts, breaker: BreakerId, action: 'reset' | 'trip'): IntentAnswer {
  const { keeper } = session;
  if (keeper === null) return NOT_RUNNING;
  const isTripped = () =>
    keeper.engine.riskReport().breakers.some((report) => report.breaker === breaker && report.tripped !== null);
  if (isTripped() === (action === 'trip')) {
    return { done: false, message: action === 'trip' ? 'it has tripped already' : 'it has not tripped' };
  }
  apply(session, { kind: 'breaker', time: session.now(), breaker, action });
  if (action === 'trip') return { done: isTripped(), message: `breaker ${breaker} tripped: nothing new is entered` };
  return isTripped()
    ? { done: false, message: 'it tripped again at once: its cause lasts' }
    : { done: true, message: `breaker ${breaker} is reset` };
}

function apply(session: RiskParts['session'], input: EngineInput): void {
  session.keeper?.apply(input);
}

function stageChecklist({ profile, session, settings }: RiskParts): StageChecklist {
  const { current } = settings;
  const now = session.now();
  const stages = profile.risk.stages(current.stage);
  const risk = session.keeper?.engine.riskState;
  const approvals = profile.risk.eventsOf('approval');
  const desk = deskChecklist({
    drift: risk?.drift ?? [],
    breakerExercisedAt: risk?.breakerExercisedAt ?? null,
    killSwitchExercisedAt: risk?.killSwitchExercisedAt ?? null,
    approvedAt: approvals.at(-1)?.time ?? null,
    hasLiveAccount: false,
  });
  const strategies = profile.risk.strategies().map((strategyId) => {
    const days = profile.risk.liveDays(strategyId).filter((day) => isWatchedDay(stages, day)).length;
    const judged = profile.risk.judged(strategyId, now - JUDGED_DAYS * DAY_MS);
    return { strategyId, items: strategyChecklist(days, judged, wilsonInterval) };
  });
  const isShown = ({ items }: (typeof strategies)[number]) => items.every(({ isMet }) => isMet);
  return {
    stage: current.stage,
    stages: STAGE_EFFECTS,
    switches: switches(current),
    desk,
    strategies,
    isLiveAutoLocked: !(desk.every(({ isMet }) => isMet) && strategies.some(isShown)),
    approvalPhrase: APPROVAL_PHRASE,
  };
}

/** The stage was shadow or advisory all day. */
function isWatchedDay(stages: readonly { readonly from: UnixMs; readonly stage: Stage }[], day: UnixMs): boolean {
  return stages.every(({ from, stage }, index) => {
    const until = stages[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const isOfDay = from < day + DAY_MS && until > day;
    return !isOfDay || stage === 'shadow' || stage === 'advisory';
  });
}

const STAGE_EFFECTS: StageChecklist['stages'] = [
  { stage: 'shadow', effect: 'Every signal is recorded and followed; nobody is asked.' },
  { stage: 'advisory', effect: 'Each signal that passes asks you; its size is the plain one.' },
  { stage: 'hybrid', effect: 'Each signal that passes asks you; the model scales its size.' },
  { stage: 'auto', effect: 'What passes every check is entered without asking; the model scales its size.' },
];

function switches({
  learning,
  scoreSignals,
  volatilitySizing,
  fixedMinimumScore,
}: Settings): StageChecklist['switches'] {
  return [
    {
      setting: 'learning',
      isOn: learning,
      effect: learning ? 'models are trained when enough is new' : 'no model is trained by itself',
    },
    {
      setting: 'scoreSignals',
      isOn: scoreSignals,
      effect: scoreSignals
        ? 'models that proved themselves score signals'
        : 'the rules score all signals; models are only measured',
    },
    {
      setting: 'volatilitySizing',
      isOn: volatilitySizing,
      effect: volatilitySizing
        ? 'sizes follow 30-day volatility over its forecast, 0.5 to 1.5'
        : 'every size risks the same share of equity',
    },
    {
      setting: 'fixedMinimumScore',
      isOn: fixedMinimumScore !== null,
      effect:
        fixedMinimumScore === null
          ? 'thresholds are learned, or the default'
          : `every score is held against ${fixedMinimumScore}, whatever was learned`,
    },
  ];
}

function setStage(parts: RiskParts, account: 'paper' | 'live', stage: Stage, approval: string | null): IntentAnswer {
  const { profile, session, settings } = parts;
  if (account === 'live') {
    if (approval !== null && approval.trim() !== APPROVAL_PHRASE) {
      return { done: false, message: `nothing changed: what you typed is not "${APPROVAL_PHRASE}"` };
    }
    if (approval !== null && !profile.risk.noteApproval(session.now(), APPROVAL_PHRASE).ok) return NOT_RECORDED;
    const { desk, strategies } = stageChecklist(parts);
    const open = [...desk, ...strategies.flatMap(({ items }) => items)].filter(({ isMet }) => !isMet).length;
    return { done: false, message: `locked: ${open} conditions are not met, and there is no live account` };
  }
  const updated = settings.update({ stage });
  return updated.ok
    ? { done: true, message: `the stage is ${stage}, on the paper account` }
    : { done: false, message: updated.error.message };
}

function equityCurve({ profile, session, settings }: RiskParts, from: UnixMs, limit: number): EquityCurve {
  const account = session.keeper?.engine.account;
  return {
    currency: account?.currency ?? 'USDT',
    startingEquity: account?.startingEquity ?? settings.current.startingEquity,
    points: profile.risk.equity(from, limit),
  };
}

function fills(profile: Profile, limit: number): Fills {
  const entries = profile.risk.entries(Math.max(limit, HESITATION_FILLS));
  const rows = entries.slice(0, limit).map((entry) => {
    return fillRow(entry, profile.notes.instrument(entry.position.instrumentId));
  });
  const costs = entries.flatMap((entry) => costOfHesitation(entry) ?? []);
  const value = expectedValue(tradeSums(costs.map((netR) => ({ win: netR > 0, netR }))));
  const interval = value?.interval ?? null;
  return {
    rows,
    hesitation: {
      count: costs.length,
      mean: value?.netR ?? null,
      interval: interval === null ? null : { low: interval[0], high: interval[1] },
    },
  };
}

/** In R of the signal: what its phantom earned beyond the position; null until both have a result. */
function costOfHesitation({ position, phantomNetR, phantomRisk }: FilledEntry): number | null {
  const { netR } = position.result;
  if (netR === null || phantomNetR === null) return null;
  // A position closed by hand did not follow its phantom's rules: the difference is not hesitation.
  if (position.result.exitReason === 'closed') return null;
  const risk = Math.abs(position.terms.entry - position.terms.stop);
  return phantomNetR - (netR * risk) / phantomRisk;
}

function fillRow(entry: FilledEntry, instrument: Instrument | null): FillRow {
  const { position, decidedBy, phantomNetR } = entry;
  const { terms, intendedPrice, amount, result } = position;
  const { exchange, symbol } = splitInstrumentId(position.instrumentId);
  const worse = terms.side === 'long' ? terms.entry - intendedPrice : intendedPrice - terms.entry;
  return {
    ticketId: position.id,
    instrumentId: position.instrumentId,
    symbol,
    strategyId: position.id.slice(0, position.id.indexOf('|')),
    side: terms.side,
    simulated: instrument?.simulated ?? exchange === 'demo',
    priceDecimals: priceDecimals(instrument),
    decidedBy,
    filledAt: terms.openedAt,
    amount,
    intendedPrice,
    fillPrice: terms.entry,
    differenceBps: worse / intendedPrice / BPS,
    hesitationR: position.hesitationR,
    fees: amount * terms.costs.feeBps * BPS * (terms.entry + (result.exitPrice ?? terms.entry)),
    exitReason: result.exitReason,
    exitPrice: result.exitPrice,
    exitTime: result.exitTime,
    netR: result.netR,
    profit: position.profit,
    phantomNetR,
    costOfHesitationR: costOfHesitation(entry),
  };
}

const NOT_RUNNING: IntentAnswer = { done: false, message: 'the desk is not running yet' };
const NOT_RECORDED: IntentAnswer = { done: false, message: 'it could not be recorded; nothing changed' };
