import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { breakEvenProbability, expectedValue, tradeSums } from '#core/decisions/expected-value.ts';
import { bucketOf, isFitDue, thresholdChanges } from '#core/decisions/threshold-book.ts';
import { chooseThreshold } from '#core/decisions/threshold-choice.ts';
import { learnThresholds, splitByTime } from '#core/decisions/threshold-learning.ts';
import type { ThresholdRecord } from '#core/decisions/threshold-records.ts';
import type { DecisionContext } from '#core/domain/context.ts';
import { REGIMES, SESSIONS } from '#core/domain/context.ts';

const TERMS = {
  strategyId: 'trend_pullback',
  kind: 'heuristic',
  stage: 'advisory',
  margin: 3,
  version: 1,
  fittedAt: 0,
} as const;

interface Stream {
  readonly seed: string;
  readonly rows: number;
  /** P(win) by score, and by time from 0 to 1. */
  readonly win: (score: number, record: Pick<ThresholdRecord, 'session' | 'regime'>, time: number) => number;
  readonly averageWin?: number;
  readonly lowest?: number;
}

function stream({ seed, rows, win, averageWin = 1.5, lowest = 40 }: Stream): ThresholdRecord[] {
  const random = createRandom(seed);
  return Array.from({ length: rows }, (_, row) => {
    const score = lowest + (100 - lowest) * random.next();
    const session = SESSIONS[random.integer(4)] ?? 'off';
    const regime = REGIMES[random.integer(4)] ?? 'low';
    const isWin = random.next() < win(score, { session, regime }, row / rows);
    const netR = isWin ? averageWin + 0.3 * random.normal() : -1 - 0.1 * random.next();
    return { time: row, score, win: isWin, netR, session, regime };
  });
}

const logistic = (middle: number, width: number) => (score: number) => 1 / (1 + Math.exp((middle - score) / width));

function learned(records: readonly ThresholdRecord[], terms: Partial<Parameters<typeof learnThresholds>[1]> = {}) {
  const all = learnThresholds(records, { ...TERMS, ...terms });
  if (all === null) throw new Error('too few records for a book');
  return all.book;
}

function evidence(
  book: ReturnType<typeof learned>,
  context: DecisionContext = { session: 'us', regime: null },
): string {
  return chooseThreshold({
    kind: book.kind,
    stage: book.stage,
    context,
    fixedMinimumScore: null,
    book,
    minimum: null,
    margin: null,
    modelBreakEven: null,
  }).evidence;
}

describe('learned thresholds', () => {
  it('DE-2: on a stream with a known break-even the threshold lands within 2 points of it at 2,000 records', () => {
    // P(win) = 1.05 / 2.55 where the logistic reaches it: an average loss of 1.05 against an average win of 1.5.
    const breakEven = 1.05 / 2.55;
    for (const [middle, width] of [
      [80, 4],
      [78, 5],
      [84, 3],
    ] as const) {
      const truth = middle + width * Math.log(breakEven / (1 - breakEven));
      for (let seed = 0; seed < 8; seed++) {
        const { pooled } = learned(stream({ seed: `known ${seed}`, rows: 2_000, win: logistic(middle, width) }));
        expect(Math.abs(pooled.value - truth), `middle ${middle}, seed ${seed}`).toBeLessThan(2);
        expect(pooled.breakEven).toBeCloseTo(breakEven, 1);
      }
    }
  });

  it('DE-2: no threshold is ever below the floor or above the ceiling of its scale and stage', () => {
    const cases = [
      ['heuristic', 'advisory', 70, 90],
      ['enhanced', 'auto', 70, 90],
      ['heuristic', 'shadow', 60, 95],
    ] as const;
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: -50, max: 200 }),
        fc.constantFrom(...cases),
        (seed, middle, terms) => {
          const [kind, stage, floor, ceiling] = terms;
          const { pooled, buckets } = learned(
            stream({ seed: `${seed}`, rows: 200, win: logistic(middle, 10), lowest: 0 }),
            {
              kind,
              stage,
            },
          );
          for (const { value } of [pooled, ...buckets]) expect(value >= floor && value <= ceiling).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('DE-2: everything pays: the floor; nothing does: the ceiling', () => {
    expect(learned(stream({ seed: 'all', rows: 400, win: () => 0.9 })).pooled.value).toBe(70);
    const none = learned(stream({ seed: 'none', rows: 400, win: () => 0.1 }));
    expect(none.pooled).toMatchObject({ value: 90, crossing: null });
    expect(evidence(none)).toContain('no score wins often enough to pay');
  });

  it('DE-2: on the calibrated scale the floor is the pooled break-even plus the margin, the ceiling 95', () => {
    const honest = stream({ seed: 'honest', rows: 2_000, win: (score) => score / 100, lowest: 0 });
    const { pooled, buckets } = learned(honest, { kind: 'model', margin: 8 });
    const floor = 100 * pooled.breakEven + 8;
    expect(pooled.value).toBeGreaterThanOrEqual(floor);
    expect(pooled.value).toBeLessThan(floor + 3);
    for (const { value } of buckets) expect(value >= floor && value <= 95).toBe(true);
  });

  it('DE-2: below 50 records nothing is learned', () => {
    const records = stream({ seed: 'few', rows: 50, win: logistic(75, 5) });
    expect(learnThresholds(records.slice(1), TERMS)).toBeNull();
    expect(learnThresholds(records, TERMS)).not.toBeNull();
  });

  it('DE-2: the newest 30 % judge and never fit: changing their results changes no curve', () => {
    const records = stream({ seed: 'judge', rows: 1_000, win: logistic(80, 4) });
    const reversed = records.map((record, row) => (row < 700 ? record : { ...record, win: false, netR: -1 }));
    const [first, second] = [learned(records).pooled, learned(reversed).pooled];
    expect(second.curve).toEqual(first.curve);
    expect([first.breakEven, first.crossing, first.fittedOn]).toEqual([second.breakEven, second.crossing, 700]);
    expect(first.judged).toMatchObject({ verdict: 'held-up', records: 300 });
    // What pays no more has no threshold that pays.
    expect(second.judged.verdict).toBe('did-not-hold-up');
    expect(second.value).toBe(90);
    expect(evidence(learned(reversed))).toContain('did not hold up');
  });

  it('DE-2: the judgement is what the newest 30 % from the threshold on earned, counted one by one', () => {
    const records = stream({ seed: 'count', rows: 500, win: logistic(78, 6) });
    const { pooled } = learned(records.toReversed());
    const taken = records.slice(350).filter(({ score }) => score >= pooled.value);
    const sum = taken.reduce((total, { netR }) => total + netR, 0);
    expect(pooled.judged.taken?.count).toBe(taken.length);
    expect(pooled.judged.taken?.netR).toBeCloseTo(sum / taken.length, 12);
  });

  it('DE-2: records of one instant are not split', () => {
    const records = Array.from({ length: 20 }, (_, row) => ({ time: Math.floor(row / 5) }));
    expect(splitByTime(records.map(({ time }) => time))).toBe(15);
    expect(splitByTime(records.map(() => 1))).toBe(14);
  });

  it('DE-2: a context that needs a higher score gets one; others keep near to the rest', () => {
    const win = (score: number, { session }: Pick<ThresholdRecord, 'session'>) =>
      logistic(session === 'asian' ? 88 : 76, 4)(score);
    const book = learned(stream({ seed: 'context', rows: 8_000, win }));
    const values = (wanted: string) =>
      book.buckets.filter(({ session }) => session === wanted).map(({ value }) => value);
    expect(Math.min(...values('asian'))).toBeGreaterThan(Math.max(...values('us')) + 5);
    for (const value of values('us')) expect(Math.abs(value - 74.5)).toBeLessThan(2.5);
  });

  it('DE-2: a bucket weighs n / (n + 50) against all, and one below 20 inherits and says so', () => {
    const all = stream({ seed: 'inherit', rows: 2_000, win: logistic(78, 5) });
    let [seen, other] = [0, 0];
    const records = all.filter(({ session, regime, time }) => {
      if (session === 'off' && regime === 'extreme') return false;
      if (session === 'us' && regime === 'high') return time < 1_300 && seen++ < 19;
      if (session === 'us' && regime === 'low') return time < 1_300 && other++ < 20;
      return true;
    });
    const book = learned(records);
    const bucket = (session: 'off' | 'us', regime: 'extreme' | 'high' | 'low') => {
      const found = bucketOf(book, { session, regime });
      if (found === null) throw new Error('every bucket is listed');
      return found;
    };
    expect(book.buckets).toHaveLength(16);
    const empty = bucket('off', 'extreme');
    expect(empty).toMatchObject({ own: null, inherits: true, value: book.pooled.value, expected: null });
    expect(evidence(book, empty)).toContain('no signal yet');
    expect(bucket('us', 'high')).toMatchObject({ own: null, inherits: true, expected: { count: 19 } });
    expect(evidence(book, bucket('us', 'high'))).toContain('too few signals (19)');
    expect(bucket('us', 'low')).toMatchObject({ inherits: false, own: { fittedOn: 20, weight: 20 / 70 } });
    expect(bucketOf(book, { session: 'us', regime: null })).toBeNull();
  });

  it('DE-2: a bucket whose own threshold lost on the newest 30 % inherits', () => {
    const win = (score: number, { session }: Pick<ThresholdRecord, 'session'>, time: number) =>
      session === 'asian' && time >= 0.7 ? 0.02 : logistic(78, 3)(score);
    const book = learned(stream({ seed: 'turned', rows: 8_000, win }));
    const asian = book.buckets.filter(({ session }) => session === 'asian');
    for (const bucket of asian) {
      expect(bucket).toMatchObject({
        inherits: true,
        value: book.pooled.value,
        own: { judged: { verdict: 'did-not-hold-up' } },
      });
    }
  });

  it('DE-2: a new fit is due at 50 records and every 50 after; two versions say what moved', () => {
    const made = (rows: number, version: number) =>
      learned(stream({ seed: 'history', rows, win: logistic(version === 1 ? 78 : 84, 3) }), { version });
    const [before, after] = [made(500, 1), made(550, 2)];
    expect([isFitDue(null, 49), isFitDue(null, 50)]).toEqual([false, true]);
    expect([isFitDue(before, 549), isFitDue(before, 550)]).toEqual([false, true]);
    expect(thresholdChanges(before, after)[0]).toEqual({
      bucket: null,
      from: before.pooled.value,
      to: after.pooled.value,
    });
    expect(after.pooled.value).toBeGreaterThan(before.pooled.value + 3);
    expect(thresholdChanges(after, after)).toEqual([]);
  });
});

describe('expected value', () => {
  it('DE-3: P(win) x average win - P(loss) x average loss is the mean result, with its interval', () => {
    const trades = [2, -1, 1, -1, -0.5].map((netR) => ({ win: netR > 0, netR }));
    const value = expectedValue(tradeSums(trades));
    expect(value).toMatchObject({ count: 5, winRate: 0.4, averageWin: 1.5 });
    expect(value?.averageLoss).toBeCloseTo(2.5 / 3, 12);
    expect(value?.netR).toBeCloseTo(0.4 * 1.5 - 0.6 * (2.5 / 3), 12);
    // Mean 0.1, standard deviation 1.34164; t(0.975, 4) = 2.7764.
    expect(value?.interval?.[0]).toBeCloseTo(0.1 - (2.7764 * 1.34164) / Math.sqrt(5), 2);
    expect(expectedValue(tradeSums([]))).toBeNull();
    expect(expectedValue(tradeSums(trades.slice(0, 4)))?.interval).toBeNull();
  });

  it('DE-2: at break-even a trade earns nothing', () => {
    const trades = [1.6, 1.2, -1, -1.3, -0.9].map((netR) => ({ win: netR > 0, netR }));
    const p = breakEvenProbability(tradeSums(trades));
    expect(p).toBeCloseTo(3.2 / 3 / (3.2 / 3 + 1.4), 12);
    expect((p ?? 0) * 1.4 - (1 - (p ?? 0)) * (3.2 / 3)).toBeCloseTo(0, 12);
    expect(breakEvenProbability(tradeSums(trades.filter(({ win }) => win)))).toBeNull();
  });
});
