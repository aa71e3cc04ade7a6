/** FE-4: values that are missing more often than in one signal of ten are told, each feature once. */
import { expect, it, onTestFinished } from 'vitest';
import { MissingWatch } from '#main/services/learning/missing-watch.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { learnedModel, putSignals } from '#test/support/small-model.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const MODEL = learnedModel('trend');
const [FIRST, SECOND] = MODEL.set.names as readonly [string, string];
const START = Date.UTC(2026, 0, 5);

function open(): Profile {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  return opened.value;
}

/** Signals from `start` on whose features with these places lack a value in one signal of so many. */
function put(profile: Profile, count: number, start: number, everyOf: Readonly<Record<number, number>>): void {
  const plans = Array.from({ length: count }, (_, index) => ({
    time: START + (start + index) * 300_000,
    outcome: index % 2 === 0 ? ('win' as const) : ('loss' as const),
    values: Float64Array.from(MODEL.set.names, (_name, at) => (index % (everyOf[at] ?? 1e9) === 1 ? Number.NaN : 1)),
  }));
  putSignals(profile, MODEL, plans);
}

function watchOn(profile: Profile, liveNow: () => number | null = () => START) {
  const told: string[] = [];
  const notice = (message: string) => told.push(message);
  return { watch: new MissingWatch({ profile, model: MODEL, notice, liveNow }), told };
}

it('FE-4: above 10 % it alerts and names the feature; a tenth or less says nothing', async () => {
  const profile = open();
  put(profile, 100, 0, { 0: 5, 1: 10 });
  const { watch, told } = watchOn(profile);
  await watch.look();
  expect(watch.found).toEqual({ rows: 100, features: [{ name: FIRST, share: 0.2 }] });
  expect(told).toEqual([`trend: of the newest 100 signals ${FIRST} in 20 % have no value`]);
});

it('FE-4: told once, not again after a restart; another feature is told, and one that came back and went again', async () => {
  const profile = open();
  put(profile, 200, 0, { 0: 5 });
  await watchOn(profile).watch.look();
  const again = watchOn(profile);
  await again.watch.look();
  expect(again.told).toEqual([]);
  put(profile, 200, 1_000, { 1: 4 });
  await again.watch.look();
  expect(again.told, 'not looked at for every signal').toEqual([]);
  again.watch.noteOpened(200);
  await again.watch.look();
  expect(again.told).toEqual([`trend: of the newest 200 signals ${SECOND} in 25 % have no value`]);
  put(profile, 200, 2_000, { 0: 4, 1: 4 });
  again.watch.noteOpened(200);
  await again.watch.look();
  expect(again.told[1]).toContain(FIRST);
  expect(again.told[1]).not.toContain(SECOND);
});

it('FE-4: what history could not know is not missing: only signals since the market was first live count', async () => {
  const profile = open();
  put(profile, 200, 0, { 0: 2 });
  const live = START + 1_000 * 300_000;
  const { watch, told } = watchOn(profile, () => null);
  await watch.look();
  const later = watchOn(profile, () => live);
  await later.watch.look();
  expect([watch.found, told, later.watch.found]).toEqual([null, [], null]);
  put(profile, 60, 1_000, { 1: 4 });
  // The day it went live is remembered.
  const again = watchOn(profile, () => live + 86_400_000);
  await again.watch.look();
  expect(again.told).toEqual([`trend: of the newest 60 signals ${SECOND} in 25 % have no value`]);
});

it('FE-4: too few signals say nothing', async () => {
  const profile = open();
  put(profile, 49, 0, { 0: 2 });
  const { watch, told } = watchOn(profile);
  await watch.look();
  expect([watch.found, told]).toEqual([null, []]);
});
