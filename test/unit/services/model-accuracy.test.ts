/** ML-45: what models said before outcomes were known, against what came. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { DAY_MS } from '#core/domain/timeframe.ts';
import { AccuracyBook } from '#main/services/learning/accuracy-book.ts';
import { accuracyWeeks, accuracyWindow, type SaidRow } from '#main/services/learning/accuracy-figures.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { addSmallModel, learnedModel, putSignals, type SignalPlan } from '#test/support/small-model.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const HOUR = 3_600_000;
/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 0, 5);
const NEVER = new AbortController().signal;

function open(): Profile {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  return opened.value;
}

function said(time: number, probability: number, won: boolean | null): SaidRow {
  const netR = won === null ? null : won ? 1 : -1;
  const resolvedAt = won === null ? null : time + HOUR / 2;
  return {
    key: 'trend',
    time,
    probability,
    named: probability >= 0.5,
    netR,
    resolvedAt,
    open: won === null,
    graded: null,
  };
}

describe('figures of predictions', () => {
  it('ML-45: below 20 results there is no rate, only counts and what was predicted', () => {
    const rows = Array.from({ length: 19 }, (_, index) => said(MONDAY + index * HOUR, 0.6, index % 2 === 0));
    const window = accuracyWindow([...rows, said(MONDAY + 20 * HOUR, 0.9, null)], 7, MONDAY + DAY_MS);
    expect(window).toMatchObject({ days: 7, predictions: 20, pending: 1, observed: null, accuracy: null, brier: null });
    expect(window.predicted).toBeCloseTo(0.6, 12);
    expect(accuracyWindow([], 7, MONDAY).predicted).toBeNull();
  });

  it('ML-45: rates are those of the rows, intervals hold them, and Brier stands beside the base rate', () => {
    const rows = Array.from({ length: 40 }, (_, index) =>
      said(MONDAY + index * HOUR, index % 4 === 3 ? 0.2 : 0.7, index % 2 === 0),
    );
    const window = accuracyWindow(rows, 7, MONDAY + 3 * DAY_MS);
    expect(window.observed?.value).toBe(0.5);
    // 0, 2 of 4 win and are named; 1 loses and is named; 3 loses and is not.
    expect(window.accuracy?.value).toBe(0.75);
    expect(window.brier?.base).toBe(0.25);
    expect(window.brier?.value).toBeCloseTo((2 * 0.09 + 0.49 + 0.04) / 4, 12);
    for (const { value, low, high } of [window.observed, window.accuracy, window.brier].flatMap((part) => part ?? [])) {
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
      expect(high - low).toBeLessThan(0.5);
    }
  });

  it('ML-45: predictions whose signals overlap are worth less: their interval is wider', () => {
    const apart = Array.from({ length: 60 }, (_, index) => said(MONDAY + index * HOUR, 0.5, index % 2 === 0));
    const together = apart
      .map((row, index) => ({ ...row, time: MONDAY + Math.floor(index / 6) * 6 * HOUR }))
      .map((row) => ({
        ...row,
        resolvedAt: row.time + HOUR,
      }));
    const width = (rows: readonly SaidRow[]) => {
      const { observed } = accuracyWindow(rows, 7, MONDAY + 3 * DAY_MS);
      return (observed?.high ?? 0) - (observed?.low ?? 0);
    };
    expect(width(together)).toBeGreaterThan(1.5 * width(apart));
  });

  it('ML-45: windows end now and weeks begin on Monday; only the last 13 with results are shown', () => {
    const rows = Array.from({ length: 20 * 7 }, (_, day) => said(MONDAY + day * DAY_MS, 0.6, day % 2 === 0));
    const now = MONDAY + 20 * 7 * DAY_MS;
    expect(accuracyWindow(rows, 30, now)).toMatchObject({ predictions: 29 });
    const weeks = accuracyWeeks(rows);
    expect(weeks).toHaveLength(13);
    expect(weeks.at(-1)).toMatchObject({ start: MONDAY + 19 * 7 * DAY_MS, resolved: 7 });
    expect(weeks.every(({ start }) => new Date(start).getUTCDay() === 1)).toBe(true);
    expect(accuracyWeeks([said(MONDAY - 1, 0.5, true)])[0]?.start).toBe(MONDAY - 7 * DAY_MS);
  });
});

describe('the book of accuracy', () => {
  it('ML-45: follows the record: a result that comes later moves from pending to resolved, nothing is counted twice', async () => {
    const profile = open();
    const model = learnedModel('trend');
    const { id } = addSmallModel(profile, 'one', { createdAt: MONDAY, parts: { breakEven: 0.65 } });
    const random = createRandom('book');
    const plan = (index: number, outcome: SignalPlan['outcome']): SignalPlan => ({
      time: MONDAY + index * HOUR,
      outcome,
      said: [{ modelId: id, role: 'decided', probability: 0.6 }],
    });
    putSignals(
      profile,
      model,
      Array.from({ length: 30 }, (_, index) => plan(index, random.next() < 0.5 ? 'win' : 'loss')),
    );
    putSignals(profile, model, [plan(30, null)]);
    const book = new AccuracyBook(profile);
    const now = MONDAY + 2 * DAY_MS;
    await book.refresh(['trend'], now, NEVER);
    const first = book.of('trend').windows[0];
    expect(first).toMatchObject({ predictions: 31, pending: 1 });
    // Named a loss each time: the threshold of the artefact is 0.65.
    expect(first?.accuracy?.value).toBeCloseTo(1 - (first?.observed?.value ?? 0), 12);

    putSignals(profile, model, [plan(31, 'win'), plan(32, 'loss')]);
    await book.refresh(['trend'], now, NEVER);
    expect(book.of('trend').windows.map(({ predictions, pending }) => [predictions, pending])).toEqual([
      [33, 1],
      [33, 1],
      [33, 1],
    ]);
    const fresh = new AccuracyBook(profile);
    await fresh.refresh(['trend'], now, NEVER);
    expect(fresh.of('trend')).toEqual(book.of('trend'));
    expect(book.of('trend@demo')).toEqual({ windows: [], weeks: [], enhanced: null });
  });

  it('ML-45: what a model says of its own training time proves nothing and is left out; shadows are not counted', async () => {
    const profile = open();
    const model = learnedModel('trend');
    const { id } = addSmallModel(profile, 'one', { createdAt: MONDAY });
    const plans = Array.from(
      { length: 40 },
      (_, index): SignalPlan => ({
        time: MONDAY + (index - 20) * HOUR,
        outcome: 'win',
        said: [{ modelId: id, role: index < 30 ? 'decided' : 'shadow', probability: 0.9 }],
      }),
    );
    putSignals(profile, model, plans);
    const book = new AccuracyBook(profile);
    await book.refresh(['trend'], MONDAY + DAY_MS, NEVER);
    expect(book.of('trend').windows[2]).toMatchObject({ predictions: 10, pending: 0 });
  });
});
