/** All services behind the contract, put together: what every host serves. */

import type { RecordedRow } from '#contract/areas/history-worker.ts';
import type { PhantomRow } from '#contract/areas/phantoms.ts';
import type { LogDelta } from '#contract/areas/session.ts';
import type { StrategyDescription } from '#contract/contract.ts';
import { type DeskService, ServiceError } from '#contract/service.ts';
import { externalStrategyId } from '#core/domain/external-signal.ts';
import type { ActiveStrategy } from '#core/engine/instrument-state.ts';
import type { DemoHost } from '#main/exchange/demo/demo-host.ts';
import type { KnownExchange } from '#main/exchange/exchange-list.ts';
import type { OpenExchange } from '#main/exchange/feed.ts';
import type { Profile } from '#main/store/database.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import { type AskAnalysis, analysisCalls } from './analysis/analysis-service.ts';
import { RevisionWatch } from './analysis/revision-watch.ts';
import { backupCalls } from './backup-service.ts';
import type { DeskLog } from './desk-log.ts';
import { exportCalls } from './export-calls.ts';
import { truthView } from './external/truth-view.ts';
import type { FileExports } from './file-exports.ts';
import type { FileImports } from './file-imports.ts';
import type { LearningService } from './learning/learning-service.ts';
import { createModelService } from './learning/model-service.ts';
import { ScoringTimes } from './learning/scoring-status.ts';
import type { LiveSession } from './live-session.ts';
import { createNoticeService } from './notices/notice-service.ts';
import type { TelegramNotices } from './notices/telegram.ts';
import { phaseEvidence } from './phase-evidence.ts';
import type { BackupStore } from './profile-backup.ts';
import { createRiskService } from './risk-service.ts';
import { demoStatus, sessionStatus } from './session-status.ts';
import { settingsCalls } from './settings-calls.ts';
import type { SettingsFault, SettingsService } from './settings-service.ts';
import { withParameters } from './strategy-settings.ts';
import { thresholdCalls } from './thresholds/threshold-service.ts';
import { ChartView } from './views/chart-view.ts';
import { ContextRuns } from './views/context-runs.ts';
import { DeskViews } from './views/desk-views.ts';
import { featureGroups } from './views/feature-groups.ts';
import type { AskHistory } from './views/history-reading.ts';
import { PolledValue } from './views/polled-list.ts';
import { priceDecimals } from './views/rows.ts';

export interface DeskParts {
  readonly version: string;
  readonly profile: Profile;
  readonly session: LiveSession;
  readonly settings: SettingsService;
  readonly log: DeskLog;
  readonly strategies: readonly ActiveStrategy[];
  readonly exports: FileExports;
  readonly imports: FileImports;
  readonly learning: LearningService;
  readonly analysis: AskAnalysis;
  readonly history: AskHistory;
  readonly backupStore: BackupStore;
  readonly telegram: TelegramNotices;
  readonly wallClock: () => number;
  /** Monotonic real time, ms. */
  readonly monotonic: () => number;
  /** Null while another exchange is chosen. */
  readonly demo: () => DemoHost | null;
  readonly knownExchanges: readonly KnownExchange[];
  readonly openExchange: OpenExchange;
}

export interface RunningService {
  readonly service: DeskService;
  close(): void;
}

const STATUS_EVERY_MS = 250;

export function createDeskService(parts: DeskParts): RunningService {
  const { profile, session, settings, log, demo } = parts;
  const views = new DeskViews(session, profile);
  const chart = new ChartView(session, profile.candles);
  const contexts = new ContextRuns(profile.candles);
  session.reopened.on(() => contexts.forget());
  const exchangeName = (id: string) =>
    id === 'demo' ? 'Demo exchange' : (parts.knownExchanges.find((known) => known.id === id)?.name ?? id);
  let faults = profile.desk.faults(1_000).length;
  const status = new PolledValue(
    () => sessionStatus({ ...parts, exchangeName, faults: () => faults, outdatedGrades: () => revisions.outdated }),
    STATUS_EVERY_MS,
  );
  const revisions = new RevisionWatch(parts, () => status.touch());
  const models = createModelService(parts);
  const risk = createRiskService(parts);
  const notices = createNoticeService(parts);
  const demoValue = new PolledValue(() => demoStatus(demo()), STATUS_EVERY_MS);
  session.changed.on(() => status.touch());
  session.stepped.on(({ events }) => {
    faults += events.filter((event) => event.kind === 'fault-raised').length;
    if (events.length > 0) status.touch();
  });
  settings.changed.on(() => {
    status.touch();
    demoValue.touch();
  });
  // The window runs its clock on by itself between these.
  const pulse = setInterval(() => {
    status.touch();
    demoValue.touch();
  }, 1_000);
  const decimalsOf = (rows: readonly RecordedRow[]): ReadonlyMap<string, number> => {
    const ids = new Set(rows.map(({ instrumentId }) => instrumentId));
    return new Map(Array.from(ids, (id) => [id, priceDecimals(profile.notes.instrument(id))]));
  };
  const rowOf = (row: RecordedRow, decimals = decimalsOf([row])): PhantomRow => {
    const known = { ...row, priceDecimals: decimals.get(row.instrumentId) ?? priceDecimals(null) };
    // The record keeps extremes when a phantom ends; while it is open the engine knows them.
    const open = row.outcome === 'open' ? session.keeper?.engine.openPhantoms.get(row.id) : undefined;
    if (open === undefined) return known;
    const { maxFavorableR, maxAdverseR, tp1Hit, barsHeld } = open.walk.result();
    return { ...known, maxFavorableR, maxAdverseR, tp1Hit, barsHeld };
  };

  const rowsOf = (rows: readonly RecordedRow[]): readonly PhantomRow[] => {
    const decimals = decimalsOf(rows);
    return rows.map((row) => rowOf(row, decimals));
  };

  const service: DeskService = {
    calls: {
      'session.reconnect': async () => {
        await session.reconnect();
        return { done: true, message: 'connecting again' };
      },
      'session.cancelHistory': () => session.cancelHistory(),
      'session.resumeHistory': ({ way }) => session.resumeHistory(way),
      'demo.control': ({ speed, slowForTickets }) => {
        const host = demo();
        if (host === null)
          throw declined('the demo market is not running', 'Choose the demo exchange in the settings.');
        stored(settings.update({ demoSpeed: speed, ...(slowForTickets === undefined ? {} : { slowForTickets }) }));
        demoValue.touch();
        return demoStatus(host);
      },
      'market.candles': (input) => chart.page(input),
      'market.contexts': ({ instrumentId, from, to }) => {
        const instrument = session.instruments.find(({ id }) => id === instrumentId);
        return instrument === undefined ? { sessions: [], regimes: [] } : contexts.read(instrument, from, to);
      },
      'market.marks': async (input) => {
        const { rows, strategy } = await parts.history.ask('history.marks', input);
        return { phantoms: rowsOf(rows), strategy };
      },
      'exchanges.list': () => [
        { id: 'demo', name: exchangeName('demo'), tested: true },
        ...parts.knownExchanges.map(({ id, name, tested }) => ({ id, name, tested })),
      ],
      'exchanges.instruments': ({ exchange }) => listInstruments(parts, exchange),
      'instruments.list': () => [...session.instruments],
      'strategies.list': () =>
        withParameters(parts.strategies, settings.current.strategyParameters)
          .filter(({ strategy }) => !strategy.isPlacebo)
          .map((active) => describe(active, profile, session.instruments[0]?.simulated ?? true)),
      'tickets.approve': ({ ticketId, amount }) => session.approve(ticketId, amount),
      'tickets.skip': ({ ticketId, reason }) => session.skip(ticketId, reason),
      'phantoms.history': async (input) => {
        const { rows, nextCursor } = await parts.history.ask('history.page', input);
        return { rows: rowsOf(rows), nextCursor };
      },
      'phantoms.detail': ({ id }) => {
        const detail = profile.history.detail(id);
        if (detail === null) return null;
        const { features, besideFeatures, ...phantom } = detail.phantom;
        const recorded = profile.history.featureSets();
        return {
          row: rowOf(detail.row),
          phantom,
          features: featureGroups({ features, besideFeatures }, recorded),
          truth: truthView(profile.externals.truth(id), phantom.result),
          earlierGrades: profile.earlierGrades(id),
        };
      },
      'phantoms.sources': () => profile.externals.sources().map(externalStrategyId),
      'phantoms.regrade': () => revisions.regrade(),
      'phantoms.statistics': (filter) => parts.history.ask('history.statistics', filter),
      ...exportCalls(parts),
      'imports.begin': (input) => parts.imports.begin(input),
      'imports.chunk': ({ importId, data }) => parts.imports.chunk(importId, data),
      'imports.finish': ({ importId }) => parts.imports.finish(importId),
      'imports.cancel': ({ importId }) => parts.imports.cancel(importId),
      ...models.calls,
      ...thresholdCalls({ ...parts, tellHealth: notices.tellHealth }),
      ...notices.calls,
      ...analysisCalls(parts.analysis, {
        profile,
        learning: parts.learning,
        times: new ScoringTimes(profile, parts.monotonic),
      }),
      ...risk.calls,
      ...backupCalls(parts),
      ...settingsCalls(parts, stored),
    },
    streams: {
      'session.status': (_, sink) => status.open(sink),
      'session.log': (_, sink) => {
        const stop = log.appended.on((entry) => sink.push({ entries: [entry] } satisfies LogDelta));
        return { snapshot: { entries: log.tail() }, stop };
      },
      'demo.status': (_, sink) => demoValue.open(sink),
      'market.watchlist': (_, sink) => views.watchlist.open(sink),
      'market.bars': (input, sink) => chart.open(input, sink),
      'tickets.open': (_, sink) => views.tickets.open(sink),
      'positions.recent': (_, sink) => views.positions.open(sink),
      'phantoms.live': ({ includePlacebo }, sink) =>
        (includePlacebo === true ? views.allPhantoms : views.phantoms).open(sink),
      'phantoms.activity': (_, sink) => {
        // A window is here: its history will be asked for, and sums of the whole record take the longest the first time.
        parts.history.ask('history.statistics', {}).catch(() => undefined);
        return views.openActivity(sink);
      },
      ...models.streams,
      ...risk.streams,
      ...notices.streams,
      'settings.current': (_, sink) => {
        const stop = settings.changed.on(({ after }) => sink.push(after));
        return { snapshot: settings.current, stop };
      },
    },
  };
  return {
    service,
    close: () => {
      clearInterval(pulse);
      revisions.close();
      views.close();
      chart.close();
      status.close();
      demoValue.close();
      models.close();
      risk.close();
      notices.close();
    },
  };
}

/** The instruments of any exchange, for the settings: a connection of its own, closed at once. */
async function listInstruments(parts: DeskParts, exchange: string) {
  const current = parts.session.connection;
  if (current !== null && current.exchange === exchange) {
    const loaded = await current.loadInstruments();
    return loaded.ok ? { instruments: loaded.value, fault: null } : { instruments: [], fault: loaded.error };
  }
  const opened = await parts.openExchange(exchange);
  if (!opened.ok) return { instruments: [], fault: opened.error };
  try {
    const loaded = await opened.value.loadInstruments();
    return loaded.ok ? { instruments: loaded.value, fault: null } : { instruments: [], fault: loaded.error };
  } finally {
    await opened.value.close();
  }
}

function describe({ strategy, parameters }: ActiveStrategy, profile: Profile, simulated: boolean): StrategyDescription {
  return {
    id: strategy.id,
    version: strategy.version,
    idea: strategy.idea,
    timeframe: strategy.timeframe,
    higherTimeframe: strategy.higherTimeframe,
    phase0: strategy.startsInPhase0 ? phaseEvidence(profile, strategy.id, simulated) : null,
    parameters: strategy.parameters.map((parameter) => ({
      ...parameter,
      value: parameters[parameter.name] ?? parameter.default,
    })),
  };
}

function stored<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: StoreFault | SettingsFault },
): T {
  if (result.ok) return result.value;
  if (result.error.kind === 'invalid') throw declined(result.error.message, result.error.remedy);
  throw new ServiceError({ code: 'unavailable', message: result.error.message, remedy: result.error.remedy });
}

function declined(message: string, remedy: string): ServiceError {
  return new ServiceError({ code: 'refused', message, remedy });
}
