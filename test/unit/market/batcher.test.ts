/** PL-4: bars that close together are one batch, in order of instrument id; a late one is a batch of its own. */
import { describe, expect, it } from 'vitest';
import { Batcher } from '#core/market/batcher.ts';
import { fillQuietBars, GapFinder } from '#core/market/gaps.ts';

const T = Date.UTC(2025, 0, 6);
const M = 60_000;
const bar = (minute: number) => ({ openTime: T + minute * M, open: 1, high: 1, low: 1, close: 1, volume: 1 });

describe('Batcher', () => {
  it('PL-4: a batch goes out as soon as every expected instrument has its bar, in order of id', () => {
    const batcher = new Batcher(M);
    batcher.expect(['b', 'a']);
    batcher.add('b', bar(0));
    expect(batcher.due(T + M)).toEqual([]);
    batcher.add('a', bar(0));
    const [batch] = batcher.due(T + M);
    expect(batch?.bars.map((b) => b.instrumentId)).toEqual(['a', 'b']);
    expect(batch).toMatchObject({ closeTime: T + M, late: false });
  });

  it('PL-4: it waits at most 2 s of feed time', () => {
    const batcher = new Batcher(M);
    batcher.expect(['a', 'b']);
    batcher.add('a', bar(0));
    expect(batcher.due(T + M + 1_999)).toEqual([]);
    expect(batcher.due(T + M + 2_000)).toHaveLength(1);
  });

  it('PL-4: a bar that comes after its batch forms a late batch of its own', () => {
    const batcher = new Batcher(M);
    batcher.expect(['a', 'b']);
    batcher.add('a', bar(0));
    batcher.due(T + 2 * M);
    batcher.add('b', bar(0));
    // A replay repeats it right behind the batch that it missed, before the next one.
    expect(batcher.due(T + 2 * M)).toMatchObject([{ late: true, after: T + M, bars: [{ instrumentId: 'b' }] }]);
  });

  it('PL-4: an incomplete batch holds back the later ones, so that time never runs back', () => {
    const batcher = new Batcher(M);
    batcher.expect(['a', 'b']);
    batcher.add('a', bar(0));
    batcher.add('a', bar(1));
    batcher.add('b', bar(1));
    expect(batcher.due(T + M)).toEqual([]);
    expect(batcher.due(T + M + 2_000).map((b) => b.closeTime)).toEqual([T + M, T + 2 * M]);
  });
});

describe('gaps', () => {
  it('MK-30: a hole is named by its first and last missing bar and their number', () => {
    const finder = new GapFinder(M);
    for (const minute of [0, 1, 5, 6, 8]) finder.add(T + minute * M);
    expect(finder.gaps).toEqual([
      { from: T + 2 * M, to: T + 4 * M, missing: 3 },
      { from: T + 7 * M, to: T + 7 * M, missing: 1 },
    ]);
  });

  it('MK-1: quiet minutes are filled flat with volume 0, longer holes stay holes', () => {
    const rows = [bar(0), bar(3), bar(20)];
    const filled = fillQuietBars(null, rows, M, 5);
    expect(filled.map((c) => (c.openTime - T) / M)).toEqual([0, 1, 2, 3, 20]);
    expect(filled[1]).toEqual({ openTime: T + M, open: 1, high: 1, low: 1, close: 1, volume: 0 });
  });
});
