/** WS-20: what is exported beside phantoms is as careful as the phantoms' own file. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import Papa from 'papaparse';
import { expect, it } from 'vitest';
import { plainText } from '#main/files/csv-cells.ts';
import { everyTable, otherExports } from '#test/support/export-every-table.ts';
import { FORMULA_PAYLOADS, runsInSpreadsheet } from '#test/support/formula-payloads.ts';

const run = promisify(execFile);
/** Without it the separator is guessed. */
const CELLS = { header: true, delimiter: ',', skipEmptyLines: true } as const;

it('RE-54: 50 texts that a spreadsheet would run leave no formula in any export, and read back as they were', () => {
  expect(new Set(FORMULA_PAYLOADS).size).toBe(50);
  for (const payload of FORMULA_PAYLOADS) {
    for (const [name, text] of Object.entries(everyTable(payload, 'csv'))) {
      const { data, errors } = Papa.parse<string[]>(text, { delimiter: ',', newline: '\r\n', skipEmptyLines: true });
      expect(errors, name).toEqual([]);
      expect(new Set(data.map((cells) => cells.length)).size, name).toBe(1);
      expect(data.flat().filter(runsInSpreadsheet), name).toEqual([]);
      if (name !== 'candles') expect(data.flat().map(plainText).join('\u0000'), name).toContain(payload);
    }
  }
});

it('RE-54: nor in the file of phantoms, nor in a training set, behind its line of facts', () => {
  for (const payload of FORMULA_PAYLOADS) {
    for (const [name, text] of Object.entries(otherExports(payload, 'csv'))) {
      const table = name === 'training' ? text.slice(text.indexOf('\r\n') + 2) : text;
      const { data, errors } = Papa.parse<string[]>(table, { delimiter: ',', newline: '\r\n', skipEmptyLines: true });
      expect(errors, name).toEqual([]);
      expect(data.flat().filter(runsInSpreadsheet), name).toEqual([]);
    }
  }
});

it('WS-20: a header with the schema version, times in ISO UTC, numbers as numbers, nothing where nothing is known', () => {
  const { candles, fills, models } = everyTable('x', 'csv');
  expect(candles).toBe(
    'schema_version,open_time,open,high,low,close,volume\r\n1,2025-06-02T12:00:00.000Z,60000.5,1e+21,1e-9,3,0\r\n',
  );
  const [closed, open] = Papa.parse<Record<string, string>>(fills ?? '', CELLS).data;
  expect(closed).toMatchObject({ profit: '-1234567.891', exit_time: '2025-06-02T12:30:00.000Z', outcome: 'loss' });
  expect(open).toMatchObject({ profit: '', exit_time: '', net_r: '', outcome: 'open', state: 'open' });
  const figures = Papa.parse<Record<string, string>>(models ?? '', CELLS).data;
  expect(figures.map(({ metric, value, detail }) => [metric, value, detail])).toEqual([
    ['holdout.auc', '0.5125', ''],
    ['holdout.note', '', 'x'],
    ['x', '1e-7', ''],
    ['curve', '', '["x"]'],
  ]);
});

it('WS-20: NDJSON says the same facts under the same names', () => {
  for (const [name, text] of Object.entries(everyTable('=1', 'csv'))) {
    const lines = (everyTable('=1', 'ndjson')[name] ?? '').trimEnd().split('\n');
    const rows = Papa.parse<Record<string, string>>(text, CELLS).data;
    expect(lines).toHaveLength(rows.length);
    for (const [index, line] of lines.entries()) {
      const facts: Record<string, unknown> = JSON.parse(line);
      for (const [column, cell] of Object.entries(rows[index] ?? {})) {
        const fact = facts[column];
        expect(plainText(cell), `${name}.${column}`).toBe(fact === null || fact === undefined ? '' : String(fact));
      }
    }
  }
});

it('WS-20: five locales and time zones give the same bytes', async () => {
  const places = [
    ['C', 'UTC'],
    ['de_DE.UTF-8', 'Europe/Berlin'],
    ['ar_EG.UTF-8', 'Africa/Cairo'],
    ['hi_IN.UTF-8', 'Asia/Kolkata'],
    ['en_US.UTF-8', 'Pacific/Chatham'],
  ] as const;
  const hashes: string[] = [];
  for (const [locale, zone] of places) {
    const env = { ...process.env, LANG: locale, LC_ALL: locale, TZ: zone };
    const { stdout } = await run(process.execPath, ['test/support/export-every-table.ts'], { env });
    hashes.push(stdout);
  }
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(hashes).size).toBe(1);
});
