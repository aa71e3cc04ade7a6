import { describe, expect, it } from 'vitest';
import { err } from '#core/base/result.ts';
import { permutationImportance } from '#core/learning/importance.ts';
import { areaUnderCurve } from '#core/learning/metrics.ts';
import { walkForwardFolds } from '#core/learning/walk-forward.ts';
import { type FitOptions, type Head, outOfFold, walkAndFit } from '#core/learning/walk-forward-predictions.ts';
import {
  createStandIn,
  head,
  makeExamples,
  trainConstant,
  trainLogistic,
  trainMemoriser,
} from '../../support/learning-examples.ts';

const options: FitOptions = { seed: 'oof', createPredictor: createStandIn };

async function walk(examples: ReturnType<typeof makeExamples>, heads: readonly Head[], more: Partial<FitOptions> = {}) {
  const found = await outOfFold(examples.data, examples.lives, heads, { ...options, ...more });
  if (!found.ok) throw new Error(found.error.message);
  return found.value;
}

describe('out-of-fold predictions', () => {
  it('ML-22: are those of the whole averaged ensemble, for every row but the oldest block', async () => {
    const examples = makeExamples('average', 240, 1);
    const heads = [head('logistic', trainLogistic), head('constant', trainConstant)];
    const found = await walk(examples, heads);
    expect([...found.rows]).toEqual(Array.from({ length: 200 }, (_, index) => index + 40));
    found.raw.forEach((value, at) => {
      const parts = found.heads.map((part) => part.raw[at] as number);
      expect(value).toBeCloseTo(((parts[0] as number) + (parts[1] as number)) / 2, 12);
    });
  });

  it('ML-22: a model that memorises its training rows is no better than chance here', async () => {
    const examples = makeExamples('memory', 400, 0);
    const found = await walk(examples, [head('memoriser', trainMemoriser)]);
    const target = Float64Array.from(found.rows, (row) => examples.data.target[row] as number);
    expect(Math.abs(areaUnderCurve(found.raw, target) - 0.5)).toBeLessThan(0.09);
  });

  it('ML-22: every fold uses the heads that the final count allows', async () => {
    const seen: number[] = [];
    const network = head(
      'network',
      (data, seed) => {
        seen.push(data.rows);
        return trainConstant(data, seed);
      },
      300,
    );
    const heads = [head('logistic', trainLogistic), network];
    expect((await walk(makeExamples('few', 299, 1), heads)).heads.map((part) => part.id)).toEqual(['logistic']);
    expect(seen).toEqual([]);
    expect((await walk(makeExamples('many', 300, 1), heads)).heads).toHaveLength(2);
    expect(seen).toHaveLength(5);
    expect(seen[0]).toBeLessThan(60);
  });

  it('RE-43: equal seeds give equal bytes, and every fit has a seed of its own', async () => {
    const seeds: string[] = [];
    const noting = head('noting', (data, seed) => {
      seeds.push(seed);
      return trainLogistic(data, seed);
    });
    const examples = makeExamples('bytes', 200, 1);
    const once = await walk(examples, [noting]);
    const again = await walk(examples, [noting]);
    expect(Buffer.from(once.raw.buffer).equals(Buffer.from(again.raw.buffer))).toBe(true);
    expect(new Set(seeds).size).toBe(5);
  });

  it('ML-20: can be cancelled between fits, passes faults of trainers on, and reports progress to the end', async () => {
    const examples = makeExamples('cancel', 200, 1);
    let fits = 0;
    const counting = head('counting', (data, seed) => {
      fits++;
      return trainLogistic(data, seed);
    });
    const stopped = await outOfFold(examples.data, examples.lives, [counting], {
      ...options,
      shouldStop: () => fits === 2,
    });
    expect(!stopped.ok && stopped.error.kind).toBe('cancelled');
    expect(fits).toBe(2);
    const broken = head('broken', () => err({ kind: 'bad-data', message: 'no', remedy: 'none' }));
    const failed = await outOfFold(examples.data, examples.lives, [broken], options);
    expect(!failed.ok && failed.error.kind).toBe('bad-data');
    const shares: number[] = [];
    await walk(examples, [counting, counting], { onProgress: (share) => shares.push(share) });
    expect(shares).toHaveLength(10);
    expect(shares.at(-1)).toBe(1);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
  });

  it('RE-43: fits that are begun together, the largest first, give what one after the other gives', async () => {
    const examples = makeExamples('together', 200, 1);
    const begun: number[] = [];
    const noting = head('noting', async (data, seed) => {
      begun.push(data.rows);
      await Promise.resolve();
      return trainLogistic(data, seed);
    });
    const folds = walkForwardFolds(examples.lives);
    const run = (together: boolean, shares: number[] = []) =>
      walkAndFit(
        examples.data,
        examples.lives,
        [noting],
        folds,
        { name: 'whole', walkShare: 0.75 },
        {
          ...options,
          together,
          onProgress: (share) => shares.push(share),
        },
      );
    const apart = await run(false);
    expect(begun).toEqual(begun.toSorted((a, b) => a - b));
    begun.length = 0;
    const shares: number[] = [];
    const together = await run(true, shares);
    expect(begun).toHaveLength(6);
    expect(begun).toEqual(begun.toSorted((a, b) => b - a));
    if (!apart.ok || !together.ok) throw new Error('both end well');
    expect(together.value.artefacts).toEqual(apart.value.artefacts);
    expect(together.value.walk.raw).toEqual(apart.value.walk.raw);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const broken = head('broken', async () => err({ kind: 'bad-data', message: 'no', remedy: 'none' }));
    const failed = await outOfFold(examples.data, examples.lives, [noting, broken], { ...options, together: true });
    expect(!failed.ok && failed.error.kind).toBe('bad-data');
  });

  it('ML-22: folds that cannot be trained are skipped and said so; none at all is a fault with a remedy', async () => {
    const examples = makeExamples('late', 120, 1);
    const target = examples.data.target.map((win, row) => (row < 50 ? 0 : win));
    const late = { ...examples, data: { ...examples.data, target } };
    const found = await walk(late, [head('logistic', trainLogistic)]);
    expect(found.skipped[0]).toContain('fold 1 of 5: all of its examples are of one kind');
    const tiny = makeExamples('tiny', 12, 1);
    const none = await outOfFold(tiny.data, tiny.lives, [head('logistic', trainLogistic)], options);
    expect(!none.ok && none.error.kind).toBe('too_few_examples');
  });
});

describe('permutation importance', () => {
  it('ML-43: names the feature that matters, out of fold, and gives noise about nothing', async () => {
    const examples = makeExamples('importance', 500, 1.5, { features: 5 });
    const { models } = await walk(examples, [head('logistic', trainLogistic)]);
    const found = permutationImportance(examples.data, models, { seed: 'importance' });
    expect(found[0]?.name).toBe('f0');
    expect(found[0]?.importance).toBeGreaterThan(0.1);
    for (const feature of found.slice(1)) expect(Math.abs(feature.importance)).toBeLessThan(0.02);
    expect(permutationImportance(examples.data, models, { seed: 'importance' })).toEqual(found);
  });

  it('ML-43: what a memoriser learned by heart has no importance', async () => {
    const examples = makeExamples('heart', 400, 0);
    const { models } = await walk(examples, [head('memoriser', trainMemoriser)]);
    const found = permutationImportance(examples.data, models, { seed: 'heart', repeats: 5 });
    for (const feature of found) expect(feature.importance).toBeLessThan(0.15);
  });
});
