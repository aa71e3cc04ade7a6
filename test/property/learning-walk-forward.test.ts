/** ML-22: no training example's life overlaps a tested one, whatever the lives. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { judgementSplit } from '#core/learning/promotion.ts';
import { medianLifeMs } from '#core/learning/uniqueness.ts';
import { type Fold, type LifeSpans, walkForwardFolds } from '#core/learning/walk-forward.ts';

/** Pairs of a training and a tested row of one fold that overlap, compared one by one. */
function overlaps(lives: LifeSpans, fold: Fold, marginMs: number): number {
  let found = 0;
  for (const train of fold.train) {
    for (const test of fold.test) {
      const together =
        (lives.openedAt[train] as number) <= (lives.resolvedAt[test] as number) &&
        (lives.resolvedAt[train] as number) + marginMs >= (lives.openedAt[test] as number);
      if (together || train >= test) found++;
    }
  }
  return found;
}

function randomLives(seed: number, rows: number, longest: number): LifeSpans {
  const random = createRandom(`lives ${seed}`);
  // A few shared instants, so that ties at the boundary of folds are common.
  const openedAt = Float64Array.from({ length: rows }, () => random.integer(rows * 3)).sort();
  return { openedAt, resolvedAt: openedAt.map((from) => from + random.integer(longest)) };
}

it('ML-22: purge and embargo leave 0 overlapping lives in 10,000 random sets', () => {
  let overlapping = 0;
  let trained = 0;
  for (let seed = 0; seed < 10_000; seed++) {
    const lives = randomLives(seed, 5 + (seed % 60), 1 + (seed % 97));
    // Half of the sets without embargo, so that the purge stands alone.
    const embargoMs = seed % 2 === 0 ? 0 : medianLifeMs(lives);
    for (const fold of walkForwardFolds(lives, undefined, embargoMs)) {
      overlapping += overlaps(lives, fold, embargoMs);
      trained += fold.train.length;
    }
  }
  expect(overlapping).toBe(0);
  expect(trained).toBeGreaterThan(100_000);
});

it('ML-22: every row is trained on, purged, embargoed or later, and tested at most once', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 5, max: 300 }), fc.integer({ min: 1, max: 200 }), (seed, rows, longest) => {
      const folds = walkForwardFolds(randomLives(seed, rows, longest));
      expect(folds).toHaveLength(rows < 100 ? 3 : 5);
      const tested = folds.flatMap((fold) => [...fold.test]);
      expect(new Set(tested).size).toBe(tested.length);
      expect(tested.at(-1)).toBe(rows - 1);
      for (const fold of folds) {
        expect(fold.train.length + fold.purged + fold.embargoed).toBe(fold.test[0] ?? rows);
      }
    }),
  );
});

it('ML-24: the judgement block is purged, and later than the champion has seen', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 200 }), (seed, rows, longest) => {
      const lives = randomLives(seed, rows, longest);
      const cutoff = seed % 2 === 0 ? null : (lives.openedAt[Math.floor(rows / 2)] as number);
      const split = judgementSplit(lives, cutoff, medianLifeMs(lives));
      if (split.fold === null) {
        expect(split.reason).not.toBe('');
        return;
      }
      expect(split.fold.test.length).toBeGreaterThanOrEqual(40);
      expect(split.fold.test.length).toBeLessThanOrEqual(Math.max(40, Math.ceil(rows / 5)));
      expect(overlaps(lives, split.fold, medianLifeMs(lives))).toBe(0);
      for (const row of split.fold.test) expect(lives.openedAt[row] as number).toBeGreaterThan(cutoff ?? -1);
    }),
  );
});
