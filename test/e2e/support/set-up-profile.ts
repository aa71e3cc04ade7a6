/** A profile as a trader has it after the first start, made without a window, and copied for each test that wants one. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SettingsPatch } from '#contract/areas/settings.ts';
import { createApp } from '#main/app.ts';
import { batches, reach } from '#test/support/live-run.ts';

export interface SetUpProfile {
  /** A copy of its own for one test, gone when the test has ended. */
  copy(): string;
  dispose(): void;
}

export interface SetUpOptions {
  readonly settings?: SettingsPatch;
  /** Lets the market run until so many tickets wait. */
  readonly tickets?: number;
}

export async function setUpProfile({ settings = {}, tickets = 0 }: SetUpOptions = {}): Promise<SetUpProfile> {
  const folder = mkdtempSync(join(tmpdir(), 'shadowdesk-set-up-'));
  const created = await createApp({ profileDir: folder, settings });
  if (!created.ok) throw new Error(created.error.message);
  const app = created.value;
  await app.start();
  await reach(app, 'live');
  const open = () => [...(app.session.keeper?.engine.openTickets() ?? [])].length;
  if (tickets > 0) app.demo()?.setSpeed(600);
  while (open() < tickets) await batches(app, 1);
  await app.close();
  return {
    copy() {
      const copy = mkdtempSync(join(tmpdir(), 'shadowdesk-profile-'));
      onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
      cpSync(folder, copy, { recursive: true });
      return copy;
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
