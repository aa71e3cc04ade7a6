/** An in-memory desk behind the contract, for developing and photographing the window: plausible data, no persistence. */
import type { WatchlistRow } from '#contract/areas/market.ts';
import type { ConnectionState, LogEntry, LogLevel, SessionStatus } from '#contract/areas/session.ts';
import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import type { Settings } from '#contract/areas/settings.ts';
import type { IntentAnswer, PositionView } from '#contract/areas/trading.ts';
import { type DeskService, ServiceError } from '#contract/service.ts';
import { sessionAt } from '#core/domain/context.ts';
import { bucketOpenTime, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { fakeAnalysisCalls } from './fake-analysis.ts';
import { contextsOf } from './fake-contexts.ts';
import type { FakeDeskOptions } from './fake-desk-options.ts';
import { fakeExchangeCalls } from './fake-exchanges.ts';
import { explanationOf, modelScoreOf } from './fake-explanations.ts';
import { fakeFileCalls } from './fake-files.ts';
import { matching, pageOf, statisticsOf } from './fake-history.ts';
import { type BarWatch, FAKE_INSTRUMENTS, FakeSeries, MINUTE, seededRandom } from './fake-market.ts';
import { FakeModels } from './fake-models.ts';
import { fakeNoticeCalls, fakeNoticeStreams } from './fake-notices.ts';
import {
  decide,
  detailView,
  drawSignal,
  type FakePhantom,
  feed,
  liveView,
  scoreBy,
  THRESHOLD,
  ticketView,
} from './fake-phantoms.ts';
import { BOOTSTRAP_PROGRESS } from './fake-progress.ts';
import { decideLately, drawHistory } from './fake-record.ts';
import { createFakeRisk } from './fake-risk.ts';
import { fakeSettingsCalls } from './fake-settings.ts';
import { fakeStrategies } from './fake-strategies.ts';
import { fakeThresholdCalls } from './fake-thresholds.ts';
import { Topic } from './fake-topic.ts';

export interface FakeDesk {
  readonly service: DeskService;
  readonly models: FakeModels;
  /** Moves the market by `wallMs` at the demo speed and tells every stream. */
  advance(wallMs: number): void;
}

export function createFakeDesk(options: FakeDeskOptions = {}): FakeDesk {
  const start = options.now ?? Date.UTC(2026, 10, 21, 13, 42, 30);
  const random = seededRandom(20_261_121);
  const from = start - (options.historyDays ?? 30) * 1440 * MINUTE;
  const all = FAKE_INSTRUMENTS.map((one, index) => new FakeSeries(one, 77 + index * 13, from, start));
  const bySymbol = new Map(all.map((series) => [`demo:${series.instrument.symbol}`, series]));
  const phantoms: FakePhantom[] = [];
  const openTickets = new Map<string, { phantom: FakePhantom; expiresAt: UnixMs }>();
  const positions = new Map<string, { view: PositionView; phantom: FakePhantom }>();
  let settings: Settings = DEFAULT_SETTINGS;
  let now = start;
  let speed = settings.demoSpeed;
  let realised = 0;
  let sequence = 0;
  let historyStopped = false;
  let outdatedGrades = options.outdatedGrades ?? 0;
  let state: ConnectionState = options.connection ?? 'live';
  const logEntries: LogEntry[] = [];
  const models = new FakeModels(options.models ?? 'learning', () => now);
  const hasModel = options.models === 'ready' || options.models === 'several';

  const topics = {
    session: new Topic<SessionStatus>(),
    log: new Topic<{ entries: readonly LogEntry[] }>(),
    demo: new Topic<ReturnType<typeof demoStatus>>(),
    watchlist: new Topic<{ upserted: readonly WatchlistRow[]; removed: readonly string[] }>(),
    tickets: new Topic<{ upserted: ReturnType<typeof ticketOf>[]; removed: string[] }>(),
    positions: new Topic<{ upserted: PositionView[] }>(),
    live: new Topic<{ upserted: ReturnType<typeof liveView>[]; removed: string[] }>(),
    activity: new Topic<{ opened: number; closed: number; decided: number }>(),
    settings: new Topic<Settings>(),
  };
  const barWatches = new Set<BarWatch>();

  phantoms.push(...drawHistory(all, random));
  for (const phantom of decideLately(phantoms)) openPosition(phantom, phantom.row.entry * (1 + 0.0002));

  log('notice', 'session', 'Profile opened; demo exchange at ×60.');
  log('info', 'exchange', 'Loaded 30 days of 1m history for 6 instruments.');
  log('info', 'trend_pullback', `${phantoms.length} signals in history, ${phantoms.filter(isOpen).length} still open.`);
  log('warning', 'exchange', 'SOL/USDT: 2 bars were missing and have been filled in.');

  function isOpen(phantom: FakePhantom): boolean {
    return phantom.row.outcome === 'open';
  }
  function openPhantoms(includePlacebo: boolean): readonly FakePhantom[] {
    return phantoms.filter((one) => isOpen(one) && (includePlacebo || one.row.strategyId !== 'placebo'));
  }
  function log(level: LogLevel, source: string, message: string): void {
    const entry = { sequence: ++sequence, time: Date.now(), exchangeTime: now, level, source, message };
    logEntries.push(entry);
    topics?.log.push({ entries: [entry] });
  }
  function seriesOf(id: string): FakeSeries {
    const series = bySymbol.get(id);
    if (series === undefined) {
      throw new ServiceError({
        code: 'not-found',
        message: `${id} is not watched.`,
        remedy: 'Add it in the settings.',
      });
    }
    return series;
  }
  function equity(): number {
    return settings.startingEquity + realised;
  }
  function openPosition(phantom: FakePhantom, price: number, amount?: number): void {
    const ticket = ticketView(phantom, price, now, equity());
    const sign = phantom.row.side === 'long' ? 1 : -1;
    positions.set(phantom.row.id, {
      phantom,
      view: {
        id: phantom.row.id,
        instrumentId: phantom.row.instrumentId,
        symbol: phantom.row.symbol,
        exchange: 'demo',
        simulated: true,
        strategyId: phantom.row.strategyId,
        priceDecimals: phantom.row.priceDecimals,
        amount: amount ?? ticket.size.amount,
        terms: { ...ticket.terms, entry: price, openedAt: Math.max(phantom.row.openedAt, now) },
        intendedPrice: phantom.row.entry,
        hesitationR: (sign * (price - phantom.row.entry)) / phantom.riskDistance,
        state: 'open',
        result: detailView(phantom).phantom.result,
        profit: null,
        price,
        unrealisedR: 0,
        unrealisedProfit: 0,
      },
    });
    settlePosition(phantom.row.id);
  }
  function settlePosition(id: string): PositionView | null {
    const held = positions.get(id);
    if (held === undefined || held.view.state === 'closed') return null;
    const { phantom, view } = held;
    const result = detailView(phantom).phantom.result;
    const price = seriesOf(view.instrumentId).price;
    const risk = view.amount * phantom.riskDistance;
    const isClosed = result.outcome !== 'open';
    const live = liveView(phantom, price);
    const netR = result.netR === null ? null : result.netR - view.hesitationR;
    const next: PositionView = {
      ...view,
      result: { ...result, netR },
      state: isClosed ? 'closed' : 'open',
      profit: isClosed ? (netR ?? 0) * risk : null,
      price,
      unrealisedR: isClosed ? null : (live.unrealisedR ?? 0) - view.hesitationR,
      unrealisedProfit: isClosed ? null : ((live.unrealisedR ?? 0) - view.hesitationR) * risk,
    };
    if (isClosed) realised += next.profit ?? 0;
    positions.set(id, { phantom, view: next });
    return next;
  }
  function ticketOf(id: string) {
    const held = openTickets.get(id);
    if (held === undefined) throw new Error('the ticket is open');
    return ticketView(held.phantom, seriesOf(held.phantom.row.instrumentId).price, held.expiresAt, equity());
  }
  function issue(series: FakeSeries, wanted?: 'ticket'): void {
    const phantom = drawSignal(series, series.bars.length - 1, random);
    if (hasModel) scoreBy(phantom, modelScoreOf(phantom.row.id));
    if (phantoms.some((one) => one.row.id === phantom.row.id)) return;
    phantoms.push(phantom);
    if (wanted === 'ticket' || phantom.score.value >= THRESHOLD.value) {
      decide(phantom, 'pending', 'waiting for the trader');
      openTickets.set(phantom.row.id, { phantom, expiresAt: phantom.row.openedAt + 15 * MINUTE });
      log('notice', 'trend_pullback', `${phantom.row.symbol} ${phantom.row.side}: ticket opened.`);
      topics.tickets.push({ upserted: [ticketOf(phantom.row.id)], removed: [] });
    } else {
      decide(phantom, 'rejected_score', `score ${phantom.score.value} is below the threshold ${THRESHOLD.value}`);
    }
    topics.activity.push({ opened: 1, closed: 0, decided: 1 });
  }
  function closeTicket(id: string, as: 'approved' | 'skipped' | 'expired', reason: string | null): void {
    const ticket = { ...ticketOf(id), state: as, closedAt: now, closeReason: reason };
    openTickets.delete(id);
    topics.tickets.push({ upserted: [ticket], removed: [] });
    topics.tickets.push({ upserted: [], removed: [id] });
    topics.activity.push({ opened: 0, closed: 0, decided: 1 });
    topics.session.push(sessionStatus());
  }

  function sessionStatus(): SessionStatus {
    return {
      version: '0.1.0',
      connection: {
        state,
        exchange: settings.exchange,
        exchangeName: settings.exchange === 'demo' ? 'Demo exchange' : settings.exchange,
        simulated: settings.exchange === 'demo',
        live: state === 'live' ? 'socket' : null,
        message: state === 'reconnecting' ? 'The socket closed (1006); trying again.' : '',
        remedy: state === 'reconnecting' ? 'Nothing to do: stored bars stay on show.' : '',
        progress: state === 'bootstrapping' ? BOOTSTRAP_PROGRESS : null,
        historyStopped,
      },
      stage: settings.stage,
      account: { currency: 'USDT', startingEquity: settings.startingEquity, equity: equity(), mode: 'paper' },
      clock: { exchangeTime: now, speed: currentSpeed(), skewMs: 12 },
      counts: {
        openPhantoms: openPhantoms(false).length,
        openTickets: openTickets.size,
        openPositions: [...positions.values()].filter(({ view }) => view.state === 'open').length,
        faults: 0,
        outdatedGrades,
      },
    };
  }
  function slowed(): boolean {
    return settings.slowForTickets && openTickets.size > 0 && speed > 5;
  }
  function currentSpeed(): number {
    return slowed() ? 5 : speed;
  }
  function demoStatus() {
    return { speed, currentSpeed: currentSpeed(), paused: speed === 0, exchangeTime: now, slowedForTicket: slowed() };
  }
  function watchRow(series: FakeSeries): WatchlistRow {
    const { instrument, bars } = series;
    const id = `demo:${instrument.symbol}`;
    const mine = phantoms.filter((phantom) => phantom.row.instrumentId === id);
    const last = mine.at(-1)?.row;
    const dayAgo = bars.at(-1440)?.[4] ?? null;
    const sparkline = bars
      .slice(-1440)
      .filter((_, index) => index % 30 === 0)
      .map((bar) => bar[4]);
    return {
      instrumentId: id,
      symbol: instrument.symbol,
      exchange: 'demo',
      simulated: true,
      price: bars.at(-1)?.[4] ?? null,
      change24hPercent: dayAgo === null ? null : (series.price / dayAgo - 1) * 100,
      sparkline,
      regime: last?.regime ?? null,
      session: sessionAt(now),
      openPhantoms: openPhantoms(false).filter((phantom) => phantom.row.instrumentId === id).length,
      lastSignal: last === undefined ? null : { time: last.openedAt, side: last.side, strategyId: last.strategyId },
      feed: state === 'live' ? 'live' : state === 'bootstrapping' ? 'history' : 'stale',
      priceDecimals: instrument.decimals,
    };
  }
  const rows = () => phantoms.map((phantom) => phantom.row);
  function decideTicket(id: string, approve: boolean, amount: number | null, reason: string | null): IntentAnswer {
    const held = openTickets.get(id);
    if (held === undefined) return { done: false, message: 'The ticket has expired: nothing was ordered.' };
    const { symbol } = held.phantom.row;
    if (approve) {
      decide(held.phantom, 'executed', 'approved by the trader', true);
      openPosition(held.phantom, seriesOf(held.phantom.row.instrumentId).price, amount ?? undefined);
      closeTicket(id, 'approved', null);
      const opened = positions.get(id)?.view;
      if (opened !== undefined) topics.positions.push({ upserted: [opened] });
      return {
        done: true,
        message: `${symbol}: paper position opened at ${opened?.terms.entry.toFixed(opened.priceDecimals) ?? ''}.`,
      };
    }
    decide(held.phantom, 'skipped', reason ?? 'no reason given', true);
    closeTicket(id, 'skipped', reason);
    return { done: true, message: `${symbol}: skipped. Its phantom is still followed.` };
  }

  const risk = createFakeRisk(
    () => now,
    () => settings,
  );
  const service: DeskService = {
    calls: {
      'session.reconnect': () => {
        state = 'live';
        topics.session.push(sessionStatus());
        return { done: true, message: 'Reconnecting.' };
      },
      'phantoms.regrade': () => {
        const message = `${outdatedGrades} phantoms resolved again`;
        outdatedGrades = 0;
        topics.session.push(sessionStatus());
        return { done: true, message };
      },
      'session.cancelHistory': () => {
        historyStopped = state === 'bootstrapping';
        topics.session.push(sessionStatus());
        return { done: historyStopped, message: 'the history run stops; what it has worked stays' };
      },
      'session.resumeHistory': () => {
        historyStopped = false;
        topics.session.push(sessionStatus());
        return { done: true, message: 'the history run goes on' };
      },
      'demo.control': (input) => {
        speed = input.speed;
        settings = { ...settings, demoSpeed: speed, slowForTickets: input.slowForTickets ?? settings.slowForTickets };
        topics.demo.push(demoStatus());
        return demoStatus();
      },
      'market.candles': (input) => seriesOf(input.instrumentId).rolled(input.timeframe, input.before, input.limit),
      'market.contexts': (input) => contextsOf(seriesOf(input.instrumentId), input.from, Math.min(input.to, now)),
      'market.marks': (input) => {
        const found = phantoms.filter(
          ({ row }) =>
            row.instrumentId === input.instrumentId &&
            row.openedAt >= input.from &&
            row.openedAt < input.to &&
            (input.includePlacebo === true || row.strategyId !== 'placebo'),
        );
        return {
          phantoms: found.slice(-500).map(({ row }) => row),
          strategy: found.slice(-500).map(({ row, marks }) => ({ signalId: row.id, marks })),
        };
      },
      ...{ ...fakeExchangeCalls, ...fakeThresholdCalls, ...fakeAnalysisCalls(), ...risk.calls, ...fakeNoticeCalls },
      'strategies.list': () => fakeStrategies(settings.strategyParameters),
      'tickets.approve': (input) => decideTicket(input.ticketId, true, input.amount, null),
      'tickets.skip': (input) => decideTicket(input.ticketId, false, null, input.reason),
      'phantoms.history': (input) => pageOf(rows(), input),
      'phantoms.detail': (input) => {
        const found = phantoms.find(({ row }) => row.id === input.id);
        return found === undefined ? null : detailView(found);
      },
      'phantoms.sources': () => [],
      'phantoms.statistics': (input) => statisticsOf(matching(rows(), input)),
      ...fakeFileCalls(rows, (exportId) => models.exported(exportId)),
      ...models.calls(),
      'models.explain': (input) => {
        const found = phantoms.find(({ row }) => row.id === input.signalId);
        return found === undefined ? null : explanationOf(found.row, rows());
      },
      ...fakeSettingsCalls(
        () => settings,
        (changed) => {
          settings = changed;
          topics.settings.push(settings);
          topics.session.push(sessionStatus());
        },
      ),
    },
    streams: {
      ...risk.streams,
      ...fakeNoticeStreams,
      'session.status': (_, sink) => topics.session.open(sessionStatus(), sink),
      'session.log': (_, sink) => topics.log.open({ entries: logEntries }, sink),
      'demo.status': (_, sink) => topics.demo.open(demoStatus(), sink),
      'market.watchlist': (_, sink) => topics.watchlist.open(all.map(watchRow), sink),
      'market.bars': (input, sink) => {
        const series = seriesOf(input.instrumentId);
        const page = series.rolled(input.timeframe, Infinity, input.limit);
        const forming = page.candles.at(-1) ?? null;
        const watch: BarWatch = { series, timeframe: input.timeframe, lastOpen: forming?.[0] ?? 0, sink };
        barWatches.add(watch);
        return {
          snapshot: { candles: page.candles.slice(0, -1), forming, hasMore: page.hasMore },
          stop: () => void barWatches.delete(watch),
        };
      },
      'tickets.open': (_, sink) => topics.tickets.open([...openTickets.keys()].map(ticketOf), sink),
      'positions.recent': (_, sink) =>
        topics.positions.open(
          [...positions.values()].map(({ view }) => view),
          sink,
        ),
      'phantoms.live': ({ includePlacebo }, sink) =>
        topics.live.open(
          openPhantoms(includePlacebo === true).map((phantom) =>
            liveView(phantom, seriesOf(phantom.row.instrumentId).price),
          ),
          sink,
        ),
      'phantoms.activity': (_, sink) => topics.activity.open({ opened: 0, closed: 0, decided: 0 }, sink),
      ...models.streams(),
      'settings.current': (_, sink) => topics.settings.open(settings, sink),
    },
  };

  function pushBars(watch: BarWatch): void {
    const length = timeframeMs(watch.timeframe);
    const fresh = watch.series.rolled(watch.timeframe, Infinity, 3).candles;
    for (const candle of fresh.filter((one) => one[0] >= watch.lastOpen)) {
      const closed = candle[0] + length <= now;
      watch.sink.push({ candle, closed });
      watch.lastOpen = candle[0];
    }
  }

  function advance(wallMs: number): void {
    models.advance(wallMs);
    if (state === 'bootstrapping' || currentSpeed() === 0) return;
    const until = now + wallMs * currentSpeed();
    const wasSlowed = slowed();
    while (now < until) {
      const before = now;
      now = Math.min(until, now + 15_000);
      const isNewMinute = bucketOpenTime(now, '1m') !== bucketOpenTime(before, '1m');
      for (const series of all) series.advanceTo(now, (now - before) / MINUTE);
      if (!isNewMinute) continue;
      let closed = 0;
      const removed: string[] = [];
      for (const phantom of phantoms.filter(isOpen)) {
        const bar = seriesOf(phantom.row.instrumentId).bars.at(-2);
        if (bar === undefined || bar[0] < phantom.row.openedAt) continue;
        feed(phantom, bar);
        if (isOpen(phantom)) continue;
        closed++;
        removed.push(phantom.row.id);
      }
      if (closed > 0) {
        topics.live.push({ upserted: [], removed });
        topics.activity.push({ opened: 0, closed, decided: 0 });
      }
      const isNewQuarter = bucketOpenTime(now, '15m') !== bucketOpenTime(before, '15m');
      for (const series of all) if (isNewQuarter && random() < (options.signalRate ?? 0.05)) issue(series);
      for (const [id, { expiresAt, phantom }] of openTickets) {
        if (now < expiresAt) continue;
        decide(phantom, 'expired', 'time');
        closeTicket(id, 'expired', 'time');
      }
    }
    for (const watch of barWatches) pushBars(watch);
    topics.watchlist.push({ upserted: all.map(watchRow), removed: [] });
    const live = openPhantoms(false).map((phantom) => liveView(phantom, seriesOf(phantom.row.instrumentId).price));
    topics.live.push({ upserted: live, removed: [] });
    if (openTickets.size > 0) topics.tickets.push({ upserted: [...openTickets.keys()].map(ticketOf), removed: [] });
    const moved = [...positions.keys()].flatMap((id) => settlePosition(id) ?? []);
    if (moved.length > 0) topics.positions.push({ upserted: moved });
    topics.session.push(sessionStatus());
    if (wasSlowed !== slowed()) topics.demo.push(demoStatus());
  }

  for (let k = 0; k < (options.tickets ?? 2); k++) {
    const series = all[k % all.length];
    if (series !== undefined) issue(series, 'ticket');
  }
  return { service, models, advance };
}
