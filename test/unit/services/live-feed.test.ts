/** Late bars of a catch-up: a replay works them in the order in which they were worked live (PL-4, PL-8). */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import { DeskLog } from '#main/services/desk-log.ts';
import { startLiveFeed } from '#main/services/live-feed.ts';
import { storedInputs } from '#main/services/research/stored-market.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { answeringExchange, MINUTE, smallDesk, smallInstrument } from '#test/support/small-desk.ts';

const INSTRUMENTS = ['AAA', 'BBB'].map(smallInstrument);
const CANDLES = syntheticCandles({ count: 20, stepMs: MINUTE });
const openTimeOf = (bar: number) => SYNTHETIC_START + bar * MINUTE;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('late bars of a catch-up', () => {
  it('PL-4, PL-8: are repeated by a replay where they were worked, however far the clock had gone on', async () => {
    const { profile, keeper } = smallDesk(INSTRUMENTS);
    const [first] = CANDLES as [Candle];
    for (const { id } of INSTRUMENTS) profile.candles.write(id, '1m', [first], 0);
    const bars = INSTRUMENTS.map(({ id }) => ({ instrumentId: id, candle: first }));
    keeper.apply({ kind: 'bars', closeTime: openTimeOf(1), bars, origin: 'live' });

    // Bar 6 has just begun; the exchange has only bar 1 of BBB yet. Then time goes on to bar 9 while it is asked again.
    let now = openTimeOf(6) + 10_000;
    let lagging = true;
    const { connection, hear } = answeringExchange(
      () => now,
      ({ symbol, from, to }) => {
        const upTo = symbol === 'BBB/USDT' && lagging ? openTimeOf(2) : to;
        if (symbol === 'BBB/USDT' && lagging) {
          lagging = false;
          now = openTimeOf(9) + 10_000;
        }
        return CANDLES.filter(({ openTime }) => openTime >= from && openTime < upTo);
      },
    );
    const worked: string[] = ['1 AAA,BBB'];
    keeper.stepped.on(({ input }) => {
      if (input.kind === 'bars') worked.push(lineOf(input));
    });
    const market = startLiveFeed({
      connection,
      keeper,
      profile,
      log: new DeskLog(profile.desk, () => 0),
      instruments: INSTRUMENTS,
      baseTimeframe: '1m',
      monotonic: () => 0,
      onState: () => {},
      onStoreFault: (fault) => expect.fail(fault.message),
      onFinal: () => {},
      onForming: () => {},
      onRevised: () => undefined,
      onProgress: () => {},
    });
    hear({ kind: 'connected', attempt: 1 });
    await vi.advanceTimersByTimeAsync(5_000);
    await market.close();

    expect(market.state).toBe('closed');
    expect(worked).toContain('3 BBB');
    expect(worked.at(-1)).toBe('9 AAA,BBB');
    const repeated = [...storedInputs(profile, INSTRUMENTS, { from: null, to: null })].flatMap((input) =>
      input.kind === 'bars' ? [lineOf(input)] : [],
    );
    expect(repeated).toEqual(worked);
  });
});

describe('market facts of a live feed', () => {
  it('MK-15, PL-2: are stored before their bar is worked, and a replay tells them again where they counted', async () => {
    const [instrument] = INSTRUMENTS as [Instrument];
    const { profile, keeper } = smallDesk([instrument]);
    const [first] = CANDLES as [Candle];
    profile.candles.write(instrument.id, '1m', [first], 0);
    const bars = [{ instrumentId: instrument.id, candle: first }];
    keeper.apply({ kind: 'bars', closeTime: openTimeOf(1), bars, origin: 'live' });

    let now = openTimeOf(1) + 10_000;
    const { connection, hear } = answeringExchange(
      () => now,
      ({ from, to }) => CANDLES.filter(({ openTime }) => openTime >= from && openTime < to),
    );
    let asked = 0;
    const telling = {
      ...connection,
      marketFactsCostMs: () => 0,
      // 0.1 is no float: what is decided on is what is stored.
      marketFacts: async () => ({ ...NO_MARKET_FACTS, spreadBps: ++asked + 0.1 }),
    };
    const seen: (number | undefined)[] = [];
    keeper.stepped.on(({ input }) => {
      if (input.kind !== 'bars') return;
      const openTime = input.bars[0]?.candle.openTime ?? 0;
      seen.push(keeper.engine.instrument(instrument.id)?.factsFor(openTime).spreadBps);
      expect([...profile.notes.facts.read(instrument.id, '1m', openTime, openTime + 1)]).toHaveLength(
        Number.isNaN(seen.at(-1)) ? 0 : 1,
      );
    });
    const market = startLiveFeed({
      connection: telling,
      keeper,
      profile,
      log: new DeskLog(profile.desk, () => 0),
      instruments: [instrument],
      baseTimeframe: '1m',
      monotonic: () => now,
      onState: () => {},
      onStoreFault: (fault) => expect.fail(fault.message),
      onFinal: () => {},
      onForming: () => {},
      onRevised: () => undefined,
      onProgress: () => {},
    });
    hear({ kind: 'connected', attempt: 1 });
    await vi.advanceTimersByTimeAsync(100);
    for (const bar of [1, 2, 3, 4]) {
      // The facts of bar 3 are not read: the feed is busy elsewhere until it is over.
      if (bar !== 3) {
        now = openTimeOf(bar + 1) - 300;
        await vi.advanceTimersByTimeAsync(1_100);
      }
      now = openTimeOf(bar + 1) + 100;
      const next = CANDLES[bar + 1] as Candle;
      const row = [next.openTime, next.open, next.high, next.low, next.close, next.volume];
      const own = CANDLES[bar] as Candle;
      const last = [own.openTime, own.open, own.high, own.low, own.close, own.volume];
      for (const candle of [last, row]) hear({ kind: 'candle', symbol: instrument.symbol, candle, receivedAt: 0 });
      await vi.advanceTimersByTimeAsync(100);
    }
    await market.close();

    const [one, two, four] = [1.1, 2.1, 3.1].map(Math.fround);
    expect(seen).toEqual([one, two, Number.NaN, four]);
    const told = [...storedInputs(profile, [instrument], { from: null, to: null })].flatMap((input) =>
      input.kind === 'market' ? [[(input.time + 1 - SYNTHETIC_START) / MINUTE, input.facts.spreadBps]] : [],
    );
    expect(told).toEqual([
      [2, one],
      [3, two],
      [5, four],
    ]);
  });
});

/** Close time in bars, then who is in the batch. */
function lineOf({
  closeTime,
  bars,
}: {
  readonly closeTime: number;
  readonly bars: readonly { readonly instrumentId: string }[];
}) {
  const names = bars.map(({ instrumentId }) => instrumentId.split(':')[1]?.split('/')[0]);
  return `${(closeTime - SYNTHETIC_START) / MINUTE} ${names.join(',')}`;
}

it('MK-24: heartbeats say how far bars may be behind: nothing in real time, seconds of the fastest speed just before', async () => {
  const { profile, keeper } = smallDesk(INSTRUMENTS);
  let [speed, real] = [1, 0];
  const { connection } = answeringExchange(
    () => openTimeOf(6),
    () => [],
  );
  const behind: (number | undefined)[] = [];
  keeper.stepped.on(({ input }) => {
    if (input.kind === 'heartbeat') behind.push(input.onTheWayMs);
  });
  const market = startLiveFeed({
    connection: { ...connection, clock: { ...connection.clock, speed: () => speed } },
    keeper,
    profile,
    log: new DeskLog(profile.desk, () => 0),
    instruments: INSTRUMENTS,
    baseTimeframe: '1m',
    monotonic: () => real,
    onState: () => {},
    onStoreFault: (fault) => expect.fail(fault.message),
    onFinal: () => {},
    onForming: () => {},
    onRevised: () => undefined,
    onProgress: () => {},
  });
  const beat = async (at: number, running: number) => {
    [real, speed] = [at, running];
    await vi.advanceTimersByTimeAsync(200);
    return behind.at(-1);
  };
  expect(await beat(0, 1)).toBe(0);
  expect(await beat(200, 601)).toBe(3_000_000);
  expect(await beat(400, 5)).toBe(3_000_000);
  expect(await beat(5_300, 5)).toBe(20_000);
  expect(await beat(5_500, 0)).toBe(20_000);
  await market.close();
});
