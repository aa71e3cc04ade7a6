/** PE-18: resident memory of a desk that runs fast for minutes, and how it grows; a day of it is worked out, not measured. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { createApp } from '#main/app.ts';
import { startHost } from '#test/e2e/support/host-process.ts';
import { BROWSER_FLAGS, browserPath } from '#test/support/browser.ts';
import type { BenchLine, BenchScale } from './measure.ts';
import { notBuilt } from './start-bench.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SPEED = 100;
const SAMPLE_MS = 2_000;
const PATIENCE_MS = 180_000;
const MB = 1e6;
const PAGE_BYTES = 4_096;
const HOUR_S = 3_600;

interface Sample {
  /** Since the desk has settled. */
  readonly marketHours: number;
  readonly bytes: number;
}

export async function memoryLines(scale: BenchScale): Promise<readonly BenchLine[]> {
  const why = process.platform === 'linux' ? notBuilt() : 'resident memory is read from /proc, which only Linux has';
  if (why !== null) return [{ id: 'PE-18', what: 'resident memory', why }];
  const [settleSeconds, seconds] = scale.quick ? [15, 30] : [90, 240];
  const folder = mkdtempSync(join(tmpdir(), 'desk-bench-memory-'));
  const settings = { demoSpeed: SPEED, slowForTickets: false, historyDays: scale.quick ? 5 : 30 };
  const app = await createApp({ profileDir: folder, settings });
  if (!app.ok) throw new Error(app.error.message);
  await app.value.close();
  const browser = await chromium.launch({ executablePath: browserPath(), headless: true, args: [...BROWSER_FLAGS] });
  const host = startHost([join(ROOT, 'out/main/web.js'), '--profile', folder, '--port', '0', '--no-open'], {
    cwd: ROOT,
  });
  try {
    const [, address = ''] = await host.line(/^Shadowdesk: (http:\S+)/);
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await page.goto(address);
    await page.getByRole('img', { name: /^Candles of / }).waitFor({ timeout: PATIENCE_MS });
    // History, the first fits and what the machine translates on the way are no growth.
    await setTimeout(settleSeconds * 1000);
    const renderer = await busiestRenderer(browser);
    const node: Sample[] = [];
    const window: Sample[] = [];
    const begin = performance.now();
    for (let at = 0; at < seconds * 1000; at = performance.now() - begin) {
      const marketHours = ((at / 1000) * SPEED) / HOUR_S;
      node.push({ marketHours, bytes: residentBytes(host.child.pid ?? 0) });
      window.push({ marketHours, bytes: residentBytes(renderer) });
      await setTimeout(SAMPLE_MS);
    }
    const watched = await page.getByRole('option').count();
    return [
      line('resident memory, Node side', node, 350, watched),
      line('resident memory, renderer', window, 300, watched),
    ];
  } finally {
    await browser.close();
    host.child.kill('SIGTERM');
    await host.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

function line(what: string, samples: readonly Sample[], bar: number, instruments: number): BenchLine {
  const last = samples.at(-1) ?? { marketHours: 0, bytes: 0 };
  const later = samples.slice(samples.length >> 1);
  const growth = slope(later) / MB;
  const day = last.bytes / MB + Math.max(0, growth) * (24 - last.marketHours);
  return {
    id: 'PE-18',
    what,
    unit: 'MB',
    better: 'less',
    median: last.bytes / MB,
    worst: Math.max(...samples.map(({ bytes }) => bytes)) / MB,
    bar,
    peer: 'none',
    note: `after ${last.marketHours.toFixed(1)} market hours at x${SPEED} with ${instruments} instruments of the demo market (the rule says 20 for a day); growth in the later half ${growth.toFixed(2)} MB per market hour; extrapolated, not measured: ${day.toFixed(0)} MB after a day`,
  };
}

/** Least squares, bytes per market hour. */
function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [hours, bytes] = [mean((one) => one.marketHours), mean((one) => one.bytes)];
  let [together, spread] = [0, 0];
  for (const one of samples) {
    together += (one.marketHours - hours) * (one.bytes - bytes);
    spread += (one.marketHours - hours) ** 2;
  }
  return spread > 0 ? together / spread : 0;
}

function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
}

async function busiestRenderer(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer').sort((a, b) => b.cpuTime - a.cpuTime);
  const id = renderers[0]?.id;
  if (id === undefined) throw new Error('the browser names no process of a page');
  return id;
}
