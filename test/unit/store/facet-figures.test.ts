/** Sums that are kept must never be older than the rows behind them. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Connection } from '#main/store/connection.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { storeFigures } from '#main/store/facet-figures.ts';
import { facetsOf } from '#main/store/facet-list.ts';
import { PhantomHistory } from '#main/store/phantom-history.ts';
import { RECORD_FILE } from '#main/store/schemas.ts';
import { makePhantom, NOON, resolvedResult } from '#test/support/phantom-fixtures.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

function openedProfile(): Profile {
  const profile = openProfile(temporaryFolder());
  if (!profile.ok) throw new Error(profile.error.message);
  return profile.value;
}

it('PE-17: statistics that were asked before follow what opens, closes, is decided and is graded again', () => {
  const profile = openedProfile();
  const fresh = () => {
    const connection = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL', readOnly: true });
    const statistics = new PhantomHistory(connection).statistics({});
    connection.close();
    return statistics;
  };
  const phantoms = [0, 1, 2].map((index) => makePhantom({ time: NOON + index * 60_000 }));
  const totals: unknown[] = [];
  const look = () => {
    const statistics = profile.history.statistics({});
    expect(statistics).toEqual(fresh());
    totals.push([statistics.total, statistics.resolved.count, statistics.resolved.sumNetR]);
  };
  look();
  profile.record.step((writer) => {
    for (const phantom of phantoms) writer.phantomOpened(NOON, phantom);
  });
  look();
  profile.record.step((writer) => {
    for (const phantom of phantoms) writer.phantomClosed(NOON, phantom.id, resolvedResult(phantom, 'win'), false);
  });
  look();
  profile.record.step((writer) => {
    const [first] = phantoms;
    if (first !== undefined) writer.phantomDecided(NOON, first.id, { ...first.decision, disposition: 'skipped' });
  });
  look();
  const beside = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL' });
  beside.exec('UPDATE phantoms SET net_r = 2 WHERE no = 2');
  beside.exec('DELETE FROM resolutions; DELETE FROM phantoms WHERE no = 3');
  beside.close();
  look();
  profile.close();
  expect(totals).toEqual([
    [0, 0, 0],
    [3, 0, 0],
    [3, 3, 1.38 * 3],
    [3, 3, 1.38 * 3],
    [2, 2, 1.38 + 2],
  ]);
});

function readAnew<T>(profile: Profile, read: (history: PhantomHistory, connection: Connection) => T): T {
  const connection = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL', readOnly: true });
  try {
    return read(new PhantomHistory(connection), connection);
  } finally {
    connection.close();
  }
}

function withPhantoms(): { readonly profile: Profile; readonly ids: readonly string[] } {
  const profile = openedProfile();
  const phantoms = [0, 1, 2].map((index) => makePhantom({ time: NOON + index * 60_000 }));
  profile.record.step((writer) => {
    for (const phantom of phantoms) {
      writer.phantomOpened(NOON, phantom);
      writer.phantomClosed(NOON, phantom.id, resolvedResult(phantom, 'win'), false);
    }
  });
  return { profile, ids: phantoms.map(({ id }) => id) };
}

it('PE-12, PE-17: sums that the upkeep stored are taken instead of the rows, until the facet changes', () => {
  const { profile } = withPhantoms();
  const truth = readAnew(profile, (history) => history.statistics({}));
  expect([...profile.upkeep({})].length).toBeGreaterThan(0);
  expect(readAnew(profile, (history) => history.statistics({}))).toEqual(truth);
  // Nothing changed: nothing is summed again.
  expect([...profile.upkeep({})]).toEqual([]);
  const beside = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL' });
  beside.exec('UPDATE facet_figures SET sum_net_r = 1000 WHERE total > 0');
  expect(readAnew(profile, (history) => history.statistics({})).resolved.sumNetR).toBe(1000);
  beside.exec('UPDATE phantoms SET net_r = 2 WHERE no = 2');
  beside.close();
  expect(readAnew(profile, (history) => history.statistics({})).resolved.sumNetR).toBe(2 + 1.38 * 2);
  expect([...profile.upkeep({})].length).toBeGreaterThan(0);
  expect(readAnew(profile, (history) => history.statistics({})).resolved.sumNetR).toBe(2 + 1.38 * 2);
  profile.close();
});

it('RE-30: a facet that would hold the desk up is left to the reader', () => {
  const { profile } = withPhantoms();
  profile.close();
  const connection = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL' });
  const pieces = (largest: number) => [...storeFigures(connection, (work) => work(), largest)].length;
  expect([pieces(2), pieces(3), pieces(3)]).toEqual([0, 1, 0]);
  connection.close();
});

it('PE-12, RE-33: the list of facets is read again where a phantom changed, and nowhere else', () => {
  const { profile, ids } = withPhantoms();
  readAnew(profile, (history, connection) => {
    const first = facetsOf(connection);
    profile.desk.putSettings({ theme: 'dark' });
    expect(facetsOf(connection)).toBe(first);
    // Another reader of the same file sees the same.
    readAnew(profile, (_, other) => expect(facetsOf(other)).toBe(first));
    profile.record.step((writer) =>
      writer.phantomDecided(NOON, ids[0] ?? '', { ...makePhantom().decision, disposition: 'skipped' }),
    );
    expect(facetsOf(connection)).not.toBe(first);
    expect(history.count({ dispositions: ['skipped'] })).toBe(1);
  });
  profile.close();
});

it('PE-12: a writer that rolls back does not keep the facets of what never was', () => {
  const { profile } = withPhantoms();
  profile.close();
  const connection = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL' });
  const counted = () => facetsOf(connection).reduce((sum, { count }) => sum + count, 0);
  connection.begin();
  connection.exec('DELETE FROM resolutions; DELETE FROM phantoms WHERE no = 3');
  expect(counted()).toBe(2);
  connection.rollback();
  expect(counted()).toBe(3);
  connection.close();
});

it('PE-12: losses by result, best first, are found where the wins end, whatever the page', () => {
  const profile = openedProfile();
  profile.record.step((writer) => {
    for (let index = 0; index < 60; index++) {
      const phantom = makePhantom({ time: NOON + index * 60_000 });
      writer.phantomOpened(NOON, phantom);
      const result = resolvedResult(phantom, index % 2 === 0 ? 'win' : 'loss');
      writer.phantomClosed(
        NOON,
        phantom.id,
        { ...result, netR: (index % 2 === 0 ? 1 : -1) * (1 + index / 100) },
        false,
      );
    }
  });
  const connection = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL', readOnly: true });
  const walking = new PhantomHistory(connection, { byFacet: -1, byLookUp: -1 });
  const sort = { by: 'netR', direction: 'descending' } as const;
  const filter = { outcomes: ['loss' as const], from: NOON + 10 * 60_000 };
  const found: (number | null)[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = walking.page(filter, sort, cursor, 7);
    if (!page.ok) throw new Error(page.error.message);
    found.push(...page.value.rows.map(({ netR }) => netR));
    cursor = page.value.nextCursor;
    if (cursor === null) break;
  }
  connection.close();
  profile.close();
  expect(found).toEqual(Array.from({ length: 25 }, (_, index) => -(1 + (11 + 2 * index) / 100)));
});
