/**
 * A trader's first day: what is asserted is what a trader sees and gets as a file. By the desktop's door; what the doors do
 * differently (the way in, a lost connection, files, kills) `hosts.test.ts` and `window.test.ts` hold for each.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { type DeskPage, type HistoryRowSeen, numberOf, PATIENCE_MS, until } from './support/desk-page.ts';
import { emptyFolder, freshFolder, opened } from './support/opened.ts';

const MARKET_ROWS_AT_LEAST = 300;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

type CsvRow = Readonly<Record<string, string>>;

/** Exports what the history shows and reads the file that the trader gets. */
async function exportedRows(desk: DeskPage): Promise<{ header: readonly string[]; rows: readonly CsvRow[] }> {
  const begun = desk.page.waitForEvent('download');
  await desk.panel('History').getByRole('button', { name: 'Export CSV' }).click();
  const download = await begun;
  expect(download.suggestedFilename()).toMatch(/^shadowdesk-phantoms-.*\.csv$/);
  const file = join(emptyFolder(), 'phantoms.csv');
  await download.saveAs(file);
  const parsed = Papa.parse<CsvRow>(readFileSync(file, 'utf8'), { header: true, skipEmptyLines: true });
  expect(parsed.errors).toEqual([]);
  return { header: parsed.meta.fields ?? [], rows: parsed.data };
}

const WORDS: Readonly<Record<string, string>> = {
  win: 'Win',
  loss: 'Loss',
  timeout: 'Timeout',
  open: 'Open',
  executed: 'Taken',
  skipped: 'Skipped',
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A row of the file as the table spells it. */
function asSeen(row: CsvRow): HistoryRowSeen {
  const opened = row.opened_at ?? '';
  const netR = row.net_r ?? '';
  return {
    opened: `${opened.slice(8, 10)} ${MONTHS[Number(opened.slice(5, 7)) - 1]} ${opened.slice(11, 16)}`,
    side: row.side ?? '',
    symbol: row.symbol ?? '',
    outcome: WORDS[row.outcome ?? ''] ?? '',
    netR: netR === '' ? null : Number(Number(netR).toFixed(2)),
    decision: WORDS[row.disposition ?? ''] ?? row.disposition ?? '',
  };
}

/** The live row of an instrument that the trader was asked about. */
async function decisionShown(desk: DeskPage, symbol: string, decision: string): Promise<void> {
  await desk.showPanel('Live phantoms');
  await until(
    `${symbol} is followed as ${decision}`,
    () => desk.rowTexts('Open phantoms'),
    (rows) => rows.some((row) => row.includes(symbol) && row.endsWith(`|${decision}`)),
  );
}

async function openPositionShown(desk: DeskPage, symbol: string): Promise<void> {
  await desk.showPanel('Paper positions');
  await until(
    `${symbol} is an open paper position`,
    () => desk.rowTexts('Paper positions'),
    (rows) => rows.some((row) => row.includes(symbol) && row.split('|')[1] === 'Open'),
  );
}

describe('a first day', () => {
  it('a trader sees a ticket, approves one, skips one, follows both to their end, exports, and finds all again', async () => {
    const { host, desk } = await opened('desktop', await freshFolder());

    // WS-2: the first start says what it does, then there is a live chart.
    await desk.progress.waitFor({ timeout: PATIENCE_MS });
    await desk.connection('Live');
    await desk.statusBar.getByText('SIMULATED').waitFor();
    await desk.canvas.waitFor();
    const close = await desk.legend('C');
    await until(
      'the chart moves',
      () => desk.legend('C'),
      (price) => price > 0 && price !== close,
    );

    // WS-13: the history run left hundreds of resolved phantoms.
    const atFirst = await desk.wholeHistory();
    expect(atFirst).toBeGreaterThan(MARKET_ROWS_AT_LEAST);
    const words = await desk.historyWords();
    for (const outcome of ['win', 'loss']) {
      expect(numberOf(new RegExp(`([\\d,]+)\\s+${outcome}\\b`).exec(words)?.[1] ?? '')).toBeGreaterThan(50);
    }

    // WS-12: the first ticket; approved and skipped by key.
    await desk.setNumber('demo speed', 'Demo speed', 600);
    const taken = await desk.ticketOnShow();
    await desk.count(/^[23] open tickets/).waitFor();
    await desk.chooseSpeed('×100');
    await desk.pressKey('a');
    await desk
      .panel('Tickets')
      .getByText(/approved/i)
      .first()
      .waitFor();
    await openPositionShown(desk, taken.symbol);
    await decisionShown(desk, taken.symbol, 'Taken');
    const skipped = await desk.ticketOnShow();
    expect(skipped.symbol).not.toBe(taken.symbol);
    await desk.pressKey('Shift+S');
    await desk.button('News ahead').click();
    await decisionShown(desk, skipped.symbol, 'Skipped');
    await desk.panel('Tickets').getByText('skipped: News ahead').waitFor();
    const waiting = await desk.ticketOnShow();

    // A kill -9 loses nothing: position, phantoms, the waiting ticket and settings go on.
    await desk.timeframe('15m').click();
    await host.kill();
    await host.restart();
    await desk.connection('Live');
    await openPositionShown(desk, taken.symbol);
    await decisionShown(desk, taken.symbol, 'Taken');
    await decisionShown(desk, skipped.symbol, 'Skipped');
    expect(await desk.ticketOnShow()).toEqual(waiting);
    expect(await desk.wholeHistory()).toBeGreaterThanOrEqual(atFirst);
    expect(await desk.speedChoice('×100').getAttribute('aria-checked')).toBe('true');
    expect(await desk.timeframe('15m').getAttribute('aria-checked')).toBe('true');

    // Half a day in seconds: both phantoms end.
    await desk.setSwitch('slow down', 'Slow down for tickets', false);
    // The filter first, and no faster than a busy machine can follow.
    await desk.chooseFilter('Decision', ['Taken', 'Skipped']);
    await desk.setNumber('demo speed', 'Demo speed', 3_000);
    const resolved = await until(
      'both are resolved',
      () => desk.historyRows(),
      (rows) => rows.length >= 2 && rows.every((row) => ['Win', 'Loss', 'Timeout'].includes(row.outcome)),
    );
    await desk.chooseSpeed('×1');
    expect(resolved.map(({ symbol, decision }) => `${symbol} ${decision}`).sort()).toEqual(
      [`${taken.symbol} Taken`, `${skipped.symbol} Skipped`].sort(),
    );
    for (const row of resolved) {
      expect(row.netR).toSatisfy(Number.isFinite);
      expect(row.outcome === 'Win').toBe((row.netR ?? 0) > 0);
    }

    // WS-20: the file is exactly what is shown.
    const file = await exportedRows(desk);
    expect(file.header.slice(0, 5)).toEqual(['schema_version', 'id', 'exchange', 'symbol', 'simulated']);
    expect(file.header.filter((name) => name.includes('.')).length).toBeGreaterThan(5);
    expect(file.rows.map(asSeen)).toEqual(resolved);
    for (const row of file.rows) {
      expect(row).toMatchObject({ schema_version: '2', exchange: 'demo', simulated: 'true' });
      for (const name of ['opened_at', 'timeout_at', 'exit_time']) expect(row[name]).toMatch(ISO_TIME);
    }
    expect(file.rows.find((row) => row.disposition === 'skipped')?.reason).toContain('News ahead');
    const takenRow = file.rows.find((row) => row.disposition === 'executed');
    expect({ entry: Number(takenRow?.entry), side: takenRow?.side }).toEqual({
      entry: taken.levels.entry,
      side: taken.side,
    });
    await desk.chooseFilter('Outcome', ['Win']);
    const wins = await exportedRows(desk);
    expect(wins.rows).toHaveLength(await desk.historyTotal());
    expect(new Set(wins.rows.map((row) => row.id)).size).toBe(wins.rows.length);
    expect(wins.rows.every((row) => row.outcome === 'win')).toBe(true);
    const shown = await desk.historyRows();
    expect(wins.rows.slice(0, shown.length).map((row) => asSeen(row).opened)).toEqual(shown.map((row) => row.opened));
    const inTheEnd = await desk.wholeHistory();

    // After a restart in order the record is the same, row by row.
    await host.restart();
    await desk.connection('Live');
    expect(await desk.wholeHistory()).toBeGreaterThanOrEqual(inTheEnd);
    await desk.chooseFilter('Decision', ['Taken', 'Skipped']);
    expect(await desk.historyRows()).toEqual(resolved);
    expect((await exportedRows(desk)).rows).toEqual(file.rows);
    expect(await desk.speedChoice('×1').getAttribute('aria-checked')).toBe('true');
    await host.close();
    expect(host.lines.filter((line) => !/^(Shadowdesk|For another browser): /.test(line))).toEqual([]);
  });
});
