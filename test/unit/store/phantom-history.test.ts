import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { OUTCOMES, type Phantom } from '#core/domain/phantom.ts';
import { Connection } from '#main/store/connection.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import type { PhantomFilter } from '#main/store/phantom-filter.ts';
import { PhantomHistory } from '#main/store/phantom-history.ts';
import type { StoredPhantomRow } from '#main/store/phantom-rows.ts';
import { PHANTOM_SORTS, type PhantomSort } from '#main/store/phantom-sort.ts';
import { makePhantom, NOON, openResult, resolvedResult } from '#test/support/phantom-fixtures.ts';

const MINUTE = 60_000;
const INSTRUMENTS = ['binance:BTC/USDT', 'demo:ETH/USDT', 'okx:SOL/USDT:USDT'];
const STRATEGIES = ['trend_pullback', 'breakout'];
const REASONS = ['score below the threshold', 'costs: 40 % of the risk', '100 %_sure', 'asked'];
const COUNT = 240;

let profile: Profile;
let rows: readonly StoredPhantomRow[];
/** The same record as a large one is read: by walking indexes, never by gathering. */
let walkingConnection: Connection;
let walking: PhantomHistory;

beforeAll(() => {
  profile = filledProfile();
  rows = Array.from({ length: COUNT }, (_, index) => {
    const row = profile.history.detail(build(index).id)?.row;
    if (row === undefined) throw new Error('every phantom has a row');
    return row;
  });
  walkingConnection = new Connection(join(profile.folder, 'desk.sqlite'), { synchronous: 'FULL', readOnly: true });
  walking = new PhantomHistory(walkingConnection, { byFacet: -1, byLookUp: -1 });
});

afterAll(() => {
  walkingConnection.close();
  discard(profile);
});

function discard(opened: Profile): void {
  opened.close();
  rmSync(opened.folder, { recursive: true });
}

function filledProfile(): Profile {
  const opened = openProfile(mkdtempSync(join(tmpdir(), 'desk-history-')));
  if (!opened.ok) throw new Error(opened.error.message);
  const phantoms = Array.from({ length: COUNT }, (_, index) => build(index));
  opened.value.record.step((writer) => {
    for (const phantom of phantoms) writer.phantomOpened(phantom.signal.time, phantom);
    phantoms.forEach((phantom, index) => {
      const outcome = (['win', 'loss', 'timeout', 'unavailable', 'open'] as const)[index % 5] ?? 'open';
      if (outcome === 'open' || phantom.result.outcome === 'gated') return;
      const netR = outcome === 'unavailable' ? null : ((index * 37) % 11) / 4 - 1;
      writer.phantomClosed(NOON, phantom.id, { ...resolvedResult(phantom, outcome), netR }, index % 2 === 0);
    });
  });
  return opened.value;
}

/** Many ties in every sort key, so that the tie-breaker matters. */
function build(index: number): Phantom {
  const base = makePhantom({
    instrumentId: INSTRUMENTS[index % 3] as string,
    strategyId: STRATEGIES[index % 2] as string,
    side: index % 7 < 3 ? 'long' : 'short',
    time: NOON + Math.floor(index / 6) * MINUTE,
  });
  return {
    ...base,
    id: `${base.id}#${index}`,
    simulated: index % 3 === 1,
    signal: { ...base.signal, id: `${base.id}#${index}`, qscore: (index * 13) % 10 },
    result: index % 40 === 39 ? { ...openResult(100), outcome: 'gated' } : base.result,
    decision: {
      ...base.decision,
      score: { ...base.decision.score, value: (index * 7) % 20 },
      disposition: index % 4 === 0 ? 'skipped' : index % 4 === 1 ? 'executed' : 'rejected_score',
      reason: REASONS[index % REASONS.length] as string,
    },
  };
}

/** The filter's meaning, in plain words on a plain list. */
function matches(row: StoredPhantomRow, filter: PhantomFilter): boolean {
  const search = filter.search?.trim().toLowerCase() ?? '';
  const texts = [row.instrumentId, row.strategyId, row.dispositionReason].map((text) => text.toLowerCase());
  return (
    (filter.instrumentIds?.includes(row.instrumentId) ?? true) &&
    (filter.strategyIds?.includes(row.strategyId) ?? true) &&
    (filter.sides?.includes(row.side) ?? true) &&
    (filter.outcomes?.includes(row.outcome) ?? true) &&
    (filter.dispositions?.includes(row.disposition) ?? true) &&
    (filter.simulated ?? row.simulated) === row.simulated &&
    row.openedAt >= (filter.from ?? 0) &&
    row.openedAt < (filter.to ?? Number.MAX_SAFE_INTEGER) &&
    row.score >= (filter.minimumScore ?? 0) &&
    texts.some((text) => text.includes(search))
  );
}

function sorted(filter: PhantomFilter, sort: PhantomSort): readonly string[] {
  const sign = sort.direction === 'ascending' ? 1 : -1;
  return rows
    .map((row, no) => ({ row, no, key: row[sort.by] }))
    .filter(({ row }) => matches(row, filter))
    .sort((a, b) => {
      if ((a.key === null) !== (b.key === null)) return a.key === null ? 1 : -1;
      return sign * ((a.key ?? 0) - (b.key ?? 0) || a.no - b.no);
    })
    .map(({ row }) => row.id);
}

function allPages(history: PhantomHistory, filter: PhantomFilter, sort: PhantomSort, limit: number): readonly string[] {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page = history.page(filter, sort, cursor, limit);
    if (!page.ok) throw new Error(page.error.message);
    expect(page.value.rows.length).toBeLessThanOrEqual(limit);
    ids.push(...page.value.rows.map((row) => row.id));
    cursor = page.value.nextCursor;
  } while (cursor !== null);
  return ids;
}

const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values]), { nil: undefined });
const filters: fc.Arbitrary<PhantomFilter> = fc.record(
  {
    instrumentIds: some([...INSTRUMENTS, 'kraken:XYZ/EUR']),
    strategyIds: some(STRATEGIES),
    sides: some(['long', 'short'] as const),
    outcomes: some(OUTCOMES),
    dispositions: some(['skipped', 'executed', 'rejected_score', 'expired'] as const),
    simulated: fc.option(fc.boolean(), { nil: undefined }),
    from: fc.option(
      fc.integer({ min: -2, max: 45 }).map((minute) => NOON + minute * MINUTE),
      { nil: undefined },
    ),
    to: fc.option(
      fc.integer({ min: -2, max: 45 }).map((minute) => NOON + minute * MINUTE),
      { nil: undefined },
    ),
    minimumScore: fc.option(fc.nat(21), { nil: undefined }),
    search: fc.option(fc.constantFrom('', 'BTC', 'usdt', 'TREND', 'below', '%', '_', '\\', 'costs:', 'nothing'), {
      nil: undefined,
    }),
  },
  { requiredKeys: [] },
);
const sorts: fc.Arbitrary<PhantomSort> = fc.record({
  by: fc.constantFrom(...PHANTOM_SORTS),
  direction: fc.constantFrom('ascending' as const, 'descending' as const),
});

describe('phantom history', () => {
  it('PE-12: any filter in any sort, page by page, is the plain list filtered and sorted: none missing, none twice', () => {
    fc.assert(
      fc.property(filters, sorts, fc.integer({ min: 1, max: 90 }), (filter, sort, limit) => {
        const expected = sorted(filter, sort);
        expect(allPages(profile.history, filter, sort, limit)).toEqual(expected);
        expect(allPages(walking, filter, sort, limit)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('counts, statistics and the export stream agree with the pages', () => {
    fc.assert(
      fc.property(filters, sorts, (filter, sort) => {
        const expected = rows.filter((row) => matches(row, filter));
        expect([profile.history.count(filter), walking.count(filter)]).toEqual([expected.length, expected.length]);
        expect([...profile.exportPhantoms(filter, sort)].map(({ row }) => row.id)).toEqual(sorted(filter, sort));
        const statistics = profile.history.statistics(filter);
        const resolved = expected.filter((row) => ['win', 'loss', 'timeout'].includes(row.outcome));
        const netR = resolved.map((row) => row.netR ?? 0);
        expect(statistics.total).toBe(expected.length);
        expect(Object.values(statistics.outcomes).reduce((sum, count) => sum + count, 0)).toBe(expected.length);
        expect(Object.values(statistics.dispositions).reduce((sum, count) => sum + count, 0)).toBe(expected.length);
        expect(statistics.ambiguous).toBe(expected.filter((row) => row.ambiguous).length);
        expect(statistics.resolved.count).toBe(resolved.length);
        expect(statistics.resolved.wins).toBe(netR.filter((value) => value > 0).length);
        expect(statistics.resolved.sumNetR).toBeCloseTo(
          netR.reduce((sum, value) => sum + value, 0),
          9,
        );
        expect(statistics.resolved.sumSquaredNetR).toBeCloseTo(
          netR.reduce((sum, value) => sum + value * value, 0),
          9,
        );
      }),
      { numRuns: 100 },
    );
  });

  it('PH-20: each outcome and disposition is counted where it belongs', () => {
    const { outcomes, dispositions } = profile.history.statistics({});
    for (const outcome of OUTCOMES) {
      expect(outcomes[outcome]).toBe(rows.filter((row) => row.outcome === outcome).length);
    }
    expect(dispositions.executed).toBe(rows.filter((row) => row.disposition === 'executed').length);
  });

  const INDEX_OF = {
    openedAt: 'phantoms_by_opened',
    exitTime: 'phantoms_by_exit',
    netR: 'phantoms_by_net_r',
    score: 'phantoms_by_score',
    qscore: 'phantoms_by_qscore',
  } as const;
  const FILTERS: readonly PhantomFilter[] = [
    {},
    { instrumentIds: ['binance:BTC/USDT'], outcomes: ['win'] },
    { from: NOON, to: NOON + MINUTE },
    { minimumScore: 15 },
    { search: 'below' },
    { search: 'below', sides: ['long'], minimumScore: 3, from: NOON },
  ];
  const directions = ['ascending', 'descending'] as const;
  const cases = PHANTOM_SORTS.flatMap((by) => directions.map((direction) => ({ by, direction })));

  /** What the plan says of the phantoms table, and whether anything is sorted. */
  function planOf(history: PhantomHistory, filter: PhantomFilter, sort: PhantomSort) {
    const plan = history.explainPage(filter, sort);
    return {
      reads: plan.filter((line) => /^(SCAN|SEARCH) p\b/.test(line)),
      sorts: plan.join().includes('TEMP B-TREE'),
    };
  }

  it.each(cases)('PE-12: broad filters walk one covering index, sorting nothing: $by $direction', (sort) => {
    for (const filter of FILTERS) {
      const { reads, sorts } = planOf(walking, filter, sort);
      expect(reads.length).toBeGreaterThan(0);
      for (const read of reads) expect(read).toContain(`USING COVERING INDEX ${INDEX_OF[sort.by]}`);
      expect(sorts).toBe(false);
    }
  });

  it.each(cases)('PE-12: narrow filters gather by an index that finds their few matches: $by $direction', (sort) => {
    const expected: readonly [PhantomFilter, RegExp][] = [
      [{ instrumentIds: ['binance:BTC/USDT'], outcomes: ['win'] }, /SEARCH p USING COVERING INDEX phantoms_by_facet/],
      [{ from: NOON, outcomes: ['win'] }, /SEARCH p USING COVERING INDEX phantoms_by_(facet|opened)/],
      [{ minimumScore: 19.5 }, /SEARCH p USING (COVERING )?INDEX phantoms_by_score/],
      [{ search: 'below' }, /SEARCH p USING INDEX phantoms_by_reason/],
    ];
    for (const [filter, index] of expected) {
      for (const read of planOf(profile.history, filter, sort).reads) expect(read).toMatch(index);
    }
  });

  it('new phantoms between two pages neither repeat nor hide a row', () => {
    const own = filledProfile();
    onTestFinished(() => discard(own));
    const sort = { by: 'openedAt', direction: 'descending' } as const;
    const first = own.history.page({}, sort, null, 10);
    if (!first.ok) throw new Error(first.error.message);
    own.record.step((writer) => writer.phantomOpened(NOON, makePhantom({ time: NOON + 500 * MINUTE })));
    const second = own.history.page({}, sort, first.value.nextCursor, 1000);
    if (!second.ok) throw new Error(second.error.message);
    expect([...first.value.rows, ...second.value.rows].map((row) => row.id)).toEqual(sorted({}, sort));
    expect(own.history.count({})).toBe(COUNT + 1);
  });

  it('WS-20: writing goes on while an export is read, and the export does not see it', () => {
    const own = filledProfile();
    onTestFinished(() => discard(own));
    const stream = own.exportPhantoms({}, { by: 'openedAt', direction: 'ascending' });
    stream.next();
    const newer = makePhantom({ time: NOON + 900 * MINUTE });
    expect(own.record.step((writer) => writer.phantomOpened(NOON, newer)).ok).toBe(true);
    expect([...stream].length).toBe(COUNT - 1);
  });

  it('an export that is not read to its end lets go of the record', () => {
    const own = filledProfile();
    const stream = own.exportPhantoms({}, { by: 'netR', direction: 'ascending' });
    stream.next();
    stream.return();
    discard(own);
  });

  it.each([
    '',
    'x',
    Buffer.from('[]').toString('base64url'),
    Buffer.from('["netR","descending",null,"1"]').toString('base64url'),
  ])('a cursor that is not ours is a fault: %j', (cursor) => {
    const page = profile.history.page({}, { by: 'netR', direction: 'descending' }, cursor, 10);
    expect(page).toMatchObject({ ok: false, error: { kind: 'bad-cursor' } });
  });

  it('a cursor of another sort is a fault', () => {
    const page = profile.history.page({}, { by: 'score', direction: 'ascending' }, null, 10);
    const cursor = page.ok ? page.value.nextCursor : null;
    expect(profile.history.page({}, { by: 'score', direction: 'descending' }, cursor, 10).ok).toBe(false);
  });
});
