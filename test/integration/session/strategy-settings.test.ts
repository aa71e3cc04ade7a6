/** Strategy parameters on a real small desk: a change reaches new signals, leaves open phantoms alone, and outlives a restart. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Phantom } from '#core/domain/phantom.ts';
import { type App, createApp } from '#main/app.ts';
import type { DemoExchange } from '#main/exchange/demo/demo-exchange.ts';
import { openExchange } from '#main/exchange/open-exchange.ts';
import { reach, startMarket, withProfile } from '#test/support/live-run.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

/** Every other 15m bar has an entry by lot, so that signals come within seconds. */
const OFTEN = { entriesPerThousand: 500, tp1R: 1 };

async function open(folder: string, market: DemoExchange): Promise<App> {
  const { restUrl, socketUrl, clock } = market;
  const app = await createApp({
    profileDir: folder,
    settings: { historyDays: 2, stage: 'shadow', symbols: ['BTC/USDT', 'ETH/USDT'] },
    openExchange: (exchange) => openExchange(exchange, { demo: { restUrl, socketUrl, clock } }),
  });
  if (!app.ok) throw new Error(app.error.message);
  await app.value.start();
  return app.value;
}

/** The next phantom of the placebo that opens. */
function nextPlacebo(app: App): Promise<Phantom> {
  return new Promise((resolve) => {
    const stop = app.session.stepped.on(({ events }) => {
      for (const event of events) {
        if (event.kind !== 'phantom-opened' || event.phantom.signal.strategyId !== 'placebo') continue;
        stop();
        resolve(event.phantom);
        return;
      }
    });
  });
}

const targetR = ({ terms }: Phantom) => Math.abs(terms.target - terms.entry) / Math.abs(terms.entry - terms.stop);

describe('strategy parameters', () => {
  it('ST-1: new signals follow a change, open phantoms keep their levels and go on, and a restart keeps it', async () => {
    const folder = temporaryFolder();
    const market = await startMarket(900);
    onTestFinished(() => market.close());
    const app = await open(folder, market);
    app.settings.update({ strategyParameters: { placebo: { ...OFTEN, targetR: 2 } } });
    await reach(app, 'live');
    const before = await nextPlacebo(app);
    expect(targetR(before)).toBeCloseTo(2, 9);
    const openBefore = [...(app.session.keeper?.engine.openPhantoms.all() ?? [])].map(({ phantom }) => phantom);
    expect(openBefore.map(({ id }) => id)).toContain(before.id);

    const first = app.session.keeper;
    const connection = app.session.connection;
    app.settings.update({ strategyParameters: { placebo: { ...OFTEN, targetR: 5 } } });
    const after = await new Promise<Phantom>((resolve) => {
      const stop = app.session.reopened.on(() => {
        stop();
        resolve(nextPlacebo(app));
      });
    });
    expect(targetR(after)).toBeCloseTo(5, 9);
    // The engine is another one, the process and the connection are the same.
    expect(app.session.keeper).not.toBe(first);
    expect(app.session.connection).toBe(connection);
    for (const { id, terms } of openBefore) {
      const still = app.session.keeper?.engine.openPhantoms.get(id)?.phantom;
      const detail = still ?? withOpenProfile(app, id);
      expect(detail?.terms).toEqual(terms);
    }
    await app.close();

    const again = await open(folder, market);
    expect(again.settings.current.strategyParameters).toEqual({ placebo: { ...OFTEN, targetR: 5 } });
    await reach(again, 'live');
    expect(targetR(await nextPlacebo(again))).toBeCloseTo(5, 9);
    await again.close();
    // Nothing was lost on the way: what was open has ended, or is open still.
    withProfile(folder, (profile) => {
      expect(profile.check()).toEqual([]);
      for (const { id, terms } of openBefore) expect(profile.history.detail(id)?.phantom.terms).toEqual(terms);
    });
  });
});

/** One that ended between two looks. */
function withOpenProfile(app: App, id: string): Pick<Phantom, 'terms'> | undefined {
  const { calls } = app.service;
  const detail = calls['phantoms.detail']({ id }) as { readonly phantom: Pick<Phantom, 'terms'> } | null;
  return detail?.phantom;
}
