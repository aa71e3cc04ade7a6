/** Watches a page while something is done in it: frames, long tasks and the time spent in scripts (PE-16, PE-17). */
import type { Page } from 'playwright-core';

export interface PageWatch {
  readonly seconds: number;
  readonly framesPerSecond: number;
  /** 99 % of frames came within so many ms of the one before. */
  readonly p99FrameMs: number;
  /** The longest task of the page's thread; tasks below 50 ms are not told by browsers: 0. */
  readonly longestTaskMs: number;
  readonly longTasks: number;
  /** Share of the time that the page's thread ran scripts, and that it was busy at all. */
  readonly scriptShare: number;
  readonly busyShare: number;
}

interface Told {
  readonly frames: readonly number[];
  readonly tasks: readonly number[];
}

/** What runs in the page; it sees nothing of this file. */
function begin(): void {
  const told = { frames: [] as number[], tasks: [] as number[], isOn: true };
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) told.tasks.push(duration);
  });
  observer.observe({ entryTypes: ['longtask'] });
  const onFrame = (time: number) => {
    if (!told.isOn) return observer.disconnect();
    told.frames.push(time);
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  Object.assign(globalThis, { benchWatch: told });
}

function end(): Told {
  const { benchWatch } = globalThis as unknown as { benchWatch: Told & { isOn: boolean } };
  benchWatch.isOn = false;
  return benchWatch;
}

/** Counts from before `work` until it has resolved. */
export async function watched(page: Page, work: () => Promise<void>): Promise<PageWatch> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const durations = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return { script: of('ScriptDuration'), task: of('TaskDuration') };
  };
  await page.evaluate(begin);
  const before = await durations();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const after = await durations();
  const { frames, tasks } = await page.evaluate(end);
  await session.detach();
  const gaps = frames.slice(1).map((time, index) => time - (frames[index] ?? time));
  gaps.sort((a, b) => a - b);
  const span = ((frames.at(-1) ?? 0) - (frames[0] ?? 0)) / 1000;
  return {
    seconds,
    framesPerSecond: span > 0 ? (frames.length - 1) / span : 0,
    p99FrameMs: gaps[Math.floor(0.99 * (gaps.length - 1))] ?? 0,
    longestTaskMs: Math.max(0, ...tasks),
    longTasks: tasks.length,
    scriptShare: (after.script - before.script) / seconds,
    busyShare: (after.task - before.task) / seconds,
  };
}

/** The watch in words, for the note of a line. */
export function wordsOf({ p99FrameMs, longTasks, scriptShare, busyShare, seconds }: PageWatch): string {
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return `${seconds.toFixed(1)} s: p99 of frames ${p99FrameMs.toFixed(1)} ms, ${longTasks} tasks over 50 ms, scripts ${percent(scriptShare)}, page thread busy ${percent(busyShare)}`;
}
