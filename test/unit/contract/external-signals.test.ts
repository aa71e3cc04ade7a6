/** The fields of a signal from outside (ST-20): the names that alerts use, what fits, and words for what does not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readExternalFields } from '#contract/areas/external-signals.ts';

const PLAIN = { symbol: 'BTC/USDT', side: 'long', stop: 98, target: 106 };

function read(given: unknown) {
  const answer = readExternalFields(given);
  return answer.ok ? answer.value : answer.error;
}

describe('ST-20: the fields of a signal', () => {
  it('four are enough', () => {
    expect(read(PLAIN)).toEqual({
      symbol: 'BTC/USDT',
      source: null,
      id: null,
      side: 'long',
      entry: null,
      stop: 98,
      tp1: null,
      target: 106,
      timeoutMs: null,
      reasons: [],
      timeframe: null,
    });
  });

  it("reads what TradingView's placeholders give, under the names that alerts use", () => {
    const alert = {
      ticker: 'BINANCE:BTCUSDT',
      action: 'SELL',
      price: '100.5',
      'Stop Loss': '102',
      sl: null,
      tp1: '99',
      take_profit: '9.6e1',
      interval: '60',
      timeout: 90,
      comment: 'lost the level\u0000\u202e',
      strategy: 'My-Bot_1',
      signal_id: 17,
    };
    expect(read(alert)).toEqual({
      symbol: 'BINANCE:BTCUSDT',
      source: 'my-bot_1',
      id: '17',
      side: 'short',
      entry: 100.5,
      stop: 102,
      tp1: 99,
      target: 96,
      timeoutMs: 5_400_000,
      reasons: ['lost the level'],
      timeframe: '1h',
    });
  });

  it.each([
    [{}, 'symbol is missing; side is missing; stop is missing; target is missing'],
    [{ ...PLAIN, side: 'up' }, 'side must be long or short (or buy or sell)'],
    [{ ...PLAIN, side: 'constructor' }, 'side must be long or short (or buy or sell)'],
    [{ ...PLAIN, stop: '{{plot_0}}' }, 'stop must be a number'],
    [{ ...PLAIN, stop: '0x10' }, 'stop must be a number'],
    [{ ...PLAIN, target: '1e999' }, 'target must be above 0'],
    [{ ...PLAIN, target: -1 }, 'target must be above 0'],
    [{ ...PLAIN, timeframe: '4h' }, 'timeframe must be 5m, 15m or 1h (5, 15 or 60)'],
    [{ ...PLAIN, source: '../etc' }, 'source must be 1 to 30 letters'],
    [{ ...PLAIN, source: 'a|b' }, 'source must be 1 to 30 letters'],
    [{ ...PLAIN, sl: 97 }, 'stop is given twice'],
    [{ ...PLAIN, stopp: 97 }, 'there is no field "stopp"; known are symbol'],
    [{ ...PLAIN, id: 'x'.repeat(65) }, 'id must be'],
    [{ ...PLAIN, reasons: Array(11).fill('why') }, 'reasons must be'],
    [[PLAIN], 'It must be one JSON object'],
    ['long', 'It must be one JSON object'],
  ])('refuses %j in words', (given, words) => {
    expect(read(given)).toContain(words);
  });

  it('RE-51: what a body calls __proto__ is an unknown field and changes no prototype', () => {
    const given = JSON.parse(`{"__proto__": {"stop": 1}, "symbol": "a", "side": "long", "target": 2}`);
    expect(read(given)).toContain('there is no field "__proto__"');
    expect(({} as { stop?: number }).stop).toBeUndefined();
  });

  it('RE-51: never throws, and what passes is whole', () => {
    const level = fc.oneof(fc.double(), {
      arbitrary: fc.constantFrom(100, '99.5', ' 7 ', '1e5', 110, 90, '', 'NaN'),
      weight: 3,
    });
    const anything = fc.oneof(fc.jsonValue(), fc.constantFrom('long', 'buy', '15', 'BTCUSDT'));
    const likely = fc.record(
      {
        symbol: fc.constantFrom('BTCUSDT', 'BINANCE:ETHUSDT'),
        side: fc.constantFrom('long', 'sell', 'up'),
        stop: level,
        target: level,
        tp1: level,
        interval: fc.constantFrom('15', '5m', 60, '4h'),
        reasons: anything,
        id: anything,
        source: fc.string(),
      },
      { requiredKeys: ['symbol', 'side', 'stop', 'target'] },
    );
    const keys = fc.constantFrom('symbol', 'ticker', 'side', 'stop', 'sl', 'target', '__proto__', 'x');
    let passed = 0;
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(keys, anything), { arbitrary: likely, weight: 3 }), (given) => {
        const answer = readExternalFields(given);
        if (!answer.ok) {
          expect(answer.error.length).toBeGreaterThan(0);
          return;
        }
        passed++;
        const { symbol, side, stop, target, entry, tp1 } = answer.value;
        expect(symbol).not.toBe('');
        expect(['long', 'short']).toContain(side);
        for (const one of [stop, target, entry ?? 1, tp1 ?? 1]) expect(one > 0 && Number.isFinite(one)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
    expect(passed).toBeGreaterThan(20);
  });
});
