/** Risk of the fake desk: the real limits and breakers over a book that stands still, a kill switch that can be pulled. */
import type { Fills, RiskStatus, StageChecklist } from '#contract/areas/risk.ts';
import type { Settings } from '#contract/areas/settings.ts';
import type { DeskService } from '#contract/service.ts';
import { breakerReports, resetBreaker, trip } from '#core/decisions/breakers.ts';
import { limitReports } from '#core/decisions/risk-limits.ts';
import { deskChecklist, strategyChecklist } from '#core/decisions/stage-checklist.ts';
import { FRESH_RISK, type RiskState } from '#core/domain/risk.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { Topic } from './fake-topic.ts';

type RiskCall =
  | Extract<keyof DeskService['calls'], `risk.${string}` | `stage.${string}`>
  | 'account.equity'
  | 'orders.fills';

const HOUR = 3_600_000;
const EQUITY = 10_214;
const NO_FILLS: Fills = { rows: [], hesitation: { count: 0, mean: null, interval: null } };

export function createFakeRisk(now: () => UnixMs, settings: () => Settings) {
  const topic = new Topic<RiskStatus>();
  let happened: RiskStatus['happened'] = [];
  let state: RiskState = {
    ...FRESH_RISK,
    lossesInARow: 2,
    wins: [true, false, true, false, false],
    peakEquity: 10_300,
  };
  const status = (): RiskStatus => {
    const book = {
      positions: [{ instrumentId: 'demo:BTC/USDT', cluster: 0, notional: 2_140 }],
      equity: EQUITY,
      dayStartEquity: 10_260,
      recentOrders: 0,
    };
    const { killSwitch } = state;
    const [tripped] = state.tripped;
    const report = {
      limits: limitReports(book, settings()),
      breakers: breakerReports({ state, equity: EQUITY, missingBars: 0 }, settings()),
      killSwitch,
      equity: EQUITY,
      dayStartEquity: 10_260,
      stopped: killSwitch.engaged ? 'kill-switch: it is engaged' : (tripped?.why ?? null),
    };
    return { report, currency: 'USDT', startingEquity: 10_000, realisedEquity: 10_190, happened };
  };
  const tell = (kind: RiskStatus['happened'][number]['kind'], message: string) => {
    happened = [{ time: now(), kind, message }, ...happened];
    topic.push(status());
  };
  const checklist = (): StageChecklist => ({
    stage: settings().stage,
    stages: [
      { stage: 'shadow', effect: 'Every signal is recorded and followed; nobody is asked.' },
      { stage: 'advisory', effect: 'Each signal that passes asks you; its size is the plain one.' },
      { stage: 'hybrid', effect: 'Each signal that passes asks you; the model scales its size.' },
      { stage: 'auto', effect: 'What passes every check is entered without asking; the model scales its size.' },
    ],
    switches: [
      { setting: 'learning', isOn: settings().learning, effect: 'models are trained when enough is new' },
      { setting: 'scoreSignals', isOn: settings().scoreSignals, effect: 'models that proved themselves score signals' },
      { setting: 'volatilitySizing', isOn: settings().volatilitySizing, effect: 'sizes follow volatility' },
      { setting: 'fixedMinimumScore', isOn: settings().fixedMinimumScore !== null, effect: 'thresholds are learned' },
    ],
    desk: deskChecklist({ ...state, approvedAt: null, hasLiveAccount: false }),
    strategies: [{ strategyId: 'trend_pullback', items: strategyChecklist(12, [], () => [0, 1]) }],
    isLiveAutoLocked: true,
    approvalPhrase: 'Trade my account without asking me',
  });
  const calls: Pick<DeskService['calls'], RiskCall> = {
    'risk.killSwitch': ({ engaged }) => {
      state = { ...state, killSwitch: { engaged, since: now() } };
      tell('kill-switch-set', engaged ? 'kill switch engaged' : 'kill switch released');
      return { done: true, message: engaged ? 'The kill switch is engaged.' : 'The kill switch is released.' };
    },
    'risk.breaker': ({ breaker, action }) => {
      state =
        action === 'trip'
          ? trip(state, breaker, 'tripped by you, to see that it works', now(), true)
          : resetBreaker(state, breaker, now());
      tell(action === 'trip' ? 'breaker-tripped' : 'breaker-reset', `breaker ${breaker} ${action}`);
      return { done: true, message: `Breaker ${breaker}: ${action}.` };
    },
    'stage.checklist': checklist,
    'stage.set': ({ account }) =>
      account === 'live'
        ? { done: false, message: 'locked: there is no live account' }
        : { done: true, message: 'the stage is set, on the paper account' },
    'account.equity': () => ({
      currency: 'USDT',
      startingEquity: 10_000,
      points: Array.from({ length: 48 }, (_, index) => ({
        time: now() - (48 - index) * HOUR,
        equity: 10_000 + 190 * Math.sin(index / 9) ** 2 + index,
        unrealised: 20 * Math.cos(index / 3),
      })),
    }),
    'orders.fills': () => NO_FILLS,
  };
  const streams: Pick<DeskService['streams'], 'risk.status'> = {
    'risk.status': (_, sink) => topic.open(status(), sink),
  };
  return { calls, streams };
}
