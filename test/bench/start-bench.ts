/** PE-11: the real start script and a real browser, from the command to the chart on screen and to the first ticket. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { type HostProcess, startHost } from '#test/e2e/support/host-process.ts';
import { BROWSER_FLAGS, browserPath } from '#test/support/browser.ts';
import { canBuild, isStale } from '../../scripts/build.mjs';
import type { BenchLine, BenchScale } from './measure.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CHART_PATIENCE_MS = 60_000;
const TICKET_PATIENCE_MS = 180_000;

/** Why a start would wait for a build, or run from the sources; null where all is built. */
export function notBuilt(): string | null {
  const stale = (['main', 'renderer'] as const).filter((part) => canBuild(ROOT, part) && isStale(ROOT, part));
  return stale.length === 0 ? null : `${stale.join(' and ')} not built from these sources: npm run build`;
}

/** `npm start` in the browser, on any free port; the address is in its first lines. */
export function startDesk(folder: string): HostProcess {
  const script = join(ROOT, 'scripts/start.mjs');
  return startHost([script, '--web', '--no-open', '--profile', folder, '--port', '0'], { cwd: ROOT });
}

export async function startLines(scale: BenchScale): Promise<readonly BenchLine[]> {
  const why = notBuilt();
  if (why !== null) return [{ id: 'PE-11', what: 'start', why }];
  const folder = mkdtempSync(join(tmpdir(), 'desk-bench-start-'));
  const browser = await chromium.launch({ executablePath: browserPath(), headless: true, args: [...BROWSER_FLAGS] });
  try {
    const first = await timeStart(browser, folder, true);
    const again: number[] = [];
    for (let run = 0; run < (scale.quick ? 1 : 3); run++) again.push((await timeStart(browser, folder, false)).chartMs);
    again.sort((a, b) => a - b);
    const common = { id: 'PE-11', unit: 's', better: 'less', peer: 'none' } as const;
    const how = 'scripts/start.mjs --web, built; the browser was open; demo market';
    return [
      {
        ...common,
        what: 'npm start to chart on screen',
        median: (again[again.length >> 1] ?? Number.NaN) / 1000,
        worst: Math.max(...again) / 1000,
        bar: 4,
        note: `${how}; ${again.length} starts of a profile that is there; a first start ${(first.chartMs / 1000).toFixed(1)} s`,
      },
      {
        ...common,
        what: 'first start to first ticket',
        median: first.ticketMs / 1000,
        worst: first.ticketMs / 1000,
        bar: 60,
        note: `${how}; an empty profile, its history run on the way`,
      },
    ];
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timeStart(browser: Browser, folder: string, untilTicket: boolean) {
  const begin = performance.now();
  const host = startDesk(folder);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const [, address = ''] = await host.line(/^Shadowdesk: (http:\S+)/);
    const page = await context.newPage();
    await page.goto(address);
    await page.getByRole('img', { name: /^Candles of / }).waitFor({ timeout: CHART_PATIENCE_MS });
    const chartMs = performance.now() - begin;
    if (!untilTicket) return { chartMs, ticketMs: Number.NaN };
    const tickets = page.getByRole('contentinfo').getByRole('button', { name: /^[1-9]\d* open ticket/ });
    await tickets.waitFor({ timeout: TICKET_PATIENCE_MS });
    return { chartMs, ticketMs: performance.now() - begin };
  } finally {
    await context.close();
    host.child.kill('SIGTERM');
    await host.ended;
  }
}
