/** `inspect gates` and `inspect threshold` on small tables: their answers, and what they say of wrong ones. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { parseNumberTable, readNumberTable } from '#main/files/number-table.ts';
import { gatesOf } from '#main/services/research/inspect-gates.ts';
import { thresholdOf } from '#main/services/research/inspect-threshold.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const TERMS = { kind: 'heuristic', stage: 'advisory' } as const;

function gates(text: string) {
  const table = parseNumberTable(text, 'g.csv');
  if (!table.ok) return table;
  let clock = 0;
  return gatesOf(table.value, () => (clock += 5));
}

function threshold(text: string, terms: Parameters<typeof thresholdOf>[1] = TERMS) {
  const table = parseNumberTable(text, 't.csv');
  return table.ok ? thresholdOf(table.value, terms) : table;
}

function complaintOf(result: { readonly ok: boolean; readonly error?: { readonly message: string } }): string {
  return result.ok ? '' : (result.error?.message ?? '');
}

function scores(rows: number, middle: number, options: { readonly sorted?: boolean } = {}): string {
  const random = createRandom('scores');
  const made = Array.from({ length: rows }, () => {
    const score = 40 + 60 * random.next();
    const win = random.next() < 1 / (1 + Math.exp((middle - score) / 4));
    return { score, line: `${score},${win ? '1,1.5' : '0,-1'}` };
  });
  if (options.sorted === true) made.sort((a, b) => a.score - b.score);
  return ['score,win,net_r', ...made.map(({ line }) => line)].join('\n');
}

describe('inspect gates', () => {
  it('PH-41: counts both sides of each column, an empty cell on neither, and takes its own time', () => {
    const answer = gates('a,b,win,net_r\n1,0,1,1.5\n0,1,0,-1\n1,,1,1.2\n0,0,0,-1\n');
    expect(answer).toMatchObject({
      ok: true,
      value: { baseline: 0.5, total: 4, netR: (1.5 - 1 + 1.2 - 1) / 4, pairs: [], triplets: [], analysisMs: 5 },
    });
    const variables = answer.ok ? answer.value.variables : [];
    expect(variables.find(({ name }) => name === 'a')).toMatchObject({
      ...{ passTotal: 2, passWins: 2, failTotal: 2, failWins: 0, delta: 1, sufficient: false },
    });
    expect(variables.find(({ name }) => name === 'b')).toMatchObject({
      ...{ passTotal: 1, passWins: 0, failTotal: 2, failWins: 1, missing: 1, delta: -0.5 },
    });
  });

  it('PH-43: times, ISO or in milliseconds, give months', () => {
    for (const [first, second] of [
      ['2026-01-31T23:59:59Z', '2026-02-01'],
      [String(Date.UTC(2026, 0, 31)), String(Date.UTC(2026, 1, 1))],
      ['2026-01-31 23:59', '2026-02-01T00:00+00:00'],
    ]) {
      const answer = gates(`a,win,net_r,time\n1,1,1,${first}\n0,0,-1,${second}\n`);
      const months = answer.ok ? answer.value.trend?.[0]?.months.map(({ month }) => month) : null;
      expect(months, `${first}`).toEqual(['2026-01', '2026-02']);
    }
  });

  it('PH-41: reads gzip', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'g.csv.gz');
    writeFileSync(file, gzipSync('a,win,net_r\n1,1,1\n'));
    const table = readNumberTable(file);
    expect(table.ok && gatesOf(table.value, () => 0).ok).toBe(true);
  });

  it.each([
    ['a,net_r\n1,1\n', 'no column "win"'],
    ['a,win\n1,1\n', 'no column "net_r"'],
    ['win,net_r,time\n1,1,5\n', 'no gate beside'],
    ['a,win,net_r\n1,1,1\n0.5,1,1\n', 'line 3, column "a": 0.5 does not fit'],
    ['a,win,net_r\n1,,1\n', 'line 2, column "win": the value is missing'],
    ['a,win,net_r\n1,2,1\n', 'line 2, column "win": 2 does not fit'],
    ['a,win,net_r\n1,1,\n', 'line 2, column "net_r": the value is missing'],
    ['a,win,net_r\n1,1,yes\n', '"yes" is not a finite number'],
    ['a,win,net_r,time\n1,1,1,1750000000\n', 'is no time in milliseconds'],
    ['a,win,net_r,time\n1,1,1,\n', 'line 2, column "time": the value is missing'],
    ['a,win,net_r,time\n1,1,1,yesterday\n', '"yesterday" is not a finite number'],
    ['a,win,net_r\n', 'has a header and no rows'],
  ])('PH-41: %j is refused: %s', (text, complaint) => {
    expect(complaintOf(gates(text))).toContain(complaint);
  });
});

describe('inspect threshold', () => {
  it('DE-2: answers with break-even, threshold, curve, count and evidence', () => {
    const answer = threshold(scores(2_000, 80));
    if (!answer.ok) throw new Error(answer.error.message);
    const { pMin, threshold: value, curve, n, evidence } = answer.value;
    expect(pMin).toBeCloseTo(0.4, 12);
    expect(Math.abs(value - (80 + 4 * Math.log(0.4 / 0.6)))).toBeLessThan(2);
    expect(n).toBe(2_000);
    expect(evidence).toContain('over the older 1400 signals');
    expect(curve.map(({ score }) => score)).toEqual(Array.from({ length: 60 }, (_, at) => 40 + at));
    expect(curve.reduce((sum, { rows }) => sum + rows, 0)).toBe(2_000);
    const probabilities = curve.map(({ probability }) => probability);
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => a - b));
  });

  it('DE-2: floor and ceiling follow kind and stage', () => {
    const values = (middle: number) =>
      ([TERMS, { ...TERMS, stage: 'shadow' }, { ...TERMS, kind: 'model' }] as const).map((terms) => {
        const answer = threshold(scores(800, middle), terms);
        return answer.ok ? answer.value.threshold : Number.NaN;
      });
    const [advisory, shadow, model] = values(30);
    expect([advisory, shadow]).toEqual([70, 60]);
    expect(model).toBeCloseTo(43, 9);
    expect(values(200)).toEqual([90, 95, 95]);
  });

  it('DE-2: rows sorted by score have no order of time: a random 30 % judges, and the evidence says so', () => {
    const answer = threshold(scores(2_000, 80, { sorted: true }));
    if (!answer.ok) throw new Error(answer.error.message);
    expect(Math.abs(answer.value.threshold - 78.4)).toBeLessThan(2);
    expect(answer.value.evidence).toContain('sorted by score');
  });

  it('DE-2: below 50 rows the default stands, with the reason', () => {
    const answer = threshold(scores(49, 80));
    expect(answer).toMatchObject({ ok: true, value: { pMin: null, threshold: 70, curve: [], n: 49 } });
    expect(answer.ok && answer.value.evidence).toContain('from 50 on');
  });

  it.each([
    ['score,win\n50,1\n', 'no column "net_r"'],
    ['score,win,net_r\n101,1,1\n', 'line 2, column "score": a score is a number from 0 to 100'],
    ['score,win,net_r\n,1,1\n', 'line 2, column "score"'],
    ['score,win,net_r\n50,0.5,1\n', 'line 2, column "win": a win is 0 or 1'],
    ['score,win,net_r\n50,1,\n', 'line 2, column "net_r": the value is missing'],
  ])('DE-2: %j is refused: %s', (text, complaint) => {
    expect(complaintOf(threshold(text))).toContain(complaint);
  });
});
