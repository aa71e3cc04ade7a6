/** RE-1, RE-4, MK-14: what happens when the disk, the candle file or the exchange lets the desk down. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { App } from '#main/app.ts';
import type { DemoExchange } from '#main/exchange/demo/demo-exchange.ts';
import { CANDLE_FILE, RECORD_FILE } from '#main/store/schemas.ts';
import {
  batches,
  expectSameLives,
  FEW_SYMBOLS,
  openDesk,
  reach,
  recordedPhantoms,
  replayedPhantoms,
  startMarket,
  withProfile,
} from '#test/support/live-run.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const HISTORY_DAYS = 5;
/** No fault here strikes a model. */
const UNTAUGHT = { learning: false };

/** A desk that was live once, made for all and copied for each; and the exchange time at which it stopped. */
let wasLive = '';
let stoppedAt = 0;
beforeAll(async () => {
  wasLive = mkdtempSync(join(tmpdir(), 'desk-was-live-'));
  const market = await startMarket(100);
  const app = await openDesk(wasLive, market, HISTORY_DAYS, FEW_SYMBOLS, UNTAUGHT);
  await reach(app, 'live');
  await app.close();
  stoppedAt = market.clock.now();
  await market.close();
});
afterAll(() => rmSync(wasLive, { recursive: true, force: true }));

async function desk(folder: string): Promise<{ app: App; market: DemoExchange }> {
  cpSync(wasLive, folder, { recursive: true });
  const market = await startMarket(100, stoppedAt);
  onTestFinished(() => market.close());
  const app = await openDesk(folder, market, HISTORY_DAYS, FEW_SYMBOLS, UNTAUGHT);
  onTestFinished(() => app.close());
  await reach(app, 'live');
  return { app, market };
}

describe('the disk', () => {
  it('RE-4: what cannot be recorded is not decided; the desk says so and goes on from the record once it can', async () => {
    const folder = temporaryFolder();
    const { app } = await desk(folder);
    await batches(app, 2);
    // Another writer holds the record longer than the busy timeout: every commit fails meanwhile.
    const intruder = new Database(join(folder, RECORD_FILE));
    intruder.pragma('busy_timeout = 10000');
    intruder.exec('BEGIN IMMEDIATE');
    await expect(reach(app, 'never')).rejects.toThrow(/in use/);
    expect(app.session.keeper).toBeNull();
    expect(app.session.approve('any', null).done).toBe(false);
    intruder.exec('ROLLBACK');
    intruder.close();
    while (app.session.state.connection !== 'live') {
      await new Promise<void>((resolve) => {
        const stop = app.session.changed.on(() => {
          stop();
          resolve();
        });
      });
    }
    await batches(app, 3);
    await app.close();
    withProfile(folder, (profile) => {
      expectSameLives(recordedPhantoms(profile), replayedPhantoms(profile));
      expect(profile.check()).toEqual([]);
    });
  });

  it('RE-1: candles that a power cut took are fetched again, and the lives are those of a replay', async () => {
    const folder = temporaryFolder();
    const { app, market } = await desk(folder);
    await batches(app, 3);
    await app.close();
    // The newest blocks of every series are gone, the record still has its steps.
    const candles = new Database(join(folder, CANDLE_FILE));
    const lost = candles.prepare('DELETE FROM candle_blocks WHERE key IN (SELECT max(key) FROM candle_blocks)').run();
    candles.close();
    expect(lost.changes).toBeGreaterThan(0);
    const again = await openDesk(folder, market, HISTORY_DAYS, FEW_SYMBOLS, UNTAUGHT);
    onTestFinished(() => again.close());
    await reach(again, 'live');
    await batches(again, 3);
    await again.close();
    withProfile(folder, (profile) => expectSameLives(recordedPhantoms(profile), replayedPhantoms(profile)));
  });
});

describe('the exchange', () => {
  it('MK-14: an instrument that is delisted ends its phantoms as unavailable, and the watchlist says halted', async () => {
    const { app, market } = await desk(temporaryFolder());
    const open = [...(app.session.keeper?.engine.openPhantoms.all() ?? [])][0];
    expect(open).toBeDefined();
    const symbol = open?.phantom.instrumentId.slice('demo:'.length) ?? '';
    expect(market.control.delist(symbol.replace('/', ''))).toBe(true);
    // It takes effect with the next bar.
    await batches(app, 2);
    await app.session.checkExchange();
    expect(app.session.isGone(`demo:${symbol}`)).toBe(true);
    const row = app.service.calls['phantoms.history']({
      filter: { instrumentIds: [`demo:${symbol}`], outcomes: ['unavailable'] },
      sort: { by: 'openedAt', direction: 'descending' },
      cursor: null,
      limit: 5,
    });
    expect((await row).rows[0]).toMatchObject({ outcome: 'unavailable', netR: null });
    await batches(app, 2);
  });
});
