import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import type { Timeframe } from '#core/domain/timeframe.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';
import { CandleNotes } from '#main/store/candle-notes.ts';
import { CandleStore } from '#main/store/candle-store.ts';
import { Connection } from '#main/store/connection.ts';
import { migrate } from '#main/store/migrate.ts';
import { CANDLE_SCHEMA } from '#main/store/schemas.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const BTC = 'binance:BTC/USDT';
const ETH = 'binance:ETH/USDT';
const T = Date.UTC(2025, 0, 1);
const MINUTE = 60_000;

function open() {
  const connection = new Connection(join(temporaryFolder(), 'candles.sqlite'), { synchronous: 'NORMAL' });
  onTestFinished(() => connection.close());
  migrate(connection, CANDLE_SCHEMA);
  return { connection, store: new CandleStore(connection), notes: new CandleNotes(connection) };
}

function candle(openTime: number, close = 101, volume = 5): Candle {
  return { openTime, open: 100, high: 103, low: 98, close, volume };
}

function minutes(count: number, from = T): Candle[] {
  return Array.from({ length: count }, (_, index) => candle(from + index * MINUTE, 99 + (index % 7)));
}

function write(store: CandleStore, candles: Iterable<Candle>, id = BTC, timeframe: Timeframe = '1m') {
  const report = store.write(id, timeframe, candles, T);
  if (!report.ok) throw new Error(report.error.message);
  return report.value;
}

describe('candles on the disk', () => {
  it('MK-4: what was written is read back, as a stream and in columns', () => {
    const { store } = open();
    const candles = minutes(12_345);
    expect(write(store, candles)).toEqual({ added: 12_345, unchanged: 0, revisions: [] });
    expect([...store.read(BTC, '1m')]).toEqual(candles);
    const columns = store.readColumns(BTC, '1m');
    expect([...columns.openTime]).toEqual(candles.map((one) => one.openTime));
    expect([...columns.close]).toEqual(candles.map((one) => one.close));
    expect([...columns.volume]).toEqual(candles.map((one) => one.volume));
  });

  it('MK-4: any candles in any order, any range, with holes: stream and columns agree with a plain list', () => {
    const number = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    const one = fc.record({
      slot: fc.nat(700),
      open: number,
      high: number,
      low: number,
      close: number,
      volume: number,
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 120 }), fc.nat(800), fc.nat(800), (drawn, from, to) => {
        const { store, connection } = open();
        const expected = new Map<number, Candle>();
        for (const { slot, ...prices } of drawn) expected.set(slot, { openTime: T + slot * MINUTE, ...prices });
        write(
          store,
          drawn.map(({ slot, ...prices }) => ({ openTime: T + slot * MINUTE, ...prices })),
        );
        const range = [T + from * MINUTE, T + to * MINUTE] as const;
        const wanted = [...expected.values()]
          .filter(({ openTime }) => openTime >= range[0] && openTime < range[1])
          .sort((a, b) => a.openTime - b.openTime);
        expect([...store.read(BTC, '1m', ...range)]).toEqual(wanted);
        const columns = store.readColumns(BTC, '1m', ...range);
        expect([...columns.openTime]).toEqual(wanted.map(({ openTime }) => openTime));
        for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) {
          expect([...columns[name]]).toEqual(wanted.map((candle) => candle[name]));
        }
        expect(store.count(BTC, '1m')).toBe(expected.size);
        connection.close();
      }),
      { numRuns: 40 },
    );
  });

  it('MK-3: a changed candle replaces the old one, which is kept and reported; an equal one changes nothing', () => {
    const { store } = open();
    write(store, minutes(3));
    const changed = candle(T + MINUTE, 102.5);
    const report = write(store, [candle(T, 99), changed]);
    expect(report).toEqual({
      added: 0,
      unchanged: 1,
      revisions: [{ before: candle(T + MINUTE, 100), after: changed }],
    });
    expect([...store.read(BTC, '1m')][1]).toEqual(changed);
    expect(store.revisions(BTC, '1m')).toEqual([{ before: candle(T + MINUTE, 100), after: changed, recordedAt: T }]);
    expect(store.count(BTC, '1m')).toBe(3);
  });

  it('instruments and timeframes do not mix', () => {
    const { store } = open();
    write(store, minutes(250));
    write(store, [candle(T, 55)], ETH);
    write(store, [candle(T, 66)], BTC, '1h');
    expect(store.count(BTC, '1m')).toBe(250);
    expect([...store.read(ETH, '1m')]).toEqual([candle(T, 55)]);
    expect([...store.read(BTC, '1h')]).toEqual([candle(T, 66)]);
    expect(store.series()).toEqual([
      { instrumentId: BTC, timeframe: '1h', bars: 1, first: T, last: T },
      { instrumentId: BTC, timeframe: '1m', bars: 250, first: T, last: T + 249 * MINUTE },
      { instrumentId: ETH, timeframe: '1m', bars: 1, first: T, last: T },
    ]);
  });

  it('an unknown series is empty', () => {
    const { store } = open();
    expect([...store.read(ETH, '5m')]).toEqual([]);
    expect(store.readColumns(ETH, '5m').close.length).toBe(0);
    expect([store.first(ETH, '5m'), store.last(ETH, '5m'), store.count(ETH, '5m')]).toEqual([null, null, 0]);
  });

  it.each([
    '1m',
    '5m',
    '15m',
    '1h',
    '4h',
    '1d',
  ] as const)('finds every hole of %s bars, also at the edges', (timeframe) => {
    const { store } = open();
    const at = (bar: number) => T + bar * timeframeMs(timeframe);
    write(
      store,
      [3, 4, 5, 150, 151, 400].map((bar) => candle(at(bar))),
      BTC,
      timeframe,
    );
    expect(store.gaps(BTC, timeframe, at(2), at(402))).toEqual([
      { from: at(2), to: at(2), missing: 1 },
      { from: at(6), to: at(149), missing: 144 },
      { from: at(152), to: at(399), missing: 248 },
      { from: at(401), to: at(401), missing: 1 },
    ]);
    expect(store.gaps(BTC, timeframe, at(3), at(6))).toEqual([]);
    expect(store.gaps(ETH, timeframe, at(0), at(2))).toEqual([{ from: at(0), to: at(1), missing: 2 }]);
  });

  it('writing goes on while a stream is read', () => {
    const { store } = open();
    write(store, minutes(10_000));
    let read = 0;
    for (const one of store.read(BTC, '1m')) {
      if (++read % 1_000 === 0) write(store, [candle(one.openTime, 77)], ETH);
    }
    expect(read).toBe(10_000);
    expect(store.count(ETH, '1m')).toBe(10);
  });

  it('MK-30: one transaction stands or falls as a whole, and nothing of it stays remembered', () => {
    const { store } = open();
    expect(() =>
      store.transaction(() => {
        write(store, minutes(500), ETH);
        throw new Error('cancelled');
      }),
    ).toThrow('cancelled');
    expect(store.series()).toEqual([]);
    expect([...store.read(ETH, '1m')]).toEqual([]);
    write(store, minutes(2), ETH);
    expect(store.count(ETH, '1m')).toBe(2);
  });

  it('a candle that the gate would not let through is a bug', () => {
    const { store } = open();
    expect(() => write(store, [candle(T + 1)])).toThrow('multiple of its timeframe');
    expect(() => write(store, [{ ...candle(T), open: Number.NaN }])).toThrow('has prices');
    expect(store.count(BTC, '1m')).toBe(0);
  });
});

describe('notes beside the candles', () => {
  const instrument: Instrument = {
    id: BTC,
    exchange: 'binance',
    symbol: 'BTC/USDT',
    base: 'BTC',
    quote: 'USDT',
    kind: 'spot',
    baseTimeframe: '1m',
    priceTick: 0.01,
    amountStep: 1e-5,
    minNotional: 5,
    takerFeeBps: 10,
    simulated: false,
  };

  it('keeps instruments, the newest facts of each', () => {
    const { notes } = open();
    const demo = { ...instrument, id: 'demo:BTC/USDT', exchange: 'demo', simulated: true };
    notes.putInstruments([instrument, demo]);
    notes.putInstruments([{ ...instrument, takerFeeBps: 7.5 }]);
    expect(notes.instrument(BTC)).toEqual({ ...instrument, takerFeeBps: 7.5 });
    expect(notes.instruments()).toEqual([{ ...instrument, takerFeeBps: 7.5 }, demo]);
    expect(notes.instruments('demo')).toEqual([demo]);
    expect(notes.instrument('binance:XYZ/USDT')).toBeNull();
  });

  it('MK-2: rejected candles are counted by reason in full, the newest are kept', () => {
    const { notes } = open();
    const rejected = {
      instrumentId: BTC,
      timeframe: '1m',
      recordedAt: T,
      reason: 'low above open',
      raw: '[1,2]',
    } as const;
    notes.quarantine([
      rejected,
      { ...rejected, recordedAt: T + 5 },
      { ...rejected, reason: 'not finite', raw: 'x'.repeat(900) },
    ]);
    notes.quarantine([rejected]);
    expect(notes.quarantineCounts()).toEqual([
      { instrumentId: BTC, timeframe: '1m', reason: 'low above open', count: 3, lastAt: T + 5 },
      { instrumentId: BTC, timeframe: '1m', reason: 'not finite', count: 1, lastAt: T },
    ]);
    expect(notes.quarantined(2)).toEqual([rejected, { ...rejected, reason: 'not finite', raw: 'x'.repeat(500) }]);
  });

  it('PL-4: late bars come back in the order in which they were worked', () => {
    const { notes } = open();
    const late = (instrumentId: string, openTime: number, after: number) => ({
      instrumentId,
      openTime,
      processedAfterCloseTime: after,
    });
    for (const one of [late(ETH, T, T + 2 * MINUTE), late(BTC, T, T + 2 * MINUTE), late(BTC, T, T + MINUTE)]) {
      expect(notes.noteLateBar(one).ok).toBe(true);
    }
    expect(notes.lateBars(T, T + 3 * MINUTE)).toEqual([
      late(BTC, T, T + MINUTE),
      late(ETH, T, T + 2 * MINUTE),
      late(BTC, T, T + 2 * MINUTE),
    ]);
    expect(notes.lateBars(T, T + 2 * MINUTE).length).toBe(1);
  });

  it('MK-30: imports are noted in the transaction of their candles', () => {
    const { store, notes } = open();
    const entry = {
      fileName: 'a.csv',
      instrumentId: BTC,
      timeframe: '1m',
      importedAt: T,
      rowsRead: 3,
      accepted: 2,
      rejected: 1,
      gaps: 0,
    } as const;
    store.transaction(() => {
      write(store, minutes(2));
      notes.noteImport(entry);
    });
    expect(notes.imports(10)).toEqual([entry]);
  });
});
