/** MK-15: market facts are read towards the end of each bar, within a share of the rate limit, and are of their bar. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MarketFacts, NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import { MarketFactRounds, type MarketFactRoundsOptions } from '#main/services/market-fact-rounds.ts';
import { SYNTHETIC_START } from '#test/support/real-candles.ts';
import { smallInstrument } from '#test/support/small-desk.ts';

const MINUTE = 60_000;
const FACTS: MarketFacts = { ...NO_MARKET_FACTS, spreadBps: 1 };
const NAMES = Array.from({ length: 10 }, (_, index) => `A${index}A`);

interface Heard {
  readonly symbol: string;
  /** Of the bar, 0-1. */
  readonly place: number;
  readonly bar: number;
}

let rounds: MarketFactRounds | null = null;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: SYNTHETIC_START });
});
afterEach(() => {
  rounds?.close();
  vi.useRealTimers();
});

/** Feed time is the (fake) wall clock times `speed`. */
function start({
  costMs = 0 as number | null,
  answer = async (): Promise<MarketFacts> => FACTS,
  speed = 1,
  isLive = (): boolean => true,
} = {}): { readonly heard: Heard[]; readonly ended: Promise<void> } {
  const now = () => SYNTHETIC_START + (Date.now() - SYNTHETIC_START) * speed;
  const heard: Heard[] = [];
  const options: MarketFactRoundsOptions = {
    connection: {
      clock: { now, speed: () => speed, skewMs: () => 0 },
      marketFacts: (_symbol, since) => {
        expect(since % MINUTE).toBe(0);
        return answer();
      },
      marketFactsCostMs: () => costMs,
    },
    instruments: NAMES.map(smallInstrument),
    baseTimeframe: '1m',
    isLive,
    onFacts: (id, facts, askedAt) => {
      expect(facts).toBe(FACTS);
      const elapsed = (askedAt - SYNTHETIC_START) / MINUTE;
      heard.push({ symbol: id.slice(8, 11), place: elapsed % 1, bar: Math.floor(elapsed) });
    },
  };
  rounds = new MarketFactRounds(options);
  return { heard, ended: rounds.run() };
}

describe('rounds of market facts', () => {
  it('MK-15: every instrument once per bar, shortly before the close', async () => {
    const { heard } = start();
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    expect(heard).toHaveLength(30);
    for (const bar of [0, 1, 2]) {
      expect(
        heard
          .filter((one) => one.bar === bar)
          .map(({ symbol }) => symbol)
          .sort(),
      ).toEqual(NAMES);
    }
    for (const { place } of heard) expect(place).toBeGreaterThan(0.97);
  });

  it('MK-24: on a fast feed in feed time, never before the middle of the bar', async () => {
    const { heard } = start({ speed: 60 });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(new Set(heard.map(({ bar }) => bar))).toEqual(new Set([0, 1, 2]));
    for (const { place } of heard) expect(place).toBeGreaterThanOrEqual(0.5);
  });

  it('RE-15: a quarter of the rate limit at most: where there are more instruments they take turns', async () => {
    // 5 s of limit each: three fit into a quarter of a minute.
    const { heard } = start({ costMs: 5_000 });
    await vi.advanceTimersByTimeAsync(4 * MINUTE);
    const perBar = [0, 1, 2, 3].map((bar) =>
      heard
        .filter((one) => one.bar === bar)
        .map(({ symbol }) => symbol)
        .sort(),
    );
    expect(perBar).toEqual([NAMES.slice(0, 3), NAMES.slice(3, 6), NAMES.slice(6, 9), ['A0A', 'A1A', 'A9A']]);
  });

  it('FE-2: an answer that comes behind the close is not of the bar and is dropped', async () => {
    const late = () => new Promise<MarketFacts>((resolve) => setTimeout(() => resolve(FACTS), 10_000));
    const { heard } = start({ answer: late });
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    expect(heard).toEqual([]);
  });

  it('FE-4: nothing known is nothing told; while the feed is not live nothing is asked', async () => {
    const silent = start({ answer: async () => NO_MARKET_FACTS });
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(silent.heard).toEqual([]);
    rounds?.close();
    await silent.ended;
    const answer = vi.fn(async () => FACTS);
    start({ isLive: () => false, answer });
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(answer).not.toHaveBeenCalled();
  });

  it('ends at once where the exchange tells no facts, and when it is closed', async () => {
    await start({ costMs: null }).ended;
    const { ended } = start();
    rounds?.close();
    await ended;
    expect(vi.getTimerCount()).toBe(0);
  });
});
