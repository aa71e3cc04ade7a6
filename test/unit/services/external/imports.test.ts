/** Files of other programs into the record (ST-20): signals resolved on stored candles, truth logs beside our outcomes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSignals } from '#main/files/signal-csv.ts';
import { parseTruth } from '#main/files/truth-lines.ts';
import { importSignals, type SignalImportReport } from '#main/services/external/import-signals.ts';
import { exportTruth, importTruth, type TruthImportReport } from '#main/services/external/truth-log.ts';
import type { Profile } from '#main/store/database.ts';
import { BTC, DESK_START, ETH, ExternalDeskRun, walk } from '#test/support/external-desk.ts';
import { emptyProfile, putCandles } from '#test/support/research-profile.ts';
import { DESK_SETTINGS, MINUTE } from '#test/support/small-desk.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const HOURS = 60;
const MINUTES = 24 * HOURS;
const MARKET = [walk(1, MINUTES), walk(2, MINUTES)];
const OLDEST_FIRST = { by: 'openedAt', direction: 'ascending' } as const;

function candleProfile(): Profile {
  const profile = emptyProfile();
  putCandles(profile, 'BTC/USDT', '1m', MARKET[0] ?? []);
  putCandles(profile, 'ETH/USDT', '1m', MARKET[1] ?? []);
  profile.notes.putInstruments([BTC, ETH]);
  return profile;
}

/** A long of 1 % at the close of `minute`, in the words of a file. */
function line(minute: number, more: { id?: string; symbol?: string; side?: string; risk?: number } = {}): string {
  const { id = `m${minute}`, symbol = 'BTCUSDT', side = 'long', risk = 1 } = more;
  const market = MARKET[symbol.startsWith('ETH') ? 1 : 0] ?? [];
  const close = market[Math.min(minute, MINUTES) - 1]?.close ?? 100;
  const sign = side === 'long' ? 1 : -1;
  const time = new Date(DESK_START + minute * MINUTE + 1_500).toISOString();
  return `${time},${symbol},${side},${close - sign * risk},${close + sign * 2 * risk},${id}`;
}

async function importLines(
  profile: Profile,
  lines: readonly string[],
  signal?: AbortSignal,
): Promise<SignalImportReport | string> {
  const rows = parseSignals(['time,symbol,side,stop,target,id', ...lines].join('\n'));
  if (!rows.ok) throw new Error(rows.error.message);
  const more = signal === undefined ? {} : { signal };
  const report = await importSignals({
    profile,
    source: 'bot',
    exchange: 'binance',
    rows: rows.value,
    settings: DESK_SETTINGS,
    ...more,
  });
  return report.ok ? report.value : report.error.kind;
}

function phantoms(profile: Profile) {
  return [...profile.exportPhantoms({}, OLDEST_FIRST)].map(({ row }) => profile.history.detail(row.id)?.phantom);
}

describe('ST-20: desk import signals', () => {
  it('judges each at the bar that had closed then and resolves it on the stored candles, with disposition imported', async () => {
    const profile = candleProfile();
    const report = await importLines(profile, [line(900), line(600, { symbol: 'ETHUSDT', side: 'short' }), line(700)]);
    expect(report).toMatchObject({ rowsRead: 3, accepted: 3, known: 0, rejected: [] });
    const [eth, first, second] = phantoms(profile);
    expect([eth, first, second].map((phantom) => phantom?.signal.time)).toEqual(
      [600, 700, 900].map((minute) => DESK_START + minute * MINUTE),
    );
    expect(first?.signal.entry).toBe(MARKET[0]?.[699]?.close);
    expect(first?.decision.disposition).toBe('imported');
    expect(first?.features?.setId).toBe('quality');
    expect(first?.decision.score.kind).toBe('heuristic');
    for (const phantom of [eth, first, second]) expect(['win', 'loss', 'timeout']).toContain(phantom?.result.outcome);
    expect(profile.check()).toEqual([]);
  });

  it('knows nothing of what comes later: the same signal on a cut history has the same vector', async () => {
    const whole = candleProfile();
    await importLines(whole, [line(700)]);
    const cut = emptyProfile();
    putCandles(cut, 'BTC/USDT', '1m', MARKET[0]?.slice(0, 700) ?? []);
    putCandles(cut, 'ETH/USDT', '1m', MARKET[1]?.slice(0, 700) ?? []);
    cut.notes.putInstruments([BTC, ETH]);
    await importLines(cut, [line(700)]);
    const [one, other] = [phantoms(whole)[0], phantoms(cut)[0]];
    expect(one?.features?.values.length).toBeGreaterThan(0);
    expect(other?.features).toEqual(one?.features);
    expect(other?.besideFeatures).toEqual(one?.besideFeatures);
    expect(other?.result.outcome).toBe('open');
  });

  it('rejects by line and reason; a file that comes again changes nothing', async () => {
    const profile = candleProfile();
    const lines = [
      line(900),
      line(900, { id: 'again' }),
      line(901, { id: 'm900' }),
      line(902, { symbol: 'DOGEUSDT' }),
      line(903, { risk: 30 }),
      line(10),
      line(MINUTES + 60),
      'never,BTCUSDT,long,1,2,x',
      '2025-01-06T12:00:00Z,BTCUSDT,up,99,,y',
    ];
    const report = await importLines(profile, lines);
    expect(typeof report === 'string' ? report : report.rejected).toEqual([
      { line: 3, reason: 'bot has a long on this instrument and this bar already' },
      { line: 4, reason: 'the same id as line 2' },
      { line: 5, reason: 'no candles of DOGEUSDT are stored' },
      { line: 6, reason: expect.stringContaining('ATR(14) of 15m from the entry') },
      { line: 7, reason: 'ATR(14) of 15m is not known yet' },
      { line: 8, reason: expect.stringContaining('too long ago to enter at') },
      { line: 9, reason: 'time is neither a number nor ISO 8601: "never"' },
      { line: 10, reason: 'target is missing; side must be long or short (or buy or sell)' },
    ]);
    expect(phantoms(profile)).toHaveLength(1);
    const before = phantoms(profile);
    expect(await importLines(profile, lines)).toMatchObject({ accepted: 0, known: 1 });
    expect(phantoms(profile)).toEqual(before);
  });

  it('MK-31: is one transaction; a cancelled one leaves nothing', async () => {
    const profile = candleProfile();
    expect(await importLines(profile, [line(700)], AbortSignal.abort())).toBe('cancelled');
    expect(phantoms(profile)).toEqual([]);
    expect(await importLines(emptyProfile(), [line(700)])).toBe('no-candles');
  });

  it('PL-6: what is still open goes on in the desk behind the bars that it has worked', async () => {
    const desk = new ExternalDeskRun({ stage: 'shadow' });
    desk.run(MARKET, 400);
    const far = { risk: 1.2, id: 'open' };
    expect(await importLines(desk.profile, [line(399, far), line(500)])).toMatchObject({
      accepted: 1,
      outcomes: { open: 1 },
      rejected: [{ line: 3, reason: 'the desk has worked this instrument only until 2025-01-06T06:40:00.000Z' }],
    });
    desk.restart();
    const id = `external:bot|binance:BTC/USDT|${DESK_START + 399 * MINUTE}|long`;
    expect(desk.keeper.engine.openPhantoms.get(id)).toBeDefined();
    desk.run(MARKET, MINUTES - 400);
    const resolved = desk.profile.history.detail(id)?.phantom.result;
    const whole = candleProfile();
    await importLines(whole, [line(399, far)]);
    expect(resolved).toEqual(phantoms(whole)[0]?.result);
    expect(resolved?.outcome).not.toBe('open');
    // WS-21: nothing that is decided later looks back on it.
    expect(desk.profile.loadOpen().recentlyResolved.get('external:bot')).toEqual([]);
  });
});

describe('ST-20: the truth log', () => {
  async function resolvedProfile(): Promise<Profile> {
    const profile = candleProfile();
    const lines = [600, 700, 800, 900, 1_000].map((minute) => line(minute, { risk: 0.8 }));
    expect(await importLines(profile, lines)).toMatchObject({ accepted: 5 });
    return profile;
  }
  const importText = (profile: Profile, text: string, source: string | null = null): TruthImportReport => {
    const report = importTruth({ profile, lines: parseTruth(text), source, fileName: 'truth.jsonl', now: 1 });
    if (!report.ok) throw new Error(report.error.message);
    return report.value;
  };
  const written = (profile: Profile, source: string | null) => {
    const file = join(temporaryFolder(), 'truth.jsonl');
    const report = exportTruth({ profile, filter: {}, source, file });
    return { report, text: readFileSync(file, 'utf8') };
  };

  it('of ours, read again, agrees with itself on every line', async () => {
    const profile = await resolvedProfile();
    for (const source of ['bot', null]) {
      const { report, text } = written(profile, source);
      expect(report).toMatchObject({ ok: true, value: { lines: 5, leftOut: 0 } });
      expect(importText(profile, text)).toMatchObject({
        linesRead: 5,
        accepted: 5,
        agreements: 5,
        disagreements: [],
        rejected: [],
      });
      for (const parsed of parseTruth(text)) {
        if ('reason' in parsed) throw new Error(parsed.reason);
        const id = parsed.name.startsWith('m') ? profile.externals.find('bot', parsed.name)?.signalId : parsed.name;
        expect(profile.externals.truth(id ?? '')).toMatchObject({ ...parsed.truth, fileName: 'truth.jsonl' });
      }
    }
    expect(written(profile, 'nobody').report).toMatchObject({ value: { lines: 0 } });
  });

  it('a pip is a price tick, and runtime is the time to the exit', async () => {
    const profile = await resolvedProfile();
    const [first] = written(profile, 'bot').text.split('\n');
    const { max_favorable_pips: pips, runtime_seconds: seconds, ...rest } = JSON.parse(first ?? '');
    const result = phantoms(profile)[0]?.result;
    const entry = phantoms(profile)[0]?.terms.entry ?? Number.NaN;
    expect(pips).toBeCloseTo(Math.abs((result?.maxFavorablePrice ?? 0) - entry) / 0.01, 1);
    expect(seconds).toBe(result?.timeToExitSec);
    expect(Object.keys(rest)).toEqual(['signal_id', 'completed', 'outcome', 'max_adverse_pips']);
  });

  it('where the two differ, ours stays of record and theirs is kept beside it', async () => {
    const profile = await resolvedProfile();
    const before = phantoms(profile);
    const { text } = written(profile, 'bot');
    const [own] = parseTruth(text);
    if (own === undefined || 'reason' in own) throw new Error('a line was written');
    const theirs = own.truth.outcome === 'WIN_TP' ? 'LOSS_SL' : 'WIN_TP';
    const said = JSON.stringify({ signal_id: own.name, completed: true, outcome: theirs, max_favorable_pips: 12.5 });
    const report = importText(profile, said);
    expect(report).toMatchObject({
      agreements: 0,
      disagreements: [{ signalId: 'm600', theirs: { outcome: theirs, maxFavorablePips: 12.5 }, ours: own.truth }],
    });
    expect(phantoms(profile)).toEqual(before);
    expect(profile.externals.truth(report.disagreements[0]?.phantomId ?? '')?.outcome).toBe(theirs);
    // A newer word replaces the older one.
    importText(profile, text);
    expect(profile.externals.truth(report.disagreements[0]?.phantomId ?? '')?.outcome).toBe(own.truth.outcome);
  });

  it('RE-55: names lines that are malformed, unknown, twice or of several sources', async () => {
    const profile = await resolvedProfile();
    const other = parseSignals(`time,symbol,side,stop,target,id\n${line(1_100, { id: 'm600' })}`);
    if (!other.ok) throw new Error(other.error.message);
    await importSignals({ profile, source: 'other', exchange: 'binance', rows: other.value, settings: DESK_SETTINGS });
    const ended = (id: string) => JSON.stringify({ signal_id: id, completed: false });
    const text = ['{', ended('nobody'), ended('m700'), ended('m700'), ended('m600')].join('\n');
    expect(importText(profile, text)).toMatchObject({
      linesRead: 5,
      accepted: 1,
      undecided: 1,
      rejected: [
        { line: 1, reason: 'this is no JSON object' },
        { line: 2, reason: 'no recorded signal has this signal_id' },
        { line: 4, reason: 'the same signal as line 3' },
        { line: 5, reason: 'several sources know this signal_id (bot, other): name one with --source' },
      ],
    });
    expect(importText(profile, ended('m600'), 'other')).toMatchObject({ accepted: 1, rejected: [] });
  });

  it('of a file that cannot be written leaves nothing behind', async () => {
    const profile = candleProfile();
    const file = join(temporaryFolder(), 'no-such-folder', 'truth.jsonl');
    expect(exportTruth({ profile, filter: {}, source: null, file })).toMatchObject({
      ok: false,
      error: { kind: 'unwritable' },
    });
  });
});
