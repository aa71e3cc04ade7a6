/** Every feature of every set, read at many moments of drawn markets, for tests that cut what comes after (FE-2, RE-42). */
import type { Instrument } from '#core/domain/instrument.ts';
import { type BaseTimeframe, MINUTE_MS, timeframeMs } from '#core/domain/timeframe.ts';
import type { Engine } from '#core/engine/engine.ts';
import type { EngineEvent, EngineInput } from '#core/engine/messages.ts';
import type { FeatureInput, PastFacts } from '#core/signals/features/feature.ts';
import { FEATURE_SETS, featureVector } from '#core/signals/features/feature-catalogue.ts';
import { isCloseOf, subjectAt, type World, worldInputs } from './market-world.ts';
import { SYNTHETIC_START, syntheticCandles } from './real-candles.ts';
import { testInstrument } from './signals-run.ts';

export interface Setting {
  readonly name: string;
  readonly instruments: readonly Instrument[];
  readonly world: World;
  readonly stepMs: number;
  readonly inputs: readonly EngineInput[];
  /** Numbers of bars after which the input is cut; each is a moment that is looked at. */
  readonly cuts: readonly number[];
}

/** Base bars between two looks: far apart, and off the quarter hour too, so that 5m signals are among them. */
const LOOK_EVERY = 97;

function settingOf(baseTimeframe: BaseTimeframe, count: number, cuts: readonly number[]): Setting {
  const stepMs = timeframeMs(baseTimeframe);
  const instruments = ['BTC', 'SOL'].map((base) => testInstrument(base, baseTimeframe));
  const world: World = new Map(
    instruments.map(({ id }, index) => [id, syntheticCandles({ count, stepMs, seed: 40 + index })]),
  );
  const atLook = (bars: number) => bars - ((SYNTHETIC_START / stepMs + bars) % everyOf(stepMs));
  const inputs = worldInputs(world, stepMs);
  return { name: baseTimeframe, instruments, world, stepMs, inputs, cuts: cuts.map(atLook) };
}

/** Looks fall on closes of 5m. */
function everyOf(stepMs: number): number {
  return (LOOK_EVERY * FIVE) / stepMs;
}

export const FIVE = 5 * MINUTE_MS;
/** The longest warm-up are 30 days and an hour; a few days behind it are looked at. */
export const FIVES = settingOf('5m', 34 * 288, [8_830, 9_120, 9_700]);
/** What needs 1m bars is warm within hours. */
export const MINUTES = settingOf('1m', 3 * 1440, [3_000, 4_200]);
export const SOL = 'binance:SOL/USDT';
export const PAST: PastFacts = {
  tp1RatePast: 0.4,
  beRatePast: 0.3,
  runnerRatePast: 0.2,
  medianTimeToTp1Past: 3600,
  medianTimeToExitPast: 7200,
  recentWinRate: 0.45,
};

export type Read = (input: FeatureInput) => ReadonlyMap<string, number>;

/** Every feature of every set, by `set.feature`. */
export const readCatalogue: Read = (input) => {
  const values = new Map<string, number>();
  for (const set of FEATURE_SETS) {
    const vector = featureVector(set, input);
    for (const [index, name] of set.names.entries()) values.set(`${set.id}.${name}`, vector.values[index] as number);
  }
  return values;
};

/** What was read where: by instrument, close, timeframe and side. */
export type Readings = ReadonlyMap<string, ReadonlyMap<string, number>>;

interface RunOptions {
  readonly read?: Read;
  /** In 5m. */
  readonly lookEvery?: number;
  readonly from?: number;
}

export function walk(
  engine: Engine,
  inputs: readonly EngineInput[],
  { read = readCatalogue, lookEvery = LOOK_EVERY, from = 0 }: RunOptions = {},
): { readonly readings: Readings; readonly events: readonly EngineEvent[] } {
  const readings = new Map<string, ReadonlyMap<string, number>>();
  const events: EngineEvent[] = [];
  for (const input of inputs) {
    for (const event of engine.step(input)) events.push(event);
    if (input.kind !== 'bars' || input.closeTime < from || (input.closeTime / FIVE) % lookEvery !== 0) continue;
    for (const { instrumentId: id } of input.bars) look(engine, id, input.closeTime, read, readings);
  }
  return { readings, events };
}

function look(
  engine: Engine,
  id: string,
  closeTime: number,
  read: Read,
  readings: Map<string, ReadonlyMap<string, number>>,
): void {
  const { signals } = engine.instrument(id) ?? {};
  if (signals === undefined) throw new Error(`no ${id}`);
  for (const timeframe of ['5m', '15m'] as const) {
    if (!isCloseOf(closeTime, timeframe)) continue;
    for (const side of ['long', 'short'] as const) {
      const subject = subjectAt(engine, id, closeTime, timeframe, side);
      readings.set(`${id} ${closeTime} ${timeframe} ${side}`, read(signals.featureInput(subject, PAST)));
    }
  }
}

/** Features that `other` gives another value at a moment that both have; NaN equals NaN, -0 does not equal 0. */
export function differences(one: Readings, other: Readings): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [moment, values] of other) {
    for (const [name, value] of values) if (!Object.is(one.get(moment)?.get(name), value)) found.add(name);
  }
  return found;
}

export function cutAt(world: World, bars: number): World {
  return new Map([...world].map(([id, candles]) => [id, candles.slice(0, bars)]));
}

/** Close of the last bar of the first `bars`. */
export function endOf({ stepMs }: Setting, bars: number): number {
  return SYNTHETIC_START + bars * stepMs;
}
