/** Intervals, patterns and the honesty panel on planted results (ML-44, TU-30). */
import { describe, expect, it } from 'vitest';
import { BlockBootstrap } from '#core/analysis/block-bootstrap.ts';
import { earnsMore } from '#core/analysis/block-difference.ts';
import { honestyOf } from '#core/analysis/honesty.ts';
import { patternsOf } from '#core/analysis/patterns.ts';
import { GroupedResults } from '#core/analysis/result-figures.ts';
import { deflatedSharpe, expectedMaximum, probabilityAbove } from '#core/analysis/sharpe.ts';
import { createRandom } from '#core/base/random.ts';
import type { HonestyPanel } from '#core/domain/evidence-figures.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { DAY_MS, HOUR_MS } from '#core/domain/timeframe.ts';
import { makeColumns } from '../../support/analysis-columns.ts';

describe('the bootstrap over days', () => {
  it('PH-32: its intervals hold the true mean in about 95 % of worlds, also when a day shares its fate', () => {
    const random = createRandom('coverage');
    let [held, heldSum] = [0, 0];
    const [worlds, days, perDay] = [150, 40, 12];
    const openedAt = Float64Array.from({ length: days * perDay }, (_, row) => Math.floor(row / perDay) * DAY_MS + row);
    for (let world = 0; world < worlds; world++) {
      const fate = Array.from({ length: days }, () => random.normal());
      const value = Float64Array.from(
        openedAt,
        (time) => 0.3 + (fate[Math.floor(time / DAY_MS)] ?? 0) + random.normal(),
      );
      const results = new GroupedResults(
        new BlockBootstrap(openedAt, `world ${world}`),
        new Int32Array(value.length),
        1,
        value,
      );
      const [low, high] = results.figures(0).netRInterval ?? [0, 0];
      if (low <= 0.3 && 0.3 <= high) held++;
      const [lowSum, highSum] = results.sumInterval(0) ?? [0, 0];
      if (lowSum <= 0.3 * value.length && 0.3 * value.length <= highSum) heldSum++;
    }
    // Single signals drawn alone would hold it in half of the worlds.
    for (const share of [held / worlds, heldSum / worlds]) {
      expect(share).toBeGreaterThan(0.9);
      expect(share).toBeLessThan(0.995);
    }
  });

  it('PH-32: too few days fall back to hours, and too few hours give no interval', () => {
    expect(new BlockBootstrap(Float64Array.from({ length: 100 }, (_, row) => row * HOUR_MS)).facts.unit).toBe('hour');
    const short = new BlockBootstrap(Float64Array.from({ length: 100 }, (_, row) => row * 60_000));
    expect(short.facts).toMatchObject({ unit: 'none', resamples: 0 });
    expect(short.meanInterval({ sums: Float64Array.of(1, 2), counts: Float64Array.of(1, 1) })).toBeNull();
  });

  it('PH-32: a group that lives in four days has no interval, however many signals it has', () => {
    const openedAt = Float64Array.from({ length: 3_000 }, (_, row) => Math.floor(row / 100) * DAY_MS);
    const group = Int32Array.from(openedAt, (time) => (time < 4 * DAY_MS ? 0 : 1));
    const results = new GroupedResults(new BlockBootstrap(openedAt), group, 2, new Float64Array(3_000).fill(1));
    expect(results.figures(0)).toMatchObject({ resolved: 400, netRPerTrade: 1, netRInterval: null });
    expect(results.figures(1).netRInterval).toEqual([1, 1]);
  });
});

describe('one group against another over blocks', () => {
  /** Groups 0 and 1: on days of their own, or both on each day; signals of one day share their fate. */
  function shareOfWorlds(difference: number, onOwnDays: boolean): number {
    const random = createRandom(`difference ${difference} ${onOwnDays}`);
    const [worlds, days, perDay] = [600, 60, 8];
    let found = 0;
    for (let world = 0; world < worlds; world++) {
      const empty = () => ({ sums: new Float64Array(days), counts: new Float64Array(days) });
      const groups = [empty(), empty()] as const;
      for (let day = 0; day < days; day++) {
        const fate = random.normal();
        for (let signal = 0; signal < perDay; signal++) {
          const at = (onOwnDays ? day % 5 === 0 : signal < 2) ? 0 : 1;
          const { sums, counts } = groups[at];
          sums[day] = (sums[day] ?? 0) + fate + random.normal() + (at === 0 ? difference : 0);
          counts[day] = (counts[day] ?? 0) + 1;
        }
      }
      if (earnsMore(groups[0], groups[1]) === true) found++;
    }
    return found / worlds;
  }

  it('ML-44: what means nothing is found in one world of twenty, also where a group has days of its own', () => {
    // Welch's test over single signals finds it in a quarter of these worlds.
    for (const onOwnDays of [true, false]) {
      expect(shareOfWorlds(0, onOwnDays)).toBeGreaterThan(0.02);
      expect(shareOfWorlds(0, onOwnDays)).toBeLessThan(0.08);
    }
  });

  it('ML-44: what is planted is found, sooner where both share their days', () => {
    expect(shareOfWorlds(1, true)).toBeGreaterThan(0.7);
    expect(shareOfWorlds(0.5, false)).toBeGreaterThan(0.9);
  });

  it('ML-44: four days say nothing, nor do results without any spread', () => {
    const group = (days: number, value: number) => ({
      sums: new Float64Array(6).fill(value).fill(0, days),
      counts: new Float64Array(6).fill(1).fill(0, days),
    });
    expect(earnsMore(group(4, 9), group(6, 1))).toBeNull();
    expect(earnsMore(group(5, 9), group(6, 1))).toBe(false);
  });
});

describe('patterns', () => {
  const hourOf = (row: number) => Math.floor((row % 144) / 6);
  const planted = (share: (row: number) => number): ResultColumns =>
    makeColumns({ rows: 20_000, netR: (row, draw) => (draw() < share(row) ? 1.4 : -1.1) });
  const facts = ({ length }: ResultColumns) => ({
    volumeRatio: new Float64Array(length).fill(1.1),
    trendStrength: new Float64Array(length).fill(Number.NaN),
  });
  const of = (columns: ResultColumns, kind: string) =>
    patternsOf(columns, facts(columns)).patterns.find((pattern) => pattern.kind === kind);

  it('ML-44: a cell holds what a plain count finds, and every signal is in a cell or unknown', () => {
    const columns = planted(() => 0.5);
    const { patterns } = patternsOf(columns, facts(columns));
    for (const { cells, unknown } of patterns) {
      expect(cells.reduce((sum, { signals }) => sum + signals, 0) + unknown).toBe(20_000);
    }
    const rows = Array.from(columns.netR.keys()).filter((row) => hourOf(row) === 13);
    const cell = of(columns, 'hour')?.cells[13];
    expect(cell).toMatchObject({
      key: '13',
      signals: rows.length,
      wins: rows.filter((row) => columns.netR[row] === 1.4).length,
    });
    expect(of(columns, 'weekday')?.cells[0]).toMatchObject({ key: 'mon', label: 'mon' });
    expect(of(columns, 'volume')?.cells[2]).toMatchObject({ key: '1.00-1.30', signals: 20_000 });
    expect(of(columns, 'trend-strength')?.unknown).toBe(20_000);
  });

  it('ML-44: a planted hour is named best and holds up on later signals', () => {
    const best = of(
      planted((row) => (hourOf(row) === 13 ? 0.75 : 0.45)),
      'hour',
    )?.best;
    expect(best?.keys).toContain('13');
    expect(best?.verdict).toBe('held-up');
  });

  it('ML-44: an hour that was good only in the past does not hold up', () => {
    const best = of(
      planted((row) => (hourOf(row) === 13 && row < 13_000 ? 0.8 : 0.45)),
      'hour',
    )?.best;
    expect(best?.keys[0]).toBe('13');
    expect(best?.verdict).toBe('did-not-hold-up');
  });

  it('ML-44: cells under 20 are too few', () => {
    const cell = of(makeColumns({ rows: 300 }), 'hour')?.cells[3];
    expect(cell).toMatchObject({ tooFew: true, winRate: null, netRPerTrade: null, netRInterval: null });
  });
});

describe('the deflated Sharpe ratio', () => {
  it('TU-30: the expected maximum of many trials is that of a simulation', () => {
    const random = createRandom('maxima');
    for (const draws of [10, 100]) {
      let sum = 0;
      for (let world = 0; world < 4_000; world++) {
        let largest = Number.NEGATIVE_INFINITY;
        for (let draw = 0; draw < draws; draw++) largest = Math.max(largest, random.normal());
        sum += largest / 4_000;
      }
      expect(Math.abs(expectedMaximum(draws) - sum)).toBeLessThan(0.06);
    }
  });

  it('TU-30: equals the published example: 2.5 a year over five years of days, the best of 100 with a variance of a half', () => {
    // Bailey and Lopez de Prado 2014, Journal of Portfolio Management 40:94, section "A numerical example": 0.9004.
    const lucky = Math.sqrt(0.5 / 250) * expectedMaximum(100);
    expect(lucky).toBeCloseTo(0.1132, 4);
    const probability = probabilityAbove(lucky, { sharpe: 2.5 / Math.sqrt(250), skewness: -3, kurtosis: 10 }, 1_250);
    expect(probability).toBeCloseTo(0.9004, 3);
  });

  it('TU-30: more trials make the same result less believable; one trial is the plain probability', () => {
    // Mean 0.12, deviation 1.
    const values = Float64Array.from({ length: 400 }, (_, row) => (row % 2 === 0 ? 1.12 : -0.88));
    const [one, many] = [deflatedSharpe(values, 400, 1), deflatedSharpe(values, 400, 200)];
    expect(one).toMatchObject({ luckySharpe: 0, sharpe: expect.closeTo(0.12, 9) });
    expect(one?.probability).toBeGreaterThan(0.9);
    expect(many?.probability).toBeLessThan(0.5);
    expect(deflatedSharpe(new Float64Array(30).fill(1), 30, 5)).toBeNull();
  });
});

describe('the honesty panel', () => {
  const panelOf = (netR: (row: number, draw: () => number) => number, trials = 10): HonestyPanel => {
    const rows = makeColumns({ rows: 9_000, netR });
    const isPlacebo = (id: string) => id === 'placebo';
    const { panels } = honestyOf({
      rows,
      isPlacebo,
      effectiveSamples: ({ length }) => length / 2,
      trials,
      trialsMeaning: '',
    });
    const panel = panels.find(({ strategyId, subject }) => strategyId === 'scalp' && subject === 'strategy');
    if (panel === undefined) throw new Error('the strategy has a panel');
    return panel;
  };

  it('TU-30: an edge that the placebo has too is no evidence', () => {
    const panel = panelOf((_, draw) => (draw() < 0.6 ? 1 : -1));
    expect(panel.figures.netRInterval?.[0]).toBeGreaterThan(0);
    expect(panel).toMatchObject({ verdict: 'no evidence yet' });
    expect(panel.sentence).toContain('not clearly better than chance entries');
  });

  it('TU-30: losing for long is evidence against, and what is open could take it back only at a named result', () => {
    const panel = panelOf((_, draw) => (draw() < 0.1 ? Number.NaN : draw() < 0.4 ? 1 : -1));
    expect(panel.verdict).toBe('evidence against');
    const { count, neededNetR } = panel.unresolved;
    const { resolved, netRPerTrade, netRInterval } = panel.figures;
    const mean = ((netRPerTrade ?? 0) * resolved + (neededNetR ?? 0) * count) / (resolved + count);
    expect(mean + (netRInterval?.[1] ?? 0) - (netRPerTrade ?? 0)).toBeCloseTo(0, 9);
    expect(panel.doubledCosts?.netRPerTrade).toBeCloseTo((netRPerTrade ?? 0) - 0.1, 9);
  });

  it('TU-30: better than chance entries, and by more than the luck of the search, is evidence of an edge', () => {
    const columns = makeColumns({ rows: 9_000, netR: () => 0 });
    const random = createRandom('edge');
    const netR = columns.netR.map((_, row) => (random.next() < (columns.strategy[row] === 1 ? 0.6 : 0.48) ? 1 : -1));
    const panel = panelOf((row) => netR[row] as number);
    expect(panel).toMatchObject({ verdict: 'evidence of an edge' });
    expect(panel.againstPlacebo?.interval?.[0]).toBeGreaterThan(0);
    // The same edge found among so many trials that one of them had to look like it.
    expect(panelOf((row) => netR[row] as number, 1e40).verdict).toBe('no evidence yet');
  });

  it('TU-30: calibration compares what models said with what came', () => {
    const { calibration } = panelOf((_, draw) => (draw() < 0.55 ? 1 : -1));
    expect(calibration?.rows).toBe(calibration?.bins.reduce((sum, { rows }) => sum + rows, 0));
    expect(calibration?.observed).toBeGreaterThan(0.5);
    expect(calibration?.predicted).toBeGreaterThan(0.5);
  });
});
