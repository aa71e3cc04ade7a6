/** A history run that the trader stops and resumes on a real small desk, and what the window is then told of it. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Contract } from '#contract/contract.ts';
import type { CallNames, InputOf, OutputOf } from '#contract/define.ts';
import type { App } from '#main/app.ts';
import {
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

const HISTORY_DAYS = 6;
/** Fits take longer than the rest of a short history, and change nothing of what is looked at here. */
const UNTAUGHT = { learning: false };

/** Resolves when the strategies have worked some of the history. */
function historyUnderWay(app: App): Promise<void> {
  return new Promise((resolve) => {
    const stop = app.session.changed.on(({ progress }) => {
      if (progress?.stage.startsWith('running') !== true || progress.done === 0) return;
      stop();
      resolve();
    });
  });
}

function stopped(app: App): Promise<void> {
  return new Promise((resolve) => {
    const stop = app.session.changed.on(() => {
      if (!app.session.historyStopped) return;
      stop();
      resolve();
    });
  });
}

async function ask<Name extends CallNames<Contract>>(app: App, name: Name, input: InputOf<Contract[Name]>) {
  const call = app.service.calls[name] as (given: unknown) => unknown;
  return (await call(input)) as OutputOf<Contract[Name]>;
}

describe('a history run', () => {
  it('PL-11: stops when asked, decides nothing meanwhile, and goes on as if nobody had stopped it', async () => {
    const folder = temporaryFolder();
    const market = await startMarket(60);
    onTestFinished(() => market.close());
    const app = await openDesk(folder, market, HISTORY_DAYS, FEW_SYMBOLS, UNTAUGHT);
    expect(await ask(app, 'session.resumeHistory', { way: 'whole' })).toMatchObject({ done: false });
    await historyUnderWay(app);
    const isStopped = stopped(app);
    expect(await ask(app, 'session.cancelHistory', {})).toMatchObject({ done: true });
    await isStopped;

    const worked = () => [...(app.session.keeper?.engine.instruments() ?? [])].map(({ lastOpenTime }) => lastOpenTime);
    const before = worked();
    expect(Math.max(...before)).toBeLessThan(market.clock.now() - 86_400_000);
    expect(Math.min(...before)).toBeGreaterThan(0);
    expect(app.session.state).toMatchObject({ connection: 'bootstrapping', progress: { remainingMs: null } });
    expect(await ask(app, 'session.cancelHistory', {})).toMatchObject({ done: false });
    // Bars go on closing at the exchange; none of them reaches a strategy.
    market.control.step(3_600_000);
    expect(worked()).toEqual(before);

    expect(await ask(app, 'session.resumeHistory', { way: 'whole' })).toMatchObject({ done: true });
    await reach(app, 'live');
    await app.close();
    withProfile(folder, (profile) => {
      const lives = recordedPhantoms(profile);
      expect(lives.size).toBeGreaterThan(20);
      expectSameLives(lives, replayedPhantoms(profile));
    });
  });

  it('PL-11: what is left of it can be given up: the shortest way downloads a week at most and goes live', async () => {
    const folder = temporaryFolder();
    const market = await startMarket(60);
    onTestFinished(() => market.close());
    const app = await openDesk(folder, market, 20, FEW_SYMBOLS, UNTAUGHT);
    const isStopped = stopped(app);
    await new Promise<void>((resolve) => {
      const stop = app.session.changed.on(({ progress }) => {
        if (progress?.stage !== 'downloading history') return;
        stop();
        app.session.cancelHistory();
        resolve();
      });
    });
    await isStopped;
    expect(await ask(app, 'session.resumeHistory', { way: 'shortest' })).toMatchObject({ done: true });
    await reach(app, 'live');
    const last = app.session.instruments.at(-1);
    await app.close();
    withProfile(folder, (profile) => {
      const first = profile.candles.first(last?.id ?? '', '1m')?.openTime ?? 0;
      expect(market.clock.now() - first).toBeLessThan(8.5 * 86_400_000);
    });
  });
});

describe('what the window is told', () => {
  it('FE-3, ST-12: contexts are those of the signals, and the placebo is in no list unless it is asked for', async () => {
    const folder = temporaryFolder();
    const market = await startMarket(60);
    onTestFinished(() => market.close());
    const app = await openDesk(folder, market, HISTORY_DAYS, FEW_SYMBOLS, UNTAUGHT);
    await reach(app, 'live');

    const sort = { by: 'openedAt', direction: 'ascending' } as const;
    const page = (filter: InputOf<Contract['phantoms.history']>['filter']) =>
      ask(app, 'phantoms.history', { filter, sort, cursor: null, limit: 1000 });
    const figures = (filter: InputOf<Contract['phantoms.statistics']>) => ask(app, 'phantoms.statistics', filter);
    const shown = await page({ includePlacebo: true });
    expect((await page({})).rows.some((row) => row.strategyId === 'placebo')).toBe(false);
    const usual = await figures({});
    const everything = await figures({ includePlacebo: true });
    const placebo = await figures({ strategyIds: ['placebo'] });
    expect(placebo.total).toBeGreaterThan(20);
    expect(everything.total).toBe(usual.total + placebo.total);
    expect((await ask(app, 'strategies.list', {})).map(({ id }) => id)).not.toContain('placebo');
    const exported = await ask(app, 'exports.start', { what: 'phantoms', filter: {}, sort, format: 'csv' });
    expect(exported.total).toBe(usual.total);

    let compared = 0;
    for (const instrument of app.session.instruments) {
      const input = { instrumentId: instrument.id, from: 0, to: Number.MAX_SAFE_INTEGER };
      const contexts = await ask(app, 'market.contexts', input);
      for (const row of shown.rows) {
        if (row.instrumentId !== instrument.id) continue;
        const at = <Value>(runs: readonly { readonly from: number; readonly to: number; readonly value: Value }[]) =>
          runs.find(({ from, to }) => row.openedAt >= from && row.openedAt < to)?.value;
        if (at(contexts.regimes) === undefined) continue;
        expect(at(contexts.regimes)).toBe(row.regime);
        expect(at(contexts.sessions)).toBe(row.session);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(50);

    const own = shown.rows.find((row) => row.strategyId === 'trend_pullback');
    const detail = await ask(app, 'phantoms.detail', { id: own?.id ?? '' });
    expect(detail?.features.map(({ set }) => set)).toEqual(['trend', 'immediate', 'quality']);
    expect(detail?.features[0]?.features.find(({ name }) => name === 'rsi')).toMatchObject({ range: '0 to 100' });
    await app.close();
  });
});
