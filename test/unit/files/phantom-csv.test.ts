import { createHash } from 'node:crypto';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { numberCell, plainText, textCell, timeCell } from '#main/files/csv-cells.ts';
import {
  type ExportedPhantom,
  type ExportRow,
  phantomCsv,
  phantomCsvBytes,
  phantomNdjson,
} from '#main/files/phantom-csv.ts';
import { FORMULA_PAYLOADS as PAYLOADS, runsInSpreadsheet } from '#test/support/formula-payloads.ts';

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

const row = (
  changes: Partial<ExportedPhantom> = {},
  own: ExportRow['own'] = null,
  beside: ExportRow['beside'] = [],
): ExportRow => ({ row: phantom(changes), resolverVersion: 1, own, beside });

function csv(rows: readonly ExportRow[]): string {
  return [...phantomCsv(rows, SETS)].map((chunk) => chunk.text).join('');
}

const GOLDEN = '3c8037be61a71a011541786fd002bc18f415470ce620799f14a058e4f9f32e64';

/** Every kind of cell in many shapes, from a fixed sequence. */
function goldenRows(): readonly ExportRow[] {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 2 ** 31;
  };
  const number = (index: number) => {
    const scale = Number(`1e${(index % 14) - 7}`);
    return [next() * scale, -next() * scale, Math.round(next() * 1e6) / 1e4, index, 0.1 + 0.2, 5e-324, 1e21][index % 7];
  };
  return Array.from({ length: 300 }, (_, index) =>
    row(
      {
        id: `trend|demo:BTC/USDT|${index}|long`,
        openedAt: Math.floor(next() * 4e12),
        entry: number(index) as number,
        stop: number(index + 1) as number,
        tp1: index % 3 === 0 ? null : (number(index + 2) as number),
        netR: number(index + 3) as number,
        dispositionReason: GOLDEN_REASONS[index % GOLDEN_REASONS.length] as string,
        regime: index % 2 === 0 ? null : 'high',
        tp1Hit: index % 2 === 0,
      },
      index % 5 === 0
        ? null
        : {
            setHash: index % 2 === 0 ? 'a' : 'b',
            values: Float64Array.of(number(index + 4) as number, index % 4 === 0 ? Number.NaN : next()),
          },
    ),
  );
}

/** The line without feature columns shared between versions of a set: as the first export wrote it. */
function plainLine({ row: phantom, own }: ExportRow): string {
  const { openedAt, timeoutAt, exitTime } = phantom;
  const [first = Number.NaN, second = Number.NaN] = own?.values ?? [];
  return [
    ...['2', textCell(phantom.id), textCell(phantom.exchange), textCell(phantom.symbol), `${phantom.simulated}`],
    ...[textCell(phantom.strategyId), phantom.side, timeCell(openedAt), timeCell(timeoutAt)],
    ...[phantom.entry, phantom.stop, phantom.tp1, phantom.target].map(numberCell),
    ...[phantom.session, phantom.regime ?? ''],
    ...[numberCell(phantom.qscore), numberCell(phantom.score), phantom.scoreKind, numberCell(phantom.threshold)],
    ...[phantom.disposition, textCell(phantom.dispositionReason), phantom.decidedBy, phantom.outcome],
    ...[phantom.exitReason ?? '', numberCell(phantom.exitPrice), timeCell(exitTime)],
    ...[phantom.grossR, phantom.netR, phantom.pnlPercent, phantom.maxFavorableR, phantom.maxAdverseR].map(numberCell),
    ...[`${phantom.tp1Hit}`, numberCell(phantom.barsHeld), `${phantom.ambiguous}`, `${phantom.resolvedOffline}`],
    ...['1', own === null ? 'none' : `trend@${own.setHash}`],
    ...(own?.setHash === 'b' ? ['', first, second] : [first, second, '']).map((cell) =>
      typeof cell === 'string' ? cell : numberCell(cell),
    ),
  ].join(',');
}

function parsed(rows: readonly ExportRow[]): readonly Record<string, string>[] {
  const result = Papa.parse<Record<string, string>>(csv(rows).trimEnd(), { header: true });
  expect(result.errors).toEqual([]);
  return result.data;
}

/** OWASP's list of cells that a spreadsheet would run, and hostile neighbours. */

/** Those of the golden bytes; the tests of formulas have more. */
const GOLDEN_REASONS = [
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
      schema_version: '2',
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
    expect([a, b, none].map((line) => line?.feature_sets)).toEqual(['trend@a', 'trend@b', 'none']);
  });

  it('PE-13: the features recorded beside are features too, each in the column of its set', () => {
    const sets = [...SETS, { setId: 'quality', setHash: 'q-hash-longer-than-shown', features: [{ name: 'adx' }] }];
    const vector = { setHash: 'a', values: Float64Array.of(1, 2) };
    const quality = { setHash: 'q-hash-longer-than-shown', values: Float64Array.of(0.5) };
    const text = [...phantomCsv([row({}, vector, [quality]), row({}, null, [quality])], sets)].map((part) => part.text);
    const [both, alone] = Papa.parse<Record<string, string>>(text.join('').trimEnd(), { header: true }).data;
    expect(both).toMatchObject({
      'trend.adx': '2',
      'quality.adx': '0.5',
      feature_sets: 'trend@a quality@q-hash-longe',
    });
    expect(alone).toMatchObject({ 'trend.adx': '', 'quality.adx': '0.5', feature_sets: 'none quality@q-hash-longe' });
  });

  it('WS-20: the bytes are those of the cells written one by one, and the same as ever', () => {
    const rows = goldenRows();
    const text = csv(rows);
    const header = text.slice(0, text.indexOf('\r\n') + 2);
    expect(text === header + rows.map((exported) => `${plainLine(exported)}\r\n`).join('')).toBe(true);
    expect(createHash('sha256').update(text).digest('hex')).toBe(GOLDEN);
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
    expect(cells.filter(runsInSpreadsheet)).toEqual([]);
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

describe('phantom export as bytes', () => {
  it('WS-20: a chunk keeps its bytes until the one after the next is asked for', () => {
    const rows = Array.from({ length: 40 }, (_, index) => row({ id: `phantom ${index} ${'x'.repeat(5_000)}` }));
    const chunks = phantomCsvBytes(rows, SETS, 10);
    let previous: { readonly bytes: Uint8Array; readonly copy: Uint8Array } | null = null;
    let text = '';
    for (const { bytes } of chunks) {
      if (previous !== null) expect(Buffer.compare(previous.bytes, previous.copy)).toBe(0);
      previous = { bytes, copy: bytes.slice() };
      text += Buffer.from(bytes).toString();
    }
    expect(text).toBe(csv(rows));
  });

  it('PE-13: memory for the cells is the same for the hundredth chunk as for the third', () => {
    const memories = new Set<ArrayBufferLike>();
    const rows = Array.from({ length: 1_000 }, () => row());
    for (const { bytes } of phantomCsvBytes(rows, SETS, 10)) memories.add(bytes.buffer);
    expect(memories.size).toBe(2);
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
      schemaVersion: 2,
      simulated: true,
      openedAt: '2025-06-02T12:00:00.000Z',
      netR: -1.12,
    });
    expect(first.features).toEqual({ 'trend.adx': 20 });
    expect(second.features).toEqual({});
  });
});
