import { describe, expect, it } from 'vitest';
import type { PhantomRow } from '#contract/areas/phantoms.ts';
import { type ChartChoices, shapesOf, strategiesIn } from '#renderer/features/chart/chart-store.ts';
import { createChartsStore } from '#renderer/features/chart/charts-store.ts';
import { hoverLines } from '#renderer/features/chart/hover-card.ts';
import { matchingFeatures } from '#renderer/features/phantoms/DetailFacts.tsx';
import { compareStrategies, strategyLook } from '#renderer/lib/strategy-look.ts';
import { openDesk, settle } from '../support/open-desk.ts';

const BTC = 'demo:BTC/USDT';

async function openChart() {
  const { desk, memory } = openDesk({ historyDays: 10, tickets: 1 });
  await settle();
  const charts = createChartsStore(desk);
  const [store] = charts.charts;
  if (store === undefined) throw new Error('no chart');
  const stop = store.start();
  store.setRange(BTC, 0);
  await settle();
  const shapes = (choices: Partial<ChartChoices> = {}) =>
    shapesOf(store.getState(), { ...charts.getState().choices, ...choices }, null);
  const strategies = () => strategiesIn(store.getState().rows, charts.getState().choices);
  return { desk, memory, charts, store, shapes, strategies, stop };
}

const strategiesShown = (rows: readonly { readonly strategyId: string }[]) =>
  new Set(rows.map((row) => row.strategyId));

describe('signals of several strategies in the chart', () => {
  it('WS-11: blocked ones, those on trial and the placebo are left out until they are chosen', async () => {
    const { store, shapes } = await openChart();
    const dispositions = (choices: Partial<ChartChoices>) => {
      const byId = new Map(store.getState().rows.map((row) => [row.id, row.disposition]));
      return new Set(shapes(choices).map(({ id }) => byId.get(id)));
    };
    expect(dispositions({})).not.toContain('phase0');
    expect(dispositions({})).not.toContain('blocked');
    expect(dispositions({ phase0: true })).toContain('phase0');
    expect(dispositions({ blocked: true })).toContain('blocked');
    expect(strategiesShown(store.getState().rows)).not.toContain('placebo');
  });

  it('ST-12: the placebo is asked of the services when it is chosen, and dropped again', async () => {
    const { store, charts } = await openChart();
    charts.choose({ placebo: true });
    await settle();
    expect(strategiesShown(store.getState().rows)).toContain('placebo');
    charts.choose({ placebo: false });
    await settle();
    expect(strategiesShown(store.getState().rows)).not.toContain('placebo');
  });

  it('the legend counts each strategy, and hiding one takes its shapes away but not its chip', async () => {
    const { charts, shapes, strategies, memory, desk } = await openChart();
    const before = strategies();
    expect(before.map(({ id }) => id)).toEqual([...before.map(({ id }) => id)].sort(compareStrategies));
    expect(before.reduce((sum, { count }) => sum + count, 0)).toBe(shapes().length);
    charts.toggleStrategy('range_fade');
    expect(strategiesShown(shapes())).not.toContain('range_fade');
    expect(strategies().find(({ id }) => id === 'range_fade')).toMatchObject({ isHidden: true });
    expect(createChartsStore({ ...desk, memory }).getState().choices.hiddenStrategies).toEqual(['range_fade']);
    charts.toggleStrategy('range_fade');
    expect(strategies()).toEqual(before);
  });

  it('every strategy has a glyph or a hue of its own', () => {
    const ids = ['trend_pullback', 'range_fade', 'scalp', 'opening_range', 'structure', 'placebo', 'my_own'];
    const looks = ids.map((id) => strategyLook(id));
    expect(new Set(looks.map(({ hue, path, isHollow }) => `${hue} ${path} ${isHollow}`)).size).toBe(ids.length);
    const hues = looks.slice(0, 5).map(({ hue }) => hue);
    const paths = looks.slice(0, 5).map(({ path }) => path);
    expect([new Set(hues).size, new Set(paths).size]).toEqual([5, 5]);
  });

  it('under the pointer: score, decision, outcome and the result, of an open one what it stands at', () => {
    const row = {
      id: 'one',
      openedAt: Date.UTC(2026, 0, 5, 13, 45),
      score: 61,
      scoreKind: 'model',
      threshold: 40,
      disposition: 'executed',
      outcome: 'loss',
      netR: -1.12,
    } as PhantomRow;
    const closed = Object.fromEntries(hoverLines({ row, unrealisedR: null }).map((line) => [line.name, line]));
    expect(closed.Score?.value).toBe('61 model, threshold 40');
    expect(closed.Outcome?.value).toBe('Loss');
    expect(closed['Net R']).toMatchObject({ value: '\u22121.12\u00a0R', tone: 'down' });
    const open = hoverLines({ row: { ...row, outcome: 'open', netR: null }, unrealisedR: 0.4 });
    expect(open.at(-1)).toMatchObject({ name: 'Net R now', tone: 'up' });
  });
});

describe('the shading behind the candles', () => {
  it('FE-3: sessions and regimes cover the loaded range, and are asked for only when shown', async () => {
    const { store, charts } = await openChart();
    const { sessions, regimes } = store.getState().contexts;
    expect(new Set(sessions.map(({ value }) => value))).toEqual(new Set(['asian', 'european', 'us', 'off']));
    for (const [index, run] of sessions.entries()) {
      if (index > 0) expect(run.from).toBe(sessions[index - 1]?.to);
    }
    expect(regimes.length).toBeGreaterThan(3);
    charts.choose({ sessions: false, regimes: false });
    store.setRange('demo:ETH/USDT', 0);
    await settle();
    expect(store.getState().contexts.sessions).toEqual([]);
  });
});

describe('the features of a signal', () => {
  const groups = [
    {
      set: 'trend',
      title: 'Trend',
      features: [
        { name: 'rsi', meaning: 'Relative strength.', unit: 'points', value: 51 },
        { name: 'slope', meaning: 'Slope of closes.', unit: 'bp', value: null },
      ],
    },
    { set: 'quality', title: 'Signal quality', features: [{ name: 'rsi', meaning: 'RSI.', unit: '', value: 51 }] },
  ];

  it('WS-13: are searched by name, meaning and set; empty groups are left out', () => {
    expect(matchingFeatures(groups, ' ')).toBe(groups);
    expect(matchingFeatures(groups, 'rsi').map(({ set }) => set)).toEqual(['trend', 'quality']);
    expect(matchingFeatures(groups, 'closes').flatMap(({ features }) => features.map(({ name }) => name))).toEqual([
      'slope',
    ]);
    expect(matchingFeatures(groups, 'signal quality')).toHaveLength(1);
    expect(matchingFeatures(groups, 'nothing')).toEqual([]);
  });
});
