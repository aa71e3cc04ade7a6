import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { type CandleFileRow, readCandleFile, readCandles } from '#main/files/candle-csv.ts';
import type { FileFault } from '#main/files/file-fault.ts';

const T = Date.UTC(2025, 0, 1);
const HEADER = 'timestamp_ms,open,high,low,close,volume';
const ROW = `${T},100,102,99,101,5.5`;
const CANDLE: Candle = { openTime: T, open: 100, high: 102, low: 99, close: 101, volume: 5.5 };

interface Read {
  readonly rows: readonly CandleFileRow[];
  readonly fault: FileFault | null;
}

async function read(bytes: Uint8Array | string, chunkSize = 1 << 20): Promise<Read> {
  const all = typeof bytes === 'string' ? strToU8(bytes) : bytes;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += chunkSize) chunks.push(all.subarray(at, at + chunkSize));
  return gather(readCandles(chunks));
}

async function gather(batches: ReturnType<typeof readCandles>): Promise<Read> {
  const rows: CandleFileRow[] = [];
  for await (const batch of batches) {
    if (!batch.ok) return { rows, fault: batch.error };
    rows.push(...batch.value);
  }
  return { rows, fault: null };
}

describe('layouts of candle files', () => {
  it.each([
    ['the plain header', `${HEADER}\n${ROW}\n`],
    ['no line break at the end', `${HEADER}\n${ROW}`],
    ['Windows line breaks and a byte order mark', `\uFEFF${HEADER}\r\n${ROW}\r\n`],
    [
      'columns in another order, with others between',
      `Volume,Close,Note,Low,High,Open,Date\n5.5,101,x,99,102,100,2025-01-01\n`,
    ],
    ['semicolons', `${HEADER.replaceAll(',', ';')}\n${ROW.replaceAll(',', ';')}\n`],
    ['quoted cells', `"time","open","high","low","close","volume"\n"${T}","100","102","99","101","5.5"\n`],
    ['ISO times with a zone', 'time,open,high,low,close,volume\n2025-01-01T02:00:00+02:00,100,102,99,101,5.5\n'],
    [
      'ISO times without a zone, which are UTC',
      'datetime,open,high,low,close,volume\n2025-01-01 00:00,100,102,99,101,5.5\n',
    ],
    ['seconds', `time,open,high,low,close,volume\n${T / 1000},100,102,99,101,5.5\n`],
    ['nanoseconds', `time,open,high,low,close,volume\n${T}000000,100,102,99,101,5.5\n`],
    ['a named unit', `timestamp_us,open,high,low,close,volume\n${T}000,100,102,99,101,5.5\n`],
    [
      'several time and volume columns',
      `unix,date,symbol,open,high,low,close,Volume BTC,Volume USDT\n${T},x,BTC/USDT,100,102,99,101,5.5,550\n`,
    ],
  ])('MK-30: reads a file with %s', async (_, text) => {
    const { rows, fault } = await read(text);
    expect(fault).toBeNull();
    expect(rows).toEqual([{ line: 2, candle: CANDLE }]);
  });

  it("MK-30: reads Binance's public kline files, with and without header, in milliseconds and microseconds", async () => {
    const rest = '550.1,42,2.2,220.0,0';
    const header =
      'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';
    const milliseconds = `${T},100,102,99,101,5.5,${T + 59_999},${rest}`;
    const microseconds = `${T}000,100,102,99,101,5.5,${T + 59_999}999,${rest}`;
    expect((await read(milliseconds)).rows).toEqual([{ line: 1, candle: CANDLE }]);
    expect((await read(`${microseconds}\n`)).rows).toEqual([{ line: 1, candle: CANDLE }]);
    expect((await read(`${header}\n${milliseconds}\n`)).rows).toEqual([{ line: 2, candle: CANDLE }]);
    expect((await read(`${header}\n${microseconds}\n`)).rows).toEqual([{ line: 2, candle: CANDLE }]);
  });

  it('MK-30: a file that changes from milliseconds to microseconds half-way is read throughout', async () => {
    const { rows } = await read(`${ROW},x\n${T + 60_000}000,100,102,99,101,5.5,x\n`);
    expect(rows.map((row) => 'candle' in row && row.candle.openTime)).toEqual([T, T + 60_000]);
  });
});

describe('bad rows and files', () => {
  it.each([
    ['2025-01-01', 'time,open,high,low,close,volume', ',100,102,99,101,5.5', 'time is empty'],
    ['words', HEADER, 'yesterday,100,102,99,101,5.5', 'time is neither a number nor ISO 8601: "yesterday"'],
    ['day first', HEADER, '01.02.2025,100,102,99,101,5.5', 'time is neither a number nor ISO 8601: "01.02.2025"'],
    [
      'no such day',
      'date,open,high,low,close,volume',
      '2025-02-30,100,102,99,101,5.5',
      'time does not exist: "2025-02-30"',
    ],
    ['negative', HEADER, '-5,100,102,99,101,5.5', 'time is no whole millisecond: "-5"'],
    ['empty price', HEADER, `${T},,102,99,101,5.5`, 'open is empty'],
    ['short', HEADER, `${T},100,102`, 'low is missing: the line is too short'],
    ['words', HEADER, `${T},100,abc,99,101,5.5`, 'high is not a number: "abc"'],
    ['null', HEADER, `${T},100,102,99,null,5.5`, 'close is not a number: "null"'],
    ['NaN', HEADER, `${T},100,102,99,NaN,5.5`, 'close is not a number: "NaN"'],
    ['Infinity', HEADER, `${T},100,Infinity,99,101,5.5`, 'high is not a number: "Infinity"'],
    ['overflow', HEADER, `${T},100,1e400,99,101,5.5`, 'high is too large: "1e400"'],
    ['hexadecimal', HEADER, `${T},0x64,102,99,101,5.5`, 'open is not a number: "0x64"'],
    ['empty volume', HEADER, `${T},100,102,99,101, `, 'volume is empty'],
  ])('RE-55: a row is named by line and reason (%s)', async (_, header, row, reason) => {
    const { rows, fault } = await read(`${header}\n${row}\n${ROW}\n`);
    expect(fault).toBeNull();
    expect(rows[0]).toEqual({ line: 2, reason });
    expect(rows[1]).toEqual({ line: 3, candle: CANDLE });
  });

  it('keeps a volume of zero, and prices that only the gate may judge', async () => {
    const { rows } = await read(`${HEADER}\n${T},100,102,99,101,0\n${T},-1,0,99,101,5\n`);
    expect(rows).toEqual([
      { line: 2, candle: { ...CANDLE, volume: 0 } },
      { line: 3, candle: { ...CANDLE, open: -1, high: 0, volume: 5 } },
    ]);
  });

  it.each([
    ['empty', ''],
    ['blank', '\n\n\r\n'],
    ['no such columns', 'name,price\nBTC,100\n'],
    ['too few columns', '1735689600000,100,101\n'],
    ['no line break', 'x'.repeat(100_000)],
    ['binary', String.fromCharCode(...Array.from({ length: 300 }, (_v, index) => index % 32))],
  ])('MK-30: a file that is no candle file is a fault with a remedy (%s)', async (_, text) => {
    const { fault } = await read(text);
    expect(fault?.kind).toBe('unknown-format');
    expect(fault?.remedy).not.toBe('');
  });

  it('names the columns that are missing', async () => {
    expect((await read('time,open,close\n1,2,3\n')).fault?.message).toContain('high, low, volume');
  });

  it('RE-55: whatever the bytes, nothing is thrown', async () => {
    const mutated = fc.tuple(fc.uint8Array({ maxLength: 60 }), fc.nat(200), fc.constantFrom('plain', 'gzip', 'zip'));
    await fc.assert(
      fc.asyncProperty(mutated, async ([noise, at, packing]) => {
        const good = strToU8(`${HEADER}\n${ROW}\n${ROW}\n`);
        const packed = packing === 'gzip' ? gzipSync(good) : packing === 'zip' ? zipSync({ 'a.csv': good }) : good;
        const bytes = Uint8Array.from(packed);
        bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
        const { rows, fault } = await read(bytes, 17);
        expect(fault === null || fault.message.length > 0).toBe(true);
        for (const row of rows) expect('candle' in row || row.reason.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('packed files', () => {
  const text = `${HEADER}\n${Array.from({ length: 5_000 }, (_, index) => `${T + index * 60_000},100,102,99,101,5.5`).join('\n')}\n`;

  it.each([
    ['plain', strToU8(text)],
    ['gzip', gzipSync(text)],
    ['gzip of two members', Buffer.concat([gzipSync(text.slice(0, 1000)), gzipSync(text.slice(1000))])],
    ['zip', zipSync({ 'BTCUSDT-1m-2025-01.csv': strToU8(text) })],
    ['zip without compression', zipSync({ 'a.csv': [strToU8(text), { level: 0 }] })],
    ['zip with a checksum beside it', zipSync({ 'a.csv': strToU8(text), 'a.csv.CHECKSUM': strToU8('abc') })],
  ])('MK-30: %s gives the same rows, in pieces of any size', async (_, bytes) => {
    for (const chunkSize of [1 << 20, 1_000, 7]) {
      const { rows, fault } = await read(bytes, chunkSize);
      expect(fault).toBeNull();
      expect(rows.length).toBe(5_000);
      expect(rows.at(-1)).toEqual({ line: 5_001, candle: { ...CANDLE, openTime: T + 4_999 * 60_000 } });
    }
  });

  it.each([
    ['a gzip file that breaks off', gzipSync(text).subarray(0, 500), 'damaged'],
    ['a zip file that breaks off', zipSync({ 'a.csv': strToU8(text) }).subarray(0, 500), 'damaged'],
    ['a zip file without a CSV', zipSync({ 'readme.md': strToU8('hello') }), 'unsupported'],
    ['a zip file with two', zipSync({ 'a.csv': strToU8(text), 'b.csv': strToU8(text) }), 'unsupported'],
  ])('MK-30: %s is a fault', async (_, bytes, kind) => {
    const { fault } = await read(bytes);
    expect(fault?.kind).toBe(kind);
  });
});

describe('reading from a path', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candle-csv-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('MK-30: what is inside decides, not the name', async () => {
    const path = join(folder, 'candles.csv');
    writeFileSync(path, gzipSync(`${HEADER}\n${ROW}\n`));
    expect((await gather(readCandleFile(path))).rows).toEqual([{ line: 2, candle: CANDLE }]);
  });

  it('a file that is not there is a fault', async () => {
    const { fault } = await gather(readCandleFile(join(folder, 'none.csv')));
    expect(fault?.kind).toBe('unreadable');
  });
});
