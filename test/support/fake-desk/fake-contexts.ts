/** Sessions by the hour and plausible regimes of a fake series: the mean range of six hours against the whole. */
import type { ContextRun, MarketContexts } from '#contract/areas/market.ts';
import { REGIMES, type Regime, sessionAt } from '#core/domain/context.ts';
import { type FakeSeries, MINUTE } from './fake-market.ts';

const HOUR = 60 * MINUTE;
const CUTS = [0.25, 0.75, 0.95] as const;

export function contextsOf(series: FakeSeries, from: number, to: number): MarketContexts {
  const first = Math.max(from, series.bars[0]?.[0] ?? from);
  const hours: { time: number; range: number }[] = [];
  for (let at = 360; at < series.bars.length; at += 60) {
    const bars = series.bars.slice(at - 360, at);
    const range = Math.max(...bars.map((bar) => bar[2])) / Math.min(...bars.map((bar) => bar[3])) - 1;
    hours.push({ time: series.bars[at]?.[0] ?? 0, range });
  }
  const ranges = hours.map(({ range }) => range).sort((a, b) => a - b);
  const regimeOf = (range: number): Regime => {
    const rank = ranges.findIndex((one) => one >= range) / ranges.length;
    return REGIMES[CUTS.filter((cut) => rank >= cut).length] ?? 'normal';
  };
  const shown = hours.filter(({ time }) => time + HOUR > first && time < to);
  return {
    sessions: joined(hourly(first, to).map((time) => ({ from: time, to: time + HOUR, value: sessionAt(time) }))),
    regimes: joined(shown.map(({ time, range }) => ({ from: time, to: time + HOUR, value: regimeOf(range) }))),
  };
}

function hourly(from: number, to: number): number[] {
  const start = Math.floor(from / HOUR) * HOUR;
  return Array.from({ length: Math.ceil((to - start) / HOUR) }, (_, index) => start + index * HOUR);
}

function joined<Value>(runs: readonly ContextRun<Value>[]): readonly ContextRun<Value>[] {
  const whole: ContextRun<Value>[] = [];
  for (const run of runs) {
    const last = whole.at(-1);
    if (last?.value === run.value) whole[whole.length - 1] = { ...last, to: run.to };
    else whole.push(run);
  }
  return whole;
}
