import { describe, expect, it } from 'vitest';
import { findModelSpec, MODEL_TABLE, type ModelSpec } from '#core/learning/model-table.ts';
import { type TrainingState, trainingTrigger } from '#core/learning/model-table-trigger.ts';

function spec(id: string): ModelSpec {
  const found = findModelSpec(id);
  if (found === null) throw new Error(`no model ${id}`);
  return found;
}
const state = (trainable: number, attempt: [number, number] | null = null, more: Partial<TrainingState> = {}) => ({
  trainable,
  lastAttempt: attempt === null ? null : { at: attempt[0], trainable: attempt[1] },
  running: false,
  bootstrap: false,
  ...more,
});
/** 2026-11-15 is a Sunday. */
const SUNDAY_0200 = Date.UTC(2026, 10, 15, 2);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('model table', () => {
  it('ML-2: names every model of the specification once, with its counts', () => {
    const rows = MODEL_TABLE.map((model) => [model.id, model.featureSet, model.firstFit]);
    expect(rows).toEqual([
      ['trend', 'trend', 30],
      ['range', 'range', 30],
      ['scalp', 'scalp', 50],
      ['immediate', 'immediate', 30],
      ['structure', 'market', 100],
      ['quality', 'quality', 100],
      ['direction', 'session', 500],
      ['entry_quality', 'session', 500],
      ['r_multiple', 'session', 500],
      ['volatility', 'volatility', 500],
    ]);
    expect(findModelSpec('nothing')).toBeNull();
  });

  it('ML-2: trend has three heads of the stated sizes, the network from 300 examples on', () => {
    expect(spec('trend').heads).toEqual([
      { kind: 'forest', parameters: { trees: 200, maxDepth: 8, minLeaf: 5 } },
      { kind: 'boosting', parameters: { rounds: 150, maxDepth: 3, learningRate: 0.08 } },
      { kind: 'network', parameters: { layers: [32, 16], epochs: 400 }, fromRows: 300 },
    ]);
    expect(spec('immediate').newestOnly).toBe(5_000);
    expect(spec('trend').newestOnly).toBeNull();
  });
});

describe('training trigger', () => {
  const due = (id: string, at: TrainingState, now = SUNDAY_0200) => trainingTrigger(spec(id), at, now).due;

  it('ML-21: the first fit comes at its count, refits by examples since the last attempt', () => {
    expect(due('trend', state(29))).toBe(false);
    expect(trainingTrigger(spec('trend'), state(29), 0).reason).toBe('learning: 29 of 30');
    expect(due('trend', state(30))).toBe(true);
    expect(due('trend', state(79, [0, 30]))).toBe(false);
    expect(due('trend', state(80, [0, 30]))).toBe(true);
  });

  it('ML-20: nothing is due while a training of that model runs', () => {
    expect(due('trend', state(500, [0, 30], { running: true }))).toBe(false);
  });

  it('ML-21: the structure model is fitted on Sunday 02:00 UTC, given 100 new', () => {
    const attempted: [number, number] = [SUNDAY_0200 - 6 * DAY, 100];
    expect(due('structure', state(200, attempted), SUNDAY_0200 - 1)).toBe(false);
    expect(due('structure', state(200, attempted), SUNDAY_0200)).toBe(true);
    expect(due('structure', state(199, attempted), SUNDAY_0200)).toBe(false);
    expect(trainingTrigger(spec('structure'), state(200, attempted), SUNDAY_0200 - 1).nextAt).toBe(SUNDAY_0200);
  });

  it('ML-21: a schedule missed while off is caught up once, at the next start', () => {
    const attempted: [number, number] = [SUNDAY_0200 - 20 * DAY, 100];
    const now = SUNDAY_0200 + 3 * DAY;
    expect(due('structure', state(400, attempted), now)).toBe(true);
    expect(due('structure', state(400, [now, 400]), now + HOUR)).toBe(false);
    expect(due('structure', state(600, [now, 400]), SUNDAY_0200 + 7 * DAY)).toBe(true);
  });

  it('PL-11: inside a bootstrap a refit waits until examples have grown by half', () => {
    expect(due('trend', state(149, [0, 100], { bootstrap: true }))).toBe(false);
    expect(due('trend', state(150, [0, 100], { bootstrap: true }))).toBe(true);
    expect(due('structure', state(150, [SUNDAY_0200, 100], { bootstrap: true }))).toBe(true);
    expect(due('trend', state(30, null, { bootstrap: true }))).toBe(true);
  });
});
