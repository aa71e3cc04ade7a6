import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '#core/base/random.ts';
import { featureDrift, populationStability } from '#core/learning/drift.ts';
import { Adwin, boundedLoss } from '#core/learning/drift-adwin.ts';

const normals = (random: Random, rows: number, shift = 0) =>
  Float64Array.from({ length: rows }, () => random.normal() + shift);

/** Share of 50 undrifted pairs of blocks, six features each, in which any feature is called drifted. */
function falseAlarms(trainingRows: number, recentRows: number, draw: (random: Random) => number): number {
  const names = Array.from({ length: 6 }, (_, index) => `f${index}`);
  let alarms = 0;
  for (let trial = 0; trial < 50; trial++) {
    const random = createRandom(`null ${trial}`);
    const block = (rows: number) => names.map(() => Float64Array.from({ length: rows }, () => draw(random)));
    const report = featureDrift(names, block(trainingRows), block(recentRows), {
      seed: `${trial}`,
      alpha: 0.05,
      ordered: false,
    });
    if (report.features.some((feature) => feature.drifted)) alarms++;
  }
  return alarms / 50;
}

describe('population stability', () => {
  it('ML-41: follows its definition, and an empty bin costs much but not everything', () => {
    const p = [100.5 / 201, 100.5 / 201] as const;
    const q = [150.5 / 201, 50.5 / 201] as const;
    const expected = (q[0] - p[0]) * Math.log(q[0] / p[0]) + (q[1] - p[1]) * Math.log(q[1] / p[1]);
    expect(populationStability([100, 100], [150, 50])).toBeCloseTo(expected, 12);
    expect(populationStability([100, 100], [100, 100])).toBe(0);
    expect(populationStability([100, 100], [200, 0])).toBeGreaterThan(2);
    expect(Number.isFinite(populationStability([100, 0], [0, 100]))).toBe(true);
  });

  it.each([
    ['continuous, small blocks', 120, 40, (random: Random) => random.normal()],
    ['continuous, long training block', 2_000, 150, (random: Random) => random.normal()],
    ['four codes, one of them rare', 500, 80, (random: Random) => (random.next() < 0.03 ? 3 : random.integer(3))],
    ['mostly missing', 500, 80, (random: Random) => (random.next() < 0.8 ? Number.NaN : random.normal())],
  ])('ML-41: without drift, false alarms stay near the promised 5 %% over all features: %s', (_, training, recent, draw) => {
    expect(falseAlarms(training, recent, draw)).toBeLessThanOrEqual(0.14);
  });

  it('ML-41: fixed thresholds of 0.1 and 0.25 would cry wolf at this size', () => {
    const random = createRandom('fixed');
    const blocks = [normals(random, 120), normals(random, 40)] as const;
    const [feature] = featureDrift(['f'], [blocks[0]], [blocks[1]], { seed: 's', ordered: false }).features;
    expect(feature?.threshold).toBeGreaterThan(0.4);
  });

  it('ML-41: a planted shift, a new spread, a new code and new missing values are each found', () => {
    const random = createRandom('planted');
    const training = [
      normals(random, 1_000),
      normals(random, 1_000),
      normals(random, 1_000).map(Math.sign),
      normals(random, 1_000),
    ];
    const recent = [
      normals(random, 150, 0.8),
      normals(random, 150).map((value) => value * 2.5),
      normals(random, 150).map((value, row) => (row % 4 === 0 ? 2 : Math.sign(value))),
      normals(random, 150).map((value, row) => (row % 8 === 0 ? Number.NaN : value)),
    ];
    const same = [...training.slice(0, 1)];
    const { features } = featureDrift(['shift', 'spread', 'code', 'missing'], training, recent, {
      seed: 's',
      ordered: false,
    });
    expect(features.map((feature) => feature.drifted)).toEqual([true, true, true, true]);
    expect(features[3]?.missingShare).toBeCloseTo(19 / 150, 6);
    const quiet = featureDrift(['same'], same, [normals(random, 150)], { seed: 's', ordered: false });
    expect(quiet.features[0]?.drifted).toBe(false);
    expect(quiet.features[0]?.pValue).toBeGreaterThan(0.01);
  });

  it('ML-41: a feature that has always wandered is not called drifted for wandering on', () => {
    let alarms = 0;
    let naive = 0;
    for (let trial = 0; trial < 40; trial++) {
      const random = createRandom(`wander ${trial}`);
      let level = 0;
      const path = Float64Array.from({ length: 3_100 }, () => {
        level = 0.97 * level + random.normal();
        return level;
      });
      const blocks = [[path.slice(0, 3_000)], [path.slice(3_000)]] as const;
      if (featureDrift(['f'], ...blocks, { seed: 's', ordered: true }).features[0]?.drifted) alarms++;
      if (featureDrift(['f'], ...blocks, { seed: 's', ordered: false }).features[0]?.drifted) naive++;
    }
    expect(naive).toBeGreaterThan(20);
    expect(alarms).toBeLessThanOrEqual(4);
  });

  it('ML-41: a constant feature is quiet, and too short blocks are not judged', () => {
    const constant = (rows: number) => [new Float64Array(rows).fill(7)];
    const options = { seed: 's', ordered: true };
    expect(featureDrift(['f'], constant(500), constant(50), options).features[0]?.drifted).toBe(false);
    expect(featureDrift(['f'], constant(500), constant(29), options)).toMatchObject({ judged: false, features: [] });
  });
});

describe('ADWIN', () => {
  it('ML-41: finds the published change at index 1023 and no other before (river, ADWIN example)', () => {
    const random = createRandom('river');
    const adwin = new Adwin(0.002);
    const changes: number[] = [];
    for (let index = 0; index < 2_000; index++) {
      const value = index < 1_000 ? random.integer(2) : 4 + random.integer(4);
      if (adwin.add(value) !== null) changes.push(index);
    }
    expect(changes[0]).toBe(1_023);
    expect(adwin.windowMean).toBeGreaterThan(4.5);
  });

  it('ML-41: its window follows the definition while nothing is dropped', () => {
    const random = createRandom('window');
    const adwin = new Adwin();
    let sum = 0;
    for (let count = 1; count <= 300; count++) {
      const value = random.next();
      sum += value;
      expect(adwin.add(value)).toBeNull();
      expect(adwin.windowWidth).toBe(count);
      expect(adwin.windowMean).toBeCloseTo(sum / count, 10);
    }
  });

  it('ML-41: losses of a model that stops knowing anything are noticed within 300 signals, for the worse', () => {
    for (let trial = 0; trial < 10; trial++) {
      const random = createRandom(`decay ${trial}`);
      const adwin = new Adwin();
      let found = 0;
      for (let index = 0; index < 1_300 && found === 0; index++) {
        const p = random.next() < 0.5 ? 0.85 : 0.15;
        const win = index < 1_000 ? random.next() < p : random.next() < 0.5;
        const change = adwin.add(boundedLoss(-Math.log(win ? p : 1 - p)));
        if (change !== null && change.after > change.before) found = index;
      }
      expect(found).toBeGreaterThan(1_000);
    }
  });

  it('ML-41: stationary losses raise a false alarm in at most one of 100 streams of 2,000', () => {
    let alarms = 0;
    for (let trial = 0; trial < 100; trial++) {
      const random = createRandom(`steady ${trial}`);
      const adwin = new Adwin();
      let changed = false;
      for (let index = 0; index < 2_000; index++) {
        const p = 0.3 + 0.4 * random.next();
        const win = random.next() < p;
        if (adwin.add(boundedLoss(-Math.log(win ? p : 1 - p))) !== null) changed = true;
      }
      if (changed) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(1);
  });

  it('bounds losses to 0-1', () => {
    expect(boundedLoss(0)).toBe(0);
    expect(boundedLoss(50)).toBe(1);
  });
});
