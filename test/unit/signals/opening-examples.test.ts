/** ML-3: what the direction model learns from, against a plain look at the bars. */
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { RollUp } from '#core/market/roll-up.ts';
import { NO_PAST_FACTS } from '#core/signals/features/feature.ts';
import { featureNames } from '#core/signals/features/feature-catalogue.ts';
import { InstrumentSignals } from '#core/signals/instrument-signals.ts';
import { type OpeningExample, OpeningExamples } from '#core/signals/opening-examples.ts';
import { SESSION_OPENS } from '#core/signals/sessions/session-clock.ts';
import { openingRange } from '#core/signals/strategies/opening-range.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { realCandles, SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { NO_PEERS, testInstrument } from '#test/support/signals-run.ts';

const STEP = 5 * MINUTE_MS;

function roomWith(): InstrumentSignals {
  return new InstrumentSignals({
    instrument: testInstrument(),
    strategies: [{ strategy: openingRange, parameters: strategyParameters(openingRange) }],
    peers: NO_PEERS,
  });
}

function examplesOf(candles: readonly Candle[]): OpeningExample[] {
  const room = roomWith();
  const rollUp = new RollUp('5m', (timeframe, bar, complete) => room.onBar(timeframe, bar, complete));
  const examples = new OpeningExamples(room);
  return candles.flatMap((bar) => {
    room.onBar('5m', bar, true);
    rollUp.onBar(bar);
    return examples.onClose(bar.openTime + STEP).labelled;
  });
}

/** By looking at all bars at once; null while the history does not reach far enough, or has a hole on the way. */
function expectedLabel(candles: ReadonlyMap<number, Candle>, openTime: number): readonly [string, number] | null {
  const range = [0, 1, 2].map((index) => candles.get(openTime + index * STEP));
  const high = Math.max(...range.map((bar) => bar?.high ?? Number.NaN));
  const low = Math.min(...range.map((bar) => bar?.low ?? Number.NaN));
  if (Number.isNaN(high)) return null;
  const end = openTime + 15 * MINUTE_MS + 12 * HOUR_MS;
  for (let time = openTime + 15 * MINUTE_MS; time < end; time += STEP) {
    const bar = candles.get(time);
    if (bar === undefined) return null;
    if (bar.close > high) return ['up', time + STEP];
    if (bar.close < low) return ['down', time + STEP];
  }
  return ['none', end];
}

function expectedOf(candles: readonly Candle[]): (readonly [number, string, number])[] {
  const byTime = new Map(candles.map((bar) => [bar.openTime, bar]));
  const days = Math.ceil(candles.length / 288) + 1;
  const openings = Array.from({ length: days }, (_, day) =>
    SESSION_OPENS.map((minute) => SYNTHETIC_START + day * DAY_MS + minute * MINUTE_MS),
  ).flat();
  return openings.flatMap((openTime) => {
    const label = expectedLabel(byTime, openTime);
    return label === null ? [] : [[openTime, ...label] as const];
  });
}

const byOpen = (examples: readonly OpeningExample[]) =>
  examples
    .map(({ openTime, label, resolvedAt }) => [openTime, label, resolvedAt] as const)
    .sort(([left], [right]) => left - right);

describe('examples of openings', () => {
  // A range of three wide bars before days of narrow ones: all three labels occur.
  const candles = syntheticCandles({ count: 20 * 288, stepMs: STEP, seed: 31, volatility: 0.0002 }).map((bar) => {
    const minute = (bar.openTime % DAY_MS) / MINUTE_MS;
    const wide = (minute >= 420 && minute < 435) || (minute >= 0 && minute < 15);
    return wide ? { ...bar, high: bar.high * 1.012, low: bar.low * 0.988 } : bar;
  });

  it('ML-3: one per open, labelled by the first close outside within 12 hours, known when it closed', () => {
    const found = byOpen(examplesOf(candles));
    expect(found).toEqual(expectedOf(candles));
    expect(new Set(found.map(([, label]) => label))).toEqual(new Set(['up', 'down', 'none']));
  });

  it('FE-4: an opening with a hole before its label gives no example, the others do', () => {
    const holed = candles.filter((_, index) => index % 400 !== 399);
    const found = byOpen(examplesOf(holed));
    expect(found).toEqual(expectedOf(holed));
    expect(found.length).toBeLessThan(byOpen(examplesOf(candles)).length);
  });

  it('FE-2: the vector knows nothing that closed after the range, and neither side nor break', () => {
    const whole = new Map(examplesOf(candles).map((example) => [example.openTime, example]));
    const names = featureNames('session');
    const blind = ['side', 'planned_rr', 'break_minutes', 'break_dist_range', 'first_break'];
    for (const [openTime, example] of [...whole].slice(30, 40)) {
      const until = candles.filter((bar) => bar.openTime < openTime + 15 * MINUTE_MS);
      // Whatever follows: a jump up at once.
      const jump = { openTime: openTime + 15 * MINUTE_MS, open: 1e6, high: 1e6, low: 1e6, close: 1e6, volume: 1 };
      const cut = examplesOf([...until, jump]).find((one) => one.openTime === openTime);
      expect(cut?.label).toBe('up');
      expect(cut?.vector).toEqual(example.vector);
      const missing = names.filter((_, index) => Number.isNaN(example.vector.values[index]));
      expect(missing).toEqual(expect.arrayContaining(blind));
    }
  });

  it('FE-15: but for the side, the set looks at nothing that belongs to a side', () => {
    const room = roomWith();
    const rollUp = new RollUp('5m', (timeframe, bar, complete) => room.onBar(timeframe, bar, complete));
    for (const bar of candles.slice(0, 6 * 288 + 90)) {
      room.onBar('5m', bar, true);
      rollUp.onBar(bar);
    }
    const bars = room.bars('5m');
    const subject = {
      stop: Number.NaN,
      target: Number.NaN,
      measures: { open_minute: 420 },
      time: bars.openTime(0) + STEP,
      timeframe: '5m',
      entry: bars.close(0),
      qscore: Number.NaN,
      plannedRr: Number.NaN,
    } as const;
    const long = room.features('session', { ...subject, side: 'long' }, NO_PAST_FACTS).values;
    const short = room.features('session', { ...subject, side: 'short' }, NO_PAST_FACTS).values;
    const differing = featureNames('session').filter((_, index) => !Object.is(long[index], short[index]));
    expect(differing).toEqual(['side']);
  });

  it('ML-3: on real candles up and down balance, and none hardly occurs', (context) => {
    const real = realCandles('binance-spot/BTCUSDT-5m', 60 * 288);
    if (real === null) return context.skip('the recorded candles are not on this machine');
    const labels = examplesOf(real).map(({ label }) => label);
    expect(labels.length).toBeGreaterThan(340);
    const up = labels.filter((label) => label === 'up').length / labels.length;
    expect(up).toBeGreaterThan(0.4);
    expect(up).toBeLessThan(0.6);
  });
});
