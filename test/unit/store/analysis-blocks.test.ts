/** Blocks answer the analysis as the rows would, to the last bit, and are gone as soon as a row of theirs changes. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { GATE_FACTS } from '#core/analysis/gate-variables.ts';
import { RESOLVER_VERSION } from '#core/domain/phantom.ts';
import { AnalysisDesk, PACKED_FEATURES } from '#main/services/analysis/analysis-desk.ts';
import { AnalysisReader } from '#main/store/analysis-rows.ts';
import { Connection } from '#main/store/connection.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { RECORD_FILE } from '#main/store/schemas.ts';
import { makeScalps } from '#test/support/make-scalps.ts';
import { makePhantom, resolvedResult } from '#test/support/phantom-fixtures.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

/** Two whole blocks and some rows behind them. */
const COUNT = 2_200;
const SCALPS = ['scalp', 'scalp_facts'];

let original = '';
let profile: Profile;

function opened(folder: string): Profile {
  const result = openProfile(folder);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

beforeAll(() => {
  original = mkdtempSync(join(tmpdir(), 'desk-test-'));
  const made = opened(original);
  makeScalps(made, COUNT);
  made.close();
});
afterAll(() => rmSync(original, { recursive: true, force: true }));
beforeEach(() => {
  const folder = temporaryFolder();
  copyFileSync(join(original, RECORD_FILE), join(folder, RECORD_FILE));
  profile = opened(folder);
});
afterEach(() => profile.close());

function onRecord<T>(work: (connection: Connection) => T): T {
  const connection = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL' });
  try {
    return work(connection);
  } finally {
    connection.close();
  }
}

function pack(): void {
  for (const pieces = profile.upkeep(PACKED_FEATURES); ; ) {
    const piece = pieces.next();
    if (piece.done !== true) continue;
    expect(piece.value.ok).toBe(true);
    return;
  }
}

function packedBlocks(): readonly unknown[] {
  return onRecord((connection) => connection.prepare('SELECT block FROM phantom_blocks ORDER BY block').all().flat());
}

/** Everything that blocks hold, as the analysis reads it. */
function readAll() {
  return onRecord((connection) => {
    const reader = new AnalysisReader(connection);
    const columns = reader.columns();
    const some = columns.no.filter((_, row) => row % 3 !== 1);
    return {
      columns,
      old: reader.columnsOf(RESOLVER_VERSION - 1, columns),
      facts: reader.features(SCALPS, GATE_FACTS, columns.no),
      someFacts: reader.features(SCALPS.toReversed(), GATE_FACTS, some),
      quality: reader.features(['quality'], ['volume_ratio', 'trend_strength'], columns.no),
      // Not packed: read from the vectors.
      others: reader.features(['quality'], ['volume_ratio', 'qscore'], columns.no),
    };
  });
}

function gates() {
  return onRecord((connection) => {
    const desk = new AnalysisDesk(new AnalysisReader(connection), () => 0);
    return desk.calls['analysis.gates']({ simulated: true });
  });
}

/** What the rows alone say. */
function readUnpacked() {
  onRecord((connection) => connection.exec('DELETE FROM phantom_blocks'));
  return readAll();
}

it('PE-14: the analysis of packed blocks is that of the rows, bit for bit', () => {
  const [byRows, gatesByRows] = [readAll(), gates()];
  expect(gatesByRows).toMatchObject({ findings: { total: COUNT } });
  pack();
  expect(packedBlocks()).toEqual([0, 1]);
  expect(readAll()).toEqual(byRows);
  expect(gates()).toEqual(gatesByRows);
});

it('PE-14: where there is a block, it is what is read', () => {
  pack();
  const before = readAll();
  const rewrite = (table: string, column: string, from: number, which = 'block = 1') =>
    onRecord((connection) => {
      const bytes = connection.prepare(`SELECT ${column} FROM ${table} WHERE ${which}`).get()?.[0] as Buffer;
      bytes.fill(0, from, from + 800);
      connection.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${which}`).run(bytes);
    });
  // Behind the numbers and the facets: the times.
  rewrite('phantom_blocks', 'columns', 2 * 8 * 1_024);
  const after = readAll();
  expect(after.columns.openedAt).not.toEqual(before.columns.openedAt);
  expect({ ...after.columns, openedAt: null }).toEqual({ ...before.columns, openedAt: null });
  rewrite('phantom_block_vectors', 'vectors', 0, 'block = 1 AND set_no = 1');
  expect(readAll().facts).not.toEqual(before.facts);
});

it('PE-14: blocks of a record with holes, and of sets that few phantoms have, say what the rows say', () => {
  onRecord((connection) => {
    connection.exec('DELETE FROM resolutions; DELETE FROM phantoms WHERE no % 7 = 3 AND no < 1500');
    connection.exec(
      'DELETE FROM phantom_features WHERE phantom_no % 5 = 1; DELETE FROM phantom_beside WHERE phantom_no % 3 = 1',
    );
  });
  pack();
  expect(packedBlocks()).toEqual([0, 1]);
  const byBlocks = readAll();
  expect(byBlocks).toEqual(readUnpacked());
  expect(byBlocks.facts.get('side')?.some(Number.isNaN)).toBe(true);
});

it('PE-14: other features are packed anew, and blocks with fewer answer for what they hold', () => {
  for (const _ of profile.upkeep({ scalp: ['side'] }));
  const byBlocks = readAll();
  expect(byBlocks).toEqual(readUnpacked());
  for (const _ of profile.upkeep({ scalp: ['side'] }));
  pack();
  const features = onRecord((connection) => connection.prepare('SELECT DISTINCT features FROM phantom_blocks').all());
  expect(features).toEqual([[JSON.stringify(PACKED_FEATURES)]]);
  expect(readAll()).toEqual(byBlocks);
});

const CHANGES: readonly (readonly [string, number, (change: { readonly id: string; readonly no: number }) => void])[] =
  [
    [
      'graded again (PH-10)',
      0,
      ({ no }) => {
        const result = { ...resolvedResult(makePhantom(), 'loss'), netR: -0.5, resolverVersion: RESOLVER_VERSION };
        expect(profile.grades.replace([{ no, result, reason: 'finer' }], new Map(), 1).ok).toBe(true);
      },
    ],
    [
      'decided',
      1,
      ({ id }) => {
        const { decision } = makePhantom();
        expect(
          profile.record.step((writer) => writer.phantomDecided(1, id, { ...decision, disposition: 'skipped' })).ok,
        ).toBe(true);
      },
    ],
    [
      'given another vector',
      0,
      ({ no }) => run(`UPDATE phantom_features SET vector = zeroblob(length(vector)) WHERE phantom_no = ${no}`),
    ],
    ['without its vector', 1, ({ no }) => run(`DELETE FROM phantom_features WHERE phantom_no = ${no}`)],
    ['without a vector beside it', 1, ({ no }) => run(`DELETE FROM phantom_beside WHERE phantom_no = ${no}`)],
    [
      'gone',
      0,
      ({ no }) => run(`DELETE FROM resolutions WHERE phantom_no = ${no}; DELETE FROM phantoms WHERE no = ${no}`),
    ],
  ];

function run(sql: string): void {
  onRecord((connection) => connection.exec(sql));
}

it.each(
  CHANGES,
)('PE-14: a phantom that is %s takes its block with it, and the next upkeep packs it', (_, block, change) => {
  pack();
  const no = block * 1_024 + 500;
  const id = onRecord(
    (connection) => connection.prepare('SELECT id FROM phantoms WHERE no = ?').get(no)?.[0] as string,
  );
  const before = readAll();
  change({ id, no });
  expect(packedBlocks()).toEqual([1 - block]);
  const after = readAll();
  expect(after).not.toEqual(before);
  pack();
  expect(packedBlocks()).toEqual([0, 1]);
  expect(readAll()).toEqual(after);
  expect(readUnpacked()).toEqual(after);
});

it('PE-14: a vector that came later takes the block with it', () => {
  run('DELETE FROM phantom_beside WHERE phantom_no = 700');
  pack();
  run('INSERT INTO phantom_beside SELECT 700, set_no, position, vector FROM phantom_beside WHERE phantom_no = 701');
  expect(packedBlocks()).toEqual([1]);
});
