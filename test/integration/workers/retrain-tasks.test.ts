/** Retrains of several classes and of values through the thread: tagged outcomes, champions, faults. */
import { describe, expect, it } from 'vitest';
import { openArtefact } from '#core/learning/artefact-bytes.ts';
import { loadModel, type RetrainedAny } from '#core/learning/retrain-task.ts';
import { VOLATILITY_BASELINES } from '#core/learning/value-baselines.ts';
import { type RetrainControl, type RetrainRequest, retrainInThread } from '#main/workers/retrain-thread.ts';
import { sourceWorkerEntry } from '#main/workers/worker-entry.ts';
import { makeClasses, makeValues } from '#test/support/class-examples.ts';

const control = (): RetrainControl => ({ onProgress: () => undefined, signal: new AbortController().signal });

function request(changes: Partial<RetrainRequest> & Pick<RetrainRequest, 'data' | 'heads'>, openedAt: Float64Array) {
  return {
    ...{ model: 'm', setId: 's', setHash: 'h', coded: [], champion: null, attempt: 1, seed: 'tasks' },
    lives: { openedAt, resolvedAt: openedAt.map((time) => time + 60_000), netR: openedAt.map(() => 0) },
    ...changes,
  };
}

async function retrained(order: RetrainRequest) {
  const result = await retrainInThread(sourceWorkerEntry, order, control());
  if (!result.ok) throw new Error(result.error.message);
  return { ...result.value, outcome: result.value.outcome as unknown as Omit<RetrainedAny, 'artefact'> };
}

describe('retrains of every kind in a thread', () => {
  const boosting = {
    kind: 'boosting',
    parameters: { rounds: 40, maxDepth: 2, learningRate: 0.15, earlyStopping: true, classWeight: 'balanced' },
  } as const;

  it('ML-32: the direction model comes back tagged, with its report, and its bytes load; then it is a champion', async () => {
    const { data, lives } = makeClasses('thread', 600, 1.5);
    const task = { kind: 'multiclass', labels: ['up', 'down', 'none'], smallestClass: 20 } as const;
    const order = request({ data, heads: [boosting], task }, lives.openedAt);
    const first = await retrained(order);
    expect(first.outcome).toMatchObject({ task: 'multiclass', verdict: 'promoted', report: { task: 'multiclass' } });
    const opened = openArtefact(first.bytes, first.id);
    if (!opened.ok) throw new Error(opened.error.message);
    expect(loadModel(opened.value)).toMatchObject({ ok: true, value: { task: 'multiclass' } });
    expect((await retrained(order)).id).toBe(first.id);
    const again = await retrained({ ...order, champion: first.bytes });
    expect(again.outcome.reason).toContain('newer than what the champion was trained on');
  });

  it('ML-24: an R multiple comes back tagged, and what it cannot be measured against is left out', async () => {
    const { data, lives } = makeValues('thread', 500, 1);
    const task = { kind: 'regress', baselines: VOLATILITY_BASELINES } as const;
    const forest = { kind: 'forest', parameters: { trees: 20, maxDepth: 8, minSplit: 5 } } as const;
    const order = request({ data, heads: [forest], task }, lives.openedAt);
    const { outcome, bytes, id } = await retrained(order);
    expect(outcome).toMatchObject({ task: 'regress', verdict: 'promoted', report: { task: 'regress', baselines: [] } });
    const opened = openArtefact(bytes, id);
    expect(opened.ok && loadModel(opened.value)).toMatchObject({ ok: true, value: { task: 'regress' } });
    // A champion of another kind is no yardstick: it is judged as a first model.
    const classes = makeClasses('thread', 300, 1);
    const task2 = { kind: 'multiclass', labels: ['up', 'down', 'none'], smallestClass: 20 } as const;
    const other = request(
      { data: classes.data, heads: [boosting], task: task2, champion: bytes },
      classes.lives.openedAt,
    );
    expect((await retrained(other)).outcome.reason).toContain('base rates');
  });
});
