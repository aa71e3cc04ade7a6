/** MK-15, PL-2: market facts per bar, as a replay reads them back. */
import { describe, expect, it } from 'vitest';
import { asStored, type MarketFacts, NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { SYNTHETIC_START } from '#test/support/real-candles.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const ID = 'demo:BTC/USDT';
const MINUTE = 60_000;

function withFacts<T>(work: (profile: Profile) => T): T {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  try {
    return work(opened.value);
  } finally {
    opened.value.close();
  }
}

function facts(bar: number): MarketFacts {
  const told = { spreadBps: 1.1 + bar, bookImbalance: -0.3, largeTradeShare: 0.2, fundingRate: Number.NaN };
  return asStored(told);
}

const row = (bar: number, told = facts(bar)) => ({
  instrumentId: ID,
  timeframe: '1m' as const,
  openTime: SYNTHETIC_START + bar * MINUTE,
  facts: told,
});

describe('market facts in the candle file', () => {
  it('MK-15: come back to the bit, NaN kept, across blocks and with holes, within the range asked for', () => {
    withFacts(({ notes }) => {
      const bars = [0, 1, 99, 100, 101, 350];
      expect(notes.facts.write(bars.map((bar) => row(bar))).ok).toBe(true);
      const read = (from: number, to: number) => [
        ...notes.facts.read(ID, '1m', SYNTHETIC_START + from * MINUTE, SYNTHETIC_START + to * MINUTE),
      ];
      expect(read(0, 1000)).toEqual(
        bars.map((bar) => ({ openTime: SYNTHETIC_START + bar * MINUTE, facts: facts(bar) })),
      );
      expect(read(1, 101).map(({ openTime }) => (openTime - SYNTHETIC_START) / MINUTE)).toEqual([1, 99, 100]);
      expect(read(351, 1000)).toEqual([]);
      expect([...notes.facts.read('demo:ETH/USDT', '1m', 0, Number.POSITIVE_INFINITY)]).toEqual([]);
    });
  });

  it('PH-13: times of funding come back to the ms, also beside bars without any; a later write replaces them', () => {
    withFacts(({ notes }) => {
      const paid = { ...facts(1), fundingTimes: { next: SYNTHETIC_START + 7_200_001, intervalMs: 28_800_000 } };
      notes.facts.write([row(0), row(1, paid), row(2, paid), row(120, paid)]);
      notes.facts.write([row(2)]);
      const read = [...notes.facts.read(ID, '1m', 0, Number.POSITIVE_INFINITY)].map((one) => one.facts);
      expect(read).toEqual([facts(0), paid, facts(2), paid]);
    });
  });

  it('FE-4: facts that are unknown altogether are not kept, and do not replace what is', () => {
    withFacts(({ notes }) => {
      notes.facts.write([row(5)]);
      notes.facts.write([row(5, NO_MARKET_FACTS), row(6, NO_MARKET_FACTS)]);
      const read = [...notes.facts.read(ID, '1m', 0, Number.POSITIVE_INFINITY)];
      expect(read.map((one) => one.facts)).toEqual([facts(5)]);
    });
  });

  it('stand beside candles of the same series and leave them alone', () => {
    withFacts(({ notes, candles }) => {
      const candle = { openTime: SYNTHETIC_START, open: 1, high: 2, low: 1, close: 2, volume: 3 };
      notes.facts.write([row(0)]);
      candles.write(ID, '1m', [candle], 0);
      notes.facts.write([row(1)]);
      expect([...candles.read(ID, '1m')]).toEqual([candle]);
      expect([...notes.facts.read(ID, '1m', 0, Number.POSITIVE_INFINITY)]).toHaveLength(2);
    });
  });
});
