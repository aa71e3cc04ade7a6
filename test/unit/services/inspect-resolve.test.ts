/** The resolver as a command: documents in, outcomes out, faults that name the field (PH-10 to PH-15). */
import { describe, expect, it } from 'vitest';
import { resolveDocument } from '#main/services/inspect-resolve.ts';

const T0 = Date.UTC(2025, 5, 2, 12);
const MINUTE = 60_000;

const PHANTOM = {
  side: 'long',
  entry: 100,
  stop: 98,
  tp1: 102,
  tp1Fraction: 0.5,
  target: 104,
  openedAt: T0,
  timeoutMs: 240 * MINUTE,
  costs: { feeBps: 10, slippageBps: 2 },
};
const bar = (minute: number, open: number, high: number, low: number, close: number) => [
  T0 + minute * MINUTE,
  open,
  high,
  low,
  close,
  5,
];
const WIN = {
  phantom: PHANTOM,
  timeframe: '1m',
  candles: [bar(0, 100, 101, 99.5, 100.5), bar(1, 100.5, 102.5, 100.4, 102), bar(2, 102, 104.5, 101.5, 104)],
};

describe('inspect resolve', () => {
  it('PH-4, PH-6, PH-13: takes half at tp1 and the rest at the target, net of costs, in exactly the fields of the command', () => {
    expect(resolveDocument(WIN)).toEqual({
      ok: true,
      value: {
        outcome: 'win',
        exitReason: 'tp',
        exitPrice: 104,
        exitTime: T0 + 3 * MINUTE,
        grossR: 1.5,
        netR: expect.closeTo(1.5 - (0.0012 * (100 + 103)) / 2, 12),
        pnlPercent: 3,
        maxFavorableR: 2,
        maxAdverseR: 0.25,
        oneRHit: true,
        twoRHit: true,
        tp1Hit: true,
        beMoved: true,
        runnerHit: true,
        timeToTp1Sec: 120,
        timeToExitSec: 180,
        barsHeld: 3,
        ambiguous: false,
        optimistic: null,
        resolverVersion: 1,
      },
    });
  });

  it('PH-12: a bar that touches both is a loss, marked ambiguous, with the optimistic result beside it', () => {
    const both = { ...WIN, candles: [bar(0, 100, 104.5, 97.5, 101)] };
    expect(resolveDocument(both)).toMatchObject({
      value: { outcome: 'loss', exitReason: 'sl', ambiguous: true, optimistic: { outcome: 'win', exitReason: 'tp' } },
    });
  });

  it('PH-12: finer candles decide the bar, down to seconds made from trades', () => {
    const fine = {
      phantom: PHANTOM,
      timeframe: '1m',
      candles: [bar(0, 100, 104.5, 97.5, 101)],
      fineTimeframe: '30s',
      fineCandles: [
        [T0, 100, 104.5, 99.9, 104, 5],
        [T0 + 30_000, 104, 104, 97.5, 101, 5],
      ],
    };
    expect(resolveDocument(fine)).toMatchObject({ value: { outcome: 'win', exitReason: 'tp', ambiguous: false } });
  });

  it('candles that end first leave it open, with null results', () => {
    expect(resolveDocument({ ...WIN, candles: [] })).toMatchObject({
      value: { outcome: 'open', exitReason: null, exitPrice: null, exitTime: null, grossR: null, netR: null },
    });
  });

  it('PH-4: tp1 may be null', () => {
    const plain = { ...WIN, phantom: { ...PHANTOM, tp1: null } };
    expect(resolveDocument(plain)).toMatchObject({ value: { outcome: 'win', grossR: 2, tp1Hit: false } });
  });

  it.each([
    ['The document', []],
    ['phantom', { timeframe: '1m', candles: [] }],
    ['phantom.side', { ...WIN, phantom: { ...PHANTOM, side: 'up' } }],
    ['phantom.stop', { ...WIN, phantom: { ...PHANTOM, stop: 101 } }],
    ['phantom.target', { ...WIN, phantom: { ...PHANTOM, target: 99 } }],
    ['phantom.tp1', { ...WIN, phantom: { ...PHANTOM, tp1: 99 } }],
    ['phantom.tp1Fraction', { ...WIN, phantom: { ...PHANTOM, tp1Fraction: 2 } }],
    ['phantom.openedAt', { ...WIN, phantom: { ...PHANTOM, openedAt: '2025-06-02' } }],
    ['phantom.timeoutMs', { ...WIN, phantom: { ...PHANTOM, timeoutMs: 0 } }],
    ['phantom.costs.feeBps', { ...WIN, phantom: { ...PHANTOM, costs: { slippageBps: 2 } } }],
    ['timeframe', { ...WIN, timeframe: '7m' }],
    ['candles', { ...WIN, candles: undefined }],
    ['candles[1][0]', { ...WIN, candles: [WIN.candles[1], WIN.candles[0]] }],
    ['candles[0]', { ...WIN, candles: [bar(0, 100, 99, 98, 100)] }],
    ['candles[0][0]', { ...WIN, candles: [[T0 + 1, 1, 1, 1, 1, 1]] }],
    ['fineTimeframe', { ...WIN, fineTimeframe: '1m', fineCandles: [] }],
    ['fineCandles', { ...WIN, timeframe: '5m', candles: [], fineTimeframe: '1m' }],
  ])('names the field that does not fit: %s', (field, document) => {
    const result = resolveDocument(document);
    expect(result.ok).toBe(false);
    expect(result.ok ? '' : result.error.message.startsWith(`${field} `)).toBe(true);
  });
});
