import { describe, expect, it } from 'vitest';
import { analyseGates } from '#core/analysis/gate-analysis.ts';
import type { GateTable } from '#core/analysis/gate-rows.ts';
import { createRandom } from '#core/base/random.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 15);

interface Planted {
  readonly seed: string;
  readonly rows: number;
  readonly gates: readonly string[];
  /** Win probability from what the row's gates say, and from where it stands in time, 0-1. */
  readonly win: (passes: (name: string) => boolean, time: number) => number;
  readonly missing?: number;
  readonly times?: boolean;
}

function planted({ seed, rows, gates, win, missing = 0, times = true }: Planted): GateTable {
  const random = createRandom(seed);
  const columns = gates.map(() => new Float64Array(rows));
  const [won, netR, when] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < rows; row++) {
    const truth = gates.map(() => random.next() < 0.5);
    const isWin = random.next() < win((name) => truth[gates.indexOf(name)] === true, row / rows);
    truth.forEach((passes, gate) => {
      (columns[gate] as Float64Array)[row] = random.next() < missing ? Number.NaN : Number(passes);
    });
    won[row] = Number(isWin);
    netR[row] = isWin ? 1.4 + random.next() : -1.1;
    when[row] = START + row * (DAY_MS / 10);
  }
  return { names: gates, columns, win: won, netR, times: times ? when : null };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `g${index}`);
const MANY = { seed: 'many', rows: 3_000, gates: names(14), missing: 0.05, win: () => 0.4 };

/** Rates and means of the rows that hold, by the plainest loop. */
function brute(table: GateTable, holds: (row: number) => boolean) {
  let [total, wins, netR] = [0, 0, 0];
  for (let row = 0; row < table.win.length; row++) {
    if (!holds(row)) continue;
    total++;
    wins += table.win[row] as number;
    netR += table.netR[row] as number;
  }
  return { total, wins, winRate: wins / total, netR: netR / total };
}

const cellOf = (table: GateTable, name: string, row: number) => table.columns[table.names.indexOf(name)]?.[row];

describe('gate analysis', () => {
  it('PH-41: each variable equals counting row by row; a missing value is on neither side', () => {
    const table = planted({ ...MANY, win: (passes) => (passes('g3') ? 0.5 : 0.35) });
    const { variables, baseline, netR } = analyseGates(table);
    const all = brute(table, () => true);
    expect(baseline).toBeCloseTo(all.winRate, 12);
    expect(netR).toBeCloseTo(all.netR, 12);
    expect(variables).toHaveLength(14);
    for (const variable of variables) {
      const passed = brute(table, (row) => cellOf(table, variable.name, row) === 1);
      const failed = brute(table, (row) => cellOf(table, variable.name, row) === 0);
      expect(variable).toMatchObject({
        passTotal: passed.total,
        passWins: passed.wins,
        failTotal: failed.total,
        failWins: failed.wins,
        missing: 3_000 - passed.total - failed.total,
        sufficient: true,
      });
      expect(variable.missing).toBeGreaterThan(80);
      expect(variable.passNetR).toBeCloseTo(passed.netR, 10);
      expect(variable.failNetR).toBeCloseTo(failed.netR, 10);
      expect(variable.delta).toBeCloseTo(passed.winRate - failed.winRate, 12);
      expect(variable.deltaBaseline).toBeCloseTo(passed.winRate - all.winRate, 12);
    }
    const deltas = variables.map(({ delta }) => delta);
    expect(deltas).toEqual(deltas.toSorted((a, b) => (b ?? 0) - (a ?? 0)));
    expect(variables[0]?.name).toBe('g3');
  });

  it('PH-41: a side below 20 is not sufficient: not ranked first, not tested, not combined', () => {
    const table = planted({ ...MANY, gates: names(4), missing: 0, rows: 400 });
    // 19 rows pass, all of them won: the largest delta there is.
    const lucky = Float64Array.from(table.win, () => 0);
    let left = 19;
    table.win.forEach((won, row) => {
      if (won === 1 && left > 0) {
        lucky[row] = 1;
        left--;
      }
    });
    const { variables, pairs } = analyseGates({
      ...table,
      names: [...table.names, 'lucky'],
      columns: [...table.columns, lucky],
    });
    expect(variables.at(-1)).toMatchObject({ name: 'lucky', sufficient: false, pValue: null, discovery: false });
    expect(variables.at(-1)?.delta).toBeGreaterThan(0.5);
    expect(pairs.flatMap((pair) => pair.names)).not.toContain('lucky');
  });

  it('PH-41: the 16 combinations stand in the order htf, vol, body, align_15m and add up to what is known', () => {
    const gates = ['vol', 'other', 'align_15m', 'htf', 'body'];
    const table = planted({ ...MANY, gates, rows: 1_000, win: (passes) => (passes('htf') ? 0.6 : 0.3) });
    const { originals } = analyseGates(table);
    expect(originals?.combinations.map(({ bitmap }) => bitmap)).toEqual(
      Array.from({ length: 16 }, (_, code) => code.toString(2).padStart(4, '0')),
    );
    for (const { bitmap, total, wins, netR } of originals?.combinations ?? []) {
      const expected = brute(table, (row) =>
        ['htf', 'vol', 'body', 'align_15m'].every((name, at) => cellOf(table, name, row) === Number(bitmap[at])),
      );
      expect({ total, wins }).toEqual({ total: expected.total, wins: expected.wins });
      expect(netR).toBeCloseTo(expected.netR, 10);
    }
    const sum = (originals?.combinations ?? []).reduce((total, cell) => total + cell.total, 0);
    expect(sum + (originals?.missing ?? 0)).toBe(1_000);
    expect(originals?.missing).toBeGreaterThan(0);
    expect(analyseGates(planted({ ...MANY, rows: 200 })).originals).toBeNull();
  });

  it('PH-42: all 45 pairs and 120 triplets of the ten largest deltas, each as counted row by row, with its synergy', () => {
    const table = planted({ ...MANY, win: (passes) => (passes('g1') && passes('g2') ? 0.7 : 0.35) });
    const { variables, pairs, triplets } = analyseGates(table);
    const ten = variables.slice(0, 10).map(({ name }) => name);
    expect([pairs.length, triplets.length]).toEqual([45, 120]);
    expect(new Set([...pairs, ...triplets].flatMap((cell) => cell.names))).toEqual(new Set(ten));
    for (const cell of [...pairs, ...triplets]) {
      const expected = brute(table, (row) => cell.names.every((name) => cellOf(table, name, row) === 1));
      expect([cell.total, cell.wins]).toEqual([expected.total, expected.wins]);
      expect(cell.netR).toBeCloseTo(expected.netR, 10);
      const singles = cell.names.map((name) => variables.find((variable) => variable.name === name)?.passRate ?? 0);
      const mean = singles.reduce((sum, rate) => sum + rate, 0) / singles.length;
      expect(cell.synergy).toBeCloseTo(expected.winRate - mean, 12);
    }
    expect(pairs[0]).toMatchObject({ names: expect.arrayContaining(['g1', 'g2']), discovery: true });
    expect(pairs[0]?.synergy).toBeGreaterThan(0.1);
  });

  it('PH-42: among gates that mean nothing, hardly a run in twenty finds anything', () => {
    let runs = 0;
    for (let seed = 0; seed < 60; seed++) {
      const table = planted({ ...MANY, seed: `nothing ${seed}`, rows: 600, gates: names(29), missing: 0 });
      const { variables, pairs, triplets, advice } = analyseGates(table);
      if ([...variables, ...pairs, ...triplets].some(({ discovery }) => discovery)) runs++;
      expect(advice.bestCombination).toBeNull();
    }
    // Uncorrected, nearly all of them would.
    expect(runs).toBeLessThanOrEqual(4);
  });

  it('PH-42: what lasts holds up on the later rows, and is the combination that was planted', () => {
    const table = planted({ ...MANY, win: (passes) => (passes('g4') && passes('g7') ? 0.7 : 0.35) });
    const { retest, advice } = analyseGates(table);
    expect(retest.winner?.names.toSorted()).toEqual(['g4', 'g7']);
    expect(retest.winner?.verdict).toBe('held-up');
    expect(advice.bestCombination?.toSorted()).toEqual(['g4', 'g7']);
    expect([retest.olderRows, retest.laterRows]).toEqual([2_100, 900]);
    expect(retest.splitAt).toBe(START + 2_100 * (DAY_MS / 10));
    expect(advice.enable.toSorted()).toEqual(['g4', 'g7']);
  });

  it('PH-42: what only the older rows show did not hold up, and is not recommended', () => {
    const faded = (passes: (name: string) => boolean, time: number) =>
      time < 0.7 && passes('g4') && passes('g7') ? 0.75 : 0.35;
    const { retest, advice, variables } = analyseGates(planted({ ...MANY, seed: 'faded', win: faded }));
    expect(retest.winner?.names.toSorted()).toEqual(['g4', 'g7']);
    expect(retest.winner?.verdict).toBe('did-not-hold-up');
    expect(advice).toMatchObject({ enable: [], bestCombination: null });
    expect(advice.lines.join('\n')).toContain('did not hold up');
    // All rows together still look convincing: the re-test is what protects.
    expect(variables.find(({ name }) => name === 'g4')).toMatchObject({ discovery: true, retest: 'did-not-hold-up' });
  });

  it('PH-42: later rows that are too few are said to be too few', () => {
    const table = planted({ ...MANY, rows: 100, gates: names(3), missing: 0, win: (passes) => (passes('g1') ? 1 : 0) });
    const { retest } = analyseGates(table);
    expect(retest.variables[1]).toBe('too-few-later');
  });

  it('PH-43: a gate that keeps the better signals out is recommended for disabling', () => {
    const table = planted({ ...MANY, win: (passes) => (passes('g5') ? 0.25 : 0.5) });
    expect(analyseGates(table).advice).toMatchObject({ disable: ['g5'], enable: [] });
  });

  it('PH-43: the trend has each UTC month with its own counts, and adds up', () => {
    const table = planted({ ...MANY, win: (passes, time) => (time > 0.5 && passes('g0') ? 0.8 : 0.4) });
    const { trend, variables } = analyseGates(table);
    const months = trend?.find(({ name }) => name === 'g0')?.months ?? [];
    expect(months.map(({ month }) => month)).toEqual(
      Array.from({ length: 11 }, (_, at) => `2026-${String(at + 1).padStart(2, '0')}`),
    );
    for (const { month, passTotal, passWins, failTotal, failWins } of months) {
      const inMonth = (row: number) => new Date(table.times?.[row] ?? 0).toISOString().startsWith(month);
      const passed = brute(table, (row) => inMonth(row) && cellOf(table, 'g0', row) === 1);
      const failed = brute(table, (row) => inMonth(row) && cellOf(table, 'g0', row) === 0);
      expect([passTotal, passWins, failTotal, failWins]).toEqual([
        passed.total,
        passed.wins,
        failed.total,
        failed.wins,
      ]);
    }
    const sum = months.reduce((total, { passTotal }) => total + passTotal, 0);
    expect(sum).toBe(variables.find(({ name }) => name === 'g0')?.passTotal);
    expect(months[1]?.delta).toBeLessThan(0.2);
    expect(months[8]?.delta).toBeGreaterThan(0.2);
    expect(analyseGates(planted({ ...MANY, times: false })).trend).toBeNull();
  });

  it('PH-42: rows in any order give the same answer when they have times', () => {
    const table = planted({ ...MANY, win: (passes, time) => (time < 0.7 && passes('g4') ? 0.7 : 0.35) });
    const random = createRandom('order');
    const order = Array.from(table.win, (_, row) => ({ row, key: random.next() })).sort((a, b) => a.key - b.key);
    const shuffled = (column: Float64Array) => Float64Array.from(order, ({ row }) => column[row] as number);
    const again = analyseGates({
      names: table.names,
      columns: table.columns.map(shuffled),
      win: shuffled(table.win),
      netR: shuffled(table.netR),
      times: shuffled(table.times ?? new Float64Array()),
    });
    expect(again).toEqual(analyseGates(table));
  });

  it('PH-42: rows of one time are never on both sides of the split', () => {
    const table = planted({ ...MANY, rows: 1_000 });
    const times = Float64Array.from(table.times ?? [], (_, row) => START + Math.floor(row / 300) * DAY_MS);
    expect(analyseGates({ ...table, times }).retest.olderRows).toBe(900);
  });

  it('PH-41: one gate, one row and one outcome are answered, not divided by zero', () => {
    const one = Float64Array.of(1);
    const analysis = analyseGates({ names: ['a'], columns: [one], win: one, netR: one, times: null });
    expect(analysis).toMatchObject({ total: 1, baseline: 1, pairs: [], triplets: [], retest: { winner: null } });
    expect(analysis.variables[0]).toMatchObject({ delta: null, failRate: null, sufficient: false });
    expect(JSON.stringify(analysis)).not.toContain('NaN');
  });

  it('PH-43: the YAML says what is recommended, with any name quoted', () => {
    const strange = 'vol: "1.5" # x';
    const gates = [strange, 'g1', 'g2'];
    const win = (passes: (name: string) => boolean) => (passes(strange) && passes('g1') ? 0.75 : 0.3);
    const { advice } = analyseGates(planted({ ...MANY, gates, missing: 0, win }));
    const lines = advice.yaml.split('\n');
    expect(lines).toContain('scalpGates:');
    expect(lines).toContain('    signals: 3000');
    const quoted = advice.enable.map((name) => JSON.stringify(name)).join(', ');
    expect(lines).toContain(`  enable: [${quoted}]`);
    expect(quoted).toContain('"vol: \\"1.5\\" # x"');
    expect(advice.yaml).toMatch(/ {2}bestCombination:\n {4}gates: \["/);
  });
});
