/** MK-2, MK-3, RE-12, RE-13: what passes the gate, in which order, and when a bar is final. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CandleGate, checkCandle, type GateEvent } from '#core/market/candle-gate.ts';

const T = Date.UTC(2025, 0, 6);
const M = 60_000;
const NOW = T + 1_000 * M;

const row = (minute: number, close = 100, volume = 1): number[] => [
  T + minute * M,
  100,
  Math.max(100, close) + 1,
  Math.min(100, close) - 1,
  close,
  volume,
];

const finals = (events: readonly GateEvent[]) =>
  events.flatMap((e) => (e.kind === 'final' ? [`${(e.candle.openTime - T) / M}:${e.candle.close}`] : []));

describe('checkCandle', () => {
  it('MK-2: a sound row passes, as numbers or as decimal text', () => {
    const expected = { openTime: T, open: 100, high: 101, low: 99, close: 100, volume: 1 };
    expect(checkCandle(row(0), '1m')).toEqual(expected);
    expect(checkCandle([T, '100.0', '101', '99', '1e2', '1'], '1m')).toEqual(expected);
  });

  const bad: readonly (readonly [string, readonly unknown[], string])[] = [
    ['NaN', [T, Number.NaN, 101, 99, 100, 1], 'not a finite number'],
    ['null', [T, null, 101, 99, 100, 1], 'not a finite number'],
    ['empty text', [T, '', 101, 99, 100, 1], 'not a finite number'],
    ['"Infinity"', [T, 'Infinity', 101, 99, 100, 1], 'not a finite number'],
    ['1e400', [T, '1e400', 101, 99, 100, 1], 'not a finite number'],
    ['hexadecimal', [T, '0x64', 101, 99, 100, 1], 'not a finite number'],
    ['undefined', [T, undefined, 101, 99, 100, 1], 'not a finite number'],
    ['short', [T, 100, 101], 'not a row of six numbers'],
    ['negative', [T, -1, 101, -2, 100, 1], 'price not above zero'],
    ['zero', [T, 100, 101, 0, 100, 1], 'price not above zero'],
    ['volume', [T, 100, 101, 99, 100, -1], 'volume below zero'],
    ['inverted', [T, 100, 99, 101, 100, 1], 'low above open or close'],
    ['close above high', [T, 100, 101, 99, 102, 1], 'high below open or close'],
    ['unaligned', [T + 1, 100, 101, 99, 100, 1], 'time not aligned to the timeframe'],
    ['seconds for ms', [T / 1000 + 0.5, 100, 101, 99, 100, 1], 'time not aligned to the timeframe'],
  ];
  for (const [name, raw, reason] of bad) {
    it(`MK-2: ${name} is refused: ${reason}`, () => expect(checkCandle(raw, '1m')).toBe(reason));
  }

  it('MK-2: a bar that opens ahead of the feed clock is refused', () => {
    expect(checkCandle(row(2), '1m', T + M)).toBe('in the future');
  });

  it('RE-13: whatever comes in, only sound candles come out', () => {
    const anything = fc.array(
      fc.oneof(
        fc.double(),
        fc.integer(),
        fc.constantFrom(T, T + M, null, '', 'Infinity', '1e400', 'NaN', {}, [], true, '100', 100, 101, 99),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(anything, (raw) => {
        const candle = checkCandle(raw, '1m', NOW);
        if (typeof candle === 'string') return;
        expect(Object.values(candle).every(Number.isFinite)).toBe(true);
        expect(candle.low).toBeLessThanOrEqual(Math.min(candle.open, candle.close));
        expect(candle.high).toBeGreaterThanOrEqual(Math.max(candle.open, candle.close));
        expect(candle.low).toBeGreaterThan(0);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('CandleGate', () => {
  it('RE-12: a bar is final only when its successor opens, with the last values it had', () => {
    const gate = new CandleGate('1m', T - M);
    expect(finals(gate.onUpdate(row(0, 100), NOW))).toEqual([]);
    expect(finals(gate.onUpdate(row(0, 101), NOW))).toEqual([]);
    expect(finals(gate.onUpdate(row(1), NOW))).toEqual(['0:101']);
  });

  it('RE-12: history confirms a bar without a successor', () => {
    const gate = new CandleGate('1m', T - M);
    gate.onUpdate(row(0, 100), NOW);
    expect(finals(gate.onHistory([row(0, 102)], T + M))).toEqual(['0:102']);
    expect(finals(gate.onUpdate(row(1), NOW))).toEqual([]);
  });

  it('RE-12: bars of history that are not over yet are left out', () => {
    const gate = new CandleGate('1m', T - M);
    expect(finals(gate.onHistory([row(0), row(1)], T + M))).toEqual(['0:100']);
  });

  it('MK-3: duplicates and late updates of a final bar change nothing; a changed one is a revision', () => {
    const gate = new CandleGate('1m', T - M);
    gate.onUpdate(row(0, 101), NOW);
    gate.onUpdate(row(1), NOW);
    expect(gate.onUpdate(row(0, 101), NOW)).toEqual([]);
    const events = gate.onUpdate(row(0, 103), NOW);
    expect(events).toMatchObject([{ kind: 'revision', candle: { close: 103 }, previous: { close: 101 } }]);
    expect(gate.onUpdate(row(0, 103), NOW)).toEqual([]);
  });

  it('MK-12: a skipped bar is a hole; nothing is final until history fills it, then all comes in order', () => {
    const gate = new CandleGate('1m', T - M);
    gate.onUpdate(row(0), NOW);
    const events = gate.onUpdate(row(3, 104), NOW);
    expect(events).toEqual([{ kind: 'hole', from: T, to: T + 3 * M }]);
    expect(finals(gate.onUpdate(row(4, 105), NOW))).toEqual([]);
    expect(finals(gate.onHistory([row(0), row(1), row(2), row(3, 104)], T + 4 * M))).toEqual([
      '0:100',
      '1:100',
      '2:100',
      '3:104',
    ]);
    expect(finals(gate.onUpdate(row(5), NOW))).toEqual(['4:105']);
  });

  it('MK-12: after a lost connection the half-seen bar is not closed by its successor', () => {
    const gate = new CandleGate('1m', T - M);
    gate.onUpdate(row(0, 101), NOW);
    gate.onDisconnect();
    const events = [...gate.onUpdate(row(1), NOW), ...gate.onUpdate(row(2), NOW)];
    expect(finals(events)).toEqual([]);
    expect(events.some((e) => e.kind === 'hole' && e.from === T)).toBe(true);
  });

  it('MK-11: a hole that history cannot fill is skipped, and the series goes on behind it', () => {
    const gate = new CandleGate('1m', T - M);
    gate.onUpdate(row(10), NOW);
    gate.onUpdate(row(11), NOW);
    gate.skipTo(T + 11 * M);
    expect(finals(gate.onUpdate(row(12), NOW))).toEqual(['11:100']);
  });

  it('RE-11: any mixture of late, doubled and missing updates with history gives every bar once, ascending', () => {
    const updates = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom('update', 'drop', 'history')), {
      minLength: 10,
      maxLength: 80,
    });
    fc.assert(
      fc.property(updates, (steps) => {
        const gate = new CandleGate('1m', T - M);
        const seen: number[] = [];
        const take = (events: readonly GateEvent[]) => {
          for (const e of events) if (e.kind === 'final') seen.push((e.candle.openTime - T) / M);
        };
        let newest = 0;
        for (const [minute, kind] of steps) {
          newest = Math.max(newest, minute);
          if (kind === 'drop') gate.onDisconnect();
          else if (kind === 'update') take(gate.onUpdate(row(minute), NOW));
          else
            take(
              gate.onHistory(
                Array.from({ length: newest }, (_, i) => row(i)),
                T + newest * M,
              ),
            );
        }
        take(
          gate.onHistory(
            Array.from({ length: newest }, (_, i) => row(i)),
            T + newest * M,
          ),
        );
        expect(seen).toEqual(Array.from({ length: newest }, (_, i) => i));
      }),
      { numRuns: 2_000 },
    );
  });
});
