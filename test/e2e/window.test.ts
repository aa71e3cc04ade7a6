/** What a trader does beside trading: files in, settings, an exchange that cannot be reached, a lost connection. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FEW_SYMBOLS } from '#test/support/live-run.ts';
import { PATIENCE_MS, until } from './support/desk-page.ts';
import { emptyFolder, opened } from './support/opened.ts';
import { type SetUpProfile, setUpProfile } from './support/set-up-profile.ts';

const noNetwork = new URL('./support/no-network.mjs', import.meta.url).href;

let aFewDays: SetUpProfile;
beforeAll(async () => {
  aFewDays = await setUpProfile({
    settings: { historyDays: 4, demoSpeed: 1, learning: false, symbols: [...FEW_SYMBOLS] },
  });
});
afterAll(() => aFewDays.dispose());

/** Twelve five-minute bars; two are left out, one is impossible. */
function candleFile(): string {
  const start = Date.UTC(2026, 0, 5);
  const lines = Array.from({ length: 12 }, (_, index) => index)
    .filter((index) => index !== 4 && index !== 5)
    .map((index) => {
      const high = index === 8 ? 90 : 110 + index;
      return [start + index * 300_000, 100 + index, high, 95 + index, 101 + index, 3].join(',');
    });
  const file = join(emptyFolder(), 'BTCUSDT-5m-2026-01-05.csv');
  writeFileSync(file, ['timestamp_ms,open,high,low,close,volume', ...lines, ''].join('\n'));
  return file;
}

it('MK-30: a candle file goes in through the window, and its report names bad rows and holes', async () => {
  const { desk } = await opened('web', aFewDays.copy());
  await desk.connection('Live');
  const panel = await desk.showPanel('Imports');
  await panel.getByLabel('Candle file').setInputFiles(candleFile());
  expect(await panel.getByLabel('Symbol').inputValue()).toBe('BTC/USDT');
  expect(await panel.getByLabel('Timeframe').inputValue()).toBe('5m');
  await panel.getByLabel('Exchange').fill('binance');
  await panel.getByRole('button', { name: 'Import', exact: true }).click();
  await panel.getByRole('heading', { name: 'BTCUSDT-5m-2026-01-05.csv' }).waitFor();
  const figures = await panel.locator('dl').innerText();
  expect(figures.replace(/\s+/g, ' ')).toMatch(/Rows read 10 Accepted 9 Rejected 1 Gaps 2 \(3 bars missing\)/i);
  await panel.getByRole('row', { name: /^line 8\b/ }).waitFor();
  await panel.getByRole('row', { name: '2026-01-05 00:20 – 2026-01-05 00:25 2 bars' }).waitFor();
});

it('WS-18: theme and stage change at once, are found again, and go back to their defaults', async () => {
  const { host, desk } = await opened('web', aFewDays.copy());
  await desk.connection('Live');
  expect(await desk.theme()).toBe('dark');
  const settings = await desk.openSettings();
  await settings.getByRole('radiogroup', { name: 'Theme' }).getByRole('radio', { name: 'Light' }).click();
  await until(
    'light',
    () => desk.theme(),
    (theme) => theme === 'light',
  );
  await settings
    .getByRole('radiogroup', { name: 'Stage' })
    .getByRole('radio', { name: /^Shadow/ })
    .click();
  await desk.statusBar.getByText('Shadow', { exact: true }).waitFor();
  await desk.closeDialog();
  await desk.panel('Tickets').getByText('No tickets in the shadow stage').waitFor();

  await host.restart();
  await desk.page.reload();
  await desk.connection('Live');
  await desk.statusBar.getByText('Shadow', { exact: true }).waitFor();
  expect(await desk.theme()).toBe('light');

  const again = await desk.openSettings();
  await again.getByRole('button', { name: 'Reset Theme to its default' }).click();
  await again.getByRole('button', { name: 'Reset Stage to its default' }).click();
  await until(
    'dark',
    () => desk.theme(),
    (theme) => theme === 'dark',
  );
  await desk.closeDialog();
  await desk.statusBar.getByText('Advisory', { exact: true }).waitFor();
});

it('MK-10, RE-33: an exchange that cannot be reached is said with what to do; the window works and the way back too', async () => {
  const { desk } = await opened('web', aFewDays.copy(), { env: { NODE_OPTIONS: `--import=${noNetwork}` } });
  await desk.connection('Live');
  const before = await desk.wholeHistory();
  await desk.chooseExchange('Kraken');
  await desk.connection('Offline');
  const words = await desk.alert.innerText();
  expect(words).toMatch(/Kraken: offline\./);
  expect(words).toMatch(/the address api\.kraken\.com was not found\. .*check the network/);
  expect(words.length).toBeGreaterThan(60);
  expect(words).not.toMatch(/ENOTFOUND|undefined|\{|Error:/);

  // What is still on show keeps its label; everything that needs no exchange goes on.
  await desk.panel('Chart').getByText('SIMULATED').waitFor();
  expect(await desk.wholeHistory()).toBe(before);
  await desk.rows('Phantom history').first().click();
  await desk.dialog.getByText('Features at the signal').waitFor();
  await desk.page.keyboard.press('Escape');
  await desk.showPanel('Log');
  await until(
    'the log tells it',
    () => desk.rowTexts('Log'),
    (rows) => rows.some((row) => /kraken/i.test(row)),
  );

  await desk.chooseExchange('Demo');
  await desk.connection('Live');
  await desk.alert.waitFor({ state: 'detached' });
  const clock = await desk.clock();
  await until(
    'the market runs',
    () => desk.clock(),
    (now) => now !== clock,
  );
  expect(await desk.wholeHistory()).toBeGreaterThanOrEqual(before);
});

it('WS-1: a window whose host is gone says so, stands still, and finds back by itself', async () => {
  const { host, desk } = await opened('web', aFewDays.copy());
  await desk.connection('Live');
  await desk.canvas.waitFor();
  await host.kill();
  await desk.alert.getByText('The connection to Shadowdesk is lost.').waitFor({ timeout: PATIENCE_MS });
  await desk.connection('Last known');
  const frozen = await desk.clock();
  await desk.alert.getByRole('button', { name: 'Reconnect now' }).click();
  expect(await desk.clock()).toBe(frozen);
  await host.restart();
  await desk.alert.waitFor({ state: 'detached', timeout: PATIENCE_MS });
  await desk.connection('Live');
  await until(
    'prices come again',
    () => desk.clock(),
    (now) => now !== frozen,
  );
  const close = await desk.legend('C');
  await until(
    'the chart moves again',
    () => desk.legend('C'),
    (price) => price !== close,
  );
});

it('WS-11: four linked charts: one crosshair’s time, one range where that is wanted, found again after a reload', async () => {
  const { desk } = await opened('web', aFewDays.copy());
  await desk.connection('Live');
  await desk.chooseSpeed('pause');
  await desk.canvas.waitFor();
  await desk.chooseInMenu('Charts', /^Four charts/);
  await until(
    'four charts',
    () => desk.charts.count(),
    (count) => count === 4,
  );
  // By keyboard: the chart that has the focus is the one that the timeframes speak to.
  await desk.chart(1).focus();
  await desk.timeframe('5m').click();
  await desk.page.getByRole('group', { name: /^Chart 2 of 4: .*, 5m$/ }).waitFor();
  await desk.chart(2).focus();
  await desk.timeframe('15m').click();
  await desk.page.getByRole('group', { name: /^Chart 3 of 4: .*, 15m$/ }).waitFor();

  const newest = await desk.legendOf(1, 'O');
  await desk.pointAt(0, 0.4);
  const under = await until(
    'the second chart shows the bar under the pointer of the first',
    async () => [await desk.legendOf(0, 'O'), await desk.legendOf(1, 'O')],
    ([first, second]) => second !== newest && first === second,
  );
  // A longer bar begins where this one lies, or before.
  expect(await desk.legendOf(2, 'H')).toBeGreaterThanOrEqual(await desk.legendOf(0, 'H'));
  expect(await desk.legendOf(2, 'L')).toBeLessThanOrEqual(await desk.legendOf(0, 'L'));

  // Without the link the others stay where they are.
  const seenIn = async (index: number) => {
    await desk.pointAt(index, 0.4);
    return desk.legendOf(index, 'O');
  };
  const before = await seenIn(1);
  await desk.turnWheel(0, -900);
  await until(
    'the first chart has moved',
    () => seenIn(0),
    (open) => open !== under[0],
  );
  expect(await seenIn(1)).toBe(before);
  await desk.chooseInMenu('Charts', /^Range of time/);
  await desk.turnWheel(0, -900);
  await until(
    'the second chart has moved with the first',
    () => seenIn(1),
    (open) => open !== before,
  );

  await desk.page.reload();
  await desk.connection('Live');
  await until(
    'four charts again',
    () => desk.charts.count(),
    (count) => count === 4,
  );
  await desk.page.getByRole('group', { name: /^Chart 3 of 4: .*, 15m$/ }).waitFor();
});
