/** Phantom history as files, in real processes: the same bytes wherever the machine stands, out and in again (WS-20, WS-21). */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { invariant } from '#core/base/invariant.ts';
import { openProfile } from '#main/store/database.ts';
import { makePhantoms } from '#test/support/make-phantoms.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const ENTRY = fileURLToPath(new URL('../../../src/main/hosts/cli/main.ts', import.meta.url));
const COUNT = 300;
/** The newest fifty are open: a file holds them, but no other record can follow them. */
const ENDED = COUNT - 50;

const PLACES = [
  { LANG: 'C', TZ: 'UTC' },
  { LANG: 'de_DE.UTF-8', TZ: 'Europe/Berlin' },
  { LANG: 'ar_EG.UTF-8', TZ: 'Asia/Kathmandu' },
  { LANG: 'hi_IN.UTF-8', TZ: 'Pacific/Chatham' },
  { LANG: 'tr_TR.UTF-8', TZ: 'America/St_Johns' },
];

function desk(place: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<unknown> {
  const env = { ...process.env, ...place, LC_ALL: place.LANG ?? 'C' };
  const child = spawn(process.execPath, [ENTRY, ...args, '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  return new Promise((resolve, reject) => {
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`exit code ${code}`))));
  });
}

function madeProfile(): string {
  const folder = join(temporaryFolder(), 'profile');
  const opened = openProfile(folder);
  invariant(opened.ok, 'a fresh profile opens');
  makePhantoms(opened.value, COUNT);
  opened.value.close();
  return folder;
}

it('WS-20, WS-21: five locales and time zones write the same bytes; another record gives them back', async () => {
  const [profile, files] = [madeProfile(), temporaryFolder()];
  const hashes = new Set<string>();
  for (const [index, place] of PLACES.entries()) {
    const file = join(files, `${index}.csv`);
    expect(await desk(place, 'export', 'phantoms', '--out', file, '--profile', profile)).toMatchObject({ rows: COUNT });
    hashes.add(createHash('sha256').update(readFileSync(file)).digest('hex'));
  }
  expect(hashes.size).toBe(1);

  const other = join(files, 'other');
  const [elsewhere = {}] = PLACES.slice(3);
  const file = join(files, '0.csv');
  expect(await desk(elsewhere, 'import', 'phantoms', file, '--accept', '--profile', other)).toMatchObject({
    rowsRead: COUNT,
    imported: ENDED,
    accepted: ENDED,
  });
  const again = join(files, 'again.csv');
  await desk(elsewhere, 'export', 'phantoms', '--out', again, '--profile', other);
  const lines = readFileSync(file, 'utf8').split('\r\n');
  const ended = lines.filter((line) => !line.includes(',open,'));
  expect(readFileSync(again, 'utf8').split('\r\n')).toEqual(ended);
});
