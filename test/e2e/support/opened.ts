/** An opened workstation that belongs to one test: closed when it ends, with a picture of the window when it fails. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFailed, onTestFinished } from 'vitest';
import type { SettingsPatch } from '#contract/areas/settings.ts';
import { createApp } from '#main/app.ts';
import { DeskPage } from './desk-page.ts';
import { type LaunchOptions, type OpenedDesk, openByDesktop, openByWeb } from './launch.ts';

export type Door = 'web' | 'desktop';

const doors = { web: openByWeb, desktop: openByDesktop };

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shadowdesk-profile-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A few days of history keep a first start short; a minimum of the trader's own, that tickets come whatever was learned. */
export const A_FEW_DAYS: SettingsPatch = { historyDays: 8, demoSpeed: 1, fixedMinimumScore: 70, guideSeen: true };

/**
 * A folder whose only content is settings: the first start is still to come. At real time the market is at the same
 * minute when it ends, however slow the machine is.
 */
export async function freshFolder(settings: SettingsPatch = A_FEW_DAYS): Promise<string> {
  const folder = emptyFolder();
  const created = await createApp({ profileDir: folder, settings });
  if (!created.ok) throw new Error(created.error.message);
  await created.value.close();
  return folder;
}

export async function opened(
  door: Door,
  profile: string,
  options: LaunchOptions = {},
): Promise<{ host: OpenedDesk; desk: DeskPage }> {
  const host = await doors[door](profile, options);
  let picture: string | null = null;
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') {
      picture = join(mkdtempSync(join(tmpdir(), 'shadowdesk-failed-')), `${door}.png`);
      await host.page.screenshot({ path: picture, timeout: 5_000 }).catch(() => {
        picture = null;
      });
    }
    await host.close();
  });
  onTestFailed(() => {
    console.error([...host.lines, picture === null ? '' : `Picture of the window: ${picture}`].join('\n'));
  });
  return { host, desk: new DeskPage(host) };
}
