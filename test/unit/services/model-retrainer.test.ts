/** How retrains share the processors: one alone may spread over them, several at once take a thread each. */
import { expect, it } from 'vitest';
import { err } from '#core/base/result.ts';
import { type RetrainOrder, retrainerOver } from '#main/services/learning/retrainer.ts';

it('RE-30: a retrain may spread its fits only while no other one runs', async () => {
  const allowed: boolean[] = [];
  const ends: (() => void)[] = [];
  const retrainer = retrainerOver((_, { spread }) => {
    allowed.push(spread);
    return new Promise((resolve) => {
      ends.push(() => resolve(err({ kind: 'failed', message: 'no', remedy: 'none' })));
    });
  });
  const control = { onProgress: () => undefined, signal: new AbortController().signal };
  const order = { model: 'trend' } as RetrainOrder;
  const first = retrainer.retrain(order, control);
  const second = retrainer.retrain(order, control);
  for (const end of ends) end();
  await Promise.all([first, second]);
  const third = retrainer.retrain(order, control);
  ends.at(-1)?.();
  await third;
  expect(allowed).toEqual([true, false, true]);
});
