/** WS-20: each list beside the phantoms comes out of the record complete and in order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { expect, it } from 'vitest';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { readCandleFile } from '#main/files/candle-csv.ts';
import { AnalysisDesk } from '#main/services/analysis/analysis-desk.ts';
import { importCandles } from '#main/services/candle-import.ts';
import { encoded, writeExportFile } from '#main/services/export-file.ts';
import { type TableOrder, tableChunks } from '#main/services/table-export.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { makeScalps } from '#test/support/make-scalps.ts';
import { makePhantom, makePosition, makeTicket, NOON, resolvedResult } from '#test/support/phantom-fixtures.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

function filledProfile(): Profile {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  const profile = opened.value;
  profile.record.step((writer) => {
    for (let index = 0; index < 5; index++) {
      const phantom = makePhantom({ time: NOON + index * MINUTE_MS, strategyId: index < 3 ? 'scalp' : 'placebo' });
      writer.phantomOpened(NOON, phantom);
      writer.ticketPut(NOON, makeTicket(phantom));
      const position = makePosition(phantom);
      writer.positionPut(position);
      if (index > 0)
        writer.positionPut({ ...position, state: 'closed', result: resolvedResult(phantom, 'win'), profit: 1 });
    }
  });
  return profile;
}

function rowsOf(profile: Profile, order: TableOrder): readonly Record<string, string>[] {
  const text = [...tableChunks(profile, order, 'csv')].map((chunk) => chunk.text).join('');
  return Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true }).data;
}

it('WS-20: signals by the filter and without the placebo, orders by opening, fills by exit with the open ones last', () => {
  const profile = filledProfile();
  const times = rowsOf(profile, { what: 'signals', filter: {} }).map(({ time }) => time);
  expect(times).toEqual([0, 1, 2].map((index) => new Date(NOON + index * MINUTE_MS).toISOString()));
  expect(rowsOf(profile, { what: 'signals', filter: { strategyIds: ['placebo'] } })).toHaveLength(2);
  const orders = rowsOf(profile, { what: 'orders' });
  expect(orders.map(({ opened_at }) => opened_at)).toEqual(orders.map(({ opened_at }) => opened_at).toSorted());
  expect(orders).toHaveLength(5);
  const fills = rowsOf(profile, { what: 'fills' });
  expect(fills.map(({ state }) => state)).toEqual(['closed', 'closed', 'closed', 'closed', 'open']);
  expect(rowsOf(profile, { what: 'models' })).toEqual([]);
  profile.close();
});

it('WS-20, PH-40: the gate analysis as it was found: a line per gate, pair and triplet, with its counts', async () => {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  const profile = opened.value;
  makeScalps(profile, 400);
  const { findings } = await new AnalysisDesk(profile.analysis, () => 0).calls['analysis.gates']({ simulated: true });
  const rows = rowsOf(profile, { what: 'gates', findings });
  expect(rows.map(({ kind, gates }) => [kind, gates])).toEqual([
    ...(findings?.variables ?? []).map(({ name }) => ['gate', name]),
    ...(findings?.pairs ?? []).map(({ names }) => ['pair', names.join(' + ')]),
    ...(findings?.triplets ?? []).map(({ names }) => ['triplet', names.join(' + ')]),
  ]);
  const vol = findings?.variables.find(({ name }) => name === 'vol');
  expect(rows.find(({ gates }) => gates === 'vol')).toMatchObject({
    passed: String(vol?.passTotal),
    failed_won: String(vol?.failWins),
    delta: String(vol?.delta),
    beyond_chance: String(vol?.discovery),
    on_later_signals: vol?.retest,
  });
  expect(rowsOf(profile, { what: 'gates', findings: null })).toEqual([]);
  profile.close();
});

it('WS-20, MK-30: exported candles are imported again as the same candles', async () => {
  const profile = filledProfile();
  const candles = syntheticCandles({ count: 2_500, stepMs: MINUTE_MS });
  profile.candles.write('binance:BTC/USDT', '1m', candles, 0);
  const order: TableOrder = { what: 'candles', instrumentId: 'binance:BTC/USDT', timeframe: '1m' };
  const file = join(profile.folder, 'candles.csv');
  const written = await writeExportFile({ file, chunks: encoded(tableChunks(profile, order, 'csv')), total: null });
  expect(written).toMatchObject({ ok: true, value: { rows: 2_500 } });
  expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(2_502);
  const other = openProfile(join(profile.folder, 'other'));
  if (!other.ok) throw new Error(other.error.message);
  const target = { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '1m', fileName: 'candles.csv' } as const;
  const rows = readCandleFile(file);
  const report = await importCandles({ store: other.value, target, rows, now: NOON });
  expect(report).toMatchObject({ ok: true, value: { accepted: 2_500, rejected: [] } });
  const read = (one: Profile) => [...one.candles.read('binance:BTC/USDT', '1m')];
  expect(read(other.value)).toEqual(read(profile));
  other.value.close();
  profile.close();
});

it('WS-20: a cancelled export leaves no file, and the one that was there stays', async () => {
  const profile = filledProfile();
  const file = join(profile.folder, 'orders.csv');
  const chunks = () => encoded(tableChunks(profile, { what: 'orders' }, 'csv'));
  await writeExportFile({ file, chunks: chunks(), total: null });
  const before = readFileSync(file, 'utf8');
  const stop = AbortSignal.abort();
  const cancelled = await writeExportFile({ file, chunks: chunks(), total: null, signal: stop });
  expect(cancelled).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  expect(readFileSync(file, 'utf8')).toBe(before);
  profile.close();
});
