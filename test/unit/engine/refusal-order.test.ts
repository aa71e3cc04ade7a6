/** PH-1: where several reasons hold at once, which one a signal is refused for; each is taken away in turn. */
import { describe, expect, it } from 'vitest';
import type { BatchOrigin, EngineSettings } from '#core/engine/messages.ts';
import type { Strategy } from '#core/signals/strategy.ts';
import { onceAt, ScriptedDesk } from '#test/support/scripted-desk.ts';

const WARM = 360;

interface Ground {
  readonly origin: BatchOrigin;
  readonly isPlacebo: boolean;
  readonly startsInPhase0: boolean;
  readonly isKilled: boolean;
  readonly settings: Partial<EngineSettings>;
}

/** Every reason at once. */
const WORST: Ground = {
  origin: 'bootstrap',
  isPlacebo: true,
  startsInPhase0: true,
  isKilled: true,
  settings: { slippageBps: 100, stage: 'shadow', fixedMinimumScore: 100, scalpGates: ['body'] },
};

type Lift = (ground: Ground) => Ground;
const setting =
  (change: Partial<EngineSettings>): Lift =>
  (ground) => ({ ...ground, settings: { ...ground.settings, ...change } });
const ground =
  (change: Partial<Ground>): Lift =>
  (before) => ({ ...before, ...change });

/** What a signal is refused for, and what takes that reason away, in PH-1's order. */
const ORDER: readonly (readonly [refused: string, lift: Lift])[] = [
  ['blocked costs', setting({ slippageBps: 1 })],
  ['bootstrap', ground({ origin: 'gap' })],
  ['gap', ground({ origin: 'live' })],
  ['shadow a placebo', ground({ isPlacebo: false })],
  ['shadow recorded only', setting({ stage: 'auto' })],
  ['phase0', ground({ startsInPhase0: false })],
  ['rejected_score', setting({ fixedMinimumScore: 0 })],
  ['blocked scalp-gate', setting({ scalpGates: [] })],
  ['blocked kill-switch', ground({ isKilled: false })],
  ['executed', ground({})],
];

function run({ origin, isPlacebo, startsInPhase0, isKilled, settings }: Ground) {
  const scalp: Strategy = {
    ...onceAt(WARM),
    ...{ featureSet: 'scalp', besideSets: ['scalp_facts'], model: 'scalp', isPlacebo, startsInPhase0 },
  };
  const desk = new ScriptedDesk([scalp], settings);
  desk.feed({ kind: 'kill-switch', time: desk.now, engaged: isKilled, closePositions: false });
  desk.calm(WARM, origin);
  return desk;
}

describe('the order of refusals', () => {
  it('PH-1, DE-21, PH-43: the first reason that holds is the one, and each has its phantom that is followed', () => {
    let now = WORST;
    for (const [refused, lift] of ORDER) {
      const desk = run(now);
      const [opened] = desk.of('phantom-opened');
      const { disposition, reason } = opened?.phantom.decision ?? { disposition: '', reason: '' };
      expect(`${disposition} ${reason}`).toMatch(new RegExp(`^${refused}`));
      expect([...desk.engine.openPhantoms.all()]).toHaveLength(1);
      expect(desk.of('position-opened')).toHaveLength(refused === 'executed' ? 1 : 0);
      now = lift(now);
    }
  });
});
