/** The one property that carries the product: live through ccxt, with faults and a restart, equals the replay of its bars. */
import { afterEach, describe, expect, it } from 'vitest';
import type { App } from '#main/app.ts';
import type { DemoExchange } from '#main/exchange/demo/demo-exchange.ts';
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

const HISTORY_DAYS = 7;

let market: DemoExchange | null = null;
let app: App | null = null;

afterEach(async () => {
  await app?.close();
  await market?.close();
  app = null;
  market = null;
});

describe('a live session', () => {
  it('PL-1, PL-6, PL-8: with a dropped socket, a mute socket and a restart gives the lives of a replay of its bars', async () => {
    const folder = temporaryFolder();
    market = await startMarket(100);
    app = await openDesk(folder, market, HISTORY_DAYS, FEW_SYMBOLS);
    await reach(app, 'live');
    await batches(app, 5);

    market.control.dropSockets(1006);
    await reach(app, 'reconnecting');
    await reach(app, 'live');
    await batches(app, 3);

    // Mute and long: the market runs on for three hours while nothing is heard, then the socket is cut.
    market.control.muteSockets();
    market.control.step(3 * 3_600_000);
    market.control.clearFaults();
    market.control.dropSockets(1006);
    await reach(app, 'reconnecting');
    await reach(app, 'live');
    await batches(app, 3);

    await app.close();
    market.control.step(8 * 3_600_000);
    app = await openDesk(folder, market, HISTORY_DAYS, FEW_SYMBOLS);
    await reach(app, 'live');
    // Fast now, through finality by successors only: strategies find signals on live bars too.
    market.control.setSpeed(6_000);
    await batches(app, 600);
    await app.close();
    app = null;

    withProfile(folder, (profile) => {
      const live = recordedPhantoms(profile);
      expectSameLives(live, replayedPhantoms(profile));
      expect(live.size).toBeGreaterThan(100);
      // MK-15: what the book and the trades said was decided on, stored, and replayed.
      const facts = profile.notes
        .instruments()
        .flatMap(({ id }) => [...profile.notes.facts.read(id, '1m', 0, Number.POSITIVE_INFINITY)]);
      expect(facts.length).toBeGreaterThan(0);
      const { dispositions } = profile.history.statistics({});
      expect(dispositions.gap ?? 0).toBeGreaterThan(0);
      expect(dispositions.shadow ?? 0).toBeGreaterThan(0);
      expect(profile.check()).toEqual([]);
    });
  });
});
