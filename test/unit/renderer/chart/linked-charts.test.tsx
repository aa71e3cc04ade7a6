import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { CandleTuple } from '#contract/areas/market.ts';
import { BarWindow } from '#renderer/features/chart/bar-window.ts';
import { ChartToolbar } from '#renderer/features/chart/ChartToolbar.tsx';
import { chartActions } from '#renderer/features/chart/chart-actions.ts';
import { ChartProvider } from '#renderer/features/chart/chart-context.tsx';
import { ChartFeed } from '#renderer/features/chart/chart-feed.ts';
import { ChartLinks, followedRange, type LinkedChart, type TimeRange } from '#renderer/features/chart/chart-links.ts';
import { createChartsStore } from '#renderer/features/chart/charts-store.ts';
import { exactPosition, timeAtPosition } from '#renderer/lib/charting/bar-index.ts';
import { DeskProvider } from '#renderer/lib/desk-context.tsx';
import { openDesk, settle } from '../support/open-desk.ts';
import { scriptedClient } from '../support/scripted-client.ts';

const [BTC, ETH, SOL] = ['demo:BTC/USDT', 'demo:ETH/USDT', 'demo:SOL/USDT'];
const MINUTE = 60_000;

afterEach(cleanup);

/** Notes what it is told; like a real chart, it tells its own range on when that changes. */
class NotingChart implements LinkedChart {
  readonly crosshairs: (number | null)[] = [];
  readonly ranges: TimeRange[] = [];
  readonly #links: ChartLinks;

  constructor(links: ChartLinks) {
    this.#links = links;
  }

  showCrosshair(time: number | null): void {
    this.crosshairs.push(time);
  }

  showRange(range: TimeRange): void {
    this.ranges.push(range);
    this.#links.tellRange(this, { from: range.from + 1, to: range.to + 1 });
  }
}

function three() {
  const links = new ChartLinks();
  const [one, two, other] = [new NotingChart(links), new NotingChart(links), new NotingChart(links)];
  for (const chart of [one, two, other]) links.join(chart);
  return { links, one, two, other };
}

describe('links between charts', () => {
  it('WS-11: the crosshair’s time is told to all others, never back', () => {
    const { links, one, two, other } = three();
    links.tellCrosshair(two, 5 * MINUTE);
    links.tellCrosshair(two, null);
    expect([one.crosshairs, two.crosshairs, other.crosshairs]).toEqual([[5 * MINUTE, null], [], [5 * MINUTE, null]]);
  });

  it('WS-11: only the chart in hand leads the range; what the others then show is not told on', () => {
    const { links, one, two, other } = three();
    links.linkRange(true);
    links.lead(one);
    links.tellRange(two, { from: 7, to: 8 });
    expect([one.ranges, other.ranges]).toEqual([[], []]);
    links.tellRange(one, { from: 1, to: 2 });
    expect([one.ranges, two.ranges, other.ranges]).toEqual([[], [{ from: 1, to: 2 }], [{ from: 1, to: 2 }]]);
  });

  it('WS-11: ranges are linked only where that is wanted; switched on, the others take the leader’s at once', () => {
    const { links, one, two } = three();
    links.lead(one);
    links.tellRange(one, { from: 1, to: 2 });
    expect(two.ranges).toEqual([]);
    links.linkRange(true);
    expect(two.ranges).toEqual([{ from: 1, to: 2 }]);
    const late = new NotingChart(links);
    links.join(late);
    expect(late.ranges).toEqual([{ from: 1, to: 2 }]);
  });

  it('a chart that has left is told nothing, and leads nothing', () => {
    const links = new ChartLinks();
    const [one, two] = [new NotingChart(links), new NotingChart(links)];
    const leave = links.join(one);
    links.join(two);
    links.linkRange(true);
    links.lead(one);
    leave();
    links.tellRange(one, { from: 1, to: 2 });
    links.tellCrosshair(two, 3);
    expect([two.ranges, one.crosshairs]).toEqual([[], []]);
  });

  it('PE-16: pages that come for all charts at once are drawn one chart a frame, in order', () => {
    const frames: (() => void)[] = [];
    const links = new ChartLinks((callback) => void frames.push(callback));
    const drawn: string[] = [];
    links.nextTurn(() => {
      drawn.push('one');
      links.nextTurn(() => drawn.push('one again'));
    });
    links.nextTurn(() => drawn.push('two'));
    const seen: string[][] = [];
    for (let frame = frames.shift(); frame !== undefined; frame = frames.shift()) {
      expect(frames).toEqual([]);
      frame();
      seen.push([...drawn]);
    }
    expect(seen).toEqual([['one'], ['one', 'two'], ['one', 'two', 'one again']]);
  });

  it('WS-11: a chart too fine for the range keeps its end, one too coarse shows a few bars up to it', () => {
    const room = { last: 1_000, mostBars: 500, roomBars: 8 };
    expect(followedRange({ from: 700, to: 1_005 }, room)).toEqual({ from: 700, to: 1_005 });
    expect(followedRange({ from: -4_000, to: 900 }, room)).toEqual({ from: 400, to: 900 });
    // Eight empty bars of a day are thousands of a minute.
    expect(followedRange({ from: -4_000, to: 5_000 }, room)).toEqual({ from: 508, to: 1_008 });
    expect(followedRange({ from: 998.5, to: 1_000 }, room)).toEqual({ from: 990, to: 1_000 });
  });

  it('a position on the axis and its moment are each other’s inverse, also beyond the bars', () => {
    const times = [0, 5, 10, 15].map((minutes) => minutes * MINUTE);
    const at = (index: number) => times[index] ?? 0;
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (position) => {
        const time = timeAtPosition(4, at, 5 * MINUTE, position);
        expect(exactPosition(4, at, 5 * MINUTE, time ?? Number.NaN)).toBeCloseTo(position, 6);
      }),
    );
    expect([timeAtPosition(0, at, MINUTE, 3), exactPosition(0, at, MINUTE, 3)]).toEqual([null, null]);
  });
});

describe('bars for a range elsewhere', () => {
  const bars = (from: number, count: number): CandleTuple[] =>
    Array.from({ length: count }, (_, index) => [(from + index) * MINUTE, 1, 2, 0, 1, 1]);

  it('PE-16: a jump takes one page in place of everything between', () => {
    const window = new BarWindow(10);
    window.reset(bars(1_000, 8), null, true);
    expect(window.jump(bars(100, 6), true)).toBe('all');
    expect([window.firstTime, window.lastTime, window.isLive, window.hasOlder]).toEqual([
      100 * MINUTE,
      105 * MINUTE,
      false,
      true,
    ]);
    expect(window.jump(bars(998, 10), true)).toBe('all');
    expect([window.lastTime, window.isLive]).toEqual([1_007 * MINUTE, true]);
    expect(window.jump([], false)).toBe('none');
  });

  it('PE-16: the feed asks for the page around a time that is outside, and for nothing that it has', async () => {
    const client = scriptedClient();
    const shown: number[] = [];
    const feed = new ChartFeed({
      client,
      sink: { replace: (all) => shown.push((all[0]?.[0] ?? 0) / MINUTE), update: () => undefined },
      onStatus: () => undefined,
      nextFrame: (callback) => callback(),
    });
    feed.show(BTC, '1m');
    client.streams[0]?.snapshot({ candles: bars(100_000, 1_500), forming: null, hasMore: true });
    await feed.wantAround(100_700 * MINUTE);
    expect(client.calls).toHaveLength(0);
    void feed.wantAround(5_000 * MINUTE);
    expect(client.calls[0]).toMatchObject({ name: 'market.candles', input: { before: 5_300 * MINUTE } });
    client.calls[0]?.resolve({ candles: bars(2_300, 3_000), hasMore: true });
    await settle();
    expect(shown).toEqual([100_000, 2_300]);
    expect(feed.isLive).toBe(false);
  });
});

async function openCharts() {
  const { desk, memory } = openDesk();
  await settle();
  const charts = createChartsStore(desk);
  const shown = () => {
    const { slots, count, active } = charts.getState();
    const selected = desk.view.getState().instrumentId;
    return slots.slice(0, count).map((slot, at) => (at === active ? selected : (slot.instrumentId ?? selected)));
  };
  return { desk, memory, charts, shown };
}

describe('charts beside each other', () => {
  it('WS-11: linked by instrument, all follow the selection; parted, only the active one does', async () => {
    const { desk, charts, shown } = await openCharts();
    charts.setCount(4);
    desk.view.selectInstrument(ETH ?? '');
    expect(shown()).toEqual([ETH, ETH, ETH, ETH]);
    expect(new Set(charts.getState().slots.map(({ timeframe }) => timeframe)).size).toBe(4);
    charts.linkInstrument(false);
    charts.activate(2);
    desk.view.selectInstrument(SOL ?? '');
    expect(shown()).toEqual([ETH, ETH, SOL, ETH]);
    // The chart that is turned to brings its instrument with it.
    charts.activate(1);
    expect(desk.view.getState().instrumentId).toBe(ETH);
    expect(shown()).toEqual([ETH, ETH, SOL, ETH]);
    charts.linkInstrument(true);
    expect(shown()).toEqual([ETH, ETH, ETH, ETH]);
  });

  it('WS-11: each keeps its timeframe; fewer charts keep the active one', async () => {
    const { charts } = await openCharts();
    charts.setCount(4);
    charts.activate(3);
    charts.setTimeframe('1d');
    charts.setCount(1);
    expect(charts.getState()).toMatchObject({ count: 1, active: 0, slots: [{ timeframe: '1d' }, {}, {}, {}] });
  });

  it('WS-11: number, instruments, timeframes and links are remembered', async () => {
    const { desk, charts, memory } = await openCharts();
    charts.setCount(2);
    charts.linkInstrument(false);
    charts.linkRange(true);
    charts.activate(1);
    desk.view.selectInstrument(SOL ?? '');
    charts.setTimeframe('1m');
    const again = createChartsStore({ ...desk, memory });
    expect(again.getState()).toMatchObject({
      count: 2,
      linksInstrument: false,
      linksRange: true,
      slots: [{}, { instrumentId: SOL, timeframe: '1m' }, {}, {}],
    });
    expect(again.links.linksRange).toBe(true);
  });

  it('a chart whose instrument is no longer watched shows the selected one', async () => {
    const { desk, charts, shown } = await openCharts();
    charts.setCount(2);
    charts.linkInstrument(false);
    charts.activate(1);
    desk.view.selectInstrument(SOL ?? '');
    charts.activate(0);
    const rows = desk.watchlist.getState().data ?? [];
    desk.watchlist.setState({ data: rows.filter(({ instrumentId }) => instrumentId !== SOL) });
    expect(shown()).toEqual([BTC, BTC]);
  });

  it('WS-11: the palette sets how many there are, turns to the next, and links them', async () => {
    const { charts } = await openCharts();
    const perform = (name: string) => {
      const action = chartActions(charts).find((one) => one.name === name);
      expect(action?.enabledWhen()).toBe(true);
      action?.perform();
    };
    expect(
      chartActions(charts)
        .find(({ name }) => name === 'chart.next')
        ?.enabledWhen(),
    ).toBe(false);
    perform('chart.count-2');
    perform('chart.next');
    expect(charts.getState()).toMatchObject({ count: 2, active: 1 });
    perform('chart.next');
    perform('chart.link-range');
    perform('chart.link-instrument');
    expect(charts.getState()).toMatchObject({ active: 0, linksRange: true, linksInstrument: false });
  });

  it('WS-11: the toolbar speaks to the active chart, and offers links once there is something to link', async () => {
    const { desk, charts } = await openCharts();
    render(
      <DeskProvider value={desk}>
        <ChartProvider value={charts}>
          <ChartToolbar instrumentId={BTC ?? ''} />
        </ChartProvider>
      </DeskProvider>,
    );
    const open = () => act(async () => void fireEvent.click(screen.getByRole('button', { name: /^Charts/ })));
    const choose = (name: RegExp) =>
      act(async () => void fireEvent.click(screen.getByRole('menuitemcheckbox', { name })));
    await open();
    expect(screen.queryByRole('menuitemcheckbox', { name: /^Range of time/ })).toBeNull();
    await choose(/^Two charts/);
    await choose(/^Range of time/);
    expect(charts.getState()).toMatchObject({ count: 2, linksRange: true });
    await act(async () => charts.activate(1));
    await act(async () => void fireEvent.click(screen.getByRole('radio', { name: '1d' })));
    expect(
      charts
        .getState()
        .slots.map(({ timeframe }) => timeframe)
        .slice(0, 2),
    ).toEqual(['5m', '1d']);
  });
});
