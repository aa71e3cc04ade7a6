import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PhantomRow } from '#contract/areas/phantoms.ts';
import { shapesOf } from '#renderer/features/chart/chart-store.ts';
import { createChartsStore } from '#renderer/features/chart/charts-store.ts';
import { barPosition, lastAtOrBefore } from '#renderer/lib/charting/bar-index.ts';
import {
  type Axes,
  levelShape,
  passesFilter,
  pixelShape,
  shapeAt,
  spreadApart,
} from '#renderer/lib/charting/level-shapes.ts';
import { withAlpha } from '#renderer/lib/charting/palette.ts';
import { openDesk, settle } from '../support/open-desk.ts';

const MINUTE = 60_000;

function row(over: Partial<PhantomRow> = {}): PhantomRow {
  return {
    id: 'one',
    instrumentId: 'demo:BTC/USDT',
    symbol: 'BTC/USDT',
    exchange: 'demo',
    simulated: true,
    strategyId: 'trend_pullback',
    side: 'long',
    openedAt: 10 * MINUTE,
    timeoutAt: 1_000 * MINUTE,
    entry: 100,
    stop: 90,
    tp1: 116,
    target: 125,
    priceDecimals: 2,
    session: 'us',
    regime: null,
    qscore: 50,
    score: 60,
    scoreKind: 'heuristic',
    threshold: 70,
    disposition: 'bootstrap',
    dispositionReason: '',
    decidedBy: 'engine',
    outcome: 'win',
    exitReason: 'tp',
    exitPrice: 125,
    exitTime: 30 * MINUTE,
    grossR: 2.5,
    netR: 2.31,
    pnlPercent: 25,
    maxFavorableR: 2.5,
    maxAdverseR: 0.2,
    tp1Hit: true,
    barsHeld: 20,
    ambiguous: false,
    resolvedOffline: false,
    ...over,
  };
}

/** One pixel per minute and price unit, price upwards. */
const axes: Axes = { x: (time) => time / MINUTE, y: (price) => 200 - price, openEndX: 80, width: 100 };

describe('where a moment lies among bars', () => {
  const times = [0, 1, 2, 5, 6].map((index) => index * MINUTE);
  const at = (time: number) => barPosition(times.length, (index) => times[index] ?? 0, MINUTE, time);

  it('is the bar that holds it; in a hole the one before; outside it is carried on', () => {
    expect(at(2 * MINUTE + 5)).toBe(2);
    expect(at(4 * MINUTE)).toBe(2);
    expect(at(5 * MINUTE)).toBe(3);
    expect(at(9 * MINUTE)).toBe(7);
    expect(at(-3 * MINUTE)).toBe(-3);
    expect(barPosition(0, () => 0, MINUTE, 5)).toBeNull();
  });

  it('the search finds what a walk finds', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), fc.nat(220), (given, time) => {
        const sorted = [...given].sort((a, b) => a - b);
        const walked = sorted.filter((one) => one <= time).length - 1;
        expect(lastAtOrBefore(sorted.length, (index) => sorted[index] ?? 0, time)).toBe(walked);
      }),
    );
  });
});

describe('a phantom in the chart', () => {
  it('WS-11: runs from its opening to its exit, and carries its net result', () => {
    const shape = levelShape(row());
    expect(shape).toMatchObject({ tone: 'win', label: '+2.31 R', isStrong: false, from: 10 * MINUTE, to: 30 * MINUTE });
    expect(pixelShape(shape, axes)).toMatchObject({
      left: 10,
      right: 30,
      entryY: 100,
      stopY: 110,
      targetY: 75,
      exit: { x: 30, y: 75 },
    });
  });

  it('an open one runs to the newest bar and has no exit', () => {
    const open = levelShape(
      row({ outcome: 'open', exitTime: null, exitPrice: null, netR: null, disposition: 'pending' }),
    );
    expect(open).toMatchObject({ tone: 'open', label: '', isStrong: true, isPending: true });
    expect(pixelShape(open, axes)).toMatchObject({ right: 80, exit: null });
  });

  it('a timeout says so beside its result', () => {
    expect(levelShape(row({ outcome: 'timeout', netR: -0.2 })).label).toBe('\u22120.20 R · timeout');
  });

  it('outside the view it is not drawn', () => {
    const later = levelShape(row({ openedAt: 500 * MINUTE, exitTime: 510 * MINUTE }));
    expect(pixelShape(later, axes)).toBeNull();
    const earlier = levelShape(row({ openedAt: -90 * MINUTE, exitTime: -50 * MINUTE }));
    expect(pixelShape(earlier, axes)).toBeNull();
  });

  it('a click finds the narrowest shape under it, and nothing beside them', () => {
    const shapes = [
      pixelShape(levelShape(row({ id: 'wide' })), axes),
      pixelShape(levelShape(row({ id: 'narrow', openedAt: 15 * MINUTE, exitTime: 22 * MINUTE })), axes),
    ].filter((shape) => shape !== null);
    expect(shapeAt(shapes, 18, 100)?.id).toBe('narrow');
    expect(shapeAt(shapes, 28, 100)?.id).toBe('wide');
    expect(shapeAt(shapes, 60, 100)).toBeNull();
    expect(shapeAt(shapes, 18, 190)).toBeNull();
  });

  it('the filter tells open from closed and taken from not taken; gated ones are never drawn', () => {
    const all = {
      open: true,
      closed: true,
      takenOnly: false,
      blocked: false,
      phase0: false,
      placebo: false,
      hiddenStrategies: [],
    };
    expect(passesFilter(row(), all)).toBe(true);
    expect(passesFilter(row(), { ...all, closed: false })).toBe(false);
    expect(passesFilter(row(), { ...all, takenOnly: true })).toBe(false);
    expect(passesFilter(row({ disposition: 'executed' }), { ...all, takenOnly: true })).toBe(true);
    expect(passesFilter(row({ outcome: 'gated' }), all)).toBe(false);
  });

  it('axis labels keep their order and their distance', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 6 }), (coordinates) => {
        const placed = spreadApart(coordinates, 18);
        const order = coordinates
          .map((_, index) => index)
          .sort((a, b) => (coordinates[a] ?? 0) - (coordinates[b] ?? 0));
        for (let rank = 1; rank < order.length; rank++) {
          const gap = (placed[order[rank] ?? 0] ?? 0) - (placed[order[rank - 1] ?? 0] ?? 0);
          expect(gap).toBeGreaterThanOrEqual(18 - 1e-9);
        }
      }),
    );
    expect(spreadApart([10, 60, 100], 18)).toEqual([10, 60, 100]);
  });

  it('colours get an opacity', () => {
    expect(withAlpha('#26a672', 0.5)).toBe('rgba(38, 166, 114, 0.5)');
    // As a build shortens `#ffffff`.
    expect(withAlpha('#fff', 0.86)).toBe('rgba(255, 255, 255, 0.86)');
  });
});

describe('the chart’s store', () => {
  it('loads the phantoms of the shown range, and keeps the focused one whatever the filter says', async () => {
    const { desk } = openDesk({ tickets: 1 });
    await settle();
    const charts = createChartsStore(desk);
    const [store] = charts.charts;
    if (store === undefined) throw new Error('no chart');
    store.setRange('demo:BTC/USDT', 0);
    await settle();
    const { rows, marks } = store.getState();
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((one) => one.instrumentId === 'demo:BTC/USDT')).toBe(true);
    expect(marks.get(rows[0]?.id ?? '')?.length).toBeGreaterThan(0);
    charts.choose({ open: false, closed: false });
    const { choices } = charts.getState();
    expect(shapesOf(store.getState(), choices, null)).toHaveLength(0);
    expect(shapesOf(store.getState(), choices, rows[0]?.id ?? null)).toHaveLength(1);
  });

  it('follows a decision on an open phantom without asking again', async () => {
    const { desk } = openDesk({ tickets: 1 });
    await settle();
    const charts = createChartsStore(desk);
    const [store] = charts.charts;
    if (store === undefined) throw new Error('no chart');
    const stop = store.start();
    store.setRange('demo:BTC/USDT', 0);
    await settle();
    const id = desk.tickets.getState().data?.open[0]?.id ?? '';
    const dispositionOf = () => store.getState().rows.find((one) => one.id === id)?.disposition;
    expect(dispositionOf()).toBe('pending');
    await desk.client.call('tickets.skip', { ticketId: id, reason: null });
    await settle();
    expect(dispositionOf()).toBe('skipped');
    stop();
  });

  it('remembers what the trader chose to see', async () => {
    const { desk, memory } = openDesk();
    createChartsStore(desk).choose({ lines: { vwap: true } });
    const again = createChartsStore({ ...desk, memory });
    expect(again.getState().choices).toMatchObject({ lines: { vwap: true, ema20: true } });
  });
});
