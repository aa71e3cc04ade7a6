/** The Analysis panel as the trader handles it: which question, over which signals, and the newest answer to each. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  AnalysisContract,
  CauseReport,
  Ledger,
  ModelStatusReport,
  RejectionReport,
  TraderGrades,
} from '#contract/areas/analysis.ts';
import type { GateReport, HonestyReport, PatternReport } from '#contract/areas/analysis-evidence.ts';
import type { AnalysisScope } from '#contract/areas/analysis-figures.ts';
import type { PhantomWatch, refusedInput, ThresholdsNow, thresholdContextsInput } from '#contract/areas/thresholds.ts';
import type { CallDeclaration, InputOf, OutputOf } from '#contract/define.ts';
import type { RemoteError } from '#contract/errors.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { problemOf } from '../../lib/client.ts';
import type { Desk } from '../../lib/desk.ts';
import { recall, remember } from '../../lib/memory.ts';

type ThresholdsInput = ReturnType<(typeof thresholdContextsInput)['parse']>;

/** The calls that this panel makes, a part of the contract. */
type AnalysisCalls = AnalysisContract & {
  readonly 'phantoms.watch': CallDeclaration<ReturnType<(typeof refusedInput)['parse']>, PhantomWatch>;
  readonly 'thresholds.contexts': CallDeclaration<ThresholdsInput, ThresholdsNow>;
};

export interface AnalysisClient {
  call<N extends keyof AnalysisCalls>(name: N, input: InputOf<AnalysisCalls[N]>): Promise<OutputOf<AnalysisCalls[N]>>;
}

export const PAGES = ['ledger', 'trader', 'rejections', 'contexts', 'patterns', 'gates', 'honesty', 'state'] as const;
export type Page = (typeof PAGES)[number];

export const ANALYSIS_PERIODS = [
  { value: '7', label: '7 d' },
  { value: '30', label: '30 d' },
  { value: '90', label: '90 d' },
  { value: 'all', label: 'All' },
] as const;
export type AnalysisPeriod = (typeof ANALYSIS_PERIODS)[number]['value'];

export interface Answers {
  readonly ledger: Ledger;
  readonly trader: TraderGrades;
  readonly rejections: { readonly report: RejectionReport; readonly causes: CauseReport };
  readonly contexts: ThresholdsNow;
  readonly patterns: PatternReport;
  readonly gates: GateReport;
  readonly honesty: HonestyReport;
  readonly state: { readonly report: ModelStatusReport; readonly watch: PhantomWatch };
}

export interface Asked<T> {
  readonly phase: 'loading' | 'ready' | 'failed';
  /** The newest answer; it stays on show while a newer one is computed. */
  readonly data: T | null;
  readonly problem: RemoteError | null;
  /** Signals that resolved since the answer. */
  readonly resolvedSince: number;
  /** Exchange time of the answer on show. */
  readonly countedAt: UnixMs | null;
  /** It was asked while history ran: more signals of the past were still to come. */
  readonly isPartial: boolean;
}

export interface AnalysisState {
  readonly page: Page;
  /** Null follows the exchange in use. */
  readonly simulated: boolean | null;
  readonly period: AnalysisPeriod;
  readonly strategyId: string | null;
  readonly answers: { readonly [P in Page]: Asked<Answers[P]> };
}

export interface AnalysisStore extends StoreApi<AnalysisState> {
  show(page: Page): void;
  setScope(change: Partial<Pick<AnalysisState, 'simulated' | 'period' | 'strategyId'>>): void;
  refresh(): void;
  /** What the page on show is of; null while the exchange is not known. */
  scope(): AnalysisScope | null;
  /** Asks for the page on show while the panel is visible; until the returned function is called. */
  start(): () => void;
}

const UNASKED = {
  phase: 'loading',
  data: null,
  problem: null,
  resolvedSince: 0,
  countedAt: null,
  isPartial: false,
} as const;
const DAY_MS = 86_400_000;
/** Days of refused signals that fit side by side. */
const WATCHED_DAYS = 30;

type Parts = Pick<Desk, 'session' | 'activity' | 'clock' | 'link' | 'memory'>;

const NAME = 'analysis';

/** What is remembered: the market is not, it follows the exchange in use. */
type Remembered = Pick<AnalysisState, 'page' | 'period' | 'strategyId'>;

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false;
  const { page, period, strategyId } = value as Partial<Remembered>;
  return (
    PAGES.some((one) => one === page) &&
    ANALYSIS_PERIODS.some((one) => one.value === period) &&
    (strategyId === null || typeof strategyId === 'string')
  );
}

export function createAnalysisStore(desk: Parts, client: AnalysisClient): AnalysisStore {
  const store = createStore<AnalysisState>(() => ({
    ...recall(desk.memory, NAME, isRemembered, { page: 'ledger', period: 'all', strategyId: null }),
    simulated: null,
    answers: {
      ledger: UNASKED,
      trader: UNASKED,
      rejections: UNASKED,
      contexts: UNASKED,
      patterns: UNASKED,
      gates: UNASKED,
      honesty: UNASKED,
      state: UNASKED,
    },
  }));
  // Answers to a question that was changed meanwhile must not be shown under the new one.
  const generations = new Map<Page, number>();
  const asked = new Set<Page>();
  // Asked while history ran: asked once more when it has ended.
  const partial = new Set<Page>();
  let visible = 0;

  const historyRuns = () => desk.session.getState().data?.connection.state === 'bootstrapping';

  function rememberChoices(): void {
    const { page, period, strategyId } = store.getState();
    remember(desk.memory, NAME, { page, period, strategyId } satisfies Remembered);
  }

  function scope(): AnalysisScope | null {
    const simulated = isSimulated(desk, store.getState().simulated);
    if (simulated === null) return null;
    const { period, strategyId } = store.getState();
    return scopeOf(simulated, period, strategyId, desk.clock.now());
  }

  function put<P extends Page>(page: P, change: Partial<Asked<Answers[P]>>): void {
    store.setState(({ answers }) => ({ answers: { ...answers, [page]: { ...answers[page], ...change } } }));
  }

  async function ask<P extends Page>(page: P): Promise<void> {
    const wanted = scope();
    if (wanted === null || visible === 0) return;
    asked.add(page);
    const isPartial = historyRuns();
    if (isPartial) partial.add(page);
    else partial.delete(page);
    const mine = (generations.get(page) ?? 0) + 1;
    generations.set(page, mine);
    put(page, { phase: 'loading', problem: null } as Partial<Asked<Answers[P]>>);
    try {
      const data = await ASK[page](client, wanted);
      if (generations.get(page) !== mine) return;
      put(page, { phase: 'ready', data, problem: null, resolvedSince: 0, countedAt: desk.clock.now(), isPartial });
    } catch (thrown) {
      if (generations.get(page) !== mine) return;
      put(page, { phase: 'failed', problem: problemOf(thrown) } as Partial<Asked<Answers[P]>>);
    }
  }

  /** Another question: what was answered so far is of other signals. */
  function forget(): void {
    asked.clear();
    for (const page of PAGES) {
      generations.set(page, (generations.get(page) ?? 0) + 1);
      put(page, UNASKED);
    }
  }

  function askIfNeeded(): void {
    const { page } = store.getState();
    if (!asked.has(page) || (partial.has(page) && !historyRuns())) void ask(page);
  }

  return Object.assign(store, {
    show(page: Page) {
      store.setState({ page });
      rememberChoices();
      askIfNeeded();
    },
    setScope(change: Partial<Pick<AnalysisState, 'simulated' | 'period' | 'strategyId'>>) {
      store.setState(change);
      rememberChoices();
      forget();
      askIfNeeded();
    },
    refresh: () => void ask(store.getState().page),
    scope,
    start() {
      visible++;
      askIfNeeded();
      const ends = [
        desk.session.subscribe((state, before) => {
          const isOther = state.data?.connection.simulated !== before.data?.connection.simulated;
          if (isOther && store.getState().simulated === null) forget();
          if (state.data !== null) askIfNeeded();
        }),
        desk.activity.subscribe(({ data }, before) => {
          if (data === null || data === before.data || data.closed === 0) return;
          const { page, answers } = store.getState();
          if (answers[page].data !== null) {
            put(page, { resolvedSince: answers[page].resolvedSince + data.closed } as Partial<Asked<Answers[Page]>>);
          }
        }),
        desk.link.subscribe(({ now }) => {
          const { page, answers } = store.getState();
          if (now.state === 'connected' && answers[page].phase === 'failed') void ask(page);
        }),
      ];
      return () => {
        visible--;
        for (const end of ends) end();
      };
    },
  });
}

const ASK: { readonly [P in Page]: (client: AnalysisClient, scope: AnalysisScope) => Promise<Answers[P]> } = {
  ledger: (client, scope) => client.call('analysis.ledger', scope),
  trader: (client, scope) => client.call('analysis.trader', scope),
  async rejections(client, scope) {
    const [report, causes] = await Promise.all([
      client.call('analysis.rejections', scope),
      client.call('analysis.causes', scope),
    ]);
    return { report, causes };
  },
  contexts: (client) => client.call('thresholds.contexts', {}),
  patterns: (client, scope) => client.call('analysis.patterns', scope),
  // Gates are of scalps, whatever strategy the other pages look at.
  gates: (client, { strategyIds: _, ...scope }) => client.call('analysis.gates', scope),
  honesty: (client, scope) => client.call('analysis.honesty', scope),
  async state(client, scope) {
    const [report, watch] = await Promise.all([
      client.call('analysis.modelStatus', scope),
      client.call('phantoms.watch', { days: WATCHED_DAYS }),
    ]);
    return { report, watch };
  },
};

export function scopeOf(
  simulated: boolean,
  period: AnalysisPeriod,
  strategyId: string | null,
  now: UnixMs | null,
): AnalysisScope {
  return {
    simulated,
    ...(strategyId === null ? {} : { strategyIds: [strategyId] }),
    ...(period === 'all' || now === null
      ? {}
      : { from: Math.floor(now / DAY_MS) * DAY_MS - (Number(period) - 1) * DAY_MS }),
  };
}

/** Whether the signals of the scope are simulated; null until the exchange is known. */
function isSimulated(desk: Pick<Desk, 'session'>, chosen: boolean | null): boolean | null {
  return chosen ?? desk.session.getState().data?.connection.simulated ?? null;
}
