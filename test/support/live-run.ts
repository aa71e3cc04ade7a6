/**
 * A live session through ccxt against the embedded demo exchange with faults and restarts, and the replay of the bars
 * that it stored: the two must give the same signals and outcomes (PL-1, PL-6, PL-8).
 */
import assert from 'node:assert/strict';
import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import type { Phantom, PhantomResult } from '#core/domain/phantom.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import { Engine } from '#core/engine/engine.ts';
import type { BaseBar } from '#core/engine/messages.ts';
import { resolveTrade } from '#core/phantoms/resolver.ts';
import { featureNames } from '#core/signals/features/feature-catalogue.ts';
import { PAST_FEATURES } from '#core/signals/features/past-features.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { type App, createApp } from '#main/app.ts';
import { DEMO_DEFAULTS } from '#main/exchange/demo/demo-defaults.ts';
import { type DemoExchange, startDemoExchange } from '#main/exchange/demo/demo-exchange.ts';
import { openExchange } from '#main/exchange/open-exchange.ts';
import { withExternals } from '#main/services/external/external-inputs.ts';
import { storedInputs } from '#main/services/research/stored-market.ts';
import { openProfile, type Profile } from '#main/store/database.ts';

/** What is compared of a phantom: everything but how it was decided, which live and replay may do differently (PL-8). */
export interface ComparedPhantom {
  readonly signal: Phantom['signal'];
  readonly terms: Phantom['terms'];
  /** By set id, then by name; the strategy's own set among them. */
  readonly features: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  /** Null while open. */
  readonly result: PhantomResult | null;
  /** True in a replay that gated what live had asked the trader about. */
  readonly wasAsked: boolean;
}

/** `startAt`, exchange time: later than usual for a profile that was live before. */
export function startMarket(speed: number, startAt = DEMO_DEFAULTS.startAt): Promise<DemoExchange> {
  return startDemoExchange({ ...DEMO_DEFAULTS, speed, startAt });
}

/** A leader and two that follow it: half the work of the usual six, and every way through the code. */
export const FEW_SYMBOLS: readonly string[] = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];

/** Opens the application on a profile against a market that outlives it. */
export async function openDesk(
  profileDir: string,
  market: DemoExchange,
  historyDays: number,
  symbols: readonly string[] = DEFAULT_SETTINGS.symbols,
  { learning = DEFAULT_SETTINGS.learning }: { readonly learning?: boolean } = {},
): Promise<App> {
  const { restUrl, socketUrl, clock } = market;
  const app = await createApp({
    profileDir,
    settings: { historyDays, stage: 'shadow', symbols: [...symbols], learning },
    openExchange: (exchange) => openExchange(exchange, { demo: { restUrl, socketUrl, clock } }),
  });
  if (!app.ok) throw new Error(app.error.message);
  await app.value.start();
  return app.value;
}

/** Resolves when the session enters `state`; it must not fail on the way. */
export function reach(app: App, state: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): boolean => {
      const { connection, message } = app.session.state;
      if (connection === 'failed') reject(new Error(message));
      if (connection === state) resolve();
      return connection === state || connection === 'failed';
    };
    if (look()) return;
    const stop = app.session.changed.on(() => {
      if (look()) stop();
    });
  });
}

/** Resolves when `count` more batches of bars were worked. */
export function batches(app: App, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const stop = app.session.stepped.on(({ input }) => {
      if (input.kind !== 'bars' || --left > 0) return;
      stop();
      resolve();
    });
  });
}

/** Everything the record holds, by id. */
export function recordedPhantoms(profile: Profile): Map<string, ComparedPhantom> {
  const found = new Map<string, ComparedPhantom>();
  const oldestFirst = { by: 'openedAt', direction: 'ascending' } as const;
  for (const { row } of profile.exportPhantoms({}, oldestFirst)) {
    const phantom = profile.history.detail(row.id)?.phantom;
    if (phantom !== undefined) found.set(row.id, compared(phantom, phantom.result));
  }
  return found;
}

/**
 * The same strategies over the stored bars, up to the bar the live engine worked last. Where live asked the trader, the
 * signal was followed although a gate was closed (a ticket goes before the gates); the replay asks nobody and gates it,
 * so what became of it is resolved from the bars.
 */
export function replayedPhantoms(profile: Profile): Map<string, ComparedPhantom> {
  const worked = new Map(profile.loadOpen().workedBars.map((bar) => [bar.instrumentId, bar.openTime]));
  const instruments = profile.notes.instruments().filter((instrument) => worked.has(instrument.id));
  const engine = new Engine({
    instruments,
    strategies: STRATEGIES.map((strategy) => ({ strategy, parameters: strategyParameters(strategy) })),
    settings: { stage: 'shadow', riskPerTrade: 0.005, fixedMinimumScore: null, slippageBps: 2, disabledStrategies: [] },
    account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
  });
  const found = new Map<string, ComparedPhantom>();
  const open = new Map<string, Phantom>();
  const bars = storedInputs(profile, instruments, { from: null, to: null });
  for (const input of withExternals(bars, profile.externals.taken())) {
    const worksStill = (bar: BaseBar) => bar.candle.openTime <= (worked.get(bar.instrumentId) ?? -1);
    const told = input.kind === 'bars' ? { ...input, bars: input.bars.filter(worksStill) } : input;
    for (const event of engine.step(told)) {
      if (event.kind === 'phantom-opened') {
        const { phantom } = event;
        const wasAsked = phantom.result.outcome === 'gated' && recordedOutcome(profile, phantom.id) !== 'gated';
        open.set(phantom.id, phantom);
        const result = wasAsked ? resolvedFromBars(profile, phantom) : phantom.result;
        found.set(phantom.id, { ...compared(phantom, result), wasAsked });
      } else if (event.kind === 'phantom-closed') {
        const phantom = open.get(event.phantomId);
        if (phantom !== undefined) found.set(event.phantomId, compared(phantom, event.result));
      }
    }
  }
  return found;
}

function recordedOutcome(profile: Profile, id: string): string | null {
  return profile.history.detail(id)?.phantom.result.outcome ?? null;
}

/** Over the bars that live had worked; open where they do not end it. */
function resolvedFromBars(profile: Profile, { instrumentId, terms }: Phantom): PhantomResult {
  const worked = profile.loadOpen().workedBars.find((bar) => bar.instrumentId === instrumentId);
  const to = Math.min(terms.openedAt + terms.timeoutMs, (worked?.openTime ?? 0) + 1);
  return resolveTrade(terms, '1m', profile.candles.read(instrumentId, '1m', terms.openedAt, to));
}

/** Opens the profile after the application has closed it. */
export function withProfile<T>(profileDir: string, look: (profile: Profile) => T): T {
  const opened = openProfile(profileDir);
  if (!opened.ok) throw new Error(opened.error.message);
  try {
    return look(opened.value);
  } finally {
    opened.value.close();
  }
}

/**
 * Fails naming the first phantom that differs. Of signals after one that only live followed, what the past teaches (FE-2)
 * is left out: the replay's past lacks its end.
 */
export function expectSameLives(
  live: ReadonlyMap<string, ComparedPhantom>,
  replayed: ReadonlyMap<string, ComparedPhantom>,
): void {
  assert.deepEqual([...live.keys()].sort(), [...replayed.keys()].sort(), 'the same signals');
  const asked = [...replayed.values()].filter(({ wasAsked }) => wasAsked).map(({ terms }) => terms.openedAt);
  const pastDiffersFrom = Math.min(...asked);
  for (const [id, phantom] of live) {
    const expected = replayed.get(id);
    const isWhole = phantom.terms.openedAt <= pastDiffersFrom || expected === undefined;
    assert.deepEqual(
      isWhole ? { ...phantom, wasAsked: expected?.wasAsked } : withoutPast(phantom),
      isWhole ? expected : withoutPast(expected),
      id,
    );
  }
}

function withoutPast({ wasAsked: _, features, ...rest }: ComparedPhantom) {
  const sets = Object.entries(features).map(([setId, values]) => [
    setId,
    Object.fromEntries(Object.entries(values).filter(([name]) => !PAST_NAMES.has(name))),
  ]);
  return { ...rest, features: Object.fromEntries(sets) };
}

const PAST_NAMES: ReadonlySet<string> = new Set(PAST_FEATURES.map(({ name }) => name));

function compared(phantom: Phantom, result: PhantomResult): ComparedPhantom {
  const vectors = phantom.features === null ? phantom.besideFeatures : [phantom.features, ...phantom.besideFeatures];
  return {
    signal: phantom.signal,
    terms: phantom.terms,
    features: Object.fromEntries(vectors.map((vector) => [vector.setId, named(vector)])),
    result: result.outcome === 'open' ? null : result,
    wasAsked: false,
  };
}

function named({ setId, values }: FeatureVector): Readonly<Record<string, number | null>> {
  return Object.fromEntries(
    featureNames(setId).map((name, index) => [name, Number.isNaN(values[index]) ? null : (values[index] as number)]),
  );
}
