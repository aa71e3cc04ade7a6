/** PH-12: live bars are worked with the finer ones that are stored already, as a replay works them. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { Engine } from '#core/engine/engine.ts';
import { withFinerBars } from '#main/services/finer-bars.ts';
import { storedInputs } from '#main/services/research/stored-market.ts';
import { makePhantom, NOON } from '#test/support/phantom-fixtures.ts';
import { emptyProfile } from '#test/support/research-profile.ts';
import { BTC, draftAround, ScriptedDesk, SETTINGS, scriptedStrategy } from '#test/support/scripted-desk.ts';

const ID = 'binance:BTC/USDT';
const FIVE_MINUTES = { ...BTC, id: ID, baseTimeframe: '5m' as const };
const candle = (openTime: number, [open, high, low, close]: readonly [number, number, number, number]): Candle => ({
  openTime,
  open,
  high,
  low,
  close,
  volume: 1,
});
/** Entry 100, stop 98, tp1 102 for half, target 104: the minutes reach the target before the stop. */
const BAR = { instrumentId: ID, candle: candle(NOON, [100, 105, 97, 98]) };
const MINUTES = (
  [
    [100, 105, 100, 103],
    [103, 103, 97, 98],
    [98, 98, 98, 98],
    [98, 98, 98, 98],
    [98, 98, 98, 98],
  ] as const
).map((prices, minute) => candle(NOON + minute * MINUTE_MS, prices));

function desk(stored: readonly Candle[]) {
  const profile = emptyProfile();
  onTestFinished(() => profile.close());
  profile.candles.write(ID, '5m', [BAR.candle], NOON);
  profile.candles.write(ID, '1m', stored, NOON);
  const account = { currency: 'USDT', startingEquity: 10_000, equity: 10_000 };
  const engine = new Engine({ instruments: [FIVE_MINUTES], strategies: [], settings: SETTINGS, account });
  return { profile, engine };
}

describe('PH-12: finer bars on the live feed', () => {
  it.each([
    ['live', 'live'],
    ['fetched after the fact', 'gap'],
  ] as const)('%s: what is open ends as a replay of the stored bars ends it', (_, origin) => {
    const results = [MINUTES, MINUTES.slice(1)].map((stored) => {
      const { profile, engine } = desk(stored);
      const again = new Engine({
        instruments: [FIVE_MINUTES],
        strategies: [],
        settings: SETTINGS,
        account: engine.account,
      });
      for (const one of [engine, again]) one.openPhantoms.open(makePhantom({ time: NOON }));
      const live = withFinerBars(engine, profile.candles, '5m', BAR);
      const closed = engine.step({ kind: 'bars', closeTime: NOON + 5 * MINUTE_MS, bars: [live], origin });
      const result = (events: typeof closed) =>
        events.flatMap((event) => (event.kind === 'phantom-closed' ? event.result : []));
      const replayed = [...storedInputs(profile, [FIVE_MINUTES], { from: null, to: null })].flatMap((input) =>
        again.step(input),
      );
      expect(result(closed)).toEqual(result(replayed));
      return result(closed)[0];
    });
    expect(results).toEqual([
      expect.objectContaining({ outcome: 'win', ambiguous: false, exitTime: NOON + MINUTE_MS }),
      expect.objectContaining({ outcome: 'loss', ambiguous: true }),
    ]);
  });

  it('nothing is read where nothing is open, or the base is the finest there is', () => {
    const { profile, engine } = desk(MINUTES);
    expect(withFinerBars(engine, profile.candles, '5m', BAR)).toBe(BAR);
    engine.openPhantoms.open(makePhantom({ time: NOON }));
    expect(withFinerBars(engine, profile.candles, '1m', BAR)).toBe(BAR);
  });

  it('DE-30: a paper position walks them as its phantom does', () => {
    const instrument = { ...BTC, baseTimeframe: '5m' as const };
    const strategy = scriptedStrategy((now, close) => (now === START_OF_SIGNAL ? draftAround(close) : null));
    const scripted = new ScriptedDesk([strategy], {}, [instrument]);
    const five = (at: number, prices: readonly [number, number, number, number], fine?: readonly Candle[]) => {
      const bar = { instrumentId: instrument.id, candle: candle(FROM + at * 5 * MINUTE_MS, prices) };
      const bars = [fine === undefined ? bar : { ...bar, fine }];
      return scripted.feed({ kind: 'bars', closeTime: FROM + (at + 1) * 5 * MINUTE_MS, bars, origin: 'live' });
    };
    for (let at = 0; at < 63; at++) five(at, [100, 101, 99, 100]);
    const ticketId = scripted.of('ticket-opened').at(-1)?.ticket.id ?? '';
    scripted.feed({ kind: 'approve', time: START_OF_SIGNAL, ticketId, amount: null });
    expect(scripted.of('position-opened')).toHaveLength(1);
    const fine = (
      [
        [100, 106, 100, 103],
        [103, 103, 97, 98],
        [98, 98, 98, 98],
        [98, 98, 98, 98],
        [98, 98, 98, 98],
      ] as const
    ).map((prices, minute) => candle(START_OF_SIGNAL + minute * MINUTE_MS, prices));
    five(63, [100, 106, 97, 98], fine);
    expect(scripted.of('phantom-closed')[0]?.result).toMatchObject({ outcome: 'win', exitReason: 'tp' });
    expect(scripted.of('position-closed')[0]?.position.result).toMatchObject({ outcome: 'win', exitReason: 'tp' });
  });
});

const FROM = Date.UTC(2025, 0, 6);
const START_OF_SIGNAL = FROM + 63 * 5 * MINUTE_MS;
