/** Import of candle files: checks, order, duplicates, gaps, all or nothing (MK-2, MK-3, MK-30). */
import { describe, expect, it } from 'vitest';
import { err, ok } from '#core/base/result.ts';
import { readCandleFile } from '#main/files/candle-csv.ts';
import { importCandles } from '#main/services/candle-import.ts';
import { emptyProfile, importRows, sharedCandleFile } from '#test/support/research-profile.ts';

const T0 = Date.UTC(2025, 5, 1);
const STEP = 300_000;
type Row = readonly [number, number, number, number, number, number];
const row = (index: number, price = 100): Row => [T0 + index * STEP, price, price + 1, price - 1, price + 0.5, 10];
const ID = 'binance:BTC/USDT';

describe('candle import', () => {
  it('MK-30: a good file is stored whole and reported', async () => {
    const profile = emptyProfile();
    const report = await importRows(profile, [row(0), row(1), row(2)]);
    expect(report).toEqual(ok({ rowsRead: 3, accepted: 3, rejected: [], gaps: [] }));
    expect([...profile.candles.read(ID, '5m')].map((candle) => candle.openTime)).toEqual([
      T0,
      T0 + STEP,
      T0 + 2 * STEP,
    ]);
    expect(profile.notes.imports(1)[0]).toMatchObject({ fileName: 'test.csv', accepted: 3, rejected: 0 });
  });

  it('MK-2: rows that are no candle are rejected with line and reason, the rest goes in', async () => {
    const profile = emptyProfile();
    const report = await importRows(profile, [
      row(0),
      [T0 + STEP, 100, 99, 98, 100, 1],
      [T0 + STEP + 1, 100, 101, 99, 100, 1],
      [T0 + 2 * STEP, 100, 101, 99, 100, -1],
      [T0 + 3 * STEP, 100, 101, 100.5, 100, 1],
      [T0 + 4 * STEP, 0, 101, 0, 100, 1],
      row(5),
    ]);
    expect(report).toMatchObject({ ok: true, value: { rowsRead: 7, accepted: 2 } });
    expect(report.ok && report.value.rejected).toEqual([
      { line: 3, reason: 'high below open or close' },
      { line: 4, reason: 'time not aligned to the timeframe' },
      { line: 5, reason: 'volume below zero' },
      { line: 6, reason: 'low above open or close' },
      { line: 7, reason: 'price not above zero' },
    ]);
  });

  it('MK-30: a gap names its first and its last missing bar', async () => {
    const report = await importRows(emptyProfile(), [row(0), row(4), row(5), row(7)]);
    expect(report.ok && report.value.gaps).toEqual([
      { from: '2025-06-01T00:05:00.000Z', to: '2025-06-01T00:15:00.000Z', missing: 3 },
      { from: '2025-06-01T00:30:00.000Z', to: '2025-06-01T00:30:00.000Z', missing: 1 },
    ]);
  });

  it('MK-3: rows out of order are sorted; second rows for one time are rejected with the line of the first', async () => {
    const profile = emptyProfile();
    const report = await importRows(profile, [row(2), row(0), row(1), row(0), row(1, 200)]);
    expect(report).toEqual(
      ok({
        rowsRead: 5,
        accepted: 3,
        rejected: [
          { line: 5, reason: 'duplicate of line 3' },
          { line: 6, reason: 'same time as line 4 with other numbers' },
        ],
        gaps: [],
      }),
    );
    expect([...profile.candles.read(ID, '5m')].map((candle) => candle.open)).toEqual([100, 100, 100]);
  });

  it('MK-30: the same file a second time is accepted and changes nothing', async () => {
    const profile = emptyProfile();
    const rows = [row(0), row(1), row(3)];
    const first = await importRows(profile, rows);
    const second = await importRows(profile, rows);
    expect(second).toEqual(first);
    expect(profile.candles.count(ID, '5m')).toBe(3);
    expect(profile.candles.revisions(ID, '5m')).toEqual([]);
  });

  it('MK-3: a row that differs from the stored candle replaces it and is kept as a revision', async () => {
    const profile = emptyProfile();
    await importRows(profile, [row(0), row(1)]);
    await importRows(profile, [row(1, 300)]);
    expect(profile.candles.last(ID, '5m')?.open).toBe(300);
    expect(profile.candles.revisions(ID, '5m')).toHaveLength(1);
  });

  it('MK-30: a file that breaks off imports nothing', async () => {
    const profile = emptyProfile();
    const fault = { kind: 'damaged', message: 'broken', remedy: 'again' } as const;
    const report = await importCandles({
      store: profile,
      target: { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '5m', fileName: 'test.csv' },
      rows: (async function* () {
        yield ok([{ line: 2, candle: { openTime: T0, open: 1, high: 1, low: 1, close: 1, volume: 1 } }]);
        yield err(fault);
      })(),
      now: T0,
    });
    expect(report).toEqual(err(fault));
    expect(profile.candles.series()).toEqual([]);
  });

  it('MK-30: when the database refuses half way, nothing of the file stays', async () => {
    const profile = emptyProfile();
    const disk = { kind: 'disk-full', message: 'full', remedy: 'free some' } as const;
    profile.notes.noteImport = () => err(disk);
    const report = await importRows(profile, [row(0), row(1)]);
    expect(report).toEqual(err(disk));
    expect(profile.candles.series()).toEqual([]);
    expect(profile.notes.instruments()).toEqual([]);
  });

  it('MK-31: a cancelled import leaves nothing', async () => {
    const profile = emptyProfile();
    const report = await importCandles({
      store: profile,
      target: { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '5m', fileName: 'test.csv' },
      rows: (async function* () {
        yield ok([]);
      })(),
      now: T0,
      signal: AbortSignal.abort(),
    });
    expect(report).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    expect(profile.notes.imports(1)).toEqual([]);
  });

  it.each([
    ['1m', STEP, /5 minutes apart.*not 1m/],
    ['5m', 60_000, /1 minutes apart.*not 5m/],
  ] as const)('a file of other bars than %s is refused instead of half imported', async (timeframe, step, message) => {
    const profile = emptyProfile();
    const rows = Array.from({ length: 40 }, (_, index): Row => [T0 + index * step, 100, 101, 99, 100, 1]);
    const report = await importRows(profile, rows, timeframe);
    expect(report).toMatchObject({ ok: false, error: { kind: 'wrong-timeframe' } });
    expect(report.ok ? '' : report.error.message).toMatch(message);
    expect(profile.candles.series()).toEqual([]);
  });

  it('an instrument that no exchange has described gets the usual fee and unknown steps', async () => {
    const profile = emptyProfile();
    await importRows(profile, [row(0)]);
    expect(profile.notes.instrument(ID)).toMatchObject({ takerFeeBps: 10, priceTick: 0, kind: 'spot', base: 'BTC' });
  });

  it.for([
    ['binance-spot/BTCUSDT-5m', 140_614, []],
    ['binance-spot/SOLUSDT-5m', 163_680, [['2024-11-19T20:25:00.000Z', 43]]],
    [
      'binance-spot/BNBUSDT-5m',
      163_521,
      [
        ['2024-10-21T12:00:00.000Z', 144],
        ['2024-11-19T19:10:00.000Z', 58],
      ],
    ],
  ] as const)('MK-30: recorded candles %s are accepted whole and their gaps named', async ([
    name,
    count,
    gaps,
  ], context) => {
    const path = sharedCandleFile(name);
    if (path === null) return context.skip('the recorded candles are not beside the project');
    const report = await importCandles({
      store: emptyProfile(),
      target: { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '5m', fileName: name },
      rows: readCandleFile(path),
      now: T0,
    });
    expect(report).toMatchObject({ ok: true, value: { rowsRead: count, accepted: count, rejected: [] } });
    expect(report.ok && report.value.gaps.map(({ from, missing }) => [from, missing])).toEqual(gaps);
  });
});
