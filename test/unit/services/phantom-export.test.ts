/** Export of phantom history to a file: exactly what the filter chooses, whole or not at all (WS-20). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportPhantomFile } from '#main/services/phantom-export.ts';
import { makePhantom, NOON } from '#test/support/phantom-fixtures.ts';
import { emptyProfile } from '#test/support/research-profile.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

function profileWithPhantoms(count: number) {
  const profile = emptyProfile();
  profile.record.registerFeatureSet('trend', 'trend-hash', [{ name: 'adx' }, { name: 'rsi' }, { name: 'slope' }]);
  profile.record.step((writer) => {
    for (let index = 0; index < count; index++) {
      const time = NOON + index * 900_000;
      writer.phantomOpened(time, makePhantom({ time, side: index % 2 === 0 ? 'long' : 'short' }));
    }
  });
  return profile;
}

describe('phantom export', () => {
  it('WS-20: writes exactly what the filter chooses, oldest first, with one column per feature', async () => {
    const profile = profileWithPhantoms(5);
    const file = join(temporaryFolder(), 'out.csv');
    const report = await exportPhantomFile({ profile, request: { filter: { sides: ['long'] }, format: 'csv', file } });
    const text = readFileSync(file, 'utf8');
    expect(report).toEqual({ ok: true, value: { file, format: 'csv', rows: 3, bytes: Buffer.byteLength(text) } });
    const [header, ...rows] = text.trimEnd().split('\r\n');
    expect(header).toMatch(/^schema_version,id,.*,trend\.adx,trend\.rsi,trend\.slope$/);
    expect(rows.map((row) => row.match(/\|(\d+)\|long/)?.[1])).toEqual(
      [0, 2, 4].map((index) => `${NOON + index * 900_000}`),
    );
  });

  it('WS-20: NDJSON holds one object per line', async () => {
    const file = join(temporaryFolder(), 'out.ndjson');
    const report = await exportPhantomFile({
      profile: profileWithPhantoms(3),
      request: { filter: {}, format: 'ndjson', file },
    });
    expect(report).toMatchObject({ ok: true, value: { rows: 3 } });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).side)).toEqual(['long', 'short', 'long']);
  });

  it('WS-20: a cancelled export leaves no file and no part of one, and what stood there stays', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'out.csv');
    const report = await exportPhantomFile({
      profile: profileWithPhantoms(3),
      request: { filter: {}, format: 'csv', file },
      signal: AbortSignal.abort(),
    });
    expect(report).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a folder that does not exist is named with the remedy', async () => {
    const file = join(temporaryFolder(), 'nowhere', 'out.csv');
    const report = await exportPhantomFile({
      profile: profileWithPhantoms(1),
      request: { filter: {}, format: 'csv', file },
    });
    expect(report).toMatchObject({ ok: false, error: { kind: 'unwritable' } });
    expect(existsSync(file)).toBe(false);
  });
});
