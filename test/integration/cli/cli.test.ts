/**
 * The command line as a user runs it: real files, the shapes that others rely on (WS-3, issue 2). What a process adds (exit
 * codes, its two outputs, signals) a few calls show; the others run in this one.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SettingsPatch } from '#contract/areas/settings.ts';
import { invariant } from '#core/base/invariant.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import { openProfile } from '#main/store/database.ts';
import { callDesk } from '#test/support/command-line.ts';

const ENTRY = fileURLToPath(new URL('../../../src/main/hosts/cli/main.ts', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../../fixtures/candles/SOLUSDT-5m.csv.gz', import.meta.url));
const MARKET = ['--exchange', 'binance', '--symbol', 'SOL/USDT'];

let folder = '';
let profile: readonly string[] = [];

function start(args: readonly string[]) {
  return spawn(process.execPath, [ENTRY, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs a call in a process of its own. */
function inProcess(...args: readonly string[]): Promise<{ code: number | null; out: string; complaint: string }> {
  const child = start(args);
  let out = '';
  let complaint = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (complaint += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, complaint })));
}

/** What was printed with `--json` must be exactly one JSON object on one line. */
function documentOf(out: string) {
  expect(out.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(out);
}

async function json(...args: readonly string[]) {
  const { code, out, complaint } = await callDesk(...args, '--json');
  return { code, complaint, document: documentOf(out) };
}

/** A profile of which only settings are known: the first start is still to come. */
function settle(profileDir: string, settings: SettingsPatch): void {
  const opened = openProfile(profileDir);
  invariant(opened.ok, 'a fresh profile opens');
  new SettingsService(opened.value.desk).update(settings);
  opened.value.close();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'desk-cli-'));
  profile = ['--profile', join(folder, 'profile')];
  const { code } = await callDesk('import', 'candles', FIXTURE, ...MARKET, '--timeframe', '5m', ...profile);
  expect(code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('desk', () => {
  it('MK-30: import reports rows, rejects and gaps, and a second time changes nothing', async () => {
    const again = await json('import', 'candles', FIXTURE, ...MARKET, '--timeframe', '5m', ...profile);
    expect(again.code).toBe(0);
    expect(again.document).toEqual({
      rowsRead: 8_604,
      accepted: 8_604,
      rejected: [],
      gaps: [{ from: '2025-01-23T05:00:00.000Z', to: '2025-01-23T07:55:00.000Z', missing: 36 }],
    });
  });

  it('FE-13: imports a sentiment index, which a replay of unworked history then reads; a second time changes nothing', async () => {
    const own = ['--profile', join(folder, 'sentiment')];
    await callDesk('import', 'candles', FIXTURE, ...MARKET, '--timeframe', '5m', ...own);
    const replayed = async () =>
      (await json('replay', '--exchange', 'binance', '--symbols', 'SOL/USDT', ...own)).document;
    const before = await replayed();
    const file = join(folder, 'index.csv');
    writeFileSync(file, 'time,value\n2025-01-10T00:05:00Z,31\n2025-01-17T00:05:00Z,64\nsoon,50\n');
    const call = ['import', 'sentiment', file, '--scope', 'USDT', ...own];
    const rejected = [{ line: 4, reason: expect.stringContaining('time') }];
    expect(await json(...call)).toMatchObject({
      code: 0,
      document: { rowsRead: 3, accepted: 2, known: 0, rejected },
    });
    expect((await json(...call)).document).toEqual({ rowsRead: 3, accepted: 2, known: 2, rejected });
    const after = await replayed();
    expect(after.signals).toBe(before.signals);
    expect(after.eventHash).not.toBe(before.eventHash);
    expect((await callDesk('import', 'sentiment', file, '--scope', 'BTC USDT', ...own)).code).toBe(2);
  });

  it('PL-6: replay gives its report, the same hash twice, and outcomes that add up', async () => {
    const call = ['replay', '--exchange', 'binance', '--symbols', 'SOL/USDT', ...profile];
    const [first, second] = await Promise.all([json(...call), json(...call)]);
    const { document } = first;
    expect(Object.keys(document)).toEqual([
      'candles',
      'signals',
      'phantoms',
      'outcomes',
      'ambiguous',
      'seconds',
      'candlesPerSecond',
      'marketFeatures',
      'eventHash',
    ]);
    expect(document.candles).toBe(8_604);
    expect(document.signals).toBeGreaterThan(20);
    expect(Object.keys(document.outcomes).sort()).toEqual(['gated', 'loss', 'open', 'timeout', 'unavailable', 'win']);
    const outcomes: readonly number[] = Object.values(document.outcomes);
    expect(outcomes.reduce((sum, count) => sum + count, 0)).toBe(document.phantoms);
    expect(second.document.eventHash).toBe(document.eventHash);
  });

  it('PL-10: inspect gives rows by the close time of their bar', async () => {
    const range = ['--from', '2025-01-20', '--to', '2025-01-22', ...profile];
    const [signals, features, indicators] = await Promise.all([
      json('inspect', 'signals', ...MARKET, ...range),
      json('inspect', 'features', ...MARKET, ...range),
      json('inspect', 'indicators', ...MARKET, ...range, '--names', 'ema20,rsi14'),
    ]);
    expect(signals.document.rows.length).toBeGreaterThan(0);
    const times = (rows: readonly { time: string }[]) => rows.map((row) => row.time);
    expect(times(features.document.rows)).toEqual(times(signals.document.rows));
    expect(indicators.document.rows).toHaveLength(2 * 96);
    expect(Object.keys(indicators.document.rows[0])).toEqual(['time', 'ema20', 'rsi14']);
    expect(indicators.document.rows[0].time).toBe('2025-01-20T00:15:00.000Z');
    expect(indicators.document.rows.at(-1).time).toBe('2025-01-22T00:00:00.000Z');
  });

  it('PH-10: inspect resolve reads plain and gzip files, and names what is wrong in them', async () => {
    const phantom = {
      side: 'short',
      entry: 100,
      stop: 102,
      tp1: null,
      tp1Fraction: 0.5,
      target: 96,
      openedAt: 0,
      timeoutMs: 3_600_000,
      costs: { feeBps: 0, slippageBps: 0 },
    };
    const document = { phantom, timeframe: '1m', candles: [[0, 100, 101, 95, 97, 1]] };
    const good = join(folder, 'good.json.gz');
    const bad = join(folder, 'bad.json');
    writeFileSync(good, gzipSync(JSON.stringify(document)));
    writeFileSync(bad, JSON.stringify({ ...document, phantom: { ...phantom, stop: 99 } }));
    const [resolved, refused] = await Promise.all([json('inspect', 'resolve', good), json('inspect', 'resolve', bad)]);
    expect(resolved).toMatchObject({
      code: 0,
      document: { outcome: 'win', exitReason: 'tp', netR: 2, exitTime: 60_000 },
    });
    expect(refused.code).toBe(1);
    expect(refused.document.error.message).toContain('phantom.stop');
    expect(refused.complaint).toContain('phantom.stop');
  });

  it('WS-20: export and stats work on a record without phantoms', async () => {
    const file = join(folder, 'phantoms.csv');
    const [exported, stats] = await Promise.all([
      json('export', 'phantoms', '--out', file, '--outcome', 'win,loss', ...profile),
      json('stats', ...profile),
    ]);
    expect(exported).toMatchObject({ code: 0, document: { file, format: 'csv', rows: 0 } });
    expect(readFileSync(file, 'utf8')).toMatch(/^schema_version,id,/);
    expect(stats.document).toMatchObject({ total: 0, resolved: null, strategies: { trend_pullback: { total: 0 } } });
  });

  it('doctor says whether it can run', async () => {
    const sound = await json('doctor', ...profile);
    expect(sound).toMatchObject({ code: 0, document: { usable: true, versions: { sqlite: expect.any(String) } } });
    const path = join(folder, 'a-file');
    writeFileSync(path, '');
    const unusable = await json('doctor', '--profile', path);
    expect(unusable).toMatchObject({ code: 1, document: { usable: false } });
  });

  it('wrong usage is exit code 2 with a suggestion; failures are 1 with a remedy', async () => {
    const nothing = ['replay', '--exchange', 'binance', '--symbols', 'NO/SUCH', ...profile];
    const [unknown, missing, none] = await Promise.all([
      inProcess('replay', '--exchang', 'binance'),
      inProcess(...nothing, '--json'),
      callDesk('stats', '--profile', join(folder, 'nowhere')),
    ]);
    expect(unknown).toMatchObject({ code: 2, out: '' });
    expect(unknown.complaint).toContain('Did you mean --exchange?');
    expect(missing.code).toBe(1);
    expect(documentOf(missing.out)).toMatchObject({ error: { kind: 'no-candles' } });
    expect(none.code).toBe(1);
    expect(none.complaint).toContain('--profile');
  });

  it('inspect fit answers with exactly its figures, writes what was asked, and needs no record', async () => {
    const rows = Array.from(
      { length: 200 },
      (_, row) =>
        `${Math.sin(row * 7)},${row % 5 === 0 ? '' : row % 7},${Math.sin(row * 7) > 0.2 * ((row % 3) - 1) ? 1 : 0}`,
    );
    const file = join(folder, 'rows.csv.gz');
    writeFileSync(file, gzipSync(['a,b,y', ...rows].join('\n')));
    const [predictions, shap] = [join(folder, 'predictions.csv'), join(folder, 'shap.csv')];
    const call = ['inspect', 'fit', '--train', file, '--test', file, '--target', 'y'];
    const trees = ['--model', 'boosting', '--params', '{"rounds": 20}', '--calibrate', 'sigmoid'];
    const [fitted, network, wrong] = await Promise.all([
      json(...call, ...trees, '--predictions', predictions, '--shap', shap),
      json(...call, '--model', 'network', '--params', '{"epochs": 3}'),
      json(...call, '--model', 'forest', '--params', '{"rounds": 20}'),
    ]);
    const figures = ['fitMs', 'predictMs', 'auc', 'logLoss', 'brier', 'ece', 'rmse', 'importance'];
    expect(fitted.code).toBe(0);
    expect(Object.keys(fitted.document)).toEqual(figures);
    expect(fitted.document.auc).toBeGreaterThan(0.9);
    expect(Object.keys(network.document)).toEqual(figures);
    expect(network.document.importance).toBeNull();
    expect(wrong).toMatchObject({ code: 1, document: { error: { kind: 'bad-parameters' } } });
    expect(readFileSync(predictions, 'utf8').trimEnd().split('\n')).toHaveLength(201);
    expect(readFileSync(shap, 'utf8').split('\n')[0]).toBe('base,a,b');
  });

  it('inspect isotonic and drift answer in their shapes; a second file is asked for', async () => {
    const file = join(folder, 'points.csv');
    writeFileSync(file, 'x,y\n1,1\n2,3\n3,2\n4,4\n');
    const [isotonic, drift, missing] = await Promise.all([
      json('inspect', 'isotonic', file),
      json('inspect', 'drift', file, file),
      callDesk('inspect', 'drift', file),
    ]);
    expect(isotonic.document).toEqual({ fitted: [1, 2.5, 2.5, 4] });
    expect(drift.document).toEqual({ judged: false, features: [] });
    expect(missing.code).toBe(2);
    expect(missing.complaint).toContain('B.csv is missing');
  });

  it('ML-40: models and train answer on a record without models', async () => {
    const list = await json('models', 'list', ...profile);
    const train = await json('train', 'trend', ...profile);
    const none = await json('models', 'rollback', 'trend', ...profile);
    expect(list).toMatchObject({ code: 0, document: { models: [] } });
    expect(train).toMatchObject({ code: 1, document: { error: { kind: 'too-few' } } });
    expect(none).toMatchObject({ code: 1, document: { error: { kind: 'nothing-to-roll-back' } } });
  });

  it('help and version need nothing', async () => {
    const [help, command, version] = await Promise.all([
      callDesk('--help'),
      callDesk('help', 'replay'),
      inProcess('--version'),
    ]);
    expect(help.out).toContain('import candles');
    expect(command.out).toContain('Example: desk replay');
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('desk serve', () => {
  it('runs the demo market without a window, reports as NDJSON, and ends in order on SIGTERM', async () => {
    const own = join(folder, 'serve');
    settle(own, { historyDays: 4, learning: false });
    const child = start(['serve', '--headless', '--json', '--symbols', 'BTC/USDT', '--speed', '10', '--profile', own]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)));
    let live = false;
    for await (const line of createInterface({ input: child.stdout })) {
      const document = JSON.parse(line);
      expect(['status', 'log']).toContain(document.type);
      if (document.type === 'status' && document.connection === 'live' && !live) {
        live = true;
        child.kill('SIGTERM');
      }
    }
    expect(live).toBe(true);
    expect(await ended).toBe(0);
    const stats = await json('stats', '--profile', own);
    expect(stats.document.total).toBeGreaterThan(0);
    expect(stats.document.dispositions.bootstrap).toBeGreaterThan(0);
  });
});
