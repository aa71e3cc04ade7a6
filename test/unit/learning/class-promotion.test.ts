import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { judgeFirstClasses, nothingToSay } from '#core/learning/class-promotion.ts';
import { classReport, classShares } from '#core/learning/class-report.ts';
import { namedClass } from '#core/learning/class-scorer.ts';

const OPTIONS = { seed: 's', blockLength: 1, resamples: 200 };

function livesOf(count: number) {
  const openedAt = Float64Array.from({ length: count }, (_, row) => row * 2);
  return { openedAt, resolvedAt: openedAt.map((time) => time + 1) };
}

/** A report of rows whose probabilities are softmax(strength x the class that came + noise). */
function reportOf(strength: readonly number[], shares: readonly number[], count = 900) {
  const random = createRandom(`${strength}`);
  const classes = shares.length;
  const target = Float64Array.from({ length: count }, (_, row) => {
    const at = (row + 0.5) / count;
    let sum = 0;
    return shares.findIndex((share) => {
      sum += share;
      return at < sum;
    });
  });
  const probability = new Float64Array(count * classes);
  target.forEach((actual, row) => {
    const scores = shares.map((share, k) => share * Math.exp((k === actual ? strength[k] : 0) + 0.5 * random.normal()));
    const total = scores.reduce((sum, score) => sum + score, 0);
    scores.forEach((score, k) => {
      probability[row * classes + k] = score / total;
    });
  });
  const weight = new Float64Array(count).fill(1);
  const labels = ['up', 'down', 'none'].slice(0, classes);
  const baseRates = classShares(target, weight, classes);
  return classReport({ labels, probability, target, weight, baseRates }, [], OPTIONS);
}

describe('judgement of a first model of several classes', () => {
  it('ML-24: the best constant in hindsight is never promoted, and neither is one that is sure and wrong', () => {
    const target = Float64Array.from({ length: 120 }, (_, row) => row % 3);
    const rows = { classes: 3, target, ...livesOf(120) };
    const even = new Float64Array(360).fill(1 / 3);
    expect(judgeFirstClasses(even, rows, 1)).toMatchObject({ promoted: false });
    const sure = even.map((_, at) => (at % 3 === 0 ? 1 : 0));
    expect(judgeFirstClasses(sure, rows, 1).reason).toContain('No better than the base rates');
  });

  it('ML-24: each further attempt needs more', () => {
    const random = createRandom('attempts');
    const target = Float64Array.from({ length: 60 }, () => random.integer(3));
    const probability = Float64Array.from({ length: 180 }, (_, at) =>
      target[Math.floor(at / 3)] === at % 3 ? 0.48 : 0.26,
    );
    const rows = { classes: 3, target, ...livesOf(60) };
    expect(judgeFirstClasses(probability, rows, 1).promoted).toBe(true);
    const later = judgeFirstClasses(probability, rows, 1_000);
    expect(later.promoted).toBe(false);
    expect(later.reason).toContain('Not surely better than the base rates');
  });

  it('RE-42: slow probabilities beside slow, unrelated classes are not taken for knowledge, in 300 seeds', () => {
    let looksGood = 0;
    for (let seed = 0; seed < 300; seed++) {
      const random = createRandom(`slow ${seed}`);
      const slow = () => {
        let level = 0;
        return Float64Array.from({ length: 300 }, () => {
          level = 0.97 * level + random.normal() / 4;
          return level;
        });
      };
      const [a, b] = [slow(), slow()];
      const target = a.map((value) => (value > 0.4 ? 0 : value < -0.4 ? 1 : 2));
      const probability = new Float64Array(900);
      b.forEach((value, row) => {
        const scores = [Math.exp(value), Math.exp(-value), 1];
        const total = scores[0] + scores[1] + scores[2];
        scores.forEach((score, k) => {
          probability[3 * row + k] = score / total;
        });
      });
      const judged = judgeFirstClasses(probability, { classes: 3, target, ...livesOf(300) }, 1);
      if ((judged.otherLogLoss - judged.logLoss) * 300 > Math.log(1_000)) looksGood++;
      expect(judged.promoted).toBe(false);
    }
    // By rows alone the evidence would have been enough, time and again.
    expect(looksGood).toBeGreaterThan(5);
  });
});

describe('has a model anything to say', () => {
  it('ML-32: not when it finds under 30 % of a class, in words that name the class', () => {
    expect(nothingToSay(reportOf([1.5, 1.5, 1.5], [0.4, 0.4, 0.2]))).toBeNull();
    const oneSided = nothingToSay(reportOf([3, 1.5, -4], [0.4, 0.4, 0.2]));
    expect(oneSided).toMatch(/^The model has nothing to say: it finds \d+ % of none \(each class needs 30 %\)/);
  });

  it('ML-32: not when its balanced accuracy may be that of a constant', () => {
    const guess = nothingToSay(reportOf([0, 0, 0], [0.4, 0.4, 0.2]));
    expect(guess).toMatch(/its balanced accuracy is 3\d % \(95 % interval .*\), and 33 % comes without looking/);
  });

  it('ML-32: a class that is named at its base rate is none that stands out: the first of equals is named', () => {
    expect(namedClass([0.6, 0.3, 0.1], 0, [0.6, 0.3, 0.1])).toBe(0);
    expect(namedClass([0.5, 0.3, 0.2], 0, [0.6, 0.3, 0.1])).toBe(2);
    expect(namedClass([9, 9, 0.1, 0.6, 0.3], 2, [1 / 3, 1 / 3, 1 / 3])).toBe(1);
    expect(namedClass([Number.NaN, Number.NaN], 0, [0.5, 0.5])).toBe(-1);
  });
});
