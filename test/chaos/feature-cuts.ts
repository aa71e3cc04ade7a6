/**
 * RE-42, FE-2 in full: 500 cuts x every feature of every set. At each cut a fresh engine, restored from what was known an
 * hour (of 5m bars) or a quarter of one (of 1m bars) before, sees the bars up to the cut and no more; every feature at
 * every close since then must be to the bit what the engine that went on read there. Each cut is also shown a planted
 * feature that reads the next close, which must be caught every time. The suite makes five cuts, each from the beginning.
 *
 *   node test/chaos/feature-cuts.ts [--cuts 500]
 */
import { parseArgs } from 'node:util';
import type { Engine } from '#core/engine/engine.ts';
import type { EngineInput } from '#core/engine/messages.ts';
import {
  cutAt,
  differences,
  endOf,
  FIVE,
  FIVES,
  MINUTES,
  type Read,
  readCatalogue,
  type Setting,
  SOL,
  walk,
} from '#test/support/feature-readings.ts';
import { type World, worldEngine, worldInputs } from '#test/support/market-world.ts';

const { values } = parseArgs({ options: { cuts: { type: 'string', default: '500' } } });
const cuts = Number(values.cuts);
/** Base bars between the restored snapshot and the cut, and from where on there are cuts: all sets are warm by then. */
const PLANS = [
  { setting: FIVES, lead: 12, from: 8_830 },
  { setting: MINUTES, lead: 15, from: 3_000 },
] as const;
const PLANTED = 'planted.next_close';

let readings = 0;
let caught = 0;
let made = 0;
const moved = new Set<string>();
const startedAt = process.cpuUsage();
for (const plan of PLANS) {
  const { setting, lead, from } = plan;
  const count = Math.floor(cuts / PLANS.length);
  const bars = Math.min(...[...setting.world.values()].map(({ length }) => length));
  const everyFive = Math.round(FIVE / setting.stepMs);
  const engine = worldEngine(setting.instruments);
  const read = withPlanted(setting.world);
  const whole = walk(worldEngine(setting.instruments), setting.inputs, {
    ...{ read, lookEvery: 1, from: endOf(setting, from - lead) },
  });
  let at = 0;
  for (let index = 0; index < count; index++) {
    // Cuts fall on closes of 5m, where signals can be; the last bar of all is none, nothing comes after it.
    const spread = from + Math.floor((index * (bars - 1 - from)) / count);
    const cut = Math.floor(spread / everyFive) * everyFive;
    const until = after(setting.inputs, endOf(setting, cut - lead));
    for (const input of setting.inputs.slice(at, until)) engine.step(input);
    at = until;
    const shorter = cutAt(setting.world, cut);
    const seen = worldInputs(shorter, setting.stepMs).slice(until);
    const { readings: found } = walk(restored(engine, setting), seen, { read: withPlanted(shorter), lookEvery: 1 });
    const names = differences(whole.readings, found);
    for (const name of names) if (name !== PLANTED) moved.add(name);
    caught += Number(names.has(PLANTED));
    readings += [...found.values()].reduce((sum, { size }) => sum + size - 1, 0);
    made++;
  }
}
const { user, system } = process.cpuUsage(startedAt);
process.stdout.write(
  `${made} cuts, ${readings} values of features compared, ${moved.size} features moved, planted leak caught ${caught} of ${made}; ${((user + system) / 1e6).toFixed(1)} s of processor time\n`,
);
if (moved.size > 0) process.stdout.write(`Moved: ${[...moved].join(', ')}\n`);
process.exitCode = moved.size === 0 && caught === made && readings > 0 ? 0 : 1;

/** The catalogue, and a feature that knows the close after the signal where the world holds one. */
function withPlanted(world: World): Read {
  const closes = new Map(world.get(SOL)?.map(({ openTime, close }) => [openTime, close]));
  return (input) => new Map([...readCatalogue(input), [PLANTED, closes.get(input.subject.time) ?? Number.NaN]]);
}

/** Place of the first input after the bars that close then. */
function after(inputs: readonly EngineInput[], closeTime: number): number {
  return inputs.findIndex((input) => input.kind === 'bars' && input.closeTime === closeTime) + 1;
}

/** Another engine that knows what this one knows, and nothing of it is shared. */
function restored(engine: Engine, { instruments }: Setting): Engine {
  const other = worldEngine(instruments);
  other.restoreClusters(structuredClone(engine.clusters));
  for (const { instrument } of engine.instruments()) {
    const snapshot = engine.instrument(instrument.id)?.snapshot();
    if (snapshot === undefined || !other.restoreMarket(instrument.id, structuredClone(snapshot))) {
      throw new Error(`the snapshot of ${instrument.id} was refused`);
    }
  }
  return other;
}
