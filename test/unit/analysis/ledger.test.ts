/** The ledger and the grades of decisions against brute force over small tables (PH-31, PH-32). */
import { describe, expect, it } from 'vitest';
import { causeOf, causesOf } from '#core/analysis/causes.ts';
import { ledgerOf, ledgersByStrategy } from '#core/analysis/ledger.ts';
import { rejectionsOf } from '#core/analysis/rejections.ts';
import { chooseRows } from '#core/analysis/scope-rows.ts';
import { strategyStatus } from '#core/analysis/strategy-status.ts';
import { traderGrades } from '#core/analysis/trader-grades.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { DISPOSITIONS, type Disposition } from '#core/domain/score.ts';
import { makeColumns } from '../../support/analysis-columns.ts';

const SCOPE = { simulated: true, resolverVersion: 1 } as const;

function sumOf(columns: ResultColumns, keep: (row: number) => boolean): number {
  return Array.from(columns.netR).reduce((sum, netR, row) => (keep(row) && !Number.isNaN(netR) ? sum + netR : sum), 0);
}

function is(columns: ResultColumns, row: number, disposition: Disposition): boolean {
  return DISPOSITIONS[columns.disposition[row] as number] === disposition;
}

describe('the ledger', () => {
  it('PH-32: the sum over deciders equals the sum over signals to 1e-9 R, over 40,000 signals', () => {
    const columns = makeColumns({ rows: 40_000 });
    const { lines, total } = ledgerOf(columns);
    const sum = lines.reduce((all, { netR }) => all + netR, 0);
    expect(Math.abs(sum - total.netR)).toBeLessThan(1e-9);
    expect(Math.abs(total.netR - sumOf(columns, () => true))).toBeLessThan(1e-6);
    expect(lines.reduce((all, { signals }) => all + signals, 0)).toBe(40_000);
  });

  it('PH-32: each line has its own sum, and saves what the opposite decision would have cost', () => {
    const columns = makeColumns({ rows: 3_000 });
    const { lines } = ledgerOf(columns);
    expect(lines.map(({ disposition }) => disposition).toSorted()).toEqual([...DISPOSITIONS].toSorted());
    for (const { disposition, netR, savedR, netRSumInterval, savedRInterval } of lines) {
      expect(netR).toBeCloseTo(
        sumOf(columns, (row) => is(columns, row, disposition)),
        9,
      );
      expect(savedR).toBeCloseTo(disposition === 'executed' ? netR : -netR, 12);
      const [low, high] = netRSumInterval ?? [Number.NaN, Number.NaN];
      expect(low <= netR && netR <= high).toBe(true);
      expect(savedRInterval).toEqual(disposition === 'executed' ? netRSumInterval : [-high, -low]);
    }
  });

  it('PH-32: below 20 results there are counts and sums, but no rate and no interval', () => {
    const { lines, total } = ledgerOf(makeColumns({ rows: 15, dispositions: ['skipped'], netR: () => -1 }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      tooFew: true,
      winRate: null,
      netRPerTrade: null,
      savedR: 15,
      savedRInterval: null,
    });
    expect(total.netRSumInterval).toBeNull();
  });

  it('PH-32: each strategy has the ledger of its own rows; their totals add up to the whole to 1e-9 R', () => {
    const columns = makeColumns({ rows: 9_000 });
    const { total } = ledgerOf(columns);
    const ledgers = ledgersByStrategy(columns);
    expect(ledgers.map(({ strategyId }) => strategyId).toSorted()).toEqual([...columns.strategies].toSorted());
    for (const { strategyId, ...ledger } of ledgers) {
      const { columns: own } = chooseRows(columns, { ...SCOPE, strategyIds: [strategyId] });
      expect(ledger).toEqual(ledgerOf(own));
      expect(Math.abs(ledger.lines.reduce((sum, { netR }) => sum + netR, 0) - ledger.total.netR)).toBeLessThan(1e-9);
    }
    expect(ledgers.reduce((sum, ledger) => sum + ledger.total.signals, 0)).toBe(total.signals);
    expect(Math.abs(ledgers.reduce((sum, ledger) => sum + ledger.total.netR, 0) - total.netR)).toBeLessThan(1e-9);
    const sizes = ledgers.map((ledger) => ledger.total.signals);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  it('simulated and real, and versions of the resolver, never meet in one figure', () => {
    const columns = makeColumns({ rows: 400 });
    columns.simulated.fill(0, 0, 100);
    columns.resolverVersion.fill(2, 300);
    const open = columns.netR.slice(300).filter(Number.isNaN).length;
    const { facts, columns: chosen } = chooseRows(columns, SCOPE);
    // An open signal was graded by no version yet.
    expect(facts).toMatchObject({ signals: 200 + open, otherVersions: 100 - open, versions: [1, 2] });
    expect(chosen.simulated.every((value) => value === 1)).toBe(true);
  });

  it('a scope chooses by strategy, instrument and time, as a plain filter would', () => {
    const columns = makeColumns({ rows: 2_000 });
    const [from, to] = [columns.openedAt[500] as number, columns.openedAt[1_500] as number];
    const { facts, columns: chosen } = chooseRows(columns, {
      ...SCOPE,
      strategyIds: ['scalp'],
      instrumentIds: ['demo:ETH/USDT'],
      from,
      to,
    });
    const rows = Array.from(columns.no.keys()).filter(
      (row) => row >= 500 && row < 1_500 && columns.strategy[row] === 1 && columns.instrument[row] === 1,
    );
    expect(Array.from(chosen.no)).toEqual(rows.map((row) => columns.no[row]));
    expect(facts.signals).toBe(facts.resolved + facts.open + facts.unavailable + facts.gated);
    expect(chooseRows(columns, { ...SCOPE, exceptStrategyIds: ['placebo'] }).columns.strategy.includes(2)).toBe(false);
  });
});

describe('the grades of the trader', () => {
  const skipped = (netR: number) =>
    traderGrades(
      makeColumns({ rows: 6_000, dispositions: ['skipped'], netR: () => netR }),
      new Float64Array(6_000),
      () => 'news',
    );

  it('PH-32: skipping what lost was right, skipping what won was wrong, in one sentence', () => {
    expect(skipped(-1).skips).toMatchObject({ verdict: 'right', savedR: 6_000, wouldHaveWon: 0 });
    expect(skipped(-1).skips.sentence).toContain('saved 6000.00 R');
    expect(skipped(2).skips).toMatchObject({ verdict: 'wrong', wouldHaveLost: 0 });
    expect(skipped(-1).skipReasons).toMatchObject([{ reason: 'news', signals: 6_000, savedR: 6_000 }]);
  });

  it('PH-32: an approval is compared with its own phantom: what it lost to it is hesitation', () => {
    const columns = makeColumns({ rows: 4_000, dispositions: ['executed', 'skipped'] });
    const { approvals } = traderGrades(
      columns,
      columns.netR.map((netR) => netR - 0.05),
      () => '',
    );
    const compared = Array.from(columns.netR).filter(
      (netR, row) => is(columns, row, 'executed') && !Number.isNaN(netR),
    );
    expect(approvals).toMatchObject({ compared: compared.length, verdict: 'wrong' });
    expect(approvals.hesitationR).toBeCloseTo(0.05 * compared.length, 6);
    expect(approvals.phantomR - approvals.positionR).toBeCloseTo(approvals.hesitationR, 6);
  });

  it('PH-32: nineteen skips are too few to judge', () => {
    const few = traderGrades(
      makeColumns({ rows: 19, dispositions: ['skipped'], netR: () => -1 }),
      new Float64Array(19),
      () => '',
    );
    expect(few.skips).toMatchObject({ verdict: 'too-few', winRate: null });
    expect(few.skips.sentence).toContain('too few');
  });
});

describe('rejections and causes', () => {
  it('PH-31: would-be results, missed and avoided R, and the four decisions equal a count by hand', () => {
    const columns = makeColumns({ rows: 5_000, dispositions: ['executed', 'rejected_score', 'skipped'] });
    const { all, strategies } = rejectionsOf(columns);
    const by = (disposition: Disposition, won: boolean) => (row: number) =>
      is(columns, row, disposition) &&
      !Number.isNaN(columns.netR[row] as number) &&
      (columns.netR[row] as number) > 0 === won;
    const count = (keep: (row: number) => boolean) => Array.from(columns.netR.keys()).filter(keep).length;
    const [won, lost] = [by('rejected_score', true), by('rejected_score', false)];
    expect(all).toMatchObject({
      wouldHaveWon: count(won),
      wouldHaveLost: count(lost),
      resolved: count(won) + count(lost),
    });
    expect(all.missedR).toBeCloseTo(sumOf(columns, won), 9);
    expect(all.avoidedR).toBeCloseTo(-sumOf(columns, lost), 9);
    expect(all.savedR).toBeCloseTo(all.avoidedR - all.missedR, 9);
    expect(all.missedPercent).toBeCloseTo(sumOf(columns, won) / 2, 9);
    const [right, wrong] = [count(by('executed', true)), count(by('executed', false))];
    expect(all.matrix).toMatchObject({
      correctApprovals: right,
      wrongApprovals: wrong,
      correctRejections: count(lost),
      wrongRejections: count(won),
    });
    expect(all.matrix.accuracy).toBeCloseTo((right + count(lost)) / (right + wrong + count(won) + count(lost)), 12);
    expect(strategies.reduce((sum, { signals }) => sum + signals, 0)).toBe(all.signals);
  });

  it('PH-32: reasons that differ in figures only are one cause; a blocked signal is named by its rule', () => {
    expect(causeOf('rejected_score', 'score 48 is below 55.5')).toBe('score # is below #');
    expect(causeOf('blocked', 'costs: after costs the plan pays 0.80 for each 1 at risk')).toBe('costs');
    const columns = makeColumns({ rows: 3_000, dispositions: ['rejected_score', 'executed'] });
    const { clusters } = causesOf(columns, (reason) => `score ${40 + reason} is below 55`);
    const rejected = Array.from(columns.disposition.keys()).filter((row) => is(columns, row, 'rejected_score'));
    expect(clusters).toMatchObject([
      { disposition: 'rejected_score', cause: 'score # is below #', signals: rejected.length },
    ]);
    expect(clusters[0]?.savedR).toBeCloseTo(-sumOf(columns, (row) => is(columns, row, 'rejected_score')), 9);
  });

  it('PH-30: status counts executed and phantom signals apart, and the newest 50 results', () => {
    const columns = makeColumns({ rows: 4_000, strategies: ['scalp'] });
    const line = strategyStatus(columns).lines[0];
    expect(line?.executed.signals).toBe(
      Array.from(columns.disposition.keys()).filter((row) => is(columns, row, 'executed')).length,
    );
    expect((line?.executed.signals ?? 0) + (line?.phantom.signals ?? 0)).toBe(4_000);
    const newest = Array.from(columns.netR)
      .filter((netR) => !Number.isNaN(netR))
      .slice(-50);
    expect(line?.recent).toMatchObject({ resolved: 50, wins: newest.filter((netR) => netR > 0).length });
    expect(line?.newest).toBe(4_000);
  });
});
