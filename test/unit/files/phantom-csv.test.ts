import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { plainText, textCell } from '#main/files/csv-cells.ts';
import { type ExportedPhantom, type ExportRow, phantomCsv, phantomNdjson } from '#main/files/phantom-csv.ts';

const SETS = [
  { setId: 'trend', setHash: 'a', features: [{ name: 'slope' }, { name: 'adx' }] },
  { setId: 'trend', setHash: 'b', features: [{ name: 'adx' }, { name: 'rsi' }] },
];

function phantom(changes: Partial<ExportedPhantom> = {}): ExportedPhantom {
  return {
    id: 'trend|demo:BTC/USDT|1748865600000|long',
    exchange: 'demo',
    symbol: 'BTC/USDT',
    simulated: true,
    strategyId: 'trend',
    side: 'long',
    openedAt: 1_748_865_600_000,
    timeoutAt: 1_748_880_000_000,
    entry: 100.25,
    stop: 99,
    tp1: null,
    target: 104,
    session: 'european',
    regime: null,
    qscore: 70,
    score: 55.5,
    scoreKind: 'heuristic',
    threshold: 60,
    disposition: 'rejected_score',
    dispositionReason: 'below the threshold',
    decidedBy: 'engine',
    outcome: 'loss',
    exitReason: 'sl',
    exitPrice: 99,
    exitTime: 1_748_866_200_500,
    grossR: -1,
    netR: -1.12,
    pnlPercent: -1.25,
    maxFavorableR: 0.5,
    maxAdverseR: 1,
    tp1Hit: false,
    barsHeld: 10,
    ambiguous: false,
    resolvedOffline: false,
    ...changes,
  };
}

const row = (changes: Partial<ExportedPhantom> = {}, features: ExportRow['features'] = null): ExportRow => ({
  row: phantom(changes),
  features,
});

function csv(rows: readonly ExportRow[]): string {
  return [...phantomCsv(rows, SETS)].map((chunk) => chunk.text).join('');
}

function parsed(rows: readonly ExportRow[]): readonly Record<string, string>[] {
  const result = Papa.parse<Record<string, string>>(csv(rows).trimEnd(), { header: true });
  expect(result.errors).toEqual([]);
  return result.data;
}

/** OWASP's list of cells that a spreadsheet would run, and hostile neighbours. */
const PAYLOADS = [
  '=1+1',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-1+1',
  '@SUM(1,2)',
  '\t=1+1',
  '\r=1+1',
  '=HYPERLINK("http://x.invalid","click")',
  '"=1+1"',
  "'=1+1",
  "''@x",
  '=1+1,"two"\r\n=3',
];

describe('phantom export as CSV', () => {
  it('WS-20: one line per phantom under a header with the schema version; times in ISO UTC; simulated said', () => {
    const [first] = parsed([row()]);
    expect(first).toMatchObject({
      schema_version: '1',
      simulated: 'true',
      opened_at: '2025-06-02T12:00:00.000Z',
      exit_time: '2025-06-02T12:10:00.500Z',
      tp1: '',
      net_r: '-1.12',
      reason: 'below the threshold',
    });
    expect(csv([])).toMatch(/^schema_version,id,exchange,.*,trend\.slope,trend\.adx,trend\.rsi\r\n$/);
  });

  it('WS-20: each version of a feature set fills the columns of its own features; missing is empty', () => {
    const [a, b, none] = parsed([
      row({}, { setHash: 'a', values: Float64Array.of(1.5, Number.NaN) }),
      row({}, { setHash: 'b', values: Float64Array.of(-2, 1e-9) }),
      row(),
    ]);
    expect(a).toMatchObject({ 'trend.slope': '1.5', 'trend.adx': '', 'trend.rsi': '' });
    expect(b).toMatchObject({ 'trend.slope': '', 'trend.adx': '-2', 'trend.rsi': '1e-9' });
    expect(none).toMatchObject({ 'trend.slope': '', 'trend.adx': '', 'trend.rsi': '' });
  });

  it('WS-20: every line has the same number of cells, whatever is missing or of another length', () => {
    const vectors = [[1, 2], [Number.NaN, Number.NaN], [Number.NaN], [], [1, 2, 3, 4], [Number.POSITIVE_INFINITY, -0]];
    const vectorRows = ['a', 'b', 'unknown'].flatMap((setHash) =>
      vectors.map((values) => row({}, { setHash, values: Float64Array.from(values) })),
    );
    const widths = csv([...vectorRows, row()])
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(',').length);
    expect(new Set(widths).size).toBe(1);
  });

  it.each(PAYLOADS)('RE-54: text that a spreadsheet would run is made harmless: %j', (payload) => {
    const text = csv([row({ dispositionReason: payload, symbol: payload, id: payload })]);
    const cells = Papa.parse<string[]>(text, { delimiter: ',' }).data.slice(1).flat();
    for (const cell of cells) expect(cell).not.toMatch(/^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/);
  });

  it('WS-20: numbers stay numbers, negative ones too', () => {
    expect(csv([row({ netR: -1.12 })])).toContain(',-1.12,');
  });

  it('WS-21: any text comes back as it was', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...PAYLOADS),
      fc.string({ unit: fc.constantFrom("'", '=', '"', ',', '\n', '\r') }),
    );
    fc.assert(
      fc.property(text, (value) => {
        const [[cell]] = Papa.parse<string[]>(`${textCell(value)},x`, { delimiter: ',', newline: '\r\n' }).data as [
          [string],
        ];
        expect(plainText(cell)).toBe(value);
      }),
    );
  });

  it('WS-20: comes in chunks that know their rows', () => {
    const chunks = [
      ...phantomCsv(
        Array.from({ length: 5 }, () => row()),
        SETS,
        2,
      ),
    ];
    expect(chunks.map((chunk) => chunk.rows)).toEqual([0, 2, 2, 1]);
  });
});

describe('phantom export as NDJSON', () => {
  it('WS-20: one object per line with the same facts; features that are missing are left out', () => {
    const features = { setHash: 'a', values: Float64Array.of(Number.NaN, 20) };
    const text = [...phantomNdjson([row({}, features), row()], SETS)].map((chunk) => chunk.text).join('');
    const [first, second] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({
      schemaVersion: 1,
      simulated: true,
      openedAt: '2025-06-02T12:00:00.000Z',
      netR: -1.12,
    });
    expect(first.features).toEqual({ 'trend.adx': 20 });
    expect(second.features).toEqual({});
  });
});
