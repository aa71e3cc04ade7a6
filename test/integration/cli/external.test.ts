/** Signals from outside on the command line (ST-20): files in and out, and the webhook's token, as a user runs it. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { callDesk } from '#test/support/command-line.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/candles/SOLUSDT-5m.csv.gz', import.meta.url));

/** Runs a call with `--json` to its end. */
async function desk(...args: readonly string[]): Promise<{ code: number; document: Record<string, unknown> }> {
  const { code, out } = await callDesk(...args, '--json');
  return { code, document: JSON.parse(out) };
}

/** Open time and close of the fixture's bars. */
function bars(): readonly (readonly [number, number])[] {
  const [, ...rows] = gunzipSync(readFileSync(FIXTURE)).toString().trim().split('\n');
  return rows.map((row) => {
    const [time, , , , close] = row.split(',').map(Number);
    return [time as number, close as number] as const;
  });
}

it('ST-20: imports signals, writes the truth of them, and reads it again in agreement', async () => {
  const folder = temporaryFolder();
  const profile = ['--profile', join(folder, 'profile')];
  await desk(
    'import',
    'candles',
    FIXTURE,
    '--exchange',
    'binance',
    '--symbol',
    'SOL/USDT',
    '--timeframe',
    '5m',
    ...profile,
  );
  const lines = [2_000, 3_000, 4_000].map((index) => {
    const [openTime, close] = bars()[index] as readonly [number, number];
    return `${openTime + 300_000},SOLUSDT,long,${close * 0.99},${close * 1.02},n${index}`;
  });
  const file = join(folder, 'signals.csv');
  writeFileSync(file, ['time,symbol,side,stop,target,id', ...lines, 'never,SOLUSDT,long,1,2,x'].join('\r\n'));
  const imported = await desk('import', 'signals', file, '--source', 'Bot', '--exchange', 'binance', ...profile);
  expect(imported).toMatchObject({ code: 0, document: { rowsRead: 4, accepted: 3, rejected: [{ line: 5 }] } });
  expect(Object.keys(imported.document)).toEqual(['rowsRead', 'accepted', 'known', 'rejected', 'outcomes']);

  const truth = join(folder, 'truth.jsonl');
  expect((await desk('export', 'truth', '--out', truth, '--source', 'bot', ...profile)).document).toMatchObject({
    lines: 3,
  });
  expect(readFileSync(truth, 'utf8')).toMatch(
    /^\{"signal_id":"n2000","completed":true,"outcome":"(WIN_TP|LOSS_SL|TIMEOUT)",/,
  );
  const read = await desk('import', 'truth', truth, ...profile);
  expect(read).toMatchObject({ code: 0, document: { accepted: 3, agreements: 3, disagreements: [], rejected: [] } });

  const stats = await desk('stats', ...profile);
  expect(stats.document).toMatchObject({ strategies: { 'external:bot': { total: 3, dispositions: { imported: 3 } } } });
  expect(await desk('import', 'signals', file, '--source', '../bot', ...profile)).toMatchObject({ code: 2 });
});

it('RE-52: shows and renews a token that only the owner can read', async () => {
  const folder = join(temporaryFolder(), 'profile');
  const first = await desk('hook', 'show', '--profile', folder);
  expect(first.document).toMatchObject({ on: false, url: 'http://127.0.0.1:7462/hook/signals' });
  expect(first.document.token).toMatch(/^[\w-]{43}$/);
  expect((await desk('hook', 'show', '--profile', folder)).document).toEqual(first.document);
  expect((await desk('hook', 'renew', '--profile', folder)).document.token).not.toBe(first.document.token);
  if (process.platform !== 'win32') expect(statSync(join(folder, 'signal-hook.json')).mode & 0o777).toBe(0o600);
});
