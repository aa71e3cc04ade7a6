/** The window as a trader works it: what is seen by role and name, what is done by key and click. All selectors live here. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { OpenedDesk } from './launch.ts';

/** Slow machines and a first start need this; nothing waits longer than its condition takes. */
export const PATIENCE_MS = 120_000;

export type PanelTitle =
  | 'Watchlist'
  | 'Chart'
  | 'Tickets'
  | 'Live phantoms'
  | 'History'
  | 'Models'
  | 'Analysis'
  | 'Paper positions'
  | 'Trading'
  | 'Imports'
  | 'Log';

export interface TicketSeen {
  readonly symbol: string;
  readonly side: 'long' | 'short';
  /** Prices as shown, in quote units. */
  readonly levels: { readonly entry: number; readonly stop: number; readonly tp1: number; readonly target: number };
}

export interface HistoryRowSeen {
  readonly opened: string;
  readonly side: string;
  readonly symbol: string;
  readonly outcome: string;
  /** As shown, to two decimals; null while open. */
  readonly netR: number | null;
  readonly decision: string;
}

/** Repeats `look` until `test` holds; a failure says what was seen last. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  test: (seen: T) => boolean,
  timeout = PATIENCE_MS,
): Promise<T> {
  let seen: T | undefined;
  await expect
    .poll(
      async () => {
        seen = await look();
        return test(seen) ? 'as wanted' : seen;
      },
      { timeout, interval: 100, message: what },
    )
    .toBe('as wanted');
  return seen as T;
}

export class DeskPage {
  readonly #desk: OpenedDesk;

  constructor(desk: OpenedDesk) {
    this.#desk = desk;
  }

  /** Another one after a restart of the desktop application. */
  get page(): Page {
    return this.#desk.page;
  }

  // The bars above and below

  get statusBar(): Locator {
    return this.page.getByRole('banner').first();
  }

  /** Waits until the status bar says so, e.g. `Live`. */
  async connection(word: string): Promise<void> {
    await this.statusBar.getByText(word, { exact: true }).waitFor({ timeout: PATIENCE_MS });
  }

  /** The first start tells how far its history is. */
  get progress(): Locator {
    return this.page.getByText(/ of [\d.,]+\s?[kM]? (bars|candles)/).first();
  }

  get alert(): Locator {
    return this.page.getByRole('alert').first();
  }

  speedChoice(label: string): Locator {
    const group = this.page.getByRole('radiogroup', { name: 'Demo market speed' });
    return label === 'pause'
      ? group.getByRole('radio').first()
      : group.getByRole('radio', { name: label, exact: true });
  }

  async chooseSpeed(label: 'pause' | '×1' | '×10' | '×60' | '×100'): Promise<void> {
    await this.speedChoice(label).click();
    await until(
      `speed ${label}`,
      () => this.speedChoice(label).getAttribute('aria-checked'),
      (seen) => seen === 'true',
    );
  }

  /** Counts at the bottom, e.g. `3 open tickets`. */
  count(words: RegExp): Locator {
    return this.page.getByRole('contentinfo').getByRole('button', { name: words });
  }

  clock(): Promise<string> {
    return this.statusBar.getByText(/^\d\d:\d\d:\d\d$/).innerText();
  }

  // Panels

  tab(title: PanelTitle): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${title}`) });
  }

  panel(title: PanelTitle): Locator {
    return this.page.getByRole('tabpanel', { name: title, exact: true });
  }

  async showPanel(title: PanelTitle): Promise<Locator> {
    await this.tab(title).click();
    const panel = this.panel(title);
    await panel.waitFor();
    return panel;
  }

  rows(table: string): Locator {
    return this.page.getByRole('table', { name: table }).getByRole('rowgroup').getByRole('row');
  }

  /** The text of every drawn row of a table, its cells parted by `|`. */
  async rowTexts(table: string): Promise<string[]> {
    return this.rows(table).evaluateAll((rows) =>
      rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').trim()).join('|')),
    );
  }

  // Chart

  get canvas(): Locator {
    return this.panel('Chart').getByRole('img', { name: /^Candles of / });
  }

  chartOf(symbol: string): Locator {
    return this.panel('Chart').getByRole('img', { name: `Candles of ${symbol}`, exact: true });
  }

  /** A value of the bar under the crosshair, or of the newest bar. */
  async legend(name: 'O' | 'H' | 'L' | 'C'): Promise<number> {
    const text = await this.panel('Chart').locator(`.legend__item--${name.toLowerCase()} .number`).innerText();
    return numberOf(text);
  }

  /** The charts beside each other; each is a group of its own. */
  get charts(): Locator {
    return this.panel('Chart').getByRole('group', { name: /^Chart/ });
  }

  chart(index: number): Locator {
    return this.charts.nth(index);
  }

  async legendOf(index: number, name: 'O' | 'H' | 'L' | 'C'): Promise<number> {
    return numberOf(await this.chart(index).locator(`.legend__item--${name.toLowerCase()} .number`).innerText());
  }

  /** The pointer over a chart, at a share of its width. */
  async pointAt(index: number, share: number): Promise<void> {
    const box = await this.chart(index).boundingBox();
    if (box === null) throw new Error(`Chart ${index} has no place on the page.`);
    await this.page.mouse.move(box.x + share * box.width, box.y + 0.6 * box.height);
  }

  /** Over a chart, sideways: below 0 to older bars. */
  async turnWheel(index: number, by: number): Promise<void> {
    await this.pointAt(index, 0.4);
    await this.page.mouse.wheel(by, 0);
  }

  async chooseInMenu(button: string, item: RegExp): Promise<void> {
    await this.panel('Chart').getByRole('button', { name: button, exact: true }).click();
    await this.page.getByRole('menuitemcheckbox', { name: item }).click();
    await this.page.keyboard.press('Escape');
  }

  timeframe(label: string): Locator {
    return this.page.getByRole('radiogroup', { name: 'Timeframe' }).getByRole('radio', { name: label, exact: true });
  }

  instrument(symbol: string): Locator {
    const [base = ''] = symbol.split('/');
    return this.page.getByRole('listbox', { name: 'Instruments' }).getByRole('option', { name: base });
  }

  // Tickets

  get ticket(): Locator {
    return this.panel('Tickets').getByRole('article');
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  /** The ticket on show, once it may be decided. */
  async ticketOnShow(): Promise<TicketSeen> {
    await this.ticket.waitFor({ timeout: PATIENCE_MS });
    const approve = this.button(/^Approve/);
    await until(
      'the ticket can be decided',
      () => approve.isEnabled(),
      (enabled) => enabled,
    );
    const label = (await this.ticket.getAttribute('aria-label')) ?? '';
    const [symbol = '', side = ''] = label.split(' ');
    const level = async (name: string) => {
      const row = this.ticket.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name }) });
      return numberOf(await row.getByRole('cell').first().innerText());
    };
    const levels = {
      entry: await level('Entry'),
      stop: await level('Stop'),
      tp1: await level('TP1'),
      target: await level('Target'),
    };
    return { symbol, side: side === 'long' ? 'long' : 'short', levels };
  }

  /** Puts the focus where letters are keys of the window. */
  async pressKey(key: string): Promise<void> {
    await this.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await this.page.keyboard.press(key);
  }

  // History

  async chooseFilter(name: string, options: readonly string[]): Promise<void> {
    await this.wholeHistory();
    await this.panel('History').getByRole('button', { name, exact: true }).click();
    for (const option of options) await this.page.getByRole('menuitemcheckbox', { name: option, exact: true }).click();
    await this.page.keyboard.press('Escape');
    await until(
      'the filter is applied',
      () => this.historyWords(),
      (words) => words.includes('match'),
    );
  }

  /** Takes every filter away; resolves to the number of phantoms. */
  async wholeHistory(): Promise<number> {
    const history = await this.showPanel('History');
    const clear = history.getByRole('button', { name: 'Clear', exact: true });
    if (await clear.isVisible()) await clear.click();
    await until(
      'the whole history',
      () => this.historyWords(),
      (words) => !words.includes('match'),
    );
    return this.historyTotal();
  }

  /** The summary's words, once it belongs to the filter that is chosen. */
  historyWords(): Promise<string> {
    return this.panel('History').locator('.summary:not([aria-busy="true"])').innerText();
  }

  /** Rows that the filter matches, as the summary counts them. */
  async historyTotal(): Promise<number> {
    return numberOf(/^([\d,]+) phantom/.exec(await this.historyWords())?.[1] ?? 'none');
  }

  async historyRows(): Promise<HistoryRowSeen[]> {
    const rows = await this.rowTexts('Phantom history');
    return rows.map((row) => {
      const [opened = '', instrument = '', , outcome = '', netR = '', decision = ''] = row.split('|');
      const [, side = '', symbol = ''] = /(long|short)\s*(\S+)$/.exec(instrument) ?? [];
      const [word = ''] = /^(Win|Loss|Timeout|Open|Gated|Unavailable)/.exec(outcome) ?? [];
      return { opened, side, symbol, outcome: word, netR: netR === '–' ? null : numberOf(netR), decision };
    });
  }

  // Dialogs

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  async openSettings(search = ''): Promise<Locator> {
    await this.page.getByRole('navigation', { name: 'Window' }).getByRole('button', { name: 'Settings' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Settings' });
    await dialog.waitFor();
    if (search !== '') await dialog.getByRole('searchbox', { name: 'Search settings' }).fill(search);
    return dialog;
  }

  async closeDialog(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close' }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  async setNumber(search: string, label: string, value: number): Promise<void> {
    const dialog = await this.openSettings(search);
    const field = dialog.getByRole('textbox', { name: label });
    await field.fill(String(value));
    await field.press('Enter');
    await until(
      'the number is stored',
      () => field.inputValue(),
      (text) => numberOf(text) === value,
    );
    await this.closeDialog();
  }

  async setSwitch(search: string, label: string, isOn: boolean): Promise<void> {
    const dialog = await this.openSettings(search);
    const toggle = dialog.getByRole('switch', { name: label });
    if ((await toggle.getAttribute('aria-checked')) !== String(isOn)) await toggle.click();
    await until(
      'the switch is stored',
      () => toggle.getAttribute('aria-checked'),
      (seen) => seen === String(isOn),
    );
    await this.closeDialog();
  }

  async chooseExchange(name: string): Promise<void> {
    const dialog = await this.openSettings();
    await dialog.getByRole('radio', { name: new RegExp(`^${name}`) }).click();
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await dialog.getByRole('button', { name: 'Apply' }).waitFor({ state: 'detached', timeout: PATIENCE_MS });
    await this.closeDialog();
  }

  /** Short messages that lie over the window for a while. */
  get notices(): Locator {
    return this.page.locator('.notice');
  }

  theme(): Promise<string | undefined> {
    return this.page.evaluate(() => document.documentElement.dataset.theme);
  }

  /** A colour or size of the window's design, e.g. `--up`. */
  token(name: string): Promise<string> {
    return this.page.evaluate((one) => getComputedStyle(document.documentElement).getPropertyValue(one).trim(), name);
  }
}

/** Reads `1,234.5`, `−0.30 R` and `+1.2 %`. */
export function numberOf(text: string): number {
  const found = /[-\u2212]?\d[\d,]*(\.\d+)?/.exec(text);
  return found === null ? Number.NaN : Number(found[0].replaceAll(',', '').replace('\u2212', '-'));
}
