/** ML-45, ML-30: what enhanced scores won against the base that they move, from what was kept before outcomes were known. */
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '#core/domain/timeframe.ts';
import { heuristicScore } from '#core/learning/heuristic-score.ts';
import { AccuracyBook } from '#main/services/learning/accuracy-book.ts';
import type { SaidRow } from '#main/services/learning/accuracy-figures.ts';
import { enhancedRecord, type Graded } from '#main/services/learning/enhanced-figures.ts';
import { liveRecord } from '#main/services/learning/live-record.ts';
import { emptyProfile } from '#test/support/research-profile.ts';
import { addSmallModel, learnedModel, putSignals, type SignalPlan } from '#test/support/small-model.ts';

const HOUR = 3_600_000;
/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 0, 5);
const NEVER = new AbortController().signal;

const BOTH: Graded = { base: 70, enhanced: 72, threshold: 65 };
const ONLY_BASE: Graded = { base: 65, enhanced: 60, threshold: 65 };
const ONLY_ENHANCED: Graded = { base: 60, enhanced: 65, threshold: 65 };
const NEITHER: Graded = { base: 50, enhanced: 55, threshold: 65 };

/** Half an hour each, one an hour. */
function row(index: number, graded: Graded | null, netR: number | null): SaidRow {
  const time = MONDAY + index * HOUR;
  const resolvedAt = netR === null ? null : time + HOUR / 2;
  return { key: 'structure', time, probability: 0.5, named: true, netR, resolvedAt, open: netR === null, graded };
}

const NOW = MONDAY + 6 * DAY_MS;

describe('enhanced scores against their base', () => {
  it('ML-45: each takes what reaches the threshold; wins are by net R, timeouts included; open ones are only counted', () => {
    const rows = [
      row(0, BOTH, 1),
      row(1, BOTH, -1),
      row(2, ONLY_BASE, -0.1),
      row(3, ONLY_ENHANCED, 0.05),
      row(4, NEITHER, 2),
      row(5, ONLY_ENHANCED, null),
      row(6, null, 1),
    ];
    const record = enhancedRecord(rows, NOW);
    expect(record?.weeks).toEqual([
      { start: MONDAY, resolved: 5, base: { taken: 3, won: 1 }, enhanced: { taken: 3, won: 2 } },
    ]);
    const few = (taken: number) => ({ taken, won: null });
    expect(record?.windows[0]).toEqual({
      ...{ days: 7, scored: 6, pending: 1, difference: null },
      ...{ all: few(5), base: few(3), enhanced: few(3) },
    });
    expect(enhancedRecord([row(0, null, 1)], NOW)).toBeNull();
  });

  it('ML-45: a score that keeps losers out is surely better, one that keeps winners out surely worse', () => {
    const rows = (helps: boolean) =>
      Array.from({ length: 120 }, (_, index) => {
        const isMoved = index % 3 === 0;
        const wins = isMoved ? !helps : index % 2 === 0;
        return row(index, isMoved ? ONLY_BASE : BOTH, wins ? 1 : -1);
      });
    const [good] = enhancedRecord(rows(true), NOW)?.windows ?? [];
    expect(good?.base).toMatchObject({ taken: 120, won: { value: 40 / 120 } });
    expect(good?.enhanced).toMatchObject({ taken: 80, won: { value: 0.5 } });
    expect(good?.difference?.value).toBeCloseTo(0.5 - 1 / 3, 12);
    expect(good?.difference?.low).toBeGreaterThan(0);
    const [bad] = enhancedRecord(rows(false), NOW)?.windows ?? [];
    expect(bad?.difference?.value).toBeCloseTo(0.5 - 80 / 120, 12);
    expect(bad?.difference?.high).toBeLessThan(0);
  });

  it('ML-45: where both take the same, the difference is nothing, and sure', () => {
    const rows = Array.from({ length: 50 }, (_, index) => row(index, BOTH, index % 2 === 0 ? 1 : -1));
    expect(enhancedRecord(rows, NOW)?.windows[2]?.difference).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('ML-45: what was drawn by lot is not called better or worse', () => {
    const grades = [BOTH, ONLY_BASE, ONLY_ENHANCED, NEITHER];
    const rows = Array.from({ length: 140 }, (_, index) =>
      row(index, grades[index % 4] ?? BOTH, ((index * 7) % 5) - 1.5),
    );
    const difference = enhancedRecord(rows, NOW)?.windows[0]?.difference;
    expect(difference?.low).toBeLessThan(0);
    expect(difference?.high).toBeGreaterThan(0);
  });

  it('ML-11: the base of a structure signal is its own grade, as the record keeps it', () => {
    for (const grade of [0, 63.25, 100]) {
      expect(heuristicScore('structure', (name) => (name === 'qscore' ? grade : Number.NaN)).value).toBe(grade);
    }
  });
});

describe('the record of enhanced scores', () => {
  it('ML-45: is read from stored predictions that their model made after its training, in the panel and without a desk', async () => {
    const profile = emptyProfile();
    const model = learnedModel('structure');
    const { id } = addSmallModel(profile, 'one', { key: 'structure', createdAt: MONDAY });
    const plan = (index: number, graded: Graded | undefined, role: 'decided' | 'shadow' = 'decided'): SignalPlan => ({
      ...{ time: MONDAY + index * HOUR, outcome: index % 2 === 0 ? 'win' : 'loss' },
      ...(graded === undefined ? {} : { graded }),
      said: [{ modelId: id, role, probability: 0.6 }],
    });
    putSignals(profile, model, [
      // Before its training ended: that proves nothing.
      plan(-2, BOTH),
      ...Array.from({ length: 30 }, (_, index) => plan(index, index % 3 === 0 ? ONLY_BASE : BOTH)),
      plan(30, undefined),
      plan(31, BOTH, 'shadow'),
      { ...plan(32, ONLY_ENHANCED), outcome: null },
    ]);
    const book = new AccuracyBook(profile);
    await book.refresh(['structure'], NOW, NEVER);
    const { enhanced } = book.of('structure');
    expect(enhanced?.windows[0]).toMatchObject({
      ...{ days: 7, scored: 31, pending: 1 },
      ...{ all: { taken: 30 }, base: { taken: 30, won: { value: 0.5 } }, enhanced: { taken: 20, won: { value: 0.5 } } },
    });
    expect(enhanced?.weeks).toEqual([
      { start: MONDAY, resolved: 30, base: { taken: 30, won: 15 }, enhanced: { taken: 20, won: 10 } },
    ]);
    profile.record.step((writer) => writer.engineAdvanced(NOW, []));
    expect((await liveRecord(profile, 'structure'))?.enhanced).toEqual(enhanced);
  });
});
