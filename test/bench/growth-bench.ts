/** PE-20: time per candle and memory of the engine against how many instruments it has and how long it has run. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Candle } from '#core/domain/candle.ts';
import { DAY_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { Engine } from '#core/engine/engine.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { ACCOUNT, ACTIVE, instrumentOf, SHADOW } from './engine-bench.ts';
import type { BenchLine, BenchScale } from './measure.ts';

const MONTH_DAYS = 30;
const BARS_A_DAY = DAY_MS / MINUTE_MS;
/** Larger than what a run differs from the next. */
const FLAT = 1.25;

interface Growth {
  readonly instruments: number;
  readonly months: number;
  /** Processor time of the engine alone. */
  readonly microsecondsPerCandle: number;
  /** What the engine holds at the end. */
  readonly bytesPerInstrument: number;
}

export function growthLines(scale: BenchScale): readonly BenchLine[] {
  // The first runs are those that the machine translates.
  run(1, 3);
  const small = run(1, 1);
  // Windows of weeks fill first: what is held after them must not grow with history.
  const byLength = (scale.quick ? [3, 12] : [12, 60]).map((months) => run(1, months));
  const byCount = (scale.quick ? [10] : [10, 100]).map((instruments) => run(instruments, 1));
  return [
    ...ratioLines('months', byLength, ({ months }) => `${months} months`),
    ...ratioLines('instruments', [small, ...byCount], ({ instruments }) => `${instruments} instruments`),
  ];
}

function ratioLines(what: string, runs: readonly Growth[], name: (growth: Growth) => string): readonly BenchLine[] {
  const of = (figure: (growth: Growth) => number) => {
    const [first = Number.NaN, ...more] = runs.map(figure);
    const ratios = more.map((value) => value / first);
    return { median: ratios.at(-1) ?? Number.NaN, worst: Math.max(...ratios) };
  };
  const common = { id: 'PE-20', unit: 'x', better: 'less', bar: FLAT, barForAll: true, peer: 'none' } as const;
  const span = `${name(runs[0] as Growth)} to ${name(runs.at(-1) as Growth)}`;
  const told = (figure: (growth: Growth) => string) => runs.map((one) => `${name(one)} ${figure(one)}`).join(', ');
  return [
    {
      ...common,
      what: `time per candle, by ${what}`,
      ...of(({ microsecondsPerCandle }) => microsecondsPerCandle),
      note: `${span}: ${told(({ microsecondsPerCandle }) => `${microsecondsPerCandle.toFixed(2)} us`)}; processor time, engine alone, generated 1m candles`,
    },
    {
      ...common,
      what: `memory per instrument, by ${what}`,
      ...of(({ bytesPerInstrument }) => bytesPerInstrument),
      note: `${span}: ${told(({ bytesPerInstrument }) => `${(bytesPerInstrument / 1e6).toFixed(2)} MB`)}; heap and buffers of the engine after a collection`,
    },
  ];
}

/** Candles are made a day at a time, outside the clock, and not kept. */
function run(count: number, months: number): Growth {
  const before = heldBytes();
  const instruments = Array.from({ length: count }, (_, index) => instrumentOf(`C${index}/USDT`, '1m'));
  const engine = new Engine({ instruments, strategies: ACTIVE, settings: SHADOW, account: ACCOUNT });
  const prices = instruments.map(() => 60_000);
  let microseconds = 0;
  for (let day = 0; day < months * MONTH_DAYS; day++) {
    const startTime = SYNTHETIC_START + day * DAY_MS;
    const series = prices.map((startPrice, index) => {
      const seed = 1 + index * 10_000 + day;
      return syntheticCandles({
        count: BARS_A_DAY,
        stepMs: MINUTE_MS,
        seed,
        startTime,
        startPrice,
        volatility: 0.0008,
      });
    });
    for (const [index, candles] of series.entries()) prices[index] = nearHome(candles.at(-1)?.close ?? 60_000);
    const inputs = Array.from({ length: BARS_A_DAY }, (_, at) => ({
      kind: 'bars' as const,
      origin: 'replay' as const,
      closeTime: startTime + (at + 1) * MINUTE_MS,
      bars: instruments.map(({ id }, index) => ({ instrumentId: id, candle: series[index]?.[at] as Candle })),
    }));
    const cpu = process.cpuUsage();
    for (const input of inputs) engine.step(input);
    const { user, system } = process.cpuUsage(cpu);
    microseconds += user + system;
  }
  return {
    instruments: count,
    months,
    microsecondsPerCandle: microseconds / (count * months * MONTH_DAYS * BARS_A_DAY),
    bytesPerInstrument: (heldBytes() - before) / [...engine.instruments()].length,
  };
}

/** Years of a random walk would end at prices that no market has. */
function nearHome(price: number): number {
  return price > 600_000 || price < 6_000 ? 60_000 : price;
}

function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') for (let turn = 0; turn < 2; turn++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
