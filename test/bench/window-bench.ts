/** PE-16, PE-17, RE-33: the built window in a real Chromium: the chart over a million candles, the history over a million phantoms. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { createApp } from '#main/app.ts';
import { BROWSER_FLAGS, browserPath } from '#test/support/browser.ts';
import type { BenchLine, BenchScale } from './measure.ts';
import { quantileOf, spread } from './measure.ts';
import { MILLION, makeMillionProfile } from './million-profile.ts';
import { notBuilt, startDesk } from './start-bench.ts';
import { CANDLES, INSTRUMENTS, MARKS, openBenchDesk } from './window-desk.ts';
import { type PageWatch, watched, wordsOf } from './window-watch.ts';

const SOFTWARE = 'Chromium without a GPU: pictures are drawn by the processor';
const PATIENCE_MS = 60_000;
const VIEWPORT = { width: 1440, height: 900 };

function absent(ids: readonly string[]): readonly BenchLine[] | null {
  const why = notBuilt();
  return why === null ? null : ids.map((id) => ({ id, what: 'the window', why }));
}

export async function chartLines(scale: BenchScale): Promise<readonly BenchLine[]> {
  const missing = absent(['PE-16']);
  if (missing !== null) return missing;
  const seconds = scale.quick ? 4 : 10;
  const desk = await openBenchDesk();
  const browser = await chromium.launch({ executablePath: browserPath(), headless: true, args: [...BROWSER_FLAGS] });
  try {
    // A token admits one browser: both pages are its own.
    const context = await browser.newContext({ viewport: VIEWPORT });
    return [...(await linesOf(context, 1)), ...(await linesOf(context, 4))];
  } finally {
    await browser.close();
    await desk.close();
  }

  async function linesOf(context: BrowserContext, count: 1 | 4): Promise<readonly BenchLine[]> {
    const page = await context.newPage();
    await page.addInitScript(showCharts, count);
    await page.goto(desk.address);
    const chart = page.getByRole('img', { name: /^Candles of / });
    await chart.nth(count - 1).waitFor({ timeout: PATIENCE_MS });
    const box = await chart.first().boundingBox();
    if (box === null) throw new Error('the chart has no place on the page');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const idle = await watched(page, () => page.waitForTimeout(1_000));
    // As far out as it goes, so that a page of candles is soon behind.
    for (let turn = 0; turn < 12; turn++) await page.mouse.wheel(0, 400);
    const before = desk.candlesSent();
    const pan = await watched(page, () => wheelFor(page, seconds, () => [-600, 0]));
    const panned = desk.candlesSent() - before;
    const zoom = await watched(page, () => wheelFor(page, seconds, (turn) => [0, turn % 20 < 10 ? -200 : 200]));
    desk.move();
    const live = await watched(page, () => page.waitForTimeout(1000 * seconds));
    desk.rest();
    await page.close();
    const name = count === 1 ? 'chart' : `${count} linked charts`;
    const of = `${CANDLES} candles in pages, ${MARKS} marks${count === 1 ? '' : ' in each'}`;
    const alone = `idle ${Math.round(idle.framesPerSecond)} frames/s`;
    return [
      ...watchLines(`${name}, pan`, pan, `${of}; ${panned} candles loaded on the way; ${alone}; ${SOFTWARE}`),
      ...watchLines(`${name}, zoom`, zoom, `${of}; ${SOFTWARE}`),
      ...watchLines(`${name}, live`, live, `${INSTRUMENTS} instruments as the services send them; ${of}; ${SOFTWARE}`),
    ];
  }
}

/** Runs in the page before it opens: charts of one instrument, linked by range, each over the same minutes. */
function showCharts(count: number): void {
  const slot = { instrumentId: null, timeframe: count === 1 ? '5m' : '1m' };
  const slots = [slot, slot, slot, slot];
  const arrangement = { count, slots, linksInstrument: true, linksRange: true };
  localStorage.setItem('shadowdesk.charts.1', JSON.stringify(arrangement));
}

/** A wheel's turn as soon as the one before has been worked. */
async function wheelFor(page: Page, seconds: number, turn: (count: number) => readonly [number, number]) {
  const until = performance.now() + 1000 * seconds;
  for (let count = 0; performance.now() < until; count++) await page.mouse.wheel(...turn(count));
}

function watchLines(what: string, watch: PageWatch, note: string): readonly BenchLine[] {
  const common = { id: 'PE-16', peer: 'none', note: `${wordsOf(watch)}; ${note}` } as const;
  const [rate, task] = [watch.framesPerSecond, watch.longestTaskMs];
  return [
    // A screen of 60 Hz drops a frame now and then by its own clock.
    { ...common, what: `${what}: frames`, unit: 'frames/s', better: 'more', median: rate, worst: rate, bar: 59 },
    { ...common, what: `${what}: longest task`, unit: 'ms', better: 'less', median: task, worst: task, bar: 50 },
  ];
}

export async function historyLines(scale: BenchScale): Promise<readonly BenchLine[]> {
  const missing = absent(['PE-17']);
  if (missing !== null) return missing;
  const count = scale.quick ? 50_000 : MILLION;
  const made = scale.quick ? null : scale.millionProfile;
  const folder = made ?? mkdtempSync(join(tmpdir(), 'desk-bench-'));
  try {
    if (made === null) makeMillionProfile(folder, count);
    // The market's own work is no part of this: as little of it as there may be. Made-up signals may be in its way, too.
    const app = await createApp({ profileDir: folder, settings: { historyDays: 1, demoSpeed: 1, learning: false } });
    if (!app.ok) throw new Error(app.error.message);
    await app.value.close();
    return await measureHistory(folder, scale, `${count} phantoms`);
  } finally {
    if (made === null) rmSync(folder, { recursive: true, force: true });
  }
}

async function measureHistory(folder: string, scale: BenchScale, of: string): Promise<readonly BenchLine[]> {
  const browser = await chromium.launch({ executablePath: browserPath(), headless: true, args: [...BROWSER_FLAGS] });
  const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage();
  const begin = performance.now();
  const host = startDesk(folder);
  try {
    const [, address = ''] = await host.line(/^Shadowdesk: (http:\S+)/);
    const hostMs = performance.now() - begin;
    await page.goto(address);
    const table = page.getByRole('table', { name: 'Phantom history' });
    await page.getByRole('option').first().waitFor({ timeout: PATIENCE_MS });
    const onScreen = performance.now() - begin;
    const firstOpen = await openHistory(page);
    const figuresFirst = await settled(page);
    const opens: number[] = [];
    for (let run = 0; run < scale.runs; run++) {
      await page.getByRole('tab', { name: /^Log/ }).click();
      await table.waitFor({ state: 'detached' });
      opens.push(await openHistory(page));
      await settled(page);
    }
    const sorts: number[] = [];
    for (let run = 0; run < scale.runs; run++) {
      for (const head of ['Score', 'Net R']) {
        sorts.push(await clickUntilRowsChange(page, 'button', head));
        await settled(page);
      }
    }
    const filters: number[] = [];
    const figures: number[] = [];
    await page.getByRole('tabpanel', { name: 'History' }).getByRole('button', { name: 'Outcome', exact: true }).click();
    for (let run = 0; run < 2 * scale.runs; run++) {
      const start = performance.now();
      filters.push(await clickUntilRowsChange(page, 'menuitemcheckbox', 'Loss'));
      await settled(page);
      figures.push(performance.now() - start);
    }
    await page.keyboard.press('Escape');
    const scroll = await watched(page, () => scrollFor(page, scale.quick ? 3 : 6));
    const common = { unit: 'ms', better: 'less', peer: 'none', bar: 100 } as const;
    return [
      {
        ...common,
        id: 'RE-33',
        what: 'start: host to data on screen',
        median: onScreen,
        worst: onScreen,
        bar: 3_000,
        note: `${of}; ${Math.round(hostMs)} ms of it until the host listens, by the start script; the browser was open`,
      },
      {
        ...common,
        id: 'PE-17',
        what: 'history: open again',
        ...spread(opens),
        note: `${of}; rows of before are on show at once, and read anew`,
      },
      {
        ...common,
        id: 'PE-17',
        what: 'history: open, first time',
        median: firstOpen,
        worst: firstOpen,
        note: `${of}; right after the start, which reads the first rows ahead; its figures ${Math.round(figuresFirst)} ms later`,
      },
      { ...common, id: 'PE-17', what: 'history: sort', ...spread(sorts), note: `${of}; click to the first other row` },
      {
        ...common,
        id: 'PE-17',
        what: 'history: filter',
        ...spread(filters),
        note: `${of}; losses on and off; rows; the figures over them after ${Math.round(quantileOf(figures, 0.5))} ms`,
      },
      {
        ...common,
        id: 'PE-17',
        what: 'history: scroll, longest frame',
        median: scroll.p99FrameMs,
        worst: Math.max(scroll.p99FrameMs, scroll.longestTaskMs),
        note: `${of}; ${Math.round(scroll.framesPerSecond)} frames/s, ${wordsOf(scroll)}; median is the 99th of 100 frames; ${SOFTWARE}`,
      },
    ];
  } finally {
    host.child.kill('SIGTERM');
    await host.ended;
    await browser.close();
  }
}

/** From the click on the tab to the first row, in ms, by the page's own clock and to the next frame. */
function openHistory(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const begin = performance.now();
    const tab = [...document.querySelectorAll<HTMLElement>('[role=tab]')].find((one) =>
      (one.textContent ?? '').startsWith('History'),
    );
    // Tabs follow the press of the button, not its release.
    tab?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    tab?.click();
    while (document.querySelector('[aria-label="Phantom history"] [role=rowgroup] [role=row]') === null) {
      await new Promise((next) => requestAnimationFrame(next));
    }
    return performance.now() - begin;
  });
}

/** Until what the rows add up to is on show. */
function settled(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const begin = performance.now();
    while (document.querySelector('.summary:not([aria-busy="true"])') === null) {
      await new Promise((next) => requestAnimationFrame(next));
    }
    return performance.now() - begin;
  });
}

function clickUntilRowsChange(page: Page, role: 'button' | 'menuitemcheckbox', name: string): Promise<number> {
  const asked = { selector: role === 'button' ? '[aria-label="Phantom history"] button' : `[role=${role}]`, name };
  return page.evaluate(async ({ selector, name }) => {
    const rows = () => document.querySelector('[aria-label="Phantom history"] [role=rowgroup] [role=row]')?.textContent;
    const before = rows();
    const target = [...document.querySelectorAll<HTMLElement>(selector)].find(
      (one) => (one.textContent ?? '').trim() === name,
    );
    if (target === undefined) throw new Error(`there is no ${name} to click`);
    const begin = performance.now();
    target.click();
    while (rows() === before || rows() === undefined) {
      if (performance.now() - begin > 10_000) throw new Error(`the rows did not change after ${name}`);
      await new Promise((next) => requestAnimationFrame(next));
    }
    return performance.now() - begin;
  }, asked);
}

/** A few hundred pixels a frame, through pages that are loaded on the way. */
function scrollFor(page: Page, seconds: number): Promise<void> {
  return page.evaluate(async (duration) => {
    const table = document.querySelector('[aria-label="Phantom history"]');
    const until = performance.now() + 1000 * duration;
    while (table !== null && performance.now() < until) {
      table.scrollTop += 120;
      await new Promise((next) => requestAnimationFrame(next));
    }
  }, seconds);
}
