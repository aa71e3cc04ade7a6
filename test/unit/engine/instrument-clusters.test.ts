/** FE-3 across instruments: fitted on Mondays from the past alone, the same whatever restarts lie between (PL-6). */
import { describe, expect, it } from 'vitest';
import { mean } from '#core/base/statistics.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';
import type { Engine } from '#core/engine/engine.ts';
import type { EngineInput } from '#core/engine/messages.ts';
import { EngineKeeper } from '#main/services/engine-keeper.ts';
import { openProfile } from '#main/store/database.ts';
import { ALL_STRATEGIES, type World, worldEngine, worldInputs } from '#test/support/market-world.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { testInstrument } from '#test/support/signals-run.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const FIVE = timeframeMs('5m');
const DAY_BARS = 288;
/** SYNTHETIC_START is a Friday: Mondays begin behind days 3, 10 and 17. */
const monday = (index: number) => SYNTHETIC_START + (3 + 7 * index) * 24 * 3_600_000;
const BASES = ['BTC', ...Array.from({ length: 12 }, (_, index) => `C${String(index).padStart(2, '0')}`)];
const INSTRUMENTS = BASES.map((base) => testInstrument(base));

/** Standard deviation of a 5m return, by an instrument's place. */
const VOLATILITIES = [0.0004, 0.001, 0.002, 0.004] as const;

function worldOf(days: number): World {
  return new Map(
    INSTRUMENTS.map(({ id }, index) => {
      const volatility = VOLATILITIES[index % 4] as number;
      return [id, syntheticCandles({ count: days * DAY_BARS, stepMs: FIVE, seed: index + 1, volatility })];
    }),
  );
}

const STRATEGIES = ALL_STRATEGIES.filter(({ strategy }) => strategy.id === 'trend_pullback');
const WORLD = worldOf(12);
const INPUTS = worldInputs(WORLD, FIVE, false);

function run(engine: Engine, inputs: readonly EngineInput[]): Engine {
  for (const input of inputs) engine.step(input);
  return engine;
}

function until(time: number): readonly EngineInput[] {
  return INPUTS.filter((input) => input.kind === 'bars' && input.closeTime <= time);
}

const codesOf = (engine: Engine) => new Map(engine.clusters.codes);

describe('clusters of thirteen instruments', () => {
  it('FE-3: there are none before the first Monday behind three days; then the wildest are 3', () => {
    const engine = worldEngine(INSTRUMENTS, []);
    run(engine, until(monday(1) - FIVE));
    // On the first Monday 72 hours, and so 71 returns, were known: too few.
    expect(codesOf(engine).size).toBe(0);
    run(engine, until(monday(1)).slice(until(monday(1) - FIVE).length));
    const codes = codesOf(engine);
    expect(codes.size).toBe(13);
    const volatilityOf: number[][] = [[], [], [], []];
    for (const [index, { id }] of INSTRUMENTS.entries()) {
      expect(engine.instrument(id)?.signals.cluster()).toBe(codes.get(id));
      volatilityOf[codes.get(id) as number]?.push(VOLATILITIES[index % 4] as number);
    }
    const means = volatilityOf.map(mean);
    expect(means).toEqual([...means].sort((a, b) => a - b));
    expect(means[3]).toBeGreaterThan(2 * (means[0] as number));
  });

  it('FE-3, PL-4: the bars that close with the fit, or after it, are not in it', () => {
    const wild: World = new Map(
      [...WORLD].map(([id, candles]) => [
        id,
        candles.map((candle) => {
          if (candle.openTime + FIVE < monday(1)) return candle;
          const { openTime, open, volume } = candle;
          return {
            openTime,
            open,
            high: open * 9,
            low: open / 9,
            close: open * (1 + (openTime % 7)),
            volume: volume * 99,
          };
        }),
      ]),
    );
    const honest = run(worldEngine(INSTRUMENTS, []), INPUTS);
    const other = run(worldEngine(INSTRUMENTS, []), worldInputs(wild, FIVE, false));
    expect(codesOf(honest).size).toBe(13);
    expect(codesOf(other)).toEqual(codesOf(honest));
  });

  it('FE-3: twelve are needed; with eleven each is cut by its own volatility', () => {
    const few = INSTRUMENTS.slice(0, 11);
    const world: World = new Map([...WORLD].filter(([id]) => few.some((instrument) => instrument.id === id)));
    const engine = run(worldEngine(few, []), worldInputs(world, FIVE, false));
    expect(codesOf(engine).size).toBe(0);
    // 0.0004 to 0.004 per 5m are roughly 13 to 130 percent a year.
    expect(engine.instrument(few[4]?.id ?? '')?.signals.cluster()).toBe(0);
    expect(engine.instrument(few[7]?.id ?? '')?.signals.cluster()).toBe(3);
  });

  it('PL-6: a desk stopped and restored between two bars, also across a Monday, gives the same signals', () => {
    const world = worldOf(11);
    const inputs = worldInputs(world, FIVE, false);
    const whole = worldEngine(INSTRUMENTS, STRATEGIES);
    const expected = inputs.flatMap((input) => eventsOf(whole.step(input)));
    const folder = temporaryFolder();
    const found: string[] = [];
    const mondayAt = inputs.findIndex((input) => input.kind === 'bars' && input.closeTime === monday(1));
    const stops = [mondayAt - 30, mondayAt + 1, inputs.length];
    let from = 0;
    for (const to of stops) {
      const opened = openProfile(folder);
      if (!opened.ok) throw new Error(opened.error.message);
      const profile = opened.value;
      if (from === 0) for (const { id } of INSTRUMENTS) profile.candles.write(id, '5m', world.get(id) ?? [], 0);
      const { engine, ...rest } = keeperOf(profile);
      // In bulk as far as a fit or a stop is not near: every step is a commit otherwise.
      const near = Math.max(from, Math.min(to, mondayAt + 2) - 40);
      found.push(...eventsOf(rest.keeper.applyBulk(inputs.slice(from, near)).events));
      for (const input of inputs.slice(near, to)) found.push(...eventsOf(rest.keeper.apply(input)));
      expect(engine.clusters.codes.length).toBe(to > mondayAt ? 13 : 0);
      // No snapshot of the instruments on the way out: a crash.
      profile.close();
      from = to;
    }
    expect(found).toEqual(expected);
    expect(found.length).toBeGreaterThan(50);
  });
});

function keeperOf(profile: Parameters<typeof EngineKeeper.restore>[0]['profile']) {
  const keeper = EngineKeeper.restore({
    profile,
    instruments: INSTRUMENTS,
    strategies: STRATEGIES,
    settings: { stage: 'shadow', riskPerTrade: 0.005, fixedMinimumScore: null, slippageBps: 2, disabledStrategies: [] },
    account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
  });
  return { keeper, engine: keeper.engine };
}

function eventsOf(events: ReturnType<Engine['step']>): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind !== 'phantom-opened') return [];
    const { id, signal, features } = event.phantom;
    return [`${id} ${signal.cluster} ${[...(features?.values ?? [])]}`];
  });
}
