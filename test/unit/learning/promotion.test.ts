import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import {
  firstModelAlpha,
  type JudgedRows,
  judgeChallenger,
  judgeFirstModel,
  judgeLosses,
  judgementSplit,
} from '#core/learning/promotion.ts';
import { judgeShadow, type ShadowRecord } from '#core/learning/promotion-shadow.ts';
import { makeExamples } from '../../support/learning-examples.ts';

const model = (probability: Float64Array, threshold = 0.5) => ({ probability, threshold });

function judged(seed: string, rows: number, strength: number, offset = 0): { rows: JudgedRows; truth: Float64Array } {
  const { data, lives, truth } = makeExamples(seed, rows, strength, { offset });
  return { rows: { ...lives, target: data.target }, truth };
}

describe('judgement block', () => {
  it('ML-24: is the newest 20 %, at least 40 and at most 1,000 rows', () => {
    const size = (rows: number) => {
      const { lives } = makeExamples('size', rows, 0);
      return judgementSplit(lives, null, 0).fold?.test.length ?? 0;
    };
    expect([30, 40, 80, 200, 500, 6_000].map(size)).toEqual([0, 0, 40, 40, 100, 1_000]);
  });

  it('ML-24: says in words why it cannot judge', () => {
    const { lives } = makeExamples('why', 100, 0);
    const few = judgementSplit(
      { openedAt: lives.openedAt.slice(0, 30), resolvedAt: lives.resolvedAt.slice(0, 30) },
      null,
      0,
    );
    expect(few.fold === null && few.reason).toContain('30 examples are too few');
    const seen = judgementSplit(lives, lives.openedAt[80] as number, 0);
    expect(seen.fold === null && seen.reason).toContain('only 19 signals are newer');
  });
});

describe('first model', () => {
  it('ML-24: the k-th attempt needs level 1 - 0.002 / (k (k + 1)), which adds up to 0.002', () => {
    expect(firstModelAlpha(1)).toBeCloseTo(0.001, 15);
    expect(firstModelAlpha(3)).toBeCloseTo(0.002 / 12, 15);
    let sum = 0;
    for (let attempt = 1; attempt < 100_000; attempt++) sum += firstModelAlpha(attempt);
    expect(sum).toBeLessThan(0.002);
  });

  it('ML-24: a true edge is promoted, with the figures in words', () => {
    const { rows, truth } = judged('edge', 200, 1.2);
    const verdict = judgeFirstModel(model(truth), rows, 1);
    expect(verdict.promoted).toBe(true);
    expect(verdict.reason).toMatch(/Better than the base rate: log loss 0\.\d{4} against/);
    expect(verdict.logLoss).toBeLessThan(verdict.otherLogLoss);
  });

  it('ML-24: the same evidence does not suffice at a later attempt', () => {
    const { rows, truth } = judged('edge', 200, 1.2);
    const { figures } = judgeFirstModel(model(truth), rows, 1);
    let attempt = 1;
    while (judgeFirstModel(model(truth), rows, attempt).promoted) attempt *= 2;
    expect(Math.log((attempt * (attempt + 1)) / 0.002)).toBeGreaterThan(figures.evidenceNats as number);
    expect(judgeFirstModel(model(truth), rows, attempt).reason).toContain('Not surely better than the base rate');
  });

  it('ML-24: no constant is ever promoted, whatever the win rate turned out to be', () => {
    for (let seed = 0; seed < 40; seed++) {
      const { rows } = judged(`constant ${seed}`, 300, 0, (seed - 20) / 8);
      for (const p of [0, 0.05, 0.3, 0.5, 0.7, 0.95, 1]) {
        expect(judgeFirstModel(model(new Float64Array(300).fill(p)), rows, 1).promoted).toBe(false);
      }
    }
  });

  it('ML-24: noise is promoted in at most 0.1 % of looks: 4,000 random models', () => {
    let promoted = 0;
    for (let seed = 0; seed < 4_000; seed++) {
      const { rows } = judged(`noise ${seed}`, 60, 0);
      const random = createRandom(`model ${seed}`);
      const spread = 0.1 + (seed % 9) / 10;
      const noise = Float64Array.from({ length: 60 }, () => 1 / (1 + Math.exp(-spread * random.normal())));
      if (judgeFirstModel(model(noise), rows, 1).promoted) promoted++;
    }
    expect(promoted).toBeLessThanOrEqual(4);
  });

  it('ML-3, ML-24: ten copies of every signal are not ten times the evidence', () => {
    const { rows, truth } = judged('copies', 40, 1);
    const repeat = (values: Float64Array) =>
      Float64Array.from({ length: 400 }, (_, at) => values[Math.floor(at / 10)] as number);
    const copied = {
      openedAt: repeat(rows.openedAt),
      resolvedAt: repeat(rows.resolvedAt),
      netR: repeat(rows.netR),
      target: repeat(rows.target),
    };
    const once = judgeFirstModel(model(truth), rows, 1).figures.evidenceNats as number;
    const tenfold = judgeFirstModel(model(repeat(truth)), copied, 1).figures.evidenceNats as number;
    expect(tenfold).toBeCloseTo(once, 6);
  });
});

describe('first model under dependence', () => {
  it('ML-24: a persistent feature that happens to match a persistent market is worth its few independent episodes', () => {
    let promoted = 0;
    let naive = 0;
    for (let seed = 0; seed < 300; seed++) {
      const random = createRandom(`episodes ${seed}`);
      let market = 0;
      let feature = 0;
      const p = new Float64Array(100);
      const { rows } = judged(`episodes ${seed}`, 100, 0);
      const target = p.map((_, row) => {
        market = 0.98 * market + 0.2 * random.normal();
        feature = 0.98 * feature + 0.2 * random.normal();
        p[row] = 1 / (1 + Math.exp(-1.5 * feature));
        return random.next() < 1 / (1 + Math.exp(-3 * market)) ? 1 : 0;
      });
      const verdict = judgeFirstModel(model(p), { ...rows, target }, 1);
      if (verdict.promoted) promoted++;
      const worth = verdict.figures.effectiveRows as number;
      if ((verdict.figures.evidenceNats as number) * (100 / worth) > Math.log(1_000)) naive++;
    }
    expect(naive).toBeGreaterThan(5);
    expect(promoted).toBeLessThanOrEqual(1);
  });
});

describe('challenger against champion', () => {
  const { rows, truth } = judged('duel', 400, 1.2);
  const noisy = truth.map((p, row) => p + (row % 2 === 0 ? 0.2 : -0.2) * (p > 0.25 && p < 0.75 ? 1 : 0));

  it('ML-24: an equal model is promoted, a clearly better one too, a worse one is not', () => {
    expect(judgeChallenger(model(truth), model(truth), rows, 's').promoted).toBe(true);
    expect(judgeChallenger(model(truth), model(noisy), rows, 's').promoted).toBe(true);
    const worse = judgeChallenger(model(noisy), model(truth), rows, 's');
    expect(worse.promoted).toBe(false);
    expect(worse.reason).toContain('log loss');
  });

  it('ML-24: the bound counts, not the mean: a slightly worse mean with a wide spread is not promoted', () => {
    const few = {
      ...rows,
      target: rows.target.slice(0, 40),
      netR: rows.netR.slice(0, 40),
      openedAt: rows.openedAt.slice(0, 40),
      resolvedAt: rows.resolvedAt.slice(0, 40),
    };
    const random = createRandom('wide');
    const wild = truth.slice(0, 40).map((p) => Math.min(0.97, Math.max(0.03, p + 0.5 * (random.next() - 0.5))));
    const verdict = judgeChallenger(model(wild), model(truth.slice(0, 40)), few, 's');
    expect(verdict.figures.upperBound).toBeGreaterThan(verdict.figures.meanDifference as number);
    expect(verdict.promoted).toBe(false);
  });

  it('ML-24: net R per trade at its own threshold may not be lower by more than 0.05', () => {
    const champion = model(truth, 0.6);
    expect(judgeChallenger(model(truth, 0), champion, rows, 's')).toMatchObject({ promoted: false });
    expect(judgeChallenger(model(truth, 0), champion, rows, 's').reason).toContain('net R per trade');
    const idle = judgeChallenger(model(truth, 2), champion, rows, 's');
    expect(idle.promoted).toBe(false);
    expect(idle.figures.netRPerTrade).toBe(0);
  });

  it('RE-43: the same seed gives the same verdict to the byte', () => {
    const once = JSON.stringify(judgeChallenger(model(noisy), model(truth), rows, 's'));
    expect(JSON.stringify(judgeChallenger(model(noisy), model(truth), rows, 's'))).toBe(once);
  });

  it('ML-24: losses of other kinds are judged by the same rule, and need evidence against the base', () => {
    const random = createRandom('losses');
    const other = Float64Array.from({ length: 400 }, () => 1 + random.next());
    const better = other.map((loss) => loss - 0.3 + 0.1 * random.normal());
    const noise = other.map((loss) => loss + 0.3 * random.normal());
    expect(judgeLosses({ model: better, other }, rows, { kind: 'base', attempt: 1 }).promoted).toBe(true);
    expect(judgeLosses({ model: noise, other }, rows, { kind: 'base', attempt: 1 }).promoted).toBe(false);
    expect(judgeLosses({ model: other, other }, rows, { kind: 'champion', seed: 's' }).promoted).toBe(true);
    expect(judgeLosses({ model: other, other }, rows, { kind: 'base', attempt: 1 }).promoted).toBe(false);
  });
});

describe('shadow of the old champion', () => {
  const { rows, truth } = judged('shadow', 120, 1.5);
  const record = (row: number, newProbability: number, oldProbability: number, takes = [true, true]): ShadowRecord => ({
    openedAt: rows.openedAt[row] as number,
    resolvedAt: rows.resolvedAt[row] as number,
    netR: rows.netR[row] as number,
    newProbability,
    oldProbability,
    newTakes: takes[0] as boolean,
    oldTakes: takes[1] as boolean,
  });
  const records = (make: (row: number, p: number) => ShadowRecord, count = 120) =>
    Array.from({ length: count }, (_, row) => make(row, truth[row] as number));

  it('ML-25: says nothing below 50 signals and looks at the last 100 only', () => {
    expect(
      judgeShadow(
        records((row, p) => record(row, 1 - p, p), 49),
        's',
      ),
    ).toMatchObject({ action: 'none', signals: 49 });
    const longAgo = records((row, p) => (row < 20 ? record(row, 0.001, p) : record(row, p, p)));
    expect(judgeShadow(longAgo, 's')).toMatchObject({ action: 'none', signals: 100 });
  });

  it('ML-25: rolls back when the interval of log loss excludes zero against the new model', () => {
    const verdict = judgeShadow(
      records((row, p) => record(row, 1 - p, p)),
      's',
    );
    expect(verdict.action).toBe('roll_back');
    expect(verdict.reason).toContain('log loss');
    expect(
      judgeShadow(
        records((row, p) => record(row, p, 1 - p)),
        's',
      ).action,
    ).toBe('none');
  });

  it('ML-25: rolls back when the new model earns less, although its probabilities are the same', () => {
    const verdict = judgeShadow(
      records((row, p) => record(row, p, p, [p < 0.3, p > 0.7])),
      's',
    );
    expect(verdict.action).toBe('roll_back');
    expect(verdict.reason).toContain('net R');
  });

  it('ML-25: a win rate five points lower alerts', () => {
    const takes = (row: number) => [rows.netR[row] === 1 ? row % 8 !== 0 : true, row % 2 === 0 || rows.netR[row] === 1];
    const verdict = judgeShadow(
      records((row, p) => record(row, p, p, takes(row))),
      's',
    );
    expect(['alert', 'roll_back']).toContain(verdict.action);
    const tame = (row: number) => [true, !(rows.netR[row] === -1 && row % 9 === 0)];
    expect(
      judgeShadow(
        records((row, p) => record(row, p, p, tame(row))),
        's',
      ).action,
    ).toBe('none');
  });
});
