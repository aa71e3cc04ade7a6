/** All services behind the contract, put together: what every host serves. */

import type { PhantomRow } from '#contract/areas/phantoms.ts';
import type { LogDelta } from '#contract/areas/session.ts';
import type { StrategyDescription } from '#contract/contract.ts';
import { type DeskService, ServiceError } from '#contract/service.ts';
import type { ActiveStrategy } from '#core/engine/instrument-state.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import type { DemoHost } from '#main/exchange/demo/demo-host.ts';
import type { KnownExchange } from '#main/exchange/exchange-list.ts';
import type { OpenExchange } from '#main/exchange/feed.ts';
import type { Profile } from '#main/store/database.ts';
import type { StoredPhantomRow } from '#main/store/phantom-rows.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import type { DeskLog } from './desk-log.ts';
import type { FileExports } from './file-exports.ts';
import type { FileImports } from './file-imports.ts';
import { explain } from './learning/explain.ts';
import type { LearningService } from './learning/learning-service.ts';
import { modelsSnapshot } from './learning/models-view.ts';
import type { LiveSession } from './live-session.ts';
import { demoStatus, sessionStatus } from './session-status.ts';
import type { SettingsService } from './settings-service.ts';
import { phantomStatistics } from './statistics.ts';
import { ChartView } from './views/chart-view.ts';
import { DeskViews } from './views/desk-views.ts';
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
  readonly wallClock: () => number;
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
const MODELS_EVERY_MS = 500;
const MARKS_SHOWN = 500;

export function createDeskService(parts: DeskParts): RunningService {
  const { profile, session, settings, log, demo, learning } = parts;
  const views = new DeskViews(session, profile);
  const chart = new ChartView(session, profile.candles);
  const exchangeName = (id: string) =>
    id === 'demo' ? 'Demo exchange' : (parts.knownExchanges.find((known) => known.id === id)?.name ?? id);
  let faults = profile.desk.faults(1_000).length;
  const status = new PolledValue(
    () => sessionStatus({ version: parts.version, session, settings, exchangeName, faults: () => faults }),
    STATUS_EVERY_MS,
  );
  const modelsValue = new PolledValue(() => modelsSnapshot(profile, learning, parts.wallClock()), MODELS_EVERY_MS);
  learning.changed.on(() => modelsValue.touch());
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
  const rowOf = (row: StoredPhantomRow): PhantomRow => {
    const known = { ...row, priceDecimals: priceDecimals(profile.notes.instrument(row.instrumentId)) };
    // The record keeps extremes when a phantom ends; while it is open the engine knows them.
    const open = row.outcome === 'open' ? session.keeper?.engine.openPhantoms.get(row.id) : undefined;
    if (open === undefined) return known;
    const { maxFavorableR, maxAdverseR, tp1Hit, barsHeld } = open.walk.result();
    return { ...known, maxFavorableR, maxAdverseR, tp1Hit, barsHeld };
  };

  const service: DeskService = {
    calls: {
      'session.reconnect': async () => {
        await session.reconnect();
        return { done: true, message: 'connecting again' };
      },
      'demo.control': ({ speed, slowForTickets }) => {
        const host = demo();
        if (host === null)
          throw declined('the demo market is not running', 'Choose the demo exchange in the settings.');
        stored(settings.update({ demoSpeed: speed, ...(slowForTickets === undefined ? {} : { slowForTickets }) }));
        demoValue.touch();
        return demoStatus(host);
      },
      'market.candles': (input) => chart.page(input),
      'market.marks': ({ instrumentId, from, to }) => {
        const filter = { instrumentIds: [instrumentId], from, to };
        const page = stored(profile.history.page(filter, NEWEST_FIRST, null, MARKS_SHOWN));
        return {
          phantoms: page.rows.map(rowOf),
          strategy: page.rows.flatMap(({ id }) => {
            const marks = profile.history.detail(id)?.phantom.signal.marks;
            return marks === undefined ? [] : [{ signalId: id, marks }];
          }),
        };
      },
      'exchanges.list': () => [
        { id: 'demo', name: exchangeName('demo'), tested: true },
        ...parts.knownExchanges.map(({ id, name, tested }) => ({ id, name, tested })),
      ],
      'exchanges.instruments': ({ exchange }) => listInstruments(parts, exchange),
      'instruments.list': () => [...session.instruments],
      'strategies.list': () => parts.strategies.map(describe),
      'tickets.approve': ({ ticketId, amount }) => session.approve(ticketId, amount),
      'tickets.skip': ({ ticketId, reason }) => session.skip(ticketId, reason),
      'phantoms.history': ({ filter, sort, cursor, limit }) => {
        const page = stored(profile.history.page(filter, sort, cursor, limit));
        return {
          rows: page.rows.map(rowOf),
          nextCursor: page.nextCursor,
          total: Math.min(1_000_000, profile.history.count(filter)),
        };
      },
      'phantoms.detail': ({ id }) => {
        const detail = profile.history.detail(id);
        if (detail === null) return null;
        const { features, besideFeatures: _, ...phantom } = detail.phantom;
        const set = features === null ? null : findFeatureSet(features.setId);
        return {
          row: rowOf(detail.row),
          phantom,
          features: (set?.features ?? []).map(({ name, meaning, unit }, index) => {
            const value = features?.values[index] ?? Number.NaN;
            return { name, meaning, unit, value: Number.isNaN(value) ? null : value };
          }),
        };
      },
      'phantoms.statistics': (filter) => phantomStatistics(profile.history.statistics(filter)),
      'exports.start': (input) => parts.exports.start(input),
      'exports.next': ({ exportId }) => parts.exports.next(exportId),
      'exports.cancel': ({ exportId }) => parts.exports.cancel(exportId),
      'imports.begin': (input) => parts.imports.begin(input),
      'imports.chunk': ({ importId, data }) => parts.imports.chunk(importId, data),
      'imports.finish': ({ importId }) => parts.imports.finish(importId),
      'imports.cancel': ({ importId }) => parts.imports.cancel(importId),
      'models.train': ({ model }) => {
        const found = learning.models().find((candidate) => candidate.key === model);
        if (found === undefined) return { done: false, message: `there is no model ${model} for this exchange` };
        return learning.train(found, 'by hand')
          ? { done: true, message: 'the training is queued' }
          : { done: false, message: 'a training of this model waits or runs already' };
      },
      'models.cancel': ({ jobId }) =>
        learning.desk.cancel(jobId)
          ? { done: true, message: 'the training is cancelled' }
          : { done: false, message: 'this training is over already' },
      'models.activate': ({ id }) => {
        const version = profile.models.version(id);
        if (version === null) return { done: false, message: 'this version is not in the registry' };
        const activated = learning.activate(version);
        return activated.ok
          ? { done: true, message: `${version.model} v${version.version} scores from now on` }
          : { done: false, message: `${activated.error.message} ${activated.error.remedy}` };
      },
      'models.explain': ({ signalId }) => explain(profile, learning, signalId),
      'settings.update': (patch) => {
        const after = stored(settings.update(patch));
        return { settings: after, message: 'Saved.' };
      },
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
      'phantoms.live': (_, sink) => views.phantoms.open(sink),
      'phantoms.activity': (_, sink) => views.openActivity(sink),
      'models.overview': (_, sink) => modelsValue.open(sink),
      'models.notices': (_, sink) => {
        const stop = learning.notices.on((notice) => sink.push(notice));
        return { snapshot: null, stop };
      },
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
      views.close();
      chart.close();
      status.close();
      demoValue.close();
      modelsValue.close();
    },
  };
}

const NEWEST_FIRST = { by: 'openedAt', direction: 'descending' } as const;

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

function describe({ strategy, parameters }: ActiveStrategy): StrategyDescription {
  return {
    id: strategy.id,
    version: strategy.version,
    idea: strategy.idea,
    timeframe: strategy.timeframe,
    parameters: strategy.parameters.map(({ name, meaning, unit }) => ({
      name,
      meaning,
      unit,
      value: parameters[name] ?? Number.NaN,
    })),
  };
}

function stored<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: StoreFault },
): T {
  if (result.ok) return result.value;
  throw new ServiceError({ code: 'unavailable', message: result.error.message, remedy: result.error.remedy });
}

function declined(message: string, remedy: string): ServiceError {
  return new ServiceError({ code: 'refused', message, remedy });
}
