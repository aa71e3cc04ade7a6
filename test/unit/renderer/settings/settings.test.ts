import { describe, expect, it } from 'vitest';
import { importBeginInput } from '#contract/areas/imports.ts';
import { DEFAULT_SETTINGS, SETTING_MEANINGS } from '#contract/areas/setting-defaults.ts';
import { settingsSchema } from '#contract/areas/settings.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { createImportStore, guessTarget, PIECE_BYTES, toBase64 } from '#renderer/features/imports/import-store.ts';
import { filterLog } from '#renderer/features/log/log-filter.ts';
import { exchangeGroups, sameSymbols, symbolChoices } from '#renderer/features/settings/market-choice.ts';
import {
  defaultText,
  fromTyped,
  isDefault,
  NUMBER_SPELLINGS,
  SECTIONS,
  type SettingKey,
  searchSettings,
  toTyped,
} from '#renderer/features/settings/setting-rows.ts';
import { sortPositions } from '#renderer/features/trading/position-order.ts';
import { neighbour } from '#renderer/features/watchlist/watchlist-actions.ts';
import { parseNumber } from '#renderer/ui/controls.tsx';
import { settle } from '../support/open-desk.ts';
import { scriptedClient } from '../support/scripted-client.ts';

describe('the settings form', () => {
  it('WS-18: shows every setting once, each with meaning and default', () => {
    const shown = SECTIONS.flatMap((section) => section.keys);
    expect([...shown].sort()).toEqual(Object.keys(DEFAULT_SETTINGS).sort());
    for (const key of shown) {
      expect(SETTING_MEANINGS[key].meaning.length).toBeGreaterThan(10);
      expect(defaultText(key)).not.toBe('');
      expect(isDefault(DEFAULT_SETTINGS, key)).toBe(true);
    }
  });

  it('WS-5: the defaults satisfy the contract', () => {
    expect(settingsSchema.safeParse(DEFAULT_SETTINGS).success).toBe(true);
  });

  it('what is typed at either end of a number’s range satisfies the contract', () => {
    for (const [key, spelling] of Object.entries(NUMBER_SPELLINGS)) {
      for (const typed of [spelling.minimum, spelling.maximum]) {
        const settings = { ...DEFAULT_SETTINGS, [key as SettingKey]: fromTyped(typed, spelling) };
        expect(settingsSchema.safeParse(settings).success, `${key} = ${typed}`).toBe(true);
      }
    }
  });

  it('a share is typed in percent, without floating-point dust', () => {
    expect(toTyped(0.005, NUMBER_SPELLINGS.riskPerTrade)).toBe(0.5);
    expect(fromTyped(0.7, NUMBER_SPELLINGS.riskPerTrade)).toBe(0.007);
    expect(toTyped(0.07 / 100, NUMBER_SPELLINGS.riskPerTrade)).toBe(0.07);
  });

  it('is searched by label and meaning', () => {
    expect(searchSettings('colour-blind').flatMap((section) => section.keys)).toEqual(['upDownColors']);
    expect(searchSettings('no such thing')).toEqual([]);
    expect(searchSettings(' ')).toBe(SECTIONS);
  });

  it('reads numbers as people write them, and nothing else', () => {
    expect(parseNumber('1,234.5')).toBe(1234.5);
    expect(parseNumber('\u22122')).toBe(-2);
    expect(parseNumber('')).toBeNull();
    expect(parseNumber('12abc')).toBeNull();
    expect(parseNumber('7', 0, 5)).toBeNull();
    expect(parseNumber('1e999')).toBeNull();
  });
});

describe('the choice of a market', () => {
  const exchanges = [
    { id: 'zaif', name: 'Zaif', tested: false },
    { id: 'binance', name: 'Binance', tested: true },
    { id: 'demo', name: 'Demo exchange', tested: true },
  ];

  it('MK-10: demo first, then the tested ones; the others only when searched for', () => {
    const { shown, hidden } = exchangeGroups(exchanges, '', 'demo');
    expect(shown.map(({ id }) => id)).toEqual(['demo', 'binance']);
    expect(hidden).toBe(1);
    expect(exchangeGroups(exchanges, 'zai', 'demo').shown.map(({ id }) => id)).toEqual(['zaif']);
    expect(exchangeGroups(exchanges, '', 'zaif').shown.map(({ id }) => id)).toContain('zaif');
  });

  it('chosen instruments stand first, and one the exchange does not list is marked', () => {
    const listed = ['BTC/USDT', 'ETH/USDT'].map((symbol) => ({ symbol }) as Instrument);
    const choices = symbolChoices(listed, ['DOGE/USDT', 'ETH/USDT'], '');
    expect(choices.map(({ symbol }) => symbol)).toEqual(['DOGE/USDT', 'ETH/USDT', 'BTC/USDT']);
    expect(choices[0]?.isListed).toBe(false);
    expect(symbolChoices(null, ['DOGE/USDT'], '')[0]?.isListed).toBe(true);
    expect(symbolChoices(listed, [], 'btc')).toHaveLength(1);
    expect(sameSymbols(['a', 'b'], ['b', 'a'])).toBe(true);
  });
});

describe('an import', () => {
  const target = { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '5m' } as const;

  it('MK-30: sends the file whole and in order, and shows the report', async () => {
    const client = scriptedClient();
    const store = createImportStore(client);
    const bytes = Uint8Array.from({ length: PIECE_BYTES + 10 }, (_, index) => index % 251);
    const run = store.run(new File([bytes], 'BTCUSDT-5m.csv'), target);
    const sent: string[] = [];
    for (let call = 0; call < 4; call++) {
      await vitestTurn(() => client.calls.length > call);
      const asked = client.calls[call];
      if (asked?.name === 'imports.chunk') sent.push((asked.input as { data: string }).data);
      const report = { rowsRead: 2, accepted: 2, rejected: [], gaps: [] };
      asked?.resolve(
        asked.name === 'imports.begin'
          ? { importId: 'i' }
          : asked.name === 'imports.finish'
            ? { report, fault: null }
            : null,
      );
    }
    await run;
    const received = sent.flatMap((piece) => [...atob(piece)].map((character) => character.charCodeAt(0)));
    expect(received).toEqual([...bytes]);
    expect(store.getState()).toMatchObject({ phase: 'done', report: { accepted: 2 } });
  });

  it('FE-13: begins the file of an index as one, of the scope that was given', () => {
    const client = scriptedClient();
    void createImportStore(client).run(new File(['time,value'], 'index.csv'), { kind: 'sentiment', scope: 'USDT' });
    const [begin] = client.calls;
    expect(begin).toMatchObject({ name: 'imports.begin', input: { kind: 'sentiment', fileName: 'index.csv' } });
    expect(importBeginInput.safeParse(begin?.input).success).toBe(true);
    expect(importBeginInput.safeParse({ fileName: 'a.csv', ...target }).success).toBe(true);
    expect(importBeginInput.safeParse({ kind: 'other', fileName: 'a.csv', scope: '' }).success).toBe(false);
  });

  it('a cancelled one sends nothing more, and its late answers change nothing', async () => {
    const client = scriptedClient();
    const store = createImportStore(client);
    void store.run(new File(['1,2,3'], 'a.csv'), target);
    store.cancel();
    client.calls[0]?.resolve({ importId: 'i' });
    await settle();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(client.calls.filter((call) => call.name === 'imports.finish')).toHaveLength(0);
    expect(store.getState().phase).toBe('idle');
  });

  it('reads instrument and timeframe from the usual file names', () => {
    expect(guessTarget('BTCUSDT-5m-2026-01.zip')).toEqual({ symbol: 'BTC/USDT', timeframe: '5m' });
    expect(guessTarget('SOLUSDT-1h.csv.gz')).toEqual({ symbol: 'SOL/USDT', timeframe: '1h' });
    expect(guessTarget('candles.csv')).toEqual({ symbol: null, timeframe: null });
  });

  it('encodes bytes of any value', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect([...atob(toBase64(bytes))].map((one) => one.charCodeAt(0))).toEqual([...bytes]);
  });
});

/** Reading a file takes turns of the event loop, not only microtasks. */
async function vitestTurn(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 0));
}

describe('orders and filters of small tables', () => {
  it('the log is newest first, from a level up, by text', () => {
    const entry = (sequence: number, level: 'info' | 'error', message: string) => ({
      sequence,
      level,
      message,
      time: 0,
      exchangeTime: null,
      source: 'store',
    });
    const entries = [entry(1, 'info', 'one'), entry(2, 'error', 'two'), entry(3, 'info', 'three')];
    expect(filterLog(entries, 'info', '').map(({ sequence }) => sequence)).toEqual([3, 2, 1]);
    expect(filterLog(entries, 'warning', '').map(({ sequence }) => sequence)).toEqual([2]);
    expect(filterLog(entries, 'info', 'STORE th').map(({ sequence }) => sequence)).toEqual([3]);
  });

  it('open positions stand before closed ones', () => {
    const position = (id: string, state: 'open' | 'closed', openedAt: number) =>
      ({ id, state, terms: { openedAt }, result: { exitTime: null } }) as Parameters<typeof sortPositions>[0][number];
    const rows = [position('a', 'closed', 9), position('b', 'open', 1), position('c', 'open', 5)];
    expect(sortPositions(rows).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('the arrow keys stop at the ends of the watchlist', () => {
    const rows = ['a', 'b', 'c'].map((instrumentId) => ({ instrumentId }));
    expect(neighbour(rows, 'a', 1)).toBe('b');
    expect(neighbour(rows, 'c', 1)).toBe('c');
    expect(neighbour(rows, 'a', -1)).toBe('a');
    expect(neighbour(rows, null, 1)).toBe('a');
    expect(neighbour([], 'a', 1)).toBeNull();
  });
});
