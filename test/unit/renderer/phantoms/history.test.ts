import { describe, expect, it, vi } from 'vitest';
import type { ExportRequest } from '#contract/areas/exports.ts';
import type { LivePhantom, PhantomStatistics } from '#contract/areas/phantoms.ts';
import { featureDecimals } from '#renderer/features/phantoms/DetailFacts.tsx';
import { createExportStore } from '#renderer/features/phantoms/export-store.ts';
import { createHistoryStore, isFiltered, outcomeCounts, verdictOf } from '#renderer/features/phantoms/history-store.ts';
import { lifeSpan } from '#renderer/features/phantoms/LifeChart.tsx';
import { nextLiveSort, sortLive, stopFromEntryR } from '#renderer/features/phantoms/live-sort.ts';
import { periodRange } from '#renderer/features/phantoms/periods.ts';
import { openDesk, settle } from '../support/open-desk.ts';
import { refusal, scriptedClient } from '../support/scripted-client.ts';

const DAY_MS = 86_400_000;

async function openHistory() {
  const opened = openDesk({ historyDays: 30, tickets: 0 });
  await settle();
  const history = createHistoryStore(opened.desk);
  const stop = history.start();
  await settle();
  return { ...opened, history, stop };
}

describe('the history', () => {
  it('WS-13: reads pages by cursor until all rows are there, each once', async () => {
    const { history } = await openHistory();
    const total = history.getState().statistics?.total ?? 0;
    expect(total).toBeGreaterThan(200);
    expect(history.getState().rows).toHaveLength(200);
    while (history.getState().nextCursor !== null) await history.loadMore();
    const ids = history.getState().rows.map((row) => row.id);
    expect(ids).toHaveLength(total);
    expect(new Set(ids).size).toBe(total);
  });

  it('asks for one page at a time', async () => {
    const { history } = await openHistory();
    await Promise.all([history.loadMore(), history.loadMore()]);
    expect(history.getState().rows).toHaveLength(400);
  });

  it('filters rows and statistics alike, and empties of a filter leave it', async () => {
    const { history } = await openHistory();
    history.setFilter({ sides: ['long'], search: 'BTC' });
    await settle();
    const { rows, statistics, total } = history.getState();
    expect(rows.every((row) => row.side === 'long' && row.symbol === 'BTC/USDT')).toBe(true);
    expect(statistics?.total).toBe(total);
    history.setFilter({ sides: [], search: '' });
    expect(isFiltered(history.getState().filter)).toBe(false);
    expect(history.getState().filter).toEqual({});
  });

  it('sorts at the services: the largest first, then the other way round', async () => {
    const { history } = await openHistory();
    history.toggleSort('netR');
    await settle();
    const best = history.getState().rows[0]?.netR ?? 0;
    history.toggleSort('netR');
    await settle();
    expect(history.getState().sort).toEqual({ by: 'netR', direction: 'ascending' });
    expect(history.getState().rows.find((row) => row.netR !== null)?.netR ?? 0).toBeLessThan(best);
  });

  it('does not jump under the reader: further down, news only mark the rows as outdated', async () => {
    const { desk, history } = await openHistory();
    history.setAtTop(false);
    const before = history.getState().rows;
    desk.activity.setState({ data: { opened: 1, closed: 0, decided: 0 } });
    expect(history.getState()).toMatchObject({ isOutdated: true, rows: before });
    history.setAtTop(true);
    await settle();
    expect(history.getState().isOutdated).toBe(false);
  });

  it('at the top, a burst of news is answered by one reload', async () => {
    const { desk, history, stop } = await openHistory();
    vi.useFakeTimers();
    const calls = vi.spyOn(desk.client, 'call');
    for (let news = 0; news < 5; news++) desk.activity.setState({ data: { opened: news, closed: 0, decided: 0 } });
    vi.runAllTimers();
    vi.useRealTimers();
    await settle();
    expect(calls.mock.calls.filter(([name]) => name === 'phantoms.history')).toHaveLength(1);
    expect(history.getState().phase).toBe('ready');
    stop();
  });

  it('a later answer to an earlier filter is dropped', async () => {
    const client = scriptedClient();
    const { desk } = openDesk();
    const history = createHistoryStore({ ...desk, client });
    history.start();
    history.setFilter({ search: 'ETH' });
    const page = { rows: [], nextCursor: null };
    client.calls[2]?.resolve(page);
    client.calls[3]?.resolve({ total: 2 });
    await settle();
    client.calls[0]?.resolve(page);
    client.calls[1]?.resolve({ total: 99 });
    await settle();
    expect(history.getState().total).toBe(2);
  });

  it('PE-17: the first rows are read before the table opens, once, and anew when it does', async () => {
    const client = scriptedClient();
    const { desk } = openDesk();
    const history = createHistoryStore({ ...desk, client });
    const pages = () => client.calls.filter(({ name }) => name === 'phantoms.history').length;
    history.prefetch();
    expect(pages()).toBe(0);
    desk.activity.setState({ data: { opened: 1, closed: 0, decided: 0 } });
    desk.activity.setState({ data: { opened: 2, closed: 0, decided: 0 } });
    expect(pages()).toBe(1);
    // Opened before the answer: the same question is not asked twice, and nothing is shown that is not known.
    const stop = history.start();
    expect(pages()).toBe(1);
    expect(history.getState()).toMatchObject({ phase: 'loading', total: null, statistics: null });
    client.calls[0]?.resolve({ rows: [{ id: 'one' }], nextCursor: null });
    client.calls[1]?.resolve({ total: 1 });
    await settle();
    expect(history.getState()).toMatchObject({ phase: 'ready', rows: [{ id: 'one' }], total: 1 });
    stop();
    history.start();
    expect(history.getState()).toMatchObject({ phase: 'ready', rows: [{ id: 'one' }] });
    expect(pages()).toBe(2);
  });

  it('PE-17: a table that closes while its first rows are on their way asks for them when it opens again', async () => {
    const client = scriptedClient();
    const { desk } = openDesk();
    const history = createHistoryStore({ ...desk, client });
    history.prefetch();
    desk.activity.setState({ data: { opened: 1, closed: 0, decided: 0 } });
    history.start()();
    history.start();
    expect(client.calls.filter(({ name }) => name === 'phantoms.history')).toHaveLength(2);
  });

  it('figures keep the filter they belong to until those of the new one are there, also when news come between', async () => {
    const client = scriptedClient();
    const { desk } = openDesk();
    const history = createHistoryStore({ ...desk, client });
    history.start();
    const answer = { rows: [{ id: 'one' }], nextCursor: null };
    client.calls[0]?.resolve(answer);
    client.calls[1]?.resolve({ total: 99 });
    await settle();
    history.setFilter({ search: 'ETH' });
    expect(history.getState()).toMatchObject({ phase: 'loading', total: 99, shownFilter: {} });
    void history.refresh();
    expect(history.getState()).toMatchObject({ phase: 'loading', shownFilter: {} });
    for (const [index, call] of client.calls.slice(2).entries()) call.resolve(index % 2 === 0 ? answer : { total: 2 });
    await settle();
    expect(history.getState()).toMatchObject({ phase: 'ready', total: 2, shownFilter: { search: 'ETH' } });
  });

  it('PE-17: rows are on show before they are added up, and never beside figures of another filter', async () => {
    const client = scriptedClient();
    const { desk } = openDesk();
    const history = createHistoryStore({ ...desk, client });
    history.start();
    client.calls[0]?.resolve({ rows: [{ id: 'one' }], nextCursor: null });
    await settle();
    expect(history.getState()).toMatchObject({ phase: 'ready', rows: [{ id: 'one' }], isAdding: true });
    client.calls[1]?.resolve({ total: 99 });
    await settle();
    expect(history.getState()).toMatchObject({ total: 99, isAdding: false });
    history.setFilter({ search: 'ETH' });
    client.calls[2]?.resolve({ rows: [{ id: 'two' }], nextCursor: null });
    await settle();
    expect(history.getState()).toMatchObject({ rows: [{ id: 'two' }], shownFilter: {}, isAdding: true });
    client.calls[3]?.reject(Object.assign(new Error('Busy.'), refusal('Busy.')));
    await settle();
    expect(history.getState()).toMatchObject({ phase: 'ready', rows: [{ id: 'two' }], statistics: null, total: null });
  });

  it('WS-13: a reload keeps filter, sort and period; the days of the period are those of now', async () => {
    const { desk, memory } = openDesk();
    await settle();
    const history = createHistoryStore(desk);
    history.setFilter({ sides: ['short'] });
    history.setPeriod('week');
    history.toggleSort('netR');
    const { from } = history.getState().filter;
    expect(from).toBeGreaterThan(0);
    const again = createHistoryStore(desk);
    expect(again.getState()).toMatchObject({ filter: { sides: ['short'] }, period: 'week', sort: { by: 'netR' } });
    expect(again.getState().filter.from).toBeUndefined();
    const stop = again.start();
    expect(again.getState().filter.from).toBe(from);
    stop();
    memory.setItem('shadowdesk.history', JSON.stringify({ filter: { sides: 'short' }, period: 'week', sort: {} }));
    expect(createHistoryStore(desk).getState().filter).toEqual({});
  });

  it('fails in words, and works again after a retry', async () => {
    const client = scriptedClient();
    const { desk } = openDesk();
    const history = createHistoryStore({ ...desk, client });
    history.start();
    client.calls[0]?.reject(Object.assign(new Error('Busy.'), refusal('Busy.')));
    await settle();
    expect(history.getState()).toMatchObject({ phase: 'failed', problem: { message: 'Busy.' } });
    void history.refresh();
    expect(history.getState().phase).toBe('loading');
  });
});

describe('the summary of the history', () => {
  const statistics = (count: number): PhantomStatistics => ({
    total: count,
    outcomes: { win: 3, loss: 4, timeout: 0, unavailable: 0, gated: 0, open: 1 },
    dispositions: {},
    ambiguous: 0,
    resolved:
      count === 0
        ? null
        : { count, winRate: 0.4, winRateInterval: [0.2, 0.6], netRPerTrade: -0.1, netRInterval: [-0.3, 0.1] },
  });

  it('gives no rates under 20 resolved phantoms', () => {
    expect(verdictOf(statistics(0), {})).toBe('none');
    expect(verdictOf(statistics(19), {})).toBe('too few');
    expect(verdictOf(statistics(20), {})).toBe('enough');
  });

  it('gives no rates over rows that were chosen by how they ended', () => {
    expect(verdictOf(statistics(500), { outcomes: ['win'] })).toBe('chosen by outcome');
  });

  it('counts the outcomes that occur', () => {
    expect(outcomeCounts(statistics(8))).toEqual([
      ['win', 3],
      ['loss', 4],
      ['open', 1],
    ]);
  });
});

const EVERYTHING: ExportRequest = {
  what: 'phantoms',
  filter: {},
  sort: { by: 'openedAt', direction: 'descending' },
  format: 'csv',
};

describe('the export', () => {
  it('WS-20: writes exactly the rows of filter and sort, chunk by chunk', async () => {
    const { desk, history } = await openHistory();
    history.setFilter({ outcomes: ['win'] });
    await settle();
    const saved: { name: string; text: string }[] = [];
    const exporting = createExportStore(desk.client, (name, parts) => saved.push({ name, text: parts.join('') }));
    const { filter, sort, total } = history.getState();
    await exporting.run({ what: 'phantoms', filter, sort, format: 'csv' });
    expect(exporting.getState()).toMatchObject({ phase: 'done', rows: total });
    expect(saved[0]?.text.trim().split('\r\n')).toHaveLength((total ?? 0) + 1);
    await exporting.run({ what: 'phantoms', filter, sort, format: 'ndjson' });
    expect(saved[1]?.name).toBe('phantoms.ndjson');
  });

  it('WS-20: a cancelled export ends at the services too and writes no file', async () => {
    const client = scriptedClient();
    let files = 0;
    const exporting = createExportStore(client, () => {
      files++;
    });
    const run = exporting.run(EVERYTHING);
    client.calls[0]?.resolve({ exportId: 'e', fileName: 'phantoms.csv', total: 100 });
    await settle();
    exporting.cancel();
    client.calls[1]?.resolve({ text: 'half', rows: 50, done: false });
    await settle();
    expect(client.calls[2]?.name).toBe('exports.cancel');
    client.calls[2]?.resolve(null);
    await run;
    expect(exporting.getState().phase).toBe('cancelled');
    expect(files).toBe(0);
  });

  it('a failure in the middle is told and writes no file', async () => {
    const client = scriptedClient();
    let files = 0;
    const exporting = createExportStore(client, () => {
      files++;
    });
    const run = exporting.run(EVERYTHING);
    client.calls[0]?.reject(Object.assign(new Error('Disk full.'), refusal('Disk full.')));
    await run;
    expect(exporting.getState()).toMatchObject({ phase: 'failed', message: 'Disk full. Try again.' });
    expect(files).toBe(0);
  });
});

describe('the live table', () => {
  const live = (id: string, unrealisedR: number | null, over: Partial<LivePhantom> = {}) =>
    ({ id, unrealisedR, symbol: id, side: 'long', entry: 100, stop: 90, stopInForce: 90, ...over }) as LivePhantom;

  it('sorts missing values last either way', () => {
    const rows = [live('a', null), live('b', 1), live('c', -1)];
    const order = (direction: 'ascending' | 'descending') =>
      sortLive(rows, { by: 'unrealisedR', direction }).map(({ id }) => id);
    expect(order('descending')).toEqual(['b', 'c', 'a']);
    expect(order('ascending')).toEqual(['c', 'b', 'a']);
  });

  it('a second click on a column turns it round', () => {
    const first = nextLiveSort({ by: 'openedAt', direction: 'descending' }, 'symbol');
    expect(first).toEqual({ by: 'symbol', direction: 'ascending' });
    expect(nextLiveSort(first, 'symbol').direction).toBe('descending');
  });

  it('PH-4: knows where the stop in force lies after it moved to the entry', () => {
    expect(stopFromEntryR(live('a', 0))).toBe(-1);
    expect(stopFromEntryR(live('a', 0, { stopInForce: 100 }))).toBe(0);
    expect(stopFromEntryR(live('a', 0, { side: 'short', stop: 110, stopInForce: 110 }))).toBe(-1);
  });
});

describe('small things', () => {
  it('a period begins at a UTC midnight and counts today', () => {
    const now = Date.UTC(2026, 10, 21, 13, 42);
    expect(periodRange('today', now).from).toBe(Date.UTC(2026, 10, 21));
    expect(periodRange('week', now).from).toBe(Date.UTC(2026, 10, 15));
    expect(periodRange('all', now).from).toBeUndefined();
  });

  it('features keep four significant digits', () => {
    expect([3, 0.1234, 12.5, 123.4, 12_345.6].map(featureDecimals)).toEqual([0, 4, 3, 2, 1]);
  });

  it('the life of a phantom is shown from its structure to its exit, in a readable number of bars', async () => {
    const { desk } = openDesk({ historyDays: 30 });
    await settle();
    const page = await desk.client.call('phantoms.history', {
      filter: { outcomes: ['win', 'loss', 'timeout'] },
      sort: { by: 'openedAt', direction: 'descending' },
      cursor: null,
      limit: 50,
    });
    for (const { id } of page.rows) {
      const detail = await desk.client.call('phantoms.detail', { id });
      if (detail === null) throw new Error('the phantom is in the record');
      const span = lifeSpan(detail, detail.row.exitTime ?? 0);
      expect(span.from).toBeLessThan(Math.min(...detail.phantom.signal.marks.map((mark) => mark.time)));
      expect(span.to).toBeGreaterThanOrEqual(detail.row.exitTime ?? 0);
      expect(span.to - span.from).toBeLessThan(30 * DAY_MS);
    }
  });
});
