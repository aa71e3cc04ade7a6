/** Wires the services of one profile; every host calls it and serves what it returns (WS-1). */
import { readFileSync } from 'node:fs';
import type { DeskService } from '#contract/service.ts';
import { ok, type Result } from '#core/base/result.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { DemoHost } from '#main/exchange/demo/demo-host.ts';
import { KNOWN_EXCHANGES } from '#main/exchange/exchange-list.ts';
import type { OpenExchange } from '#main/exchange/feed.ts';
import { openExchange } from '#main/exchange/open-exchange.ts';
import { DailyBackups } from '#main/services/daily-backups.ts';
import { DeskLog } from '#main/services/desk-log.ts';
import { createDeskService } from '#main/services/desk-service.ts';
import { createSignalHook, type SignalHook } from '#main/services/external/signal-hook.ts';
import { FileExports } from '#main/services/file-exports.ts';
import { FileImports } from '#main/services/file-imports.ts';
import { LearningService } from '#main/services/learning/learning-service.ts';
import { retrainerOver } from '#main/services/learning/retrainer.ts';
import { LiveSession } from '#main/services/live-session.ts';
import { type PostJson, TelegramNotices } from '#main/services/notices/telegram.ts';
import { RecordUpkeep } from '#main/services/record-upkeep.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import { describeCopies, inspectCopies, knownVersion, putInPlace } from '#main/store/backup.ts';
import { openProfile } from '#main/store/database.ts';
import type { ModelRegistry } from '#main/store/model-registry.ts';
import type { WorkedBar } from '#main/store/step-writer.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import { analysisThread, historyThread } from '#main/workers/reading-thread.ts';
import { createRetrainThreads } from '#main/workers/retrain-thread.ts';
import { sourceWorkerEntry, type WorkerEntry } from '#main/workers/worker-entry.ts';

export interface AppOptions {
  readonly profileDir: string;
  /** Settings for this run, over the stored ones and stored with them: the command line's flags. */
  readonly settings?: Parameters<SettingsService['update']>[0];
  /** Where worker threads start from; the sources unless a built host says otherwise. */
  readonly workerEntry?: WorkerEntry;
  /** Instead of the real and the embedded exchanges, e.g. an exchange that a test controls. */
  readonly openExchange?: OpenExchange;
  /** Instead of the network, for messages to Telegram. */
  readonly post?: PostJson;
}

export interface App {
  readonly service: DeskService;
  readonly hook: SignalHook;
  readonly session: LiveSession;
  readonly settings: SettingsService;
  readonly log: DeskLog;
  readonly learning: LearningService;
  readonly models: ModelRegistry;
  /** The embedded demo market while it is the chosen exchange. */
  demo(): DemoHost | null;
  /** Resolves when stored data can be shown; connecting goes on behind it. */
  start(): Promise<void>;
  /** Ends everything in order, once; the record is complete afterwards. */
  close(): Promise<void>;
}

export async function createApp(options: AppOptions): Promise<Result<App, StoreFault>> {
  const opened = openProfile(options.profileDir);
  if (!opened.ok) return opened;
  const profile = opened.value;
  const wallClock = () => Date.now();
  const log = new DeskLog(profile.desk, wallClock);
  const settings = new SettingsService(profile.desk);
  if (options.settings !== undefined) settings.update(options.settings);
  for (const key of settings.damaged) {
    log.write('warning', 'settings', `the stored value of "${key}" did not fit and was replaced by its default`);
  }
  for (const backup of profile.upgradeBackups) log.write('notice', 'store', `upgraded; a backup is at ${backup}`);

  let demo: DemoHost | null = null;
  let starting: Promise<DemoHost> | null = null;
  const runDemo = async (): Promise<DemoHost> => {
    starting ??= DemoHost.start({
      load: () => profile.desk.demoMarket(),
      save: (anchor) => profile.desk.putDemoMarket(anchor),
      checkpoints: {
        read: (market, block) => profile.desk.demoCheckpoint(market, block),
        keep: (market, states) => profile.desk.keepDemoCheckpoints(market, states),
      },
      wallClock,
      speed: settings.current.demoSpeed,
      notBefore: newestDemoBar(profile.workedBars()),
    });
    demo = await starting;
    holdDemo();
    return demo;
  };
  const open: OpenExchange =
    options.openExchange ??
    (async (exchange) => {
      if (exchange !== 'demo') return openExchange(exchange);
      const { restUrl, socketUrl, clock } = (await runDemo()).exchange;
      return openExchange('demo', { demo: { restUrl, socketUrl, clock } });
    });

  const strategies = STRATEGIES.map((strategy) => ({ strategy, parameters: strategyParameters(strategy) }));
  const session = new LiveSession({
    profile,
    openExchange: open,
    strategies,
    settings,
    log,
    monotonic: () => performance.now(),
    historyLearner: (engine) => (settings.current.learning ? learning.historyLearner(engine) : null),
  });
  const holdDemo = () => {
    const { connection } = session.state;
    demo?.holdForHistory(connection === 'starting' || connection === 'bootstrapping');
  };
  session.changed.on(holdDemo);
  const slowDemo = () => {
    const waiting = settings.current.slowForTickets && hasOpenTicket(session);
    demo?.slowForTicket(waiting);
  };
  session.stepped.on(({ events }) => {
    if (events.some((event) => event.kind === 'ticket-opened' || event.kind === 'ticket-closed')) slowDemo();
  });
  session.reopened.on(slowDemo);
  settings.changed.on(({ before, after }) => {
    if (before.demoSpeed !== after.demoSpeed) demo?.setSpeed(after.demoSpeed);
    slowDemo();
  });
  const exports = new FileExports(wallClock);
  const backups = new DailyBackups({ profile, log, wallClock });
  const upkeep = new RecordUpkeep({
    profile,
    log,
    isBusy: () => session.state.connection === 'bootstrapping',
  });
  const imports = new FileImports(profile, wallClock, () => {
    const { keeper } = session;
    // At the engine's own time: while history runs that is not now.
    keeper?.apply({ kind: 'sentiment', time: keeper.engine.clock, index: profile.notes.sentiment.book() });
  });
  const workerEntry = options.workerEntry ?? sourceWorkerEntry;
  const retrainThreads = createRetrainThreads(workerEntry);
  const learning = new LearningService({
    profile,
    session,
    log,
    wallClock,
    mayLearn: () => settings.current.learning,
    rollsBackByItself: () => settings.current.automaticRollback,
    retrainer: retrainerOver(retrainThreads.retrain),
  });
  settings.changed.on(({ before, after }) => {
    if (before.learning !== after.learning || before.learnTimeouts !== after.learnTimeouts) learning.switched();
  });
  const analysis = analysisThread(workerEntry, options.profileDir);
  const history = historyThread(workerEntry, options.profileDir);
  const { profileDir, post = fetch } = options;
  const telegram = new TelegramNotices({ profileDir, post, log, wallClock });
  const desk = createDeskService({
    version: ownVersion(),
    profile,
    session,
    settings,
    log,
    strategies,
    exports,
    imports,
    learning,
    analysis,
    history,
    backupStore: { describeCopies, inspectCopies, knownVersion, putInPlace },
    telegram,
    wallClock,
    monotonic: () => performance.now(),
    demo: () => (settings.current.exchange === 'demo' ? demo : null),
    knownExchanges: KNOWN_EXCHANGES,
    openExchange: open,
  });
  let closing: Promise<void> | null = null;
  return ok({
    service: desk.service,
    hook: createSignalHook({ session, profile, settings, log }),
    session,
    settings,
    log,
    learning,
    models: profile.models,
    demo: () => demo,
    start: async () => {
      // The first window's history is asked of a thread that is there, with its sums at hand (PE-17).
      history.ask('history.statistics', {}).catch(() => undefined);
      await session.start();
      backups.start();
      upkeep.start();
    },
    close: () => {
      closing ??= (async () => {
        await backups.close();
        await upkeep.close();
        await learning.close();
        await retrainThreads.close();
        await session.close();
        desk.close();
        await telegram.close();
        await analysis.close();
        await history.close();
        exports.close();
        imports.close();
        await demo?.close();
        profile.close();
      })();
      return closing;
    },
  });
}

/** Close time after which the demo market may go on: bars before it have been worked. */
function newestDemoBar(bars: readonly WorkedBar[]): number {
  const ofDemo = bars.filter(({ instrumentId }) => instrumentId.startsWith('demo:'));
  return Math.max(0, ...ofDemo.map(({ openTime, closeTime }) => closeTime ?? openTime + MINUTE_MS));
}

function hasOpenTicket(session: LiveSession): boolean {
  const tickets = session.keeper?.engine.openTickets() ?? [];
  for (const _ of tickets) return true;
  return false;
}

function ownVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
