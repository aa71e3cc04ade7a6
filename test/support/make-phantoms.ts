/**
 * Makes a profile with many resolved phantoms, for benchmarks and for trying the window at full size.
 *
 *   node test/support/make-phantoms.ts FOLDER [COUNT]
 */

import type { Phantom } from '#core/domain/phantom.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { makePhantom, resolvedResult } from './phantom-fixtures.ts';

const STEPS_PER_TRANSACTION = 5_000;
const STRATEGIES = ['trend_pullback', 'range_reversion', 'breakout', 'scalp', 'momentum'];
const DISPOSITIONS = ['executed', 'rejected_score', 'skipped', 'expired', 'blocked', 'shadow', 'bootstrap'] as const;
const FEATURES_PER_PHANTOM = 40;
/** Sets recorded beside it, by their hash, with as many features as the workstation's own have. */
const BESIDE_SETS = [
  { setId: 'quality', setHash: 'quality-hash', features: 8 },
  { setId: 'immediate', setHash: 'immediate-hash', features: 13 },
] as const;

/** Writes `count` phantoms of 20 instruments and 5 strategies, one a minute; the newest 50 stay open. */
export function makePhantoms(profile: Profile, count: number): void {
  const register = (setId: string, setHash: string, features: number) => {
    const names = Array.from({ length: features }, (_, index) => ({ name: `feature_${index}`, meaning: '', unit: '' }));
    expectOk(profile.record.registerFeatureSet(setId, setHash, names));
  };
  register('trend', 'bench-set', FEATURES_PER_PHANTOM);
  for (const { setId, setHash, features } of BESIDE_SETS) register(setId, setHash, features);
  const bulk = profile.record.startBulk(STEPS_PER_TRANSACTION);
  for (let index = 0; index < count; index++) {
    const phantom = benchPhantom(index);
    expectOk(
      bulk.step((writer) => {
        writer.phantomOpened(phantom.signal.time, phantom);
        if (index >= count - 50) return;
        const result = resolvedResult(
          phantom,
          pick(index, 7) < 0.05 ? 'timeout' : pick(index, 8) < 0.45 ? 'win' : 'loss',
        );
        const netR = (pick(index, 9) - 0.45) * 4;
        const outcome = result.outcome === 'timeout' ? 'timeout' : netR > 0 ? 'win' : 'loss';
        writer.phantomClosed(result.exitTime ?? phantom.signal.time, phantom.id, { ...result, outcome, netR }, false);
      }),
    );
  }
  expectOk(bulk.commit());
}

function benchVector(index: number, salt: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, at) => pick(index, salt + at) * 10 - 5);
}

function benchPhantom(index: number): Phantom {
  const base = makePhantom({
    instrumentId: `binance:COIN${Math.floor(pick(index, 1) * 20)}/USDT`,
    strategyId: STRATEGIES[Math.floor(pick(index, 2) * STRATEGIES.length)] as string,
    side: pick(index, 3) < 0.5 ? 'long' : 'short',
    time: 1_600_000_020_000 + index * 60_000,
  });
  const score = Math.round(pick(index, 4) * 1000) / 10;
  const disposition = DISPOSITIONS[Math.floor(pick(index, 5) * DISPOSITIONS.length)] ?? 'shadow';
  return {
    ...base,
    signal: { ...base.signal, qscore: Math.round(pick(index, 6) * 100) },
    features: {
      setId: 'trend',
      setHash: 'bench-set',
      values: benchVector(index, 100, FEATURES_PER_PHANTOM),
    },
    besideFeatures: BESIDE_SETS.map(({ setId, setHash, features }, place) => ({
      setId,
      setHash,
      values: benchVector(index, 200 + 20 * place, features),
    })),
    decision: {
      ...base.decision,
      score: { ...base.decision.score, value: score },
      disposition,
      reason: `score ${score} against the threshold 60`,
    },
  };
}

/** A number in [0, 1) from two integers, the same everywhere. */
function pick(index: number, salt: number): number {
  let hash = Math.imul(index ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

export function expectOk(result: { readonly ok: boolean }): void {
  if (!result.ok) throw new Error(`the phantoms could not be written: ${JSON.stringify(result)}`);
}

if (import.meta.main) {
  const [folder, count] = process.argv.slice(2);
  if (folder === undefined) throw new Error('give a folder for the profile');
  const profile = openProfile(folder);
  if (!profile.ok) throw new Error(profile.error.message);
  makePhantoms(profile.value, Number(count ?? 1_000_000));
  profile.value.close();
}
