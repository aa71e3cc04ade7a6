/** Signals from outside in the record (ST-20): kept as inputs, once, across restarts, and a replay that gives them again. */
import { describe, expect, it } from 'vitest';
import { Engine } from '#core/engine/engine.ts';
import type { EngineEvent } from '#core/engine/messages.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { withExternals } from '#main/services/external/external-inputs.ts';
import { recompute } from '#main/services/inspect-recompute.ts';
import { replay } from '#main/services/replay.ts';
import { storedInputs } from '#main/services/research/stored-market.ts';
import { canonicalJson } from '#test/support/canonical-json.ts';
import { BTC, DESK_START, ETH, ExternalDeskRun, walk } from '#test/support/external-desk.ts';
import { RESEARCH_SETTINGS } from '#test/support/research-profile.ts';
import { DESK_SETTINGS, MINUTE } from '#test/support/small-desk.ts';

const HOURS = 60;
const MARKET = [walk(1, 10 * HOURS), walk(2, 10 * HOURS)];

function session(desk: ExternalDeskRun, restarts: boolean): void {
  desk.run(MARKET, 4 * HOURS);
  expect(desk.take({ id: 'a' }).taken.ok).toBe(true);
  desk.run(MARKET, 17);
  if (restarts) desk.restart();
  const eth = desk.plan(ETH);
  expect(desk.take({ ...eth, id: 'b', source: 'other', timeframe: '5m' }).taken.ok).toBe(true);
  desk.run(MARKET, HOURS);
  expect(desk.take({ id: 'c', tp1: (desk.plan().target + desk.plan().stop) / 2 + 0.2 }).taken.ok).toBe(true);
  if (restarts) desk.restart();
  desk.run(MARKET, 3 * HOURS);
}

const lines = (events: readonly EngineEvent[]) => events.map((event) => canonicalJson(event));

describe('ST-20: a signal from outside in the record', () => {
  it('PL-6: is an input like a bar: a restart at any point changes no event', () => {
    const uncut = new ExternalDeskRun();
    session(uncut, false);
    const cut = new ExternalDeskRun();
    session(cut, true);
    expect(lines(cut.events)).toEqual(lines(uncut.events));
    const external = uncut.events.filter((event) => event.kind === 'phantom-opened').map(({ phantom }) => phantom.id);
    expect(external.filter((id) => id.startsWith('external:'))).toHaveLength(3);
  });

  it('PL-1: a replay of the stored bars and inputs gives the same events', () => {
    const desk = new ExternalDeskRun({ stage: 'shadow' });
    session(desk, true);
    const engine = new Engine({
      instruments: [BTC, ETH],
      strategies: STRATEGIES.map((strategy) => ({ strategy, parameters: strategyParameters(strategy) })),
      settings: { ...DESK_SETTINGS, stage: 'shadow', fixedMinimumScore: 0 },
      account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
    });
    const stored = storedInputs(desk.profile, [BTC, ETH], { from: null, to: null });
    const again = [...withExternals(stored, desk.profile.externals.taken())].flatMap((input) => engine.step(input));
    expect(lines(again)).toEqual(lines(desk.events));
  });

  it('FE-6: desk replay and desk inspect recompute know them', () => {
    const desk = new ExternalDeskRun();
    session(desk, false);
    const request = { exchange: 'binance', symbols: ['BTC/USDT', 'ETH/USDT'], strategies: null, baseTimeframe: null };
    const options = { store: desk.profile, settings: RESEARCH_SETTINGS, monotonic: () => 0 };
    const range = { from: null, to: null };
    const signals = (externals = desk.profile.externals.taken()) => {
      const report = replay({ ...options, externals, request: { ...request, ...range } });
      return report.ok ? report.value.signals : Number.NaN;
    };
    expect(signals() - signals([])).toBe(3);
    // From behind the first two: they are of before the range.
    const later = { ...request, from: DESK_START + 5 * HOURS * MINUTE, to: null };
    const tail = (externals = desk.profile.externals.taken()) => {
      const report = replay({ ...options, externals, request: later });
      return report.ok ? report.value.signals : Number.NaN;
    };
    expect(tail() - tail([])).toBe(1);
    const report = recompute(
      desk.profile,
      { exchange: 'binance', symbol: 'BTC/USDT', peers: null, ...range },
      RESEARCH_SETTINGS,
    );
    expect(report.ok && report.value).toMatchObject({ notFound: [], differing: 0, onlyOnOneSide: 0 });
  });

  it('counts once, also after a restart: the answer is the first one, the record as it was', () => {
    const desk = new ExternalDeskRun();
    desk.run(MARKET, 4 * HOURS);
    const first = desk.take({ id: 'a' });
    expect(first.taken.ok && first.taken.value.duplicate).toBe(false);
    const again = desk.take({ id: 'a', stop: 1 });
    expect(again.events).toEqual([]);
    desk.restart();
    const after = desk.take({ id: 'a' });
    for (const { taken } of [again, after]) {
      expect(taken).toEqual({ ok: true, value: { ...(first.taken.ok ? first.taken.value : {}), duplicate: true } });
    }
    expect(desk.profile.externals.taken()).toHaveLength(1);
    expect(desk.profile.check()).toEqual([]);
  });

  it('without an id is the one of its bar', () => {
    const desk = new ExternalDeskRun();
    desk.run(MARKET, 4 * HOURS);
    expect(desk.take({}).taken).toMatchObject({ ok: true, value: { duplicate: false } });
    expect(desk.take({}).taken).toMatchObject({ ok: true, value: { duplicate: true } });
    desk.run(MARKET, 1);
    expect(desk.take({}).taken).toMatchObject({ ok: true, value: { duplicate: false } });
  });

  it('its facets filter and sort like those of a strategy, and the id names source, instrument, time and side', () => {
    const desk = new ExternalDeskRun();
    session(desk, false);
    const newest = { by: 'openedAt', direction: 'descending' } as const;
    const idsOf = (filter: Parameters<typeof desk.profile.history.page>[0]) => {
      const page = desk.profile.history.page(filter, newest, null, 100);
      return page.ok ? page.value.rows.map(({ id, strategyId }) => [id.slice(0, id.indexOf('|')), strategyId]) : [];
    };
    const [webhook, other] = [
      ['external:webhook', 'external:webhook'],
      ['external:other', 'external:other'],
    ];
    expect(idsOf({ strategyIds: ['external:webhook'] })).toEqual([webhook, webhook]);
    expect(idsOf({ search: 'external:' })).toEqual([webhook, other, webhook]);
    expect(desk.profile.history.statistics({ strategyIds: ['external:other'] }).total).toBe(1);
  });

  it('is refused in words while the desk is not live, and for what nobody watches', () => {
    const desk = new ExternalDeskRun();
    desk.run(MARKET, 4 * HOURS);
    expect(desk.take({ symbol: 'DOGEUSDT' }).taken).toMatchObject({
      ok: false,
      error: { kind: 'unknown-instrument', remedy: 'Watched are BTC/USDT, ETH/USDT; the settings name others.' },
    });
    expect(desk.take({ stop: 1 }).taken).toMatchObject({ ok: false, error: { kind: 'levels' } });
    expect(desk.profile.externals.taken()).toEqual([]);
  });
});
