/** Replay of stored candles: counts that add up, hashes that repeat, batches, finer bars, late bars (PL-1, PL-4, PL-6). */
import { describe, expect, it } from 'vitest';
import { invariant } from '#core/base/invariant.ts';
import type { TakenFill } from '#core/domain/broker-fill.ts';
import type { Candle } from '#core/domain/candle.ts';
import { DAY_MS, type Timeframe } from '#core/domain/timeframe.ts';
import { RollUp } from '#core/market/roll-up.ts';
import { type ReplayRequest, replay } from '#main/services/replay.ts';
import {
  type BarsInput,
  type MarketInput,
  storedInputs,
  storedInstruments,
} from '#main/services/research/stored-market.ts';
import type { Profile } from '#main/store/database.ts';
import { fixtureCandles } from '#test/golden/golden-run.ts';
import { realCandles } from '#test/support/real-candles.ts';
import { emptyProfile, putCandles, RESEARCH_SETTINGS } from '#test/support/research-profile.ts';

const BTC = fixtureCandles('BTCUSDT-5m.csv.gz').slice(0, 3_000);
const SOL = fixtureCandles('SOLUSDT-5m.csv.gz').slice(0, 3_000);
const ALL: ReplayRequest = {
  exchange: 'binance',
  symbols: ['BTC/USDT'],
  strategies: null,
  baseTimeframe: null,
  from: null,
  to: null,
};

function replayed(profile: Profile, request: Partial<ReplayRequest> = {}, fills: readonly TakenFill[] = []) {
  let now = 0;
  const report = replay({
    store: profile,
    request: { ...ALL, ...request },
    settings: RESEARCH_SETTINGS,
    fills,
    monotonic: () => (now += 500),
  });
  invariant(report.ok, 'the replay runs');
  return report.value;
}

describe('replay', () => {
  it('ST-1: a replay goes by the parameters it is given over those that the strategies came with', () => {
    const profile = emptyProfile();
    putCandles(profile, 'BTC/USDT', '5m', BTC);
    const strategies = ['trend_pullback'];
    const asItCame = replayed(profile, { strategies });
    expect(replayed(profile, { strategies, parameters: {} }).eventHash).toBe(asItCame.eventHash);
    const parameters = { trend_pullback: { minimumBreakAtr: 1 } };
    expect(replayed(profile, { strategies, parameters }).signals).toBeLessThan(asItCame.signals);
  });

  it('PH-13, DE-34: a replay takes the fills of the record: from the 30th on they are the costs', () => {
    const profile = emptyProfile();
    putCandles(profile, 'BTC/USDT', '5m', BTC);
    const taken = (count: number): TakenFill[] =>
      Array.from({ length: count }, (_, index) => ({
        fill: {
          id: `${index}`,
          instrumentId: 'binance:BTC/USDT',
          side: 'buy' as const,
          intendedPrice: 100,
          price: 100.1,
          amount: 1,
          fee: 0.2,
        },
        time: BTC[0]?.openTime ?? 0,
        afterCloseTime: 0,
      }));
    const assumed = replayed(profile);
    const few = replayed(profile, {}, taken(29));
    const enough = replayed(profile, {}, taken(30));
    expect(few.outcomes).toEqual(assumed.outcomes);
    expect(enough.outcomes.win).toBeLessThan(assumed.outcomes.win);
  });

  it('PH-1: every signal has a phantom and the outcomes add up to them', () => {
    const profile = emptyProfile();
    putCandles(profile, 'BTC/USDT', '5m', BTC);
    const report = replayed(profile);
    expect(report.candles).toBe(3_000);
    expect(report.signals).toBeGreaterThan(10);
    expect(report.phantoms).toBe(report.signals);
    const sum = Object.values(report.outcomes).reduce((total, count) => total + count, 0);
    expect(sum).toBe(report.phantoms);
    expect(report).toMatchObject({ seconds: 0.5, candlesPerSecond: 6_000 });
  });

  it('PL-6: the same candles give the same hash, others give another', () => {
    const profile = emptyProfile();
    putCandles(profile, 'BTC/USDT', '5m', BTC);
    const first = replayed(profile);
    expect(replayed(profile).eventHash).toBe(first.eventHash);
    expect(replayed(profile, { to: BTC[2_500]?.openTime ?? 0 }).eventHash).not.toBe(first.eventHash);
  });

  it('PL-4: instruments are merged by close time, in order of instrument id', () => {
    const profile = emptyProfile();
    putCandles(profile, 'SOL/USDT', '5m', SOL);
    putCandles(profile, 'BTC/USDT', '5m', BTC.slice(0, 10));
    const instruments = storedInstruments(profile, 'binance', ['SOL/USDT', 'BTC/USDT'], null);
    invariant(instruments.ok, 'both are stored');
    const inputs = barsOf(storedInputs(profile, instruments.value, { from: null, to: null }));
    expect(inputs).toHaveLength(3_000);
    expect(inputs[0]?.bars.map((bar) => bar.instrumentId)).toEqual(['binance:BTC/USDT', 'binance:SOL/USDT']);
    expect(inputs[10]?.bars.map((bar) => bar.instrumentId)).toEqual(['binance:SOL/USDT']);
    expect(inputs.every((input, at) => at === 0 || input.closeTime > (inputs[at - 1]?.closeTime ?? 0))).toBe(true);
    expect(replayed(profile, { symbols: ['SOL/USDT', 'BTC/USDT'] }).candles).toBe(3_010);
  });

  it('PL-4: a bar that came late when it was live is worked where it was worked then', () => {
    const profile = emptyProfile();
    putCandles(profile, 'SOL/USDT', '5m', SOL.slice(0, 4));
    putCandles(profile, 'BTC/USDT', '5m', BTC.slice(0, 4));
    const [, second] = BTC;
    invariant(second !== undefined, 'there is a second bar');
    const closeTime = second.openTime + 300_000;
    const noted = {
      instrumentId: 'binance:BTC/USDT',
      openTime: second.openTime,
      processedAfterCloseTime: closeTime + 3_000,
    };
    profile.notes.noteLateBar(noted);
    const instruments = storedInstruments(profile, 'binance', ['SOL/USDT', 'BTC/USDT'], null);
    invariant(instruments.ok, 'both are stored');
    const batches = barsOf(storedInputs(profile, instruments.value, { from: null, to: null })).map(
      ({ closeTime: at, bars }) => [
        (at - closeTime) / 300_000,
        bars.map((bar) => bar.instrumentId.slice(8, 11)).join(),
      ],
    );
    expect(batches).toEqual([
      [-1, 'BTC,SOL'],
      [0, 'SOL'],
      [0, 'BTC'],
      [1, 'BTC,SOL'],
      [2, 'BTC,SOL'],
    ]);
  });

  it('PH-12: 1m bars stored beside a 5m base are handed on where they cover the bar without a hole', () => {
    const profile = emptyProfile();
    putCandles(profile, 'BTC/USDT', '5m', BTC.slice(0, 3));
    const minutes = BTC.slice(0, 3).flatMap((bar) =>
      [0, 1, 2, 3, 4].map((minute): Candle => ({ ...bar, openTime: bar.openTime + minute * 60_000 })),
    );
    putCandles(profile, 'BTC/USDT', '1m', minutes.toSpliced(7, 1));
    const instruments = storedInstruments(profile, 'binance', ['BTC/USDT'], '5m');
    invariant(instruments.ok, 'it is stored');
    const bars = barsOf(storedInputs(profile, instruments.value, { from: null, to: null })).flatMap(
      (input) => input.bars,
    );
    expect(bars.map((bar) => bar.fine?.length ?? null)).toEqual([5, null, 5]);
    expect(bars[2]?.fine?.[0]?.openTime).toBe(bars[2]?.candle.openTime);
  });

  it('MK-1: the finest stored base is taken unless another one is asked for', () => {
    const profile = emptyProfile();
    putCandles(profile, 'BTC/USDT', '5m', BTC.slice(0, 3));
    putCandles(
      profile,
      'BTC/USDT',
      '1m',
      BTC.slice(0, 7).map((bar, at) => ({ ...bar, openTime: at * 60_000 })),
    );
    expect(replayed(profile).candles).toBe(7);
    expect(replayed(profile, { baseTimeframe: '5m' }).candles).toBe(3);
  });

  it('bars before --from warm the indicators and are not counted', () => {
    const profile = emptyProfile();
    putCandles(profile, 'BTC/USDT', '5m', BTC);
    const from = (BTC[0]?.openTime ?? 0) + 5 * DAY_MS;
    const late = replayed(profile, { from });
    expect(late.candles).toBe(3_000 - 5 * 288);
    const cold = emptyProfile();
    putCandles(
      cold,
      'BTC/USDT',
      '5m',
      BTC.filter((bar) => bar.openTime >= from),
    );
    expect(late.signals).toBeGreaterThan(replayed(cold).signals);
  });

  it('what is not there is named with the remedy', () => {
    const profile = emptyProfile();
    const run = (request: Partial<ReplayRequest>) =>
      replay({ store: profile, request: { ...ALL, ...request }, settings: RESEARCH_SETTINGS, monotonic: () => 0 });
    expect(run({})).toMatchObject({ ok: false, error: { kind: 'no-candles' } });
    putCandles(profile, 'BTC/USDT', '5m', BTC.slice(0, 3));
    expect(run({ symbols: ['ETH/USDT'] })).toMatchObject({
      error: {
        message: expect.stringContaining('binance:BTC/USDT 5m'),
        remedy: expect.stringContaining('desk import'),
      },
    });
    expect(run({ strategies: ['trend'] })).toMatchObject({
      error: { kind: 'unknown-strategy', remedy: expect.stringContaining('trend_pullback') },
    });
  });
});

describe('roll-up of recorded candles', () => {
  it.for([['5m'], ['1h']] as const)('MK-1: 1m rolled up to %s equals the independent file of the same hours', ([
    timeframe,
  ], context) => {
    const minutes = realCandles('binance-spot/BTCUSDT-1m');
    const independent = realCandles(`binance-spot/BTCUSDT-${timeframe}`);
    if (minutes === null || independent === null) {
      return context.skip('the recorded candles are not beside the project');
    }
    const rolled = rollUp(minutes, timeframe);
    const byTime = new Map(independent.map((candle) => [candle.openTime, candle]));
    const pairs = rolled.flatMap((candle) => {
      const other = byTime.get(candle.openTime);
      return other === undefined ? [] : [[candle, other] as const];
    });
    expect(pairs.length).toBeGreaterThan(timeframe === '5m' ? 12_000 : 2_000);
    const wrong = pairs.filter(([a, b]) => !samePrices(a, b) || Math.abs(a.volume - b.volume) > 1e-9 * b.volume);
    expect(wrong).toEqual([]);
  });
});

function rollUp(minutes: readonly Candle[], wanted: Timeframe): readonly Candle[] {
  const rolled: Candle[] = [];
  const roll = new RollUp('1m', (timeframe, bar, complete) => {
    if (timeframe === wanted && complete) rolled.push(bar);
  });
  for (const minute of minutes) roll.onBar(minute);
  return rolled;
}

function samePrices(a: Candle, b: Candle): boolean {
  return a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close;
}

function barsOf(inputs: Iterable<BarsInput | MarketInput>): readonly BarsInput[] {
  return [...inputs].filter((input) => input.kind === 'bars');
}
