/** WS-2: what a first start shows, from the demo market's seed alone and through the whole application. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import { createApp } from '#main/app.ts';
import { DEMO_DEFAULTS } from '#main/exchange/demo/demo-defaults.ts';
import { createGeneratedSource } from '#main/exchange/demo/market-generator.ts';
import { demoTickets } from '#test/support/demo-tickets.ts';
import { batches, reach } from '#test/support/live-run.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

describe('a first start', () => {
  it('WS-2: the demo market shows its first ticket 5 to 15 market minutes after the start, and more soon after', () => {
    const source = createGeneratedSource({ seed: DEMO_DEFAULTS.seed, epoch: DEMO_DEFAULTS.epoch });
    const tickets = demoTickets(source, DEMO_DEFAULTS.startAt, DEFAULT_SETTINGS.historyDays, 120);
    const minutes = tickets.map(({ minute }) => minute);
    // The market is at real time while history runs (a minute or two of it), then a market minute is a second at x60.
    expect(minutes[0]).toBeGreaterThanOrEqual(5);
    expect(minutes[0]).toBeLessThanOrEqual(15);
    expect(minutes.length).toBeGreaterThanOrEqual(4);
  });

  it('WS-2, PL-11: without account, key, file or network it has hundreds of resolved phantoms and then a live ticket', async () => {
    const app = await createApp({
      profileDir: temporaryFolder(),
      // Untaught: what history teaches, `learning-loop.test.ts` and the first day of `test/e2e/trader.test.ts` have.
      settings: { historyDays: 9, fixedMinimumScore: 70, learning: false },
    });
    if (!app.ok) throw new Error(app.error.message);
    onTestFinished(() => app.value.close());
    const { session, service } = app.value;
    const speeds = new Map<string, number | undefined>();
    session.changed.on(({ connection }) => speeds.set(connection, app.value.demo()?.exchange.clock.speed()));
    await app.value.start();
    await reach(app.value, 'live');
    // A slow machine misses nothing of the market: it stands at real time until its history is in (MK-21).
    expect(speeds.get('bootstrapping')).toBe(1);
    expect(speeds.get('catching-up')).toBe(60);
    const before = await service.calls['phantoms.statistics']({});
    expect(before.resolved?.count).toBeGreaterThan(300);
    expect(before.dispositions.bootstrap).toBeGreaterThan(300);
    expect(before.dispositions.executed).toBeUndefined();
    expect([...(session.keeper?.engine.openTickets() ?? [])]).toEqual([]);

    // Waiting half a minute at x60 is what a person does; here the market is hurried on.
    app.value.demo()?.setSpeed(600);
    while ([...(session.keeper?.engine.openTickets() ?? [])].length === 0) await batches(app.value, 1);
    const [ticket] = [...(session.keeper?.engine.openTickets() ?? [])];
    expect(ticket?.score.kind).toBe('heuristic');
    expect(ticket?.size.riskAmount).toBeLessThanOrEqual(50);
    // MK-21: the market slows down so that a person can decide.
    expect(app.value.demo()?.exchange.clock.speed()).toBe(5);
    const answer = await service.calls['tickets.approve']({ ticketId: ticket?.id ?? '', amount: null });
    expect(answer).toMatchObject({ done: true });
    expect([...(session.keeper?.engine.openPositions() ?? [])]).toHaveLength(1);
  });
});
