/**
 * Makes a profile with many resolved scalps that carry the features of the real sets, for the gate analysis (PE-14).
 *
 *   node test/support/make-scalps.ts FOLDER [COUNT]
 */
import { uniformAt } from '#core/base/random.ts';
import type { Disposition } from '#core/domain/score.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { expectOk } from './make-phantoms.ts';
import { makePhantom, resolvedResult } from './phantom-fixtures.ts';

const STEPS_PER_TRANSACTION = 5_000;
const SETS = ['scalp', 'scalp_facts', 'quality'] as const;
const START = Date.UTC(2024, 0, 1);
const MINUTE_MS = 60_000;
/** Values that a feature is drawn from; the others lie in 0 to 1. */
const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  volume_ratio: [0.5, 2],
  ts15: [30, 100],
  qscore: [20, 90],
  trend_strength: [0, 100],
  vwap_dist_atr: [0, 1.5],
};
const SIGNS: readonly string[] = ['side', 'body_direction', 'ema_direction_15m'];
const USUAL = ['executed', 'rejected_score', 'skipped', 'expired', 'phase0'] as const;

/** One scalp a minute on four instruments; those with a volume of 1.3 and more win in 55 %, the others in 40 %. */
export function makeScalps(profile: Profile, count: number, dispositions: readonly Disposition[] = USUAL): void {
  for (const id of SETS) {
    const set = findFeatureSet(id);
    if (set === null) throw new Error(`there is no feature set ${id}`);
    expectOk(
      profile.record.registerFeatureSet(
        id,
        set.hash,
        set.features.map(({ name, meaning, unit }) => ({ name, meaning, unit })),
      ),
    );
  }
  const bulk = profile.record.startBulk(STEPS_PER_TRANSACTION);
  for (let index = 0; index < count; index++) {
    const draw = (salt: number) => uniformAt(salt, index);
    const [scalp, facts, quality] = SETS.map((id, place) => vectorOf(id, (at) => draw(100 * place + at)));
    const base = makePhantom({
      instrumentId: `demo:COIN${index % 4}/USDT`,
      strategyId: 'scalp',
      side: draw(1) < 0.5 ? 'long' : 'short',
      time: START + index * MINUTE_MS,
    });
    const disposition = dispositions[Math.floor(draw(2) * dispositions.length)] ?? 'phase0';
    const phantom = {
      ...base,
      simulated: true,
      features: scalp ?? null,
      besideFeatures: [facts, quality].filter((vector) => vector !== undefined),
      decision: { ...base.decision, disposition },
    };
    const volume = scalp?.values[findFeatureSet('scalp')?.names.indexOf('volume_ratio') ?? -1] ?? 0;
    const won = draw(3) < (volume >= 1.3 ? 0.55 : 0.4);
    expectOk(
      bulk.step((writer) => {
        writer.phantomOpened(phantom.signal.time, phantom);
        const result = resolvedResult(phantom, won ? 'win' : 'loss');
        const netR = won ? 1.2 + draw(4) : -1 - 0.2 * draw(4);
        writer.phantomClosed(result.exitTime ?? phantom.signal.time, phantom.id, { ...result, netR }, false);
      }),
    );
  }
  expectOk(bulk.commit());
}

function vectorOf(setId: string, draw: (at: number) => number): FeatureVector {
  const set = findFeatureSet(setId);
  const names = set?.names ?? [];
  const values = Float64Array.from(names, (name, at) => {
    if (SIGNS.includes(name)) return draw(at) < 0.5 ? -1 : 1;
    const [low, high] = RANGES[name] ?? [0, 1];
    return low + (high - low) * draw(at);
  });
  return { setId, setHash: set?.hash ?? '', values };
}

if (import.meta.main) {
  const [folder, count] = process.argv.slice(2);
  if (folder === undefined) throw new Error('give a folder for the profile');
  const profile = openProfile(folder);
  if (!profile.ok) throw new Error(profile.error.message);
  makeScalps(profile.value, Number(count ?? 1_000_000));
  profile.value.close();
}
